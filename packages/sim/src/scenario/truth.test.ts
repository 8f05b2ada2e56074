// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  cross,
  degreesFromRadians,
  type Geodetic,
  geodesicInverse,
  geodeticFromDegrees,
  geodeticFromEcef,
  norm,
  secondsBetween,
} from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { Ascent } from './ascent.ts';
import { blackSea } from './fixture.ts';
import { type DayOfAir, inertialFromEarthFixed } from './motion.ts';
import type { GuidedLaunch } from './schema.ts';
import { sideSensors } from './sensors.ts';
import { radarView } from './sight.ts';
import { ascendBy, buildTruth, type Truth, type TruthObject, truthOfAscent } from './truth.ts';

const scenario = blackSea();
const truth = buildTruth(scenario, 1);
const payload = truth.objects.find((o) => o.kind === 'payload') as TruthObject;

function stateAt(timeS: number): Float64Array {
  return payload.stateAt(addSeconds(truth.liftoff, timeS)) as Float64Array;
}

function heightKm(state: Float64Array): number {
  return (
    geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]).heightM / 1e3
  );
}

function speedMps(state: Float64Array): number {
  return Math.sqrt(state.subarray(3).reduce((sum, v) => sum + v * v, 0));
}

describe('the default flight is the one the figures were computed for', () => {
  test('burn-out at 175 s is at 155 km and 5.08 km/s', () => {
    expect(heightKm(stateAt(175))).toBeCloseTo(155, 0);
    expect(Math.abs(speedMps(stateAt(175)) - 5080)).toBeLessThan(5);
    expect(secondsBetween(truth.liftoff, payload.burns.at(-1)?.to ?? truth.start)).toBe(175);
  });

  test('apogee is 707 km, range 3,673 km along 321.5 degrees, flight time 1,085 s', () => {
    const heights = Array.from({ length: 1085 }, (_, t) => heightKm(stateAt(t)));
    expect(Math.abs(Math.max(...heights) - 707)).toBeLessThan(1);
    const impact = truth.impact as NonNullable<Truth['impact']>;
    const site = truth.launches[0]?.site ?? impact.point;
    const line = geodesicInverse(site, impact.point);
    expect(Math.abs(line.distanceM / 1e3 - 3673)).toBeLessThan(1);
    expect(degreesFromRadians(line.azimuthRad) + 360).toBeCloseTo(321.5, 2);
    expect(Math.abs(secondsBetween(truth.liftoff, impact.time) - 1085)).toBeLessThan(3);
  });

  // From an independent computation of the same flight (domain notes 6.5 and issue 2).
  test.each([
    ['kurecik', 610, 917],
    ['gabala', 293, 801],
    ['armavir', 385, 1065],
  ])('%s sees the payload from %d to %d s, within 15 s', (id, from, to) => {
    const seen = secondsInView(id);
    expect(Math.abs((seen[0] as number) - from)).toBeLessThanOrEqual(15);
    expect(Math.abs((seen.at(-1) as number) - to)).toBeLessThanOrEqual(15);
  });

  test('fylingdales never sees it', () => {
    expect(secondsInView('fylingdales')).toEqual([]);
  });

  /** Whole seconds from lift-off at which the payload is inside a radar's limits. */
  function secondsInView(id: string): number[] {
    const sensors = ['west', 'east'].flatMap((side) => sideSensors(scenario, side));
    const radar = sensors.find((sensor) => sensor.id === id);
    if (radar?.kind !== 'radar') throw new TypeError(`${id} is not a radar`);
    return Array.from({ length: 1086 }, (_, t) => t).filter((t) => {
      const [x, y, z] = stateAt(t) as unknown as [number, number, number];
      return radarView(radar, [x, y, z]) !== null;
    });
  }
});

