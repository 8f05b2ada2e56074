// SPDX-License-Identifier: Apache-2.0
// Sensor errors that stay as they are, considered and not estimated (Schmidt 1966): the state is
// estimated as if they had their prior, and its covariance holds what they do to it. Joint vector
// [x; b], n states and k constant errors of one or several sensors:
//   P = [ P_xx P_xb ; P_bx B ],  z = h(x) + D b + v,  H = [ dh/dx  D ]
//   S = H P Hᵀ + R,  K = [ (P Hᵀ)_x S⁻¹ ; 0 ],  P' = (I - K H) P (I - K H)ᵀ + K R Kᵀ
// B never changes, so no number of looks of one sensor makes a track surer than its biases allow;
// looks of another sensor do.

import { multiply, transpose } from '@isthmus/earth';
import type { Gaussian } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import type { BiasedMeasurementModel } from '../sensors/measurement-model.ts';
import {
  describeInnovation,
  expectDefinite,
  expectSize,
  type Innovation,
  rootOrThrow,
} from './square-root.ts';
import { beside, solveLower, solveLowerTransposed, squareOf, triangularise } from './triangular.ts';

/** A belief about a state and the constant errors it is exposed to. */
export interface Considered {
  /** n numbers. */
  readonly mean: ArrayLike<number>;
  /** What registration says of the k constant errors; zeros where it says nothing. */
  readonly bias: ArrayLike<number>;
  /** Of state and constant errors together, (n + k) x (n + k), row-major, states first. */
  readonly covariance: ArrayLike<number>;
}

/** A measurement by a sensor whose constant errors are some of the k. */
export interface ConsideredLook {
  readonly model: BiasedMeasurementModel;
  readonly measured: ArrayLike<number>;
  /** Where in `bias` this sensor's errors begin; they are as many as `model.biases`. */
  readonly biasFrom: number;
}

/** A state whose error is independent of constant errors nobody has seen yet. */
export function considered(
  belief: Gaussian,
  biases: { readonly mean: ArrayLike<number>; readonly covariance: ArrayLike<number> },
): Considered {
  const n = belief.mean.length;
  const k = biases.mean.length;
  const side = n + k;
  const covariance = new Float64Array(side * side);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      covariance[i * side + j] = belief.covariance[i * n + j] as number;
    }
  }
  for (let i = 0; i < k; i += 1) {
    for (let j = 0; j < k; j += 1) {
      covariance[(n + i) * side + n + j] = biases.covariance[i * k + j] as number;
    }
  }
  return { mean: belief.mean, bias: biases.mean, covariance };
}

/** The state alone, as others may use it: its covariance holds what the biases do to it. */
export function stateOf(belief: Considered): Gaussian {
  const n = belief.mean.length;
  const side = n + belief.bias.length;
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      covariance[i * n + j] = belief.covariance[i * side + j] as number;
    }
  }
  return { mean: belief.mean, covariance };
}

/**
 * Moves a considered belief in time: the biases stay, what the state owes to them goes along.
 *
 * @throws TrackingError `size-mismatch`, `not-positive-definite`.
 */
export function considerPredict(
  motion: MotionModel,
  belief: Considered,
  seconds: number,
): Considered {
  const n = motion.size;
  expectSize(belief.mean.length, n, 'the belief has as many components as its motion model');
  const side = n + belief.bias.length;
  const { state, transition } = motion.advance(belief.mean, seconds);
  const noiseRoot = rootOrThrow(motion.noise(belief.mean, seconds), n);
  const root = rootOrThrow(belief.covariance, side);
  // The rows of the state move and gain noise, those of the biases stay.
  const carried = root.slice();
  carried.set(multiply(transition, root.subarray(0, n * side), { n, m: n, p: side }));
  const added = new Float64Array(side * n);
  added.set(noiseRoot);
  const covariance = squareOf(triangularise(beside(side, carried, added), side, side + n), side);
  return { mean: state, bias: belief.bias, covariance };
}

/**
 * Uses a measurement on the state and leaves the biases as they are.
 *
 * @throws TrackingError `size-mismatch`, `not-positive-definite`.
 */
export function considerUpdate(
  belief: Considered,
  look: ConsideredLook,
): { readonly belief: Considered; readonly innovation: Innovation } {
  const { model, measured } = look;
  const [n, m] = [belief.mean.length, model.size];
  const side = n + belief.bias.length;
  expectSize(measured.length, m, 'a measurement has as many numbers as its model');
  const { expected, slope } = linearise(belief, look);
  const value = model.difference(measured, expected);
  const root = rootOrThrow(belief.covariance, side);
  const noiseRoot = rootOrThrow(model.noise, m);
  const seen = multiply(slope, root, { n: m, m: side, p: side });
  const innovationRoot = triangularise(beside(m, seen, noiseRoot), m, side + m);
  expectDefinite(innovationRoot, m, 'an innovation has a spread in every direction');
  const covariance = squareOf(innovationRoot, m);
  const gain = gainOfState(root, seen, innovationRoot, n);
  const shift = multiply(gain, value, { n, m, p: 1 });
  const taken = multiply(gain, seen, { n, m, p: side });
  const noisy = multiply(gain, noiseRoot, { n, m, p: m });
  const left = root.map((one, at) => one - (taken[at] ?? 0));
  const filled = new Float64Array(side * m);
  filled.set(noisy);
  const after = triangularise(beside(side, left, filled), side, side + m);
  return {
    belief: {
      mean: shift.map((one, i) => one + (belief.mean[i] as number)),
      bias: belief.bias,
      covariance: squareOf(after, side),
    },
    innovation: describeInnovation(value, innovationRoot, covariance),
  };
}

/** h(x) + D b, and [dh/dx D] over all states and constant errors. */
function linearise(
  belief: Considered,
  look: ConsideredLook,
): { readonly expected: Float64Array; readonly slope: Float64Array } {
  const { model, biasFrom } = look;
  const n = belief.mean.length;
  const side = n + belief.bias.length;
  const own = model.biases.length;
  const { value, byState } = model.predict(belief.mean);
  const byBias = model.byBias(belief.mean);
  const expected = Float64Array.from(value);
  const slope = new Float64Array(model.size * side);
  for (let k = 0; k < model.size; k += 1) {
    for (let i = 0; i < n; i += 1) slope[k * side + i] = byState[k * n + i] as number;
    for (let c = 0; c < own; c += 1) {
      const by = byBias[k * own + c] as number;
      slope[k * side + n + biasFrom + c] = by;
      expected[k] = (expected[k] as number) + by * (belief.bias[biasFrom + c] as number);
    }
  }
  return { expected, slope };
}

/** K_x = (P Hᵀ)_x S⁻¹, from P = L Lᵀ, H L and the root of S. */
function gainOfState(
  root: Float64Array,
  seen: Float64Array,
  innovationRoot: Float64Array,
  n: number,
): Float64Array {
  const side = Math.sqrt(root.length);
  const m = seen.length / side;
  const common = new Float64Array(m * n);
  for (let k = 0; k < m; k += 1) {
    for (let i = 0; i < n; i += 1) {
      let sum = 0;
      for (let j = 0; j < side; j += 1) {
        sum += (seen[k * side + j] as number) * (root[i * side + j] as number);
      }
      common[k * n + i] = sum;
    }
  }
  const half = solveLower(innovationRoot, common, m);
  return transpose(solveLowerTransposed(innovationRoot, half, m), m, n);
}
