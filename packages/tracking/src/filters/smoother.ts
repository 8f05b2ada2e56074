// SPDX-License-Identifier: Apache-2.0
// The smoother of Rauch, Tung and Striebel (AIAA Journal 1965): what all measurements together say of
// every earlier time. Backward from the last, with C = P Fᵀ P_p⁻¹, P_p = F P Fᵀ + Q:
//   mean_s = mean + C (mean_s' - mean_p'),  P_s = P + C (P_s' - P_p) Cᵀ
// the second computed as (I - C F) P (I - C F)ᵀ + C (P_s' + Q) Cᵀ, which is the same and a sum.

import { multiply, transpose } from '@isthmus/earth';
import { type Gaussian, minus } from '../gaussian.ts';
import type { Prediction } from './extended.ts';
import { definiteRootOrThrow, rootOrThrow } from './square-root.ts';
import { beside, solveLower, solveLowerTransposed, squareOf, triangularise } from './triangular.ts';

/** One step of a filter that is to be smoothed: the prediction, and the belief after what was seen. */
export interface FilteredStep {
  readonly prediction: Prediction;
  /** The prediction's own belief where nothing was seen. */
  readonly filtered: Gaussian;
}

/**
 * The beliefs at the start and after each step, given all steps; one more than there are steps.
 *
 * @param start the belief the first prediction went out from.
 * @throws TrackingError `not-positive-definite` when a predicted covariance is not: a component that
 * is known for certain is to be given a small variance.
 */
export function smooth(start: Gaussian, steps: readonly FilteredStep[]): readonly Gaussian[] {
  const out: Gaussian[] = [steps.at(-1)?.filtered ?? start];
  for (let k = steps.length - 1; k >= 0; k -= 1) {
    const before = steps[k - 1]?.filtered ?? start;
    const { prediction } = steps[k] as FilteredStep;
    out.push(smoothStep(before, prediction, out.at(-1) as Gaussian));
  }
  return out.reverse();
}

function smoothStep(before: Gaussian, prediction: Prediction, after: Gaussian): Gaussian {
  const n = before.mean.length;
  const size = { n, m: n, p: n };
  const { transition, noise, belief: predicted } = prediction;
  const rule = 'what is smoothed was predicted with a spread in every component';
  const predictedRoot = definiteRootOrThrow(predicted.covariance, n, rule);
  // Cᵀ = P_p⁻¹ F P.
  const moved = multiply(transition, before.covariance, size);
  const gainTransposed = solveLowerTransposed(
    predictedRoot,
    solveLower(predictedRoot, moved, n),
    n,
  );
  const gain = transpose(gainTransposed, n, n);
  const shift = multiply(gain, minus(after.mean, predicted.mean), { n, m: n, p: 1 });
  const kept = multiply(gain, transition, size).map((value, at) =>
    at % (n + 1) === 0 ? 1 - value : -value,
  );
  const wide = beside(
    n,
    multiply(kept, rootOrThrow(before.covariance, n), size),
    multiply(gain, rootOrThrow(after.covariance, n), size),
    multiply(gain, rootOrThrow(noise, n), size),
  );
  return {
    mean: shift.map((value, i) => value + (before.mean[i] as number)),
    covariance: squareOf(triangularise(wide, n, 3 * n), n),
  };
}
