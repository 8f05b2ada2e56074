// SPDX-License-Identifier: Apache-2.0
// How far the pictures of two sides are apart: GOSPA of the one against the other. It needs no truth,
// so two sides can compute it of what they show each other.

import type { Picture } from '@isthmus/picture';
import { type Gospa, gospa, type PointSet, type SetDistanceOptions } from './set-distance.ts';

/**
 * Of the positions of all objects with an estimate. `missed` is what only `theirs` holds, `false`
 * what only `ours` does. The caller gives pictures of one instant.
 */
export function disagreement(ours: Picture, theirs: Picture, options: SetDistanceOptions): Gospa {
  return gospa(positionsOf(ours), positionsOf(theirs), options);
}

function positionsOf(picture: Picture): PointSet {
  const coordinatesM = picture.events.flatMap((event) =>
    event.objects.flatMap(({ estimate }) => estimate?.state.slice(0, 3) ?? []),
  );
  return { count: coordinatesM.length / 3, dimension: 3, coordinatesM };
}
