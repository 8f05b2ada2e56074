// SPDX-License-Identifier: Apache-2.0
// What the gate remembers, read back from every form it was ever kept in, and what a withdrawal makes
// it forget.

import { expect, test } from 'vitest';
import { estimateAt, NOW, REPORT } from './fixtures.ts';
import {
  createMemory,
  type EventMemory,
  eventOf,
  type FlatMemory,
  type GateMemory,
  type HeldItem,
  restoreMemory,
  type TrackMemory,
  trackletBase,
  trackOf,
  withEvent,
  withoutEvent,
  withoutTrack,
  withTrack,
} from './memory.ts';

const EVENT: EventMemory = {
  clause: 'west-launches',
  update: 3,
  tick: 7,
  report: REPORT,
  released: true,
  withdrawn: false,
};

function trackOfEvent(event: string): TrackMemory {
  const base = { epoch: 2, estimate: estimateAt(NOW), looks: 5 };
  return { event, clause: 'west-launches', tick: 9, base };
}

function heldOf(event: string | null): HeldItem {
  const item = { kind: 'test', serial: 1 } as const;
  return { event, clause: 'west-launches', agreementHash: 'ab', due: NOW, item };
}

function filled(): GateMemory {
  let memory = createMemory();
  for (const [track, event] of [
    ['t1', 'e1'],
    ['t2', 'e1'],
    ['t3', 'e2'],
  ] as const) {
    memory = withTrack(withEvent(memory, event, EVENT), track, trackOfEvent(event));
  }
  return { ...memory, held: [heldOf('e1'), heldOf(null), heldOf('e2')] };
}

test('a memory of this form is taken as it is, and one of a later form not at all', () => {
  const memory = filled();
  expect(restoreMemory(memory)).toBe(memory);
  expect(restoreMemory({ ...memory, form: 3 } as unknown as GateMemory)).toBeNull();
});

test('a memory of the first form is the same memory in this one', () => {
  const memory = filled();
  const flat: FlatMemory = {
    tracks: { t1: trackOfEvent('e1'), t2: trackOfEvent('e1'), t3: trackOfEvent('e2') },
    events: { e1: EVENT, e2: EVENT },
    held: memory.held,
  };
  expect(restoreMemory(flat)).toStrictEqual(memory);
});

test('an event that is withdrawn takes its tracks and what waits along, and nothing else', () => {
  const after = withoutEvent(filled(), 'e1');
  expect(['t1', 't2', 't3'].map((id) => trackOf(after, id) !== null)).toEqual([false, false, true]);
  expect(after.held.map(({ event }) => event)).toEqual([null, 'e2']);
  // That it was, is remembered: it may not be said again.
  expect(eventOf(after, 'e1')).toEqual(EVENT);
});

test('a track begins its tracklets where its last release ended, or with a rebase', () => {
  const memory = filled();
  expect(trackletBase(memory, 't1')).toEqual({ epoch: 2, estimate: estimateAt(NOW), looks: 5 });
  expect(trackletBase(memory, 'other')).toBeNull();
  expect(trackletBase(withoutTrack(memory, 't1'), 't1')).toBeNull();
  const begun = withTrack(memory, 't1', { ...trackOfEvent('e1'), base: null });
  expect(trackletBase(begun, 't1')).toBeNull();
});
