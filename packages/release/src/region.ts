// SPDX-License-Identifier: Apache-2.0
// Whether a point lies where a clause applies. The border of a region belongs to it.

import {
  degreesFromRadians,
  type Geodetic,
  geodesicDistanceM,
  geodeticFromDegrees,
} from '@isthmus/earth';
import type { Region } from './agreement-parts.ts';
import { holdsLongitude } from './region-relation.ts';

/** True when the foot of the point lies in the region; a point that is no number lies nowhere. */
export function regionHolds(region: Region, point: Geodetic): boolean {
  const latitudeDeg = degreesFromRadians(point.latitudeRad);
  const longitudeDeg = wrapDegrees(degreesFromRadians(point.longitudeRad));
  if (!(Math.abs(latitudeDeg) <= 90) || !Number.isFinite(longitudeDeg)) return false;
  if (region.kind === 'box') {
    const between = latitudeDeg >= region.southDeg && latitudeDeg <= region.northDeg;
    return between && holdsLongitude(region, longitudeDeg);
  }
  const centre = geodeticFromDegrees(region.latitudeDeg, region.longitudeDeg);
  const foot = geodeticFromDegrees(latitudeDeg, longitudeDeg);
  return geodesicDistanceM(centre, foot) <= region.radiusKm * 1000;
}

/** Into [-180, 180]; leaves what is there already as it is. */
function wrapDegrees(degrees: number): number {
  return Math.abs(degrees) <= 180 ? degrees : degrees - 360 * Math.round(degrees / 360);
}
