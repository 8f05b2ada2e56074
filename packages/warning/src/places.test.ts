// SPDX-License-Identifier: Apache-2.0
// Places at risk against closed forms, and against draws of the point looked up in longitude and
// latitude, which shares no projection with what is tested.

import {
  createRandom,
  degreesFromRadians,
  ellipseAreaM2,
  type Geodetic,
  geodesicDestination,
  geodeticFromDegrees,
} from '@isthmus/earth';
import type { ImpactRegion, Place } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { placesAtRisk } from './places.ts';
import { LIFT_OFF } from './testing.ts';

const SEED = 'warning/places';

function regionAt(centre: Geodetic, covarianceM2: ImpactRegion['covarianceM2']): ImpactRegion {
  return {
    statement: 'region',
    centre,
    covarianceM2,
    probability: 0.9,
    areaKm2: ellipseAreaM2(covarianceM2, 0.9) / 1e6,
    time: LIFT_OFF,
    timeSigmaS: 5,
  };
}

const ring = (...points: readonly (readonly [number, number])[]) =>
  points.map(([longitude, latitude]) => geodeticFromDegrees(latitude, longitude));

const boxOf = (west: number, south: number, east: number, north: number) =>
  ring([west, south], [east, south], [east, north], [west, north]);

const place = (name: string, ...parts: Place['parts']): Place => ({ name, parts });

const MIDDLE = geodeticFromDegrees(43, 34);
const ROUND = regionAt(MIDDLE, [4e8, 0, 4e8]);

/** A ring at `distanceM` around a point. */
function around(centre: Geodetic, distanceM: number): Geodetic[] {
  return Array.from({ length: 360 }, (_, i) =>
    geodesicDestination(centre, (-2 * Math.PI * i) / 360, distanceM),
  );
}

describe('closed forms', () => {
  test('a round place of k sigma holds 1 - exp(-k²/2)', () => {
    for (const k of [0.5, 1, 2, 3]) {
      const [found] = placesAtRisk(ROUND, [place('round', [around(MIDDLE, k * 20_000)])]);
      expect(Math.abs((found?.probability ?? 0) - (1 - Math.exp((-k * k) / 2)))).toBeLessThan(
        0.002,
      );
    }
  });

  test('what holds everything has 1, and the two halves of it a half each', () => {
    const halves = [
      place('west', [boxOf(24, 33, 34, 53)]),
      place('east', [boxOf(34, 33, 44, 53)]),
      place('all', [boxOf(24, 33, 44, 53)]),
    ];
    const found = placesAtRisk(ROUND, halves);
    expect(found.map(({ name }) => name)).toEqual(['all', 'east', 'west']);
    expect(found[0]?.probability).toBe(1);
    expect(found[1]?.probability).toBeCloseTo(0.5, 2);
    expect(found[2]?.probability).toBeCloseTo(0.5, 2);
  });

  test('a hole is not in the place, and two parts count together', () => {
    const [ringed] = placesAtRisk(ROUND, [
      place('ring', [around(MIDDLE, 40_000), around(MIDDLE, 20_000)]),
    ]);
    expect(ringed?.probability).toBeCloseTo(Math.exp(-0.5) - Math.exp(-2), 2);
    const [both] = placesAtRisk(ROUND, [
      place('both', [boxOf(24, 33, 34, 53)], [boxOf(34, 33, 44, 53)]),
    ]);
    expect(both?.probability).toBeCloseTo(1, 2);
  });
});

describe('which region touches it', () => {
  // One sigma 20 km: the 50 % circle has a radius of 23.5 km, the 90 % one of 42.9 km.
  const at = (distanceM: number): Place[] => {
    const centre = geodesicDestination(MIDDLE, 1, distanceM);
    return [place('town', [around(centre, 1000)])];
  };
  test.each([
    [0, 0.5],
    [24_000, 0.5],
    [25_000, 0.9],
    [43_500, 0.9],
    [44_500, undefined],
    [5_000_000, undefined],
    [19_900_000, undefined],
  ])('a town %i m away: %s', (distanceM, within) => {
    expect(placesAtRisk(ROUND, at(distanceM))[0]?.within).toBe(within);
  });

  test('what a rough look leaves out touches nothing: small places all around, near and far', () => {
    const random = createRandom(SEED);
    const draws = Array.from({ length: 60 }, () => {
      const middle = geodeticFromDegrees(
        -80 + 160 * random.uniform(),
        360 * random.uniform() - 180,
      );
      const region = regionAt(middle, [4e8, 1e8, 2e8]);
      const distanceM = 60_000 * random.uniform();
      const centre = geodesicDestination(middle, 6.28 * random.uniform(), distanceM);
      const town = around(centre, 3000).filter((_, k) => k % 15 === 0);
      return { distanceM, found: placesAtRisk(region, [place('town', [town])]).length };
    });
    // Within the reach of the short axis it touches whatever its bearing, beyond the long one never.
    expect(draws.filter(({ distanceM, found }) => distanceM < 12_000 && found === 0)).toEqual([]);
    expect(draws.filter(({ distanceM, found }) => distanceM > 49_000 && found > 0)).toEqual([]);
    expect(draws.filter(({ distanceM }) => distanceM < 12_000).length).toBeGreaterThan(3);
  });

  test('a place on the other side of the Earth that holds the antipode is not touched', () => {
    const antipode = geodeticFromDegrees(-43, -146);
    expect(placesAtRisk(ROUND, [place('far', [around(antipode, 3e6)])])).toEqual([]);
  });

  test('a region that lies in the hole of a place does not touch it', () => {
    const holed = place('shore', [around(MIDDLE, 300_000), around(MIDDLE, 100_000)]);
    expect(placesAtRisk(ROUND, [holed])).toEqual([]);
  });
});

