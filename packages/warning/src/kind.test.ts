// SPDX-License-Identifier: Apache-2.0
// Missile or space launch: what an orbit costs against a search over every push, and what is said of
// arcs whose kind is known. Flights coast by this package's own gravity; whole launches are in the
// benchmark (bench/warning/classes.ts) and in tests/tracking.

import {
  addSeconds,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
} from '@isthmus/earth';
import type { FlightPhase, Warning } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { followFall } from './descent.ts';
import { perigeeHeightM } from './impact.ts';
import { verdictOf } from './kind.ts';
import { minimumEnergyArc } from './notifications/arc.ts';
import { orbitCost } from './orbit-cost.ts';
import { estimateOf, eventOf, LIFT_OFF, objectOf, only, pictureOf, randomOf } from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

/** Level and climbing speeds in axes that do not turn, at a height over 50 N, heading east. */
function moving(heightM: number, levelMps: number, climbMps: number): number[] {
  const site = geodeticFromDegrees(50, 10, heightM);
  const [x, y, z] = ecefFromGeodetic(site);
  const r = Math.hypot(x, y, z);
  const east = ecefFromEnu(site, [1, 0, 0]);
  const v = [x, y, z].map((p, i) => levelMps * (east[i] as number) + (climbMps * p) / r);
  return [
    x,
    y,
    z,
    (v[0] as number) + EARTH_ROTATION_RADPS * y,
    (v[1] as number) - EARTH_ROTATION_RADPS * x,
    v[2] as number,
  ];
}

test('an orbit costs what a search over every push in the plane finds', () => {
  const random = randomOf('pushes');
  for (let k = 0; k < 6; k += 1) {
    const heightM = 150_000 + 1.5e6 * random.uniform();
    const level = 7000 * random.uniform();
    const climb = 3000 * (random.uniform() - 0.5);
    const reaches = (push: number, angle: number): boolean =>
      perigeeHeightM(
        moving(heightM, level + push * Math.cos(angle), climb + push * Math.sin(angle)),
      ) >= 100_000;
    // The set is convex: along a ray it is entered once, and may be left again.
    let least = 9000;
    for (let angle = -1.5; angle < 1.5; angle += 0.01) {
      for (let push = 0; push < least; push += 20) {
        if (reaches(push, angle)) least = push;
      }
    }
    const { nowMps } = orbitCost(moving(heightM, level, climb));
    expect(nowMps).toBeGreaterThan(least - 21);
    expect(nowMps).toBeLessThan(least + 1);
  }
});

test('it is cheapest at the top of the arc, and falls on the way there', () => {
  const { points } = followFall(moving(150_000, 5200, 2300), 1e12, {
    everyS: 20,
    pointsMax: 200,
    secondsMax: 5000,
  });
  const costs = points.map(({ state }) => orbitCost(state));
  const [first] = costs;
  for (const [i, cost] of costs.entries()) {
    expect(cost.topMps).toBeGreaterThan((first?.topMps ?? 0) - 20);
    expect(cost.topMps).toBeLessThan((first?.topMps ?? 0) + 20);
    const next = costs[i + 1];
    if (next === undefined || next.climbMps * cost.climbMps < 0) continue;
    const rise = Math.sign(next.climbMps) * (next.nowMps - cost.nowMps);
    expect(rise).toBeLessThan(1);
  }
});

/** Seconds of coast, seen from burn-out at 150 km on, after which the kind is told; null for never. */
function toldAfterS(state: readonly number[]): readonly [string, number] | null {
  const { points } = followFall(state, 1e12, { everyS: 5, pointsMax: 2000, secondsMax: 3000 });
  for (const { state: there, seconds } of points) {
    const estimate = estimateOf([...there], { time: LIFT_OFF, positionM: 300, velocityMps: 3 });
    const { verdict } = verdictOf(estimate, seconds);
    if (verdict !== 'undetermined') return [verdict, seconds];
  }
  return null;
}

