// SPDX-License-Identifier: Apache-2.0
// Oracles: energy and angular momentum about the axis in free flight, earth's own coast
// acceleration (another code, another frame), Kepler's closed form, the terminal speed of a fall.

import {
  coastAcceleration,
  createRandom,
  ecefFromGeodetic,
  geodeticFromDegrees,
  geodeticFromEcef,
} from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { airDensity } from './atmosphere.ts';
import { createPath } from './ephemeris.ts';
import { gravityPotential, inertialGravity } from './gravity.ts';
import {
  earthFixedFromInertial,
  type Forces,
  inertialFromEarthFixed,
  stepInertial,
} from './motion.ts';

const FREE: Forces = { ballisticCoefficientKgPm2: Number.POSITIVE_INFINITY, thrust: null };
const MU = 3.986004418e14;
const OMEGA = 7.292115e-5;

function at(a: ArrayLike<number>, i: number): number {
  return a[i] as number;
}

function fly(state: Float64Array, seconds: number, stepS: number): Float64Array {
  let now = state;
  for (let t = 0; t < seconds; t += stepS) now = stepInertial(now, t, stepS, FREE);
  return now;
}

function energy(s: Float64Array): number {
  const kinetic = (at(s, 3) ** 2 + at(s, 4) ** 2 + at(s, 5) ** 2) / 2;
  return kinetic + gravityPotential(at(s, 0), at(s, 1), at(s, 2));
}

test('gravity is the slope of its potential, and agrees with the code trackers use', () => {
  const random = createRandom('gravity');
  for (let k = 0; k < 50; k += 1) {
    const p = [0, 1, 2].map(() => 5e6 * random.normal() + 1);
    if (Math.hypot(...p) < 6e6) continue;
    const g = new Float64Array(3);
    inertialGravity(at(p, 0), at(p, 1), at(p, 2), g);
    const theirs = new Float64Array(3);
    const buffers = { acceleration: theirs, gradient: new Float64Array(9) };
    coastAcceleration([...p, 0, 0, 0], buffers, false);
    for (let i = 0; i < 3; i += 1) {
      const up = p.with(i, at(p, i) + 100);
      const down = p.with(i, at(p, i) - 100);
      const slope =
        (gravityPotential(at(up, 0), at(up, 1), at(up, 2)) -
          gravityPotential(at(down, 0), at(down, 1), at(down, 2))) /
        200;
      expect(at(g, i) + slope, `slope, draw ${k}`).toBeCloseTo(0, 7);
      const turning = i < 2 ? OMEGA * OMEGA * at(p, i) : 0;
      expect(at(theirs, i) - turning - at(g, i), `earth, draw ${k}`).toBeCloseTo(0, 11);
    }
  }
});

test('free flight keeps its energy to 1e-10 and its spin about the axis to 1e-11', () => {
  const begin = Float64Array.of(5e6, 3e6, 3.2e6, -3000, 3500, 3000);
  const end = fly(begin, 900, 1);
  const spin = (s: Float64Array): number => at(s, 0) * at(s, 4) - at(s, 1) * at(s, 3);
  expect(Math.abs(energy(end) / energy(begin) - 1)).toBeLessThan(1e-10);
  expect(Math.abs(spin(end) / spin(begin) - 1)).toBeLessThan(1e-11);
});

test('in the equatorial plane the apogee is the one Kepler gives for the pull found there', () => {
  // With J2 and J4 alone the pull in the plane is central: the turning points of the effective
  // potential are found by bisection and must be what the integration reaches.
  const begin = Float64Array.of(6.55e6, 0, 0, 2600, 4200, 0);
  const momentum = 6.55e6 * 4200;
  const total = energy(begin);
  const radialSpeed2 = (r: number): number =>
    2 * (total - gravityPotential(r, 0, 0)) - (momentum / r) ** 2;
  let low = 6.6e6;
  let high = 9e6;
  for (let i = 0; i < 80; i += 1) {
    const middle = (low + high) / 2;
    if (radialSpeed2(middle) > 0) low = middle;
    else high = middle;
  }
  let state: Float64Array = begin;
  let top = 0;
  for (let t = 0; t < 900; t += 1) {
    state = stepInertial(state, t, 1, FREE);
    top = Math.max(top, Math.hypot(at(state, 0), at(state, 1), at(state, 2)));
  }
  // J3 pulls a little out of the plane, and a second's step straddles the top by up to 1 m.
  expect(Math.abs(top - low)).toBeLessThan(5);
});

