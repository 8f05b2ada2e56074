// SPDX-License-Identifier: Apache-2.0
// One radar, one trajectory, many runs: the batch filter over a case, and its errors scored as
// `shared/oracles/score/score.py` scores them. Every run is a track of one batch.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createRandom, solvePositive } from '@isthmus/earth';
import {
  advanceTracks,
  batchRadar,
  createTrackBatch,
  readTrack,
  setTrack,
  type TrackBatch,
  updateTracks,
} from '@isthmus/tracking';
import type { Bound, Trajectory, TrajectoryCase } from './data.ts';

/** A state error is that of a lost track from this NEES on, at the end. */
const DIVERGED_NEES = 100;
const BOOTSTRAPS = 2000;

/** What a filter said in every run and second; run-major, as the files are. */
export interface Estimates {
  readonly firstS: number;
  readonly seconds: number;
  readonly runs: readonly number[];
  /** runs x seconds x 6. */
  readonly states: Float64Array;
  /** runs x seconds x 36. */
  readonly covariances: Float64Array;
}

/** A batch of as many tracks as runs, or of `size`, set to the priors of the runs, over and over. */
export function batchOfPriors(
  about: TrajectoryCase,
  data: Trajectory,
  options: { readonly size?: number; readonly kernel?: 'vector' | 'plain' } = {},
): TrackBatch {
  const { size = data.runs.length, kernel = 'vector' } = options;
  const batch = createTrackBatch(size, kernel);
  const covariance = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) {
    const { positionM, velocityMps } = about.priorSigma;
    covariance[i * 7] = (i < 3 ? positionM : velocityMps) ** 2;
  }
  for (let i = 0; i < size; i += 1) {
    const run = i % data.runs.length;
    setTrack(batch, i, { state: data.priors.subarray(run * 6, run * 6 + 6), covariance });
  }
  return batch;
}

/** Gives the batch the looks of second k, track i that of run i % runs. */
export function setLooks(batch: TrackBatch, data: Trajectory, k: number): void {
  const runs = data.runs.length;
  const { rangeM, azimuthRad, elevationRad } = batch.looks;
  for (let i = 0, at = k * runs; i < batch.size; i += 1, at += 1) {
    if (at === (k + 1) * runs) at = k * runs;
    rangeM[i] = data.rangeM[at] as number;
    azimuthRad[i] = data.azimuthRad[at] as number;
    elevationRad[i] = data.elevationRad[at] as number;
  }
}

/** Runs the filter over a case: an update at the prior's second, then predict and update each second. */
export function estimate(about: TrajectoryCase, data: Trajectory): Estimates {
  const radar = batchRadar(about.site, about.sigma);
  const batch = batchOfPriors(about, data);
  const { seconds, runs } = data;
  const states = new Float64Array(runs.length * seconds * 6);
  const covariances = new Float64Array(runs.length * seconds * 36);
  for (let k = 0; k < seconds; k += 1) {
    setLooks(batch, data, k);
    if (k === 0) updateTracks(batch, radar);
    else advanceTracks(batch, 1, radar);
    for (let run = 0; run < runs.length; run += 1) {
      const { state, covariance } = readTrack(batch, run);
      states.set(state, (run * seconds + k) * 6);
      covariances.set(covariance, (run * seconds + k) * 36);
    }
  }
  return { firstS: about.firstS, seconds, runs, states, covariances };
}

export interface Score {
  /** RMSE over runs: its mean over seconds, and at the last second. */
  readonly posRmseMean: number;
  readonly posRmseFinal: number;
  readonly velRmseMean: number;
  /** Mean over seconds of position RMSE over its bound; null where no bound is given. */
  readonly posOverBound: number | null;
  /** Mean NEES over runs and seconds, a degree of freedom. */
  readonly aneesMean: number;
  /** 95 % interval of that mean, bootstrapped over runs: an honest filter has 1 in it. */
  readonly anees95Band: readonly [number, number];
  readonly aneesInBand: boolean;
  /** Runs whose error at the end is none that the covariance allows. */
  readonly diverged: number;
}

