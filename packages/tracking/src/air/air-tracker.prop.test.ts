// SPDX-License-Identifier: Apache-2.0
// Whatever is reported, the tracker stays whole: laws that hold for every sequence of scans.
import { createRandom, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { JOINT_SIDE_MAX } from '../association/joint-probabilities.ts';
import { type AirTracker, airTracks, createAirTracker, stepAirTracker } from './air-tracker.ts';
import { AIR_LIMITS } from './parameters.ts';

/** Plots from a few odd recipes: heaps, copies, borders of cells, far away, or none. */
function oddPlots(random: Random): Float64Array {
  const count = random.integer(60);
  const recipe = random.integer(6);
  const spreadM = [50, 1000, 20_000, 1e6, 1e12, 1e300][recipe] as number;
  const plots = Float64Array.from({ length: 2 * count }, () => spreadM * (random.uniform() - 0.5));
  if (random.integer(3) === 0) plots.fill(plots[0] ?? 0, 0, random.integer(2 * count + 1));
  if (random.integer(3) === 0) return plots.map((value) => 1000 * Math.round(value / 1000));
  return plots;
}

function checkWhole(tracker: AirTracker, seed: string): void {
  const { confirmed, tentative } = tracker;
  const tracks = airTracks(tracker);
  const { existenceMin } = tracker.parameters;
  const broken = tracks.filter((track) => {
    const { positionVariance: a, crossCovariance: b, velocityVariance: c, existence } = track;
    const finite = Object.values(track).every(Number.isFinite);
    const positive = a > 0 && c > 0 && a * c > b * b;
    return !finite || !positive || existence > 1 || existence < existenceMin;
  });
  expect(broken, `${seed}: finite, positive, of some existence`).toEqual([]);
  const ids = tracks.map((one) => one.id);
  expect(new Set(ids).size, `${seed}: numbers are not given twice`).toBe(ids.length);
  expect(Math.max(0, ...ids), seed).toBeLessThan(confirmed.nextId);
  const scores = tentative.score.subarray(0, tentative.states.count);
  expect(
    scores.every((score, i) => score >= (tentative.floor[i] as number)),
    seed,
  ).toBe(true);
}

test.each(['joint', 'assignment'] as const)(
  'odd scans leave a whole tracker (%s)',
  (association) => {
    for (let run = 0; run < 20; run += 1) {
      const seed = `air/odd/${run}`;
      const random = createRandom(seed);
      const tracker = createAirTracker({
        sigmaM: 10 ** (1 + 2 * random.uniform()),
        accelDensityM2S3: 10 ** (3 * random.normal()),
        detectionProbability: random.integer(4) === 0 ? 1 : 0.3 + 0.7 * random.uniform(),
        clutterDensityPerM2: 10 ** (-12 * random.uniform()),
        association,
      });
      let timeS = 0;
      for (let scan = 0; scan < 40; scan += 1) {
        timeS += random.integer(10) === 0 ? 10 ** (9 * random.uniform()) : 5;
        // The same heap again and again makes tracks and clusters; a new one tests them.
        const positions = oddPlots(random.integer(2) === 0 ? createRandom(seed) : random);
        stepAirTracker(tracker, { timeS, positions, count: positions.length / 2 });
        checkWhole(tracker, seed);
      }
    }
  },
);

test('more targets in one heap than joint events can be summed for are tracked by assignment', () => {
  const random = createRandom('air/heap');
  const tracker = createAirTracker({
    sigmaM: 100,
    accelDensityM2S3: 1,
    detectionProbability: 0.99,
    clutterDensityPerM2: 1e-12,
  });
  // Thirty in a row 600 m apart, who close in to 60 m: one cluster of thirty by thirty.
  let largest = 0;
  for (let scan = 0; scan < 40; scan += 1) {
    const gapM = Math.max(60, 3000 - 100 * scan);
    const positions = Float64Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? 1000 * scan + 100 * random.normal() : gapM * (i >> 1) + 100 * random.normal(),
    );
    stepAirTracker(tracker, { timeS: 5 * scan, positions, count: 30 });
    const { clusters } = tracker.confirmedWork;
    for (let k = 0; k < clusters.count; k += 1) {
      const rows = (clusters.rowStart[k + 1] as number) - (clusters.rowStart[k] as number);
      largest = Math.max(largest, rows);
    }
  }
  expect(largest).toBeGreaterThan(2 * JOINT_SIDE_MAX);
  expect(airTracks(tracker)).toHaveLength(30);
});

test('a scan costs no more hypotheses than the limit for each plot and those not seen', () => {
  const random = createRandom('air/bound');
  const tracker = createAirTracker({
    sigmaM: 100,
    accelDensityM2S3: 1,
    detectionProbability: 0.9,
    clutterDensityPerM2: 1e-7,
  });
  for (let scan = 0; scan < 20; scan += 1) {
    const before = tracker.tentative.states.count;
    const positions = Float64Array.from({ length: 400 }, () => 20_000 * random.uniform());
    stepAirTracker(tracker, { timeS: 5 * scan, positions, count: 200 });
    const most = before + 200 * (AIR_LIMITS.hypothesesPerPlot + 1);
    expect(tracker.tentative.states.count).toBeLessThanOrEqual(most);
  }
});
