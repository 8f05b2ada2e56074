// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import {
  addSeconds,
  ecefFromEnu,
  ecefFromGeodetic,
  geodesicDistanceM,
  geodeticFromEcef,
  secondsBetween,
} from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { flyToGround } from './ascent.ts';
import { createPath } from './ephemeris.ts';
import { SimError } from './errors.ts';
import { readyMade } from './fixture.ts';
import { loadFlight, recordedPath, withFlight } from './flight.ts';
import { parseScenario } from './parse.ts';
import { samplePlots } from './plots.ts';
import { buildTruth, type TruthObject } from './truth.ts';

const folder = new URL('../../../../../shared/data/falcon9/', import.meta.url);
const absent = existsSync(folder) ? false : 'the recordings in ../shared/data are not here';

function load(name: string): Record<string, number[]> {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, number[]>;
}

function fly(name: string) {
  const scenario = withFlight(parseScenario(readyMade('falcon-flight')), loadFlight(load(name)));
  const truth = buildTruth(scenario, 1);
  return { scenario, truth, booster: truth.objects[0] as TruthObject };
}

function refusal(work: () => unknown): SimError {
  try {
    work();
  } catch (error) {
    if (error instanceof SimError) return error;
    throw error;
  }
  throw new TypeError('nothing was refused');
}

const rows = Array.from({ length: 30 }, (_, i) => i);
const valid = { time: rows, velocity: rows.map((t) => 30 * t), altitude: rows.map((t) => t / 5) };

describe('a flight file with one thing wrong is refused by column and row', () => {
  test.each([
    ['a missing column', { time: valid.time, velocity: valid.velocity }, '/altitude'],
    ['text in a cell', { ...valid, velocity: valid.velocity.with(3, 'x' as never) }, '/velocity/3'],
    ['a short column', { ...valid, altitude: valid.altitude.slice(1) }, '/altitude'],
    ['time that stands still', { ...valid, time: valid.time.with(7, 6) }, '/time/7'],
    ['altitude in metres', { ...valid, altitude: valid.altitude.with(9, 9000) }, '/altitude/9'],
    ['no columns at all', null, '/time'],
  ])('%s', (_, value, path) => {
    const error = refusal(() => loadFlight(value));
    expect([error.code, error.path]).toEqual(['bad-flight', path]);
  });
});

test('a scenario that waits for a flight says so, and one that has no place for it too', () => {
  const waiting = parseScenario(readyMade('falcon-flight'));
  expect(refusal(() => buildTruth(waiting, 1))).toMatchObject({
    code: 'flight-mismatch',
    path: '/launches/0/flight',
  });
  const full = parseScenario(readyMade('black-sea'));
  expect(refusal(() => withFlight(full, loadFlight(valid))).code).toBe('flight-mismatch');
});

test('a made-up flight of known shape is found again through coarse steps and a gap', () => {
  // 20 m/s^2 from rest along a line 45 degrees up; altitude floored to 0.1 km, five seconds lost.
  const time = Array.from({ length: 1800 }, (_, i) => i / 30).filter((t) => t < 30 || t > 35);
  const flight = loadFlight({
    time,
    velocity: time.map((t) => 20 * t),
    altitude: time.map((t) => Math.floor((10 * t * t * Math.SQRT1_2) / 100) / 10),
  });
  const { path, burns } = recordedPath(flight, {
    pad: { latitudeRad: 0.5, longitudeRad: 0, heightM: 0 },
    azimuthRad: 1,
    untilS: 60,
  });
  const site = { latitudeRad: 0.5, longitudeRad: 0, heightM: 0 };
  for (const t of [15, 25, 33, 45, 55]) {
    const state = path.at(t) as Float64Array;
    const here = geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]);
    const along = 10 * t * t * Math.SQRT1_2;
    // Flooring lowers the mean by half a step.
    expect(Math.abs(here.heightM + 50 - along), `height at ${t} s`).toBeLessThan(60);
    expect(Math.abs(geodesicDistanceM(site, here) - along) / along, `${t} s`).toBeLessThan(0.03);
  }
  expect(burns).toHaveLength(1);
});

