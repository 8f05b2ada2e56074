// SPDX-License-Identifier: Apache-2.0
// Oracle: every joint event, one by one.
import { createRandom, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import { JOINT_SIDE_MAX, jointProbabilities } from './joint-probabilities.ts';

/** Sums the weight of every event into the pairs that are in it. */
function allEvents(ratio: readonly number[], rows: number, columns: number): number[] {
  const sums = new Array<number>(rows * columns).fill(0);
  let total = 0;
  const visit = (row: number, used: number, weight: number, chosen: readonly number[]): void => {
    if (weight === 0) return;
    if (row === rows) {
      total += weight;
      for (const pair of chosen) sums[pair] = (sums[pair] as number) + weight;
      return;
    }
    visit(row + 1, used, weight, chosen);
    for (let j = 0; j < columns; j += 1) {
      if ((used & (1 << j)) !== 0) continue;
      const pair = row * columns + j;
      visit(row + 1, used | (1 << j), weight * (ratio[pair] as number), [...chosen, pair]);
    }
  };
  visit(0, 0, 1, []);
  return sums.map((sum) => sum / total);
}

function ratiosOf(random: Random, size: number): number[] {
  return Array.from({ length: size }, () =>
    random.integer(3) === 0 ? 0 : 10 ** (4 * random.normal()),
  );
}

test('marginals are those of all joint events, to 1e-12, for every small shape', () => {
  for (let run = 0; run < 600; run += 1) {
    const random = createRandom(`joint/${run}`);
    const rows = random.integer(6);
    const columns = random.integer(6);
    const ratio = ratiosOf(random, rows * columns);
    const marginals = jointProbabilities(ratio, rows, columns);
    const expected = allEvents(ratio, rows, columns);
    expect(marginals).toHaveLength(rows * columns);
    expected.forEach((value, i) => {
      expect(Math.abs((marginals[i] as number) - value), `seed joint/${run}`).toBeLessThan(1e-12);
    });
  }
});

test('tracks and plots may change places, up to the largest cluster', () => {
  for (const [rows, columns] of [
    [JOINT_SIDE_MAX, 14],
    [7, 20],
    [JOINT_SIDE_MAX, JOINT_SIDE_MAX],
  ] as const) {
    const ratio = ratiosOf(createRandom(`joint/${rows}x${columns}`), rows * columns);
    const turned = Array.from(
      ratio,
      (_, i) => ratio[(i % rows) * columns + Math.floor(i / rows)] as number,
    );
    const one = jointProbabilities(ratio, rows, columns);
    const other = jointProbabilities(turned, columns, rows);
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1) {
        const difference = (one[i * columns + j] as number) - (other[j * rows + i] as number);
        expect(Math.abs(difference)).toBeLessThan(1e-12);
      }
    }
  }
});

test('a row or a column alone shares by weight', () => {
  expect([...jointProbabilities([1, 2], 1, 2)]).toEqual([0.25, 0.5]);
  expect([...jointProbabilities([1, 2], 2, 1)]).toEqual([0.25, 0.5]);
});

test('a cluster too large on both sides is refused', () => {
  const side = JOINT_SIDE_MAX + 1;
  const call = (): unknown => jointProbabilities(new Float64Array(side * side), side, side);
  expect(call).toThrow(TrackingError);
  expect(call).toThrow(expect.objectContaining({ code: 'cluster-too-large' }));
});
