// SPDX-License-Identifier: Apache-2.0
// Laws of the small matrices, and the same results by the definitions.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cholesky,
  invertPositive,
  multiply,
  packSymmetric,
  solvePositive,
  transpose,
  unpackSymmetric,
} from './matrix.ts';

const entry = fc.double({ min: -10, max: 10, noNaN: true });
const size = fc.integer({ min: 1, max: 7 });

function matrix(n: number, m: number): fc.Arbitrary<number[]> {
  return fc.array(entry, { minLength: n * m, maxLength: n * m });
}

/** g gᵀ + diagonal: positive definite, rows scaled as metres beside metres a second are. */
const positive = size.chain((n) =>
  fc.record({
    n: fc.constant(n),
    a: fc
      .tuple(
        matrix(n, n),
        fc.array(fc.integer({ min: -2, max: 4 }), { minLength: n, maxLength: n }),
      )
      .map(([g, exponents]) => {
        const out = new Float64Array(n * n);
        for (let i = 0; i < n; i += 1) {
          for (let j = 0; j < n; j += 1) {
            let sum = i === j ? 1 : 0;
            for (let k = 0; k < n; k += 1)
              sum += (g[i * n + k] as number) * (g[j * n + k] as number);
            out[i * n + j] = sum * 10 ** ((exponents[i] as number) + (exponents[j] as number));
          }
        }
        return out;
      }),
    b: matrix(n, 1),
  }),
);

/** Largest |a - b| over the geometric mean of the diagonals: relative, whatever the units. */
function relative(a: ArrayLike<number>, b: ArrayLike<number>, n: number): number {
  let worst = 0;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      const scale = Math.sqrt(Math.abs((a[i * n + i] as number) * (a[j * n + j] as number)));
      worst = Math.max(
        worst,
        Math.abs((a[i * n + j] as number) - (b[i * n + j] as number)) / scale,
      );
    }
  }
  return worst;
}

/** Determinant by its definition, along the first row. */
function determinant(a: readonly number[], n: number): number {
  if (n === 1) return a[0] as number;
  let sum = 0;
  for (let column = 0; column < n; column += 1) {
    const minor: number[] = [];
    for (let i = 1; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) if (j !== column) minor.push(a[i * n + j] as number);
    }
    sum += (column % 2 === 0 ? 1 : -1) * (a[column] as number) * determinant(minor, n - 1);
  }
  return sum;
}

test('a product is the sum over rows and columns, for every size', () => {
  const sized = fc
    .tuple(size, size, size)
    .chain(([n, m, p]) => fc.tuple(fc.constant({ n, m, p }), matrix(n, m), matrix(m, p)));
  fc.assert(
    fc.property(sized, ([{ n, m, p }, a, b]) => {
      const product = multiply(a, b, { n, m, p });
      expect(product).toHaveLength(n * p);
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j < p; j += 1) {
          let sum = 0;
          for (let k = 0; k < m; k += 1) sum += (a[i * m + k] as number) * (b[k * p + j] as number);
          expect(product[i * p + j]).toBeCloseTo(sum, 9);
        }
      }
    }),
  );
});

test('transposing twice is nothing, and turns a product around', () => {
  const sized = fc
    .tuple(size, size, size)
    .chain(([n, m, p]) => fc.tuple(fc.constant({ n, m, p }), matrix(n, m), matrix(m, p)));
  fc.assert(
    fc.property(sized, ([{ n, m, p }, a, b]) => {
      expect(Array.from(transpose(transpose(a, n, m), m, n))).toEqual(a);
      const turned = transpose(multiply(a, b, { n, m, p }), n, p);
      const other = multiply(transpose(b, m, p), transpose(a, n, m), { n: p, m, p: n });
      for (let i = 0; i < n * p; i += 1) expect(turned[i]).toBeCloseTo(other[i] as number, 9);
    }),
  );
});

test('the Cholesky factor is lower and its square is the matrix', () => {
  fc.assert(
    fc.property(positive, ({ n, a }) => {
      const l = cholesky(a, n) as Float64Array;
      expect(l).not.toBeNull();
      for (let i = 0; i < n; i += 1) {
        for (let j = i + 1; j < n; j += 1) expect(l[i * n + j]).toBe(0);
      }
      expect(relative(a, multiply(l, transpose(l, n, n), { n, m: n, p: n }), n)).toBeLessThan(
        1e-12,
      );
    }),
  );
});

