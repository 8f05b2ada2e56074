// SPDX-License-Identifier: Apache-2.0
// What every filter and every fusion rule of this package passes on: a mean and a covariance.

/** A mean and its covariance, n x n row-major, in any one frame. */
export interface Gaussian {
  readonly mean: ArrayLike<number>;
  readonly covariance: ArrayLike<number>;
}
