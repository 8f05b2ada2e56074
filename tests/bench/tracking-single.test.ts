// SPDX-License-Identifier: Apache-2.0
// The batch filter on inputs with known answers: as good as the reference filter, as honest as it
// claims, and scored the same by a program that is not ours.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, lookAngles, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import {
  openDataFolder,
  readBound,
  readTrajectory,
  type Trajectory,
  type TrajectoryCase,
} from '../../bench/tracking/data.ts';
import { estimate, scoreEstimates, writeEstimates } from '../../bench/tracking/single.ts';

const ORACLE = fileURLToPath(new URL('../../../shared/oracles/tracking', import.meta.url));
const SCORE = fileURLToPath(new URL('../../../shared/oracles/score/score.py', import.meta.url));
const here = existsSync(ORACLE);
const scientific = spawnSync('python3', ['-c', 'import numpy, scipy']).status === 0;

/** Position RMSE in metres, mean and final, of the reference filter: README.md of the oracles. */
const REFERENCE: Record<string, readonly [number, number]> = {
  a_1200: [116.32, 18.13],
  a_3000: [226.71, 27.86],
  c_3000_s2: [182.21, 34.02],
};

test.skipIf(!here)('errors are within 1 % of the reference filter, and none diverges', async () => {
  const folder = await openDataFolder(ORACLE);
  for (const [name, [meanM, finalM]] of Object.entries(REFERENCE)) {
    const about = folder.trajectories.find((one) => one.name === name) as TrajectoryCase;
    const data = await readTrajectory(folder, about);
    const bound = await readBound(folder, name, { firstS: about.firstS, seconds: data.seconds });
    const score = scoreEstimates(estimate(about, data), data.truth, { bound, seed: name });
    expect(Math.abs(score.posRmseMean / meanM - 1), name).toBeLessThan(0.01);
    expect(Math.abs(score.posRmseFinal / finalM - 1), name).toBeLessThan(0.01);
    expect(Math.abs((score.posOverBound as number) - 1), name).toBeLessThan(0.1);
    expect(score.diverged, name).toBe(0);
    // What 100 runs tell of the mean leaves this much, whatever the draw.
    expect(Math.abs(score.aneesMean - 1), name).toBeLessThan(0.13);
  }
});

/** Other priors and looks of the same flight, as many as one likes. */
function drawnAgain(about: TrajectoryCase, data: Trajectory, random: Random): Trajectory {
  const runs = Array.from({ length: 500 }, (_, run) => run);
  const { seconds, truth } = data;
  const [rangeM, azimuthRad, elevationRad] = [0, 1, 2].map(
    () => new Float64Array(seconds * runs.length),
  ) as [Float64Array, Float64Array, Float64Array];
  const priors = Float64Array.from({ length: runs.length * 6 }, (_, i) => {
    const { positionM, velocityMps } = about.priorSigma;
    return (truth[i % 6] as number) + (i % 6 < 3 ? positionM : velocityMps) * random.normal();
  });
  for (let k = 0; k < seconds; k += 1) {
    const [x, y, z] = truth.subarray(k * 6, k * 6 + 3) as unknown as [number, number, number];
    const look = lookAngles(about.site, [x, y, z]);
    for (let at = k * runs.length; at < (k + 1) * runs.length; at += 1) {
      rangeM[at] = look.rangeM + about.sigma.rangeM * random.normal();
      azimuthRad[at] = look.azimuthRad + about.sigma.azimuthRad * random.normal();
      elevationRad[at] = look.elevationRad + about.sigma.elevationRad * random.normal();
    }
  }
  return { seconds, runs, rangeM, azimuthRad, elevationRad, priors, truth };
}

test.skipIf(!here)('over 500 runs drawn anew, covariances are as large as errors', async () => {
  const folder = await openDataFolder(ORACLE);
  const about = folder.trajectories[0] as TrajectoryCase;
  const seed = 'honest';
  const data = drawnAgain(about, await readTrajectory(folder, about), createRandom(seed));
  const score = scoreEstimates(estimate(about, data), data.truth, { bound: null, seed });
  // 0.4 one sigma of a run's mean: three of those of the mean of 500.
  expect(Math.abs(score.aneesMean - 1), `seed ${seed}`).toBeLessThan(0.055);
  const [low, high] = score.anees95Band;
  expect(score.aneesMean).toBeGreaterThan(low);
  expect(score.aneesMean).toBeLessThan(high);
});

test('a covariance that claims too much is told by the ANEES and its band', () => {
  const random = createRandom('liar');
  const runs = Array.from({ length: 40 }, (_, run) => run);
  const states = Float64Array.from({ length: 40 * 6 }, () => 2 * random.normal());
  const covariances = Float64Array.from({ length: 40 * 36 }, (_, i) =>
    (i % 36) % 7 === 0 ? 1 : 0,
  );
  const estimates = { firstS: 0, seconds: 1, runs, states, covariances };
  const score = scoreEstimates(estimates, new Float64Array(6), { bound: null, seed: 'liar' });
  expect(score.aneesMean).toBeGreaterThan(3);
  expect(score.aneesInBand).toBe(false);
});

test.skipIf(!here || !scientific)('score.py says the same to four digits', async () => {
  const folder = await openDataFolder(ORACLE);
  const about = folder.trajectories[0] as TrajectoryCase;
  const data = await readTrajectory(folder, about);
  const out = await mkdtemp(join(tmpdir(), 'isthmus-score-'));
  try {
    const estimates = estimate(about, data);
    await writeEstimates(join(out, `${about.name}.csv`), estimates);
    const { stdout, stderr } = spawnSync('python3', [SCORE, ORACLE, out], { encoding: 'utf8' });
    const theirs = (JSON.parse(stdout || `"${stderr}"`) as Record<string, Record<string, number>>)[
      about.name
    ];
    const bound = await readBound(folder, about.name, {
      firstS: about.firstS,
      seconds: data.seconds,
    });
    const ours = scoreEstimates(estimates, data.truth, { bound, seed: '' });
    expect(ours.posRmseMean).toBeCloseTo(theirs?.['pos_rmse_mean'] as number, 3);
    expect(ours.posRmseFinal).toBeCloseTo(theirs?.['pos_rmse_final'] as number, 3);
    expect(ours.velRmseMean).toBeCloseTo(theirs?.['vel_rmse_mean'] as number, 3);
    expect(ours.aneesMean).toBeCloseTo(theirs?.['anees_mean'] as number, 3);
    expect(ours.posOverBound).toBeCloseTo(theirs?.['pos_rmse_over_pcrlb_mean'] as number, 3);
    expect(ours.diverged).toBe(theirs?.['diverged_runs']);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
