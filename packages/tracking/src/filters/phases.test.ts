// SPDX-License-Identifier: Apache-2.0
// One flight through its phases under laws of three sizes (boost 8, coast 6, re-entry 7): the laws
// share position and velocity by name and are told apart by what a radar sees, over 20 seeded runs.

import { createRandom, ecefFromEnu, ecefFromGeodetic, geodeticFromDegrees } from '@isthmus/earth';
import { expect, test } from 'vitest';
import type { Gaussian } from '../gaussian.ts';
import { boost } from '../models/boost.ts';
import { coastModel } from '../models/coast-model.ts';
import type { MotionModel } from '../models/motion-model.ts';
import { reentry } from '../models/reentry.ts';
import { independent } from '../sensors/measurement-model.ts';
import { radarModel } from '../sensors/radar-model.ts';
import {
  combineInteracting,
  type Interacting,
  type Mode,
  predictInteracting,
  updateInteracting,
} from './interacting.ts';

const NOISE = { rangeM: 15, azimuthRad: 5e-4, elevationRad: 5e-4, rangeRateMps: 1 };
const radar = radarModel({
  site: geodeticFromDegrees(45, 35.5, 100),
  noise: NOISE,
  refracted: true,
});
const powered = boost({
  accelerationDensity: 1,
  thrustDensity: 0.05,
  massFlowDensity: 1e-9,
  inverseBallisticM2pkg: 0,
});
const falling = coastModel(0.01);
const braked = reentry({ accelerationDensity: 0.01, logDragDensity: 1e-4 });

function flies(
  motion: MotionModel,
  start: readonly number[],
  seconds: number,
): readonly number[][] {
  let state = [...start];
  return Array.from({ length: seconds }, () => {
    state = Array.from(motion.advance(state, 1).state);
    return state;
  });
}

/** Probability of each law, mean over runs, each second; and the last squared speed error. */
function follow(
  laws: Interacting,
  truth: readonly (readonly number[])[],
  start: {
    readonly extras: readonly (readonly number[])[];
    readonly sigmas: readonly (readonly number[])[];
  },
): { readonly odds: readonly (readonly number[])[]; readonly speedRmseMps: number } {
  const runs = 20;
  const odds = truth.map(() => laws.models.map(() => 0));
  let square = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(`phases/${run}`);
    const kinematic = [200, 200, 200, 20, 20, 20];
    const mean = kinematic.map((sigma, i) => (truth[0]?.[i] as number) + sigma * random.normal());
    let modes: readonly Mode[] = laws.models.map((_, j) => {
      const belief: Gaussian = {
        mean: [...mean, ...(start.extras[j] as readonly number[])],
        covariance: independent([...kinematic, ...(start.sigmas[j] as readonly number[])]),
      };
      return { probability: 1 / laws.models.length, belief };
    });
    truth.forEach((state, k) => {
      if (k > 0) modes = predictInteracting(laws, modes, 1);
      const noise = [NOISE.rangeM, NOISE.azimuthRad, NOISE.elevationRad, NOISE.rangeRateMps];
      const measured = radar
        .predict(state.slice(0, 6))
        .value.map((value, m) => value + (noise[m] as number) * random.normal());
      modes = updateInteracting(radar, modes, measured).modes;
      odds[k] = modes.map((mode, j) => (odds[k]?.[j] as number) + mode.probability / runs);
    });
    const { mean: last } = combineInteracting(laws, modes);
    const at = truth.at(-1) as readonly number[];
    for (let i = 3; i < 6; i += 1) square += ((last[i] as number) - (at[i] as number)) ** 2;
  }
  return { odds, speedRmseMps: Math.sqrt(square / runs) };
}

test('burn-out is seen within seconds, and the speed after it is better than that of boost alone', {
  timeout: 60_000,
}, () => {
  const place = geodeticFromDegrees(44, 34, 25_000);
  const lit = [...ecefFromGeodetic(place), ...ecefFromEnu(place, [500, 300, 700]), 30, 0.009];
  const ascent = flies(powered, lit, 40);
  const burnOut = (ascent.at(-1) as number[]).slice(0, 6);
  const truth = [...ascent, ...flies(falling, burnOut, 30)];
  const start = { extras: [[28, 0.008], []], sigmas: [[5, 0.003], []] };
  const both: Interacting = {
    models: [powered, falling],
    switching: (seconds) => [
      1 - 0.02 * seconds,
      0.02 * seconds,
      0.001 * seconds,
      1 - 0.001 * seconds,
    ],
  };
  const { odds, speedRmseMps } = follow(both, truth, start);
  const coasting = odds.map(([, coast]) => coast as number);
  expect(Math.max(...coasting.slice(10, 40))).toBeLessThan(0.05);
  expect(Math.min(...coasting.slice(42))).toBeGreaterThan(0.9);
  const alone = follow({ models: [powered], switching: () => [1] }, truth, start);
  expect(speedRmseMps).toBeLessThan(0.5 * alone.speedRmseMps);
});

test('the air is felt where it begins: coast gives way to re-entry', { timeout: 60_000 }, () => {
  const place = geodeticFromDegrees(45.6, 36.4, 130_000);
  const entry = [
    ...ecefFromGeodetic(place),
    ...ecefFromEnu(place, [-1_200, -900, -2_300]),
    Math.log(1 / 500),
  ];
  const truth = flies(braked, entry, 45);
  const both: Interacting = {
    models: [falling, braked],
    switching: (seconds) => [
      1 - 0.02 * seconds,
      0.02 * seconds,
      0.005 * seconds,
      1 - 0.005 * seconds,
    ],
  };
  const start = { extras: [[], [Math.log(1 / 1_000)]], sigmas: [[], [0.7]] };
  const { odds, speedRmseMps } = follow(both, truth, start);
  const dragging = odds.map(([, drag]) => drag as number);
  const alone = follow({ models: [falling], switching: () => [1] }, truth, start);
  expect(Math.min(...dragging.slice(-5))).toBeGreaterThan(0.99);
  expect(speedRmseMps).toBeLessThan(0.1 * alone.speedRmseMps);
});