/** Burn-out of a throw of least energy, lofted or flattened by so many degrees. */
function burnOut(rangeKm: number, steeperDeg = 0): number[] {
  const arc = minimumEnergyArc(rangeKm * 1000);
  const climb = arc.climbRad + (steeperDeg * Math.PI) / 180;
  const speed = Math.sqrt(arc.speedMps ** 2 - 2 * 9.6 * 150_000 + 1e4);
  return moving(150_000, speed * Math.cos(climb), speed * Math.sin(climb));
}

describe('missile or space launch, by the arc', () => {
  test.each([
    ['1,300 km', burnOut(1300), 90],
    ['lofted ICBM', burnOut(10_000, 62), 180],
    ['2,500 km', burnOut(2500), 180],
  ])('of a missile, %s, is told %d s into the coast', (_name, state, seconds) => {
    expect(toldAfterS(state)).toEqual(['comes down', seconds]);
  });

  test.each([
    ['5,000 km', burnOut(5000)],
    ['10,000 km', burnOut(10_000)],
    ['8,000 km, depressed', burnOut(8000, -12)],
  ])(
    'of a missile of %s is told once the top of its arc is past, and before it is down',
    (_, state) => {
      const found = toldAfterS(state);
      expect(found?.[0]).toBe('comes down');
      const { points } = followFall(state, 1e12, { everyS: 5, pointsMax: 2000, secondsMax: 3000 });
      const top = points.findIndex(({ state: s }) => orbitCost(s).climbMps < 0) * 5;
      expect(found?.[1]).toBeGreaterThan(top + 30);
      expect(found?.[1]).toBeLessThan(0.85 * (points.at(-1)?.seconds ?? 0));
    },
  );

  // Speeds at cut-off over published timelines, to two digits: what is left is what the next stage gives.
  test.each([
    ['Pegasus, second stage, 5.4 km/s, 420 s', moving(190_000, 4950, 2150), 420],
    ['Minotaur, third stage, 6 km/s, 300 s', moving(250_000, 5800, 1300), 300],
    ['PSLV, third stage, 5.9 km/s, 400 s', moving(300_000, 5700, 1500), 400],
    ['Antares, first stage, 4.4 km/s, 110 s', moving(110_000, 4100, 1500), 110],
    ['Epsilon, first stage, 2.6 km/s, 50 s', moving(90_000, 2200, 1400), 50],
    ['Soyuz with Fregat, third stage, 60 s', moving(200_000, 7500, 20), 60],
  ])('an upper stage that waits is never told a missile: %s', (_, cutOff, waits) => {
    const { points } = followFall(cutOff, 1e12, {
      everyS: 5,
      pointsMax: 2000,
      secondsMax: waits,
    });
    expect(points.length).toBeGreaterThan(waits / 5 - 2);
    for (const { state, seconds } of points) {
      const estimate = estimateOf([...state], { time: LIFT_OFF, positionM: 300, velocityMps: 3 });
      expect(verdictOf(estimate, seconds).verdict).toBe('undetermined');
    }
  });

  test('what circles is a space launch at once', () => {
    const speed = Math.sqrt(EARTH_MU_M3PS2 / 6_578_000);
    expect(toldAfterS(moving(213_000, speed, 0))).toEqual(['space launch', 0]);
  });
});

/** Steps a launch of one body: what is seen of it each time, in order. */
function told(
  ...seen: readonly {
    readonly state: readonly number[];
    readonly phase: FlightPhase;
    readonly coastSeenS?: number;
  }[]
): readonly Warning[] {
  const state = createWarnings('own');
  return seen.map(({ state: there, phase, coastSeenS = 200 }, i) => {
    const time = addSeconds(LIFT_OFF, 100 + 3 * i);
    const estimate = estimateOf(there, { time, positionM: 300, velocityMps: 3 });
    const launch = {
      time: LIFT_OFF,
      timeSigmaS: 5,
      point: geodeticFromDegrees(50, 10),
      pointCovarianceM2: [1e6, 0, 1e6],
      azimuthRad: null,
      azimuthSigmaRad: null,
      method: 'infrared',
    } as const;
    const object = objectOf(estimate, { phase, coastSeenS, lastSeen: time });
    stepWarnings(state, pictureOf(time, eventOf({ launch, objects: [object] })), time);
    return only(currentWarnings(state));
  });
}

