// SPDX-License-Identifier: Apache-2.0
// A scene run through the air tracker and scored as `score.py` scores it: OSPA p 1, GOSPA p 2 alpha 2,
// cut-off 1,000 m, positions of confirmed tracks, means from the tenth scan on.

import {
  type AirScan,
  type AirTracker,
  type AirTrackerOptions,
  createAirTracker,
  gospa,
  ospa,
  stepAirTracker,
} from '@isthmus/tracking';
import { type AirSceneOptions, airScene } from './air-scene.ts';
import { type DataFolder, readScene, type SceneCase } from './data.ts';

/** Scans before this one are not scored: the tracker starts from nothing. */
const FIRST_SCORED_SCAN = 10;
const CUTOFF_M = 1000;

/** One scene as the tracker gets it, with the truth as x, y in turn for each scan. */
export interface AirRun {
  readonly options: AirTrackerOptions;
  readonly scans: readonly AirScan[];
  readonly truth: readonly Float64Array[];
}

/** Means over the scored scans. */
export interface AirScore {
  readonly ospa: number;
  readonly gospa: number;
  readonly missed: number;
  readonly false: number;
}

/** A recorded scene; the tracker gets its parameters from meta.json and nothing else. */
export async function recordedRun(folder: DataFolder, about: SceneCase): Promise<AirRun> {
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

/** A scene drawn from a seed; the tracker gets its parameters. */
export function drawnRun(options: AirSceneOptions): AirRun {
  const scene = airScene(options);
  const { sigmaM, accelDensityM2S3, detectionProbability, periodS } = options;
  const area = (2 * options.clutterHalfWidthM) ** 2;
  const clutterDensityPerM2 = options.clutterPerScan / area;
  return {
    options: { sigmaM, accelDensityM2S3, detectionProbability, clutterDensityPerM2 },
    truth: scene.truth,
    scans: scene.plots.map((positions, scan) => ({
      timeS: scan * periodS,
      positions,
      count: positions.length / 2,
    })),
  };
}

/** Runs a scene once. Where `rows` are asked for, adds one for each confirmed track of each scan. */
export function scoreAirRun(run: AirRun, rows: string[] = []): AirScore {
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
  return {
    ospa: sums.ospa / scans,
    gospa: sums.gospa / scans,
    missed: sums.missed / scans,
    false: sums.false / scans,
  };
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
