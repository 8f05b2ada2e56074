// SPDX-License-Identifier: Apache-2.0
// What was said is remembered so that each thing is said once, and not for ever.

import { addSeconds, instant } from '@isthmus/earth';
import type { PartnerStanding, SensorState, Withdrawal } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { forgetOld, noteItem, noteSensors, noteStanding } from './narration.ts';
import { createNodeState, type NodeState, stateHash } from './state.ts';
import type { Effect } from './turn.ts';

const AT = instant(1_340_000_000_000_000);

function stateOf(): NodeState {
  return createNodeState({ side: 'west', partner: 'east', sensors: [] });
}

function withdrawal(number: number): Withdrawal {
  const event = number.toString(16).padStart(8, '0').padEnd(32, '0');
  return { kind: 'withdrawal', event, reason: 'false' };
}

/** Turns of as many items as one may take, each of an event never named before. */
function receive(state: NodeState, from: number, to: number): void {
  for (let turn = from; turn < to; turn += LIMITS.entriesPerTurn) {
    const end = Math.min(to, turn + LIMITS.entriesPerTurn);
    for (let i = turn; i < end; i += 1) noteItem(state, withdrawal(i), AT, []);
    forgetOld(state.told);
  }
}

test('a million events of a partner leave the state small, and the newest known', () => {
  const state = stateOf();
  receive(state, 0, 1_000_000);
  expect(Object.keys(state.told.learned).length).toBeLessThanOrEqual(LIMITS.toldMax);
  expect(JSON.stringify(state).length).toBeLessThan(1_000_000);
  const effects: Effect[] = [];
  noteItem(state, withdrawal(999_999), AT, effects);
  expect(effects).toEqual([]);
  noteItem(state, withdrawal(0), AT, effects);
  expect(effects).toHaveLength(1);
}, 60_000);

test('each sort of what was said is bounded, and nothing is forgotten below the bound', () => {
  for (const sort of [
    'seen',
    'ownStages',
    'systemStages',
    'withheld',
    'sent',
    'learned',
  ] as const) {
    const { told } = stateOf();
    const record = told[sort] as Record<string, unknown>;
    for (let i = 0; i < LIMITS.toldMax; i += 1) record[`e${i}`] = 'x';
    forgetOld(told);
    expect(Object.keys(record)).toHaveLength(LIMITS.toldMax);
    record['one more'] = 'x';
    forgetOld(told);
    expect(Object.keys(record), sort).toHaveLength((3 * LIMITS.toldMax) / 4);
    expect(Object.keys(record).at(-1)).toBe('one more');
  }
});

test('a state read back from its text forgets the same', () => {
  const state = stateOf();
  receive(state, 0, 30_000);
  const again = JSON.parse(JSON.stringify(state)) as NodeState;
  receive(state, 30_000, 60_000);
  receive(again, 30_000, 60_000);
  expect(stateHash({ told: again.told })).toBe(stateHash({ told: state.told }));
});

test('a sensor that goes down, falls silent or works again is named; one that begins to work is not', () => {
  const heard = (state: SensorState['state']): SensorState[] => [
    { sensor: 'gabala', state, since: AT, heardAt: AT },
  ];
  const never: SensorState[] = [
    { sensor: 'gabala', state: 'not known', since: null, heardAt: null },
  ];
  const says = (before: readonly SensorState[], after: readonly SensorState[]): string[] => {
    const effects: Effect[] = [];
    noteSensors(before, after, AT, effects);
    return effects.flatMap((one) =>
      one.kind === 'feed' && one.record.kind === 'note' ? [one.record.text] : [],
    );
  };
  expect(says(never, heard('working'))).toEqual([]);
  expect(says(heard('working'), heard('working'))).toEqual([]);
  expect(says(never, heard('down'))[0]).toMatch(/^gabala says that it is down/);
  expect(says(heard('working'), heard('not known'))[0]).toMatch(/^gabala says nothing any more/);
  expect(says(heard('down'), heard('working'))).toEqual(['gabala works again.']);
});

test('a partner whose word turns out wrong is named in the turn that found it, and not again', () => {
  const standing: PartnerStanding = {
    party: 'east',
    widening: 16,
    leftOut: false,
    since: AT,
    scored: 12,
    distance: 9.1,
    offset: null,
    delayS: null,
    leadS: null,
    events: { confirmed: 1, unconfirmed: 0, withdrawn: 0 },
  };
  const said = (one: PartnerStanding, at = AT): unknown[] => {
    const effects: Effect[] = [];
    noteStanding([one], at, effects);
    return effects.flatMap((effect) =>
      effect.kind === 'feed' && effect.record.kind === 'note' ? [effect.record.text] : [],
    );
  };
  const first = 'What east tells does not agree with own sensors as it should';
  expect(said(standing)).toEqual([`${first}: its variances are taken 16 times as large.`]);
  expect(said({ ...standing, leftOut: true })).toEqual([
    `${first}: its data are left out of what own sensors see.`,
  ]);
  expect(said(standing, addSeconds(AT, 1))).toEqual([]);
  expect(said({ ...standing, widening: 1, since: null })).toEqual([]);
});
