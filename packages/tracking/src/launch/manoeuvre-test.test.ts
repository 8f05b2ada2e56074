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
