// SPDX-License-Identifier: Apache-2.0
// Estimates of many runs of one trajectory at the same seconds: kept, scored, written as the files
// that `shared/oracles/score/score.py` scores.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createRandom } from '@isthmus/earth';
import { consistency, type Gaussian, nees, type RunTable, rmseOverTime } from '@isthmus/tracking';
import type { Bound } from './data.ts';

/** Estimates of `runs` runs at `steps` seconds from `firstS` on; run after run. */
export interface Estimates {
  readonly firstS: number;
  readonly runs: readonly number[];
  readonly steps: number;
  /** 6 numbers each. */
  readonly states: Float64Array;
  /** 36 numbers each. */
  readonly covariances: Float64Array;
}

export function createEstimates(over: Pick<Estimates, 'firstS' | 'runs' | 'steps'>): Estimates {
  const count = over.runs.length * over.steps;
  return {
    ...over,
    states: new Float64Array(6 * count),
    covariances: new Float64Array(36 * count),
  };
}

/** The estimate of a run, by its index, at a step; a view, not a copy. */
export function estimateAt(of: Estimates, run: number, step: number): Gaussian {
  const at = run * of.steps + step;
  return {
    mean: of.states.subarray(6 * at, 6 * at + 6),
    covariance: of.covariances.subarray(36 * at, 36 * at + 36),
  };
}

export function setEstimate(of: Estimates, at: readonly [number, number], to: Gaussian): void {
  const index = at[0] * of.steps + at[1];
  of.states.set(to.mean, 6 * index);
  of.covariances.set(to.covariance, 36 * index);
}

/** Figures of many runs; the names are those of bench/RESULTS.md. */
export interface Score {
  /** Mean over seconds of the RMSE over runs, and its last value. */
  readonly posRmseMean: number;
  readonly posRmseFinal: number;
  readonly velRmseMean: number;
  /** Mean over seconds of RMSE / bound; null without a bound. */
  readonly posOverBound: number | null;
  readonly aneesMean: number;
  /** Bootstrapped over runs, 95 %. */
  readonly aneesBand: readonly [number, number];
}

/** Of position, over runs, at each step; `truth` has 6 numbers for each. */
export function positionRmse(of: Estimates, truth: Float64Array): Float64Array {
  return rmseOverTime(squaredErrors(of, truth, 0));
}

/** @param truth 6 numbers for each step. */
export function score(of: Estimates, truth: Float64Array, bound: Bound | null): Score {
  const pos = positionRmse(of, truth);
  const vel = rmseOverTime(squaredErrors(of, truth, 3));
  const honesty = consistency(neesTable(of, truth), 6, createRandom('bench/tracking/fused'));
  return {
    posRmseMean: mean(pos),
    posRmseFinal: pos.at(-1) as number,
    velRmseMean: mean(vel),
    posOverBound:
      bound === null ? null : mean(pos.map((v, k) => v / (bound.positionM[k] as number))),
    aneesMean: honesty.aneesMean,
    aneesBand: honesty.aneesMeanBand,
  };
}

function squaredErrors(of: Estimates, truth: Float64Array, from: number): RunTable {
  const values = new Float64Array(of.runs.length * of.steps);
  for (let i = 0; i < values.length; i += 1) {
    const step = i % of.steps;
    let sum = 0;
    for (let k = from; k < from + 3; k += 1) {
      sum += ((of.states[6 * i + k] as number) - (truth[6 * step + k] as number)) ** 2;
    }
    values[i] = sum;
  }
  return { runs: of.runs.length, steps: of.steps, values };
}

function neesTable(of: Estimates, truth: Float64Array): RunTable {
  const values = new Float64Array(of.runs.length * of.steps);
  for (let i = 0; i < values.length; i += 1) {
    const step = i % of.steps;
    const { mean: state, covariance } = estimateAt(of, Math.floor(i / of.steps), step);
    const error = Float64Array.from(state, (v, k) => v - (truth[6 * step + k] as number));
    values[i] = nees(error, covariance);
  }
  return { runs: of.runs.length, steps: of.steps, values };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const NAMES = ['x_m', 'y_m', 'z_m', 'vx_mps', 'vy_mps', 'vz_mps'];

/** Writes 'run,t_s', the state and its covariance row-major, a row for each run and second. */
export async function writeEstimates(of: Estimates, path: string): Promise<void> {
  const file = createWriteStream(path);
  const covariances = Array.from({ length: 36 }, (_, k) => `p${Math.floor(k / 6)}${k % 6}`);
  file.write(`${['run', 't_s', ...NAMES, ...covariances].join(',')}\n`);
  for (const [index, run] of of.runs.entries()) {
    const rows: string[] = [];
    for (let step = 0; step < of.steps; step += 1) {
      const { mean: state, covariance } = estimateAt(of, index, step);
      const numbers = [run, of.firstS + step, ...Array.from(state), ...Array.from(covariance)];
      rows.push(numbers.join(','));
    }
    if (!file.write(`${rows.join('\n')}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
