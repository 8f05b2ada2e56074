// SPDX-License-Identifier: Apache-2.0
// What is called covered is covered: launches drawn from anywhere in the region, in any direction,
// against `sightOf`, which looks at one point at a time on the ellipsoid.

import {
  createRandom,
  ecefFromGeodetic,
  type Geodetic,
  geodesicDestination,
  geodesicDistanceM,
  geodeticFromDegrees,
  type Random,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { ObjectClass, RadarSensor, Sensor, SensorState } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { coverageOf, seenProbability } from './coverage.ts';
import { type CoverageArea, split, wholeOf } from './coverage-parts.ts';
import { OBJECT_CLASSES } from './object-classes.ts';
import { sightOf } from './sight.ts';
import { INFRARED, LIFT_OFF } from './testing.ts';

const CLASSES = Object.keys(OBJECT_CLASSES) as ObjectClass[];

function working(sensors: readonly Sensor[]): SensorState[] {
  return sensors.map(({ id }) => ({
    sensor: id,
    state: 'working',
    since: LIFT_OFF,
    heardAt: LIFT_OFF,
  }));
}

function anyRadar(
  random: Random,
  near: { latitudeDeg: number; longitudeDeg: number },
): RadarSensor {
  const site = geodeticFromDegrees(
    Math.max(-89, Math.min(89, near.latitudeDeg + random.normal() * 3)),
    near.longitudeDeg + random.normal() * 3,
    random.uniform() * 2000,
  );
  const from = random.uniform() * 2 * Math.PI;
  const turn = 2 * Math.PI;
  return {
    kind: 'radar',
    id: `radar-${random.integer(1e6)}`,
    site,
    azimuthFromRad: from,
    azimuthToRad: random.chance(1, 2)
      ? from
      : (from + turn * (0.3 + 0.6 * random.uniform())) % turn,
    elevationMinRad: radiansFromDegrees(random.uniform() * 4 - 2),
    elevationMaxRad: radiansFromDegrees(random.chance(1, 2) ? 90 : 60 + 30 * random.uniform()),
    rangeMaxM: 5e5 + 3e6 * random.uniform(),
    revisitS: 1,
    noise: { rangeM: 1, azimuthRad: 1e-4, elevationRad: 1e-4 },
    bias: { rangeM: 1, azimuthRad: 1e-4, elevationRad: 1e-4 },
    detection: { probability: 0.9, rangeM: 2e6, sizeM2: 0.1, falseAlarm: 1e-6 },
  };
}

function anyArea(random: Random): CoverageArea & { latitudeDeg: number; longitudeDeg: number } {
  const latitudeDeg = random.uniform() * 170 - 85;
  const longitudeDeg = random.uniform() * 360 - 180;
  if (random.chance(1, 2)) {
    return { kind: 'circle', latitudeDeg, longitudeDeg, radiusKm: 1 + random.uniform() ** 3 * 300 };
  }
  const half = random.uniform() ** 2 * 2;
  const wrap = (deg: number): number => (deg > 180 ? deg - 360 : deg < -180 ? deg + 360 : deg);
  const box = {
    kind: 'box',
    southDeg: latitudeDeg - half,
    northDeg: latitudeDeg + half,
    westDeg: wrap(longitudeDeg - half),
    eastDeg: wrap(longitudeDeg + half),
  } as const;
  return { ...box, latitudeDeg, longitudeDeg };
}

/** Somewhere in the region, its border often. */
function drawIn(area: CoverageArea, random: Random): Geodetic {
  const share = random.chance(1, 3) ? 1 : random.uniform();
  if (area.kind === 'circle') {
    const centre = geodeticFromDegrees(area.latitudeDeg, area.longitudeDeg);
    return geodesicDestination(
      centre,
      random.uniform() * 2 * Math.PI,
      share * area.radiusKm * 1000,
    );
  }
  const wide = (area.eastDeg - area.westDeg + 360) % 360;
  const longitude =
    area.westDeg + wide * (random.chance(1, 3) ? random.integer(2) : random.uniform());
  const latitude = area.southDeg + (area.northDeg - area.southDeg) * share;
  return geodeticFromDegrees(latitude, longitude > 180 ? longitude - 360 : longitude);
}

describe('what is called covered', () => {
  test('is in view of one sensor for a whole stretch, for launches from anywhere in any direction', () => {
    let covered = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      const random = createRandom(`warning/coverage/${seed}`);
      const area = anyArea(random);
      const infrared: Sensor = {
        ...INFRARED,
        detection: { probability: 0.9, cloudTopM: 9000 },
      };
      const sensors: Sensor[] = [anyRadar(random, area), anyRadar(random, area)];
      if (random.chance(1, 4)) sensors.push(infrared);
      const objectClass = CLASSES[random.integer(3)] as ObjectClass;
      const { powered, flight } = OBJECT_CLASSES[objectClass];
      const coverage = coverageOf({ sensors, states: working(sensors), area, objectClass });
      if (!coverage.covered) continue;
      covered += 1;
      for (let k = 0; k < 12; k += 1) {
        const launch = drawIn(area, random);
        // One bearing and share for all stretches: what is drawn is one direction of flight.
        const views = Array.from({ length: 24 }, (_, i) => ({
          bearing: (i / 24) * 2 * Math.PI,
          share: i % 3 === 0 ? random.uniform() : 1,
          height: i % 2 === 0 ? 0 : random.uniform(),
        }));
        const seen = sensors.some((sensor) =>
          (sensor.kind === 'radar' ? flight : powered).some((stretch) =>
            views.every(({ bearing, share, height }) => {
              const foot = geodesicDestination(launch, bearing, share * stretch.withinM);
              const heightM = stretch.heightM + height * (stretch.heightMaxM - stretch.heightM);
              return sightOf(sensor, ecefFromGeodetic({ ...foot, heightM }), true) === 'in view';
            }),
          ),
        );
        expect(seen, `seed ${seed}, launch ${k}`).toBe(true);
      }
    }
    expect(covered).toBeGreaterThan(40);
  });

  test('parts hold the region: no point of it is lost in the splitting', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const random = createRandom(`warning/parts/${seed}`);
      const area = anyArea(random);
      let parts = [wholeOf(area)];
      for (let depth = 0; depth < 3; depth += 1) parts = parts.flatMap((part) => split(part, area));
      for (let k = 0; k < 20; k += 1) {
        const point = drawIn(area, random);
        const held = parts.some((part) => geodesicDistanceM(part.centre, point) <= part.radiusM);
        expect(held, `seed ${seed}, point ${k}`).toBe(true);
      }
    }
  });
});

