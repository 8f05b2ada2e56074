// SPDX-License-Identifier: Apache-2.0
// Two radars on one trajectory: each side filters its own looks from its own start, and the two
// tracks are fused each second by every method of the library, without a plot crossing. Beside them
// one filter that pools all looks, which nothing can beat.
//
// The two share neither looks nor prior, and the model has no process noise. So their errors are
// independent: naive fusion is here the information form, and the cross-covariance of Bar-Shalom and
// Campo stays zero and changes nothing. Intersection, which must allow for anything, pays for it.

import { join } from 'node:path';
import { multiply, transpose } from '@isthmus/earth';
import {
  batchRadar,
  createTrackBatch,
  fuseNaive,
  fuseWithoutCommon,
  type Gaussian,
  intersect,
  intersectInverse,
  predictTracks,
  propagateWithTransition,
  readTrack,
  setTrack,
  type TrackBatch,
  updateTracks,
} from '@isthmus/tracking';
import { UserError } from '../../apps/cli/src/user-error.ts';
import {
  type DataFolder,
  readBound,
  readTrajectory,
  type Trajectory,
  type TrajectoryCase,
  type TrajectoryPair,
} from './data.ts';
import {
  createEstimates,
  type Estimates,
  estimateAt,
  positionRmse,
  type Score,
  score,
  setEstimate,
  writeEstimates,
} from './estimates.ts';

/** Looks of a tracklet, the default of an agreement. */
const LOOKS_A_TRACKLET = 4;

/**
 * Scores every way of fusing each pair of the folder.
 *
 * @param outDir where to write `CASE_METHOD.csv` for an independent scorer; null writes nothing.
 */
export async function benchFused(
  folder: DataFolder,
  outDir: string | null,
): Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  for (const pair of folder.pairs) {
    results[pair.second.name] = await fusePair(folder, pair, outDir);
  }
  return results;
}

interface Side {
  readonly about: TrajectoryCase;
  readonly data: Trajectory;
}

/** Seconds in which both radars look. */
interface Common {
  readonly firstS: number;
  readonly steps: number;
}

async function fusePair(
  folder: DataFolder,
  pair: TrajectoryPair,
  outDir: string | null,
): Promise<Record<string, unknown>> {
  const begun = performance.now();
  const sides = await Promise.all(
    [pair.first, pair.second].map(async (about) => ({
      about,
      data: await readTrajectory(folder, about),
    })),
  );
  const [first, second] = sides as [Side, Side];
  const common = commonSeconds(first, second);
  const [own, theirs] = [localTracks(first, common), localTracks(second, common)];
  const methods: Record<string, Estimates> = {
    pooled: pooledTracks(first, second, common),
    information: fuseEach(own, theirs, fuseNaive),
    covarianceIntersection: fuseEach(own, theirs, intersect),
    inverseIntersection: fuseEach(own, theirs, intersectInverse),
    tracklets: fuseTracklets(own, theirs),
  };
  const skipped = common.firstS - first.about.firstS;
  const truth = first.data.truth.subarray(6 * skipped, 6 * (skipped + common.steps));
  const bound = await readBound(folder, 'c_fused', {
    firstS: common.firstS,
    seconds: common.steps,
  });
  const scores: Record<string, Score & { readonly posOverPooled: number }> = {};
  const pooled = positionRmse(methods['pooled'] as Estimates, truth);
  for (const [name, estimates] of Object.entries(methods)) {
    const ratios = positionRmse(estimates, truth).map((v, k) => v / (pooled[k] as number));
    const posOverPooled = ratios.reduce((sum, v) => sum + v, 0) / ratios.length;
    scores[name] = { ...score(estimates, truth, bound), posOverPooled };
    if (outDir !== null) {
      await writeEstimates(estimates, join(outDir, `${pair.second.name}_${name}.csv`));
    }
  }
  return {
    first: pair.first.name,
    second: pair.second.name,
    runs: own.runs.length,
    firstS: common.firstS,
    seconds: common.steps,
    // Nothing is shared and no process noise common: both are the information form, to the last bit.
    methods: { ...scores, naive: scores['information'], barShalomCampo: scores['information'] },
    elapsedS: (performance.now() - begun) / 1000,
  };
}

function commonSeconds(first: Side, second: Side): Common {
  const firstS = Math.max(first.about.firstS, second.about.firstS);
  const steps = Math.min(first.about.lastS, second.about.lastS) - firstS + 1;
  const names = `${first.about.name} and ${second.about.name}`;
  if (steps < 1) throw new UserError(`${names}: no second in which both look`);
  if (first.data.runs.join() !== second.data.runs.join()) {
    throw new UserError(`${names}: their runs have different names, so none can be paired`);
  }
  return { firstS, steps };
}

