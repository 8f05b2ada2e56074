// SPDX-License-Identifier: Apache-2.0
import {
  createRandom,
  degreesFromRadians,
  geodesicDestination,
  geodesicDistanceM,
  geodeticFromDegrees,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { ImpactRegion } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { regionOf } from '../testing/warnings.ts';
import { areaOf, circleOf } from './area.ts';
import type { CapArea, CapPoint } from './message.ts';

const SEED = 'feeds/cap-area';
const DRAWS = 4000;

/** Even and odd, in latitude and longitude, as a receiver would. */
function isInside(polygon: readonly CapPoint[], point: CapPoint): boolean {
  let inside = false;
  for (let i = 1; i < polygon.length; i += 1) {
    const [a, b] = [polygon[i - 1] as CapPoint, polygon[i] as CapPoint];
    if (a.latitudeDeg > point.latitudeDeg === b.latitudeDeg > point.latitudeDeg) continue;
    const share = (point.latitudeDeg - a.latitudeDeg) / (b.latitudeDeg - a.latitudeDeg);
    if (point.longitudeDeg < a.longitudeDeg + share * (b.longitudeDeg - a.longitudeDeg)) {
      inside = !inside;
    }
  }
  return inside;
}

function holds(area: CapArea, point: CapPoint): boolean {
  const at = geodeticFromDegrees(point.latitudeDeg, point.longitudeDeg);
  return (
    area.polygons.some((polygon) => isInside(polygon, point)) ||
    area.circles.some(({ centre, radiusKm }) => {
      const middle = geodeticFromDegrees(centre.latitudeDeg, centre.longitudeDeg);
      return geodesicDistanceM(middle, at) <= radiusKm * 1000;
    })
  );
}

/** Share of draws of the impact point that the area holds. */
function coverage(region: ImpactRegion, area: CapArea): number {
  const random = createRandom(SEED);
  const [ee, en, nn] = region.covarianceM2;
  const a = Math.sqrt(ee);
  const b = en / a;
  const c = Math.sqrt(nn - b * b);
  let held = 0;
  for (let i = 0; i < DRAWS; i += 1) {
    const [u, v] = [random.normal(), random.normal()];
    const [east, north] = [a * u, b * u + c * v];
    const azimuth = Math.atan2(east, north);
    const { latitudeRad, longitudeRad } = geodesicDestination(
      region.centre,
      azimuth,
      Math.hypot(east, north),
    );
    const point = {
      latitudeDeg: degreesFromRadians(latitudeRad),
      longitudeDeg: degreesFromRadians(longitudeRad),
    };
    if (holds(area, point)) held += 1;
  }
  return held / DRAWS;
}

const CASES = [
  ['the middle of a sea', 43.4, 34.2, [4e8, 1e8, 9e8]],
  ['a thin one across it', 43.4, 34.2, [9e10, 8.9e10, 9e10]],
  ['the equator', 0, 10, [4e10, 0, 1e9]],
  ['the date line from the west', 52, 179.9, [4e9, 1e9, 9e8]],
  ['the date line from the east', -17, -179.5, [9e9, -3e9, 9e9]],
  ['far north, a pole outside', 86, 20, [1e9, 0, 1e9]],
  ['far north across the date line', 70, 179.95, [4e9, 0, 4e9]],
] as const;

describe.each(CASES)('a region in %s', (_name, latitude, longitude, covarianceM2) => {
  const region = regionOf({ centre: geodeticFromDegrees(latitude, longitude), covarianceM2 });
  const area = areaOf(region, 'region');

  test('is polygons that hold the point as often as it says, and hardly more often', () => {
    expect(area.circles).toEqual([]);
    // One sigma of the share is 0.5 %.
    expect(coverage(region, area), SEED).toBeGreaterThan(0.885);
    expect(coverage(region, area), SEED).toBeLessThan(0.92);
  });

  test('has closed polygons with longitudes of [-180, 180], none with an edge across the map', () => {
    for (const polygon of area.polygons) {
      expect(polygon.length).toBeGreaterThanOrEqual(4);
      expect(polygon.at(-1)).toEqual(polygon[0]);
      for (const [i, point] of polygon.entries()) {
        expect(Math.abs(point.longitudeDeg)).toBeLessThanOrEqual(180);
        expect(Math.abs(point.latitudeDeg)).toBeLessThanOrEqual(90);
        const before = polygon[i - 1] ?? point;
        expect(Math.abs(point.longitudeDeg - before.longitudeDeg)).toBeLessThan(90);
      }
    }
  });
});

test('across the date line there are two polygons, elsewhere one', () => {
  const parts = CASES.map(([, latitude, longitude, covarianceM2]) => {
    const region = regionOf({ centre: geodeticFromDegrees(latitude, longitude), covarianceM2 });
    return areaOf(region, '').polygons.length;
  });
  expect(parts).toEqual([1, 1, 1, 2, 2, 1, 2]);
});

test.each([
  ['the north pole', 89.9, 0],
  ['the south pole', -89, 120],
  ['a place a polygon cannot be drawn in: a pole just outside', 89, 20],
])('a region that holds %s is a circle around all of it', (_name, latitude, longitude) => {
  const region = regionOf({
    centre: geodeticFromDegrees(latitude, longitude),
    covarianceM2: [2.4e9, 0, 2.4e9],
  });
  const area = areaOf(region, '');
  expect(area.polygons).toEqual([]);
  expect(area.circles).toEqual([circleOf(region)]);
  expect(coverage(region, area), SEED).toBeGreaterThan(0.885);
});

test('the circle has the radius of a circular region', () => {
  const { radiusKm, centre } = circleOf(regionOf({ covarianceM2: [1e6, 0, 1e6] }));
  expect(radiusKm).toBeCloseTo(Math.sqrt(-2 * Math.log(0.1)), 9);
  expect(radiansFromDegrees(centre.latitudeDeg)).toBeCloseTo(regionOf().centre.latitudeRad, 12);
});
