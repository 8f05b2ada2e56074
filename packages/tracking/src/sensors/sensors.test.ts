// SPDX-License-Identifier: Apache-2.0
// What sensors measure, against differences of eighth order and against the look angles of `earth`.

import {
  createRandom,
  ecefFromEnu,
  ecefFromGeodetic,
  ecefFromLookAngles,
  type Geodetic,
  geodeticFromDegrees,
  lookAngles,
  type Random,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import { discrepancies } from '../differences.fixture.ts';
import { updateExtended } from '../filters/extended.ts';
import { updateUnscented } from '../filters/unscented.ts';
import { minus } from '../gaussian.ts';
import { sightAngles } from '../launch/sight.ts';
import { infraredModel } from './infrared-model.ts';
import { type BiasedMeasurementModel, independent, wrapped } from './measurement-model.ts';
import { positionReport } from './position-report.ts';
import { radarModel } from './radar-model.ts';

const NOISE = { rangeM: 30, azimuthRad: 1e-3, elevationRad: 1e-3 };

/** Sites at the poles, on the date line and anywhere. */
function siteOf(random: Random): Geodetic {
  const latitudeRad = [Math.PI / 2 - 1e-6, -Math.PI / 2, 3 * (random.uniform() - 0.5)];
  const longitudeRad = [Math.PI - 1e-9, -Math.PI, 6 * (random.uniform() - 0.5)];
  return {
    latitudeRad: latitudeRad[random.integer(3)] as number,
    longitudeRad: longitudeRad[random.integer(3)] as number,
    heightM: 2_000 * random.uniform(),
  };
}

/** A flying target a radar sees: at the horizon, near the zenith, due south, anywhere. */
function seenFrom(site: Geodetic, random: Random): number[] {
  const azimuthRad = [Math.PI, Math.PI + 1e-9, 0, 2 * Math.PI * random.uniform()];
  const elevationRad = [1e-4 * random.normal(), 1.5, 1.4 * random.uniform()];
  const position = ecefFromLookAngles(site, {
    rangeM: 10 ** (4 + 2.5 * random.uniform()),
    azimuthRad: azimuthRad[random.integer(4)] as number,
    elevationRad: elevationRad[random.integer(3)] as number,
  });
  return [...position, ...[0, 0, 0].map(() => 4_000 * random.normal())];
}

function expectAnalytic(model: BiasedMeasurementModel, state: readonly number[], h: number): void {
  const { byState } = model.predict(state);
  const wrong = discrepancies((s) => model.predict(s).value, state, byState, {
    steps: [h, h, h, 100, 100, 100, 1].slice(0, state.length),
    difference: model.difference,
  });
  expect(wrong, `state ${state.join(' ')}`).toEqual([]);
}

test('radar: the derivatives are those of the look, with and without air and Doppler', () => {
  const random = createRandom('sensors/radar');
  for (let run = 0; run < 200; run += 1) {
    const site = siteOf(random);
    const refracted = run % 2 === 0;
    const noise = run % 3 === 0 ? NOISE : { ...NOISE, rangeRateMps: 1 };
    const model = radarModel({ site, noise, refracted });
    const state = [...seenFrom(site, random), ...(run % 5 === 0 ? [-7] : [])];
    const ground = Math.cos(model.predict(state).value[2] as number);
    const rangeM = model.predict(state).value[0] as number;
    expectAnalytic(model, state, Math.min(300, 2e-3 * rangeM * ground));
  }
});

test('radar: without air the look is that of straight lines', () => {
  const random = createRandom('sensors/look');
  for (let run = 0; run < 100; run += 1) {
    const site = siteOf(random);
    const model = radarModel({ site, noise: NOISE, refracted: false });
    const state = seenFrom(site, random);
    const { value } = model.predict(state);
    const look = lookAngles(site, [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0]);
    const expected = [look.rangeM, look.azimuthRad, look.elevationRad];
    for (const difference of model.difference(value, expected)) {
      expect(Math.abs(difference)).toBeLessThan(1e-8);
    }
  }
});

test('radar: range rate is how fast the range changes that it measures, bent or not', () => {
  const random = createRandom('sensors/rate');
  for (let run = 0; run < 100; run += 1) {
    const site = siteOf(random);
    const noise = { ...NOISE, rangeRateMps: 1 };
    const model = radarModel({ site, noise, refracted: run % 2 === 0 });
    const state = seenFrom(site, random);
    const { value } = model.predict(state);
    const rangeAfter = (seconds: number): number =>
      model.predict(state.map((v, i) => (i < 3 ? v + seconds * (state[i + 3] as number) : v)))
        .value[0] as number;
    const seconds = Math.min(0.02, 1e-7 * (value[0] as number));
    const rate =
      (8 * (rangeAfter(seconds) - rangeAfter(-seconds)) -
        (rangeAfter(2 * seconds) - rangeAfter(-2 * seconds))) /
      (12 * seconds);
    expect(Math.abs(rate - (value[3] as number)), `run ${run}`).toBeLessThan(1e-4);
  }
});

test('infrared: the derivatives are those of the two angles, from any orbit', () => {
  const random = createRandom('sensors/infrared');
  for (let run = 0; run < 100; run += 1) {
    const place = {
      latitudeRad: 2.8 * (random.uniform() - 0.5),
      longitudeRad: [Math.PI, -Math.PI, 6 * random.uniform()][random.integer(3)] as number,
      heightM: 10 ** (5.9 + 1.7 * random.uniform()),
    };
    const model = infraredModel({ position: ecefFromGeodetic(place), noiseRad: 1e-5 });
    const below = { ...place, latitudeRad: place.latitudeRad + 0.15 * random.normal() };
    const target = ecefFromGeodetic({ ...below, heightM: 1e5 * random.uniform() });
    expectAnalytic(model, [...target, 100, 200, 300], 2e3);
  }
});

test('infrared: from a geostationary orbit the angles are those of the picture', () => {
  const site = geodeticFromDegrees(0, 20, 35_786_000);
  const model = infraredModel({ position: ecefFromGeodetic(site), noiseRad: 1e-5 });
  const sensor = {
    kind: 'infrared',
    id: 'eye',
    site,
    revisitS: 1,
    noiseRad: 0,
    biasRad: 0,
  } as const;
  for (const [lat, lon] of [
    [45, 30],
    [-20, -25],
    [3, 80],
  ] as const) {
    const target = ecefFromGeodetic(geodeticFromDegrees(lat, lon, 30_000));
    const { value } = model.predict(target);
    const [east, north] = sightAngles(sensor, target);
    expect(value[0]).toBeCloseTo(east, 12);
    expect(value[1]).toBeCloseTo(north, 12);
  }
});

test('biases: what D says is what a sensor that is off would measure', () => {
  const site = geodeticFromDegrees(40, 179.99, 300);
  const random = createRandom('sensors/bias');
  const state = seenFrom(site, random);
  const radar = radarModel({ site, noise: { ...NOISE, rangeRateMps: 1 }, refracted: true });
  const up = ecefFromGeodetic(geodeticFromDegrees(10, 30, 3.6e7));
  const eye = infraredModel({ position: up, noiseRad: 1e-5 });
  const target = [...ecefFromGeodetic(geodeticFromDegrees(35, 45, 5e4)), 3000, -2000, 1500];
  const moved = (s: readonly number[], t: number): number[] =>
    s.map((v, i) => (i < 3 ? v + t * (s[i + 3] as number) : v));
  for (const [model, at] of [
    [radar, state],
    [eye, target],
  ] as const) {
    const columns = model.biases.length;
    const d = model.byBias(at);
    const late = model.difference(
      model.predict(moved(at, 1e-3)).value,
      model.predict(moved(at, -1e-3)).value,
    );
    for (let k = 0; k < model.size; k += 1) {
      const column = d[k * columns + columns - 1] as number;
      expect(Math.abs((late[k] as number) / 2e-3 / column - 1)).toBeLessThan(1e-5);
    }
  }
  // The first three are what is added to range, azimuth and elevation; the rate has none.
  const added = Array.from(radar.byBias(state)).filter((_, at) => at % 4 < 3);
  expect(added).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  // Roll: the sensor's own axes turned about nadir by hand.
  const roll = 1e-6;
  const { value } = eye.predict(target);
  const [e, n] = value as unknown as [number, number];
  const line = [Math.sin(e) * Math.cos(n), Math.sin(n), Math.cos(e) * Math.cos(n)] as const;
  const turned = [line[0] - roll * line[1], line[1] + roll * line[0], line[2]] as const;
  const d = eye.byBias(target);
  expect((Math.atan2(turned[0], turned[2]) - e) / roll).toBeCloseTo(d[2] as number, 5);
  expect((Math.asin(turned[1]) - n) / roll).toBeCloseTo(d[6] as number, 5);
  expect(eye.byBias(target.slice(0, 3))[3]).toBe(0);
});

test('differences of angles take the short way round', () => {
  const site = geodeticFromDegrees(40, 20, 0);
  const model = radarModel({ site, noise: NOISE, refracted: false });
  const turn = model.difference([0, 3.1, 0], [0, -3.1, 0])[1] as number;
  expect(turn).toBeCloseTo(6.2 - 2 * Math.PI, 12);
  const whole = model.difference([0, 2 * Math.PI - 0.1, 0], [0, 0.1, 0])[1] as number;
  expect(whole).toBeCloseTo(-0.2, 12);
  expect(Math.abs(wrapped(7 * Math.PI))).toBeCloseTo(Math.PI, 12);
});

test('a belief that straddles due south is seen in the south, by points as by slopes', () => {
  const site = geodeticFromDegrees(40, 20, 0);
  const model = radarModel({ site, noise: NOISE, refracted: false });
  const centre = ecefFromLookAngles(site, { rangeM: 4e5, azimuthRad: Math.PI, elevationRad: 0.4 });
  const belief = { mean: centre, covariance: independent([4_000, 4_000, 4_000]) };
  // The very angle is reported as π by one radar and as -π by another.
  for (const azimuthRad of [Math.PI - 1e-3, -Math.PI - 1e-3, Math.PI + 1e-3, -Math.PI + 1e-3]) {
    const measured = [4e5, azimuthRad, 0.4];
    const points = updateUnscented(model, belief, measured);
    const slopes = updateExtended(model, belief, measured);
    expect(points.innovation.distance).toBeLessThan(1);
    minus(points.belief.mean, slopes.belief.mean).forEach((difference) => {
      expect(Math.abs(difference)).toBeLessThan(40);
    });
    expect(Math.abs(points.innovation.value[1] as number)).toBeLessThan(1.1e-3);
  }
});

test('a position report is the position', () => {
  const model = positionReport(2, [4, 0, 0, 9]);
  const { value, byState } = model.predict([5, 6, 7, 8, 9]);
  expect([...value]).toEqual([5, 6]);
  expect([...byState]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  expect([...model.difference([6, 8], value)]).toEqual([1, 2]);
});

test('a horizontal frame is one: east of a pole site is still across the meridian', () => {
  const site = { latitudeRad: Math.PI / 2, longitudeRad: 0, heightM: 0 };
  const model = radarModel({ site, noise: NOISE, refracted: false });
  const origin = ecefFromGeodetic(site);
  const step = ecefFromEnu(site, [1e4, 0, 1e4]);
  const { value } = model.predict(origin.map((v, i) => v + (step[i] as number)));
  expect(value[1]).toBeCloseTo(Math.PI / 2, 9);
  expect(value[2]).toBeCloseTo(Math.PI / 4, 9);
});
