// SPDX-License-Identifier: Apache-2.0
// Coarsening by its laws: twice is once, what goes covers what was there, and a state moved to its
// tick agrees with an independent propagation. On failure fast-check prints seed and path.

import {
  cholesky,
  geodesicDestination,
  geodesicDistanceM,
  geodeticFromDegrees,
  type Instant,
  invertPositive,
  packSymmetric,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, LaunchReport } from '@isthmus/picture';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clause } from './agreement.ts';
import { coarsenTrack, floorOnly } from './coarsen-estimate.ts';
import { coarsenReport } from './coarsen-report.ts';
import { CLAUSE, estimateAt, NOW, REPORT } from './fixtures.ts';

const time = fc.integer({ min: -5e9, max: 5e9 }).map((us) => (NOW + us) as Instant);
const point = fc
  .tuple(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
  )
  .map(([latitude, longitude]) => geodeticFromDegrees(latitude, longitude));
const sigmaS = fc.option(fc.double({ min: 0, max: 600, noNaN: true }));
const area = fc.option(
  fc.record({ centre: point, radiusM: fc.double({ min: 0, max: 3e6, noNaN: true }) }),
);
const report: fc.Arbitrary<LaunchReport> = fc.record({
  kind: fc.constant('launch-report' as const),
  event: fc.constant('e1'),
  update: fc.constant(1),
  final: fc.boolean(),
  launchTime: fc.option(time),
  launchTimeSigmaS: sigmaS,
  launchArea: area,
  azimuthRad: fc.option(fc.double({ min: -7, max: 7, noNaN: true })),
  azimuthSigmaRad: fc.option(fc.double({ min: 0, max: 7, noNaN: true })),
  objectCountAtLeast: fc.nat(20_000),
  impactArea: area,
  impactTime: fc.option(time),
  impactTimeSigmaS: sigmaS,
  sources: fc.array(fc.constantFrom('infrared' as const, 'radar' as const), { maxLength: 4 }),
  assessment: fc.constantFrom('cue' as const, 'tracked' as const, 'confirmed' as const),
});
const clause: fc.Arbitrary<Clause> = fc
  .record({
    tickS: fc.constantFrom(1, 2, 7, 30, 60),
    report: fc.constantFrom(1, 7, 10, 55, 300, 1000),
    track: fc.constantFrom(0, 1, 3, 25),
    floor: fc.option(fc.constantFrom(10, 500)),
  })
  .map(({ tickS, report: reportKm, track, floor }) => ({
    ...CLAUSE,
    tickS,
    gridKm: { report: reportKm, track },
    ...(floor !== null && { accuracyFloor: { positionM: floor, velocityMps: floor / 10 } }),
  }));
/** A positive definite covariance with correlations: L L^T of a random lower triangle. */
const estimate: fc.Arbitrary<Estimate> = fc
  .tuple(
    time,
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 }),
  )
  .map(([at, values]) => {
    const full = new Float64Array(36);
    const l = (i: number, j: number): number => {
      const scale = i < 3 ? 200 : 5;
      if (j > i) return 0;
      return (
        scale *
        ((values[i * 6 + j] as number) + (i === j ? Math.sign(values[i * 7] as number) || 1 : 0))
      );
    };
    for (let i = 0; i < 6; i += 1) {
      for (let j = 0; j < 6; j += 1) {
        for (let k = 0; k < 6; k += 1)
          full[i * 6 + j] = (full[i * 6 + j] as number) + l(i, k) * l(j, k);
      }
    }
    return { ...estimateAt(at), covariance: packSymmetric(full) };
  });
const phase = fc.constantFrom('boost' as const, 'coast' as const, 'reentry' as const);

/** True when a - b is positive semidefinite, with room for rounding. */
function covers(a: readonly number[], b: readonly number[]): boolean {
  const full = unpackSymmetric(a);
  const other = unpackSymmetric(b);
  const scale = (k: number): number => Math.sqrt(full[Math.floor(k / 6) * 7] as number);
  const scaled = full.map((value, k) => {
    const row = Math.floor(k / 6);
    const unit = scale(k) * Math.sqrt(full[(k % 6) * 7] as number);
    return (value - (other[k] as number)) / unit + (row === k % 6 ? 1e-9 : 0);
  });
  return cholesky(scaled, 6) !== null;
}

