// SPDX-License-Identifier: Apache-2.0
// The air tracker on the surveillance scenes of a folder: accuracy as `score.py` counts it, speed, and
// how the cost grows with the number of targets.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AirTracker, createAirTracker, stepAirTracker } from '@isthmus/tracking';
import { type AirRun, drawnRun, recordedRun, scoreAirRun } from './air-run.ts';
import type { DataFolder } from './data.ts';

const TIMED_MS_MIN = 3000;
const COST_TARGETS = [10, 30, 100, 300, 1000, 3000, 10_000];

/**
 * Scores and times every `b_*` case, then times seeded scenes of 10 to 10,000 targets at one density.
 * A track update is one track, confirmed or tentative, that was predicted and then updated with plots
 * or coasted. All under the one key `air`. With an out folder, writes `CASE.csv` for score.py.
 */
export async function benchAir(
  folder: DataFolder,
  outDir: string | null,
): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const about of folder.scenes) {
    const run = await recordedRun(folder, about);
    const rows = ['scan,track,x_m,y_m,vx_mps,vy_mps'];
    const score = scoreAirRun(run, rows);
    if (outDir !== null) await writeFile(join(outDir, `${about.name}.csv`), `${rows.join('\n')}\n`);
    result[about.name] = {
      ...timed(run, TIMED_MS_MIN),
      ospa: rounded(score.ospa),
      gospa: rounded(score.gospa),
      missed: rounded(score.missed),
      false: rounded(score.false),
      peakRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  }
  result['costAtConstantDensity'] = COST_TARGETS.map(costOf);
  return { air: result };
}

/** The whole tracker over all scans, warmed up, again and again until it has lasted. */
function timed(run: AirRun, lastMs: number): Record<string, number> {
  const once = (): AirTracker => {
    const tracker = createAirTracker(run.options);
    for (const scan of run.scans) stepAirTracker(tracker, scan);
    return tracker;
  };
  const warm = performance.now();
  while (performance.now() - warm < lastMs / 3) once();
  let updates = 0;
  let rounds = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < lastMs) {
    updates += once().trackUpdates;
    rounds += 1;
  }
  const tookMs = performance.now() - start;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    trackUpdatesPerS: Math.round((1000 * updates) / tookMs),
    // By processor time, all threads: what a machine shared with others says best.
    trackUpdatesPerCpuS: Math.round((1e6 * updates) / (cpu.user + cpu.system)),
    msPerScan: rounded(tookMs / rounds / run.scans.length),
    trackUpdatesPerScan: rounded(updates / rounds / run.scans.length),
  };
}

/** Targets and clutter at the density of 100 targets and 100 false plots on 200 km x 200 km. */
function costOf(targets: number): Record<string, number> {
  const halfWidthM = 100_000 * Math.sqrt(targets / 100);
  const model = { sigmaM: 100, accelDensityM2S3: 1, detectionProbability: 0.9 };
  const run = drawnRun({
    ...model,
    seed: `air-cost/${targets}`,
    targets,
    scans: 20,
    periodS: 5,
    targetHalfWidthM: halfWidthM,
    clutterHalfWidthM: halfWidthM,
    clutterPerScan: targets,
  });
  const { msPerScan = 0, trackUpdatesPerCpuS = 1 } = timed(run, TIMED_MS_MIN / 2);
  return { targets, msPerScan, cpuUsPerTrackUpdate: rounded(1e6 / trackUpdatesPerCpuS) };
}

function rounded(value: number): number {
  return Math.round(1e4 * value) / 1e4;
}
