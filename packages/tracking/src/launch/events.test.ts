// SPDX-License-Identifier: Apache-2.0
// What a young estimate may be called: the two judgements by which a quiet sky stays quiet.

import { airDensityKgpm3, type Instant, instant, packSymmetric } from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { climbs, entryOf, perigeeAbove } from './kinematics.ts';
import { LIMITS } from './limits.ts';

const at: Instant = instant(1_000_000_000_000);

/** Over the equator at longitude 0: heights and speeds as given, eastward, in axes that do not turn. */
function flying(of: {
  readonly heightM: number;
  readonly eastMps: number;
  readonly upMps: number;
  readonly sigmaMps: number;
}): Estimate {
  const x = 6_378_137 + of.heightM;
  const covariance = new Float64Array(36);
  for (let i = 0; i < 3; i += 1) {
    covariance[i * 7] = 500 ** 2;
    covariance[(i + 3) * 7] = of.sigmaMps ** 2;
  }
  const state = [x, 0, 0, of.upMps, of.eastMps - 7.292115e-5 * x, 0];
  return { time: at, state, covariance: packSymmetric(covariance) };
}

describe('a launch by itself needs a perigee far under the ground', () => {
  test('a satellite whose young velocity is off by two sigmas opens none', () => {
    const poor = flying({ heightM: 404e3, eastMps: 7670, upMps: 1600, sigmaMps: 800 });
    expect(perigeeAbove(poor, LIMITS.groundPerigeeM)).toBeGreaterThan(-LIMITS.openLaunchSigmas);
  });

  test('a missile of 3,700 km opens one with a velocity known to 400 m/s', () => {
    const missile = flying({ heightM: 425e3, eastMps: 3700, upMps: 2300, sigmaMps: 400 });
    expect(perigeeAbove(missile, LIMITS.groundPerigeeM)).toBeLessThan(-LIMITS.openLaunchSigmas);
  });

  test('a perigee above the ground counts upwards', () => {
    const station = flying({ heightM: 404e3, eastMps: 7670, upMps: 0, sigmaMps: 5 });
    expect(perigeeAbove(station, LIMITS.groundPerigeeM)).toBeGreaterThan(LIMITS.orbitSigmas);
  });
});

describe('an entry through the air', () => {
  test.each([
    ['from orbit', { heightM: 95e3, eastMps: 7700, upMps: -80, sigmaMps: 20 }],
    ['unclear', { heightM: 95e3, eastMps: 7700, upMps: -500, sigmaMps: 300 }],
    ['from an arc', { heightM: 95e3, eastMps: 6800, upMps: -2500, sigmaMps: 100 }],
    ['from an arc', { heightM: 95e3, eastMps: 2000, upMps: -1500, sigmaMps: 200 }],
  ] as const)('is %s for %j', (said, state) => {
    expect(entryOf(flying(state))).toBe(said);
  });
});

/** Down from a round orbit with a ballistic coefficient, in the plane of the equator; no turning air. */
function braked(coefficientKgpm2: number): Parameters<typeof flying>[0][] {
  const [mu, radius] = [3.986e14, 6378137];
  let [r, level, climb] = [radius + 120e3, Math.sqrt(mu / (radius + 120e3)), 0];
  const states: Parameters<typeof flying>[0][] = [];
  for (let step = 0; level > 4000; step += 1) {
    const speed = Math.hypot(level, climb);
    const drag = (airDensityKgpm3(r - radius) * speed) / (2 * coefficientKgpm2);
    const rate = climb;
    climb += 0.1 * ((level * level) / r - mu / (r * r) - drag * climb);
    level += 0.1 * (-(level * rate) / r - drag * level);
    r += 0.1 * rate;
    if (step % 50 === 0) {
      states.push({ heightM: r - radius, eastMps: level, upMps: climb, sigmaMps: 10 });
    }
  }
  return states;
}

describe('what the air has braked', () => {
  test.each([30, 100, 300, 1000])(
    'from orbit, with %d kg/m², is from an arc nowhere',
    (coefficient) => {
      const states = braked(coefficient).filter(({ heightM }) => heightM < 110e3);
      expect(states.length).toBeGreaterThan(10);
      for (const state of states) expect(entryOf(flying(state))).not.toBe('from an arc');
    },
  );

  // Speeds and angles of missiles as they come in, at heights where nothing has braked them yet.
  test.each([
    ['300 km', { heightM: 40e3, eastMps: 1100, upMps: -1000, sigmaMps: 20 }],
    ['depressed, 500 km', { heightM: 45e3, eastMps: 1900, upMps: -500, sigmaMps: 20 }],
    ['3,000 km', { heightM: 60e3, eastMps: 4100, upMps: -2900, sigmaMps: 20 }],
    ['6,000 km, depressed', { heightM: 70e3, eastMps: 6200, upMps: -800, sigmaMps: 20 }],
    ['10,000 km', { heightM: 50e3, eastMps: 6600, upMps: -2700, sigmaMps: 20 }],
    ['slow and high', { heightM: 85e3, eastMps: 5500, upMps: -250, sigmaMps: 20 }],
  ])('a missile of %s is from an arc all the same', (_, state) => {
    expect(entryOf(flying(state))).toBe('from an arc');
  });
});

test('a climb is one only beyond doubt', () => {
  expect(climbs(flying({ heightM: 50e3, eastMps: 900, upMps: 700, sigmaMps: 50 }), 300)).toBe(true);
  expect(climbs(flying({ heightM: 50e3, eastMps: 900, upMps: 700, sigmaMps: 500 }), 300)).toBe(
    false,
  );
  expect(climbs(flying({ heightM: 11e3, eastMps: 700, upMps: 20, sigmaMps: 1 }), 300)).toBe(false);
});
