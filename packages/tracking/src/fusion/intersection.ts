// SPDX-License-Identifier: Apache-2.0
// Fusion where nobody knows what two estimates share. Covariance intersection (Julier & Uhlmann
// 1997) is consistent whatever it is; its inverse (Noack, Sijs, Reinhardt, Hanebeck, Automatica 2017)
// is tighter, and consistent where what they share is common information.
//
// For two estimates both are solved in the coordinates in which the covariances are diagonal, so the
// search for the weight handles n numbers and no matrix.

import { cholesky, invertPositive, multiply } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';
import type { Gaussian } from '../gaussian.ts';
import { type JointBasis, jointBasis } from './joint-basis.ts';

/**
 * What of the fused covariance is made least. The determinant does not depend on units; the trace
 * does, and is for states of one unit.
 */
export type Criterion = 'determinant' | 'trace';

export interface Intersection extends Gaussian {
  /** Of the first estimate: in the mixture of informations, or of covariances in the inverse. */
  readonly weight: number;
}

/**
 * Covariance intersection of two estimates of equal size.
 *
 * @throws TrackingError `not-positive-definite` when either covariance is not.
 */
export function intersect(
  a: Gaussian,
  b: Gaussian,
  criterion: Criterion = 'determinant',
): Intersection {
  return fuseAlong({ a, b, criterion }, (w, ratio) => [w / ratio, 1 - w]);
}

/**
 * Inverse covariance intersection of two estimates of equal size. The caller knows that they share
 * information and no process noise.
 *
 * @throws TrackingError `not-positive-definite` when either covariance is not.
 */
export function intersectInverse(
  a: Gaussian,
  b: Gaussian,
  criterion: Criterion = 'determinant',
): Intersection {
  return fuseAlong({ a, b, criterion }, (w, ratio) => {
    const shared = 1 / (w * ratio + 1 - w);
    return [1 / ratio - w * shared, 1 - (1 - w) * shared];
  });
}

/**
 * Covariance intersection of any number of estimates of equal size, at least one.
 *
 * The criterion is convex in the weights, so moving weight between pairs until nothing is gained
 * finds the optimum. Of three and more this is consistent, and not the tightest bound there is
 * (Reinhardt, Noack, Arambel, Hanebeck, IEEE SPL 2015).
 *
 * @throws TrackingError `no-estimates` for an empty list, `not-positive-definite` as `intersect`.
 */
export function intersectAll(
  estimates: readonly Gaussian[],
  criterion: Criterion = 'determinant',
): Gaussian & { readonly weights: readonly number[] } {
  const [first] = estimates;
  if (first === undefined) throw new TrackingError('no-estimates', 'nothing to intersect');
  const n = first.mean.length;
  const informations = estimates.map(({ covariance }) => inverseOrThrow(covariance, n));
  const weights = bestWeights(informations, n, criterion);
  const covariance = inverseOrThrow(mix(informations, weights), n);
  const pull = new Float64Array(n);
  estimates.forEach(({ mean }, k) => {
    const apart = Float64Array.from(mean, (v, i) => v - (first.mean[i] as number));
    const part = multiply(informations[k] as Float64Array, apart, { n, m: n, p: 1 });
    for (let i = 0; i < n; i += 1) {
      pull[i] = (pull[i] as number) + (weights[k] as number) * (part[i] as number);
    }
  });
  const shift = multiply(covariance, pull, { n, m: n, p: 1 });
  const mean = Float64Array.from(first.mean, (v, i) => v + (shift[i] as number));
  return { mean, covariance, weights };
}

/** Information of a and of b taken along an axis, from the weight of a and variance a / variance b. */
type Rule = (weight: number, ratio: number) => readonly [number, number];

