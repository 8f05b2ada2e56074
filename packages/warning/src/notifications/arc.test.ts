// SPDX-License-Identifier: Apache-2.0
import { degreesFromRadians } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import {
  arcKind,
  arcOfTime,
  arcThrough,
  minimumEnergyArc,
  rangeClass,
  rangeOfSpeedM,
  SPHERE_RADIUS_M,
  secondsFromApogee,
} from './arc.ts';

// Range km, speed km/s, angle deg, apogee km, time s: computed apart from this code, by the closed
// formulas of a sphere of 6,371 km (Bate, Mueller & White, chapter 6).
const MINIMUM_ENERGY = [
  [100, 0.987, 44.78, 25, 143],
  [300, 1.696, 44.33, 74, 251],
  [500, 2.173, 43.88, 123, 327],
  [600, 2.372, 43.65, 146, 360],
  [1000, 3.016, 42.75, 240, 474],
  [1300, 3.401, 42.08, 308, 548],
  [2000, 4.113, 40.5, 459, 702],
  [2500, 4.518, 39.38, 560, 801],
  [3000, 4.865, 38.26, 655, 895],
  [3500, 5.167, 37.13, 745, 985],
  [4500, 5.671, 34.88, 905, 1155],
  [5500, 6.075, 32.63, 1041, 1316],
  [8000, 6.805, 27.01, 1264, 1679],
  [10000, 7.198, 22.52, 1319, 1931],
  [12000, 7.48, 18.02, 1265, 2143],
  [15000, 7.751, 11.28, 978, 2379],
] as const;

describe('throws of least energy over a sphere', () => {
  test.each(MINIMUM_ENERGY)('%d km to the digits of the table', (rangeKm, ...row) => {
    const [speed, angle, apogeeKm, timeS] = row;
    const arc = minimumEnergyArc(rangeKm * 1000);
    expect(arc.speedMps / 1000).toBeCloseTo(speed, 3);
    expect(degreesFromRadians(arc.climbRad).toFixed(2)).toBe(angle.toFixed(2));
    expect(Math.round(arc.apogeeM / 1000)).toBe(apogeeKm);
    expect(Math.round(arc.timeS)).toBe(timeS);
  });

  test.each(MINIMUM_ENERGY)('the speed for %d km reaches just that far', (rangeKm) => {
    const { speedMps } = minimumEnergyArc(rangeKm * 1000);
    expect(rangeOfSpeedM(speedMps) / 1000).toBeCloseTo(rangeKm, 6);
  });

  // Kilometres of range a metre a second more gives.
  test.each([
    [500, 0.48],
    [1000, 0.72],
    [2000, 1.13],
    [3000, 1.55],
    [8000, 4.32],
    [10000, 6.04],
  ])('%i km: a metre a second more reaches %d km further', (rangeKm, further) => {
    const { speedMps } = minimumEnergyArc(rangeKm * 1000);
    const gained = rangeOfSpeedM(speedMps + 1) / 1000 - rangeKm;
    expect(gained.toFixed(2)).toBe(further.toFixed(2));
  });

  test.each([
    [1000, 56],
    [2000, 40],
    [3000, 35],
    [10000, 37],
  ])('%i km: above 100 km from %i s on', (rangeKm, seconds) => {
    const { apogeeM, timeS } = minimumEnergyArc(rangeKm * 1000);
    const top = SPHERE_RADIUS_M + apogeeM;
    const half = (rangeKm * 1000) / SPHERE_RADIUS_M / 2;
    const eccentricity = apogeeM / (top - SPHERE_RADIUS_M * Math.cos(half));
    const axis = top / (1 + eccentricity);
    const radius = SPHERE_RADIUS_M + 100_000;
    const angleRad = Math.acos((1 - (axis * (1 - eccentricity ** 2)) / radius) / eccentricity);
    const above = secondsFromApogee({ axis, eccentricity, angleRad });
    expect(Math.round(timeS / 2 - above)).toBe(seconds);
  });

  test('no other apogee reaches as far at that speed', () => {
    const least = minimumEnergyArc(3e6);
    for (const share of [0.5, 0.8, 0.95, 1.05, 1.2, 3]) {
      expect(arcThrough(3e6, least.apogeeM * share).speedMps).toBeGreaterThan(least.speedMps);
    }
  });

  test('from the speed of a circle along the ground on, every place is reached', () => {
    expect(rangeOfSpeedM(7909)).toBeLessThan(20_016e3);
    expect(rangeOfSpeedM(7911)).toBe(Number.POSITIVE_INFINITY);
  });
});

test('an arc is lofted above and depressed below the apogee of least energy', () => {
  const { apogeeM } = minimumEnergyArc(4e6);
  expect(arcKind(arcThrough(4e6, apogeeM))).toBe('minimum-energy');
  expect(arcKind(arcThrough(4e6, 2 * apogeeM))).toBe('lofted');
  expect(arcKind(arcThrough(4e6, apogeeM / 2))).toBe('depressed');
});

test('the arc of a range and a time is the one that has them, and none is quicker than the ground', () => {
  for (const apogeeM of [2e4, 2e5, 2e6, 2e7]) {
    const { timeS } = arcThrough(2e6, apogeeM);
    expect((arcOfTime(2e6, timeS)?.apogeeM ?? 0) / apogeeM).toBeCloseTo(1, 4);
  }
  expect(arcOfTime(2e6, 250)).toBeNull();
});

test('classes end where the US Department of Defense ends them', () => {
  expect([1100, 1101, 2750, 2751, 5500, 5501].map((km) => rangeClass(km * 1000))).toEqual([
    'SRBM',
    'MRBM',
    'MRBM',
    'IRBM',
    'IRBM',
    'ICBM',
  ]);
});
