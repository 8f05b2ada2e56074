// SPDX-License-Identifier: Apache-2.0
// How a state and its covariance are moved to their tick, against a path of its own in steps of 5 ms and
// differences of such paths; and how far a covariance is raised, against the determinant that must vanish.

import {
  cholesky,
  coastAcceleration,
  createRandom,
  type Instant,
  multiply,
  packSymmetric,
  type Random,
  transpose,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import type { Clause } from './agreement.ts';
import { coarsenTrack, floorOnly, quantise } from './coarsen-estimate.ts';
import { CLAUSE, estimateAt, NOW, seconds } from './fixtures.ts';

const CUBE = { n: 6, m: 6, p: 6 } as const;
const STEP_S = 0.005;

/** By the midpoint, whose error over 30 s at this step is far below a millimetre. */
function fall(from: readonly number[], overS: number): number[] {
  const result = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };
  const rate = (state: readonly number[]): number[] => {
    coastAcceleration(state, result, false);
    return [...state.slice(3), ...result.acceleration];
  };
  const along = (state: readonly number[], slope: readonly number[], dtS: number): number[] =>
    state.map((value, i) => value + dtS * (slope[i] as number));
  const steps = Math.round(Math.abs(overS) / STEP_S);
  const dtS = overS / steps;
  let state = [...from];
  for (let i = 0; i < steps; i += 1) {
    state = along(state, rate(along(state, rate(state), dtS / 2)), dtS);
  }
  return state;
}

/** How the end of a path moves with its beginning, by central differences. */
function sensitivity(from: readonly number[], overS: number): Float64Array {
  const f = new Float64Array(36);
  for (let column = 0; column < 6; column += 1) {
    const by = column < 3 ? 100 : 1;
    const [up, down] = [by, -by].map((step) =>
      fall(
        from.map((value, i) => (i === column ? value + step : value)),
        overS,
      ),
    ) as [number[], number[]];
    for (let row = 0; row < 6; row += 1) {
      f[row * 6 + column] = ((up[row] as number) - (down[row] as number)) / (2 * by);
    }
  }
  return f;
}

describe('R-45: a state in free flight moved to its tick', () => {
  const slow: Clause = { ...CLAUSE, tickS: 60, gridKm: { report: 10, track: 0 } };

  test.each([29, -29, 12.5, 3])('over %d s follows the path to the millimetre', (overS) => {
    const given = estimateAt((NOW - overS * 1e6) as Instant, {
      positionM: 200,
      velocityMps: 30,
    });
    const now = seconds(NOW, 1000);
    const moved = coarsenTrack(given, slow, { phase: 'coast', now });
    expect(moved.time).toBe(NOW);
    const path = fall(given.state, overS);
    moved.state.forEach((value, i) => {
      expect(Math.abs(value - (path[i] as number))).toBeLessThan(i < 3 ? 2e-3 : 1e-3);
    });
    const f = sensitivity(given.state, overS);
    const full = unpackSymmetric(given.covariance);
    const expected = multiply(multiply(f, full, CUBE), transpose(f, 6, 6), CUBE);
    const out = unpackSymmetric(moved.covariance);
    out.forEach((value, k) => {
      const [row, column] = [Math.floor(k / 6), k % 6];
      const unit = Math.sqrt((expected[row * 7] as number) * (expected[column * 7] as number));
      expect(Math.abs(value - (expected[k] as number)) / unit, `element ${k}`).toBeLessThan(3e-5);
    });
  });

  test('has no negative zero, whatever was rounded away', () => {
    const given = estimateAt(NOW);
    const state = [-1e-5, -2e-4, -0, -1e-9, 0, -4e-4];
    const zeros = [0, 0, 0, 0, 0, 0];
    expect(quantise({ ...given, state }).state).toStrictEqual(zeros);
    const grid: Clause = { ...CLAUSE, gridKm: { report: 10, track: 25 } };
    const small = { ...given, state: [-1, -2, -3, -1, -2, -3] };
    const coarse = coarsenTrack(small, grid, { phase: 'coast', now: NOW });
    expect(coarse.state).toStrictEqual(zeros);
  });
});

