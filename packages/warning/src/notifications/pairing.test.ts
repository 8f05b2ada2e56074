// SPDX-License-Identifier: Apache-2.0
import { createRandom } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { pairProbabilities } from './pairing.ts';

/** Every way to pair, one after the other. */
function byEnumeration(odds: readonly (readonly number[])[]): number[][] {
  const sums = odds.map((row) => row.map(() => 0));
  let total = 0;
  const choose = (row: number, taken: readonly (number | null)[], weight: number): void => {
    if (row === odds.length) {
      total += weight;
      taken.forEach((column, i) => {
        if (column !== null) (sums[i] as number[])[column] = (sums[i]?.[column] ?? 0) + weight;
      });
      return;
    }
    choose(row + 1, [...taken, null], weight);
    odds[row]?.forEach((value, column) => {
      if (!taken.includes(column)) choose(row + 1, [...taken, column], weight * value);
    });
  };
  choose(0, [], 1);
  return sums.map((row) => row.map((value) => value / total));
}

test('it is the sum over all ways to pair', () => {
  const random = createRandom('pairs');
  for (let i = 0; i < 60; i += 1) {
    const [rows, columns] = [1 + random.integer(5), random.integer(5)];
    const odds = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () =>
        random.chance(1, 3) ? 0 : 10 ** (4 * random.uniform() - 2),
      ),
    );
    const found = pairProbabilities(odds);
    byEnumeration(odds).forEach((row, r) => {
      row.forEach((value, c) => {
        expect(found[r]?.[c], JSON.stringify(odds)).toBeCloseTo(value, 9);
      });
    });
  }
});

test('two notices that fit two launches alike: each pair is as likely as not', () => {
  const [[first]] = pairProbabilities([
    [1e6, 1e6],
    [1e6, 1e6],
  ]) as [[number]];
  expect(first).toBeCloseTo(0.5, 3);
});

test('beyond a dozen launches that hang together it stays between 0 and 1', () => {
  const odds = Array.from({ length: 14 }, () => Array.from({ length: 14 }, () => 100));
  for (const row of pairProbabilities(odds)) {
    expect(row.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(1);
    for (const value of row) expect(value).toBeGreaterThan(0);
  }
});

test('without launches, or notices, there are no pairs', () => {
  expect(pairProbabilities([])).toEqual([]);
  expect(pairProbabilities([[], []])).toEqual([[], []]);
});