test('Kepler, with none of our integration, agrees on the apogee and the time over it', () => {
  // Point mass from the burn-out state (domain notes 6.1): the harmonics move the apogee by a few
  // kilometres and the flight by a few seconds; a wrong frame would move them by a hundred.
  const mu = 3.986004418e14;
  const [x, y, z, vx, vy, vz] = inertialFromEarthFixed(stateAt(175), 175) as unknown as number[];
  const r = Math.hypot(x as number, y as number, z as number);
  const v2 = (vx as number) ** 2 + (vy as number) ** 2 + (vz as number) ** 2;
  const radial =
    ((x as number) * (vx as number) +
      (y as number) * (vy as number) +
      (z as number) * (vz as number)) /
    r;
  const a = 1 / (2 / r - v2 / mu);
  const h2 = r * r * (v2 - radial * radial);
  const e = Math.sqrt(1 - h2 / (mu * a));
  const heights = Array.from({ length: 1085 }, (_, t) => heightKm(stateAt(t)));
  const top = heights.indexOf(Math.max(...heights));
  const [tx, ty, tz] = stateAt(top) as unknown as number[];
  const topRadius = Math.hypot(tx as number, ty as number, tz as number);
  expect(Math.abs(a * (1 + e) - topRadius)).toBeLessThan(8e3);
  // Time from burn-out to the same radius on the way down, by Kepler's equation.
  const anomaly = Math.acos((1 - r / a) / e);
  const sinceApogee = Math.PI - anomaly + e * Math.sin(anomaly);
  const keplerS = 175 + 2 * sinceApogee * Math.sqrt(a ** 3 / mu);
  const down = Array.from({ length: 400 }, (_, i) => 1085 - i).find((t) => {
    const [px, py, pz] = stateAt(t) as unknown as number[];
    return Math.hypot(px as number, py as number, pz as number) > r;
  });
  expect(Math.abs((down as number) - keplerS)).toBeLessThan(6);
});

test('other flights are found too when the range is left open, in any direction', () => {
  const [launch] = scenario.launches;
  if (launch?.kind !== 'guided') throw new TypeError('expected a guided launch');
  const eastward = {
    ...launch,
    azimuthDeg: 58.9,
    targets: { burnoutAltitudeKm: 120, burnoutSpeedKmps: 4, apogeeKm: 400, rangeKm: null },
  };
  const there = buildTruth({ ...scenario, launches: [eastward] }, 1);
  const line = geodesicInverse(
    there.launches[0]?.site as Geodetic,
    (there.impact as NonNullable<Truth['impact']>).point,
  );
  expect(degreesFromRadians(line.azimuthRad)).toBeCloseTo(58.9, 2);
  expect(line.distanceM).toBeGreaterThan(2e6);
});

test('targets that no ascent can meet are refused with the launch they belong to', () => {
  const [launch] = scenario.launches;
  if (launch?.kind !== 'guided') throw new TypeError('expected a guided launch');
  const mad = { ...launch, targets: { ...launch.targets, rangeKm: 400 } };
  expect(() => buildTruth({ ...scenario, launches: [mad] }, 1)).toThrow(
    expect.objectContaining({ name: 'SimError', code: 'no-solution', path: '/launches/0' }),
  );
});

test('every object of the launch leaves the stack where it stood, and comes down', () => {
  for (const object of truth.objects.filter((o) => o.kind === 'stage' || o.kind === 'debris')) {
    const stack = payload.stateAt(object.from) as Float64Array;
    const body = object.stateAt(object.from) as Float64Array;
    for (let i = 0; i < 3; i += 1) {
      expect(Math.abs((stack[i] as number) - (body[i] as number))).toBeLessThan(1e-3);
    }
    const push = Math.hypot(...[3, 4, 5].map((i) => (stack[i] as number) - (body[i] as number)));
    expect(push).toBeGreaterThan(0.5);
    expect(push).toBeLessThan(50);
    expect(heightKm(object.stateAt(object.to) as Float64Array)).toBeCloseTo(0, 2);
  }
  const first = truth.objects.find((o) => o.id === 'launch-1-stage-1') as TruthObject;
  expect(secondsBetween(truth.liftoff, first.to)).toBeLessThan(600);
});

