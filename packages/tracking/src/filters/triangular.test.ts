// SPDX-License-Identifier: Apache-2.0
import { createRandom, multiply, transpose } from '@isthmus/earth';
import { expect, test } from 'vitest';
import {
  beside,
  lowerRoot,
  solveLower,
  solveLowerTransposed,
  squareOf,
  triangularise,
} from './triangular.ts';

const random = createRandom('triangular');
const draw = (count: number): Float64Array =>
  Float64Array.from({ length: count }, () => random.normal());

function expectNear(a: ArrayLike<number>, b: ArrayLike<number>, share = 1e-12): void {
  const scale = Math.max(...Array.from(b, Math.abs));
  Array.from(b).forEach((value, i) => {
    expect(Math.abs((a[i] as number) - value)).toBeLessThanOrEqual(share * scale);
  });
}

test('a triangle holds what the wide matrix held, and its diagonal is not negative', () => {
  for (let run = 0; run < 200; run += 1) {
    const rows = 1 + random.integer(6);
    const columns = rows + random.integer(6);
    const wide = draw(rows * columns);
    if (run % 5 === 0) wide.fill(0, 0, columns);
    const square = multiply(wide, transpose(wide, rows, columns), { n: rows, m: columns, p: rows });
    const lower = triangularise(wide.slice(), rows, columns);
    expectNear(squareOf(lower, rows), square);
    for (let i = 0; i < rows; i += 1) {
      expect(lower[i * (rows + 1)]).toBeGreaterThanOrEqual(0);
      for (let j = i + 1; j < rows; j += 1) expect(lower[i * rows + j]).toBe(0);
    }
  }
});

test('a root of any rank is one, whatever the units of its components', () => {
  for (let run = 0; run < 300; run += 1) {
    const n = 1 + random.integer(6);
    const rank = random.integer(n + 1);
    const factor = draw(n * rank).map((value, at) => value * 10 ** ((5 * at) % 7));
    const square = multiply(factor, transpose(factor, n, rank), { n, m: rank, p: n });
    const root = lowerRoot(square, n);
    expect(root, `run ${run}`).not.toBeNull();
    const again = squareOf(root as Float64Array, n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) {
        const scale = Math.sqrt((square[i * (n + 1)] as number) * (square[j * (n + 1)] as number));
        const off = Math.abs((again[i * n + j] as number) - (square[i * n + j] as number));
        expect(off).toBeLessThanOrEqual(1e-12 * scale);
      }
    }
  }
});

test.each([
  ['a correlation above one', [1, 1.001, 1.001, 1]],
  ['a negative variance', [1, 0, 0, -1e-9]],
  ['a covariance without a variance', [1, 0.1, 0.1, 0]],
  ['a number that is none', [1, 0, 0, Number.NaN]],
])('%s has no root', (_name, matrix) => {
  expect(lowerRoot(matrix, 2)).toBeNull();
});

test('triangles are solved as written', () => {
  const lower = lowerRoot([4, 2, 2, 2, 5, 3, 2, 3, 6], 3) as Float64Array;
  const right = draw(6);
  const x = solveLower(lower, right, 3);
  expectNear(multiply(lower, x, { n: 3, m: 3, p: 2 }), right);
  const y = solveLowerTransposed(lower, right, 3);
  expectNear(multiply(transpose(lower, 3, 3), y, { n: 3, m: 3, p: 2 }), right);
  expect([...beside(2, [1, 2], [3, 4, 5, 6])]).toEqual([1, 3, 4, 2, 5, 6]);
});