/** L L^T of a random lower triangle: positive definite, with axes in any direction. */
function covarianceOf(random: Random, positionM: number, velocityMps: number): number[] {
  const l = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const scale = i < 3 ? positionM : velocityMps;
      l[i * 6 + j] = scale * (i === j ? 0.5 + random.uniform() : 2 * random.uniform() - 1);
    }
  }
  return packSymmetric(multiply(l, transpose(l, 6, 6), CUBE));
}

/** Determinant of the block at `from` less `least` on its diagonal, in units of its own size. */
function determinantLess(covariance: readonly number[], from: 0 | 3, least: number): number {
  const full = unpackSymmetric(covariance);
  const at = (i: number, j: number): number =>
    ((full[(from + i) * 6 + from + j] as number) - (i === j ? least : 0)) / least;
  const minor = (i: number, j: number): number => at(1, i) * at(2, j) - at(1, j) * at(2, i);
  const determinant = at(0, 0) * minor(1, 2) - at(0, 1) * minor(0, 2) + at(0, 2) * minor(0, 1);
  return determinant / (at(0, 0) + at(1, 1) + at(2, 2)) ** 3;
}

/** True when no direction of the block at `from` has a variance below `least`. */
function isAbove(covariance: readonly number[], from: 0 | 3, least: number): boolean {
  const full = unpackSymmetric(covariance);
  const block = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => (full[(from + i) * 6 + from + j] as number) - (i === j ? least : 0)),
  );
  return cholesky(Float64Array.from(block), 3) !== null;
}

describe('R-47: a floor', () => {
  const accuracyFloor = { positionM: 500, velocityMps: 20 };
  const floored = (estimate: Estimate, change = {}): Estimate =>
    floorOnly(estimate, { ...CLAUSE, accuracyFloor: { ...accuracyFloor, ...change } });

  test('is raised to and no further: the sharpest direction lies on it', () => {
    const random = createRandom(47);
    for (let i = 0; i < 200; i += 1) {
      const given = { ...estimateAt(NOW), covariance: covarianceOf(random, 100, 4) };
      const { covariance } = floored(given);
      expect([isAbove(covariance, 0, 500 ** 2), isAbove(covariance, 3, 20 ** 2)]).toEqual([
        true,
        true,
      ]);
      // A thousandth above, so that raising twice is raising once.
      expect(Math.abs(determinantLess(covariance, 0, 1.001 * 500 ** 2))).toBeLessThan(1e-9);
      expect(Math.abs(determinantLess(covariance, 3, 1.001 * 20 ** 2))).toBeLessThan(1e-9);
    }
  });

  test('of positions alone leaves velocities as they were, and the other way round', () => {
    const given = estimateAt(NOW, { positionM: 100, velocityMps: 10 });
    const raised = (change: object): readonly number[] =>
      floored(given, change).covariance.map((value, k) => value - (given.covariance[k] as number));
    const [place, speed] = [raised({ velocityMps: 0 }), raised({ positionM: 0 })];
    for (const k of [0, 6, 11]) {
      expect(place[k]).toBeCloseTo(1.001 * 500 ** 2 - 100 ** 2, 6);
      expect(speed[k]).toBe(0);
    }
    for (const k of [15, 18, 20]) {
      expect(place[k]).toBe(0);
      expect(speed[k]).toBeCloseTo(1.001 * 20 ** 2 - 10 ** 2, 6);
    }
  });

  test('that is met is no reason to raise anything', () => {
    const sphere = estimateAt(NOW, { positionM: 500, velocityMps: 20 });
    expect(floored(sphere)).toEqual(quantise(sphere));
    const long = covarianceOf(createRandom(3), 100_000, 3_000);
    expect(floored({ ...sphere, covariance: long }).covariance).toEqual(long);
  });
});