const sayings = (warnings: readonly Warning[]): string[] =>
  warnings.map(({ assessment, flight }) => `${assessment}: ${flight?.kind}`);

describe('what a warning says it is', () => {
  const missile = burnOut(1900);
  const orbit = moving(213_000, Math.sqrt(EARTH_MU_M3PS2 / 6_578_000), 0);

  test('a missile, with class, reach and range; and when it burns again that is open', () => {
    const warnings = told(
      { state: missile, phase: 'boost', coastSeenS: 0 },
      { state: missile, phase: 'coast' },
      { state: missile, phase: 'coast' },
      { state: missile, phase: 'boost' },
      { state: missile, phase: 'coast', coastSeenS: 20 },
    );
    expect(sayings(warnings)).toEqual([
      'undetermined: under power',
      'missile: ballistic missile',
      'missile: ballistic missile',
      'undetermined: powered again',
      'undetermined: suborbital so far',
    ]);
    const { flight } = warnings[2] as Warning;
    expect(flight?.reach?.classes.MRBM).toBeGreaterThan(0.95);
    expect(flight?.range?.metres).toBeGreaterThan(1_000_000);
    expect(flight?.range?.metres).toBeLessThan(flight?.reach?.toM ?? 0);
    expect((warnings[4] as Warning).history.map(({ because }) => because)).toEqual(
      expect.arrayContaining([
        'Missile: it coasts below orbit, and no launcher would still wait to burn.',
        'It burns again: what it is is open until it coasts.',
      ]),
    );
  });

  test('a space launch; one that leaves its orbit is open for good, with a region, and no missile', () => {
    const falling = moving(200_000, 7500, -200);
    const warnings = told(
      { state: orbit, phase: 'coast' },
      { state: orbit, phase: 'boost' },
      { state: falling, phase: 'coast' },
      { state: falling, phase: 'coast' },
    );
    expect(sayings(warnings)).toEqual([
      'space launch: space launch',
      'space launch: powered again',
      'undetermined: left its orbit',
      'undetermined: left its orbit',
    ]);
    expect(warnings.map(({ impact }) => impact.statement)).toEqual([
      'none',
      'none',
      'region',
      'region',
    ]);
  });

  test('steep and not too high, it may be a sounding rocket; higher than any, it is none', () => {
    const steep = { state: moving(150_000, 900, 3000), phase: 'coast' } as const;
    expect(sayings(told(steep, steep)).at(-1)).toBe('suborbital rocket: steep flight');
    const high = { state: moving(150_000, 1200, 6800), phase: 'coast' } as const;
    const warnings = told(high, high);
    expect(sayings(warnings).at(-1)).toBe('missile: ballistic missile');
    expect(warnings.at(-1)?.flight?.reach?.classes.ICBM).toBeGreaterThan(0.95);
  });

  test('in the air a missile that turns manoeuvres or glides, and stays a missile', () => {
    const entering = { state: moving(60_000, 2800, -900), phase: 'boost' } as const;
    const level = { state: moving(40_000, 2600, 50), phase: 'boost' } as const;
    const warnings = told({ state: missile, phase: 'coast' }, entering, level);
    expect(sayings(warnings)).toEqual([
      'missile: ballistic missile',
      'missile: manoeuvring',
      'missile: gliding',
    ]);
    expect(warnings.at(-1)?.impact.statement).not.toBe('region');
  });
});
