// SPDX-License-Identifier: Apache-2.0
// Coarsening by its numbers: values worked out from the text of spec/release.md apart from the code
// (areas by a program in another language), and covariances element by element.

import { geodeticFromDegrees, type Instant, unpackSymmetric } from '@isthmus/earth';
import type { Area, Estimate } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import type { Clause } from './agreement.ts';
import { coarsenTrack, floorOnly, quantise } from './coarsen-estimate.ts';
import { coarsenReport } from './coarsen-report.ts';
import { CLAUSE, estimateAt, NOW, REPORT } from './fixtures.ts';

function areaOf(latitudeDeg: number, longitudeDeg: number, radiusM: number, gridKm: number): Area {
  const centre = geodeticFromDegrees(latitudeDeg, longitudeDeg, 120);
  const clause = { ...CLAUSE, gridKm: { report: gridKm, track: 0 } };
  const { launchArea } = coarsenReport({ ...REPORT, launchArea: { centre, radiusM } }, clause);
  if (launchArea === null) throw new Error('the area went');
  return launchArea;
}

describe('R-41: an area', () => {
  // Degrees, metres and kilometres in; ten-millionths of a radian and metres out.
  test.each([
    { of: [20.01, 62.02, 8_123, 10], is: [3_499_376, 10_816_961, 20_000] },
    { of: [43.3, 34.1, 60_123, 10], is: [7_563_675, 5_951_130, 70_000] },
    { of: [-33, -70, 1000, 50], is: [-5_733_407, -12_230_272, 50_000] },
    // At the pole one cell is the whole row.
    { of: [-89.9, 179.999, 500, 300], is: [-15_707_963, 0, 600_000] },
    // The antimeridian has one number, and no circle is larger than the Earth.
    { of: [0.001, -179.99, 20e6, 1000], is: [0, -31_415_927, 20_100_000] },
    { of: [0.001, 179.99, 20e6, 1000], is: [0, -31_415_927, 20_100_000] },
  ])('of $of degrees, metres and kilometres of grid', ({ of, is }) => {
    const [latitude, longitude, radiusM, gridKm] = of as [number, number, number, number];
    const [latitudeE7, longitudeE7, wideM] = is as [number, number, number];
    const centre = { latitudeRad: latitudeE7 / 1e7, longitudeRad: longitudeE7 / 1e7, heightM: 0 };
    expect(areaOf(latitude, longitude, radiusM, gridKm)).toStrictEqual({ centre, radiusM: wideM });
  });

  test('is left as it is where centre and radius are coarse, and grows where only one is', () => {
    const coarse = areaOf(20.01, 62.02, 8_123, 10);
    const again = (change: Partial<Area>): number => {
      const clause = { ...CLAUSE, gridKm: { report: 10, track: 0 } };
      const launchArea = { ...coarse, ...change };
      return coarsenReport({ ...REPORT, launchArea }, clause).launchArea?.radiusM ?? 0;
    };
    expect(again({})).toBe(20_000);
    // 7,101 m of half a diagonal, and up to the next 5 km.
    expect(again({ radiusM: 20_001 })).toBe(30_000);
    const { latitudeRad, longitudeRad } = coarse.centre;
    expect(again({ centre: { latitudeRad, longitudeRad: longitudeRad + 1e-5, heightM: 0 } })).toBe(
      30_000,
    );
    expect(again({ centre: { latitudeRad: latitudeRad + 1e-5, longitudeRad, heightM: 0 } })).toBe(
      30_000,
    );
  });
});

