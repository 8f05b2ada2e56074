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
  fuseNaive,
  fuseWithoutCommon,
  type Gaussian,
  intersect,
  intersectInverse,
  predictTracks,
  propagateWithTransition,
  readTrack,
  rmseOverTime,
  setTrack,
  type TrackBatch,
  updateTracks,
} from '@isthmus/tracking';
import { UserError } from '../../apps/cli/src/user-error.ts';
import {
  type Bound,
  type DataFolder,
  readBound,
  readTrajectory,
  type Trajectory,
  type TrajectoryCase,
  type TrajectoryPair,
} from './data.ts';
import {
  batchOfPriors,
  type Estimates,
  estimate,
  scoreEstimates,
  setLooks,
  writeEstimates,
} from './single.ts';

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
  const fused: Record<string, unknown> = {};
  for (const pair of folder.pairs) fused[pair.second.name] = await fusePair(folder, pair, outDir);
  return { fused };
}

interface Side {
  readonly about: TrajectoryCase;
  readonly data: Trajectory;
}

/** Seconds in which both radars look. */
interface Common {
  readonly firstS: number;
  readonly seconds: number;
}

async function fusePair(
  folder: DataFolder,
  pair: TrajectoryPair,
  outDir: string | null,
): Promise<Record<string, unknown>> {
  const begun = performance.now();
  const first = { about: pair.first, data: await readTrajectory(folder, pair.first) };
  const second = { about: pair.second, data: await readTrajectory(folder, pair.second) };
  const common = commonSeconds(first, second);
  const methods = fuseByEach(first, second, common);
  if (outDir !== null) {
    for (const [name, estimates] of Object.entries(methods)) {
      await writeEstimates(join(outDir, `${pair.second.name}_${name}.csv`), estimates);
    }
  }
  const skipped = common.firstS - first.about.firstS;
  const truth = first.data.truth.subarray(6 * skipped, 6 * (skipped + common.seconds));
  const scores = scoreEach(methods, truth, await readBound(folder, 'c_fused', common));
  return {
    first: pair.first.name,
    ...common,
    runs: first.data.runs.length,
    // Nothing is shared and no process noise common: both are the information form, to the last bit.
    methods: { ...scores, naive: scores['information'], barShalomCampo: scores['information'] },
    elapsedS: (performance.now() - begun) / 1000,
  };
}

function commonSeconds(first: Side, second: Side): Common {
  const firstS = Math.max(first.about.firstS, second.about.firstS);
  const seconds = Math.min(first.about.lastS, second.about.lastS) - firstS + 1;
  const names = `${first.about.name} and ${second.about.name}`;
  if (seconds < 1) throw new UserError(`${names}: no second in which both look`);
  if (first.data.runs.join() !== second.data.runs.join()) {
    throw new UserError(`${names}: their runs have different names, so none can be paired`);
  }
  return { firstS, seconds };
}

function fuseByEach(first: Side, second: Side, common: Common): Record<string, Estimates> {
  const own = within(estimate(first.about, first.data), common);
  const theirs = within(estimate(second.about, second.data), common);
  const begunFirst = first.about.firstS <= second.about.firstS;
  return {
    pooled: pool(begunFirst ? [first, second] : [second, first], common),
    information: fuseEach(own, theirs, fuseNaive),
    tracklets: fuseTracklets(own, theirs),
    covarianceIntersection: fuseEach(own, theirs, intersect),
    inverseIntersection: fuseEach(own, theirs, intersectInverse),
  };
}

/** The figures of each method, and its position RMSE beside that of pooling. */
function scoreEach(
  methods: Record<string, Estimates>,
  truth: Float64Array,
  bound: Bound | null,
): Record<string, object> {
  const pooled = positionRmse(methods['pooled'] as Estimates, truth);
  const scored = Object.entries(methods).map(([name, estimates]) => {
    const ratios = positionRmse(estimates, truth).map((rmse, k) => rmse / (pooled[k] as number));
    const posOverPooled = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    return [
      name,
      { ...scoreEstimates(estimates, truth, { bound, seed: name }), posOverPooled },
    ] as const;
  });
  return Object.fromEntries(scored);
}

