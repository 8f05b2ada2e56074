// SPDX-License-Identifier: Apache-2.0
// Origin: made here. Bodies made apart from each other by the tracker's own model of gravity.

import { addSeconds, packSymmetric } from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { flyTogether, missedBy } from './kinship.ts';
import { LIMITS } from './limits.ts';
import { MISSILE, START } from './synthetic-feed.fixture.ts';

/** A state `seconds` after `START`, known to 500 m and 5 m/s. */
function known(state: ArrayLike<number>, seconds = 0): Estimate {
  const covariance = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) covariance[i * 7] = i < 3 ? 500 ** 2 : 5 ** 2;
  return {
    time: addSeconds(START, seconds),
    state: Array.from(state),
    covariance: packSymmetric(covariance),
  };
}

/** `MISSILE` after it gained so much along its path, evenly over a burn of so many seconds. */
function burnt(gainMps: number, burnS: number): Float64Array {
  let state: Float64Array = Float64Array.from(MISSILE);
  for (let s = 0; s < burnS; s += 1) {
    const speed = Math.hypot(...state.subarray(3));
    for (let i = 3; i < 6; i += 1) {
      state[i] = (state[i] as number) * (1 + gainMps / burnS / speed);
    }
    state = propagateState(state, 1);
  }
  return state;
}

describe('bodies of one launch were in one place', () => {
  test.each([
    [
      'pieces that parted at 30 m/s, ten minutes on',
      MISSILE.map((v, i) => (i < 3 ? v : v + 17)),
      0,
    ],
    ['a stage and what burnt on for a minute to 3 km/s more', burnt(3000, 60), 60],
    ['a stage and what burnt on to orbit for 300 s', burnt(5000, 300), 300],
  ])('%s', (_name, other, afterS) => {
    const stage = known(propagateState(MISSILE, 330), 330);
    const there = known(propagateState(other, 330 - afterS), 330);
    expect(missedBy(stage, there)).toBeLessThan(LIMITS.kinGate / 2);
    expect(missedBy(there, stage)).toBeLessThan(LIMITS.kinGate / 2);
  });

  // A naive tracker takes what is near in place and speed for pieces of one: 90 km and 200 m/s here.
  test('two that fly one arc 20 s apart never were', () => {
    const first = known(propagateState(MISSILE, 220), 200);
    const second = known(propagateState(MISSILE, 200), 200);
    expect(missedBy(first, second)).toBeGreaterThan(4 * LIMITS.kinGate);
  });

  test('two that hang 160 km from each other never were', () => {
    const beside = MISSILE.map((v, i) => (i === 0 ? v + 160e3 : v));
    expect(missedBy(known(MISSILE), known(beside))).toBeGreaterThan(4 * LIMITS.kinGate);
  });

  test('what is known of neither is held against neither', () => {
    const wide = (state: ArrayLike<number>): Estimate => ({
      ...known(state, 200),
      covariance: known(state).covariance.map((v) => v * 100 ** 2),
    });
    const first = wide(propagateState(MISSILE, 220));
    expect(missedBy(first, wide(propagateState(MISSILE, 200)))).toBeLessThan(LIMITS.kinGate);
  });
});

test('pieces fly together while they are near and slow to each other', () => {
  const beside = MISSILE.map((v, i) => (i < 3 ? v + 5e3 : v + 20));
  expect(flyTogether(known(MISSILE), known(beside))).toBe(true);
  const behind = propagateState(MISSILE, 20);
  expect(flyTogether(known(MISSILE), known(behind))).toBe(false);
});
