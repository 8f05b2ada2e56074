// SPDX-License-Identifier: Apache-2.0
import {
  cholesky,
  createRandom,
  instant,
  multiply,
  packSymmetric,
  type Random,
  transpose,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { isEcho } from './echo.ts';
import { combine } from './information.ts';

const TIME = instant(0);
const TRUTH = [4.1e6, 3.2e6, 4.6e6, -3000, 2500, 3100];

function covarianceOf(random: Random): Float64Array {
  const root = Float64Array.from({ length: 36 }, (_, k) => (k < 18 ? 100 : 1) * random.normal());
  const full = multiply(root, transpose(root, 6, 6), { n: 6, m: 6, p: 6 });
  for (let i = 0; i < 6; i += 1) full[i * 7] = (full[i * 7] as number) + (i < 3 ? 100 : 0.01);
  return full;
}

function draw(covariance: Float64Array, random: Random): Estimate {
  const root = cholesky(covariance, 6) as Float64Array;
  const white = Float64Array.from({ length: 6 }, () => random.normal());
  const error = multiply(root, white, { n: 6, m: 6, p: 1 });
  const state = TRUTH.map((v, i) => v + (error[i] as number));
  return { time: TIME, state, covariance: packSymmetric(covariance) };
}

/** As the wire rounds a state. */
function sent(estimate: Estimate): Estimate {
  return { ...estimate, state: estimate.state.map((v) => Math.round(v * 1e3) / 1e3) };
}

test('a state of ours comes back as an echo, fresh or before the last looks', () => {
  let found = 0;
  for (let run = 0; run < 200; run += 1) {
    const random = createRandom(`echo/own/${run}`);
    const covariance = covarianceOf(random);
    const before = draw(covariance, random);
    expect(isEcho(before, sent(before)), `echo/own/${run}`).toBe(true);
    // What was learnt since: as much as was known along two axes, next to nothing along the others.
    const root = cholesky(covariance, 6) as Float64Array;
    const wide = root.map((v, k) => v * (k % 6 < 2 ? 1 : 100));
    const look = draw(multiply(wide, transpose(wide, 6, 6), { n: 6, m: 6, p: 6 }), random);
    if (isEcho(combine(before, look), sent(before))) found += 1;
  }
  expect(found).toBeGreaterThan(190);
});

test('an independent estimate with axes of its own is never an echo', () => {
  for (let run = 0; run < 500; run += 1) {
    const random = createRandom(`echo/other/${run}`);
    const ours = draw(covarianceOf(random), random);
    const theirs = draw(covarianceOf(random), random);
    expect(isEcho(ours, theirs), `echo/other/${run}`).toBe(false);
  }
});

test('an independent one of the very same shape is seldom taken for an echo', () => {
  let taken = 0;
  for (let run = 0; run < 500; run += 1) {
    const random = createRandom(`echo/alike/${run}`);
    const covariance = covarianceOf(random);
    const ours = draw(covariance, random);
    const theirs = draw(
      covariance.map((v) => 1.2 * v),
      random,
    );
    if (isEcho(ours, theirs)) taken += 1;
  }
  expect(taken / 500).toBeLessThan(0.02);
});

test('what is sharper than ours in any direction is no echo', () => {
  const random = createRandom('echo/sharper');
  const ours = draw(covarianceOf(random), random);
  const sharper = unpackSymmetric(ours.covariance).map((v) => 0.99 * v);
  expect(isEcho(ours, { ...ours, covariance: packSymmetric(sharper) })).toBe(false);
});

test('what is no covariance is no echo and no error', () => {
  const random = createRandom('echo/bad');
  const ours = draw(covarianceOf(random), random);
  for (const factor of [-1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
    const bad = { ...ours, covariance: ours.covariance.map((v) => v * factor) };
    expect(isEcho(ours, bad)).toBe(false);
  }
});
