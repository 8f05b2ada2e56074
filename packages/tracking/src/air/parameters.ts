// SPDX-License-Identifier: Apache-2.0
// What the air tracker is told of its world, and the thresholds that follow from it. Nothing else is
// a number to tune.

import { TrackingError } from '../errors.ts';

/** The sensor and the targets, as the user knows them. */
export interface AirTrackerOptions {
  /** Standard deviation of a plot in x and in y, metres. */
  readonly sigmaM: number;
  /** White acceleration noise of a target, intensity for each axis, m^2/s^3. */
  readonly accelDensityM2S3: number;
  /** Probability that a target gives a plot in a scan, above 0, at most 1. */
  readonly detectionProbability: number;
  /** False plots a square metre and scan (Poisson), above 0. */
  readonly clutterDensityPerM2: number;
  /** Speed that practically no target exceeds, m/s: velocity is N(0, (speedMax / 3)^2) for each axis. */
  readonly speedMaxMps?: number;
  /** Targets that appear, a square metre and second. */
  readonly birthRatePerM2S?: number;
  /** Mean time for which a target stays in view, seconds. */
  readonly meanLifeS?: number;
  /** Wald's alpha: false tracks confirmed for each target that appears, at most. */
  readonly falseTrackProbability?: number;
  /** Wald's beta: probability at which a track is given up. */
  readonly missedTrackProbability?: number;
  /** How plots are shared among confirmed tracks. */
  readonly association?: 'joint' | 'assignment';
}

/** The options with defaults filled in, and what follows from them. */
export interface AirParameters extends Required<AirTrackerOptions> {
  /** Variance of a plot in each axis, m^2, and of the velocity of an unknown target, m^2/s^2. */
  readonly plotVariance: number;
  readonly velocityVariance: number;
  /** Log odds at which a track is confirmed; fall of the score that ends a tentative track. */
  readonly scoreConfirmed: number;
  readonly scoreFall: number;
  /**
   * Probability of existence below which a confirmed track ends. Since existence never exceeds the
   * probability of surviving one period, this is a fixed fall of the score below its maximum: with
   * the defaults and 5 s scans ln 719 + ln 99 = 11.2, the fifth scan without a plot at detection 0.9.
   */
  readonly existenceMin: number;
}

export const AIR_LIMITS = {
  /** Squared distance in innovation sigmas of the gate; P(outside) = exp(-gate / 2) = 1 in 3,000. */
  gate: 16,
  /** The same between first and second plot: three sigmas of the speed prior, the speed bound. */
  gateSecondPlot: 9,
  /** Hypotheses kept that end in one plot, beside that of a new target. */
  hypothesesPerPlot: 6,
  /** A plot more likely a confirmed track's than not is no part of a new one. */
  freeMin: 0.5,
  /** Plots a tentative track remembers, to find those that share one with a confirmed track. */
  history: 6,
  /** A tentative track needs so many plots to be confirmed, whatever its score: velocity from data. */
  plotsMin: 2,
} as const;

/** Share of a target's plots inside the gate. */
export const GATE_PROBABILITY = 1 - Math.exp(-AIR_LIMITS.gate / 2);

/**
 * Fills in defaults and derives thresholds: those of Wald's sequential test (Ann. Math. Stat. 16, 1945)
 * for the stated probabilities.
 *
 * @throws TrackingError `bad-option` naming the option that is out of range
 */
export function airParameters(options: AirTrackerOptions): AirParameters {
  const full = {
    speedMaxMps: 450,
    birthRatePerM2S: 2e-13,
    meanLifeS: 3600,
    falseTrackProbability: 0.01,
    missedTrackProbability: 0.01,
    association: 'joint' as const,
    ...options,
  };
  for (const [name, value] of Object.entries(full)) {
    if (name === 'association') continue;
    const isProbability = name.endsWith('Probability');
    const ok = typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY;
    if (!ok || (isProbability && value > 1)) {
      throw new TrackingError('bad-option', `${name} is ${value}`);
    }
  }
  const alpha = full.falseTrackProbability;
  const beta = full.missedTrackProbability;
  if (alpha + beta >= 1) {
    throw new TrackingError('bad-option', `Wald's test asks ${alpha} + ${beta} < 1`);
  }
  return {
    ...full,
    plotVariance: full.sigmaM ** 2,
    velocityVariance: (full.speedMaxMps / 3) ** 2,
    scoreConfirmed: Math.log((1 - beta) / alpha),
    scoreFall: Math.log((1 - alpha) / beta),
    existenceMin: beta / (1 - alpha + beta),
  };
}
