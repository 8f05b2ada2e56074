// SPDX-License-Identifier: Apache-2.0
// Where a region ends: its border belongs to it, one meridian has many numbers, and what is no number
// lies nowhere.

import { geodesicDistanceM, geodeticFromDegrees } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { Region } from './agreement-parts.ts';
import { regionHolds } from './region.ts';

const BOX: Region = { kind: 'box', southDeg: 0, northDeg: 90, westDeg: -175, eastDeg: -165 };
const CIRCLE: Region = { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 };

describe('R-22: a box', () => {
  test('has its parallels, and the pole', () => {
    expect(regionHolds(BOX, geodeticFromDegrees(0, -170))).toBe(true);
    expect(regionHolds(BOX, geodeticFromDegrees(90, -170))).toBe(true);
    expect(regionHolds(BOX, geodeticFromDegrees(-1e-9, -170))).toBe(false);
    const low: Region = { ...BOX, southDeg: -10, northDeg: 45 };
    expect(regionHolds(low, geodeticFromDegrees(45, -170))).toBe(true);
    expect(regionHolds(low, geodeticFromDegrees(45 + 1e-9, -170))).toBe(false);
  });

  test('has a point whatever number of turns its longitude counts', () => {
    for (const longitudeDeg of [-170, 190, 550, -530]) {
      expect(regionHolds(BOX, geodeticFromDegrees(10, longitudeDeg))).toBe(true);
    }
    for (const longitudeDeg of [-160, 200, 560, 170, 10]) {
      expect(regionHolds(BOX, geodeticFromDegrees(10, longitudeDeg))).toBe(false);
    }
  });

  test('has nothing that is no place on the Earth', () => {
    const all: Region = { kind: 'box', southDeg: -90, northDeg: 90, westDeg: -180, eastDeg: 180 };
    const here = geodeticFromDegrees(10, 10);
    expect(regionHolds(all, here)).toBe(true);
    for (const latitudeRad of [Number.NaN, 2, -2, Number.POSITIVE_INFINITY]) {
      expect(regionHolds(all, { ...here, latitudeRad })).toBe(false);
    }
    for (const longitudeRad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(regionHolds(all, { ...here, longitudeRad })).toBe(false);
    }
  });
});

describe('R-22: a circle', () => {
  test('has its rim, and no point beyond', () => {
    const point = geodeticFromDegrees(21, 63);
    const distanceM = geodesicDistanceM(geodeticFromDegrees(20, 62), point);
    expect(regionHolds({ ...CIRCLE, radiusKm: distanceM / 1000 }, point)).toBe(true);
    expect(regionHolds({ ...CIRCLE, radiusKm: distanceM / 1000 - 1e-6 }, point)).toBe(false);
    expect(regionHolds(CIRCLE, point)).toBe(true);
    expect(regionHolds(CIRCLE, geodeticFromDegrees(26, 62))).toBe(false);
  });

  test('has no place that is none', () => {
    const centre = geodeticFromDegrees(20, 62);
    expect(regionHolds(CIRCLE, centre)).toBe(true);
    expect(regionHolds(CIRCLE, { ...centre, latitudeRad: Number.NaN })).toBe(false);
    expect(regionHolds(CIRCLE, { ...centre, longitudeRad: Number.NaN })).toBe(false);
  });
});
