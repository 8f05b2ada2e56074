// SPDX-License-Identifier: Apache-2.0
// The posterior Cramér-Rao bound: how well any estimator can do at best, from prior, motion and
// measurements alone (Tichavský, Muravchik, Nehorai, IEEE TSP 46, 1998). The information about the
// state is carried along the truth; its inverse bounds the covariance of every unbiased estimate.

import { invertPositive, multiply, transpose } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';

/** Matrices n x n and m x n, row-major, in one frame and unit with the information. */
export interface BoundStep {
  readonly n: number;
  /** d(state after)/d(state before), at the truth. */
  readonly transition: ArrayLike<number>;
  /** Covariance of the process noise over the step; null for none. It may be singular. */
  readonly processNoise: ArrayLike<number> | null;
}

/**
 * The information after a step of motion, before its measurement.
 *
 * With J the information before, F the transition, Q the process noise: (F J⁻¹ Fᵀ + Q)⁻¹, which by
 * the matrix inversion lemma is the recursion D22 - D21 (J + D11)⁻¹ D12 of the paper with D11 = Fᵀ Q⁻¹ F,
 * D12 = -Fᵀ Q⁻¹, D22 = Q⁻¹, and holds for a Q without an inverse too.
 *
 * @throws TrackingError `not-positive-definite` when nothing is known in some direction.
 */
export function moveInformation(information: ArrayLike<number>, step: BoundStep): Float64Array {
  const { n, transition, processNoise } = step;
  const size = { n, m: n, p: n };
  const covariance = inverse(information, n);
  const moved = multiply(multiply(transition, covariance, size), transpose(transition, n, n), size);
  if (processNoise !== null) {
    for (let i = 0; i < moved.length; i += 1) {
      moved[i] = (moved[i] as number) + (processNoise[i] as number);
    }
  }
  return inverse(moved, n);
}

/**
 * The information with that of one measurement of independent noises added: J + Hᵀ R⁻¹ H.
 *
 * @param measured.derivatives d(measurement)/d(state) at the truth, m x n.
 * @param measured.variances of the m noises.
 */
export function addMeasurement(
  information: ArrayLike<number>,
  measured: { readonly derivatives: ArrayLike<number>; readonly variances: readonly number[] },
): Float64Array {
  const { derivatives, variances } = measured;
  const n = Math.round(Math.sqrt(information.length));
  const out = Float64Array.from(information);
  variances.forEach((variance, k) => {
    for (let i = 0; i < n; i += 1) {
      const scaled = (derivatives[k * n + i] as number) / variance;
      for (let j = 0; j < n; j += 1) {
        out[i * n + j] = (out[i * n + j] as number) + scaled * (derivatives[k * n + j] as number);
      }
    }
  });
  return out;
}

/**
 * Least RMSE of the components `from` to `to` (exclusive) taken together: the root of the trace of
 * that block of the inverse.
 *
 * @throws TrackingError `not-positive-definite` when nothing is known in some direction.
 */
export function boundOf(
  information: ArrayLike<number>,
  block: { readonly from: number; readonly to: number },
): number {
  const n = Math.round(Math.sqrt(information.length));
  const covariance = inverse(information, n);
  let trace = 0;
  for (let i = block.from; i < block.to; i += 1) trace += covariance[i * n + i] as number;
  return Math.sqrt(trace);
}

function inverse(matrix: ArrayLike<number>, n: number): Float64Array {
  const found = invertPositive(matrix, n);
  if (found === null) {
    throw new TrackingError('not-positive-definite', 'the information leaves a direction unknown');
  }
  return found;
}
