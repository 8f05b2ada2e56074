// SPDX-License-Identifier: Apache-2.0
// What the examples with many runs share: a prior, a radar's look, and the judgement over all runs.

import { type Geodetic, lookAngles, type Random } from '@isthmus/earth';
import { consistency, type Gaussian, nees, rmseOverTime } from '@isthmus/tracking';
import { positionOf } from './rocket.ts';

/** One sigma of a radar's independent errors. */
export const NOISE = { rangeM: 30, azimuthRad: 5e-4, elevationRad: 5e-4 };

/** Numbers in a state, and one sigma of what is known of each before the first look: m and m/s. */
const N = 6;
const SIGMAS = [20e3, 20e3, 20e3, 200, 200, 200];
export const PRIOR_COVARIANCE = Float64Array.from({ length: N * N }, (_, k) =>
  k % (N + 1) === 0 ? (SIGMAS[k / (N + 1)] as number) ** 2 : 0,
);

/** A first belief, as wrong as it says it may be. */
export function drawPrior(truth: Float64Array, random: Random): Gaussian {
  const mean = truth.map((value, i) => value + (SIGMAS[i] as number) * random.normal());
  return { mean, covariance: PRIOR_COVARIANCE };
}

/** Range, azimuth and elevation as a radar measures them. */
export function lookOf(site: Geodetic, state: Float64Array, random: Random): number[] {
  const { rangeM, azimuthRad, elevationRad } = lookAngles(site, positionOf(state));
  return [
    rangeM + NOISE.rangeM * random.normal(),
    azimuthRad + NOISE.azimuthRad * random.normal(),
    elevationRad + NOISE.elevationRad * random.normal(),
  ];
}

/** What many runs of one method come to. */
export interface Judgement {
  /** Of position, m, at each step. */
  readonly rmse: Float64Array;
  /** At each step; 1 is honest. */
  readonly anees: Float64Array;
  /** For a table: ANEES over all steps, and its 95 % interval. */
  readonly cells: readonly string[];
}

/** RMSE of position over all runs, and whether the covariances were honest. */
export function judge(
  runs: readonly (readonly Gaussian[])[],
  truth: readonly Float64Array[],
  random: Random,
): Judgement {
  const squares: number[] = [];
  const normalised: number[] = [];
  for (const belief of runs.flatMap((run) => run.map((one, step) => ({ ...one, step })))) {
    const state = truth[belief.step] as Float64Array;
    const error = state.map((value, i) => (belief.mean[i] as number) - value);
    squares.push(error.slice(0, 3).reduce((sum, e) => sum + e * e, 0));
    normalised.push(nees(error, belief.covariance));
  }
  const size = { runs: runs.length, steps: squares.length / runs.length };
  const { anees, aneesMean, aneesMeanBand } = consistency(
    { ...size, values: normalised },
    N,
    random,
  );
  const cells = [aneesMean, ...aneesMeanBand].map((value) => value.toFixed(3));
  return { rmse: rmseOverTime({ ...size, values: squares }), anees, cells };
}
