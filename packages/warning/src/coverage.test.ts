// SPDX-License-Identifier: Apache-2.0
import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type { Sensor, SensorReport, SensorState } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { coverageOf } from './coverage.ts';
import { circleAround } from './coverage-parts.ts';
import { OBJECT_CLASSES } from './object-classes.ts';
import { createSensorStates, stepSensorStates } from './sensor-states.ts';
import { LIFT_OFF, radarOf } from './testing.ts';

const at = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);
const RADAR = {
  ...radarOf({ latitudeDeg: 40.87, longitudeDeg: 47.81, from: 0, to: 0 }),
  elevationMinRad: 0,
  elevationMaxRad: Math.PI / 2,
  detection: { probability: 0.9, rangeM: 4e6, sizeM2: 1, falseAlarm: 1e-6 },
};
const works: SensorState = {
  sensor: 'gabala',
  state: 'working',
  since: at(0),
  heardAt: at(1000),
};
const near = circleAround(RADAR.site, 5000);

function cover(
  given: { sensor?: Sensor; state?: SensorState; area?: typeof near } = {},
): ReturnType<typeof coverageOf> {
  const { sensor = RADAR, state = works, area = near } = given;
  return coverageOf({ sensors: [sensor], states: [state], area, objectClass: 'medium-range' });
}

describe('not covered', () => {
  test.each(['down', 'not known'] as const)('by a sensor that is %s', (state) => {
    expect(cover({ state: { ...works, state } })).toEqual({
      covered: false,
      because: 'no sensor is known to work',
    });
  });

  test('by a sensor nobody has heard of, or whose detection is not declared', () => {
    expect(cover({ state: { ...works, sensor: 'other' } }).covered).toBe(false);
    const { detection: _, ...undeclared } = RADAR;
    expect(cover({ sensor: undeclared }).covered).toBe(false);
  });

  test('beyond the range, out of the sector, or where a look sees too rarely', () => {
    expect(cover({ sensor: { ...RADAR, rangeMaxM: 4e5 } }).covered).toBe(false);
    expect(cover({ sensor: { ...RADAR, azimuthFromRad: 1, azimuthToRad: 2 } }).covered).toBe(false);
    const weak = { ...RADAR.detection, rangeM: 1e5 };
    expect(cover({ sensor: { ...RADAR, detection: weak } }).covered).toBe(false);
    expect(cover().covered).toBe(true);
  });

  test('where one part of the region is hidden, though the rest is not', () => {
    const wide = { ...near, radiusKm: 900 } as typeof near;
    expect(cover({ area: wide })).toEqual({
      covered: false,
      because: 'part of the region is out of view',
    });
  });
});

describe('the period of launch', () => {
  test('ends a rise before the sensor last said that it works, and begins when it began to', () => {
    const coverage = cover();
    if (!coverage.covered || coverage.period === null) throw new RangeError('expected a period');
    const [first] = OBJECT_CLASSES['medium-range'].flight;
    expect(coverage.riseS).toBe((first?.fromS ?? 0) + (first?.forS ?? 0));
    expect(coverage.period).toEqual({ from: at(0), until: at(1000 - coverage.riseS) });
  });

  test('is none while the sensor has worked for less than the rise', () => {
    const coverage = cover({ state: { ...works, heardAt: at(150) } });
    expect(coverage).toMatchObject({ covered: true, period: null });
  });
});

test.each([
  [700, 38.6],
  [800, 50.6],
])('the least height %d km away is that of the optical horizon, %d km', (km, heightKm) => {
  const [stretch] = OBJECT_CLASSES['medium-range'].flight;
  const sensor = { ...RADAR, site: { ...RADAR.site, heightM: 0 } };
  const area = circleAround(sensor.site, km * 1000 - (stretch?.withinM ?? 0));
  const coverage = coverageOf(
    { sensors: [sensor], states: [works], area, objectClass: 'medium-range' },
    1,
  );
  if (!coverage.covered) throw new RangeError('expected coverage');
  expect(coverage.leastHeightM).toBeGreaterThanOrEqual(heightKm * 1000);
  expect(coverage.leastHeightM).toBeLessThan(heightKm * 1000 * 1.02);
});

describe('what a sensor says of itself', () => {
  const said = (seconds: number, state: 'working' | 'down' = 'working'): SensorReport => ({
    kind: 'state',
    id: 0,
    sensor: 'gabala',
    time: at(seconds),
    arrival: at(seconds),
    state,
  });
  const none = createSensorStates([RADAR]);

  test('counts while it is said at least every half minute, from when it was first said', () => {
    let states = none;
    for (const s of [0, 20, 50, 80]) states = stepSensorStates(states, [said(s)], at(s));
    expect(states[0]).toEqual({
      sensor: 'gabala',
      state: 'working',
      since: at(0),
      heardAt: at(80),
    });
    expect(stepSensorStates(states, [], at(100))).toBe(states);
    const silent = stepSensorStates(states, [], at(111));
    expect(silent[0]).toEqual({
      sensor: 'gabala',
      state: 'not known',
      since: at(80),
      heardAt: at(80),
    });
    const again = stepSensorStates(silent, [said(120)], at(120))[0];
    expect(secondsBetween(LIFT_OFF, again?.since ?? at(0))).toBe(120);
  });

  test('a gap within one turn begins the run anew', () => {
    const states = stepSensorStates(none, [said(0), said(40)], at(40));
    expect(states[0]).toMatchObject({ state: 'working', since: at(40) });
  });

  test('a fault stands until it is taken back, and nothing of the future or the past is taken', () => {
    const down = stepSensorStates(none, [said(0, 'down')], at(0));
    expect(stepSensorStates(down, [], at(9000))[0]).toMatchObject({ state: 'down', since: at(0) });
    expect(stepSensorStates(down, [said(50)], at(10))).toBe(down);
    const up = stepSensorStates(down, [said(20)], at(20));
    expect(stepSensorStates(up, [said(5, 'down')], at(21))).toBe(up);
  });
});