test('a satellite stays on its orbit: height, inclination, and where it was put', () => {
  const station = truth.objects.find((o) => o.id === 'station') as TruthObject;
  const there = station.stateAt(addSeconds(truth.start, 700)) as Float64Array;
  const point = geodeticFromEcef([there[0] as number, there[1] as number, there[2] as number]);
  expect(degreesFromRadians(point.latitudeRad)).toBeCloseTo(38.2, 0);
  expect(degreesFromRadians(point.longitudeRad)).toBeCloseTo(50, 0);
  for (let t = 0; t <= 1200; t += 60) {
    const state = station.stateAt(addSeconds(truth.start, t)) as Float64Array;
    const [x, y, z, vx, vy, vz] = inertialFromEarthFixed(state, t) as unknown as number[];
    const spin = (x as number) * (vy as number) - (y as number) * (vx as number);
    const r = [x, y, z] as [number, number, number];
    const v = [vx, vy, vz] as [number, number, number];
    const inclination = Math.acos(spin / norm(cross(r, v)));
    expect(degreesFromRadians(inclination)).toBeCloseTo(51.6, 1);
    expect(Math.abs(norm(r) - 6780e3)).toBeLessThan(15e3);
  }
});

test('an aircraft flies its heading at its height and speed', () => {
  const aircraft = {
    id: 'airliner',
    title: 'An airliner',
    sizeM2: 10,
    site: { latitudeDeg: 40, longitudeDeg: 40, heightM: 11_000 },
    headingDeg: 90,
    speedMps: 250,
  };
  const sky = buildTruth({ ...scenario, aircraft: [aircraft] }, 1);
  const plane = sky.objects.find((o) => o.kind === 'aircraft') as TruthObject;
  const state = plane.stateAt(addSeconds(sky.start, 1000)) as Float64Array;
  const here = geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]);
  const line = geodesicInverse(geodeticFromDegrees(40, 40), here);
  expect(Math.abs(line.distanceM - 250e3)).toBeLessThan(1);
  expect(degreesFromRadians(line.azimuthRad)).toBeCloseTo(90, 6);
  expect(Math.abs(here.heightM - 11_000)).toBeLessThan(1);
  expect(Math.abs(speedMps(state) - 250)).toBeLessThan(1);
});

describe('a flight by given controls', () => {
  const launch = scenario.launches[0] as GuidedLaunch;
  // What the search finds for the default flight, to a few digits.
  const controls = { first: 15.3, second: 37.5, kickRad: 0.075, pitchRad: 0, headingRad: 5.63 };
  const ascent: Ascent = ascendBy(launch, controls);
  const setting = { start: truth.start, seed: 1, partsForS: 60 };
  const fall = (air: DayOfAir): Truth => truthOfAscent(launch, ascent, { ...setting, air });
  const calm = fall({ density: 1, windMps: [0, 0] });
  const impactOf = (one: Truth): Geodetic => (one.impact as NonNullable<Truth['impact']>).point;

  test('burns as the document says, goes to the ground, and its stages are followed for a time', () => {
    expect(ascent.burnoutS).toBe(175);
    expect(ascent.knots.at(-1)?.timeS).toBe(175);
    expect(
      geodesicInverse(calm.launches[0]?.site as Geodetic, impactOf(calm)).distanceM,
    ).toBeGreaterThan(1e6);
    for (const stage of calm.objects.filter(({ kind }) => kind === 'stage')) {
      expect(secondsBetween(calm.liftoff, stage.to)).toBe(235);
    }
  });

  test('a west wind carries the payload east, and dense air holds it back, both by less than a few km', () => {
    const windy = geodesicInverse(impactOf(calm), impactOf(fall({ density: 1, windMps: [40, 0] })));
    expect(windy.distanceM * Math.sin(windy.azimuthRad)).toBeGreaterThan(5);
    expect(windy.distanceM).toBeLessThan(2000);
    const site = calm.launches[0]?.site as Geodetic;
    const rangeM = (one: Truth): number => geodesicInverse(site, impactOf(one)).distanceM;
    const shorterM = rangeM(calm) - rangeM(fall({ density: 1.2, windMps: [0, 0] }));
    expect(shorterM).toBeGreaterThan(50);
    expect(shorterM).toBeLessThan(5000);
  });
});
