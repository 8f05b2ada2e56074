// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { addSeconds, createRandom, instant, packSymmetric } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { followCoast, propagateCoast, propagateState, propagateWithTransition } from './coast.ts';

const start = [4.1e6, 3.2e6, 4.4e6, -3000, 2500, 3100];

test('the transition matrix agrees with central differences of the propagated state', () => {
  const { transition } = propagateWithTransition(start, 300);
  for (let column = 0; column < 6; column += 1) {
    const step = column < 3 ? 50 : 0.05;
    const at = (k: number): Float64Array =>
      propagateState(
        start.map((v, i) => (i === column ? v + k * step : v)),
        300,
      );
    const [minus, plus] = [at(-1), at(1)];
    for (let row = 0; row < 6; row += 1) {
      const numeric = ((plus[row] as number) - (minus[row] as number)) / (2 * step);
      const scale = (row < 3 ? 1 : 1e-3) * (column < 3 ? 1 : 300);
      expect(Math.abs(numeric - (transition[row * 6 + column] as number)) / scale).toBeLessThan(
        2e-7,
      );
    }
  }
});

test('going forth and back returns state and covariance', () => {
  const random = createRandom('coast/back');
  const sqrt = Float64Array.from({ length: 36 }, () => random.normal());
  const full = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      const scale = (i < 3 ? 1000 : 10) * (j < 3 ? 1000 : 10);
      for (let k = 0; k < 6; k += 1) {
        full[i * 6 + j] =
          (full[i * 6 + j] as number) +
          scale * (sqrt[i * 6 + k] as number) * (sqrt[j * 6 + k] as number);
      }
    }
  }
  const estimate = { time: instant(0), state: start, covariance: packSymmetric(full) };
  const there = propagateCoast(estimate, addSeconds(estimate.time, 400));
  const back = propagateCoast(there, estimate.time);
  back.state.forEach((v, i) => {
    expect(Math.abs(v - (start[i] as number))).toBeLessThan(1e-3);
  });
  back.covariance.forEach((v, i) => {
    const expected = estimate.covariance[i] as number;
    expect(Math.abs(v - expected)).toBeLessThan(1e-5 * (Math.abs(expected) + 10));
  });
});

test('an estimate that is followed goes where it would have gone at once, whenever it was asked', () => {
  const variances = [2500, 2500, 2500, 4, 4, 4];
  const covariance = packSymmetric(
    Float64Array.from({ length: 36 }, (_, i) => (i % 7 ? 0 : (variances[i / 7] as number))),
  );
  const make = () => ({ time: instant(0), state: start, covariance });
  for (const seconds of [0, 7, 59]) {
    const at = addSeconds(instant(0), seconds);
    expect(followCoast(make(), at)).toEqual(propagateCoast(make(), at));
  }
  const times = [7, 59, 60, 61, 300, 299, 400, 65];
  const estimate = make();
  for (const seconds of times) {
    const at = addSeconds(estimate.time, seconds);
    const asked = followCoast(estimate, at);
    // Bit for bit what somebody who asks for the first time is told.
    expect(asked).toEqual(followCoast(make(), at));
    const once = propagateCoast(estimate, at);
    asked.state.forEach((v, i) => {
      expect(Math.abs(v - (once.state[i] as number))).toBeLessThan(1e-3);
    });
    asked.covariance.forEach((v, i) => {
      const expected = once.covariance[i] as number;
      expect(Math.abs(v - expected)).toBeLessThan(1e-6 * (Math.abs(expected) + 1));
    });
  }
});

test('drag noise makes the covariance grow below 90 km, whichever way time runs', () => {
  const low = [6378137 + 40_000, 0, 0, -2000, 3000, 0];
  const covariance = packSymmetric(Float64Array.from({ length: 36 }, (_, i) => (i % 7 ? 0 : 1)));
  const estimate = { time: instant(0), state: low, covariance };
  for (const seconds of [10, -5]) {
    const moved = propagateCoast(estimate, addSeconds(estimate.time, seconds));
    expect(moved.covariance[20]).toBeGreaterThan(10);
  }
});

const oracle = new URL('../../../../../shared/oracles/tracking/a_3000_truth.csv', import.meta.url);

test.skipIf(!existsSync(oracle))(
  'the published two-body and J2 trajectory of 3,000 km is followed (skips where it is absent)',
  () => {
    const rows = readFileSync(oracle, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    const first = rows[0] as number[];
    for (const t of [100, 500, 900]) {
      const row = rows[t] as number[];
      const state = propagateState(first.slice(1), t - (first[0] as number));
      // J3 and J4, which the published flight leaves out, move it by tens of metres in 15 minutes.
      for (let i = 0; i < 3; i += 1) {
        expect(Math.abs((state[i] as number) - (row[i + 1] as number))).toBeLessThan(0.05 * t + 2);
      }
    }
  },
);
