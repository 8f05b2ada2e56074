// SPDX-License-Identifier: Apache-2.0
// The extended Kalman filter on means and covariances. Inside, each step goes by way of the roots of
// `square-root.ts`, so that what comes out is symmetric and positive whatever came in; where P is so
// long and thin that doubles cannot hold it (squared axes of 1 to 1e15 after scaling), keep the root.

import type { Gaussian } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import type { MeasurementModel } from '../sensors/measurement-model.ts';
import { gaussianOf, type Innovation, predictRoot, rootOf, updateRoot } from './square-root.ts';

/** A belief moved in time, with what a smoother needs of the way. */
export interface Prediction {
  readonly belief: Gaussian;
  /** F, n x n. */
  readonly transition: Float64Array;
  /** Q, n x n. */
  readonly noise: Float64Array;
}

/** A belief after a measurement, and how the measurement compared with what was expected. */
export interface Update {
  readonly belief: Gaussian;
  readonly innovation: Innovation;
}

/**
 * Moves a belief in time: mean' = f(mean), P' = F P Fᵀ + Q.
 *
 * @throws TrackingError `size-mismatch`, `not-positive-definite` when the belief is no Gaussian of
 * the model.
 */
export function predictExtended(
  motion: MotionModel,
  belief: Gaussian,
  seconds: number,
): Prediction {
  const moved = predictRoot(motion, rootOf(belief), seconds);
  return { ...moved, belief: gaussianOf(moved.belief) };
}

/**
 * Uses a measurement: y = z - h(mean), S = H P Hᵀ + R, K = P Hᵀ S⁻¹, mean' = mean + K y,
 * P' = (I - K H) P.
 *
 * @param iterations as for `updateRoot`.
 * @throws TrackingError as `predictExtended`.
 */
export function updateExtended(
  model: MeasurementModel,
  belief: Gaussian,
  measured: ArrayLike<number>,
  iterations = 1,
): Update {
  const used = updateRoot(model, rootOf(belief), measured, iterations);
  return { ...used, belief: gaussianOf(used.belief) };
}
