// SPDX-License-Identifier: Apache-2.0
// What every filter and every fusion rule of this package passes on: a mean and a covariance.

/** A mean and its covariance, n x n row-major, in any one frame. */
export interface Gaussian {
  readonly mean: ArrayLike<number>;
  readonly covariance: ArrayLike<number>;
}

/** a - b, number by number. A loop: on these paths `from` and `map` cost more than the mathematics. */
export function minus(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i += 1) out[i] = (a[i] as number) - (b[i] as number);
  return out;
}
