// SPDX-License-Identifier: Apache-2.0
// Accuracy and honesty of estimates over many runs of one truth: RMSE at each time, and whether the
// covariance is what the errors are (NEES; Bar-Shalom, Li, Kirubarajan 2001, section 5.4).
//
// At one time the runs are independent, so the band of their mean is chi-square. Along time the
// errors of one run hang together, so the band of the time mean cannot be: it is bootstrapped over
// runs (Efron 1979), which are what is independent.

import { invertPositive, type Random } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';
import { quadratic } from '../fusion/information.ts';
import { chiSquareQuantile } from './chi-square.ts';

const RESAMPLES = 2_000;

/** Numbers of `runs` at the same `steps`, run after run: `values[run * steps + step]`. */
export interface RunTable {
  readonly runs: number;
  readonly steps: number;
  readonly values: ArrayLike<number>;
}

/** Lower and upper end. */
export type Band = readonly [number, number];

/**
 * Normalised estimation error squared: errorᵀ covariance⁻¹ error.
 *
 * @param covariance n x n row-major where the error has n components.
 * @throws TrackingError `not-positive-definite`
 */
export function nees(error: ArrayLike<number>, covariance: ArrayLike<number>): number {
  const inverse = invertPositive(covariance, error.length);
  if (inverse === null) {
    throw new TrackingError('not-positive-definite', 'a covariance is not positive definite');
  }
  return quadratic(inverse, error);
}

/** Root of the mean over runs of what is squared in the table, at each step. */
export function rmseOverTime(squaredErrors: RunTable): Float64Array {
  return meanOverRuns(squaredErrors).map(Math.sqrt);
}

/** Mean over runs at each step. */
export function meanOverRuns(table: RunTable): Float64Array {
  const mean = new Float64Array(table.steps);
  for (let run = 0; run < table.runs; run += 1) {
    for (let step = 0; step < table.steps; step += 1) {
      const value = table.values[run * table.steps + step] as number;
      mean[step] = (mean[step] as number) + value / table.runs;
    }
  }
  return mean;
}

/**
 * Where the average over independent runs of NEES / dimension lies with `probability` when the
 * covariance is right: two-sided, equal tails.
 */
export function aneesBand(options: {
  readonly dimension: number;
  readonly runs: number;
  readonly probability: number;
}): Band {
  const degrees = options.dimension * options.runs;
  const tail = (1 - options.probability) / 2;
  return [
    chiSquareQuantile(tail, degrees) / degrees,
    chiSquareQuantile(1 - tail, degrees) / degrees,
  ];
}

/** How honest a covariance was over many runs. */
export interface Consistency {
  /** Average of NEES / dimension over runs at each step; 1 is right, more is over-confident. */
  readonly anees: Float64Array;
  /** Of the average over runs and steps. */
  readonly aneesMean: number;
  /** Bootstrapped 95 % interval of `aneesMean`. A covariance that is right has 1 in it. */
  readonly aneesMeanBand: Band;
  /** Share of steps whose average lies in the 95 % chi-square band. */
  readonly stepsInBand: number;
}

/**
 * Judges a table of NEES. The caller guarantees at least one run and one step.
 *
 * @param random draws the resamples; the table and it alone decide the result.
 */
export function consistency(table: RunTable, dimension: number, random: Random): Consistency {
  const anees = meanOverRuns(table).map((value) => value / dimension);
  const [low, high] = aneesBand({ dimension, runs: table.runs, probability: 0.95 });
  const ofRun = meanOfEachRun(table).map((value) => value / dimension);
  return {
    anees,
    aneesMean: meanOf(ofRun),
    aneesMeanBand: bootstrapMean(ofRun, random),
    stepsInBand: anees.filter((value) => value >= low && value <= high).length / table.steps,
  };
}

/** Bootstrapped 95 % interval (percentiles) of the mean of independent values, at least one. */
export function bootstrapMean(values: ArrayLike<number>, random: Random): Band {
  const means = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i += 1) {
    let sum = 0;
    for (let k = 0; k < values.length; k += 1)
      sum += values[random.integer(values.length)] as number;
    means[i] = sum / values.length;
  }
  means.sort();
  return [
    means[Math.floor(0.025 * RESAMPLES)] as number,
    means[Math.ceil(0.975 * RESAMPLES) - 1] as number,
  ];
}

function meanOfEachRun(table: RunTable): Float64Array {
  return Float64Array.from({ length: table.runs }, (_, run) => {
    let sum = 0;
    for (let step = 0; step < table.steps; step += 1) {
      sum += table.values[run * table.steps + step] as number;
    }
    return sum / table.steps;
  });
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
