// SPDX-License-Identifier: Apache-2.0
// The flat map: what the globe shows, without WebGL. Height is written into the labels.

import type { Geodetic } from '@isthmus/earth';
import type { GeoProjection } from 'd3-geo';
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Layers, MapProps, View } from '../../model/layers.ts';
import { PALETTE } from '../../model/palette.ts';
import { lookRadiusPx } from '../globe/glyphs.ts';
import { markAt, regionAt, type Spot } from '../globe/hit.ts';
import { LabelOverlay } from '../globe/label-overlay.ts';
import { labelsOf, type Pixel, reachOf } from '../globe/labels.ts';
import { Credit } from '../map/credit.tsx';
import { Ground } from './ground.tsx';
import { lookPaths, spotsOf } from './mark-paths.ts';
import { clampSpan, pixelsOf, placeAt, projectionOf, type Size } from './projection.ts';
import { Coverages, Marks, Regions, Tracks } from './shapes.tsx';
import { useGestures } from './use-gestures.ts';
import { useSize } from './use-size.ts';
import { useWorld } from './use-world.ts';

const FRAME: CSSProperties = {
  position: 'relative',
  width: '100%',
  height: '100%',
  overflow: 'hidden',
  background: PALETTE.ground,
  touchAction: 'none',
};

/** Below this span the finer outlines show. */
const FINE_SPAN_M = 7_000_000;
/** A view that has not changed for this long has come to rest. */
const REST_MS = 250;

export function FlatMap({
  layers,
  view: asked,
  onPick,
  onViewChange,
  onReady,
}: MapProps): React.JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const [view, change] = useView(asked, onViewChange);
  const projection = useMemo(() => (size === null ? null : projectionOf(view, size)), [view, size]);
  const spots = useMemo(
    () => (projection === null || size === null ? [] : spotsOf(layers.marks, projection, size)),
    [layers.marks, projection, size],
  );
  const keyAt = (x: number, y: number): string | null => {
    const mark = markAt(spots, x, y);
    if (mark !== null || projection === null) return mark;
    const place = placeAt(projection, x, y);
    return place === null ? null : regionAt(layers.regions, place);
  };
  const gestures = useGestures({
    element: frame,
    view,
    size,
    change,
    reset: () => change({ ...asked.view, spanM: clampSpan(asked.view.spanM) }),
    click: (x, y) => onPick(keyAt(x, y)),
  });
  const fine = view.spanM < FINE_SPAN_M && !gestures.dragging;
  const { world, failed } = useWorld(fine ? 'fine' : 'coarse');
  useReady(size !== null && (world !== null || failed), onReady);
  useLabels(frame, { layers, projection, spots });
  return (
    <div
      ref={frame}
      style={{ ...FRAME, cursor: gestures.dragging ? 'grabbing' : 'grab' }}
      role="application"
      aria-label="Flat map. Arrow keys move it, plus and minus zoom, zero goes back."
      tabIndex={0}
      onPointerDown={gestures.onPointerDown}
      onPointerMove={(event) => {
        gestures.onPointerMove(event);
        if (event.buttons === 0) hover(event.currentTarget, event, keyAt);
      }}
      onPointerUp={gestures.onPointerUp}
      onKeyDown={gestures.onKeyDown}
    >
      {size !== null && projection !== null && (
        <Picture size={size} summary={summaryOf(layers)}>
          <Ground world={world} projection={projection} />
          <Coverages coverages={layers.coverages} projection={projection} />
          <Regions regions={layers.regions} projection={projection} />
          <Tracks tracks={layers.tracks} projection={projection} />
          <Marks paths={lookPaths(spots)} />
        </Picture>
      )}
      <Credit sources="Natural Earth" />
    </div>
  );
}

interface PictureProps {
  readonly size: Size;
  readonly summary: string;
  readonly children: ReactNode;
}

function Picture({ size, summary, children }: PictureProps) {
  return (
    <svg
      width={size.width}
      height={size.height}
      role="img"
      aria-label={summary}
      style={{ display: 'block', position: 'absolute', inset: 0 }}
    >
      {children}
    </svg>
  );
}

function summaryOf({ marks, regions }: Layers): string {
  const threats = marks.filter((mark) => mark.weight === 'threat').length;
  return `Map with ${threats} threat marks, ${marks.length - threats} others and ${regions.length} regions.`;
}

function hover(
  element: HTMLElement,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
  keyAt: (x: number, y: number) => string | null,
): void {
  const box = element.getBoundingClientRect();
  const key = keyAt(clientX - box.left, clientY - box.top);
  element.style.cursor = key === null ? 'grab' : 'pointer';
}

/** The view as the console asked for it last, or as the officer has moved it since. */
function useView(
  asked: MapProps['view'],
  onRest: (view: View) => void,
): readonly [View, (view: View) => void] {
  const [state, setState] = useState({ serial: asked.serial, view: clamped(asked.view) });
  // A new serial is taken at once, before anything is drawn with the old view.
  if (state.serial !== asked.serial) {
    setState({ serial: asked.serial, view: clamped(asked.view) });
  }
  const rest = useRef(onRest);
  useEffect(() => {
    rest.current = onRest;
  });
  useEffect(() => {
    const timer = window.setTimeout(() => rest.current(state.view), REST_MS);
    return () => window.clearTimeout(timer);
  }, [state.view]);
  const change = (view: View): void => setState((now) => ({ ...now, view }));
  return [state.view, change];
}

function clamped(view: View): View {
  return { ...view, spanM: clampSpan(view.spanM) };
}

function useReady(ready: boolean, onReady: () => void): void {
  const told = useRef(false);
  useEffect(() => {
    if (!ready || told.current) return;
    told.current = true;
    onReady();
  }, [ready, onReady]);
}

/** An area that reaches farther is named inside it. */
const MOST_REACH_PX = 300;

function pixelOf(projection: GeoProjection, point: Geodetic): Pixel | null {
  const place = pixelsOf(projection, point);
  return place === null ? null : { x: place[0], y: place[1] };
}

interface Labelled {
  readonly layers: Layers;
  readonly projection: GeoProjection | null;
  readonly spots: readonly Spot[];
}

/** The globe's own labels, laid over this map. */
function useLabels(
  frame: RefObject<HTMLDivElement | null>,
  { layers, projection, spots }: Labelled,
): void {
  const overlay = useRef<LabelOverlay>(null);
  useLayoutEffect(() => {
    if (frame.current === null) return undefined;
    const made = new LabelOverlay(frame.current);
    overlay.current = made;
    return () => {
      overlay.current = null;
      made.destroy();
    };
  }, [frame]);
  useLayoutEffect(() => {
    if (projection === null || overlay.current === null) return;
    const anchors = labelsOf(layers, 'written').flatMap((label) => {
      const place = pixelOf(projection, label.point);
      if (place === null) return [];
      const edge = label.edge.flatMap((corner) => pixelOf(projection, corner) ?? []);
      return [{ label, ...place, reach: reachOf(place, edge, MOST_REACH_PX) }];
    });
    const keepOuts = spots
      .filter(({ mark }) => mark.weight === 'threat' || mark.selected)
      .map(({ mark, x, y }) => ({ key: mark.key, x, y, radiusPx: lookRadiusPx(mark) }));
    overlay.current.show(anchors, keepOuts);
  }, [layers, projection, spots]);
}
