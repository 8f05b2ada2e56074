// SPDX-License-Identifier: Apache-2.0
// How far a partner's estimate is from an own one of the same thing, in words an officer can use.

import {
  cross,
  dot,
  type Ecef,
  ecefFromGeodetic,
  enuFromEcef,
  secondsBetween,
  subtract,
  unit,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate, LaunchEstimate } from '@isthmus/picture';

/** Theirs less ours: along the flight, to its right, up, and as seconds of flight. */
export interface Offset {
  readonly alongM: number;
  readonly acrossM: number;
  readonly upM: number;
  readonly timeS: number;
}

/** The offset of two estimates at one time. */
export function stateOffset(own: Estimate, theirs: Estimate): Offset {
  const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = own.state;
  const away = [0, 1, 2].map((i) => (theirs.state[i] ?? 0) - (own.state[i] ?? 0));
  const apart: Vector3<Ecef> = [away[0] ?? 0, away[1] ?? 0, away[2] ?? 0];
  const along = unit<Ecef>([vx, vy, vz]);
  const right = unit<Ecef>(cross<Ecef>([vx, vy, vz], [x, y, z]));
  const up = cross<Ecef>(right, along);
  const alongM = dot(apart, along);
  return {
    alongM,
    acrossM: dot(apart, right),
    upM: dot(apart, up),
    timeS: alongM / Math.max(1, Math.hypot(vx, vy, vz)),
  };
}

/**
 * Squared Mahalanobis distance of two launches in time and place, 3 degrees of freedom, with the
 * partner's variances multiplied by `widening`.
 */
export function launchOffset(
  own: LaunchEstimate,
  theirs: LaunchEstimate,
  widening: number,
): number {
  const [east, north] = enuFromEcef(
    own.point,
    subtract(ecefFromGeodetic(theirs.point), ecefFromGeodetic(own.point)),
  );
  const [ee, en, nn] = own.pointCovarianceM2.map(
    (v, i) => v + widening * (theirs.pointCovarianceM2[i] as number),
  ) as [number, number, number];
  const place =
    (nn * east * east - 2 * en * east * north + ee * north * north) / (ee * nn - en * en);
  const timeVariance = own.timeSigmaS ** 2 + widening * theirs.timeSigmaS ** 2;
  return place + secondsBetween(own.time, theirs.time) ** 2 / timeVariance;
}
