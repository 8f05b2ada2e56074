// SPDX-License-Identifier: Apache-2.0
// What an officer means who points at the picture: the nearest mark within reach, a threat before a
// quiet one, else the smallest region around the point. Worked out from where things were drawn,
// so that it costs no second rendering and a finger is forgiven a few pixels.

import type { Geodetic } from '@isthmus/earth';
import type { Mark, Region } from '../../model/layers.ts';
import { angleBetween, ringContains } from './rings.ts';
import { PICTURE_ORDER } from './style.ts';

/** A mark where it stands on the picture, in pixels. */
export interface Spot {
  readonly mark: Mark;
  readonly x: number;
  readonly y: number;
}

export const REACH_PX = 15;

/** The key of the mark meant by a pointer at (x, y), or null. */
export function markAt(spots: Iterable<Spot>, x: number, y: number): string | null {
  let best: string | null = null;
  let bestScore = Infinity;
  for (const { mark, x: sx, y: sy } of spots) {
    const distance = Math.hypot(sx - x, sy - y);
    if (distance > REACH_PX) continue;
    const rank = mark.weight === 'threat' ? 0 : 10;
    // Marks of one object stand on one another: of them the one of both sides together is meant.
    const score = distance + rank - PICTURE_ORDER[mark.picture];
    if (score < bestScore) {
      bestScore = score;
      best = mark.key;
    }
  }
  return best;
}

/** The key of the smallest region that holds `point`, or null. */
export function regionAt(regions: readonly Region[], point: Geodetic): string | null {
  let best: string | null = null;
  let bestReach = Infinity;
  for (const region of regions) {
    if (!ringContains(region.ring, point)) continue;
    const reach = Math.max(...region.ring.map((corner) => angleBetween(region.centre, corner)));
    if (reach < bestReach) {
      bestReach = reach;
      best = region.key;
    }
  }
  return best;
}
