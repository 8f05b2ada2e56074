// SPDX-License-Identifier: Apache-2.0
// Tracks of known targets: how many there are, whose they are, and what the false ones may number.
import { createRandom, type Random } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { type AirTracker, airTracks, createAirTracker, stepAirTracker } from './air-tracker.ts';

const SIGMA_M = 100;
const PERIOD_S = 5;
const OPTIONS = {
  sigmaM: SIGMA_M,
  accelDensityM2S3: 1,
  detectionProbability: 0.9,
  clutterDensityPerM2: 1e-9,
};

/** A target in straight flight: where it is at time 0, and when it is there. */
interface Straight {
  readonly xM: number;
  readonly yM: number;
  readonly vxMps: number;
  readonly vyMps: number;
  readonly fromScan?: number;
  readonly toScan?: number;
}

interface Scene {
  readonly targets: readonly Straight[];
  readonly random: Random;
  readonly detectionProbability?: number;
  /** False plots a scan on a square of 100 km. */
  readonly clutter?: number;
}

function present(target: Straight, scan: number): boolean {
  return scan >= (target.fromScan ?? 0) && scan <= (target.toScan ?? Number.POSITIVE_INFINITY);
}

function at(target: Straight, scan: number): readonly [number, number] {
  const timeS = scan * PERIOD_S;
  return [target.xM + timeS * target.vxMps, target.yM + timeS * target.vyMps];
}

/** Draws scan number `scan` and gives it to the tracker. */
function look(tracker: AirTracker, scan: number, scene: Scene): void {
  const { targets, random, detectionProbability = 0.9, clutter = 0 } = scene;
  const plots: number[] = [];
  for (const target of targets) {
    if (!present(target, scan) || random.uniform() >= detectionProbability) continue;
    const [xM, yM] = at(target, scan);
    plots.push(xM + SIGMA_M * random.normal(), yM + SIGMA_M * random.normal());
  }
  for (let left = clutter === 0 ? 0 : random.poisson(clutter); left > 0; left -= 1) {
    plots.push(100_000 * (random.uniform() - 0.5), 100_000 * (random.uniform() - 0.5));
  }
  stepAirTracker(tracker, {
    timeS: scan * PERIOD_S,
    positions: Float64Array.from(plots),
    count: plots.length / 2,
  });
}

/** Number of the track nearest to a target, and how far it is. */
function nearest(tracker: AirTracker, target: Straight, scan: number): readonly [number, number] {
  const [xM, yM] = at(target, scan);
  const tracks = airTracks(tracker).map((one): readonly [number, number] => [
    one.id,
    Math.hypot(one.xM - xM, one.yM - yM),
  ]);
  return tracks.sort((a, b) => a[1] - b[1])[0] ?? [-1, Number.POSITIVE_INFINITY];
}

describe('targets near one another', () => {
  test.each(['joint', 'assignment'] as const)(
    'two that cross at 20 degrees keep their numbers (%s)',
    (association) => {
      const angle = (10 * Math.PI) / 180;
      const targets = [1, -1].map((side) => ({
        xM: -30_000 * Math.cos(angle),
        yM: -30_000 * side * Math.sin(angle),
        vxMps: 200 * Math.cos(angle),
        vyMps: 200 * side * Math.sin(angle),
      }));
      let kept = 0;
      for (let run = 0; run < 40; run += 1) {
        const random = createRandom(`air/crossing/${run}`);
        const tracker = createAirTracker({ ...OPTIONS, association });
        let before: number[] = [];
        for (let scan = 0; scan < 60; scan += 1) {
          look(tracker, scan, { targets, random });
          if (scan === 15) before = targets.map((one) => nearest(tracker, one, scan)[0]);
        }
        const after = targets.map((one) => nearest(tracker, one, 59)[0]);
        expect(new Set(before).size, `seed air/crossing/${run}`).toBe(2);
        if (before[0] === after[0] && before[1] === after[1]) kept += 1;
      }
      expect(kept).toBeGreaterThanOrEqual(39);
    },
  );

  test.each(['joint', 'assignment'] as const)(
    'two in formation two sigmas apart are two tracks throughout (%s)',
    (association) => {
      const targets = [0, 2 * SIGMA_M].map((yM) => ({ xM: -20_000, yM, vxMps: 200, vyMps: 0 }));
      let two = 0;
      for (let run = 0; run < 20; run += 1) {
        const random = createRandom(`air/formation/${run}`);
        const tracker = createAirTracker({ ...OPTIONS, association });
        for (let scan = 0; scan < 50; scan += 1) {
          look(tracker, scan, { targets, random, clutter: 10 });
          if (scan >= 10 && airTracks(tracker).length === 2) two += 1;
        }
      }
      expect(two).toBeGreaterThanOrEqual(0.99 * 20 * 40);
    },
  );
});