/** One side's filter over all its runs, from its own first look on. */
function localTracks({ about, data }: Side, common: Common): Estimates {
  const estimates = createEstimates({ ...common, runs: data.runs });
  const batch = createTrackBatch(data.runs.length);
  const radar = batchRadar(about.site, about.sigma);
  data.runs.forEach((_, run) => {
    setTrack(batch, run, priorOf({ about, data }, run));
  });
  for (let second = about.firstS; second < common.firstS + common.steps; second += 1) {
    if (second > about.firstS) predictTracks(batch, 1);
    look(batch, { about, data }, second);
    updateTracks(batch, radar);
    if (second >= common.firstS) record(batch, estimates, second - common.firstS);
  }
  return estimates;
}

/** One filter with the looks of both, and with the second prior when its radar begins. */
function pooledTracks(first: Side, second: Side, common: Common): Estimates {
  const estimates = createEstimates({ ...common, runs: first.data.runs });
  const batch = createTrackBatch(first.data.runs.length);
  const sides = [first, second];
  const begin = Math.min(first.about.firstS, second.about.firstS);
  for (let now = begin; now < common.firstS + common.steps; now += 1) {
    if (now > begin) predictTracks(batch, 1);
    for (const [index, side] of sides.entries()) {
      const { about, data } = side;
      if (now < about.firstS || now > about.lastS) continue;
      if (now === about.firstS) {
        const isFirst = now === begin && (index === 0 || first.about.firstS > begin);
        data.runs.forEach((_, run) => {
          const prior = priorOf(side, run);
          const { mean, covariance } = isFirst ? asGaussian(prior) : joined(batch, run, prior);
          setTrack(batch, run, { state: mean, covariance });
        });
      }
      look(batch, side, now);
      updateTracks(batch, batchRadar(about.site, about.sigma));
    }
    if (now >= common.firstS) record(batch, estimates, now - common.firstS);
  }
  return estimates;
}

interface Track {
  readonly state: ArrayLike<number>;
  readonly covariance: ArrayLike<number>;
}

function priorOf({ about, data }: Side, run: number): Track {
  const { positionM, velocityMps } = about.priorSigma;
  const covariance = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) covariance[i * 7] = (i < 3 ? positionM : velocityMps) ** 2;
  return { state: data.priors.subarray(6 * run, 6 * run + 6), covariance };
}

function asGaussian({ state, covariance }: Track): Gaussian {
  return { mean: state, covariance };
}

/** A prior that comes when the filter already runs is independent of all it has seen. */
function joined(batch: TrackBatch, run: number, prior: Track): Gaussian {
  return fuseNaive(asGaussian(readTrack(batch, run)), asGaussian(prior));
}

function look(batch: TrackBatch, { about, data }: Side, second: number): void {
  const from = (second - about.firstS) * data.runs.length;
  const to = from + data.runs.length;
  batch.looks.rangeM.set(data.rangeM.subarray(from, to));
  batch.looks.azimuthRad.set(data.azimuthRad.subarray(from, to));
  batch.looks.elevationRad.set(data.elevationRad.subarray(from, to));
}

function record(batch: TrackBatch, estimates: Estimates, step: number): void {
  for (let run = 0; run < estimates.runs.length; run += 1) {
    setEstimate(estimates, [run, step], asGaussian(readTrack(batch, run)));
  }
}

function fuseEach(
  own: Estimates,
  theirs: Estimates,
  fuse: (a: Gaussian, b: Gaussian) => Gaussian,
): Estimates {
  const fused = createEstimates(own);
  for (let run = 0; run < own.runs.length; run += 1) {
    for (let step = 0; step < own.steps; step += 1) {
      const both = fuse(estimateAt(own, run, step), estimateAt(theirs, run, step));
      setEstimate(fused, [run, step], both);
    }
  }
  return fused;
}

/**
 * As two linked sides do it: the partner sends its state once and from then on what every four looks
 * added (its information less that of what was sent before); the receiver folds that, and adds it to
 * its own track each second. In between the fold is up to three looks behind.
 */
function fuseTracklets(own: Estimates, theirs: Estimates): Estimates {
  const fused = createEstimates(own);
  for (let run = 0; run < own.runs.length; run += 1) {
    let base = estimateAt(theirs, run, 0);
    let fold = base;
    for (let step = 0; step < own.steps; step += 1) {
      if (step > 0) {
        base = secondLater(base);
        fold = secondLater(fold);
      }
      if (step > 0 && step % LOOKS_A_TRACKLET === 0) {
        const current = estimateAt(theirs, run, step);
        fold = fuseWithoutCommon(fold, current, base) ?? fold;
        base = current;
      }
      setEstimate(fused, [run, step], fuseNaive(estimateAt(own, run, step), fold));
    }
  }
  return fused;
}

/** Free flight without air, as the truth of these folders. */
function secondLater({ mean, covariance }: Gaussian): Gaussian {
  const { state, transition } = propagateWithTransition(mean, 1);
  const size = { n: 6, m: 6, p: 6 };
  const moved = multiply(multiply(transition, covariance, size), transpose(transition, 6, 6), size);
  return { mean: state, covariance: moved };
}
