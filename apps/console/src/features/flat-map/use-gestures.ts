// SPDX-License-Identifier: Apache-2.0
// Drag, wheel, keys and click of the flat map. The wheel is listened to by hand, since React's own
// listener may not keep the page from scrolling.

import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { View } from '../../model/layers.ts';
import { panned, type Size, zoomed } from './projection.ts';

export interface Gestures {
  readonly dragging: boolean;
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export interface GestureTarget {
  readonly element: RefObject<HTMLElement | null>;
  readonly view: View;
  readonly size: Size | null;
  readonly change: (view: View) => void;
  readonly reset: () => void;
  /** A press that did not move, in pixels of the element. */
  readonly click: (x: number, y: number) => void;
}

const CLICK_PX = 5;
const KEY_SHARE = 0.12;
const KEY_ZOOM = 1.35;

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly view: View;
  moved: boolean;
}

export function useGestures(target: GestureTarget): Gestures {
  const drag = useRef<Drag>(null);
  const [dragging, setDragging] = useState(false);
  useWheel(target);
  const { view, size, change } = target;
  return {
    dragging,
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, y: event.clientY, view, moved: false };
    },
    onPointerMove: (event) => {
      const from = drag.current;
      if (from === null || size === null) return;
      const dx = event.clientX - from.x;
      const dy = event.clientY - from.y;
      if (!from.moved && Math.hypot(dx, dy) <= CLICK_PX) return;
      from.moved = true;
      setDragging(true);
      change(panned(from.view, size, dx, dy));
    },
    onPointerUp: (event) => {
      const from = drag.current;
      drag.current = null;
      setDragging(false);
      if (from === null || from.moved) return;
      const box = event.currentTarget.getBoundingClientRect();
      target.click(event.clientX - box.left, event.clientY - box.top);
    },
    onKeyDown: (event) => {
      if (size === null || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '0') target.reset();
      else {
        const next = afterKey(event.key, view, size);
        if (next === null) return;
        change(next);
      }
      event.preventDefault();
    },
  };
}

/** The view after a key of the map, or null where the key is none of it. */
export function afterKey(key: string, view: View, size: Size): View | null {
  const step = Math.min(size.width, size.height) * KEY_SHARE;
  if (key === 'ArrowLeft') return panned(view, size, step, 0);
  if (key === 'ArrowRight') return panned(view, size, -step, 0);
  if (key === 'ArrowUp') return panned(view, size, 0, step);
  if (key === 'ArrowDown') return panned(view, size, 0, -step);
  if (key === '+' || key === '=') return zoomed(view, 1 / KEY_ZOOM);
  if (key === '-') return zoomed(view, KEY_ZOOM);
  return null;
}

function useWheel({ element, view, change }: GestureTarget): void {
  const now = useRef({ view, change });
  useEffect(() => {
    now.current = { view, change };
  });
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const share = Math.max(-1, Math.min(1, event.deltaY / 240));
      now.current.change(zoomed(now.current.view, 2 ** share));
    };
    current.addEventListener('wheel', onWheel, { passive: false });
    return () => current.removeEventListener('wheel', onWheel);
  }, [element]);
}