describe('coarsening', () => {
  test('R-40: coarsening a report twice is coarsening it once', () => {
    fc.assert(
      fc.property(report, clause, (given, terms) => {
        const once = coarsenReport(given, terms);
        expect(coarsenReport(once, terms)).toStrictEqual(once);
      }),
      { numRuns: 2000 },
    );
  });

  test('R-40: coarsening a state twice is coarsening it once', () => {
    fc.assert(
      fc.property(estimate, clause, phase, fc.nat(3e6), (given, terms, of, lagUs) => {
        const now = (given.time + lagUs) as Instant;
        const once = coarsenTrack(given, terms, { phase: of, now });
        expect(coarsenTrack(once, terms, { phase: of, now })).toStrictEqual(once);
        const floored = floorOnly(given, terms);
        expect(floorOnly(floored, terms)).toStrictEqual(floored);
      }),
      { numRuns: 500 },
    );
  });

  test('R-41: the area that goes holds every point of the area that was', () => {
    const bearing = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
    const small = fc.record({
      centre: point,
      radiusM: fc.double({ min: 0, max: 5e5, noNaN: true }),
    });
    fc.assert(
      fc.property(small, clause, bearing, (given, terms, azimuth) => {
        const { launchArea } = coarsenReport({ ...REPORT, launchArea: given }, terms);
        if (launchArea === null) throw new Error('the area went');
        const edge = geodesicDestination(given.centre, azimuth, given.radiusM);
        expect(geodesicDistanceM(launchArea.centre, edge)).toBeLessThanOrEqual(launchArea.radiusM);
        expect(Math.abs(launchArea.centre.longitudeRad)).toBeLessThanOrEqual(Math.PI + 1e-7);
      }),
      { numRuns: 2000 },
    );
  });

  test('R-41: centres lie on few points, a grid apart, and the radius on steps of half the grid', () => {
    const centres = new Set<string>();
    for (let i = 0; i < 400; i += 1) {
      const centre = geodeticFromDegrees(20 + (i % 20) * 0.01, 62 + Math.floor(i / 20) * 0.01);
      const { launchArea } = coarsenReport(
        { ...REPORT, launchArea: { centre, radiusM: 5_000 + i } },
        CLAUSE,
      );
      if (launchArea === null) throw new Error('the area went');
      centres.add(JSON.stringify(launchArea.centre));
      expect(launchArea.radiusM % 5_000).toBe(0);
    }
    // 0.2 degrees are 22 km by 21 km: three or four points a side at most.
    expect(centres.size).toBeLessThanOrEqual(16);
  });

  test('R-42: a time goes to its tick and its sigma covers the rounding', () => {
    fc.assert(
      fc.property(report, clause, (given, terms) => {
        const coarse = coarsenReport(given, terms);
        if (coarse.launchTime === null || given.launchTime === null) return;
        expect(Math.abs(coarse.launchTime % (terms.tickS * 1e6))).toBe(0);
        expect(Math.abs(coarse.launchTime - given.launchTime)).toBeLessThanOrEqual(
          terms.tickS * 5e5,
        );
        if (coarse.launchTimeSigmaS === null || given.launchTimeSigmaS === null) return;
        const moved = coarse.launchTime !== given.launchTime;
        const least = Math.hypot(given.launchTimeSigmaS, moved ? terms.tickS / Math.sqrt(12) : 0);
        expect(coarse.launchTimeSigmaS).toBeGreaterThanOrEqual(least * (1 - 1e-9));
      }),
      { numRuns: 1000 },
    );
  });

  test('R-43: an azimuth goes to the degree and its sigma covers the rounding', () => {
    fc.assert(
      fc.property(report, (given) => {
        const coarse = coarsenReport(given, CLAUSE);
        if (coarse.azimuthRad === null || given.azimuthRad === null) return;
        const apart = Math.cos(coarse.azimuthRad - given.azimuthRad);
        expect(apart).toBeGreaterThanOrEqual(Math.cos((0.5001 * Math.PI) / 180));
        expect(coarse.azimuthRad).toBeGreaterThanOrEqual(0);
        expect(coarse.azimuthRad).toBeLessThan(2 * Math.PI);
        if (coarse.azimuthSigmaRad === null || given.azimuthSigmaRad === null) return;
        const fullTurn = 6.2831853;
        const least = Math.min(given.azimuthSigmaRad, fullTurn) * (1 - 1e-9);
        expect(coarse.azimuthSigmaRad).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 1000 },
    );
  });

  test('R-45: a track state lies on a past tick and on the grid, and its covariance grew', () => {
    fc.assert(
      fc.property(estimate, clause, phase, fc.nat(2e6), (given, terms, of, lagUs) => {
        const now = (given.time + lagUs) as Instant;
        const coarse = coarsenTrack(given, terms, { phase: of, now });
        expect(Math.abs(coarse.time % (terms.tickS * 1e6))).toBe(0);
        expect(coarse.time).toBeLessThanOrEqual(now);
        const cellM = terms.gridKm.track * 1000;
        if (cellM === 0) return;
        coarse.state.forEach((value, i) => {
          const cell = i < 3 ? cellM : cellM / 100;
          expect(Math.abs(value % cell)).toBe(0);
        });
        const moved = coarse.time !== given.time;
        expect(moved || covers(coarse.covariance, given.covariance)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('R-45: over many states the normalised error of the rounding is within what is stated', () => {
    // Errors of the rounding alone, against the covariance that was added for it: mean d^2 of six
    // uniform numbers is 6, and none can exceed 3 a number.
    let sum = 0;
    const runs = 2000;
    const terms = { ...CLAUSE, gridKm: { report: 10, track: 25 } };
    for (let i = 0; i < runs; i += 1) {
      const sharp = estimateAt(NOW, { positionM: 1e-3, velocityMps: 1e-3 });
      const moved = sharp.state.map((value, k) => value + i * (k < 3 ? 987.1 : 17.3) * (k + 1));
      const given = { ...sharp, state: moved };
      const coarse = coarsenTrack(given, terms, { phase: 'coast', now: NOW });
      const error = coarse.state.map((value, k) => value - (moved[k] as number));
      const inverse = invertPositive(unpackSymmetric(coarse.covariance), 6);
      if (inverse === null) throw new Error('not positive definite');
      for (let row = 0; row < 6; row += 1) {
        for (let k = 0; k < 6; k += 1) {
          sum += (error[row] as number) * (inverse[row * 6 + k] as number) * (error[k] as number);
        }
      }
    }
    expect(sum / runs).toBeGreaterThan(5);
    expect(sum / runs).toBeLessThan(6.5);
  });

  test('R-45: moving to the tick follows the free path, and allows for thrust in boost', () => {
    const given = estimateAt((NOW + 400_000) as Instant);
    const terms = { ...CLAUSE, gridKm: { report: 10, track: 0 } };
    const now = (NOW + 450_000) as Instant;
    const coast = coarsenTrack(given, terms, { phase: 'coast', now });
    const [x, , , vx] = given.state as [number, number, number, number];
    expect(coast.time).toBe(NOW);
    // Free fall over 0.4 s bends the path by less than a metre.
    expect(Math.abs((coast.state[0] as number) - (x - 0.4 * vx))).toBeLessThan(1);
    const boost = coarsenTrack(given, terms, { phase: 'boost', now });
    expect(boost.state).toEqual(coast.state);
    expect((boost.covariance[15] as number) - (coast.covariance[15] as number)).toBeCloseTo(
      1600,
      6,
    );
  });

  test('R-46: a rebase or tracklet keeps its time and is moved by no more than half a millimetre', () => {
    fc.assert(
      fc.property(estimate, (given) => {
        const out = floorOnly(given, CLAUSE);
        expect(out.time).toBe(given.time);
        expect(out.covariance).toEqual(given.covariance);
        out.state.forEach((value, i) => {
          expect(Math.abs(value - (given.state[i] as number))).toBeLessThanOrEqual(0.000501);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('R-47: no direction of a released state is sharper than the floor, and nothing got sharper', () => {
    const direction = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(estimate, direction, (given, along) => {
        const floor = { positionM: 150, velocityMps: 4 };
        const out = floorOnly(given, { ...CLAUSE, accuracyFloor: floor });
        expect(covers(out.covariance, given.covariance)).toBe(true);
        const length = Math.hypot(...along);
        if (length < 1e-3) return;
        const full = unpackSymmetric(out.covariance);
        const variance = (from: number): number => {
          let sum = 0;
          for (let i = 0; i < 3; i += 1) {
            for (let j = 0; j < 3; j += 1) {
              const p = full[(from + i) * 6 + from + j] as number;
              sum += ((along[i] as number) / length) * p * ((along[j] as number) / length);
            }
          }
          return sum;
        };
        expect(variance(0)).toBeGreaterThanOrEqual(floor.positionM ** 2 * (1 - 1e-9));
        expect(variance(3)).toBeGreaterThanOrEqual(floor.velocityMps ** 2 * (1 - 1e-9));
      }),
      { numRuns: 500 },
    );
  });
});
