// SPDX-License-Identifier: Apache-2.0
// Batch least squares: the state at one epoch from all looks at once, under motion without noise.
// With the prior N(x_0, P_0) and whitened residuals r_i = R_i^-½ (z_i - h_i(f(x, t_i))) it finds
//   min J(x) = (x - x_0)ᵀ P_0⁻¹ (x - x_0) + Σ r_iᵀ r_i
// by Gauss-Newton steps (L Lᵀ + λ diag(L Lᵀ)) δ = P_0⁻¹ (x_0 - x) + Σ A_iᵀ r_i, A_i = R_i^-½ H_i Φ_i,
// with λ after Levenberg and Marquardt (1963): raised where a step does not help, lowered where it
// does. The information L Lᵀ = P_0⁻¹ + Σ A_iᵀ A_i is gathered as its root L, never squared.

import { multiply } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';
import { type Gaussian, minus } from '../gaussian.ts';
import { identity, type MotionModel } from '../models/motion-model.ts';
import type { MeasurementModel } from '../sensors/measurement-model.ts';
import { definiteRootOrThrow, expectSize } from './square-root.ts';
import { beside, solveLower, solveLowerTransposed, squareOf, triangularise } from './triangular.ts';

/** One measurement, so many seconds after the epoch (or before, negative). */
export interface TimedLook {
  readonly seconds: number;
  readonly model: MeasurementModel;
  readonly measured: ArrayLike<number>;
}

/** What is to be fitted. */
export interface BatchProblem {
  readonly motion: MotionModel;
  /** Ascending in time. */
  readonly looks: readonly TimedLook[];
  /** What was known of the state at the epoch before any look; null: nothing. */
  readonly prior: Gaussian | null;
  /** Where to begin; the prior's mean is a good place. */
  readonly start: ArrayLike<number>;
}

/** The state at the epoch, and how well it explains the looks. */
export interface BatchFit {
  readonly belief: Gaussian;
  /** J at the end: chi-square with `degreesOfFreedom` where models and noise are right. */
  readonly chiSquare: number;
  /** Numbers measured, less numbers estimated without a prior. */
  readonly degreesOfFreedom: number;
  readonly iterations: number;
  /** False when it was still moving after `ITERATIONS_MAX` steps. */
  readonly converged: boolean;
}

const ITERATIONS_MAX = 100;
/** A step that promises less than this of J is below what the covariance could ever show. */
const PROMISE_MIN = 1e-12;
/** Near the minimum J differs by rounding alone; the step is still right to many more digits. */
const COST_ROUNDING = 1e-10;

/**
 * Fits the state at the epoch.
 *
 * @throws TrackingError `not-positive-definite` when looks and prior leave a component open,
 * `size-mismatch` when start and model differ in size.
 */
export function fitBatch(problem: BatchProblem): BatchFit {
  const n = problem.motion.size;
  expectSize(problem.start.length, n, 'the start has as many components as its motion model');
  let state = Float64Array.from(problem.start);
  let here = linearise(problem, state);
  let damping = 1e-3;
  let raise = 2;
  let converged = false;
  let iterations = 0;
  while (iterations < ITERATIONS_MAX && !converged) {
    iterations += 1;
    const { step, promise } = stepOf(here, damping);
    const next = state.map((value, i) => value + (step[i] as number));
    const there = linearise(problem, next);
    if (there.cost <= here.cost + COST_ROUNDING * (1 + here.cost)) {
      // Nielsen 1999: the nearer to what was promised, the less damping.
      const kept = (here.cost - there.cost) / promise;
      damping *= Math.max(1 / 10, 1 - (2 * kept - 1) ** 3);
      raise = 2;
      state = next;
      here = there;
    } else {
      damping *= raise;
      raise *= 2;
    }
    converged = promise < PROMISE_MIN;
  }
  const measured = problem.looks.reduce((sum, look) => sum + look.model.size, 0);
  return {
    belief: { mean: state, covariance: covarianceOf(here.root, n) },
    chiSquare: here.cost,
    degreesOfFreedom: measured - (problem.prior === null ? n : 0),
    iterations,
    converged,
  };
}

