// SPDX-License-Identifier: Apache-2.0
// Fusion of two tracks of one body from their means and covariances, with what they share known, or
// said to be nothing. Common process noise makes tracks of different sensors dependent: the
// cross-covariance is carried along beside both filters (Bar-Shalom & Campo, IEEE T-AES 22, 1986).
// Common information, what one told the other before, is subtracted (channel filter: Grime &
// Durrant-Whyte 1994); exact for linear models without process noise.

import { invertPositive, multiply, transpose } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';
import type { Gaussian } from '../gaussian.ts';

/**
 * Both taken as independent. Over-confident wherever they are not: the measure of what the other
 * functions of this room are for.
 *
 * @throws TrackingError `not-positive-definite` when either covariance is not.
 */
export function fuseNaive(a: Gaussian, b: Gaussian): Gaussian {
  return fuseCorrelated(a, b, new Float64Array(a.mean.length ** 2));
}

/**
 * The best linear combination of two estimates with a known cross-covariance (n x n, row-major,
 * E[(error of a)(error of b)ᵀ]).
 *
 * @throws TrackingError `not-positive-definite` when the two cannot both be true with it.
 */
export function fuseCorrelated(a: Gaussian, b: Gaussian, cross: ArrayLike<number>): Gaussian {
  const n = a.mean.length;
  const size = { n, m: n, p: n };
  const crossBack = transpose(cross, n, n);
  const apart = Float64Array.from(
    a.covariance,
    (v, i) => v + (b.covariance[i] as number) - (cross[i] as number) - (crossBack[i] as number),
  );
  const weight = inverseOrThrow(apart, n);
  const own = Float64Array.from(a.covariance, (v, i) => v - (cross[i] as number));
  const gain = multiply(own, weight, size);
  const shrunk = multiply(gain, transpose(own, n, n), size);
  return {
    mean: moved(a.mean, gain, b.mean),
    covariance: symmetric(
      Float64Array.from(a.covariance, (v, i) => v - (shrunk[i] as number)),
      n,
    ),
  };
}

/** What each filter did in a step; matrices n x n row-major. */
export interface SharedStep {
  readonly n: number;
  readonly transition: ArrayLike<number>;
  /** Of the body, so it is in both filters; null for none. */
  readonly processNoise: ArrayLike<number> | null;
  /** I - K H of either filter: what its update left of its error; the identity without one. */
  readonly leftOfA: ArrayLike<number>;
  readonly leftOfB: ArrayLike<number>;
}

/** The cross-covariance after a step: (I - K₁H₁)(F P₁₂ Fᵀ + Q)(I - K₂H₂)ᵀ. */
export function stepCross(cross: ArrayLike<number>, step: SharedStep): Float64Array {
  const { n, transition, processNoise, leftOfA, leftOfB } = step;
  const size = { n, m: n, p: n };
  const carried = multiply(multiply(transition, cross, size), transpose(transition, n, n), size);
  if (processNoise !== null) {
    for (let i = 0; i < carried.length; i += 1) {
      carried[i] = (carried[i] as number) + (processNoise[i] as number);
    }
  }
  return multiply(multiply(leftOfA, carried, size), transpose(leftOfB, n, n), size);
}

/**
 * Two estimates less what both have from one source: information a + b - common. After an exchange
 * the result is what the two have in common.
 *
 * A rumour that comes back is common in full, and changes nothing. Null when what is left is not
 * positive definite: then `common` is not in both, and the caller intersects instead.
 *
 * @throws TrackingError `not-positive-definite` when a covariance given is not.
 */
export function fuseWithoutCommon(a: Gaussian, b: Gaussian, common: Gaussian): Gaussian | null {
  const n = a.mean.length;
  const told = inverseOrThrow(b.covariance, n);
  const known = inverseOrThrow(common.covariance, n);
  const information = inverseOrThrow(a.covariance, n);
  for (let i = 0; i < information.length; i += 1) {
    information[i] = (information[i] as number) + (told[i] as number) - (known[i] as number);
  }
  const covariance = invertPositive(information, n);
  if (covariance === null) return null;
  const size = { n, m: n, p: 1 };
  const toB = multiply(told, difference(b.mean, a.mean), size);
  const toCommon = multiply(known, difference(common.mean, a.mean), size);
  const shift = multiply(covariance, difference(toB, toCommon), size);
  return { mean: Float64Array.from(a.mean, (v, i) => v + (shift[i] as number)), covariance };
}

function moved(
  from: ArrayLike<number>,
  gain: Float64Array,
  towards: ArrayLike<number>,
): Float64Array {
  const n = from.length;
  const shift = multiply(gain, difference(towards, from), { n, m: n, p: 1 });
  return Float64Array.from(from, (v, i) => v + (shift[i] as number));
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (v, i) => v - (b[i] as number));
}

function symmetric(matrix: Float64Array, n: number): Float64Array {
  const back = transpose(matrix, n, n);
  return matrix.map((v, i) => (v + (back[i] as number)) / 2);
}

function inverseOrThrow(matrix: ArrayLike<number>, n: number): Float64Array {
  const inverse = invertPositive(matrix, n);
  if (inverse === null) {
    throw new TrackingError('not-positive-definite', 'a covariance is not positive definite');
  }
  return inverse;
}
