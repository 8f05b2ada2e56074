// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  degreesFromRadians,
  geodesicInverse,
  geodeticFromEcef,
  secondsBetween,
} from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { blackSea } from './fixture.ts';
import { sideSensors } from './sensors.ts';
import { radarView } from './sight.ts';
import { buildTruth, type Truth, type TruthObject } from './truth.ts';

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
    ['fylingdales', null],
    ['kurecik', [610, 917]],
    ['gabala', [293, 801]],
    ['armavir', [385, 1065]],
  ] as const)('%s sees the payload in %j, within 15 s', (id, interval) => {
    const sensors = ['west', 'east'].flatMap((side) => sideSensors(scenario, side));
    const radar = sensors.find((sensor) => sensor.id === id);
    if (radar?.kind !== 'radar') throw new TypeError(`${id} is not a radar`);
    const seen: number[] = [];
    for (let t = 0; t <= 1085; t += 1) {
      const [x, y, z] = stateAt(t) as unknown as [number, number, number];
      if (radarView(radar, [x, y, z]) !== null) seen.push(t);
    }
    if (interval === null) {
      expect(seen).toEqual([]);
      return;
    }
    expect(Math.abs((seen[0] as number) - interval[0])).toBeLessThanOrEqual(15);
    expect(Math.abs((seen.at(-1) as number) - interval[1])).toBeLessThanOrEqual(15);
  });
});