function positionRmse({ runs, seconds, states }: Estimates, truth: Float64Array): Float64Array {
  const values = new Float64Array(runs.length * seconds);
  for (let i = 0; i < values.length; i += 1) {
    for (let k = 0; k < 3; k += 1) {
      const error = (states[6 * i + k] as number) - (truth[6 * (i % seconds) + k] as number);
      values[i] = (values[i] as number) + error * error;
    }
  }
  return rmseOverTime({ runs: runs.length, steps: seconds, values });
}

/** The estimates of the common seconds alone. */
function within(of: Estimates, common: Common): Estimates {
  const cut = emptyLike(of.runs, common);
  const skipped = common.firstS - of.firstS;
  for (let run = 0; run < of.runs.length; run += 1) {
    for (let k = 0; k < common.seconds; k += 1) put(cut, [run, k], at(of, run, k + skipped));
  }
  return cut;
}

/** One filter with the looks of both; the second prior is joined when its radar begins. */
function pool(sides: readonly [Side, Side], common: Common): Estimates {
  const [early, late] = sides;
  const pooled = emptyLike(early.data.runs, common);
  const batch = batchOfPriors(early.about, early.data);
  for (let now = early.about.firstS; now < common.firstS + common.seconds; now += 1) {
    if (now > early.about.firstS) predictTracks(batch, 1);
    if (now === late.about.firstS) {
      const priors = batchOfPriors(late.about, late.data);
      early.data.runs.forEach((_, run) => {
        const { mean, covariance } = fuseNaive(tracked(batch, run), tracked(priors, run));
        setTrack(batch, run, { state: mean, covariance });
      });
    }
    for (const { about, data } of sides) {
      if (now < about.firstS || now > about.lastS) continue;
      setLooks(batch, data, now - about.firstS);
      updateTracks(batch, batchRadar(about.site, about.sigma));
    }
    if (now < common.firstS) continue;
    early.data.runs.forEach((_, run) => {
      put(pooled, [run, now - common.firstS], tracked(batch, run));
    });
  }
  return pooled;
}

function tracked(batch: TrackBatch, run: number): Gaussian {
  const { state, covariance } = readTrack(batch, run);
  return { mean: state, covariance };
}

function fuseEach(
  own: Estimates,
  theirs: Estimates,
  fuse: (a: Gaussian, b: Gaussian) => Gaussian,
): Estimates {
  const fused = emptyLike(own.runs, own);
  for (let run = 0; run < own.runs.length; run += 1) {
    for (let k = 0; k < own.seconds; k += 1) {
      put(fused, [run, k], fuse(at(own, run, k), at(theirs, run, k)));
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
  const fused = emptyLike(own.runs, own);
  for (let run = 0; run < own.runs.length; run += 1) {
    let base = at(theirs, run, 0);
    let fold = base;
    for (let k = 0; k < own.seconds; k += 1) {
      if (k > 0) {
        base = secondLater(base);
        fold = secondLater(fold);
      }
      if (k > 0 && k % LOOKS_A_TRACKLET === 0) {
        const current = at(theirs, run, k);
        fold = fuseWithoutCommon(fold, current, base) ?? fold;
        base = current;
      }
      put(fused, [run, k], fuseNaive(at(own, run, k), fold));
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

function emptyLike(runs: readonly number[], { firstS, seconds }: Common): Estimates {
  const count = runs.length * seconds;
  const [states, covariances] = [new Float64Array(6 * count), new Float64Array(36 * count)];
  return { firstS, seconds, runs, states, covariances };
}

/** A view of an estimate, not a copy. */
function at(of: Estimates, run: number, k: number): Gaussian {
  const index = run * of.seconds + k;
  return {
    mean: of.states.subarray(6 * index, 6 * index + 6),
    covariance: of.covariances.subarray(36 * index, 36 * index + 36),
  };
}

function put(of: Estimates, [run, k]: readonly [number, number], value: Gaussian): void {
  const index = run * of.seconds + k;
  of.states.set(value.mean, 6 * index);
  of.covariances.set(value.covariance, 36 * index);
}
