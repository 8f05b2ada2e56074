// SPDX-License-Identifier: Apache-2.0
// A target that flies straight, turns and flies straight again, over 50 seeded runs: the laws are
// told apart, and together they are better than either alone.

import { createRandom, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import type { Gaussian } from '../gaussian.ts';
import { constantVelocity } from '../models/straight.ts';
import { coordinatedTurn } from '../models/turn.ts';
import { independent } from '../sensors/measurement-model.ts';
import { positionReport } from '../sensors/position-report.ts';
import {
  combineInteracting,
  type Interacting,
  type Mode,
  predictInteracting,
  updateInteracting,
} from './interacting.ts';

const RUNS = 50;
const PERIOD_S = 2;
const SIGMA_M = 40;
const SCANS = 90;
/** Scans of the turn: 3 degrees a second, a quarter of the way round and more. */
const TURN = [30, 52] as const;
const TURN_RATE_RADPS = (3 * Math.PI) / 180;

const straight = constantVelocity({ dimensions: 2, accelerationDensity: 0.05 });
const turning = coordinatedTurn({
  vertical: null,
  accelerationDensity: 0.05,
  turnRateDensity: 2e-5,
});
const sensor = positionReport(2, independent([SIGMA_M, SIGMA_M]));
const laws: Interacting = {
  models: [straight, turning],
  switching: (seconds) =>
    seconds === 0
      ? [1, 0, 0, 1]
      : [1 - 0.02 * seconds, 0.02 * seconds, 0.02 * seconds, 1 - 0.02 * seconds],
};

/** True states, one a scan. */
function fly(random: Random): readonly (readonly number[])[] {
  const exact = coordinatedTurn({ vertical: null, accelerationDensity: 0, turnRateDensity: 0 });
  const heading = 2 * Math.PI * random.uniform();
  let state = [0, 0, 240 * Math.cos(heading), 240 * Math.sin(heading)];
  return Array.from({ length: SCANS }, (_, k) => {
    const rate = k >= TURN[0] && k < TURN[1] ? TURN_RATE_RADPS : 0;
    state = Array.from(exact.advance([...state, rate], PERIOD_S).state.subarray(0, 4));
    return state;
  });
}

function start(truth: readonly number[], random: Random, size: number): Gaussian {
  const sigmas = [100, 100, 30, 30, 0.02].slice(0, size);
  const mean = sigmas.map((sigma, i) =>
    i < 4 ? (truth[i] as number) + sigma * random.normal() : 0,
  );
  return { mean, covariance: independent(sigmas) };
}

/** Squared position errors a scan and probabilities of the turn, of one set of laws over all runs. */
function flyAll(of: Interacting): {
  readonly mse: readonly number[];
  readonly turn: readonly number[];
} {
  const mse = new Array<number>(SCANS).fill(0);
  const turn = new Array<number>(SCANS).fill(0);
  for (let run = 0; run < RUNS; run += 1) {
    const random = createRandom(`interacting/${run}`);
    const truth = fly(random);
    const first = truth[0] as readonly number[];
    const drawn = start(first, random, 5);
    let modes: readonly Mode[] = of.models.map((model) => ({
      probability: 1 / of.models.length,
      belief: {
        mean: Array.from(drawn.mean).slice(0, model.size),
        covariance: independent([100, 100, 30, 30, 0.02].slice(0, model.size)),
      },
    }));
    truth.forEach((at, k) => {
      if (k > 0) modes = predictInteracting(of, modes, PERIOD_S);
      const measured = [0, 1].map((i) => (at[i] as number) + SIGMA_M * random.normal());
      modes = updateInteracting(sensor, modes, measured).modes;
      const { mean } = combineInteracting(of, modes);
      mse[k] =
        (mse[k] as number) +
        (((mean[0] as number) - (at[0] as number)) ** 2 +
          ((mean[1] as number) - (at[1] as number)) ** 2) /
          RUNS;
      turn[k] = (turn[k] as number) + (modes.at(-1)?.probability as number) / RUNS;
    });
  }
  return { mse, turn };
}

const rmse = (mse: readonly number[]): number =>
  Math.sqrt(mse.slice(10).reduce((sum, value) => sum + value, 0) / (mse.length - 10));

test('two laws of different size know a turn when they see one, and beat each alone', () => {
  const both = flyAll(laws);
  // The third is loose enough for the turn: what one would do without a second law.
  const loose = constantVelocity({ dimensions: 2, accelerationDensity: 40 });
  const alone = [...laws.models, loose].map((model) =>
    flyAll({ models: [model], switching: () => [1] }),
  );
  const mean = (from: number, to: number): number =>
    both.turn.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  expect(mean(20, 30)).toBeLessThan(0.3);
  expect(mean(36, 52)).toBeGreaterThan(0.9);
  expect(mean(65, 90)).toBeLessThan(0.3);
  for (const one of alone) expect(rmse(both.mse)).toBeLessThan(0.97 * rmse(one.mse));
});

test('what one law lacks it does not touch in the other', () => {
  const belief = { mean: [1, 2, 3, 4], covariance: independent([1, 2, 3, 4]) };
  const covariance = independent([5, 6, 7, 8, 0.1]);
  const other = { mean: [10, 20, 30, 40, 0.5], covariance };
  const modes = [
    { probability: 1, belief },
    { probability: 0, belief: other },
  ];
  const quiet: Interacting = {
    models: [
      constantVelocity({ dimensions: 2, accelerationDensity: 0 }),
      coordinatedTurn({ vertical: null, accelerationDensity: 0, turnRateDensity: 0 }),
    ],
    switching: () => [0, 1, 0, 1],
  };
  // All that is straight becomes a turn: kinematics of the one, turn rate of the other. No time passes.
  const [left, turned] = predictInteracting(quiet, modes, 0) as readonly [Mode, Mode];
  expect(left.probability).toBe(0);
  expect(Array.from(left.belief.mean)).toEqual([1, 2, 3, 4]);
  expect(turned.probability).toBe(1);
  Array.from(turned.belief.mean).forEach((value, i) => {
    expect(value).toBeCloseTo([1, 2, 3, 4, 0.5][i] as number, 12);
  });
  const sigmas = [1, 2, 3, 4, 0.1];
  sigmas.forEach((sigma, i) => {
    expect(turned.belief.covariance[i * 6]).toBeCloseTo(sigma * sigma, 9);
  });
  expect(combineInteracting(quiet, [left, turned]).mean.length).toBe(4);
});

test('the mixture has the mean and covariance of its parts, and far from all laws there are odds', () => {
  const law = constantVelocity({ dimensions: 1, accelerationDensity: 1e-12 });
  const two: Interacting = { models: [law, law], switching: () => [0.9, 0.1, 0.3, 0.7] };
  const modes = [
    { probability: 0.6, belief: { mean: [0, 0], covariance: [4, 0, 0, 1] } },
    { probability: 0.4, belief: { mean: [10, 1], covariance: [9, 1, 1, 2] } },
  ];
  const both = combineInteracting(two, modes);
  expect(both.mean[0]).toBeCloseTo(4, 12);
  expect(both.covariance[0]).toBeCloseTo(0.6 * (4 + 16) + 0.4 * (9 + 36), 12);
  expect(both.covariance[1]).toBeCloseTo(0.6 * (-4 * -0.4) + 0.4 * (1 + 6 * 0.6), 12);
  const [first] = predictInteracting(two, modes, 0) as readonly [Mode, Mode];
  expect(first.probability).toBeCloseTo(0.6 * 0.9 + 0.4 * 0.3, 12);
  const { modes: after, logLikelihood } = updateInteracting(positionReport(1, [1]), modes, [1e6]);
  expect(after[0]?.probability).toBeCloseTo(0, 12);
  expect(after[1]?.probability).toBeCloseTo(1, 12);
  expect(Number.isFinite(logLikelihood)).toBe(true);
  expect(() => predictInteracting(two, modes.slice(1), 1)).toThrow(TrackingError);
});
