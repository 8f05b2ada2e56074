// SPDX-License-Identifier: Apache-2.0
// What a body under power can reach, against rockets flown by another integrator, with a thrust that
// rises as the tank empties and an attitude that the region's model does not know.

import {
  addSeconds,
  type Geodetic,
  geodesicInverse,
  geodeticFromEcef,
  type Random,
  secondsBetween,
} from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { joinReachable, reachableRegion } from './reachable.ts';
import { burnOutState, estimateOf, fallInertial, LIFT_OFF, randomOf } from './testing.ts';

const AT = addSeconds(LIFT_OFF, 60);
/** Of `burnOutState`. */
const HEADING_RAD = (321.5 * Math.PI) / 180;

/** Whether a point is within a convex outline, on the plane about the point itself. */
function holds(outline: readonly Geodetic[], point: Geodetic): boolean {
  const corners = outline.map((corner) => {
    const { distanceM, azimuthRad } = geodesicInverse(point, corner);
    return [distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)] as const;
  });
  return corners.every(([east, north], i) => {
    const [e, n] = corners[(i + 1) % corners.length] as (typeof corners)[number];
    return east * n - e * north >= 0;
  });
}

/**
 * A stage as it burns: thrust over a mass that shrinks to a third over `burnS`, pitched from the
 * velocity by a constant angle; flat gravity is enough for half a minute.
 */
function burn(
  start: readonly number[],
  stage: { readonly seconds: number; readonly firstMps2: number; readonly pitchRad: number },
): number[] {
  const s = [...start];
  const h = 0.05;
  const radius = Math.hypot(s[0] as number, s[1] as number, s[2] as number);
  const up = [0, 1, 2].map((i) => (s[i] as number) / radius);
  for (let t = 0; t < stage.seconds; t += h) {
    const speed = Math.hypot(s[3] as number, s[4] as number, s[5] as number);
    const thrust = stage.firstMps2 / (1 - (0.66 * t) / 90);
    for (let i = 0; i < 3; i += 1) {
      const along = Math.cos(stage.pitchRad) * ((s[i + 3] as number) / speed);
      const lifted = Math.sin(stage.pitchRad) * (up[i] as number);
      s[i + 3] = (s[i + 3] as number) + h * (thrust * (along + lifted) - 9.4 * (up[i] as number));
      s[i] = (s[i] as number) + h * (s[i + 3] as number);
    }
  }
  return s;
}

/** The share of stages that burn out within the time told and come down within the outline. */
function shareHeld(random: Random): number {
  const runs = 40;
  let held = 0;
  for (let run = 0; run < runs; run += 1) {
    const truth = burnOutState(1500 + 2500 * random.uniform(), 30 + 20 * random.uniform());
    const seen = truth.map((v, i) => v + random.normal() * (i < 3 ? 800 : 60));
    const spread = { time: AT, positionM: 800, velocityMps: 60 };
    const region = reachableRegion(estimateOf(seen, spread), 'thrust');
    if (region === null) continue;
    const { from, until } = region.condition;
    const out = burn(truth, {
      seconds: secondsBetween(from, until) * random.uniform(),
      firstMps2: 12 + 30 * random.uniform(),
      pitchRad: 0.1 * random.normal(),
    });
    const down = fallInertial(out, 2000 + 6000 * random.uniform()).position;
    if (holds(region.outline, geodeticFromEcef(down))) held += 1;
  }
  return held / runs;
}

describe('the region a body under power can reach', () => {
  test('holds nine in ten that burn out in time, slow or fast', () => {
    expect(shareHeld(randomOf('reachable'))).toBeGreaterThanOrEqual(0.85);
  });

  const estimate = estimateOf(burnOutState(2500), { time: AT, positionM: 500, velocityMps: 30 });

  test('it is the same each time, and plain data', () => {
    const region = reachableRegion(estimate, 'thrust');
    expect(reachableRegion(estimate, 'thrust')).toEqual(region);
    expect(JSON.parse(JSON.stringify(region))).toEqual(region);
    expect(region?.outline.length).toBeGreaterThanOrEqual(3);
  });

  test('thrust reaches along the path, what acts in any direction to the sides as well', () => {
    const lengthOverWidth = (motion: 'thrust' | 'manoeuvre'): number => {
      const region = reachableRegion(estimate, motion);
      if (region === null) throw new RangeError('expected a region');
      let [length, width] = [0, 0];
      for (const corner of region.outline) {
        const { distanceM, azimuthRad } = geodesicInverse(region.centre, corner);
        const off = azimuthRad - HEADING_RAD;
        length = Math.max(length, distanceM * Math.abs(Math.cos(off)));
        width = Math.max(width, distanceM * Math.abs(Math.sin(off)));
      }
      return length / width;
    };
    expect(lengthOverWidth('thrust')).toBeGreaterThan(3);
    expect(lengthOverWidth('manoeuvre')).toBeLessThan(2);
  });

  test('joined with an earlier one it holds both, and its condition is both’s', () => {
    const later = { ...estimate, time: addSeconds(AT, 5) };
    const [before, now] = [reachableRegion(estimate, 'thrust'), reachableRegion(later, 'thrust')];
    if (before === null || now === null) throw new RangeError('expected regions');
    const shifted = {
      ...now,
      outline: now.outline.map((p) => ({ ...p, latitudeRad: p.latitudeRad + 0.02 })),
    };
    const both = joinReachable(before, shifted);
    expect(both.areaKm2).toBeGreaterThan(before.areaKm2);
    expect(both.condition).toEqual({ motion: 'thrust', from: AT, until: now.condition.until });
    const inwards = (p: Geodetic): Geodetic => ({
      ...p,
      latitudeRad: p.latitudeRad + 0.01 * (both.centre.latitudeRad - p.latitudeRad),
      longitudeRad: p.longitudeRad + 0.01 * (both.centre.longitudeRad - p.longitudeRad),
    });
    for (const corner of [...before.outline, ...shifted.outline]) {
      expect(holds(both.outline, inwards(corner))).toBe(true);
    }
  });

  test('none of what may reach orbit within seconds, and none of what is nowhere', () => {
    const fast = estimateOf(burnOutState(7600, 2), { time: AT, positionM: 500, velocityMps: 30 });
    expect(reachableRegion(fast, 'thrust')).toBeNull();
    const loose = estimateOf(burnOutState(), { time: AT, positionM: 400_000, velocityMps: 3000 });
    expect(reachableRegion(loose, 'thrust')).toBeNull();
  });
});