/** Scores estimates against the truth, which is seconds x 6. */
export function scoreEstimates(
  estimates: Estimates,
  truth: Float64Array,
  options: { readonly bound: Bound | null; readonly seed: string },
): Score {
  const { seconds, runs } = estimates;
  const position2 = new Float64Array(seconds);
  const velocity2 = new Float64Array(seconds);
  const neesOfRun = new Float64Array(runs.length);
  let diverged = 0;
  for (let run = 0; run < runs.length; run += 1) {
    let nees = 0;
    for (let k = 0; k < seconds; k += 1) {
      const at = run * seconds + k;
      const error = Float64Array.from(
        { length: 6 },
        (_, i) => (estimates.states[at * 6 + i] as number) - (truth[k * 6 + i] as number),
      );
      position2[k] = (position2[k] as number) + squares(error, 0) / runs.length;
      velocity2[k] = (velocity2[k] as number) + squares(error, 3) / runs.length;
      nees = neesOf(error, estimates.covariances.subarray(at * 36, at * 36 + 36));
      neesOfRun[run] = (neesOfRun[run] as number) + nees / seconds / 6;
    }
    if (!(nees <= DIVERGED_NEES)) diverged += 1;
  }
  const position = position2.map(Math.sqrt);
  const bound = options.bound?.positionM;
  const aneesMean = mean(neesOfRun);
  const [low, high] = bootstrapBand(neesOfRun, options.seed);
  return {
    posRmseMean: mean(position),
    posRmseFinal: position.at(-1) as number,
    velRmseMean: mean(velocity2.map(Math.sqrt)),
    posOverBound:
      bound === undefined ? null : mean(position.map((rmse, k) => rmse / (bound[k] as number))),
    aneesMean,
    anees95Band: [low, high],
    aneesInBand: low <= 1 && 1 <= high,
    diverged,
  };
}

function squares(error: Float64Array, from: number): number {
  return (
    (error[from] as number) ** 2 +
    (error[from + 1] as number) ** 2 +
    (error[from + 2] as number) ** 2
  );
}

/** errorᵀ·P⁻¹·error; infinite where P is not positive. */
function neesOf(error: Float64Array, covariance: Float64Array): number {
  const solved = solvePositive(covariance, error, 6);
  if (solved === null) return Number.POSITIVE_INFINITY;
  return error.reduce((sum, value, i) => sum + value * (solved[i] as number), 0);
}

/** The middle 95 % of means over runs drawn with replacement. */
function bootstrapBand(values: Float64Array, seed: string): [number, number] {
  const random = createRandom(`anees/${seed}`);
  const means = Float64Array.from({ length: BOOTSTRAPS }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i += 1)
      sum += values[random.integer(values.length)] as number;
    return sum / values.length;
  }).sort();
  const at = (q: number): number => means[Math.round(q * (BOOTSTRAPS - 1))] as number;
  return [at(0.025), at(0.975)];
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Writes estimates as `score.py` reads them. */
export async function writeEstimates(file: string, estimates: Estimates): Promise<void> {
  const axes = ['x_m', 'y_m', 'z_m', 'vx_mps', 'vy_mps', 'vz_mps'];
  const columns = axes.flatMap((_, i) => axes.map((__, j) => `p${i}${j}`));
  const stream = createWriteStream(file);
  stream.write(`${['run', 't_s', ...axes, ...columns].join(',')}\n`);
  const { seconds, runs, states, covariances } = estimates;
  for (const [index, run] of runs.entries()) {
    const lines: string[] = [];
    for (let k = 0; k < seconds; k += 1) {
      const at = index * seconds + k;
      const state = states.subarray(at * 6, at * 6 + 6).join(',');
      const covariance = covariances.subarray(at * 36, at * 36 + 36).join(',');
      lines.push(`${run},${estimates.firstS + k},${state},${covariance}\n`);
    }
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}