describe('R-42, R-43: times and azimuths', () => {
  const clause: Clause = { ...CLAUSE, tickS: 10 };
  const time = (us: number, sigmaS: number | null) => {
    const launchTime = (NOW + us) as Instant;
    const out = coarsenReport({ ...REPORT, launchTime, launchTimeSigmaS: sigmaS }, clause);
    return [(out.launchTime ?? Number.NaN) - NOW, out.launchTimeSigmaS];
  };

  test('go to the nearest tick, and their sigma by 10 s over the root of twelve up to whole seconds', () => {
    // hypot(3.3, 2.8868) = 4.38; hypot(4, 2.8868) = 4.93; hypot(5, 2.8868) = 5.77.
    expect(time(4_900_000, 3.3)).toEqual([0, 5]);
    expect(time(5_100_000, 4)).toEqual([10_000_000, 5]);
    expect(time(-1, 5)).toEqual([0, 6]);
    expect(time(0, 3.3)).toEqual([0, 5]);
    expect(time(0, 5)).toEqual([0, 5]);
    expect(time(1, null)).toEqual([0, null]);
    expect(time(0, 0)).toEqual([0, 0]);
    expect(time(1, 0)).toEqual([0, 3]);
  });

  test('that are not there have no sigma either', () => {
    const out = coarsenReport({ ...REPORT, launchTime: null, azimuthRad: null }, clause);
    expect([out.launchTime, out.launchTimeSigmaS]).toEqual([null, null]);
    expect([out.azimuthRad, out.azimuthSigmaRad]).toEqual([null, null]);
  });

  test('and azimuths to the degree, their sigma by the same rule up to tenths, at most a turn', () => {
    const azimuth = (azimuthRad: number, azimuthSigmaRad: number | null) => {
      const out = coarsenReport({ ...REPORT, azimuthRad, azimuthSigmaRad }, clause);
      return [out.azimuthRad, out.azimuthSigmaRad];
    };
    // 321.498 degrees; hypot(0.03, 0.0050383) is 17.43 steps of 17,453e-7.
    expect(azimuth(5.6112, 0.03)).toEqual([5.6025069, 0.0314154]);
    expect(azimuth(5.6025069, 0.0314154)).toEqual([5.6025069, 0.0314154]);
    expect(azimuth(5.6025069, 0.0314155)).toEqual([5.6025069, 0.0331607]);
    // On its degree, but 11.97 steps: hypot(0.0209, 0.0050383) is 12.32.
    expect(azimuth(5.6025069, 0.0209)).toEqual([5.6025069, 0.0226889]);
    expect(azimuth(5.6025, 0.0314154)).toEqual([5.6025069, 0.0331607]);
    expect(azimuth(-0.001, null)).toEqual([0, null]);
    expect(azimuth(6.28, 7)).toEqual([0, 6.2831853]);
  });

  test('sources come in one order, each once, and no count is beyond the wire', () => {
    const out = coarsenReport(
      { ...REPORT, sources: ['radar', 'infrared', 'radar'], objectCountAtLeast: 20_000 },
      clause,
    );
    expect(out.sources).toEqual(['infrared', 'radar']);
    expect(out.objectCountAtLeast).toBe(10_000);
    expect(coarsenReport({ ...REPORT, sources: ['radar'] }, clause).sources).toEqual(['radar']);
  });
});

const CLAUSE_25: Clause = { ...CLAUSE, gridKm: { report: 10, track: 25 } };
/** Cells of 25 km and of 250 m/s. */
const WIDTHS = [25_000, 25_000, 25_000, 250, 250, 250];
const STEPS = WIDTHS.flatMap((a, i) => WIDTHS.slice(i).map((b) => (a * b) / 384));
const DIAGONAL = [0, 6, 11, 15, 18, 20];

/** Nearest step off the diagonal, the next above with 2.5 to spare on it. */
function onLattice(covariance: readonly number[]): number[] {
  return covariance.map((value, k) => {
    const step = STEPS[k] as number;
    const isOn = DIAGONAL.includes(k);
    return (isOn ? Math.ceil(value / step + 2.5) : Math.round(value / step)) * step;
  });
}

function withCell(covariance: readonly number[]): number[] {
  return covariance.map((value, k) => {
    const axis = DIAGONAL.indexOf(k);
    return axis < 0 ? value : value + (WIDTHS[axis] as number) ** 2 / 12;
  });
}

function coarsen(estimate: Estimate, clause: Clause = CLAUSE_25): Estimate {
  return coarsenTrack(estimate, clause, { phase: 'coast', now: NOW });
}

