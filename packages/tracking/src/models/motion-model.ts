// SPDX-License-Identifier: Apache-2.0
// How a target moves, as every filter of this package asks it: x(t + T) = f(x(t), T) + w, where w is
// white noise of zero mean. A filter knows nothing else of a target, a model nothing of a filter.

/** A state some seconds later, and how it depends on the state before. */
export interface Moved {
  /** `size` numbers. */
  readonly state: Float64Array;
  /** d(state after)/d(state before), `size` x `size`, row-major. */
  readonly transition: Float64Array;
}

/**
 * One law of motion. Pure: the same arguments give the same answer, and nothing is written to them.
 *
 * Units are those of the names in `components`; the frame is the model's to say.
 */
export interface MotionModel {
  /** Number of components of the state. */
  readonly size: number;
  /**
   * A name with its unit for each component, in order. Two models mean the same quantity exactly
   * where they use the same name: that is how several of them share what they know (`predictImm`).
   */
  readonly components: readonly string[];
  /**
   * The mean of the state after `seconds` and its derivative, which is analytic and that of the very
   * numbers returned, not of the law they approximate.
   *
   * `seconds` may be negative: then it is the state that would have led here.
   */
  readonly advance: (state: ArrayLike<number>, seconds: number) => Moved;
  /**
   * Covariance of what `advance` does not know, `size` x `size`, row-major, symmetric, at least
   * positive semidefinite; that of zero seconds is zero.
   */
  readonly noise: (state: ArrayLike<number>, seconds: number) => Float64Array;
}

const AXES = ['x', 'y', 'z'] as const;

/** Names of position and its time derivatives, e.g. xM, yM, vxMps, vyMps for 2 dimensions and 2 orders. */
export function kinematicComponents(dimensions: number, orders: number): readonly string[] {
  const name = [
    (axis: string) => `${axis}M`,
    (axis: string) => `v${axis}Mps`,
    (axis: string) => `a${axis}Mps2`,
  ];
  return name.slice(0, orders).flatMap((of) => AXES.slice(0, dimensions).map(of));
}

/** The n x n unit matrix, row-major. */
export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) out[i * (n + 1)] = 1;
  return out;
}
