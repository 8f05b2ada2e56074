// SPDX-License-Identifier: Apache-2.0
// What was said is remembered so that each thing is said once, and not for ever.

import { instant } from '@isthmus/earth';
import type { Item } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { forgetOld, noteItem } from './narration.ts';
import { createNodeState, type NodeState, stateHash } from './state.ts';
import type { Effect } from './turn.ts';

const AT = instant(1_340_000_000_000_000);

function stateOf(): NodeState {
  return createNodeState({ side: 'west', partner: 'east', sensors: [] });
}

function withdrawal(number: number): Item {
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
