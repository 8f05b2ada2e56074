// SPDX-License-Identifier: Apache-2.0
// Every transition matrix against differences of eighth order, over seeded states everywhere.

import { createRandom, ecefFromEnu, ecefFromGeodetic, enuAxes, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { discrepancies } from '../differences.fixture.ts';
import { boost } from './boost.ts';
import { coastModel } from './coast-model.ts';
import type { MotionModel } from './motion-model.ts';
import { reentry } from './reentry.ts';
import { constantAcceleration, constantVelocity } from './straight.ts';
import { coordinatedTurn } from './turn.ts';

/** Geometric heights inside which density is one formula: layers of the standard, margins off. */
const LAYERS_M = [
  [2_500, 8_000],
  [14_000, 17_000],
  [23_500, 28_500],
  [36_000, 43_500],
  [55_000, 68_000],
  [75_000, 82_500],
  [121_800, 128_000],
] as const;

/** A state somewhere over the Earth, poles and date line among them, inside one layer of air. */
function flying(random: Random, speedMps: readonly [number, number]): number[] {
  const latitudeRad = [
    (random.uniform() - 0.5) * Math.PI,
    Math.PI / 2 - 1e-7 * random.uniform(),
    -Math.PI / 2 + 1e-4 * random.uniform(),
    1e-9 * random.normal(),
  ][random.integer(4)] as number;
  const longitudeRad = [
    (2 * random.uniform() - 1) * Math.PI,
    Math.PI - 1e-8 * random.uniform(),
    -Math.PI + 1e-8 * random.uniform(),
  ][random.integer(3)] as number;
  const [low, high] = LAYERS_M[random.integer(LAYERS_M.length)] as readonly [number, number];
  const place = { latitudeRad, longitudeRad, heightM: low + (high - low) * random.uniform() };
  const speed = speedMps[0] + (speedMps[1] - speedMps[0]) * random.uniform();
  const [azimuth, climb] = [2 * Math.PI * random.uniform(), 3 * (random.uniform() - 0.5)];
  const velocity = ecefFromEnu(place, [
    speed * Math.cos(climb) * Math.sin(azimuth),
    speed * Math.cos(climb) * Math.cos(azimuth),
    speed * Math.sin(climb),
  ]);
  return [...ecefFromGeodetic(place), ...velocity];
}

function expectAnalytic(
  model: MotionModel,
  state: readonly number[],
  seconds: number,
  steps: readonly number[],
): void {
  const { transition } = model.advance(state, seconds);
  const wrong = discrepancies((s) => model.advance(s, seconds).state, state, transition, { steps });
  expect(wrong, `state ${state.join(' ')} over ${seconds} s`).toEqual([]);
}

const RUNS = 60;

test('straight flight: the transition is that of the law', () => {
  const random = createRandom('transitions/straight');
  for (let run = 0; run < RUNS; run += 1) {
    const dimensions = (1 + random.integer(3)) as 1 | 2 | 3;
    const seconds = 100 * random.normal();
    const velocity = constantVelocity({ dimensions, accelerationDensity: 1 });
    const acceleration = constantAcceleration({ dimensions, jerkDensity: 1 });
    for (const model of [velocity, acceleration]) {
      const state = Array.from({ length: model.size }, () => 1e4 * random.normal());
      expectAnalytic(model, state, seconds, new Array<number>(model.size).fill(1e3));
    }
  }
});

test('the coordinated turn: also where the turn rate is next to nothing, or many turns', () => {
  const random = createRandom('transitions/turn');
  for (let run = 0; run < 4 * RUNS; run += 1) {
    const place = { latitudeRad: random.normal(), longitudeRad: random.normal(), heightM: 0 };
    const vertical = run % 2 === 0 ? null : enuAxes(place)[2];
    const model = coordinatedTurn({ vertical, accelerationDensity: 1, turnRateDensity: 1 });
    const seconds = (random.chance(1, 2) ? 1 : -1) * 10 ** (2 * random.uniform() - 1);
    const angle = random.normal() * 10 ** (1 - 12 * random.uniform() ** 2);
    const state = Array.from({ length: model.size - 1 }, () => 500 * random.normal());
    const steps = new Array<number>(model.size - 1).fill(100);
    expectAnalytic(model, [...state, angle / seconds], seconds, [
      ...steps,
      0.05 / Math.abs(seconds),
    ]);
  }
});

test('free fall: minutes of it, poles and date line included', () => {
  const random = createRandom('transitions/coast');
  const model = coastModel(0);
  for (let run = 0; run < RUNS; run += 1) {
    const state = flying(random, [500, 7_000]);
    // High enough for no path to end in the Earth, where the coast stops.
    const factor = 1.3 + random.uniform();
    for (let i = 0; i < 3; i += 1) state[i] = (state[i] as number) * factor;
    const seconds = 200 * (2 * random.uniform() - 1);
    expectAnalytic(model, state, seconds, [2e4, 2e4, 2e4, 50, 50, 50]);
  }
});

test('re-entry: drag, its slope with height and its coefficient', () => {
  const random = createRandom('transitions/reentry');
  const model = reentry({ accelerationDensity: 0, logDragDensity: 0 });
  for (let run = 0; run < RUNS; run += 1) {
    const state = [
      ...flying(random, [500, 7_000]),
      Math.log(1 / (100 * 10 ** (2 * random.uniform()))),
    ];
    const seconds = (random.uniform() - 0.4) * 0.5;
    expectAnalytic(model, state, seconds, [200, 200, 200, 20, 20, 20, 0.02]);
  }
});

test('boost: thrust along the velocity, mass running off, with and without drag', () => {
  const random = createRandom('transitions/boost');
  const noise = { accelerationDensity: 0, thrustDensity: 0, massFlowDensity: 0 };
  for (let run = 0; run < RUNS; run += 1) {
    const inverseBallisticM2pkg = run % 2 === 0 ? 0 : 1e-4;
    const model = boost({ ...noise, inverseBallisticM2pkg });
    const thrust = 10 + 60 * random.uniform();
    const state = [...flying(random, [50, 5_000]), thrust, 0.002 + 0.01 * random.uniform()];
    const speed = Math.hypot(...state.slice(3, 6));
    const seconds = inverseBallisticM2pkg > 0 ? 0.5 * random.uniform() : 10 * random.uniform();
    const v = Math.min(20, speed / 100);
    expectAnalytic(model, state, seconds, [200, 200, 200, v, v, v, 0.5, 2e-4]);
  }
});