/** Even and odd in longitude and latitude, longitudes taken near to the place's own. */
function isIn(corners: readonly Geodetic[], point: Geodetic): boolean {
  const reference = degreesFromRadians(corners[0]?.longitudeRad ?? 0);
  const near = (value: number): number => {
    const degrees = degreesFromRadians(value);
    return degrees - 360 * Math.round((degrees - reference) / 360);
  };
  const [x, y] = [near(point.longitudeRad), point.latitudeRad];
  let inside = false;
  corners.forEach((to, i) => {
    const from = corners.at(i - 1) as Geodetic;
    const [ax, bx] = [near(from.longitudeRad), near(to.longitudeRad)];
    if (from.latitudeRad > y === to.latitudeRad > y) return;
    const share = (y - from.latitudeRad) / (to.latitudeRad - from.latitudeRad);
    if (x < ax + share * (bx - ax)) inside = !inside;
  });
  return inside;
}

describe('draws of the point, looked up in longitude and latitude', () => {
  const star = (longitude: number, latitude: number, size: number) =>
    Array.from({ length: 14 }, (_, i): readonly [number, number] => {
      const reach = size * (i % 2 === 0 ? 1 : 0.4);
      const angle = (2 * Math.PI * i) / 14;
      const turned = longitude + reach * Math.cos(angle);
      const wrapped = turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned;
      return [wrapped, latitude + 0.6 * reach * Math.sin(angle)];
    });
  test.each([
    ['a box of parallels at 60 N', geodeticFromDegrees(60.2, 30), boxOf(26, 60, 36, 62)],
    ['a star in the middle latitudes', geodeticFromDegrees(43.3, 34.4), ring(...star(34, 43, 1))],
    ['a star over the date line', geodeticFromDegrees(52, -179.8), ring(...star(179.9, 52, 1.5))],
    ['a star on the equator', geodeticFromDegrees(0.2, 0.1), ring(...star(0, 0, 0.8))],
    ['a star far in the north', geodeticFromDegrees(84.2, 12), ring(...star(10, 84, 3))],
  ])('%s', (_name, centre, corners) => {
    const region = regionAt(centre, [3e9, 1.2e9, 1.5e9]);
    const random = createRandom(SEED);
    const [a, b] = [Math.sqrt(3e9), 1.2e9 / Math.sqrt(3e9)];
    const c = Math.sqrt(1.5e9 - b * b);
    const draws = 20_000;
    let held = 0;
    for (let i = 0; i < draws; i += 1) {
      const [u, v] = [random.normal(), random.normal()];
      const [east, north] = [a * u, b * u + c * v];
      const azimuth = Math.atan2(east, north);
      if (isIn(corners, geodesicDestination(centre, azimuth, Math.hypot(east, north)))) held += 1;
    }
    const [found] = placesAtRisk(region, [place('here', [corners])]);
    expect(held / draws).toBeGreaterThan(0.1);
    // Three sigma of the draws and half a percent of the quadrature.
    expect(Math.abs((found?.probability ?? 0) - held / draws), SEED).toBeLessThan(0.016);
  });
});

test('J-Alert, 4 October 2022: of the areas of a drill nothing is left when the next region is asked', () => {
  const isles = place('isles', [around(geodeticFromDegrees(34.7, 139.4), 20_000)]);
  const north = place('north', [around(geodeticFromDegrees(40.8, 140.7), 60_000)]);
  const drill = regionAt(geodeticFromDegrees(34.7, 139.4), [4e8, 0, 4e8]);
  const real = regionAt(geodeticFromDegrees(40.8, 141), [4e8, 0, 4e8]);
  expect(placesAtRisk(drill, [isles, north]).map(({ name }) => name)).toEqual(['isles']);
  expect(placesAtRisk(real, [isles, north]).map(({ name }) => name)).toEqual(['north']);
  // Frozen arguments: there is nowhere that anything could be kept.
  const frozen = [Object.freeze(isles), Object.freeze(north)];
  expect(placesAtRisk(Object.freeze(real), Object.freeze(frozen))).toEqual(
    placesAtRisk(real, [isles, north]),
  );
});
