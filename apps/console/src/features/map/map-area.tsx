// SPDX-License-Identifier: Apache-2.0
// The map's place on the page: the globe, or the flat map by choice or where there is no WebGL. Both
// come when they are needed, so that warnings stand before any map does.

import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { Component, lazy, memo, Suspense, useState } from 'react';
import type { Layers, MapProps, View } from '../../model/layers.ts';
import { knowsWebgl } from '../globe/webgl.ts';
import { Legend } from '../legend/legend.tsx';

const loadGlobe = async () => ({ default: (await import('../globe/globe-map.tsx')).GlobeMap });
const loadFlat = async () => ({ default: (await import('../flat-map/flat-map.tsx')).FlatMap });
const GlobeMap = lazy(loadGlobe);
const FlatMap = lazy(loadFlat);

/** Begins to load the map that will be shown, while the first word from the node is awaited. */
export function preloadMap(kind: 'globe' | 'flat'): void {
  const load = kind === 'globe' && knowsWebgl() ? loadGlobe : loadFlat;
  // What does not come now is asked for again when it is drawn, and its failure told there.
  load().catch(() => {});
}

export function MapArea(props: {
  readonly kind: 'globe' | 'flat';
  readonly layers: Layers;
  readonly asked: MapProps['view'];
  readonly onKind: (kind: 'globe' | 'flat') => void;
  readonly onPick: (key: string | null) => void;
  readonly onMove: (view: View) => void;
  readonly onReset: () => void;
}): React.JSX.Element {
  const [canGlobe, setCanGlobe] = useState(knowsWebgl);
  const [readyKind, setReadyKind] = useState<'globe' | 'flat' | null>(null);
  const kind = canGlobe ? props.kind : 'flat';
  const shared: MapProps = {
    layers: props.layers,
    view: props.asked,
    onPick: props.onPick,
    onViewChange: props.onMove,
    onReady: () => setReadyKind(kind),
  };
  return (
    <main className="map" aria-label="Map" data-map={kind} data-ready={readyKind === kind}>
      <Fallback onFail={() => setCanGlobe(false)}>
        <Suspense fallback={<p className="map-waits">Drawing the Earth …</p>}>
          {kind === 'globe' ? <GlobeMap {...shared} /> : <FlatMap {...shared} />}
        </Suspense>
      </Fallback>
      <MapTools kind={kind} canGlobe={canGlobe} onKind={props.onKind} onReset={props.onReset} />
      <Legend />
    </main>
  );
}

/** Drawn again only when it changes: its parts cost more than all that moves each second. */
const MapTools = memo(function MapTools(props: {
  readonly kind: 'globe' | 'flat';
  readonly canGlobe: boolean;
  readonly onKind: (kind: 'globe' | 'flat') => void;
  readonly onReset: () => void;
}): React.JSX.Element {
  const { kind, canGlobe, onKind, onReset } = props;
  return (
    <div className="map-tools">
      <SegmentedControl
        size="xs"
        aria-label="Kind of map"
        value={kind}
        onChange={(value) => onKind(value === 'flat' ? 'flat' : 'globe')}
        data={[
          { value: 'globe', label: 'Globe', disabled: !canGlobe },
          { value: 'flat', label: 'Map' },
        ]}
      />
      <Tooltip label="Look there again (r)">
        <ActionIcon variant="default" aria-label="Look there again" onClick={onReset}>
          ⌂
        </ActionIcon>
      </Tooltip>
    </div>
  );
});

/** A globe that fails, as when the graphics context is lost, leaves the flat map. */
class Fallback extends Component<{
  readonly onFail: () => void;
  readonly children: React.ReactNode;
}> {
  override componentDidCatch(): void {
    this.props.onFail();
  }

  static getDerivedStateFromError(): Record<string, never> {
    return {};
  }

  override render(): React.ReactNode {
    return this.props.children;
  }
}
