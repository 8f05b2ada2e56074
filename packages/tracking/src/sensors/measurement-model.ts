// SPDX-License-Identifier: Apache-2.0
// What a sensor says of a target, as every filter of this package asks it: z = h(x) + D b + v, with
// v white noise of zero mean and covariance R, and b errors of the sensor that stay as they are.

/** A predicted measurement and how it depends on the state. */
export interface Predicted {
  /** `size` numbers. */
  readonly value: Float64Array;
  /** d(value)/d(state), `size` x state length, row-major. */
  readonly byState: Float64Array;
}

/**
 * One kind of measurement by one sensor at one time. Pure, like a motion model.
 *
 * The state begins with position (and velocity, where a model says that it needs it) in the frame
 * the model names; what comes after that, such as a turn rate or a drag coefficient, is not looked
 * at, so that one sensor serves every motion model.
 */
export interface MeasurementModel {
  /** Numbers in a measurement. */
  readonly size: number;
  /** h(x) and its analytic derivative. */
  readonly predict: (state: ArrayLike<number>) => Predicted;
  /** R, `size` x `size`, row-major, positive definite. */
  readonly noise: ArrayLike<number>;
  /** `measured` minus `predicted`; angles the short way round. */
  readonly difference: (measured: ArrayLike<number>, predicted: ArrayLike<number>) => Float64Array;
}

/** A measurement model of a sensor with constant errors, for `considerUpdate` and for registration. */
export interface BiasedMeasurementModel extends MeasurementModel {
  /** A name with its unit for each constant error, in order. */
  readonly biases: readonly string[];
  /** D = d(value)/d(constant errors), `size` x number of errors, row-major. */
  readonly byBias: (state: ArrayLike<number>) => Float64Array;
}

/** An angle as the equal one in [-π, π]. */
export function wrapped(angleRad: number): number {
  const turns = Math.round(angleRad / (2 * Math.PI));
  return angleRad - 2 * Math.PI * turns;
}

/** The covariance of independent errors with these standard deviations, row-major. */
export function independent(sigmas: readonly number[]): Float64Array {
  const n = sigmas.length;
  const out = new Float64Array(n * n);
  sigmas.forEach((sigma, i) => {
    out[i * (n + 1)] = sigma * sigma;
  });
  return out;
}
