// SPDX-License-Identifier: Apache-2.0
// Known places, and the places where formulas break: poles, antimeridian, zenith, equator plane.

import { describe, expect, test } from 'vitest';
import {
  ecefFromGeodetic,
  ecefFromLookAngles,
  enuAxes,
  type Geodetic,
  geodesicDestination,
  geodesicDistanceM,
  geodesicInverse,
  geodeticFromDegrees,
  geodeticFromEcef,
  lookAngles,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from './geodesy.ts';
import { cross, dot, norm, subtract } from './vector.ts';

const SEMI_MINOR_M = WGS84_SEMI_MAJOR_AXIS_M * (1 - WGS84_FLATTENING);

function apart(a: Geodetic, b: Geodetic): number {
  return norm(subtract(ecefFromGeodetic(a), ecefFromGeodetic(b)));
}

describe('Earth-fixed coordinates', () => {
  test('the axes of the ellipsoid are where WGS 84 has them', () => {
    expect(SEMI_MINOR_M).toBeCloseTo(6356752.3142, 4);
    expect(ecefFromGeodetic(geodeticFromDegrees(0, 0, 10))).toEqual([6378147, 0, 0]);
    expect(ecefFromGeodetic(geodeticFromDegrees(90, 0))[2]).toBeCloseTo(SEMI_MINOR_M, 8);
    expect(ecefFromGeodetic(geodeticFromDegrees(0, 90))[1]).toBeCloseTo(6378137, 8);
  });

  test.each([
    [90, 1000],
    [-90, 1000],
    [90, -20],
    [89.999999999, 0],
    [-89.9999, 4e7],
    [0, 4.2e7],
    [1e-12, 100],
    [45, -5000],
  ])(
    'latitude %d at %d m comes back to a micrometre, heights to a micrometre',
    (latitude, height) => {
      for (const longitude of [-180, -179.9999999, 0, 37.5, 179.9999999, 180]) {
        const there = geodeticFromDegrees(latitude, longitude, height);
        const back = geodeticFromEcef(ecefFromGeodetic(there));
        expect(apart(there, back)).toBeLessThan(2e-6);
        expect(Math.abs(back.heightM - height)).toBeLessThan(2e-6);
      }
    },
  );

  test('exactly on the axis there is a latitude, a height and no NaN', () => {
    for (const z of [6.4e6, -6.4e6, 4.2e7]) {
      const point = geodeticFromEcef([0, 0, z]);
      expect(point.latitudeRad).toBeCloseTo((Math.sign(z) * Math.PI) / 2, 14);
      expect(point.heightM).toBeCloseTo(Math.abs(z) - SEMI_MINOR_M, 6);
      expect(Number.isFinite(point.longitudeRad)).toBe(true);
    }
  });

  test('local axes are orthonormal and right-handed everywhere, also at a pole', () => {
    for (const latitude of [-90, -45, 0, 60, 90]) {
      const [east, north, up] = enuAxes(geodeticFromDegrees(latitude, 123));
      const turned = cross(east, north);
      expect(norm(subtract(turned, up))).toBeLessThan(1e-15);
      for (const axis of [east, north, up]) expect(norm(axis)).toBeCloseTo(1, 14);
      expect(Math.abs(dot(east, north))).toBeLessThan(1e-15);
    }
  });
});

describe('look angles', () => {
  const site = geodeticFromDegrees(44.92, 40.98, 100);

  test('straight up is elevation 90 degrees, and nearly so keeps every digit', () => {
    const above = ecefFromGeodetic({ ...site, heightM: 400_000 });
    expect(lookAngles(site, above).elevationRad).toBeCloseTo(Math.PI / 2, 9);
    for (const offZenithRad of [1e-4, 1e-6, 1e-7]) {
      const look = { rangeM: 400_000, azimuthRad: 1, elevationRad: Math.PI / 2 - offZenithRad };
      const again = lookAngles(site, ecefFromLookAngles(site, look));
      const error = Math.abs(again.elevationRad - look.elevationRad);
      expect(error, `${offZenithRad} rad off the zenith`).toBeLessThan(1e-13);
    }
  });

  test('north, east, south and west are 0, 90, 180 and 270 degrees, never 360', () => {
    const around = [0, 90, 180, 270].map((azimuthDeg) => {
      const azimuthRad = (azimuthDeg * Math.PI) / 180;
      const position = ecefFromLookAngles(site, { rangeM: 1e5, azimuthRad, elevationRad: 0.3 });
      return lookAngles(site, position).azimuthRad;
    });
    [0, 90, 180, 270].forEach((azimuthDeg, i) => {
      const turn = Math.cos((around[i] as number) - (azimuthDeg * Math.PI) / 180);
      expect(turn).toBeCloseTo(1, 12);
    });
    for (const azimuthRad of around) {
      expect(azimuthRad).toBeGreaterThanOrEqual(0);
      expect(azimuthRad).toBeLessThan(2 * Math.PI);
    }
  });

  test('an azimuth a hair west of north stays below a full turn', () => {
    for (const west of [1e-300, 1e-20, 1e-17, 1e-9]) {
      const position = ecefFromLookAngles(site, {
        rangeM: 1e5,
        azimuthRad: -west,
        elevationRad: 0,
      });
      expect(lookAngles(site, position).azimuthRad).toBeLessThan(2 * Math.PI);
    }
    // At the equator and the prime meridian the local axes have exact zeros.
    const origin = geodeticFromDegrees(0, 0);
    const look = lookAngles(origin, [6378137, -1e-30, 1e5]);
    expect(look.azimuthRad).toBeLessThan(2 * Math.PI);
    expect(look.azimuthRad).toBeGreaterThanOrEqual(0);
  });

  test('a satellite 35,786 km over the equator is seen from London at its known elevation', () => {
    // Geostationary at 20 E from 51.5 N 0 E: spherical formula gives 28.6 degrees to a tenth.
    const satellite = ecefFromGeodetic(geodeticFromDegrees(0, 20, 35_786_000));
    const look = lookAngles(geodeticFromDegrees(51.5, 0), satellite);
    const central = Math.acos(Math.cos((51.5 * Math.PI) / 180) * Math.cos((20 * Math.PI) / 180));
    const spherical = Math.atan2(Math.cos(central) - 6378.137 / 42164.137, Math.sin(central));
    expect(Math.abs(look.elevationRad - spherical)).toBeLessThan(0.004);
  });
});

describe('geodesics', () => {
  test('a quarter of the equator and a quarter of a meridian have their known lengths', () => {
    const equator = geodesicDistanceM(geodeticFromDegrees(0, 0), geodeticFromDegrees(0, 90));
    expect(equator).toBeCloseTo((Math.PI / 2) * 6378137, 5);
    const meridian = geodesicDistanceM(geodeticFromDegrees(0, 0), geodeticFromDegrees(90, 0));
    expect(meridian).toBeCloseTo(10001965.729, 2);
  });

  test("Vincenty's line from Flinders Peak to Buninyong, on WGS 84", () => {
    // GDA94 Technical Manual, 4.2 (GRS 80, the same to a tenth of a millimetre): 54,972.271 m.
    const flinders = geodeticFromDegrees(
      -(37 + 57 / 60 + 3.7203 / 3600),
      144 + 25 / 60 + 29.5244 / 3600,
    );
    const buninyong = geodeticFromDegrees(
      -(37 + 39 / 60 + 10.1561 / 3600),
      143 + 55 / 60 + 35.3839 / 3600,
    );
    const line = geodesicInverse(flinders, buninyong);
    expect(line.distanceM).toBeCloseTo(54972.271, 2);
    const azimuth = ((line.azimuthRad * 180) / Math.PI + 360) % 360;
    expect(azimuth).toBeCloseTo(306 + 52 / 60 + 5.37 / 3600, 5);
  });

  test('the destination of the line to a point is the point, also over a pole and the date line', () => {
    const pairs = [
      [geodeticFromDegrees(20, 62), geodeticFromDegrees(43, 34)],
      [geodeticFromDegrees(80, 10), geodeticFromDegrees(82, -170)],
      [geodeticFromDegrees(-10, 179), geodeticFromDegrees(15, -178)],
      [geodeticFromDegrees(90, 0), geodeticFromDegrees(60, 30)],
    ] as const;
    for (const [a, b] of pairs) {
      const line = geodesicInverse(a, b);
      expect(apart(geodesicDestination(a, line.azimuthRad, line.distanceM), b)).toBeLessThan(1e-5);
      expect(geodesicDistanceM(b, a)).toBeCloseTo(line.distanceM, 6);
    }
  });
});