describe('birth and death', () => {
  test('one that leaves is given up and one that enters is found, each as its own track', () => {
    const stays = { xM: 0, yM: 30_000, vxMps: 150, vyMps: 0 };
    const leaves = { xM: 0, yM: 0, vxMps: 150, vyMps: 0, toScan: 20 };
    const enters = { xM: -30_000, yM: -10_000, vxMps: 150, vyMps: 50, fromScan: 25 };
    for (let run = 0; run < 20; run += 1) {
      const scene = {
        targets: [stays, leaves, enters],
        random: createRandom(`air/enter/${run}`),
        clutter: 10,
      };
      const tracker = createAirTracker(OPTIONS);
      const numbers: number[][] = [];
      for (let scan = 0; scan <= 40; scan += 1) {
        look(tracker, scan, scene);
        if (scan === 20 || scan === 40) numbers.push(airTracks(tracker).map((one) => one.id));
      }
      expect(nearest(tracker, stays, 40)[1]).toBeLessThan(500);
      expect(nearest(tracker, enters, 40)[1]).toBeLessThan(500);
      expect(nearest(tracker, leaves, 40)[1]).toBeGreaterThan(5000);
      const [early = [], late = []] = numbers;
      expect([early.length, late.length], `seed air/enter/${run}`).toEqual([2, 2]);
      expect(late.filter((id) => early.includes(id))).toHaveLength(1);
    }
  });

  test('with every target seen and no clutter there are exactly as many tracks as targets', () => {
    const random = createRandom('air/exact');
    const targets = Array.from({ length: 100 }, () => ({
      xM: 200_000 * (random.uniform() - 0.5),
      yM: 200_000 * (random.uniform() - 0.5),
      vxMps: 130 * random.normal(),
      vyMps: 130 * random.normal(),
    }));
    const tracker = createAirTracker({
      ...OPTIONS,
      detectionProbability: 1,
      clutterDensityPerM2: 1e-13,
    });
    const numbers: number[] = [];
    for (let scan = 0; scan < 40; scan += 1) {
      look(tracker, scan, { targets, random, detectionProbability: 1 });
      numbers.push(airTracks(tracker).length);
    }
    expect(numbers.slice(5)).toEqual(new Array(35).fill(100));
    for (const track of airTracks(tracker)) expect(track.existence).toBeGreaterThan(0.99);
  });

  test('clutter alone confirms no more tracks than the stated probability allows', () => {
    const scans = 1000;
    const areaM2 = 1e10;
    const clutter = 50;
    const birthRatePerM2S = 2e-11;
    /** Tracks confirmed in all, and the mean that Wald's bound allows: alpha for each target that
     * might have appeared, over all scans and among those that stand there at the first. */
    const confirmed = (falseTrackProbability: number): readonly [number, number] => {
      const tracker = createAirTracker({
        ...OPTIONS,
        clutterDensityPerM2: clutter / areaM2,
        birthRatePerM2S,
        falseTrackProbability,
        meanLifeS: 600,
      });
      const random = createRandom('air/clutter');
      for (let scan = 0; scan < scans; scan += 1)
        look(tracker, scan, { targets: [], random, clutter });
      const appear = birthRatePerM2S * areaM2 * (scans * PERIOD_S + 600);
      const alpha = falseTrackProbability / (1 - tracker.parameters.missedTrackProbability);
      return [tracker.confirmed.nextId - 1, alpha * appear];
    };
    const [strict, allowed] = confirmed(0.01);
    expect(strict).toBeLessThanOrEqual(allowed + 3 * Math.sqrt(allowed));
    // The control: a test that lets more through shows that clutter can be confirmed here at all.
    const [loose, allowedLoosely] = confirmed(0.3);
    expect(loose).toBeGreaterThan(strict);
    expect(loose).toBeLessThanOrEqual(allowedLoosely + 3 * Math.sqrt(allowedLoosely));
  });
});

