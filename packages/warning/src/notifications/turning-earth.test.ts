// SPDX-License-Identifier: Apache-2.0
// Oracle: the same throw by integration in the Earth-fixed frame under gravity to J4, its velocity
// found by Newton's method so that it comes down in the same place from the same height.

import {
  add,
  createRandom,
  dot,
  type Ecef,
  ecefFromGeodetic,
  enuFromEcef,
  type Geodetic,
  geodesicDestination,
  geodeticFromDegrees,
  geodeticFromEcef,
  radiansFromDegrees,
  subtract,
  type Vector3,
} from '@isthmus/earth';
import { propagateState } from '@isthmus/tracking';
import { expect, test } from 'vitest';
import { arcThrough } from './arc.ts';
import { MODEL_SHARE, throwBetween } from './turning-earth.ts';

type Flown = { readonly timeS: number; readonly apogeeM: number; readonly end: Vector3<Ecef> };

const positionOf = (s: ArrayLike<number>): Vector3<Ecef> => [
  s[0] as number,
  s[1] as number,
  s[2] as number,
];
const climbOf = (s: ArrayLike<number>): number =>
  (s[0] as number) * (s[3] as number) +
  (s[1] as number) * (s[4] as number) +
  (s[2] as number) * (s[5] as number);
const heightOf = (s: ArrayLike<number>): number => geodeticFromEcef(positionOf(s)).heightM;

/** The first time within `stepS` after `state` at which `value` is no longer positive. */
function crossing(state: Float64Array, stepS: number, value: (s: Float64Array) => number): number {
  let [low, high] = [0, stepS];
  for (let i = 0; i < 40; i += 1) {
    const middle = (low + high) / 2;
    if (value(propagateState(state, middle)) > 0) low = middle;
    else high = middle;
  }
  return low;
}

function fly(launch: Geodetic, velocity: Vector3<Ecef>): Flown {
  let state: Float64Array = Float64Array.of(...ecefFromGeodetic(launch), ...velocity);
  let apogeeM = 0;
  for (let timeS = 0; ; timeS += 20) {
    const next = propagateState(state, 20);
    if (climbOf(state) > 0 && climbOf(next) <= 0) {
      apogeeM = heightOf(propagateState(state, crossing(state, 20, climbOf)));
    }
    if (climbOf(next) < 0 && heightOf(next) <= 0) {
      const seconds = crossing(state, 20, heightOf);
      return { timeS: timeS + seconds, apogeeM, end: positionOf(propagateState(state, seconds)) };
    }
    state = next;
  }
}

/** The integrated throw that comes down at `impact` from `apogeeM`. */
function shoot(launch: Geodetic, impact: Geodetic, apogeeM: number): Flown {
  let velocity = throwBetween(launch, impact, apogeeM).velocity;
  const missOf = (flown: Flown): number[] => {
    const [east, north] = enuFromEcef(impact, subtract(flown.end, ecefFromGeodetic(impact)));
    return [east, north, flown.apogeeM - apogeeM];
  };
  let flown = fly(launch, velocity);
  for (let round = 0; round < 8; round += 1) {
    const miss = missOf(flown);
    if (Math.hypot(...miss) < 1) return flown;
    const columns = [0, 1, 2].map((axis) => {
      const moved = velocity.map((v, i) =>
        i === axis ? v + 0.5 : v,
      ) as unknown as typeof velocity;
      return missOf(fly(launch, moved)).map((m, i) => (m - (miss[i] as number)) / 0.5);
    }) as unknown as [Vector3<Ecef>, Vector3<Ecef>, Vector3<Ecef>];
    velocity = subtract(velocity, solve(columns, miss as unknown as Vector3<Ecef>));
    flown = fly(launch, velocity);
  }
  throw new Error('the shooting did not settle');
}

/** Cramer's rule; the columns of the matrix, and the right-hand side. */
function solve(
  [a, b, c]: readonly [Vector3<Ecef>, Vector3<Ecef>, Vector3<Ecef>],
  d: Vector3<Ecef>,
): Vector3<Ecef> {
  const triple = (x: Vector3<Ecef>, y: Vector3<Ecef>, z: Vector3<Ecef>): number =>
    dot(x, [y[1] * z[2] - y[2] * z[1], y[2] * z[0] - y[0] * z[2], y[0] * z[1] - y[1] * z[0]]);
  const whole = triple(a, b, c);
  return [triple(d, b, c) / whole, triple(a, d, c) / whole, triple(a, b, d) / whole];
}

test('the time is that of gravity to J4 within the stated share, wherever it flies', () => {
  const random = createRandom('throws');
  let worst = 0;
  for (let i = 0; i < 24; i += 1) {
    const launch = geodeticFromDegrees(160 * random.uniform() - 80, 360 * random.uniform() - 180);
    const rangeM = 3e5 * 40 ** random.uniform();
    const impact = geodesicDestination(launch, 2 * Math.PI * random.uniform(), rangeM);
    const apogeeM = 5e4 + rangeM * (0.08 + 0.5 * random.uniform());
    const flown = shoot(launch, impact, apogeeM);
    const { timeS } = throwBetween(launch, impact, apogeeM);
    worst = Math.max(worst, Math.abs(timeS - flown.timeS) / flown.timeS);
  }
  expect(worst).toBeLessThan(MODEL_SHARE);
});

test('so it is for a lofted throw that climbs to 7,000 km', () => {
  const launch = geodeticFromDegrees(39.2, 125.7);
  const impact = geodesicDestination(launch, radiansFromDegrees(65), 1_000_000);
  const flown = shoot(launch, impact, 7e6);
  const { timeS } = throwBetween(launch, impact, 7e6);
  expect(Math.abs(timeS - flown.timeS) / flown.timeS).toBeLessThan(MODEL_SHARE);
});

test('near the pole, where the turning Earth does little, it is the time over a sphere', () => {
  const launch = geodeticFromDegrees(89, 0);
  const impact = geodesicDestination(launch, radiansFromDegrees(180), 1_000_000);
  const sphere = arcThrough(1e6, 3e5).timeS;
  expect(throwBetween(launch, impact, 3e5).timeS / sphere).toBeCloseTo(1, 2);
});

test('eastward takes longer than westward, and the velocity points the way it goes', () => {
  const launch = geodeticFromDegrees(10, 20);
  const time = (azimuthDeg: number): number => {
    const impact = geodesicDestination(launch, radiansFromDegrees(azimuthDeg), 4e6);
    const { timeS, velocity } = throwBetween(launch, impact, 8e5);
    const toImpact = subtract(ecefFromGeodetic(impact), ecefFromGeodetic(launch));
    expect(dot(add(velocity, [0, 0, 0]), toImpact)).toBeGreaterThan(0);
    return timeS;
  };
  expect(time(90)).toBeGreaterThan(time(0) + 20);
  expect(time(0)).toBeGreaterThan(time(270) + 20);
});
