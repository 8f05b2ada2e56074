// SPDX-License-Identifier: Apache-2.0
// A partner suspended in mid-flight: nothing goes while it is, the own picture is what it would have been,
// and after the resumption the agreement rules again. A replay does the same.

import { addSeconds } from '@isthmus/earth';
import {
  type DecisionRecord,
  type Effect,
  ownStateHash,
  type PartnerAct,
  stateHash,
  step,
  type Turn,
} from '@isthmus/node';
import type { OfficerAct } from '@isthmus/picture';
import { decodeRelease } from '@isthmus/wire';
import { expect, test } from 'vitest';
import { coreOf, preparedRun, termsOf, turnOf } from './fixture.ts';

const FIRST = 60;
const SUSPENDED = 75;
const RESUMED = 85;
const LAST = 95;

function act(kind: PartnerAct['kind'], digit: string): PartnerAct {
  return { kind, id: digit.repeat(32), officer: 'First Officer', reason: 'a key may be lost' };
}

async function fly(acts: (second: number) => readonly PartnerAct[], journal?: readonly Turn[]) {
  const run = await preparedRun();
  const state = coreOf(run, 0);
  const given = termsOf(run, 0);
  const turns: Turn[] = [];
  const appended: number[] = [];
  const effects: Effect[] = [];
  for (let second = FIRST; second < LAST; second += 1) {
    const turn = journal?.[second - FIRST] ?? {
      ...turnOf(run, 0, { second, from: state.plotsTaken }),
      acts: acts(second),
    };
    turns.push(JSON.parse(JSON.stringify(turn)) as Turn);
    const made = step(state, given, turn);
    effects.push(...made);
    if (made.some(({ kind }) => kind === 'append')) appended.push(second);
  }
  const lines = effects.flatMap((one): DecisionRecord[] =>
    one.kind === 'decision' ? [one.record] : [],
  );
  const links = effects.flatMap((one) =>
    one.kind === 'feed' && one.record.kind === 'tick' ? [one.record.link] : [],
  );
  const hashes = { all: stateHash(state), own: ownStateHash(state) };
  return { appended, lines, links, turns, hashes };
}

test('D-7 while the partner is suspended nothing goes, own sensors go on, and both acts are kept', async () => {
  const run = await preparedRun();
  const cut = await fly((second) => {
    if (second === SUSPENDED) return [act('suspend-partner', 'a')];
    return second === RESUMED ? [act('resume-partner', 'b')] : [];
  });
  const whole = await fly(() => []);
  const isCut = (second: number): boolean => second >= SUSPENDED && second < RESUMED;
  // It would have gone every second or two.
  expect(whole.appended.filter(isCut).length).toBeGreaterThan(3);
  expect(cut.appended.filter(isCut)).toEqual([]);
  const before = (second: number): boolean => second < SUSPENDED;
  expect(cut.appended.filter(before)).toEqual(whole.appended.filter(before));
  expect(cut.appended.some((second) => second >= RESUMED)).toBe(true);
  expect(cut.hashes.own).toBe(whole.hashes.own);
  expect(new Set(cut.links.slice(SUSPENDED - FIRST, RESUMED - FIRST))).toEqual(
    new Set(['suspended']),
  );
  const acted = cut.lines.filter(({ officers }) => officers !== undefined);
  expect(
    acted.map(({ kind, outcome, officers, subject, reasons, at }) => [
      kind,
      outcome,
      officers,
      subject,
      reasons[0],
      at,
    ]),
  ).toEqual(
    (
      [
        ['suspend-partner', SUSPENDED],
        ['resume-partner', RESUMED],
      ] as const
    ).map(([kind, second]) => [
      kind,
      'done',
      ['First Officer'],
      'east',
      'a key may be lost',
      addSeconds(run.firstTick, second),
    ]),
  );
  const again = await fly(() => [], cut.turns);
  expect(again.hashes).toEqual(cut.hashes);
  expect(again.appended).toEqual(cut.appended);
});

test('a warning taken back meanwhile is withdrawn: its entry waits for the resumption', async () => {
  const run = await preparedRun();
  const state = coreOf(run, 0);
  const sent: [number, string][] = [];
  for (let second = FIRST; second < RESUMED; second += 1) {
    const warning = 'own-1';
    const cancel = { kind: 'cancel', officer: 'First Officer', warning, reason: 'duplicate' };
    const acts = [
      ...(second === SUSPENDED ? [act('suspend-partner', 'a')] : []),
      ...(second === SUSPENDED + 4 ? [{ ...cancel, id: 'c'.repeat(32) } as OfficerAct] : []),
    ];
    const turn = { ...turnOf(run, 0, { second, from: state.plotsTaken }), acts };
    for (const effect of step(state, termsOf(run, 0), turn)) {
      if (effect.kind !== 'append') continue;
      sent.push([second, decodeRelease(effect.encoded.bytes).item.kind]);
    }
  }
  expect(sent.filter(([second]) => second >= SUSPENDED)).toEqual([[SUSPENDED + 4, 'withdrawal']]);
});

test('what is so already is refused, and one who stands alone has no partner', async () => {
  const run = await preparedRun();
  const state = coreOf(run, 0);
  const given = (acts: readonly PartnerAct[], configured = true): Turn => ({
    ...turnOf(run, 0, { second: FIRST, from: 0 }),
    plots: [],
    acts,
    link: { up: false, heard: null, configured },
  });
  const outcomes = (turn: Turn): string[] =>
    step(state, termsOf(run, 0), turn).flatMap((effect) =>
      effect.kind === 'answer' ? [`${effect.answer.outcome}: ${effect.answer.says}`] : [],
    );
  expect(outcomes(given([act('resume-partner', '1')]))).toEqual([
    'refused: east is not suspended.',
  ]);
  const twice = [act('suspend-partner', '2'), act('suspend-partner', '3')];
  expect(outcomes(given(twice))[1]).toBe('refused: First Officer has suspended it already.');
  expect(outcomes(given([act('resume-partner', '4')], false))).toEqual([
    'refused: This side has no partner.',
  ]);
});
