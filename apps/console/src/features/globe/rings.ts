// SPDX-License-Identifier: Apache-2.0
// Closed rings on the Earth: whether a point lies in one, which way round it goes, and its sides as
// great circles. By bearings and directions, so that neither the antimeridian nor a pole is a case of
// its own. Sphere, radians.

import type { Geodetic } from '@isthmus/earth';

/** True where `point` lies inside a ring that is smaller than a hemisphere; poles are no exception. */
export function ringContains(ring: readonly Geodetic[], point: Geodetic): boolean {
  const first = ring[0];
  // Seen from the far side of the Earth a ring turns round a point too: only the near one counts.
  if (first === undefined || ring.length < 3 || angleBetween(first, point) > Math.PI / 2) {
    return false;
  }
  let turned = 0;
  let before = bearing(point, ring[ring.length - 1] ?? first);
  for (const corner of ring) {
    const now = bearing(point, corner);
    turned += wrap(now - before);
    before = now;
  }
  return Math.abs(turned) > Math.PI;
}

/**
 * The ring, turned so that its inside is on the right of who walks along it, which is what d3-geo
 * takes for a small area; the other way round it would be all the rest of the Earth.
 */
export function insideOnTheRight(ring: readonly Geodetic[]): readonly Geodetic[] {
  return signedArea(ring) > 0 ? [...ring].reverse() : ring;
}

/** Two degrees: a chord this long passes a kilometre below the ground. */
const LONGEST_STEP_RAD = Math.PI / 90;

/** The ring as a closed line (first point repeated) without long steps, each side a great circle. */
export function densify(ring: readonly Geodetic[]): readonly Geodetic[] {
  const line: Geodetic[] = [];
  for (const [index, from] of ring.entries()) {
    const to = ring[(index + 1) % ring.length] ?? from;
    const steps = Math.max(1, Math.ceil(angleBetween(from, to) / LONGEST_STEP_RAD));
    for (let step = 0; step < steps; step += 1) {
      line.push(step === 0 ? from : between(from, to, step / steps));
    }
  }
  if (ring[0] !== undefined) line.push(ring[0]);
  return line;
}

function between(from: Geodetic, to: Geodetic, share: number): Geodetic {
  const angle = angleBetween(from, to);
  const a = Math.sin((1 - share) * angle) / Math.sin(angle);
  const b = Math.sin(share * angle) / Math.sin(angle);
  const [ax, ay, az] = direction(from);
  const [bx, by, bz] = direction(to);
  return pointAlong(a * ax + b * bx, a * ay + b * by, a * az + b * bz);
}

/** The great-circle angle between two points, radians. */
export function angleBetween(a: Geodetic, b: Geodetic): number {
  const lat = Math.sin((b.latitudeRad - a.latitudeRad) / 2);
  const lon = Math.sin((b.longitudeRad - a.longitudeRad) / 2);
  const h = lat * lat + Math.cos(a.latitudeRad) * Math.cos(b.latitudeRad) * lon * lon;
  return 2 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** An angle brought into [-π, π]. */
function wrap(angleRad: number): number {
  return angleRad - 2 * Math.PI * Math.round(angleRad / (2 * Math.PI));
}

/** Positive where the inside is on the left (counter-clockwise seen from above). */
function signedArea(ring: readonly Geodetic[]): number {
  const middle = meanDirection(ring);
  let area = 0;
  let before = ring[ring.length - 1];
  for (const corner of ring) {
    if (before !== undefined) {
      const a = bearing(middle, before);
      const b = bearing(middle, corner);
      const ra = angleBetween(middle, before);
      const rb = angleBetween(middle, corner);
      // Bearings grow clockwise, hence the sign.
      area -= ra * rb * Math.sin(b - a);
    }
    before = corner;
  }
  return area;
}

function meanDirection(ring: readonly Geodetic[]): Geodetic {
  const sum = [0, 0, 0] as [number, number, number];
  for (const corner of ring) {
    const [x, y, z] = direction(corner);
    sum[0] += x;
    sum[1] += y;
    sum[2] += z;
  }
  return pointAlong(...sum);
}

function direction({ latitudeRad, longitudeRad }: Geodetic): readonly [number, number, number] {
  return [
    Math.cos(latitudeRad) * Math.cos(longitudeRad),
    Math.cos(latitudeRad) * Math.sin(longitudeRad),
    Math.sin(latitudeRad),
  ];
}

function pointAlong(x: number, y: number, z: number): Geodetic {
  return {
    latitudeRad: Math.atan2(z, Math.hypot(x, y)),
    longitudeRad: Math.atan2(y, x),
    heightM: 0,
  };
}

function bearing(from: Geodetic, to: Geodetic): number {
  const lon = to.longitudeRad - from.longitudeRad;
  const y = Math.sin(lon) * Math.cos(to.latitudeRad);
  const x =
    Math.cos(from.latitudeRad) * Math.sin(to.latitudeRad) -
    Math.sin(from.latitudeRad) * Math.cos(to.latitudeRad) * Math.cos(lon);
  return Math.atan2(y, x);
}