interface Linear {
  /** J. */
  readonly cost: number;
  /** L, n x n: root of the information. */
  readonly root: Float64Array;
  /** Half the descent of J: Σ Aᵀ r and the prior's pull. */
  readonly pull: Float64Array;
}

function linearise(problem: BatchProblem, start: Float64Array): Linear {
  const n = start.length;
  let linear = priorOf(problem, start);
  let state = start;
  let transition = identity(n);
  let at = 0;
  for (const { seconds, model, measured } of problem.looks) {
    const moved = problem.motion.advance(state, seconds - at);
    transition = multiply(moved.transition, transition, { n, m: n, p: n });
    state = moved.state;
    at = seconds;
    const { value, byState } = model.predict(state);
    const m = model.size;
    const noiseRoot = definiteRootOrThrow(model.noise, m, 'a look has noise in every number');
    const residual = solveLower(noiseRoot, model.difference(measured, value), m);
    const byStart = multiply(byState, transition, { n: m, m: n, p: n });
    linear = gather(linear, solveLower(noiseRoot, byStart, m), residual);
  }
  return linear;
}

function priorOf(problem: BatchProblem, start: Float64Array): Linear {
  const n = start.length;
  const empty = { cost: 0, root: new Float64Array(n * n), pull: new Float64Array(n) };
  const { prior } = problem;
  if (prior === null) return empty;
  const root = definiteRootOrThrow(prior.covariance, n, 'a prior has a spread in every component');
  const away = solveLower(root, minus(prior.mean, start), n);
  return gather(empty, solveLower(root, identity(n), n), away);
}

/** Adds whitened rows A (m x n) and residuals r: L Lᵀ += Aᵀ A, pull += Aᵀ r, J += rᵀ r. */
function gather(linear: Linear, rows: Float64Array, residual: Float64Array): Linear {
  const n = linear.pull.length;
  const m = residual.length;
  const turned = new Float64Array(n * m);
  const pull = linear.pull.slice();
  for (let k = 0; k < m; k += 1) {
    for (let i = 0; i < n; i += 1) {
      const value = rows[k * n + i] as number;
      turned[i * m + k] = value;
      pull[i] = (pull[i] as number) + value * (residual[k] as number);
    }
  }
  const root = triangularise(beside(n, linear.root, turned), n, n + m);
  return { cost: residual.reduce((sum, r) => sum + r * r, linear.cost), root, pull };
}

/** The damped step, and by how much it should lower J were the problem linear. */
function stepOf(
  linear: Linear,
  damping: number,
): { readonly step: Float64Array; readonly promise: number } {
  const n = linear.pull.length;
  const shift = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    let sum = 0;
    for (let k = 0; k <= i; k += 1) sum += (linear.root[i * n + k] as number) ** 2;
    shift[i * (n + 1)] = Math.sqrt(damping * sum);
  }
  const root = triangularise(beside(n, linear.root, shift), n, 2 * n);
  expectFull(root, n);
  const step = solveLowerTransposed(root, solveLower(root, linear.pull, n), n);
  return { step, promise: step.reduce((sum, d, i) => sum + d * (linear.pull[i] as number), 0) };
}

/** (L Lᵀ)⁻¹ as the square of a root: M Mᵀ with M = L⁻ᵀ. */
function covarianceOf(root: Float64Array, n: number): Float64Array {
  expectFull(root, n);
  const inverse = solveLowerTransposed(root, identity(n), n);
  return squareOf(triangularise(inverse, n, n), n);
}

function expectFull(root: Float64Array, n: number): void {
  for (let i = 0; i < n; i += 1) {
    let row = 0;
    for (let k = 0; k < n; k += 1) row += (root[i * n + k] as number) ** 2;
    if (!((root[i * (n + 1)] as number) ** 2 > 1e-28 * row)) {
      throw new TrackingError(
        'not-positive-definite',
        `the looks leave component ${i} of the state open: give a prior, or more looks`,
      );
    }
  }
}
