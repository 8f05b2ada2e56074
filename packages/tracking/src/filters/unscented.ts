// SPDX-License-Identifier: Apache-2.0
// The unscented Kalman filter with additive noise: a Gaussian is carried through f and h as 2n + 1
// points (Julier & Uhlmann, Proc. IEEE 2004; scaled by Wan & van der Merwe 2000):
//   X_0 = x,  X_i = x ± sqrt(n + λ) S_i,  λ = α² (n + κ) - n,  S_i the columns of a root of P
//   w_0 = λ/(n + λ) (mean),  w_0 + 1 - α² + β (covariance),  w_i = 1/(2 (n + λ))
// No derivative is used. The covariance after a measurement is the spread of the points after it,
//   P' = Σ w_i (X_i - x - K (Z_i - z)) (…)ᵀ + K R Kᵀ,
// which equals P - K S Kᵀ and cannot fall below zero where no weight does.

import { multiply, transpose } from '@isthmus/earth';
import { type Gaussian, minus } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import type { MeasurementModel } from '../sensors/measurement-model.ts';
import type { Update } from './extended.ts';
import { definiteRootOrThrow, describeInnovation, expectSize, rootOrThrow } from './square-root.ts';
import { solveLower, solveLowerTransposed } from './triangular.ts';

/** The shape of the transform. */
export interface UnscentedOptions {
  /** How far out the points lie, in (0, 1]. Below 1 the central weight can be negative. */
  readonly alpha: number;
  /** What is known of the fourth moment; 2 is best for a Gaussian. */
  readonly beta: number;
  /** 0, or 3 - n for Julier's first form. */
  readonly kappa: number;
}

/** Points at √n sigmas with no central weight in the mean: no weight is negative, whatever n. */
export const UNSCENTED: UnscentedOptions = { alpha: 1, beta: 2, kappa: 0 };

/**
 * Moves a belief in time: the mean and spread of f over its points, and Q on top.
 *
 * @throws TrackingError `size-mismatch`, `not-positive-definite` when the belief is no Gaussian of
 * the model.
 */
export function predictUnscented(
  motion: MotionModel,
  belief: Gaussian,
  seconds: number,
  options: UnscentedOptions = UNSCENTED,
): Gaussian {
  const n = motion.size;
  expectSize(belief.mean.length, n, 'the belief has as many components as its motion model');
  const { points, weights } = pointsOf(belief, options);
  const moved = points.map((point) => motion.advance(point, seconds).state);
  const { mean, deviations } = momentsOf(moved, weights, minus);
  const covariance = Float64Array.from(motion.noise(belief.mean, seconds));
  addProducts(covariance, weights, deviations);
  return { mean, covariance };
}

/**
 * Uses a measurement: z and S from the points' Z_i = h(X_i), C = Σ w_i (X_i - x)(Z_i - z)ᵀ,
 * K = C S⁻¹, mean' = mean + K (measured - z).
 *
 * @throws TrackingError as `predictUnscented`.
 */
export function updateUnscented(
  model: MeasurementModel,
  belief: Gaussian,
  measured: ArrayLike<number>,
  options: UnscentedOptions = UNSCENTED,
): Update {
  const n = belief.mean.length;
  const m = model.size;
  expectSize(measured.length, m, 'a measurement has as many numbers as its model');
  const { points, weights } = pointsOf(belief, options);
  const seen = points.map((point) => model.predict(point).value);
  const { mean: expected, deviations } = momentsOf(seen, weights, model.difference);
  const total = Float64Array.from(model.noise);
  addProducts(total, weights, deviations);
  const common = new Float64Array(n * m);
  const spreads = points.map((point) => minus(point, belief.mean));
  spreads.forEach((spread, p) => {
    addOuter(common, weights[p]?.covariance as number, spread, deviations[p] as Float64Array);
  });
  const root = definiteRootOrThrow(total, m, 'an innovation has a spread in every direction');
  const innovation = describeInnovation(model.difference(measured, expected), root, total);
  const gain = gainOf(common, root, n, m);
  const shift = multiply(gain, innovation.value, { n, m, p: 1 });
  const mean = shift.map((value, i) => value + (belief.mean[i] as number));
  const after = spreads.map((spread, p) => {
    const taken = multiply(gain, deviations[p] as Float64Array, { n, m, p: 1 });
    return spread.map((value, i) => value - (taken[i] as number));
  });
  const noiseRoot = rootOrThrow(model.noise, m);
  const covariance = new Float64Array(n * n);
  addProducts(covariance, weights, after);
  const noisy = multiply(gain, noiseRoot, { n, m, p: m });
  for (let k = 0; k < m; k += 1) {
    const column = Float64Array.from({ length: n }, (_, i) => noisy[i * m + k] as number);
    addOuter(covariance, 1, column, column);
  }
  return { belief: { mean, covariance }, innovation };
}

interface Weight {
  readonly mean: number;
  readonly covariance: number;
}

/** The points of a belief, the mean first, and their weights. */
function pointsOf(
  belief: Gaussian,
  options: UnscentedOptions,
): { readonly points: readonly Float64Array[]; readonly weights: readonly Weight[] } {
  const n = belief.mean.length;
  const { alpha, beta, kappa } = options;
  const scale2 = alpha * alpha * (n + kappa);
  const root = rootOrThrow(belief.covariance, n);
  const centre = (scale2 - n) / scale2;
  const mean = Float64Array.from(belief.mean);
  const points = [mean];
  const weights: Weight[] = [{ mean: centre, covariance: centre + 1 - alpha * alpha + beta }];
  for (let c = 0; c < n; c += 1) {
    for (const side of [1, -1]) {
      const reach = side * Math.sqrt(scale2);
      points.push(mean.map((value, i) => value + reach * (root[i * n + c] as number)));
      weights.push({ mean: 1 / (2 * scale2), covariance: 1 / (2 * scale2) });
    }
  }
  return { points, weights };
}

/**
 * Weighted mean of points and their deviations from it. The mean is taken about the first point:
 * weights of 1e6 and a position in the Earth-fixed frame would leave nothing of a sum.
 */
function momentsOf(
  points: readonly Float64Array[],
  weights: readonly Weight[],
  difference: MeasurementModel['difference'],
): { readonly mean: Float64Array; readonly deviations: readonly Float64Array[] } {
  const first = points[0] as Float64Array;
  const mean = Float64Array.from(first);
  points.forEach((point, p) => {
    difference(point, first).forEach((value, i) => {
      mean[i] = (mean[i] as number) + (weights[p]?.mean as number) * value;
    });
  });
  return { mean, deviations: points.map((point) => difference(point, mean)) };
}

function addProducts(
  matrix: Float64Array,
  weights: readonly Weight[],
  deviations: readonly Float64Array[],
): void {
  deviations.forEach((deviation, p) => {
    addOuter(matrix, weights[p]?.covariance as number, deviation, deviation);
  });
}

/** matrix += weight a bᵀ. Of a with itself the result is symmetric to the bit. */
function addOuter(
  matrix: Float64Array,
  weight: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): void {
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) {
      const at = i * b.length + j;
      matrix[at] = (matrix[at] as number) + weight * ((a[i] as number) * (b[j] as number));
    }
  }
}

/** K = C S⁻¹ with S = G Gᵀ: solved as G Gᵀ Kᵀ = Cᵀ. */
function gainOf(common: Float64Array, root: Float64Array, n: number, m: number): Float64Array {
  const half = solveLower(root, transpose(common, n, m), m);
  return transpose(solveLowerTransposed(root, half, m), m, n);
}
