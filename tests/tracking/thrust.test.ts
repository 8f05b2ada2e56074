// SPDX-License-Identifier: Apache-2.0
// Powered flight that radar sees: what a naive tracker takes for coast, loses, finds again, and
// states an impact of.

import { addSeconds } from '@isthmus/earth';
import type { Truth } from '@isthmus/sim/scenario';
import { describe, expect, test } from 'vitest';
import { impactMiss, nearestTo, play, scenarioOf } from './play.ts';

function burns(truth: Truth, s: number): boolean {
  const at = addSeconds(truth.start, s);
  const payload = truth.objects.find(({ id }) => id === truth.launches[0]?.payload);
  return payload?.burns.some(({ from, to }) => at >= from && at < to) ?? false;
}

describe('a body first seen by radar above 120 km while it burns (hwasong-15, East alone)', () => {
  const scenario = scenarioOf('hwasong-15');
  // A naive tracker takes what it first sees high up for coast: it loses and finds the body every ten
  // looks, and states where it comes down while it still climbs under power.
  test.each([1, 2, 3])(
    'is one powered track to cut-off, and no region before it; seed %d',
    (seed) => {
      const events = new Set<string>();
      let early = 0;
      let poweredS = 0;
      let miss = Number.NaN;
      let regionS = Number.NaN;
      const { state } = play({ scenario, side: 'east', seed, untilS: 300 }, (second, truth) => {
        const { s, now, picture, warnings } = second;
        for (const { id } of picture.events) events.add(id);
        const isStated = warnings.some(({ impact }) => impact.statement === 'region');
        if (isStated && burns(truth, s)) early += 1;
        if (isStated && !(regionS >= 0)) {
          regionS = s;
          miss = impactMiss(warnings[0] as (typeof warnings)[number], truth) ?? Number.NaN;
        }
        const powered = picture.events.flatMap(({ objects }) =>
          objects.filter(
            ({ phase, tracks }) => phase === 'boost' && tracks.some((id) => id.startsWith('R')),
          ),
        );
        const payload = powered.some(
          ({ estimate }) =>
            estimate !== null && nearestTo(truth, now, estimate.state).id === 'launch-1-payload',
        );
        if (s >= 180 && s < 244 && payload) poweredS += 1;
      });
      expect([...events]).toEqual(['E1']);
      expect(early).toBe(0);
      expect(poweredS).toBeGreaterThan(55);
      // Payload, two stages, and at most two more while they part: not one every ten looks.
      expect(state.radar.length).toBeLessThanOrEqual(5);
      expect(regionS).toBeLessThan(285);
      expect(miss).toBeLessThan(13.8);
    },
  );
});

// A naive tracker calls a rocket that it has seen burn all the way into orbit a false alarm, or loses
// it every ten looks under weak thrust and never learns what became of it.
const falcon = scenarioOf('falcon');
test.each([1, 2])('an upper stage seen under weak thrust is one space launch; seed %d', (seed) => {
  const events = new Set<string>();
  let last = '';
  const { state } = play(
    { scenario: falcon, side: 'east', seed, untilS: 600 },
    ({ picture, warnings }) => {
      for (const { id, category } of picture.events) events.add(`${id} ${category}`);
      last = warnings.map(({ stage, assessment }) => `${stage} ${assessment}`).join();
    },
  );
  expect([...events]).toEqual(['E1 launch']);
  expect(last).toBe('tracked space launch');
  expect(state.radar.length).toBeLessThanOrEqual(3);
});
