// SPDX-License-Identifier: Apache-2.0
import { type Geodetic, geodesicDestination, geodeticFromDegrees } from '@isthmus/earth';
import { geoArea } from 'd3-geo';
import { describe, expect, test } from 'vitest';
import { angleBetween, densify, insideOnTheRight, ringContains } from './rings.ts';

const RADIANS = Math.PI / 180;

function circle(latDeg: number, lonDeg: number, radiusM: number): Geodetic[] {
  const centre = geodeticFromDegrees(latDeg, lonDeg);
  return Array.from({ length: 36 }, (_, i) =>
    geodesicDestination(centre, i * 10 * RADIANS, radiusM),
  );
}

const PLACES = [
  ['on the equator', 0, 20],
  ['across the antimeridian', 12, 179.5],
  ['round the north pole', 89, 40],
  ['round the south pole', -88, -100],
] as const;

describe('rings', () => {
  for (const [where, lat, lon] of PLACES) {
    test(`A ring ${where} holds its middle, and neither what is outside nor its antipode`, () => {
      const ring = circle(lat, lon, 500_000);
      expect(ringContains(ring, geodeticFromDegrees(lat, lon))).toBe(true);
      expect(ringContains(ring, geodeticFromDegrees(lat > 0 ? lat - 8 : lat + 8, lon))).toBe(false);
      expect(ringContains(ring, geodeticFromDegrees(-lat, lon + 180))).toBe(false);
    });

    test(`A ring ${where} is turned so that d3-geo takes its inside and not the rest`, () => {
      const ring = circle(lat, lon, 500_000);
      for (const given of [ring, [...ring].reverse()]) {
        const turned = insideOnTheRight(given).map(({ longitudeRad, latitudeRad }) => [
          longitudeRad / RADIANS,
          latitudeRad / RADIANS,
        ]);
        const closed = [...turned, ...turned.slice(0, 1)];
        expect(geoArea({ type: 'Polygon', coordinates: [closed] })).toBeLessThan(0.1);
      }
    });
  }

  test('A fan of a radar, whose middle lies outside it, is turned rightly too', () => {
    const site = geodeticFromDegrees(44.92, 40.98);
    const fan = [site];
    for (let az = 50; az <= 295; az += 5) {
      fan.push(geodesicDestination(site, az * RADIANS, 4_000_000));
    }
    for (const given of [fan, [...fan].reverse()]) {
      const turned = insideOnTheRight(given).map(({ longitudeRad, latitudeRad }) => [
        longitudeRad / RADIANS,
        latitudeRad / RADIANS,
      ]);
      const area = geoArea({ type: 'Polygon', coordinates: [[...turned, ...turned.slice(0, 1)]] });
      expect(area).toBeLessThan(2 * Math.PI);
    }
  });

  test('A densified ring is closed, keeps its corners and has no long step', () => {
    const ring = [
      geodeticFromDegrees(0, 170),
      geodeticFromDegrees(40, -150),
      geodeticFromDegrees(-20, -160),
    ];
    const line = densify(ring);
    expect(line.at(-1)).toBe(ring[0]);
    for (const corner of ring) expect(line).toContain(corner);
    for (const [index, point] of line.slice(1).entries()) {
      expect(angleBetween(line[index] ?? point, point)).toBeLessThan(2.01 * RADIANS);
    }
  });
});