describe('a chance of detection', () => {
  test('is that of three looks or more among as many as there are, by counting draws', () => {
    const random = createRandom('warning/looks');
    for (const [perLook, looks] of [
      [0.3, 10],
      [0.6, 4],
      [0.9, 3],
    ] as const) {
      let seen = 0;
      const draws = 20_000;
      for (let i = 0; i < draws; i += 1) {
        let hits = 0;
        for (let k = 0; k < looks; k += 1) if (random.uniform() < perLook) hits += 1;
        if (hits >= 3) seen += 1;
      }
      const stated = seenProbability(perLook, looks);
      const sigma = Math.sqrt((stated * (1 - stated)) / draws);
      expect(Math.abs(seen / draws - stated)).toBeLessThan(5 * sigma);
    }
  });

  test('never passes 0.99, and is none for fewer than three looks', () => {
    for (let i = 0; i <= 100; i += 1) {
      for (const looks of [0, 1, 2, 3, 30, 300]) {
        const stated = seenProbability(i / 100, looks);
        expect(stated).toBeGreaterThanOrEqual(0);
        expect(stated).toBeLessThanOrEqual(0.99);
        expect(stated > 0, `${i} % and ${looks} looks`).toBe(looks >= 3 && i > 0);
      }
    }
  });
});
