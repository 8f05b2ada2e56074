// SPDX-License-Identifier: Apache-2.0
// The air tracker on the surveillance scenes of a folder: accuracy as `score.py` counts it, speed, and
// how the cost grows with the number of targets.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AirScan,
  type AirTracker,
  type AirTrackerOptions,
  createAirTracker,
  gospa,
  ospa,
  stepAirTracker,
} from '@isthmus/tracking';
import { airScene } from './air-scene.ts';
import { type DataFolder, readScene, type SceneCase } from './data.ts';

/** Scans before this one are not scored: the tracker starts from nothing. */
const FIRST_SCORED_SCAN = 10;
const CUTOFF_M = 1000;
const TIMED_MS_MIN = 3000;
const COST_TARGETS = [10, 30, 100, 300, 1000, 3000, 10_000];

/** One scene as the tracker gets it, with the truth as x, y in turn for each scan. */
interface Run {
  readonly options: AirTrackerOptions;
  readonly scans: readonly AirScan[];
  readonly truth: readonly Float64Array[];
}

/**
 * Scores and times every `b_*` case, then times seeded scenes of 10 to 10,000 targets at one density.
 * A track update is one track, confirmed or tentative, that was predicted and then updated with plots
 * or coasted. With an out folder, writes `CASE.csv` for score.py.
 */
export async function benchAir(
  folder: DataFolder,
  outDir: string | null,
): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const about of folder.scenes) {
    const run = await runOf(folder, about);
    const rows = ['scan,track,x_m,y_m,vx_mps,vy_mps'];
    const scores = scored(run, rows);
    if (outDir !== null) await writeFile(join(outDir, `${about.name}.csv`), `${rows.join('\n')}\n`);
    result[about.name] = { ...timed(run, TIMED_MS_MIN), ...scores };
  }
  result['costAtConstantDensity'] = COST_TARGETS.map(costOf);
  result['peakRssMB'] = Math.round(process.resourceUsage().maxRSS / 1024);
  return result;
}

async function runOf(folder: DataFolder, about: SceneCase): Promise<Run> {
  const scene = await readScene(folder, about);
  return {
    options: {
      sigmaM: about.sigmaM,
      accelDensityM2S3: about.accelerationDensityM2ps3,
      detectionProbability: about.detectionProbability,
      clutterDensityPerM2: about.clutterDensityPerM2,
    },
    scans: scene.plots.map(({ xM, yM }, scan) => ({
      timeS: scan * about.periodS,
      positions: Float64Array.from({ length: 2 * xM.length }, (_, i) =>
        Number(i % 2 === 0 ? xM[i >> 1] : yM[i >> 1]),
      ),
      count: xM.length,
    })),
    truth: scene.truth.map(({ states }) => states.filter((_, i) => i % 4 < 2)),
  };
}

/** Runs once; means from the tenth scan on. Adds a row for each confirmed track of each scan. */
function scored(run: Run, rows: string[]): Record<string, number> {
  const tracker = createAirTracker(run.options);
  const sums = { ospa: 0, gospa: 0, missed: 0, false: 0 };
  run.scans.forEach((scan, k) => {
    stepAirTracker(tracker, scan);
    const coordinatesM = positionsOf(tracker, k, rows);
    if (k < FIRST_SCORED_SCAN) return;
    const tracks = { count: coordinatesM.length / 2, dimension: 2, coordinatesM };
    const truthM = run.truth[k] ?? new Float64Array(0);
    const truth = { count: truthM.length / 2, dimension: 2, coordinatesM: truthM };
    const parts = gospa(tracks, truth, { cutoffM: CUTOFF_M, order: 2 });
    sums.ospa += ospa(tracks, truth, { cutoffM: CUTOFF_M, order: 1 });
    sums.gospa += parts.distanceM;
    sums.missed += parts.missedCount;
    sums.false += parts.falseCount;
  });
  const scans = run.scans.length - FIRST_SCORED_SCAN;
  return Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [name, rounded(sum / scans)]),
  );
}

function positionsOf({ confirmed }: AirTracker, scan: number, rows: string[]): number[] {
  const { count, xM, yM, vxMps, vyMps } = confirmed.states;
  const coordinates: number[] = [];
  for (let i = 0; i < count; i += 1) {
    coordinates.push(Number(xM[i]), Number(yM[i]));
    rows.push([scan, confirmed.id[i], xM[i], yM[i], vxMps[i], vyMps[i]].join(','));
  }
  return coordinates;
}

/** The whole tracker over all scans, warmed up, again and again until it has lasted. */
function timed(run: Run, lastMs: number): Record<string, number> {
  const once = (): AirTracker => {
    const tracker = createAirTracker(run.options);
    for (const scan of run.scans) stepAirTracker(tracker, scan);
    return tracker;
  };
  const warm = performance.now();
  while (performance.now() - warm < lastMs / 3) once();
  let updates = 0;
  let rounds = 0;
  const start = performance.now();
  while (performance.now() - start < lastMs) {
    updates += once().trackUpdates;
    rounds += 1;
  }
  const tookMs = performance.now() - start;
  return {
    trackUpdatesPerS: Math.round((1000 * updates) / tookMs),
    msPerScan: rounded(tookMs / rounds / run.scans.length),
    trackUpdatesPerScan: rounded(updates / rounds / run.scans.length),
  };
}

/** Targets and clutter at the density of 100 targets and 100 false plots on 200 km x 200 km. */
function costOf(targets: number): Record<string, number> {
  const halfWidthM = 100_000 * Math.sqrt(targets / 100);
  const model = { sigmaM: 100, accelDensityM2S3: 1, detectionProbability: 0.9 };
  const scans = 20;
  const periodS = 5;
  const scene = airScene({
    ...model,
    seed: `air-cost/${targets}`,
    targets,
    scans,
    periodS,
    targetHalfWidthM: halfWidthM,
    clutterHalfWidthM: halfWidthM,
    clutterPerScan: targets,
  });
  const options = { ...model, clutterDensityPerM2: targets / (2 * halfWidthM) ** 2 };
  const run: Run = {
    options,
    truth: scene.truth,
    scans: scene.plots.map((positions, scan) => ({
      timeS: scan * periodS,
      positions,
      count: positions.length / 2,
    })),
  };
  const { msPerScan = 0, trackUpdatesPerS = 1 } = timed(run, TIMED_MS_MIN / 2);
  return { targets, msPerScan, usPerTrackUpdate: rounded(1e6 / trackUpdatesPerS) };
}

function rounded(value: number): number {
  return Math.round(1e4 * value) / 1e4;
}
