// SPDX-License-Identifier: Apache-2.0
// The class by burn-out energy: laws, published flights, draws, and that it is one number from
// burn-out to the end of free flight, whatever the heading.

import {
  cholesky,
  ecefFromEnu,
  ecefFromGeodetic,
  geodesicDestination,
  geodeticFromDegrees,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, RangeClass } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { followFall } from './descent.ts';
import { reachOf, throwSpeedMps } from './energy.ts';
import { THROW_SPEED_SPREAD } from './limits.ts';
import { rangeClass, rangeOfSpeedM } from './notifications/arc.ts';
import { PUBLISHED } from './notifications/fixture.ts';
import { throwBetween } from './notifications/turning-earth.ts';
import { burnOutState, drawState, estimateOf, LIFT_OFF, randomOf } from './testing.ts';

const CLASSES: readonly RangeClass[] = ['SRBM', 'MRBM', 'IRBM', 'ICBM'];

function estimated(state: readonly number[], velocityMps = 5): Estimate {
  return estimateOf(state, { time: LIFT_OFF, positionM: 500, velocityMps });
}

/** A throw from sea level; degrees and m/s over the ground. */
function thrown(
  latitudeDeg: number,
  azimuthDeg: number,
  speedMps: number,
  climbDeg = 40,
): number[] {
  const site = geodeticFromDegrees(latitudeDeg, 30, 0);
  const [azimuth, climb] = [(azimuthDeg * Math.PI) / 180, (climbDeg * Math.PI) / 180];
  const velocity = ecefFromEnu(site, [
    speedMps * Math.cos(climb) * Math.sin(azimuth),
    speedMps * Math.cos(climb) * Math.cos(azimuth),
    speedMps * Math.sin(climb),
  ]);
  return [...ecefFromGeodetic(site), ...velocity];
}

describe('throw speed', () => {
  test.each([0, 30, 60, 90])('is the speed over the ground at sea level, at latitude %d', (lat) => {
    for (const azimuth of [0, 90, 270]) {
      // What J4 and the geoid are left out of is below 3 m/s at the slowest.
      expect(Math.abs(throwSpeedMps(thrown(lat, azimuth, 2000)) - 2000)).toBeLessThan(3);
      expect(Math.abs(throwSpeedMps(thrown(lat, azimuth, 7000)) - 7000)).toBeLessThan(1);
    }
  });

  test('is kept from burn-out until the air, by gravity to J4', () => {
    const { points } = followFall(burnOutState(), 1e12, {
      everyS: 60,
      pointsMax: 40,
      secondsMax: 5000,
    });
    const speeds = points.map(({ state }) => throwSpeedMps(state));
    expect(speeds.length).toBeGreaterThan(10);
    for (const speed of speeds) expect(speed).toBeCloseTo(speeds[0] as number, 0);
  });

  test('does not change when everything is turned about the axis', () => {
    const state = burnOutState();
    const [x, y, z, vx, vy, vz] = state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const [c, s] = [Math.cos(2.1), Math.sin(2.1)];
    const turned = [c * x - s * y, s * x + c * y, z, c * vx - s * vy, s * vx + c * vy, vz];
    expect(throwSpeedMps(turned)).toBeCloseTo(throwSpeedMps(state), 6);
  });

  test('is nothing for what lies on the ground', () => {
    expect(throwSpeedMps([...ecefFromGeodetic(geodeticFromDegrees(45, 10, -100)), 0, 0, 0])).toBe(
      0,
    );
  });
});

describe('class', () => {
  test('probabilities are none below 0, sum to 1, and more speed never makes a class lower', () => {
    let before = [1, 1, 1];
    for (let speed = 500; speed < 9000; speed += 37) {
      const reach = reachOf(estimated(thrown(50, 200, speed)));
      if (reach === null) throw new RangeError('expected a reach');
      const p = CLASSES.map((name) => reach.classes[name]);
      expect(Math.min(...p)).toBeGreaterThanOrEqual(0);
      expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      const below = [1, 2, 3].map((k) => p.slice(0, k).reduce((a, b) => a + b, 0));
      below.forEach((value, k) => {
        expect(value).toBeLessThanOrEqual((before[k] as number) + 1e-7);
      });
      before = below;
      expect(reach.fromM).toBeLessThanOrEqual(reach.metres);
      expect(reach.metres).toBeLessThanOrEqual(reach.toM);
      expect(reach.toM).toBeLessThanOrEqual(Math.PI * 6_371_000);
    }
  });

  test('is the share of draws from the estimate and from what another arc would have cost', () => {
    const random = randomOf('class draws');
    for (const speed of [3150, 4700, 6070]) {
      const estimate = estimateOf(thrown(35, 300, speed), {
        time: LIFT_OFF,
        positionM: 10_000,
        velocityMps: 80,
        random,
      });
      const reach = reachOf(estimate);
      const root = cholesky(unpackSymmetric(estimate.covariance), 6) as Float64Array;
      const counts: Record<RangeClass, number> = { SRBM: 0, MRBM: 0, IRBM: 0, ICBM: 0 };
      const draws = 4000;
      for (let i = 0; i < draws; i += 1) {
        const share = 1 + THROW_SPEED_SPREAD * random.normal();
        const drawn = throwSpeedMps(drawState(estimate, root, random)) * share;
        counts[rangeClass(rangeOfSpeedM(drawn))] += 1;
      }
      for (const name of CLASSES) {
        expect(Math.abs((reach?.classes[name] ?? 9) - counts[name] / draws)).toBeLessThan(0.035);
      }
    }
  });
});

describe('the thirteen published flights', () => {
  const likeliest: Record<string, RangeClass> = {
    'Hwasong-12, 14 May 2017': 'IRBM',
    'Hwasong-12, 29 August 2017': 'MRBM',
    'Hwasong-12, 15 September 2017': 'IRBM',
    'over Aomori, 4 October 2022': 'IRBM',
  };

  // Solved from apogee and range over the turning ellipsoid; those not listed are ICBMs.
  test.each(PUBLISHED)('$name', (flight) => {
    const launch = geodeticFromDegrees(...flight.site);
    const impact = geodesicDestination(
      launch,
      (flight.directionDeg * Math.PI) / 180,
      flight.rangeKm * 1000,
    );
    const { velocity } = throwBetween(launch, impact, flight.apogeeKm * 1000);
    const reach = reachOf(estimated([...ecefFromGeodetic(launch), ...velocity]));
    if (reach === null) throw new RangeError('expected a reach');
    const best = CLASSES.toSorted((a, b) => reach.classes[b] - reach.classes[a])[0];
    expect(best).toBe(likeliest[flight.name] ?? 'ICBM');
    // Flown far short of what it reached, the range of the flight alone would name another class.
    expect(flight.apogeeKm > 2000 && rangeClass(flight.rangeKm * 1000) !== 'SRBM').toBe(false);
  });
});