describe('consistency', () => {
  test('errors of tracks are as large as their covariances say', () => {
    let sum = 0;
    let count = 0;
    for (let run = 0; run < 60; run += 1) {
      const random = createRandom(`air/anees/${run}`);
      const target = { xM: 0, yM: 0, vxMps: 120 * random.normal(), vyMps: 120 * random.normal() };
      // Straight flight in truth, so nearly no process noise in the filter.
      const tracker = createAirTracker({ ...OPTIONS, accelDensityM2S3: 1e-6 });
      for (let scan = 0; scan < 30; scan += 1) look(tracker, scan, { targets: [target], random });
      const [track] = airTracks(tracker);
      if (track === undefined) continue;
      const [xM, yM] = at(target, 29);
      const { positionVariance: a, crossCovariance: b, velocityVariance: c } = track;
      for (const [position, velocity] of [
        [track.xM - xM, track.vxMps - target.vxMps],
        [track.yM - yM, track.vyMps - target.vyMps],
      ] as const) {
        const square = c * position ** 2 - 2 * b * position * velocity + a * velocity ** 2;
        sum += square / (a * c - b * b) / 2;
        count += 1;
      }
    }
    expect(count).toBe(120);
    // 240 degrees of freedom: 99.9 % of means lie between 0.73 and 1.32.
    expect(sum / count).toBeGreaterThan(0.73);
    expect(sum / count).toBeLessThan(1.32);
  });

  test('the same scans give the same tracks', () => {
    const run = (): unknown => {
      const random = createRandom('air/same');
      const targets = [0, 1, 2, 3].map((k) => ({ xM: k * 300, yM: 0, vxMps: 100, vyMps: 50 * k }));
      const tracker = createAirTracker(OPTIONS);
      for (let scan = 0; scan < 40; scan += 1)
        look(tracker, scan, { targets, random, clutter: 200 });
      return airTracks(tracker);
    };
    const first = run();
    expect(first).not.toEqual([]);
    expect(run()).toEqual(first);
  });
});

describe('what is refused', () => {
  const bad = (code: string): unknown => expect.objectContaining({ name: 'TrackingError', code });

  test.each([
    ['not-finite', { timeS: 10, positions: Float64Array.of(1, Number.NaN), count: 1 }],
    ['not-finite', { timeS: 10, positions: Float64Array.of(1, 2, Infinity, 4), count: 2 }],
    ['size-mismatch', { timeS: 10, positions: Float64Array.of(1, 2), count: 2 }],
    ['size-mismatch', { timeS: 10, positions: Float64Array.of(1, 2), count: -1 }],
    ['size-mismatch', { timeS: 10, positions: Float64Array.of(1, 2), count: 0.5 }],
    ['time-backwards', { timeS: 4, positions: Float64Array.of(1, 2), count: 1 }],
    ['time-backwards', { timeS: 5, positions: Float64Array.of(1, 2), count: 1 }],
    ['time-backwards', { timeS: Number.NaN, positions: Float64Array.of(1, 2), count: 1 }],
    ['time-backwards', { timeS: Infinity, positions: Float64Array.of(1, 2), count: 1 }],
  ] as const)('%s: a scan that is wrong changes nothing (%o)', (code, scan) => {
    const random = createRandom('air/refused');
    const targets = [{ xM: 0, yM: 0, vxMps: 100, vyMps: 0 }];
    const tracker = createAirTracker(OPTIONS);
    look(tracker, 0, { targets, random });
    look(tracker, 1, { targets, random });
    const before = structuredClone(tracker);
    expect(() => stepAirTracker(tracker, scan)).toThrow(bad(code));
    expect(tracker).toEqual(before);
  });

  test.each([
    { sigmaM: 0 },
    { sigmaM: Number.NaN },
    { detectionProbability: 1.1 },
    { clutterDensityPerM2: 0 },
    { meanLifeS: Infinity },
    { falseTrackProbability: 0.6, missedTrackProbability: 0.4 },
  ])('an option out of range: %o', (option) => {
    expect(() => createAirTracker({ ...OPTIONS, ...option })).toThrow(bad('bad-option'));
  });
});
