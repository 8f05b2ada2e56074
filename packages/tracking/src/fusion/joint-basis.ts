// SPDX-License-Identifier: Apache-2.0
// The coordinates in which two covariances are both diagonal. Whatever is asked of the two along the
// line between them (covariance intersection and its inverse, whether one contains the other) is
// then asked of single numbers.

import { cholesky, multiply, transpose } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';

/** b = basis basisᵀ and a = basis diag(ratios) basisᵀ; `inverse` is that of the basis. */
export interface JointBasis {
  readonly n: number;
  readonly basis: Float64Array;
  readonly inverse: Float64Array;
  /** Variance of a over variance of b along each axis. */
  readonly ratios: Float64Array;
}

/**
 * Joint diagonal form of two symmetric positive definite n x n matrices, row-major.
 *
 * @throws TrackingError `not-positive-definite` when either is not.
 */
export function jointBasis(a: ArrayLike<number>, b: ArrayLike<number>, n: number): JointBasis {
  const size = { n, m: n, p: n };
  const lower = cholesky(b, n);
  if (lower === null || cholesky(a, n) === null) {
    throw new TrackingError('not-positive-definite', 'a covariance is not positive definite');
  }
  const half = solveLower(lower, a, n);
  const whitened = solveLower(lower, transpose(half, n, n), n);
  const { values, vectors } = symmetricEigen(whitened, n);
  return {
    n,
    basis: multiply(lower, vectors, size),
    inverse: transpose(solveLowerTransposed(lower, vectors, n), n, n),
    ratios: values,
  };
}

/** Sweeps that always suffice: a Jacobi sweep squares what is left off the diagonal. */
const SWEEPS_MAX = 30;

/**
 * Eigenvalues and eigenvectors (columns) of a symmetric n x n matrix, by rotations (Jacobi 1846;
 * Golub & Van Loan, Matrix Computations, 8.5).
 */
export function symmetricEigen(
  matrix: ArrayLike<number>,
  n: number,
): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep += 1) {
    let rotated = false;
    for (let p = 0; p < n; p += 1) {
      for (let q = p + 1; q < n; q += 1) rotated = rotate(a, vectors, { n, p, q }) || rotated;
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number), vectors };
}

/** Makes one pair of entries off the diagonal zero; false when it already is, to rounding. */
function rotate(
  a: Float64Array,
  vectors: Float64Array,
  at: { readonly n: number; readonly p: number; readonly q: number },
): boolean {
  const { n, p, q } = at;
  const off = a[p * n + q] as number;
  const [first, second] = [a[p * n + p] as number, a[q * n + q] as number];
  if (Math.abs(off) <= 1e-17 * Math.sqrt(Math.abs(first * second))) return false;
  const theta = (second - first) / (2 * off);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k += 1) turn(a, [k * n + p, k * n + q], [c, s]);
  for (let k = 0; k < n; k += 1) turn(a, [p * n + k, q * n + k], [c, s]);
  for (let k = 0; k < n; k += 1) turn(vectors, [k * n + p, k * n + q], [c, s]);
  return true;
}

function turn(
  a: Float64Array,
  [i, j]: readonly [number, number],
  [c, s]: readonly [number, number],
): void {
  const x = a[i] as number;
  const y = a[j] as number;
  a[i] = c * x - s * y;
  a[j] = s * x + c * y;
}

/** lower⁻¹ m. */
function solveLower(lower: Float64Array, m: ArrayLike<number>, n: number): Float64Array {
  const x = Float64Array.from(m);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < i; k += 1) {
      const factor = lower[i * n + k] as number;
      for (let j = 0; j < n; j += 1) {
        x[i * n + j] = (x[i * n + j] as number) - factor * (x[k * n + j] as number);
      }
    }
    for (let j = 0; j < n; j += 1) {
      x[i * n + j] = (x[i * n + j] as number) / (lower[i * n + i] as number);
    }
  }
  return x;
}

/** lower⁻ᵀ m. */
function solveLowerTransposed(lower: Float64Array, m: Float64Array, n: number): Float64Array {
  const x = Float64Array.from(m);
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) {
      const factor = lower[k * n + i] as number;
      for (let j = 0; j < n; j += 1) {
        x[i * n + j] = (x[i * n + j] as number) - factor * (x[k * n + j] as number);
      }
    }
    for (let j = 0; j < n; j += 1) {
      x[i * n + j] = (x[i * n + j] as number) / (lower[i * n + i] as number);
    }
  }
  return x;
}
