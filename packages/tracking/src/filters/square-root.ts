// SPDX-License-Identifier: Apache-2.0
// The extended Kalman filter in square-root form: the belief is kept as mean and lower-triangular
// root S of its covariance P = S Sᵀ, and each step is one orthogonal triangularisation Θ
// (Kaminski, Bryson, Schmidt, IEEE T-AC 1971; Kailath, Sayed, Hassibi 2000, chapter 12):
//   predict:  [ F S | Q^½ ] Θ = [ S' | 0 ]
//   update:   [ R^½  H S ]     [ G  0  ]
//             [  0    S  ] Θ = [ K̄  S' ],   G Gᵀ = H P Hᵀ + R,  K̄ = P Hᵀ G⁻ᵀ
// so that no covariance is ever a difference of two. It holds where P itself has no room in doubles.

import { multiply } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';
import { type Gaussian, minus } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import type { MeasurementModel, Predicted } from '../sensors/measurement-model.ts';
import { beside, lowerRoot, solveLower, squareOf, triangularise } from './triangular.ts';

/** A mean and the lower-triangular root of its covariance, n x n row-major. */
export interface RootGaussian {
  readonly mean: ArrayLike<number>;
  readonly root: ArrayLike<number>;
}

/** What a measurement said that was not expected: y = z - h(x), covariance S = H P Hᵀ + R. */
export interface Innovation {
  readonly value: Float64Array;
  /** S, row-major. */
  readonly covariance: Float64Array;
  /** yᵀ S⁻¹ y: chi-square with as many degrees of freedom as the measurement has numbers. */
  readonly distance: number;
  /** Logarithm of the density of the measurement under the prediction, N(y; 0, S). */
  readonly logLikelihood: number;
}

/**
 * The root form of a belief. Components without variance are allowed: what is known stays known.
 *
 * @throws TrackingError `not-positive-definite` when the covariance is not even semidefinite.
 */
export function rootOf(belief: Gaussian): RootGaussian {
  return { mean: belief.mean, root: rootOrThrow(belief.covariance, belief.mean.length) };
}

/** Inverse of `rootOf`. */
export function gaussianOf(belief: RootGaussian): Gaussian {
  return { mean: belief.mean, covariance: squareOf(belief.root, belief.mean.length) };
}

/**
 * Moves a belief in time: mean' = f(mean), P' = F P Fᵀ + Q.
 *
 * @throws TrackingError `size-mismatch` when belief and model differ in size.
 */
export function predictRoot(
  motion: MotionModel,
  belief: RootGaussian,
  seconds: number,
): {
  readonly belief: RootGaussian;
  readonly transition: Float64Array;
  readonly noise: Float64Array;
} {
  const n = motion.size;
  expectSize(belief.mean.length, n, 'the belief has as many components as its motion model');
  const { state, transition } = motion.advance(belief.mean, seconds);
  const noise = motion.noise(belief.mean, seconds);
  const carried = multiply(transition, belief.root, { n, m: n, p: n });
  const root = triangularise(beside(n, carried, rootOrThrow(noise, n)), n, 2 * n);
  return { belief: { mean: state, root }, transition, noise };
}

/**
 * Uses a measurement: mean' = mean + K y with K = P Hᵀ S⁻¹, P' = (I - K H) P.
 *
 * @param iterations how often h is linearised, each time where the last one ended (Bell & Cathey,
 * IEEE T-AC 1993): one is the extended filter, a few help where the prior is wide.
 * @throws TrackingError `not-positive-definite` when the innovation has no density.
 */
export function updateRoot(
  model: MeasurementModel,
  belief: RootGaussian,
  measured: ArrayLike<number>,
  iterations = 1,
): { readonly belief: RootGaussian; readonly innovation: Innovation } {
  expectSize(measured.length, model.size, 'a measurement has as many numbers as its model');
  const noiseRoot = rootOrThrow(model.noise, model.size);
  const { mean } = belief;
  let predicted = model.predict(mean);
  const first = absorb(belief, predicted, noiseRoot, model.difference(measured, predicted.value));
  let step = first;
  for (let i = 1; i < iterations; i += 1) {
    const at = moved(mean, step);
    predicted = model.predict(at);
    const y = model.difference(measured, predicted.value);
    const back = { n: model.size, m: mean.length, p: 1 };
    const pull = multiply(predicted.byState, minus(mean, at), back);
    step = absorb(belief, predicted, noiseRoot, minus(y, pull));
  }
  return { belief: { mean: moved(mean, step), root: step.root }, innovation: innovationOf(first) };
}

