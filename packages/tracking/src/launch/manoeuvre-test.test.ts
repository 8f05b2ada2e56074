// SPDX-License-Identifier: Apache-2.0
// A body that leaves the path it fell on, against the same body that does not, from the same noise.

import { addSeconds, createRandom, lookAngles } from '@isthmus/earth';
import type { RadarPlot } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { MISSILE, radar, START } from './synthetic-feed.fixture.ts';
import { createTracking, ownPicture, stepTracking } from './tracking.ts';

const SENSOR = { ...radar('radar', 30, 55), revisitS: 1 };
/** When the force begins, seconds. */
const FROM_S = 60;

/** Plots once a second of a body on `MISSILE`'s path, under a force across it from `FROM_S` on. */
function plots(seed: string, forceMps2: number): RadarPlot[] {
  const random = createRandom(seed);
  const { noise } = SENSOR;
  return Array.from({ length: 100 }, (_, s) => {
    const state = propagateState(MISSILE, s);
    const t = Math.max(0, s - FROM_S);
    // Upwards and to the side in equal parts; gravity's change over a kilometre is nothing beside it.
    const pushed = [0.6, 0.8, 0].map(
      (share, i) => (state[i] as number) + (share * forceMps2 * t * t) / 2,
    );
    const look = lookAngles(SENSOR.site, pushed as unknown as readonly [number, number, number]);
    const time = addSeconds(START, s);
    return {
      kind: 'radar',
      id: s,
      sensor: SENSOR.id,
      time,
      arrival: addSeconds(time, 0.3),
      rangeM: look.rangeM + noise.rangeM * random.normal(),
      azimuthRad: look.azimuthRad + noise.azimuthRad * random.normal(),
      elevationRad: look.elevationRad + noise.elevationRad * random.normal(),
    };
  });
}

/** The first second in which no object coasts any more, after one did; null for never. */
function leftAtS(feed: readonly RadarPlot[]): number | null {
  const state = createTracking([SENSOR]);
  let coasted = false;
  for (let s = 1; s < 100; s += 1) {
    const due = feed.filter(({ id }) => id === s - 1);
    stepTracking(state, due, addSeconds(START, s));
    const objects = ownPicture(state, addSeconds(START, s)).events.flatMap((e) => e.objects);
    if (objects.some(({ phase }) => phase === 'boost') && coasted) return s;
    coasted ||= objects.some(({ phase, coastSeenS }) => phase === 'coast' && coastSeenS > 20);
  }
  return null;
}

describe('a force on a body that was seen to coast', () => {
  test.each([8, 20, 60])('of %i m/s² is found within 15 s', (forceMps2) => {
    for (const seed of ['a', 'b', 'c']) {
      const leftS = leftAtS(plots(seed, forceMps2));
      expect(leftS, seed).not.toBeNull();
      expect((leftS as number) - FROM_S, seed).toBeGreaterThan(0);
      expect((leftS as number) - FROM_S, seed).toBeLessThanOrEqual(15);
    }
  });

  test('the stronger it is the sooner it is found', () => {
    const found = [6, 12, 24, 48].map((force) => leftAtS(plots('law', force)) ?? 1000);
    expect(found).toEqual([...found].sort((a, b) => b - a));
  });

  test('none is found where there is none', () => {
    for (let i = 0; i < 12; i += 1) expect(leftAtS(plots(`coast ${i}`, 0)), `${i}`).toBeNull();
  });

  test('a sudden one in a gap of three looks does not lose the track', () => {
    const feed = plots('gap', 40).filter(({ id }) => id < FROM_S || id > FROM_S + 3);
    expect(leftAtS(feed)).not.toBeNull();
  });

  // It drifts like a track that has gone over to another body, which is forgiven by widening it.
  test('a weak one is not hidden by what is allowed for a change of body', () => {
    const took = Array.from({ length: 12 }, (_, i) => leftAtS(plots(`weak ${i}`, 4)) ?? 100);
    const middle = took.sort((a, b) => a - b)[6] as number;
    expect(middle - FROM_S, took.join(' ')).toBeLessThanOrEqual(15);
  });
});

/** Two radars that may be off by half of their noise. */
const BIASED = [radar('first', 30, 55), radar('second', 34, 60)].map((one) => ({
  ...one,
  revisitS: 1,
  bias: { rangeM: 30, azimuthRad: 4e-4, elevationRad: 4e-4 },
}));

/** Where two radars follow a body that falls, one from the first second and the other from `FROM_S` on. */
function handedOver(seed: string): RadarPlot[] {
  const random = createRandom(seed);
  return BIASED.flatMap((sensor, k) => {
    const { noise, bias } = sensor;
    const either = (): number => (random.chance(1, 2) ? 2 : -2);
    const off = [either() * bias.rangeM, either() * bias.azimuthRad, either() * bias.elevationRad];
    const [rangeM, azimuthRad, elevationRad] = off as [number, number, number];
    return Array.from({ length: 160 }, (_, s) => s).flatMap((s) => {
      if (k === 0 ? s >= 120 : s < FROM_S) return [];
      const look = lookAngles(sensor.site, [...propagateState(MISSILE, s)] as never);
      const time = addSeconds(START, s);
      const plot = {
        kind: 'radar',
        id: 2 * s + k,
        sensor: sensor.id,
        time,
        arrival: addSeconds(time, 0.3),
        rangeM: look.rangeM + rangeM + noise.rangeM * random.normal(),
        azimuthRad: look.azimuthRad + azimuthRad + noise.azimuthRad * random.normal(),
        elevationRad: look.elevationRad + elevationRad + noise.elevationRad * random.normal(),
      } as const;
      return [plot];
    });
  });
}

test('what two radars are off by at two sigma of each error is no force, and no other body', () => {
  const at = (s: number) => addSeconds(START, s);
  for (let i = 0; i < 12; i += 1) {
    const feed = handedOver(`handed over ${i}`);
    const state = createTracking(BIASED);
    for (let s = 1; s < 161; s += 1) {
      const due = feed.filter(({ arrival }) => arrival > at(s - 1) && arrival <= at(s));
      stepTracking(state, due, at(s));
      if (s < FROM_S) continue;
      expect(
        state.radar.map(({ filter }) => filter.motion),
        `${i} at ${s}`,
      ).toEqual(['coast']);
    }
    // A change of body opens an epoch: one in six thousand looks is one of chance.
    expect(state.radar[0]?.epoch, `${i}`).toBeLessThanOrEqual(1);
  }
});