test('the Earth-fixed and inertial states are inverse, and a body at rest on Earth turns', () => {
  const random = createRandom('frames');
  for (let k = 0; k < 100; k += 1) {
    const state = Float64Array.from({ length: 6 }, (_, i) => random.normal() * (i < 3 ? 7e6 : 5e3));
    const t = 2000 * random.uniform();
    const back = earthFixedFromInertial(inertialFromEarthFixed(state, t), t);
    for (let i = 0; i < 6; i += 1) expect(at(back, i)).toBeCloseTo(at(state, i), 6);
  }
  const rest = inertialFromEarthFixed(Float64Array.of(6378137, 0, 0, 0, 0, 0), 0);
  expect(at(rest, 4)).toBeCloseTo(465.1, 1);
});

test('a falling body settles at the speed at which drag balances its weight', () => {
  const forces: Forces = { ballisticCoefficientKgPm2: 50, thrust: null };
  const from = ecefFromGeodetic(geodeticFromDegrees(30, 40, 20e3));
  let state = inertialFromEarthFixed(Float64Array.of(...from, 0, 0, 0), 0);
  for (let t = 0; t < 100; t += 0.1) state = stepInertial(state, t, 0.1, forces);
  const fixed = earthFixedFromInertial(state, 100);
  const { heightM } = geodeticFromEcef([at(fixed, 0), at(fixed, 1), at(fixed, 2)]);
  const settled = Math.sqrt((2 * 9.8 * 50) / airDensity(heightM));
  const speed = Math.hypot(at(fixed, 3), at(fixed, 4), at(fixed, 5));
  expect(heightM).toBeGreaterThan(0);
  expect(Math.abs(speed / settled - 1)).toBeLessThan(0.02);
});

test('air thins without a step larger than a per cent at the seams of its table', () => {
  for (const km of [25, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150]) {
    const step = airDensity(km * 1000 - 1) / airDensity(km * 1000 + 1);
    expect(Math.abs(step - 1), `${km} km`).toBeLessThan(0.01);
  }
  expect(airDensity(-100)).toBe(airDensity(0));
  expect(airDensity(200e3)).toBe(0);
});

describe('a path between knots', () => {
  const circle = (t: number): Float64Array => {
    const n = Math.sqrt(MU / 7e6 ** 3);
    return Float64Array.of(
      7e6 * Math.cos(n * t),
      7e6 * Math.sin(n * t),
      0,
      -7e6 * n * Math.sin(n * t),
      7e6 * n * Math.cos(n * t),
      0,
    );
  };

  test('at one second is within 10 µm and 10 µm/s of a circle', () => {
    const path = createPath([0, 1, 2].map((timeS) => ({ timeS, state: circle(timeS) })));
    for (const t of [0, 0.25, 0.5, 1.5, 1.99, 2]) {
      const got = path.at(t) as Float64Array;
      for (let i = 0; i < 6; i += 1) {
        expect(Math.abs(at(got, i) - at(circle(t), i)), `${t} s, ${i}`).toBeLessThan(1e-5);
      }
    }
  });

  test('has nothing to say before its first knot and after its last', () => {
    const path = createPath([{ timeS: 3, state: circle(3) }]);
    expect([path.at(2.999), path.at(3.001)]).toEqual([null, null]);
    expect(path.at(3)).toEqual(circle(3));
  });
});