// Held to its plane, it would be pushed aside all the while, by up to 0.1 m/s^2, and radar finds that it burns.
test('what flies free is left behind by the turning Earth, as a fall is', () => {
  const pad = { latitudeRad: 0.5, longitudeRad: 0, heightM: 0 };
  const azimuthRad = Math.PI / 4;
  const start = { ...pad, heightM: 90e3 };
  const velocity = ecefFromEnu(start, [
    500 * Math.sin(azimuthRad),
    500 * Math.cos(azimuthRad),
    1000,
  ]);
  const fall = [{ timeS: 0, state: Float64Array.of(...ecefFromGeodetic(start), ...velocity) }];
  flyToGround(fall, Number.POSITIVE_INFINITY, 200);
  const truth = createPath(fall);
  const time = Array.from({ length: 201 }, (_, i) => i);
  const states = time.map((t) => truth.at(t) as Float64Array);
  const flight = loadFlight({
    time,
    velocity: states.map((state) => Math.hypot(...state.subarray(3))),
    altitude: states.map(([x = 0, y = 0, z = 0]) => geodeticFromEcef([x, y, z]).heightM / 1000),
  });
  const { path, burns } = recordedPath(flight, { pad, azimuthRad, untilS: 200 });
  const [here, there] = [path.at(150), truth.at(150)] as [Float64Array, Float64Array];
  expect(burns).toEqual([]);
  expect(Math.hypot(...[0, 1, 2].map((i) => Number(here[i]) - Number(there[i])))).toBeLessThan(60);
});

describe.skipIf(absent !== false)(
  `recorded flights${absent ? ` (skipped: ${absent})` : ''}`,
  () => {
    test('the NROL-76 booster, integrated out and back, lands within 5 km of its pad', () => {
      // It truly landed 14.7 km south of it (28.486 N 80.544 W), across the plane, which no column
      // measured; along the plane the two legs must cancel, which they do only if the sign turns.
      const { truth, booster } = fly('NROL-76/stage1_raw.json');
      const site = truth.launches[0]?.site ?? { latitudeRad: 0, longitudeRad: 0, heightM: 0 };
      expect(truth.impact).not.toBeNull();
      expect(geodesicDistanceM(site, truth.impact?.point ?? site)).toBeLessThan(5000);
      const far = booster.stateAt(addSeconds(truth.liftoff, 190)) as Float64Array;
      const out = geodeticFromEcef([far[0] as number, far[1] as number, far[2] as number]);
      expect(geodesicDistanceM(site, out)).toBeGreaterThan(60e3);
    });

    test('it burns to main engine cut-off, back, and into the air, as its event list says', () => {
      const { truth, booster } = fly('NROL-76/stage1_raw.json');
      const events = load('NROL-76/events.json') as unknown as Record<string, number>;
      const burns = booster.burns.map((b) => [
        secondsBetween(truth.liftoff, b.from),
        secondsBetween(truth.liftoff, b.to),
      ]);
      expect(Math.abs((burns[0]?.[1] as number) - (events['meco'] as number))).toBeLessThan(5);
      expect(
        Math.abs((burns[1]?.[0] as number) - (events['boostback_start'] as number)),
      ).toBeLessThan(5);
      expect(
        Math.abs((burns.at(-1)?.[0] as number) - (events['entry_start'] as number)),
      ).toBeLessThan(5);
    });

    test('CRS-11 stays within 2 km of an independent analysis of the same columns', () => {
      const analysed = load('SpaceX_CRS-11/analysed.json');
      const { truth, booster } = fly('SpaceX_CRS-11/analysed.json');
      const site = truth.launches[0]?.site ?? { latitudeRad: 0, longitudeRad: 0, heightM: 0 };
      for (let t = 20; t < 460; t += 20) {
        const state = booster.stateAt(addSeconds(truth.liftoff, t)) as Float64Array;
        const here = geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]);
        const downrangeKm = geodesicDistanceM(site, here) / 1e3;
        expect(Math.abs(here.heightM / 1e3 - (analysed['altitude']?.[t] as number))).toBeLessThan(
          0.5,
        );
        expect(
          Math.abs(downrangeKm - Math.abs(analysed['downrange_distance']?.[t] as number)),
          `downrange at ${t} s`,
        ).toBeLessThan(2);
      }
    });

    test('DM-1, which ends near orbital speed, is coasted on and hits nothing', () => {
      const { truth, booster } = fly('DM-1/stage2_raw.json');
      expect(truth.impact).toBeNull();
      expect(booster.to).toBeGreaterThanOrEqual(truth.end);
    });

    test('both sides get plots of it', () => {
      const { scenario, truth } = fly('NROL-76/stage1_raw.json');
      const plots = samplePlots(scenario, truth, 1);
      expect(plots.west.filter((p) => p.kind === 'infrared').length).toBeGreaterThan(10);
      expect(plots.east.length).toBeGreaterThan(300);
    });
  },
);
