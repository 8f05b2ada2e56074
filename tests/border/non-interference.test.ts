// SPDX-License-Identifier: Apache-2.0
// Two worlds that agree in all that may be known of them send the same bytes at the same ticks; and
// the comparison that says so finds every leak that is planted. The benchmark `release` compares a
// hundred thousand pairs.

import { expect, test } from 'vitest';
import { compareWorlds } from '../../bench/release/non-interference.ts';
import { PLANTED_LEAKS } from '../../bench/release/planted-leaks.ts';

test('R-9: worlds that differ in secrets alone send the same, bytes and ticks', () => {
  const seed = 7;
  const { pairs, differences, released, withheld, firstDifference } = compareWorlds({
    seed,
    pairs: 250,
  });
  expect(differences, `first: ${firstDifference}`).toBe(0);
  // Enough went, and enough was held back, for the comparison to mean something.
  expect(released).toBeGreaterThan(2 * pairs);
  expect(withheld).toBeGreaterThan(2 * pairs);
});

test.each(Object.entries(PLANTED_LEAKS))('a planted leak is found: %s', (_name, makeGate) => {
  const { differences } = compareWorlds({ seed: 7, pairs: 40 }, makeGate);
  expect(differences).toBeGreaterThan(0);
});
