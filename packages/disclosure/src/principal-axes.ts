// SPDX-License-Identifier: Apache-2.0
// Principal axes of a 3x3 covariance: the shortest points along a radar's line of sight, the longest
// along an infrared one's.

import type { Ecef, Vector3 } from '@isthmus/earth';

export interface PrincipalAxes {
  /** One sigma along each axis, ascending. */
  readonly sigmas: readonly [number, number, number];
  /** Unit vectors, in the same order; signs are arbitrary. */
  readonly axes: readonly [Vector3<Ecef>, Vector3<Ecef>, Vector3<Ecef>];
}

const THREE = 3;
/** Sweeps of rotations; each squares what is left off the diagonal, so that six end it. */
const SWEEPS = 12;

/**
 * Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, algorithm 8.5.3).
 *
 * @param full symmetric positive semidefinite, row-major, 9 numbers
 */
export function principalAxes(full: ArrayLike<number>): PrincipalAxes {
  const a = Float64Array.from(full);
  const v = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (let p = 0; p < THREE - 1; p += 1) {
      for (let q = p + 1; q < THREE; q += 1) rotate(a, v, { p, q });
    }
  }
  const order = [0, 1, 2].sort((i, j) => (a[i * 4] as number) - (a[j * 4] as number));
  const sigmas = order.map((i) => Math.sqrt(Math.max(0, a[i * 4] as number)));
  const axes = order.map((i) => [v[i], v[THREE + i], v[2 * THREE + i]]);
  // Three of three numbers each, by construction.
  return { sigmas, axes } as unknown as PrincipalAxes;
}

/** Makes the element (p, q) of `a` zero by a rotation, and turns the columns of `v` with it. */
function rotate(
  a: Float64Array,
  v: Float64Array,
  { p, q }: { readonly p: number; readonly q: number },
): void {
  const off = a[p * THREE + q] as number;
  if (off === 0) return;
  const theta = ((a[q * 4] as number) - (a[p * 4] as number)) / (2 * off);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (m: Float64Array, i: number, j: number): void => {
    const [x, y] = [m[i] as number, m[j] as number];
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  };
  for (let k = 0; k < THREE; k += 1) turn(a, k * THREE + p, k * THREE + q);
  for (let k = 0; k < THREE; k += 1) turn(a, p * THREE + k, q * THREE + k);
  for (let k = 0; k < THREE; k += 1) turn(v, k * THREE + p, k * THREE + q);
}