interface Step {
  readonly value: Float64Array;
  /** G: lower root of the innovation covariance. */
  readonly innovationRoot: Float64Array;
  /** G⁻¹ y: the innovation in units of its own spread. */
  readonly whitened: Float64Array;
  /** K̄, n x m. */
  readonly gain: Float64Array;
  /** Root of the covariance after the measurement. */
  readonly root: Float64Array;
}

function absorb(
  belief: RootGaussian,
  predicted: Predicted,
  noiseRoot: ArrayLike<number>,
  value: Float64Array,
): Step {
  const n = belief.mean.length;
  const m = value.length;
  const side = n + m;
  const seen = multiply(predicted.byState, belief.root, { n: m, m: n, p: n });
  const array = new Float64Array(side * side);
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j < m; j += 1) array[i * side + j] = noiseRoot[i * m + j] as number;
    for (let j = 0; j < n; j += 1) array[i * side + m + j] = seen[i * n + j] as number;
  }
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      array[(m + i) * side + m + j] = belief.root[i * n + j] as number;
    }
  }
  const both = triangularise(array, side, side);
  const innovationRoot = block(both, side, { row: 0, column: 0, rows: m, columns: m });
  expectDefinite(innovationRoot, m, 'an innovation has a spread in every direction');
  return {
    value,
    innovationRoot,
    whitened: solveLower(innovationRoot, value, m),
    gain: block(both, side, { row: m, column: 0, rows: n, columns: m }),
    root: block(both, side, { row: m, column: m, rows: n, columns: n }),
  };
}

/** mean + K̄ G⁻¹ y. */
function moved(mean: ArrayLike<number>, step: Step): Float64Array {
  const m = step.value.length;
  const shift = multiply(step.gain, step.whitened, { n: mean.length, m, p: 1 });
  return shift.map((value, i) => value + (mean[i] as number));
}

function innovationOf(step: Step): Innovation {
  const covariance = squareOf(step.innovationRoot, step.value.length);
  return describeInnovation(step.value, step.innovationRoot, covariance);
}

/** An innovation and its figures, from the lower root of its covariance. */
export function describeInnovation(
  value: Float64Array,
  root: Float64Array,
  covariance: Float64Array,
): Innovation {
  const m = value.length;
  let distance = 0;
  let logDeterminant = 0;
  for (const one of solveLower(root, value, m)) distance += one * one;
  for (let i = 0; i < m; i += 1) logDeterminant += 2 * Math.log(root[i * (m + 1)] as number);
  const logLikelihood = -0.5 * (distance + logDeterminant + m * Math.log(2 * Math.PI));
  return { value, covariance, distance, logLikelihood };
}

function block(
  matrix: Float64Array,
  width: number,
  part: {
    readonly row: number;
    readonly column: number;
    readonly rows: number;
    readonly columns: number;
  },
): Float64Array {
  const out = new Float64Array(part.rows * part.columns);
  for (let i = 0; i < part.rows; i += 1) {
    for (let j = 0; j < part.columns; j += 1) {
      out[i * part.columns + j] = matrix[(part.row + i) * width + part.column + j] as number;
    }
  }
  return out;
}

/** `lowerRoot`, for a matrix the caller has promised to be a covariance. */
export function rootOrThrow(covariance: ArrayLike<number>, n: number): Float64Array {
  expectSize(covariance.length, n * n, 'a covariance is square and of the size of its mean');
  const root = lowerRoot(covariance, n);
  if (root === null) {
    throw new TrackingError('not-positive-definite', 'a covariance is not positive semidefinite');
  }
  return root;
}

/** `rootOrThrow`, for a covariance that is to be divided by. */
export function definiteRootOrThrow(
  covariance: ArrayLike<number>,
  n: number,
  rule: string,
): Float64Array {
  const root = rootOrThrow(covariance, n);
  expectDefinite(root, n, rule);
  return root;
}

/** Throws `not-positive-definite` where a root has a zero on its diagonal. */
export function expectDefinite(root: Float64Array, n: number, rule: string): void {
  for (let i = 0; i < n; i += 1) {
    if ((root[i * (n + 1)] as number) > 0) continue;
    throw new TrackingError('not-positive-definite', `${rule}, and this one has none in ${i}`);
  }
}

/** Throws `size-mismatch` with the rule that was broken. */
export function expectSize(size: number, expected: number, rule: string): void {
  if (size !== expected) {
    throw new TrackingError('size-mismatch', `${rule}: ${size} instead of ${expected}`);
  }
}
