// SPDX-License-Identifier: Apache-2.0
// The leak matrix in short, and that its judge finds what is planted. The benchmark `release` goes
// through every cell.

import { expect, test } from 'vitest';
import { allCells, leakMatrix, nearCells } from '../../bench/release/leak-matrix.ts';
import { SPOILED_WAYS } from '../../bench/release/spoiled-ways.ts';

/** Every third cell in which at most one thing speaks against a release. */
const few = nearCells().filter((_, i) => i % 3 === 0);

test('nothing goes that the agreement does not give, on the bytes that went', () => {
  expect(allCells().length).toBeGreaterThan(5000);
  const { cells, leaks, releasing, firstLeak } = leakMatrix({ seed: 3, cells: few });
  expect(leaks, firstLeak ?? '').toBe(0);
  expect(releasing).toBeGreaterThan(cells / 10);
});

test.each(Object.entries(SPOILED_WAYS))('the judge finds a gate that gives %s', (_name, way) => {
  expect(leakMatrix({ seed: 3, cells: few }, way).leaks).toBeGreaterThan(0);
});
