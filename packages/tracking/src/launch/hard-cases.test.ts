// SPDX-License-Identifier: Apache-2.0
// What catches a naive tracker, each over the real one. Bodies here coast by the tracker's own model
// of gravity, so these are cases of association and track life; those that need a truth of its own
// (thrust, staging, resolution, clocks) are in tests/tracking.

import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type { Plot, Sensor } from '@isthmus/picture';
import { expect, test } from 'vitest';
import type { TrackingState } from './state.ts';
import { MISSILE, radar, radarPlots, START } from './synthetic-feed.fixture.ts';
import { createTracking, ownPicture, stepTracking } from './tracking.ts';

const north = radar('north', 41, 47);

/** Plays plots a second at a time; calls `each` after every step. */
function played(
  sensors: readonly Sensor[],
  plots: readonly Plot[],
  seconds: number,
  each: (state: TrackingState, now: Instant) => void = () => {},
): TrackingState {
  const state = createTracking(sensors);
  const ordered = [...plots].sort((a, b) => a.arrival - b.arrival || a.id - b.id);
  let next = 0;
  for (let s = 1; s <= seconds; s += 1) {
    const now = addSeconds(START, s);
    const due: Plot[] = [];
    for (; (ordered[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now; next += 1) {
      due.push(ordered[next] as Plot);
    }
    stepTracking(state, due, now);
    each(state, now);
  }
  return state;
}

// A naive tracker gates a lost track from its last look alone: the gate grows without end, and clutter
// finds the body again long after it came down.
test('clutter never finds again what has come down', () => {
  const seen = radarPlots(north, [MISSILE], { seconds: 80, falseRate: 0, seed: 'down' });
  const clutter = radarPlots(north, [], { seconds: 2400, falseRate: 3, seed: 'clutter' });
  const plots = [...seen, ...clutter].map((plot, id) => ({ ...plot, id }));
  const state = played([north], plots, 2400);
  const last = state.events.find(({ category }) => category === 'launch')?.lastSeen ?? START;
  expect(secondsBetween(START, last)).toBeLessThan(81);
  expect(ownPicture(state, addSeconds(START, 2400)).events).toHaveLength(1);
});