test('a matrix has a Cholesky factor exactly when its leading minors are positive', () => {
  const symmetric = fc
    .integer({ min: 1, max: 4 })
    .chain((n) =>
      fc.tuple(
        fc.constant(n),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 16, maxLength: 16 }),
      ),
    );
  fc.assert(
    fc.property(symmetric, ([n, values]) => {
      const a = Array.from({ length: n * n }, (_, k) => {
        const [i, j] = [Math.floor(k / n), k % n];
        return (values[Math.min(i, j) * 4 + Math.max(i, j)] as number) + (i === j ? 2 : 0);
      });
      const minors = Array.from({ length: n }, (_, k) => {
        const leading: number[] = [];
        for (let i = 0; i <= k; i += 1) leading.push(...a.slice(i * n, i * n + k + 1));
        return determinant(leading, k + 1);
      });
      // Integers: a minor is exactly zero or at least one, so rounding decides nothing but zero.
      fc.pre(minors.every((minor) => minor !== 0));
      expect(cholesky(a, n) !== null).toBe(minors.every((minor) => minor > 0));
    }),
    { numRuns: 2000 },
  );
});

test('a solution satisfies its equation', () => {
  fc.assert(
    fc.property(positive, ({ n, a, b }) => {
      const x = solvePositive(a, b, n) as Float64Array;
      const back = multiply(a, x, { n, m: n, p: 1 });
      let size1 = 0;
      for (let i = 0; i < n; i += 1) {
        size1 = Math.max(size1, Math.abs(b[i] as number));
        for (let j = 0; j < n; j += 1) {
          size1 = Math.max(size1, Math.abs((a[i * n + j] as number) * (x[j] as number)));
        }
      }
      for (let i = 0; i < n; i += 1) {
        expect(Math.abs((back[i] as number) - (b[i] as number))).toBeLessThan(
          1e-9 * (size1 + 1e-300),
        );
      }
    }),
  );
});

test('an inverse is symmetric, undoes the matrix, and is its own way back', () => {
  fc.assert(
    fc.property(positive, ({ n, a }) => {
      const inverse = invertPositive(a, n) as Float64Array;
      const unit = multiply(a, inverse, { n, m: n, p: n });
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j < n; j += 1) {
          expect(inverse[i * n + j]).toBe(inverse[j * n + i]);
          // Undo the units of row i and column j before comparing with the identity.
          const scale = Math.sqrt((a[i * n + i] as number) / (a[j * n + j] as number));
          expect((unit[i * n + j] as number) / scale).toBeCloseTo(i === j ? 1 : 0, 7);
        }
      }
      expect(relative(a, invertPositive(inverse, n) as Float64Array, n)).toBeLessThan(1e-6);
    }),
  );
});

test('what is not positive definite has no factor, no solution and no inverse', () => {
  for (const a of [[0], [-1], [Number.NaN]]) {
    expect(cholesky(a, 1)).toBeNull();
    expect(solvePositive(a, [1], 1)).toBeNull();
    expect(invertPositive(a, 1)).toBeNull();
  }
  expect(invertPositive([1, 2, 2, 1], 2)).toBeNull();
});

test('packing keeps the upper triangle by rows, and unpacking restores a symmetric matrix', () => {
  const full = Array.from({ length: 36 }, (_, k) => {
    const [i, j] = [Math.floor(k / 6), k % 6];
    return 10 * Math.min(i, j) + Math.max(i, j);
  });
  const packed = packSymmetric(full);
  expect(packed).toEqual([
    0, 1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 22, 23, 24, 25, 33, 34, 35, 44, 45, 55,
  ]);
  expect(Array.from(unpackSymmetric(packed))).toEqual(full);
  const skewed = full.map((v, k) => v + (Math.floor(k / 6) > k % 6 ? 1 : 0));
  expect(packSymmetric(skewed)[1]).toBe(1.5);
});
