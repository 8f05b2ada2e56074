// SPDX-License-Identifier: Apache-2.0
// The console's own fold: a page that folds deltas into the snapshot it began with
// has what a fresh snapshot would give, over generated runs and over the default scenario.

import { addSeconds, instant } from '@isthmus/earth';
import { ConsoleFeed, type ConsoleUpdate } from '@isthmus/node';
import type {
  ConsoleDelta,
  ConsoleSide,
  ConsoleSnapshot,
  FeedNote,
  FeedRecord,
  FeedTick,
  Outlook,
} from '@isthmus/picture';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';
import { fold, type PictureState } from '../../apps/console/src/model/picture-state.ts';

const SIDE: ConsoleSide = {
  side: 'west',
  partner: 'east',
  mode: 'exercise',
  agreement: { name: 'test', version: 1 },
  sensors: [],
  build: 'test',
};

/** What the console holds, in the shape of a snapshot. */
function snapshotOf(state: PictureState): ConsoleSnapshot {
  return {
    kind: 'snapshot',
    side: state.side,
    clock: state.clock,
    status: state.status,
    objects: [...state.objects.values()],
    events: [...state.events.values()],
    warnings: [...state.warnings.values()],
    reports: [...state.reports.values()],
    outlooks: [...state.outlooks.values()],
    joins: state.joins,
    notices: state.notices,
    notes: state.notes,
    trails: [...state.trails].map(([key, points]) => ({ key, points })),
  };
}

/** Joins after `joinAt` records, folds the rest, and compares as text, order included. */
function expectFoldIsSnapshot(records: readonly FeedRecord[], joinAt: number): void {
  const feed = new ConsoleFeed({ side: SIDE, speed: 20, epoch: 'e1' });
  for (const record of records.slice(0, joinAt)) feed.take(record);
  const joined = feed.snapshotUpdate();
  const updates: ConsoleUpdate[] = records.slice(joinAt).flatMap((record) => feed.take(record));
  updates.push(...feed.setClock({ over: true }));
  let state = fold(null, JSON.parse(joined.text) as ConsoleSnapshot);
  for (const { text } of updates) state = fold(state, JSON.parse(text) as ConsoleDelta);
  const held = state === null ? null : snapshotOf(state);
  expect(JSON.stringify(held)).toBe(JSON.stringify(feed.snapshot()));
  // What is not held any more is no less right: then a snapshot is sent.
  expect(feed.since(joined.id) ?? updates).toEqual(updates);
}

/** Ticks and notes of both sides of the default scenario, in the order in which the node says them. */
const recorded: Record<string, readonly FeedRecord[]> = {};

beforeAll(async () => {
  const notes: Record<string, FeedNote[]> = { west: [], east: [] };
  await runInProcess(prepareRun(await readRun({ scenario: 'black-sea' }), 1), {
    onNote: (side, note) => notes[side]?.push(note),
    onTicks: (side, ticks) => {
      // A turn's notes come before its tick.
      recorded[side] = [...(notes[side] ?? []), ...ticks].sort(
        (a, b) => a.at - b.at || Number(a.kind === 'tick') - Number(b.kind === 'tick'),
      );
    },
  });
});

test('the fold of deltas is the snapshot over the default scenario, for both sides', () => {
  for (const side of ['west', 'east']) {
    const records = recorded[side] ?? [];
    expect(records.length).toBeGreaterThan(1200);
    for (const joinAt of [0, 100, 700, records.length - 3]) expectFoldIsSnapshot(records, joinAt);
  }
});

/** A turn made of some moment of the recorded run: what is seen comes, stays, changes and goes. */
const turn = fc.record({
  moment: fc.integer({ min: 60, max: 1150 }),
  hides: fc.constantFrom('nothing', 'own', 'partner', 'system', 'everything'),
  notes: fc.nat({ max: 3 }),
  lapseS: fc.integer({ min: 1, max: 9 }),
  ticks: fc.boolean(),
});

type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

function recordsOf(turns: readonly Turn[]): FeedRecord[] {
  const west = ticksOf('west');
  const east = ticksOf('east');
  let at = west[0]?.at ?? instant(0);
  return turns.flatMap(({ moment, hides, notes, lapseS, ticks }): FeedRecord[] => {
    at = addSeconds(at, lapseS);
    const said = Array.from({ length: notes }, (_, i): FeedNote => {
      return { kind: 'note', at, about: 'sees', partner: null, text: `note ${i}` };
    });
    const tick = west[moment];
    const theirs = east[moment];
    if (!ticks || tick === undefined || theirs === undefined) return said;
    const empty = { at, events: [] };
    const isHidden = (what: string): boolean => hides === what || hides === 'everything';
    const outlooks = tick.own.events.map((event): Outlook => {
      const object = event.objects[0]?.id ?? '';
      return { picture: 'own', event: event.id, object, computedAt: at, path: [], sensors: [] };
    });
    const seen: FeedTick = {
      ...tick,
      at,
      own: isHidden('own') ? empty : tick.own,
      ownWarnings: isHidden('own') ? [] : tick.ownWarnings,
      system: isHidden('system') ? empty : tick.system,
      // What the partner sees stands in for what it tells.
      partner: isHidden('partner') ? empty : theirs.own,
      outlooks: isHidden('own') ? [] : outlooks,
      joins: isHidden('system') ? [] : tick.joins,
    };
    return [...said, seen];
  });
}

function ticksOf(side: string): FeedTick[] {
  return (recorded[side] ?? []).filter((record): record is FeedTick => record.kind === 'tick');
}

test('the fold of deltas is the snapshot, wherever a console joins a run made up of moments', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 30 }), fc.nat(), (turns, join) => {
      const records = recordsOf(turns);
      expectFoldIsSnapshot(records, records.length === 0 ? 0 : join % records.length);
    }),
    { numRuns: 100 },
  );
});
