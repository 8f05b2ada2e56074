// SPDX-License-Identifier: Apache-2.0
// How the regions of two clauses lie to each other. Of two shapes that differ nothing is proven: neither
// that one holds the other nor that they are apart. Undefined is everywhere.

import { geodesicDistanceM, geodeticFromDegrees } from '@isthmus/earth';
import type { Region } from './agreement-parts.ts';

type Box = Extract<Region, { readonly kind: 'box' }>;
type Circle = Extract<Region, { readonly kind: 'circle' }>;

/** True where the two share no point for certain. */
export function areApart(a: Region | undefined, b: Region | undefined): boolean {
  if (a?.kind === 'box' && b?.kind === 'box') {
    const isNorthOrSouth = a.northDeg < b.southDeg || b.northDeg < a.southDeg;
    return isNorthOrSouth || !longitudesMeet(a, b);
  }
  if (a?.kind !== 'circle' || b?.kind !== 'circle') return false;
  return distanceM(a, b) > (a.radiusKm + b.radiusKm) * 1000;
}

/** True where `outer` holds all of `inner` for certain. */
export function holdsRegion(outer: Region | undefined, inner: Region | undefined): boolean {
  if (outer === undefined) return true;
  if (inner === undefined) return false;
  if (outer.kind === 'circle' && inner.kind === 'circle') {
    return distanceM(outer, inner) + inner.radiusKm * 1000 <= outer.radiusKm * 1000;
  }
  if (outer.kind !== 'box' || inner.kind !== 'box') return false;
  const isBetween = outer.southDeg <= inner.southDeg && inner.northDeg <= outer.northDeg;
  const widthDeg = (box: Box): number => (box.eastDeg - box.westDeg + 360) % 360;
  const fromWestDeg = (inner.westDeg - outer.westDeg + 360) % 360;
  return (
    isBetween &&
    holdsLongitude(outer, inner.westDeg) &&
    holdsLongitude(outer, inner.eastDeg) &&
    fromWestDeg + widthDeg(inner) <= widthDeg(outer)
  );
}

function distanceM(a: Circle, b: Circle): number {
  return geodesicDistanceM(
    geodeticFromDegrees(a.latitudeDeg, a.longitudeDeg),
    geodeticFromDegrees(b.latitudeDeg, b.longitudeDeg),
  );
}

/** Two arcs of a circle meet when one holds the beginning of the other. */
function longitudesMeet(a: Box, b: Box): boolean {
  return holdsLongitude(a, b.westDeg) || holdsLongitude(b, a.westDeg);
}

/** True when the meridian, in [-180, 180], lies in the box, which may cross the antimeridian. */
export function holdsLongitude(region: Box, longitudeDeg: number): boolean {
  // 180 and -180 are one meridian.
  const candidates = Math.abs(longitudeDeg) === 180 ? [-180, 180] : [longitudeDeg];
  const { westDeg, eastDeg } = region;
  return candidates.some((at) =>
    westDeg <= eastDeg ? at >= westDeg && at <= eastDeg : at >= westDeg || at <= eastDeg,
  );
}
