// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  createRandom,
  type Instant,
  instant,
  invertPositive,
  packSymmetric,
  type Random,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { fuseAtOrigin, quadratic } from './information.ts';

const BURN_OUT = instant(1_340_000_000_000_000);
const TRUTH = [3.0e6, 4.9e6, 3.1e6, -2300, 1400, 4000];

/** A Gaussian around `state` with the given sigmas along axes of its own, drawn from itself. */
function drawn(
  random: Random,
  at: { readonly time: Instant; readonly state: ArrayLike<number> },
  sigmas: readonly number[],
): Estimate {
  const covariance = new Float64Array(36);
  const state = Array.from(at.state);
  sigmas.forEach((sigma, i) => {
    covariance[i * 7] = sigma * sigma;
    state[i] = (state[i] as number) + sigma * random.normal();
  });
  return { time: at.time, state, covariance: packSymmetric(covariance) };
}

test('a wide estimate fused where it was made stays consistent: NEES of 300 draws in its 99.9 % band', () => {
  const seed = 41;
  const random = createRandom(seed);
  const later = addSeconds(BURN_OUT, 150);
  const now = addSeconds(BURN_OUT, 170);
  const truthThen = propagateState(TRUTH, 150);
  const truthNow = propagateState(TRUTH, 170);
  let sum = 0;
  let gain = 0;
  const draws = 300;
  for (let k = 0; k < draws; k += 1) {
    // Infrared: 60 km and 1.5 km/s along the line of sight, 2 km and 60 m/s across.
    const wide = drawn(random, { time: BURN_OUT, state: TRUTH }, [6e4, 2e3, 2e3, 1500, 60, 60]);
    const narrow = drawn(random, { time: later, state: truthThen }, [900, 900, 900, 20, 20, 20]);
    const fused = fuseAtOrigin(narrow, wide, { gate: 1000, at: now });
    if (fused === null) throw new Error(`seed ${seed}, draw ${k}: not fused`);
    const inverse = invertPositive(unpackSymmetric(fused.covariance), 6);
    if (inverse === null) throw new Error(`seed ${seed}, draw ${k}: not positive definite`);
    const error = fused.state.map((value, i) => value - (truthNow[i] as number));
    sum += quadratic(inverse, error);
    gain += Math.sqrt((unpackSymmetric(fused.covariance)[28] as number) / 400);
  }
  // Chi-square with 1,800 degrees of freedom over 300: 6 within 3.3 standard deviations.
  expect(sum / draws, `seed ${seed}`).toBeGreaterThan(6 - 3.3 * Math.sqrt(12 / draws));
  expect(sum / draws, `seed ${seed}`).toBeLessThan(6 + 3.3 * Math.sqrt(12 / draws));
  // What it is for: the velocity across the line of sight is known better than from radar alone.
  expect(gain / draws).toBeLessThan(0.8);
});

test('a way back through the air, whose drag nobody knows, makes no estimate wider than radar has it', () => {
  const random = createRandom(43);
  // A flight of short range: burnt out 45 km up, seen by radar above the air.
  const up = [3.0e6, 4.9e6, 2.772e6].map((v) => v * ((6_371_000 + 45_000) / 6.377e6));
  const burnt = [...up, -300, 1100, 1500];
  const later = addSeconds(BURN_OUT, 75);
  const truthThen = propagateState(burnt, 75);
  const draws = 100;
  let nees = 0;
  for (let k = 0; k < draws; k += 1) {
    const wide = drawn(random, { time: BURN_OUT, state: burnt }, [2e4, 3e3, 3e3, 900, 300, 300]);
    const narrow = drawn(random, { time: later, state: truthThen }, [250, 250, 250, 3, 3, 3]);
    const fused = fuseAtOrigin(narrow, wide, { gate: 1000, at: later });
    if (fused === null) throw new Error(`draw ${k}: not fused`);
    const covariance = unpackSymmetric(fused.covariance);
    for (const i of [0, 7, 14]) expect(covariance[i]).toBeLessThanOrEqual(250 ** 2);
    for (const i of [21, 28, 35]) expect(covariance[i]).toBeLessThanOrEqual(3 ** 2);
    const inverse = invertPositive(covariance, 6);
    if (inverse === null) throw new Error(`draw ${k}: not positive definite`);
    nees += quadratic(
      inverse,
      fused.state.map((value, i) => value - (truthThen[i] as number)),
    );
  }
  expect(nees / draws).toBeGreaterThan(6 - 3.3 * Math.sqrt(12 / draws));
  expect(nees / draws).toBeLessThan(6 + 3.3 * Math.sqrt(12 / draws));
});

test('estimates that do not agree at burn-out are not fused', () => {
  const random = createRandom(5);
  const wide = drawn(random, { time: BURN_OUT, state: TRUTH }, [6e4, 2e3, 2e3, 1500, 60, 60]);
  const elsewhere = propagateState(TRUTH, 150).map((v, i) => (i === 1 ? v + 2e5 : v));
  const narrow = drawn(
    random,
    { time: addSeconds(BURN_OUT, 150), state: elsewhere },
    [900, 900, 900, 20, 20, 20],
  );
  expect(fuseAtOrigin(narrow, wide, { gate: 22.46, at: BURN_OUT })).toBeNull();
});
