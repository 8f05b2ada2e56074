// SPDX-License-Identifier: Apache-2.0
// The globe as a component of the console. Everything below it is imperative: React hands over
// layers and views and never draws.

import {
  type CSSProperties,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { MapProps } from '../../model/layers.ts';
import { PALETTE } from '../../model/palette.ts';
import { Credit } from '../map/credit.tsx';
import { GlobeScene } from './scene/globe-scene.ts';

const FRAME: CSSProperties = {
  position: 'relative',
  width: '100%',
  height: '100%',
  overflow: 'hidden',
  background: PALETTE.ground,
};

/**
 * Throws to the nearest error boundary where WebGL is not to be had and where the engine stops
 * drawing: the flat map serves then.
 */
export function GlobeMap({
  layers,
  view,
  onPick,
  onViewChange,
  onReady,
}: MapProps): React.JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const scene = useRef<GlobeScene>(null);
  const [failure, setFailure] = useState<{ readonly error: unknown }>();
  // The scene lives as long as the component; it calls whatever handlers were rendered last.
  const handlers = useRef({ onPick, onViewChange, onReady });
  useEffect(() => {
    handlers.current = { onPick, onViewChange, onReady };
  });

  useEffect(() => {
    if (container.current === null) return undefined;
    const made = new GlobeScene(container.current, {
      onPick: (key) => handlers.current.onPick(key),
      onViewChange: (rest) => handlers.current.onViewChange(rest),
      onReady: () => handlers.current.onReady(),
      onFailure: (error) => setFailure({ error }),
    });
    scene.current = made;
    return () => {
      scene.current = null;
      made.destroy();
    };
  }, []);

  useDrawing(scene, { layers, view });

  if (failure !== undefined) throw asError(failure.error);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (scene.current?.key(event.key) === true) event.preventDefault();
  };

  return (
    <div
      style={FRAME}
      role="application"
      aria-label="Globe. Arrow keys turn it, plus and minus zoom, zero goes back."
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={({ currentTarget }) => currentTarget.focus({ preventScroll: true })}
    >
      <div ref={container} style={{ position: 'absolute', inset: 0 }} />
      <Credit sources="Cesium · Natural Earth II" />
    </div>
  );
}

/**
 * Has the globe drawn after the page shows what it says: words first, since a globe can hold up a slow
 * machine. Of views the serial alone decides: one that is only equal must not undo the officer's panning.
 */
function useDrawing(
  scene: RefObject<GlobeScene | null>,
  given: Pick<MapProps, 'layers' | 'view'>,
): void {
  const wanted = useRef(given);
  wanted.current = given;
  const drawn = useRef<{ layers: MapProps['layers'] | null; serial: number }>({
    layers: null,
    serial: -1,
  });
  const waiting = useRef(false);
  useEffect(() => {
    if (waiting.current) return;
    waiting.current = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        waiting.current = false;
        const { layers: newest, view: looked } = wanted.current;
        if (newest !== drawn.current.layers) scene.current?.setLayers(newest);
        if (looked.serial !== drawn.current.serial) scene.current?.look(looked.view);
        drawn.current = { layers: newest, serial: looked.serial };
      }),
    );
  }, [scene, given.layers, given.view.serial]);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The globe stopped drawing.', { cause: error });
}
