// SPDX-License-Identifier: Apache-2.0
// The air tracker on whole scenes: the recorded ones, against what Stone Soup gives on them, and drawn
// ones of other seeds, sizes, densities and detection probabilities, for which nothing was chosen.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  airTracks,
  createAirTracker,
  nearestPairs,
  type PointSet,
  stepAirTracker,
} from '@isthmus/tracking';
import { expect, test } from 'vitest';
import { drawnRun, recordedRun, scoreAirRun } from '../../bench/tracking/air-run.ts';
import type { AirSceneOptions } from '../../bench/tracking/air-scene.ts';
import { openDataFolder } from '../../bench/tracking/data.ts';

const ORACLE = fileURLToPath(new URL('../../../shared/oracles/tracking', import.meta.url));

/** GOSPA of Stone Soup (global nearest neighbour) on the recorded scenes: README beside the folder. */
const STONE_SOUP_GOSPA: Readonly<Record<string, number>> = {
  b_air100: 932,
  b_air500: 2115,
  b_dense30: 7794,
};

test.skipIf(!existsSync(ORACLE))(
  'on the recorded scenes GOSPA is at most 1.01 of what Stone Soup gives (skipped without them)',
  async () => {
    const folder = await openDataFolder(ORACLE);
    expect(folder.scenes.length).toBeGreaterThan(0);
    for (const about of folder.scenes) {
      const score = scoreAirRun(await recordedRun(folder, about));
      expect(score.gospa, about.name).toBeLessThan(1.01 * (STONE_SOUP_GOSPA[about.name] ?? 0));
      expect(score.missed, about.name).toBeLessThanOrEqual(0.1);
      expect(score.false, about.name).toBeLessThanOrEqual(0.1);
    }
  },
);

const MODEL = { sigmaM: 100, periodS: 5, accelDensityM2S3: 1, detectionProbability: 0.9 };
const DENSE = { ...MODEL, scans: 40, targetHalfWidthM: 25_000, clutterHalfWidthM: 50_000 };
const WIDE = { ...MODEL, scans: 40, targetHalfWidthM: 90_000, clutterHalfWidthM: 150_000 };

interface Case {
  readonly name: string;
  readonly scene: Omit<AirSceneOptions, 'seed'>;
  /** Upper limits of the means over five seeds. */
  readonly missed: number;
  readonly false: number;
}

const CASES: readonly Case[] = [
  {
    name: 'sparse clutter',
    scene: { ...WIDE, targets: 80, clutterPerScan: 120 },
    missed: 0.05,
    false: 0.05,
  },
  {
    name: 'sparse clutter, detection 0.8',
    scene: { ...WIDE, targets: 80, clutterPerScan: 120, detectionProbability: 0.8 },
    missed: 0.15,
    false: 0.05,
  },
  {
    name: 'dense clutter',
    scene: { ...DENSE, targets: 25, clutterPerScan: 350 },
    missed: 0.12,
    false: 0.1,
  },
  {
    name: 'dense clutter, detection 0.8',
    scene: { ...DENSE, targets: 25, clutterPerScan: 350, detectionProbability: 0.8 },
    missed: 0.3,
    false: 0.1,
  },
  {
    name: 'clutter twice as dense',
    scene: { ...DENSE, targets: 40, clutterPerScan: 700 },
    missed: 0.4,
    false: 0.1,
  },
  {
    name: 'a coarser sensor that looks every ten seconds',
    scene: { ...WIDE, targets: 60, clutterPerScan: 60, sigmaM: 250, periodS: 10 },
    missed: 0.1,
    false: 0.1,
  },
  {
    // 60 targets that stay 20 minutes: one leaves and one comes every four scans. Finding the new
    // one takes about three scans, being sure that the old one is gone about four.
    name: 'targets that come and go',
    scene: { ...WIDE, targets: 60, clutterPerScan: 120, meanLifeS: 1200 },
    missed: 1.2,
    false: 1.5,
  },
];

test.each(CASES)('$name: missed and false stay low over seeds', (one) => {
  const scores = Array.from({ length: 5 }, (_, k) =>
    scoreAirRun(drawnRun({ ...one.scene, seed: `${one.name}/${k}` })),
  );
  const mean = (value: (score: (typeof scores)[number]) => number): number =>
    scores.reduce((sum, score) => sum + value(score), 0) / scores.length;
  expect(mean((score) => score.missed)).toBeLessThanOrEqual(one.missed);
  expect(mean((score) => score.false)).toBeLessThanOrEqual(one.false);
});

test('existence is a probability: of tracks that say p, the share p is of targets still there', () => {
  const edges = [0, 0.05, 0.2, 0.5, 0.7, 0.9, 0.97, 1.01];
  const bins = edges.slice(1).map(() => ({ count: 0, said: 0, true: 0 }));
  for (let seed = 0; seed < 8; seed += 1) {
    const meanLifeS = 600;
    const scene = { ...WIDE, targetHalfWidthM: 150_000, targets: 100, meanLifeS };
    const run = drawnRun({
      ...scene,
      seed: `existence/${seed}`,
      clutterPerScan: 120,
      detectionProbability: 0.8,
    });
    const tracker = createAirTracker({ ...run.options, meanLifeS });
    run.scans.forEach((scan, k) => {
      stepAirTracker(tracker, scan);
      const tracks = airTracks(tracker);
      const near = nearestPairs(
        pointsOf(tracks.flatMap(({ xM, yM }) => [xM, yM])),
        pointsOf(run.truth[k] ?? []),
        { cutoffM: 1000, order: 2 },
      );
      const found = new Set(near.map(({ a }) => a));
      tracks.forEach(({ existence }, i) => {
        const bin = bins[edges.findLastIndex((edge) => existence >= edge)];
        if (bin === undefined) return;
        bin.count += 1;
        bin.said += existence;
        bin.true += found.has(i) ? 1 : 0;
      });
    });
  }
  for (const bin of bins.filter(({ count }) => count >= 100)) {
    // A track stays in view of the count for a few scans, so that about a fifth of it is independent.
    const share = bin.said / bin.count;
    const sigma = Math.sqrt((share * (1 - share)) / (bin.count / 5));
    expect(Math.abs(bin.true / bin.count - share)).toBeLessThan(3 * sigma + 0.01);
  }
  expect(bins.filter(({ count }) => count >= 100).length).toBeGreaterThanOrEqual(5);
});

function pointsOf(coordinatesM: ArrayLike<number>): PointSet {
  return { count: coordinatesM.length / 2, dimension: 2, coordinatesM };
}
