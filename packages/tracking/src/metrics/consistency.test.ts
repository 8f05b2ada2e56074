// SPDX-License-Identifier: Apache-2.0
import { createRandom } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import { aneesBand, bootstrapMean, consistency, nees, rmseOverTime } from './consistency.ts';

test('the two-sided 95 % bands are those published (Bar-Shalom, Li, Kirubarajan 2001)', () => {
  const table = [
    [2, 50, 0.742, 1.296],
    [3, 50, 0.787, 1.239],
    [4, 50, 0.814, 1.205],
    [6, 1, 0.206, 2.408],
    [6, 50, 0.846, 1.166],
    [6, 100, 0.89, 1.116],
    [9, 100, 0.91, 1.094],
  ] as const;
  for (const [dimension, runs, low, high] of table) {
    const band = aneesBand({ dimension, runs, probability: 0.95 });
    expect(band[0]).toBeCloseTo(low, 3);
    expect(band[1]).toBeCloseTo(high, 3);
  }
});

test('NEES of a known error, and a covariance that is none is refused with its code', () => {
  expect(nees([3, 4], [9, 0, 0, 4])).toBeCloseTo(5, 12);
  expect(nees([1, 1], [2, 1, 1, 2])).toBeCloseTo(2 / 3, 12);
  expect(() => nees([1, 1], [1, 2, 2, 1])).toThrow(TrackingError);
});

test('RMSE at each step is over the runs', () => {
  const squares = { runs: 2, steps: 3, values: [1, 4, 0, 7, 4, 18] };
  expect(Array.from(rmseOverTime(squares))).toEqual([2, 2, 3]);
});

/** NEES of errors that hang together along time, drawn `factor` times as large as they are told. */
function correlatedRuns(
  seed: string,
  factor: number,
): { runs: number; steps: number; values: Float64Array } {
  const [runs, steps, dimension, memory] = [60, 80, 3, 0.95];
  const random = createRandom(seed);
  const values = new Float64Array(runs * steps);
  for (let run = 0; run < runs; run += 1) {
    const error = Float64Array.from({ length: dimension }, () => random.normal());
    for (let step = 0; step < steps; step += 1) {
      let sum = 0;
      for (let i = 0; i < dimension; i += 1) {
        error[i] = memory * (error[i] as number) + Math.sqrt(1 - memory * memory) * random.normal();
        sum += (factor * (error[i] as number)) ** 2;
      }
      values[run * steps + step] = sum;
    }
  }
  return { runs, steps, values };
}

test('the bootstrapped band of the time mean holds 1 about as often as it says', () => {
  let held = 0;
  let heldByTooLarge = 0;
  const trials = 80;
  for (let trial = 0; trial < trials; trial += 1) {
    const random = createRandom(`consistency/bootstrap/${trial}`);
    const judge = (factor: number): boolean => {
      const table = correlatedRuns(`consistency/${trial}`, factor);
      const [low, high] = consistency(table, 3, random).aneesMeanBand;
      return low <= 1 && high >= 1;
    };
    if (judge(1)) held += 1;
    if (judge(1.3)) heldByTooLarge += 1;
  }
  // 95 % of 80 with three sigma of counting, and what percentiles of 60 runs fall short.
  expect(held / trials).toBeGreaterThan(0.86);
  // The control: errors a third larger than told are found nearly always.
  expect(heldByTooLarge / trials).toBeLessThan(0.1);
});

test('a right covariance has nearly all steps in the band; the same seed gives the same band', () => {
  const table = correlatedRuns('consistency/steps', 1);
  const one = consistency(table, 3, createRandom('resamples'));
  expect(one.stepsInBand).toBeGreaterThan(0.8);
  expect(one.anees).toHaveLength(table.steps);
  expect(consistency(table, 3, createRandom('resamples'))).toEqual(one);
  expect(bootstrapMean([2, 2, 2], createRandom('resamples'))).toEqual([2, 2]);
});