function fuseAlong(
  work: { readonly a: Gaussian; readonly b: Gaussian; readonly criterion: Criterion },
  rule: Rule,
): Intersection {
  const { a, b, criterion } = work;
  const n = a.mean.length;
  const joint = jointBasis(a.covariance, b.covariance, n);
  const sizes = Float64Array.from({ length: n }, (_, i) => columnSquare(joint, i));
  const weight = largest((w) => {
    let gain = 0;
    for (let i = 0; i < n; i += 1) {
      const [fromA, fromB] = rule(w, joint.ratios[i] as number);
      gain +=
        criterion === 'trace' ? -(sizes[i] as number) / (fromA + fromB) : Math.log(fromA + fromB);
    }
    return gain;
  });
  const apart = Float64Array.from(b.mean, (v, i) => v - (a.mean[i] as number));
  const along = multiply(joint.inverse, apart, { n, m: n, p: 1 });
  const mean = Float64Array.from(a.mean);
  const covariance = new Float64Array(n * n);
  for (let k = 0; k < n; k += 1) {
    const [fromA, fromB] = rule(weight, joint.ratios[k] as number);
    const variance = 1 / (fromA + fromB);
    for (let i = 0; i < n; i += 1) {
      const t = joint.basis[i * n + k] as number;
      mean[i] = (mean[i] as number) + t * fromB * variance * (along[k] as number);
      for (let j = 0; j < n; j += 1) {
        covariance[i * n + j] =
          (covariance[i * n + j] as number) + t * variance * (joint.basis[j * n + k] as number);
      }
    }
  }
  return { mean, covariance, weight };
}

function columnSquare({ basis, n }: JointBasis, column: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += (basis[i * n + column] as number) ** 2;
  return sum;
}

const ROUNDS_MAX = 200;
/** Weight that moves no more than this is where it belongs. */
const SETTLED = 1e-9;

function bestWeights(
  informations: readonly Float64Array[],
  n: number,
  criterion: Criterion,
): number[] {
  const weights = informations.map(() => 1 / informations.length);
  const worth = criterion === 'trace' ? minusTraceOfInverse : logDeterminant;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let moved = 0;
    for (let i = 0; i < weights.length; i += 1) {
      for (let j = i + 1; j < weights.length; j += 1) {
        const both = (weights[i] as number) + (weights[j] as number);
        if (both === 0) continue;
        const before = weights[i] as number;
        const share = largest((w) => {
          weights[i] = w * both;
          weights[j] = (1 - w) * both;
          return worth(mix(informations, weights), n);
        });
        weights[i] = share * both;
        weights[j] = (1 - share) * both;
        moved = Math.max(moved, Math.abs((weights[i] as number) - before));
      }
    }
    if (moved <= SETTLED) break;
  }
  return weights;
}

function mix(informations: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const out = new Float64Array(informations[0]?.length ?? 0);
  informations.forEach((information, k) => {
    for (let i = 0; i < out.length; i += 1) {
      out[i] = (out[i] as number) + (weights[k] as number) * (information[i] as number);
    }
  });
  return out;
}

function minusTraceOfInverse(matrix: Float64Array, n: number): number {
  const inverse = invertPositive(matrix, n);
  if (inverse === null) return Number.NEGATIVE_INFINITY;
  let trace = 0;
  for (let i = 0; i < n; i += 1) trace += inverse[i * n + i] as number;
  return -trace;
}

function logDeterminant(matrix: Float64Array, n: number): number {
  const l = cholesky(matrix, n);
  if (l === null) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += 2 * Math.log(l[i * n + i] as number);
  return sum;
}

function inverseOrThrow(matrix: ArrayLike<number>, n: number): Float64Array {
  const inverse = invertPositive(matrix, n);
  if (inverse === null) {
    throw new TrackingError('not-positive-definite', 'a covariance is not positive definite');
  }
  return inverse;
}

/** Where a concave function on [0, 1] is largest: golden section, ends included. */
function largest(f: (w: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = 0;
  let high = 1;
  let left = 1 - ratio;
  let right = ratio;
  let atLeft = f(left);
  let atRight = f(right);
  for (let i = 0; i < 60; i += 1) {
    if (atLeft >= atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - ratio * (high - low);
      atLeft = f(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + ratio * (high - low);
      atRight = f(right);
    }
  }
  const middle = (low + high) / 2;
  const best = f(middle);
  if (f(0) >= best) return 0;
  return f(1) >= best ? 1 : middle;
}
