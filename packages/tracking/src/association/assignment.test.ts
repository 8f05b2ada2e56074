// SPDX-License-Identifier: Apache-2.0
import { createRandom } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { assign } from './assignment.ts';

/** Least sum over every partial assignment, by trying all. */
function bruteForce(cost: readonly number[], rows: number, columns: number): number {
  const best = (row: number, used: number): number => {
    if (row === rows) return 0;
    let least = best(row + 1, used);
    for (let j = 0; j < columns; j += 1) {
      if ((used & (1 << j)) !== 0) continue;
      const value = cost[row * columns + j] as number;
      if (value < 0) least = Math.min(least, value + best(row + 1, used | (1 << j)));
    }
    return least;
  };
  return best(0, 0);
}

test('the sum of costs is the least of all partial assignments, for every small size', () => {
  for (let run = 0; run < 600; run += 1) {
    const random = createRandom(`assignment/${run}`);
    const rows = random.integer(6);
    const columns = random.integer(6);
    const cost = Array.from({ length: rows * columns }, () => {
      const kind = random.integer(4);
      if (kind === 0) return Number.POSITIVE_INFINITY;
      return kind === 1 ? -random.integer(4) : random.normal() - 0.5;
    });
    const pairs = assign(cost, rows, columns);
    expect(pairs).toHaveLength(rows);
    const used = pairs.filter((j) => j >= 0);
    expect(new Set(used).size).toBe(used.length);
    const sum = pairs.reduce((s, j, i) => s + (j < 0 ? 0 : (cost[i * columns + j] as number)), 0);
    expect(sum, `seed assignment/${run}`).toBeCloseTo(bruteForce(cost, rows, columns), 9);
  }
});

test('a pair that gains nothing is not made', () => {
  expect(assign([0, 1, Number.NaN, Number.POSITIVE_INFINITY], 2, 2)).toEqual([-1, -1]);
});
