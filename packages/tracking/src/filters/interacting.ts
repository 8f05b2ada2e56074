// SPDX-License-Identifier: Apache-2.0
// Interacting multiple models (Blom & Bar-Shalom, IEEE T-AC 1988): a target moves by one of several
// laws and changes between them as a Markov chain. One extended filter a law; before each step every
// filter starts from the mixture of all that its own law could have come from:
//   c_j = Σ_i π_ij μ_i,  μ_i|j = π_ij μ_i / c_j,  then μ_j = c_j Λ_j / Σ c Λ
// with μ the probabilities of the laws and Λ the likelihoods of a measurement.
//
// Laws whose states differ in size share the components of the same name. What a law has and another
// lacks, the other cannot say: in the mixture it keeps this law's own mean and covariance,
// independent of what the other says (the unbiased mixing of Yuan, Lin, Lian et al. 2012, and of
// Granström, Willett, Bar-Shalom 2015).

import { TrackingError } from '../errors.ts';
import type { Gaussian } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import type { MeasurementModel } from '../sensors/measurement-model.ts';
import { predictExtended, updateExtended } from './extended.ts';

/** The laws a target may follow, and how it changes between them. */
export interface Interacting {
  readonly models: readonly MotionModel[];
  /**
   * π over `seconds`, row-major: row i, column j is the probability of law j at the end when it was
   * law i at the start. Rows sum to one; that of zero seconds is the unit matrix.
   */
  readonly switching: (seconds: number) => ArrayLike<number>;
}

/** One law's share: how probable, and what it makes of the target; in the order of the laws. */
export interface Mode {
  readonly probability: number;
  readonly belief: Gaussian;
}

/**
 * Mixes, then moves every mode by its law.
 *
 * @throws TrackingError `size-mismatch` when there are not as many modes as laws.
 */
export function predictInteracting(
  laws: Interacting,
  modes: readonly Mode[],
  seconds: number,
): readonly Mode[] {
  const count = laws.models.length;
  if (modes.length !== count) {
    throw new TrackingError('size-mismatch', `${modes.length} modes of ${count} laws`);
  }
  const switching = laws.switching(seconds);
  return laws.models.map((model, j) => {
    const shares = modes.map((mode, i) => mode.probability * (switching[i * count + j] as number));
    const probability = shares.reduce((sum, share) => sum + share, 0);
    const own = (modes[j] as Mode).belief;
    const parts = modes.map((mode, i) =>
      i === j ? own : inTermsOf(laws.models[i] as MotionModel, mode.belief, { model, own }),
    );
    const start = probability > 0 ? mixture(parts, shares) : own;
    return { probability, belief: predictExtended(model, start, seconds).belief };
  });
}

/**
 * Uses a measurement in every mode and weighs the laws by how well they foretold it.
 *
 * @returns the modes and ln Σ c Λ, the log-likelihood of the measurement under all of them.
 * @throws TrackingError as `updateExtended`.
 */
export function updateInteracting(
  model: MeasurementModel,
  modes: readonly Mode[],
  measured: ArrayLike<number>,
): { readonly modes: readonly Mode[]; readonly logLikelihood: number } {
  const used = modes.map(({ belief }) => updateExtended(model, belief, measured));
  const logs = used.map(
    ({ innovation }, j) => innovation.logLikelihood + Math.log((modes[j] as Mode).probability),
  );
  // Relative to the best: far from all laws every likelihood is zero in doubles, their ratio is not.
  const best = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - best));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    modes: used.map(({ belief }, j) => ({ probability: (weights[j] as number) / total, belief })),
    logLikelihood: best + Math.log(total),
  };
}

/**
 * Mean and covariance of all modes together, over the components every law has, in the order of the
 * first law.
 */
export function combineInteracting(laws: Interacting, modes: readonly Mode[]): Gaussian {
  const [first] = laws.models as readonly [MotionModel];
  const shared = first.components.filter((name) =>
    laws.models.every((model) => model.components.includes(name)),
  );
  const parts = modes.map(({ belief }, i) =>
    pick(belief, placesOf(laws.models[i] as MotionModel, shared)),
  );
  return mixture(
    parts,
    modes.map(({ probability }) => probability),
  );
}

/** What one law's belief says of a target in the components of another law. */
function inTermsOf(
  from: MotionModel,
  belief: Gaussian,
  to: { readonly model: MotionModel; readonly own: Gaussian },
): Gaussian {
  const { model, own } = to;
  const n = model.size;
  const places = model.components.map((name) => from.components.indexOf(name));
  const mean = new Float64Array(n);
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    const row = places[i] as number;
    mean[i] = (row < 0 ? own.mean[i] : belief.mean[row]) as number;
    for (let j = 0; j < n; j += 1) {
      const column = places[j] as number;
      if (row < 0 && column < 0) covariance[i * n + j] = own.covariance[i * n + j] as number;
      if (row >= 0 && column >= 0) {
        covariance[i * n + j] = belief.covariance[row * from.size + column] as number;
      }
    }
  }
  return { mean, covariance };
}

function placesOf(model: MotionModel, names: readonly string[]): readonly number[] {
  return names.map((name) => model.components.indexOf(name));
}

function pick(belief: Gaussian, places: readonly number[]): Gaussian {
  const n = belief.mean.length;
  return {
    mean: places.map((i) => belief.mean[i] as number),
    covariance: places.flatMap((i) => places.map((j) => belief.covariance[i * n + j] as number)),
  };
}

/** One Gaussian with the mean and covariance of several; weights need not sum to one. */
function mixture(parts: readonly Gaussian[], weights: readonly number[]): Gaussian {
  const n = (parts[0] as Gaussian).mean.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(n);
  const covariance = new Float64Array(n * n);
  parts.forEach((part, p) => {
    for (let i = 0; i < n; i += 1) {
      mean[i] = (mean[i] as number) + ((weights[p] as number) / total) * (part.mean[i] as number);
    }
  });
  parts.forEach((part, p) => {
    const weight = (weights[p] as number) / total;
    for (let i = 0; i < n; i += 1) {
      const di = (part.mean[i] as number) - (mean[i] as number);
      for (let j = 0; j < n; j += 1) {
        const dj = (part.mean[j] as number) - (mean[j] as number);
        const at = i * n + j;
        covariance[at] =
          (covariance[at] as number) + weight * ((part.covariance[at] as number) + di * dj);
      }
    }
  });
  return { mean, covariance };
}
