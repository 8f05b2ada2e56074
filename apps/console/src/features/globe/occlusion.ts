// SPDX-License-Identifier: Apache-2.0
// Whether the Earth stands between the camera and a place. In space scaled so that the ellipsoid
// becomes the unit sphere a place is hidden if it lies behind the horizon's plane and within the
// cone that the sphere fills (Kevin Ring, "Horizon Culling", 2013).

import { WGS84_FLATTENING, WGS84_SEMI_MAJOR_AXIS_M } from '@isthmus/earth';

/** Earth-fixed metres. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const A = WGS84_SEMI_MAJOR_AXIS_M;
const B = A * (1 - WGS84_FLATTENING);
/** A place on the very ground would flicker at the limb, so the Earth is taken a touch smaller. */
const SHRINK = 1.0005;

/** A test for places seen from `eye`, which is outside the Earth. */
export function visibleFrom(eye: Place): (place: Place) => boolean {
  const ex = (eye.x / A) * SHRINK;
  const ey = (eye.y / A) * SHRINK;
  const ez = (eye.z / B) * SHRINK;
  const horizon = ex * ex + ey * ey + ez * ez - 1;
  return (place) => {
    const dx = (place.x / A) * SHRINK - ex;
    const dy = (place.y / A) * SHRINK - ey;
    const dz = (place.z / B) * SHRINK - ez;
    const along = -(dx * ex + dy * ey + dz * ez);
    if (along <= horizon) return true;
    return (along * along) / (dx * dx + dy * dy + dz * dz) <= horizon;
  };
}
