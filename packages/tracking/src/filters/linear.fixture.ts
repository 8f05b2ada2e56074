// SPDX-License-Identifier: Apache-2.0
// A linear world with random numbers in it, and what is to be said of it by normal equations over
// all states at once: the judge of every filter of this folder.

import { invertPositive, multiply, type Random, transpose } from '@isthmus/earth';
import { type Gaussian, minus } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import { constantVelocity } from '../models/straight.ts';
import type { MeasurementModel } from '../sensors/measurement-model.ts';

/** A random symmetric positive definite matrix with eigenvalues of about `scale`. */
export function randomCovariance(random: Random, n: number, scale: number): Float64Array {
  const root = Float64Array.from({ length: n * n }, () => random.normal());
  const square = multiply(root, transpose(root, n, n), { n, m: n, p: n });
  return square.map((value, at) => scale * (value + (at % (n + 1) === 0 ? 0.3 : 0)));
}

/** z = H x + v. */
export function linearSensor(h: ArrayLike<number>, noise: ArrayLike<number>): MeasurementModel {
  const size = Math.sqrt(noise.length);
  return {
    size,
    noise,
    predict: (state) => ({
      value: multiply(h, state, { n: size, m: state.length, p: 1 }),
      byState: Float64Array.from(h),
    }),
    difference: minus,
  };
}

export interface LinearRun {
  readonly motion: MotionModel;
  readonly start: Gaussian;
  readonly steps: readonly {
    readonly seconds: number;
    readonly model: MeasurementModel;
    readonly measured: Float64Array;
  }[];
}

/** Nearly constant velocity in the plane, seen by random linear sensors at random times. */
export function linearRun(random: Random, count: number): LinearRun {
  const motion = constantVelocity({ dimensions: 2, accelerationDensity: 0.5 + random.uniform() });
  const n = motion.size;
  const start = {
    mean: Float64Array.from({ length: n }, () => 10 * random.normal()),
    covariance: randomCovariance(random, n, 20),
  };
  const steps = Array.from({ length: count }, () => {
    const size = 1 + random.integer(2);
    const h = Float64Array.from({ length: size * n }, () => random.normal());
    return {
      seconds: 0.1 + 2 * random.uniform(),
      model: linearSensor(h, randomCovariance(random, size, 2)),
      measured: Float64Array.from({ length: size }, () => 20 * random.normal()),
    };
  });
  return { motion, start, steps };
}

/** All states of a run given all its measurements: one system of normal equations. */
export function solveAtOnce(run: LinearRun): readonly Gaussian[] {
  const n = run.motion.size;
  const side = n * (run.steps.length + 1);
  const information = new Float64Array(side * side);
  const pull = new Float64Array(side);
  // Rows A x = b with covariance C: A over the states from `from` on.
  const add = (a: Float64Array, b: ArrayLike<number>, c: ArrayLike<number>, from: number): void => {
    const rows = b.length;
    const width = a.length / rows;
    const weighted = multiply(inverse(c, rows), a, { n: rows, m: rows, p: width });
    for (let i = 0; i < width; i += 1) {
      for (let k = 0; k < rows; k += 1) {
        const w = weighted[k * width + i] as number;
        pull[from + i] = (pull[from + i] as number) + w * (b[k] as number);
        for (let j = 0; j < width; j += 1) {
          const at = (from + i) * side + from + j;
          information[at] = (information[at] as number) + w * (a[k * width + j] as number);
        }
      }
    }
  };
  const unit = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
  add(unit, run.start.mean, run.start.covariance, 0);
  run.steps.forEach(({ seconds, model, measured }, k) => {
    const { transition } = run.motion.advance(run.start.mean, seconds);
    const dynamics = new Float64Array(n * 2 * n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) {
        dynamics[i * 2 * n + j] = -(transition[i * n + j] as number);
        dynamics[i * 2 * n + n + j] = unit[i * n + j] as number;
      }
    }
    add(dynamics, new Float64Array(n), run.motion.noise(run.start.mean, seconds), k * n);
    add(model.predict(run.start.mean).byState, measured, model.noise, (k + 1) * n);
  });
  const covariance = inverse(information, side);
  const mean = multiply(covariance, pull, { n: side, m: side, p: 1 });
  return Array.from({ length: run.steps.length + 1 }, (_, k) => ({
    mean: mean.slice(k * n, (k + 1) * n),
    covariance: Float64Array.from(
      { length: n * n },
      (_one, at) => covariance[(k * n + Math.floor(at / n)) * side + k * n + (at % n)] as number,
    ),
  }));
}

function inverse(matrix: ArrayLike<number>, n: number): Float64Array {
  const out = invertPositive(matrix, n);
  if (out === null) throw new RangeError('a matrix of the linear world is not positive definite');
  return out;
}

/** Largest difference of two beliefs, relative to the spread (means) and to sigmas (covariances). */
export function apart(a: Gaussian, b: Gaussian): number {
  const n = a.mean.length;
  const sigma = (i: number): number => Math.sqrt(b.covariance[i * (n + 1)] as number);
  let worst = 0;
  for (let i = 0; i < n; i += 1) {
    const scale = Math.max(sigma(i), Math.abs(b.mean[i] as number));
    worst = Math.max(worst, Math.abs((a.mean[i] as number) - (b.mean[i] as number)) / scale);
    for (let j = 0; j < n; j += 1) {
      const at = i * n + j;
      const difference = (a.covariance[at] as number) - (b.covariance[at] as number);
      worst = Math.max(worst, Math.abs(difference) / (sigma(i) * sigma(j)));
    }
  }
  return worst;
}
