// SPDX-License-Identifier: Apache-2.0
// Where a region ends: its border belongs to it, one meridian has many numbers, and what is no number
// lies nowhere.

import { geodesicDistanceM, geodeticFromDegrees } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { Region } from './agreement-parts.ts';
import { regionHolds } from './region.ts';
import { areApart, holdsRegion } from './region-relation.ts';

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

describe('two regions', () => {
  const box = (change: object = {}): Region => ({
    kind: 'box',
    southDeg: 0,
    northDeg: 10,
    westDeg: 0,
    eastDeg: 20,
    ...change,
  });
  const circle = (change: object = {}): Region => ({
    kind: 'circle',
    latitudeDeg: 0,
    longitudeDeg: 0,
    radiusKm: 1000,
    ...change,
  });

  test('of two shapes prove nothing of each other, and everywhere holds them all', () => {
    for (const [one, other] of [
      [box(), circle()],
      [circle(), box()],
    ] as const) {
      expect([holdsRegion(one, other), areApart(one, other)]).toEqual([false, false]);
    }
    for (const region of [box(), circle()]) {
      expect([holdsRegion(undefined, region), holdsRegion(region, undefined)]).toEqual([
        true,
        false,
      ]);
      expect([areApart(undefined, region), areApart(region, undefined)]).toEqual([false, false]);
      expect(holdsRegion(region, region)).toBe(true);
    }
    expect(holdsRegion(undefined, undefined)).toBe(true);
  });

  test('that are boxes: one holds the other only with all four sides', () => {
    for (const beyond of [{ southDeg: -1 }, { northDeg: 11 }, { westDeg: -1 }, { eastDeg: 21 }]) {
      expect(holdsRegion(box(), box(beyond))).toBe(false);
      expect(holdsRegion(box(beyond), box())).toBe(true);
    }
  });

  test('are apart by a gap, and not where they touch', () => {
    const east = (westDeg: number) => box({ westDeg, eastDeg: westDeg + 10 });
    expect([20, 20.001].map((west) => areApart(box(), east(west)))).toEqual([false, true]);
    expect([20, 20.001].map((west) => areApart(east(west), box()))).toEqual([false, true]);
    const north = (southDeg: number) => box({ southDeg, northDeg: southDeg + 5 });
    expect([10, 10.001].map((south) => areApart(box(), north(south)))).toEqual([false, true]);
    expect([10, 10.001].map((south) => areApart(north(south), box()))).toEqual([false, true]);
    const other = { longitudeDeg: 10, radiusKm: 500 };
    const apartKm = geodesicDistanceM(geodeticFromDegrees(0, 0), geodeticFromDegrees(0, 10)) / 1000;
    const touching = circle({ radiusKm: apartKm - 499.999 });
    expect(areApart(touching, circle(other))).toBe(false);
    expect(areApart(circle({ radiusKm: apartKm - 500.001 }), circle(other))).toBe(true);
    // Within: the distance and the smaller radius together are the greater one.
    expect(holdsRegion(circle({ radiusKm: apartKm + 500.001 }), circle(other))).toBe(true);
    expect(holdsRegion(circle({ radiusKm: apartKm + 499.999 }), circle(other))).toBe(false);
  });
});
