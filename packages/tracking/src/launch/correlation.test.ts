// SPDX-License-Identifier: Apache-2.0
// Origin: made here. One own and one partner's event, each of one body that coasts.

import { addSeconds, packSymmetric } from '@isthmus/earth';
import type { Estimate, FlightPhase, PictureEvent } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { correlate } from './correlation.ts';
import type { PartnerEstimate } from './partner-inputs.ts';
import { type PartnerInput, seenOf } from './partner-track.ts';
import { MISSILE, START } from './synthetic-feed.fixture.ts';
import { ownEvent } from './two-sides.fixture.ts';

const now = addSeconds(START, 200);

/** A state at `now`, known to 500 m and 5 m/s. */
function known(state: ArrayLike<number>): Estimate {
  const covariance = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) covariance[i * 7] = i < 3 ? 500 ** 2 : 5 ** 2;
  return { time: now, state: Array.from(state), covariance: packSymmetric(covariance) };
}

/** Inputs of a partner's radar track, one at each of the times after `START` with what it was taken to do. */
function told(estimate: Estimate, phases: readonly (readonly [number, FlightPhase])[]) {
  const inputs = phases.map(
    ([s, phase], i): PartnerInput => ({
      kind: 'track',
      event: 'X',
      epoch: 1,
      phase,
      looks: 10,
      sequence: i + 1,
      estimate: { ...estimate, time: addSeconds(START, s) },
    }),
  );
  return {
    id: 'T',
    source: 'radar' as const,
    inputs,
    past: [],
    dropped: null,
    folded: null,
    used: 0,
  };
}

function theirs(state: ArrayLike<number>, phase: FlightPhase = 'coast') {
  const estimate = known(state);
  const track = told(estimate, [[200, phase]]);
  return { report: null, estimates: [{ track, phase, estimate } satisfies PartnerEstimate] };
}

function own(phase: FlightPhase, coastSeenS: number): PictureEvent {
  const event = ownEvent(known(propagateState(MISSILE, 200)));
  return { ...event, objects: event.objects.map((one) => ({ ...one, phase, coastSeenS })) };
}

const fresh = { now, held: false };
const here = propagateState(MISSILE, 200);
const behind = propagateState(MISSILE, 180);

describe('whether a partner’s event is an own one', () => {
  // A naive fusion compares what coasts alone: of a stage that burns for minutes there is nothing to compare.
  test.each([
    ['burns there and is young here', 'coast', 'boost'],
    ['burns here and is young there', 'boost', 'coast'],
    ['burns on both sides', 'boost', 'boost'],
  ] as const)('what %s is one body', (_name, mine, phase) => {
    const { distance } = correlate(theirs(here, phase), own(mine, 3), fresh);
    expect(distance).toBeLessThan(1);
    expect(correlate(theirs(behind, phase), own(mine, 3), fresh).distance).toBeGreaterThan(1);
  });

  // 90 km and 200 m/s: a gate of place and speed takes them for pieces of one.
  test('what flies the same arc 20 s behind is another launch, held or not', () => {
    for (const held of [false, true]) {
      const { distance } = correlate(theirs(behind), own('coast', 60), { now, held });
      expect(distance).toBe(Number.POSITIVE_INFINITY);
    }
  });

  test('a pair holds while each side sees another body of one launch, and makes way for what fits', () => {
    const faster = here.map((v, i) => (i < 3 ? v + 30e3 : v + 600));
    const held = correlate(theirs(faster), own('coast', 60), { now, held: true });
    expect(held.distance / 2).toBeLessThan(1);
    expect(held.distance / 2).toBeGreaterThan(0.9);
    expect(correlate(theirs(faster), own('coast', 60), fresh).distance).toBeGreaterThan(1);
  });

  test('an infrared coast agrees, and settles nothing', () => {
    expect(correlate(theirs(here), own('coast', 0), fresh).byBodies).toBe(false);
    expect(correlate(theirs(here), own('coast', 20), fresh).byBodies).toBe(true);
  });
});

test('what was taken for coast before it was found to burn is no coast that was seen', () => {
  const phases = [
    [0, 'coast'],
    [5, 'boost'],
    [60, 'boost'],
    [62, 'coast'],
    [70, 'coast'],
  ] as const;
  expect(seenOf(told(known(here), phases)).coastSeenS).toBe(10);
  expect(seenOf(told(known(here), phases.slice(0, 3))).coastSeenS).toBe(0);
});
