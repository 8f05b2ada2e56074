// SPDX-License-Identifier: Apache-2.0
// A partner that reads slowly, at full track load: what warns is next to leave, tracks wait and
// conflate, and none is forgotten.

import { addSeconds } from '@isthmus/earth';
import { stepSystem, TrackRoom } from '@isthmus/node';
import type { Item, PictureEvent, Track, Warning } from '@isthmus/picture';
import { decodeRelease } from '@isthmus/wire';
import { expect, test } from 'vitest';
import { coreOf, preparedRun, termsOf, turnOf } from './fixture.ts';

const TRACKS = 1000;
const PER_TURN = 40;

test('W-118 a launch report is sent within one batch of being decided, and the tracks come later, conflated', async () => {
  const run = await preparedRun();
  const state = coreOf(run, 0);
  const terms = termsOf(run, 0);
  const room = new TrackRoom();
  const record: { readonly turn: number; readonly item: Item }[] = [];
  let sent = 0;
  let decided = { report: -1, sent: 0 };
  const isReport = (one: { readonly item: Item }) => one.item.kind === 'launch-report';
  const covariance = Array.from({ length: 21 }, () => 0);
  for (const [k, i] of [0, 6, 11, 15, 18, 20].entries()) covariance[i] = k < 3 ? 1e4 : 1;
  const event = { id: 'raid', category: 'launch', launch: null, objects: [], evidence: [] };
  for (let turn = 0; turn < 120; turn += 1) {
    const at = addSeconds(run.firstTick, turn);
    const tracks = Array.from({ length: TRACKS }, (_, n) => ({
      id: `t${n}`,
      event: 'raid',
      source: 'radar',
      phase: 'boost',
      status: 'confirmed',
      epoch: 1,
      looks: 4 + turn,
      estimate: { time: at, state: [7e6, n, 0, 0, 7000, 0], covariance },
    })) as unknown as Track[];
    const picture = { at, events: [event] as unknown as PictureEvent[] };
    const warnings = turn < 60 ? [] : [warningOf('late')];
    const tracksMax = room.turn(state.appended, sent);
    const base = turnOf(run, 0, { second: turn, from: 0 });
    const link = tracksMax === null ? base.link : { ...base.link, tracksMax };
    const effects = stepSystem(
      state,
      terms,
      { ...base, plots: [], link },
      { picture, tracks, warnings, acts: [] },
    );
    for (const effect of effects) {
      if (effect.kind !== 'append') continue;
      record.push({ turn, item: decodeRelease(effect.encoded.bytes).item });
    }
    if (turn === 60) decided = { report: record.findIndex(isReport), sent };
    sent = Math.min(record.length, sent + PER_TURN);
  }
  // Before the tracks of its turn, and behind no more than a batch.
  expect(decided.report).toBeGreaterThan(0);
  expect(record.slice(0, decided.report).every((one) => one.turn < 60)).toBe(true);
  expect(decided.report - decided.sent).toBeLessThanOrEqual(256);
  // Recorded once the burst of the first turn was through: each the newest state of its turn.
  const later = record.filter((one) => one.turn > 0 && one.item.kind === 'track');
  expect(later.length).toBeGreaterThan(1000);
  for (const { turn, item } of later) {
    expect('estimate' in item && item.estimate.time).toBe(addSeconds(run.firstTick, turn));
  }
  // Every track had its turn.
  const names = new Set(later.map(({ item }) => ('track' in item ? item.track : '')));
  expect(names.size).toBe(TRACKS);
});

test('R-9: on a link that is behind, which tracks go does not depend on what is withheld or came first', async () => {
  const run = await preparedRun();
  const covariance = Array.from({ length: 21 }, () => 0);
  for (const [k, i] of [0, 6, 11, 15, 18, 20].entries()) covariance[i] = k < 3 ? 1e4 : 1;
  const events = ['launch', 'undetermined'].map((category) => {
    return { id: category, category, launch: null, objects: [], evidence: [] };
  }) as unknown as PictureEvent[];
  const sent = (withheld: number, reversed: boolean): Uint8Array[] => {
    const [state, terms] = [coreOf(run, 0), termsOf(run, 0)];
    const bytes: Uint8Array[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const at = addSeconds(run.firstTick, turn);
      const of = (id: string, event: string) => ({
        id,
        event,
        source: 'radar',
        phase: 'boost',
        status: 'confirmed',
        epoch: 1,
        looks: 4 + turn,
        estimate: { time: at, state: [7e6, 0, 0, 0, 7000, 0], covariance },
      });
      const tracks = [
        ...Array.from({ length: withheld + turn }, (_, n) => of(`w${n}`, 'undetermined')),
        ...Array.from({ length: 20 }, (_, n) => of(`t${n}`, 'launch')),
      ] as unknown as Track[];
      const base = turnOf(run, 0, { second: turn, from: 0 });
      const effects = stepSystem(
        state,
        terms,
        { ...base, plots: [], link: { ...base.link, tracksMax: 3 } },
        {
          picture: { at, events },
          tracks: reversed ? tracks.toReversed() : tracks,
          warnings: [],
          acts: [],
        },
      );
      for (const effect of effects) {
        if (effect.kind === 'append') bytes.push(effect.encoded.bytes);
      }
    }
    return bytes;
  };
  const plain = sent(0, false);
  expect(plain.length).toBe(18);
  // Six turns of three, and no track twice before each of twenty had its turn.
  const tracks = plain.map((bytes) => {
    const { item } = decodeRelease(bytes);
    return 'track' in item ? item.track : '';
  });
  expect(new Set(tracks).size).toBe(18);
  expect(sent(7, false)).toEqual(plain);
  expect(sent(31, true)).toEqual(plain);
});

function warningOf(event: string): Warning {
  return {
    id: event,
    event,
    stage: 'cue',
    basis: 'single-radar',
    launch: null,
    impact: { statement: 'none', because: 'too early' },
    objectCountAtLeast: 1,
    evidence: [],
    history: [],
  } as unknown as Warning;
}
