// SPDX-License-Identifier: Apache-2.0
// An air picture out of clutter: thirty aircraft, a rotating radar that misses one plot in ten, and
// nine false plots for each true one. Which dots are aircraft, and how far is the answer from the truth?
//
//   node --conditions=isthmus-source examples/air-picture.ts

import { createRandom } from '@isthmus/earth';
import {
  airTracks,
  createAirTracker,
  gospa,
  type PointSet,
  stepAirTracker,
} from '@isthmus/tracking';
import { writePlot } from './plot.ts';
import { printTable } from './table.ts';

// The scene is a square of open ocean, in metres east and north of its middle, a scan each 5 s.
const HALF_WIDTH_M = 60e3;
const SCANS = 60;
const PERIOD_S = 5;
const SIGMA_M = 100;
const DETECTION = 0.9;
const FALSE_PER_SCAN = 270;
const random = createRandom('air-picture');
const anywhere = (): number => (2 * random.uniform() - 1) * HALF_WIDTH_M;

/** An aircraft flies straight, at 150 to 250 m/s, from the scan in which it comes into view. */
const aircraft = Array.from({ length: 30 }, (_, i) => {
  const speedMps = 150 + 100 * random.uniform();
  const courseRad = 2 * Math.PI * random.uniform();
  return {
    firstScan: i < 20 ? 0 : 20 + random.integer(10),
    start: [anywhere(), anywhere()] as const,
    velocity: [speedMps * Math.sin(courseRad), speedMps * Math.cos(courseRad)] as const,
  };
});

/** Where the aircraft in view are at a scan. */
function truthAt(scan: number): (readonly [number, number])[] {
  return aircraft
    .filter(({ firstScan }) => scan >= firstScan)
    .map(({ firstScan, start, velocity }) => {
      const seconds = (scan - firstScan) * PERIOD_S;
      return [start[0] + velocity[0] * seconds, start[1] + velocity[1] * seconds] as const;
    });
}

/** What the radar says: each aircraft with probability 0.9, off by 100 m, among false plots. */
function plotsOf(truth: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const seen = truth
    .filter(() => random.uniform() < DETECTION)
    .map(([x, y]) => [x + SIGMA_M * random.normal(), y + SIGMA_M * random.normal()] as const);
  const wrong = Array.from(
    { length: random.poisson(FALSE_PER_SCAN) },
    () => [anywhere(), anywhere()] as const,
  );
  return [...seen, ...wrong];
}

// The tracker is told what the radar is like, and nothing of how many aircraft there are.
const tracker = createAirTracker({
  sigmaM: SIGMA_M,
  accelDensityM2S3: 0.1,
  detectionProbability: DETECTION,
  clutterDensityPerM2: FALSE_PER_SCAN / (2 * HALF_WIDTH_M) ** 2,
});

/** GOSPA compares two sets of points: the squares of its parts add up to the square of the whole. */
const CUTOFF = { cutoffM: 1000, order: 2 } as const;
const setOf = (points: readonly (readonly [number, number])[]): PointSet => ({
  count: points.length,
  dimension: 2,
  coordinatesM: points.flat(),
});

const scans = Array.from({ length: SCANS }, (_, scan) => {
  const truth = truthAt(scan);
  const plots = plotsOf(truth);
  stepAirTracker(tracker, {
    timeS: scan * PERIOD_S,
    positions: Float64Array.from(plots.flat()),
    count: plots.length,
  });
  const tracks = airTracks(tracker).map(({ xM, yM }) => [xM, yM] as const);
  return {
    scan,
    truth: truth.length,
    tracks: tracks.length,
    ofPlots: gospa(setOf(plots), setOf(truth), CUTOFF),
    ofTracks: gospa(setOf(tracks), setOf(truth), CUTOFF),
  };
});

printTable([
  ['scan', 'aircraft', 'tracks', 'missed', 'false', 'GOSPA m', 'GOSPA of raw plots m'],
  ...scans
    .filter(({ scan }) => [0, 2, 4, 9, 19, 29, 39, 59].includes(scan))
    .map(({ scan, truth, tracks, ofPlots, ofTracks }) => {
      const { missedCount, falseCount, distanceM } = ofTracks;
      const distances = [distanceM, ofPlots.distanceM].map((value) => value.toFixed(0));
      return [scan, truth, tracks, missedCount, falseCount, ...distances];
    }),
]);

const curve = (of: (scan: (typeof scans)[number]) => number) =>
  scans.map((scan) => [scan.scan * PERIOD_S, of(scan)] as const);
writePlot('air-picture', {
  title: 'How far the air picture is from the truth',
  description:
    'GOSPA of the tracks by time. It falls within 35 seconds, as twenty aircraft are found, rises while ten more come into view from 100 to 150 seconds, and else is what the errors of position make of it. No track is false.',
  x: { label: 'time, s' },
  y: { label: 'GOSPA, m (cut-off 1 km)' },
  series: [
    { name: 'the whole', points: curve(({ ofTracks }) => ofTracks.distanceM) },
    {
      name: 'missed',
      points: curve(({ ofTracks }) => Math.sqrt(ofTracks.missed)),
      style: 'dashed',
    },
    { name: 'false', points: curve(({ ofTracks }) => Math.sqrt(ofTracks.false)), style: 'dots' },
    { name: 'location', points: curve(({ ofTracks }) => Math.sqrt(ofTracks.localisation)) },
  ],
});
