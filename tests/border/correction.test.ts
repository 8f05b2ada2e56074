// SPDX-License-Identifier: Apache-2.0
// How long a false warning lives: `correctionS`, the seconds from the end of the false evidence to the
// corrected warning in the feed. The flight of the ready-made exercise stands for exercise data that
// came into a picture by mistake (NORAD, November 1979) and is stopped at its source.

import { secondsBetween } from '@isthmus/earth';
import { type Effect, type NodeState, ownStateHash, step, type Turn } from '@isthmus/node';
import type { FeedTick, Item, OfficerAct } from '@isthmus/picture';
import { decodeRelease } from '@isthmus/wire';
import { beforeAll, expect, test } from 'vitest';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { coreOf, entryOf, preparedRun, termsOf, turnOf } from './fixture.ts';

const WITHDRAW: OfficerAct = {
  kind: 'cancel',
  id: 'a'.repeat(32),
  warning: 'own-1',
  officer: 'First Officer',
  reason: 'exercise-data',
};

/** The second in which the false data end. */
const ENDS = 150;

let run: PreparedRun;

beforeAll(async () => {
  run = await preparedRun();
});

interface Side {
  readonly state: NodeState;
  plots: number;
  sent: Effect[];
}

function tickOf(effects: readonly Effect[]): FeedTick {
  const found = effects.findLast((one) => one.kind === 'feed' && one.record.kind === 'tick');
  if (found?.kind !== 'feed' || found.record.kind !== 'tick') throw new RangeError('no tick');
  return found.record;
}

/** One second of West, whose plots are the false ones, and of East, which knows from West alone. */
function second(
  west: Side,
  east: Side,
  at: {
    readonly second: number;
    readonly acts?: readonly OfficerAct[];
    readonly theirActs?: readonly OfficerAct[];
  },
): { readonly own: FeedTick; readonly theirs: FeedTick; readonly items: readonly Item[] } {
  const base = turnOf(run, 0, { second: at.second, from: west.plots });
  const plots = at.second <= ENDS ? base.plots : [];
  west.plots += plots.length;
  const acts = at.acts === undefined ? {} : { acts: at.acts };
  const effects = step(west.state, termsOf(run, 0), { ...base, plots, ...acts });
  const entries = west.sent.flatMap((effect): Turn['entries'][number][] =>
    effect.kind === 'append' ? [entryOf(effect.ordinal, effect.encoded)] : [],
  );
  west.sent = effects;
  const turn = turnOf(run, 1, { second: at.second, from: 0, entries });
  const theirActs = at.theirActs ?? [];
  const received = step(east.state, termsOf(run, 1), { ...turn, plots: [], acts: theirActs });
  const items = effects.flatMap((effect) =>
    effect.kind === 'append' ? [decodeRelease(effect.encoded.bytes).item] : [],
  );
  return { own: tickOf(effects), theirs: tickOf(received), items };
}

function sides(): [Side, Side] {
  return [
    { state: coreOf(run, 0), plots: 0, sent: [] },
    { state: coreOf(run, 1), plots: 0, sent: [] },
  ];
}

const open = (warnings: FeedTick['ownWarnings']): string[] =>
  warnings.filter(({ stage }) => stage !== 'cancelled').map(({ id }) => id);

test('correctionS is the second of the act here and the next one at the partner: both below 60', () => {
  const [west, east] = sides();
  let last = second(west, east, { second: 0 });
  for (let s = 1; s <= ENDS; s += 1) last = second(west, east, { second: s });
  const ended = last.own.at;
  expect(open(last.own.ownWarnings)).toEqual(['own-1']);
  expect(open(last.theirs.systemWarnings)).toHaveLength(1);
  const corrected = second(west, east, { second: ENDS + 1, acts: [WITHDRAW] });
  expect(open(corrected.own.ownWarnings)).toEqual([]);
  expect(open(corrected.own.systemWarnings)).toEqual([]);
  expect(corrected.items.filter(({ kind }) => kind === 'withdrawal')).toMatchObject([
    { kind: 'withdrawal', reason: 'false' },
  ]);
  // Nothing more is said of it, though its tracks are still there.
  const next = second(west, east, { second: ENDS + 2 });
  expect(next.items).toEqual([]);
  expect(open(next.theirs.systemWarnings)).toEqual([]);
  const correctionS = secondsBetween(ended, corrected.own.at);
  const partnerCorrectionS = secondsBetween(ended, next.theirs.at);
  expect([correctionS, partnerCorrectionS]).toEqual([1, 2]);
  for (let s = ENDS + 3; s < ENDS + 120; s += 1) last = second(west, east, { second: s });
  expect(open(last.own.ownWarnings)).toEqual([]);
  expect(open(last.theirs.systemWarnings)).toEqual([]);
});

test('rule 1: an act on a system warning changes nothing of the own picture', () => {
  const [west, east] = sides();
  const [, alone] = sides();
  let last = second(west, east, { second: 0 });
  step(alone.state, null, turnOf(run, 1, { second: 0, from: 0, up: false }));
  for (let s = 1; s <= 140; s += 1) {
    const [named] = open(last.theirs.systemWarnings);
    const acts: OfficerAct[] =
      s === 120 && named !== undefined
        ? [{ ...WITHDRAW, id: 'd'.repeat(32), warning: named, reason: 'false-detection' }]
        : [];
    last = second(west, east, { second: s, theirActs: acts });
    step(alone.state, null, { ...turnOf(run, 1, { second: s, from: 0, up: false }), plots: [] });
  }
  expect(open(last.theirs.systemWarnings)).toEqual([]);
  expect(ownStateHash(east.state)).toBe(ownStateHash(alone.state));
});

test('nobody acts: the warning of data that ended stays, and says that the flame is out', () => {
  const [west, east] = sides();
  let last = second(west, east, { second: 0 });
  for (let s = 1; s <= ENDS + 120; s += 1) last = second(west, east, { second: s });
  const [warning] = last.own.ownWarnings;
  expect(warning?.history.at(-1)?.because).toMatch(
    /^Flame out: last seen .*; no radar has seen it yet\.$/,
  );
  expect(warning?.stage).not.toBe('cancelled');
});

test('confirmed by two officers, the partner is told so; by one, it is not', () => {
  const [west, east] = sides();
  let last = second(west, east, { second: 0 });
  for (let s = 1; s <= 100; s += 1) last = second(west, east, { second: s });
  const by = (officer: string, id: string): OfficerAct => ({
    kind: 'confirm',
    id: id.repeat(32),
    warning: 'own-1',
    officer,
    reason: 'observer',
  });
  const assessed = (items: readonly Item[]): string[] =>
    items.flatMap((item) => (item.kind === 'launch-report' ? [item.assessment] : []));
  const said: string[] = [];
  last = second(west, east, { second: 101, acts: [by('First Officer', 'b')] });
  said.push(...assessed(last.items));
  for (let s = 102; s < 110; s += 1)
    said.push(...assessed(second(west, east, { second: s }).items));
  expect(said).not.toContain('confirmed');
  last = second(west, east, { second: 110, acts: [by('Second Officer', 'c')] });
  said.push(...assessed(last.items));
  for (let s = 111; s < 140; s += 1)
    said.push(...assessed(second(west, east, { second: s }).items));
  expect(last.own.ownWarnings[0]?.stage).toBe('confirmed');
  expect(said).toContain('confirmed');
});