describe('R-45: the covariance of a track', () => {
  const wide = estimateAt(NOW, { positionM: 40_000, velocityMps: 500 });

  test('has the uniform error of a cell added, and goes to its lattice, element by element', () => {
    const out = coarsen(wide);
    expect(out.covariance).toEqual(onLattice(withCell(wide.covariance)));
    out.state.forEach((value, i) => {
      const width = WIDTHS[i] as number;
      expect(value).toBe(Math.round((wide.state[i] as number) / width) * width);
    });
    expect(out.time).toBe(NOW);
  });

  test('is left where state and covariance are coarse, and grows where only one of them is', () => {
    const once = coarsen(wide);
    expect(coarsen(once)).toEqual(once);
    const moved = { ...once, state: once.state.map((value, i) => (i === 5 ? value + 1 : value)) };
    expect(coarsen(moved).covariance).toEqual(withCell(once.covariance));
    const finer = once.covariance.map((value, k) => (k === 1 ? value + 1 : value));
    expect(coarsen({ ...once, covariance: finer }).covariance).toEqual(onLattice(withCell(finer)));
  });

  test('is raised to the floor from the lattice, and stays on it', () => {
    const accuracyFloor = { positionM: 60_000, velocityMps: 600 };
    const out = coarsen(wide, { ...CLAUSE_25, accuracyFloor });
    out.covariance.forEach((value, k) => {
      expect(
        Math.abs(value / (STEPS[k] as number) - Math.round(value / (STEPS[k] as number))),
      ).toBe(0);
    });
    const full = unpackSymmetric(out.covariance);
    for (let i = 0; i < 6; i += 1) {
      const floor = i < 3 ? 60_000 : 600;
      expect(full[i * 7]).toBeGreaterThanOrEqual(floor ** 2);
      expect(full[i * 7]).toBeLessThan(1.1 * floor ** 2);
    }
    expect(coarsen(out, { ...CLAUSE_25, accuracyFloor })).toEqual(out);
  });

  test('goes as it is without a grid', () => {
    const out = coarsen(wide, { ...CLAUSE, gridKm: { report: 10, track: 0 } });
    expect(out).toEqual(quantise(wide));
    expect(floorOnly(wide, CLAUSE)).toEqual(quantise(wide));
  });
});

describe('R-45: the moment of a track', () => {
  const clause: Clause = { ...CLAUSE, tickS: 10, gridKm: { report: 10, track: 0 } };
  const timeOf = (us: number, nowUs: number): number => {
    const given = estimateAt((NOW + us) as Instant);
    const now = (NOW + nowUs) as Instant;
    return (coarsenTrack(given, clause, { phase: 'coast', now }).time - NOW) / 1e6;
  };

  test('is the nearest tick, or the last that is past', () => {
    expect(timeOf(4_000_000, 9_000_000)).toBe(0);
    // The nearest has yet to come.
    expect(timeOf(6_000_000, 9_000_000)).toBe(0);
    expect(timeOf(6_000_000, 10_000_000)).toBe(10);
    expect(timeOf(-6_000_000, 0)).toBe(-10);
    expect(timeOf(-4_000_000, 0)).toBe(0);
    // An estimate of a time to come is not moved further ahead.
    expect(timeOf(16_000_000, 2_000_000)).toBe(10);
  });

  test('gives thrust and drag their room: half of a t squared, and a t', () => {
    const given = estimateAt((NOW + 4_000_000) as Instant);
    const now = (NOW + 9_000_000) as Instant;
    const [free, boost, reentry] = (['coast', 'boost', 'reentry'] as const).map(
      (phase) => coarsenTrack(given, clause, { phase, now }).covariance,
    ) as [readonly number[], readonly number[], readonly number[]];
    expect(boost).toEqual(reentry);
    boost.forEach((value, k) => {
      const axis = DIAGONAL.indexOf(k);
      const room = axis < 0 ? 0 : axis < 3 ? 800 ** 2 : 400 ** 2;
      expect(value - (free[k] as number)).toBeCloseTo(room, 4);
    });
  });
});
