// SPDX-License-Identifier: Apache-2.0
import { createMemoryStorage } from '@isthmus/ledger';
import { expect, test } from 'vitest';
import { readSnapshot, takeSnapshot, writeSnapshot } from './snapshot.ts';
import { createNodeState, stateHash } from './state.ts';

test('a snapshot whose count of turns is no number is passed over, and hides no sound one', async () => {
  const storage = createMemoryStorage();
  const state = createNodeState({ side: 'west', partner: 'east', sensors: [] });
  await writeSnapshot(storage, takeSnapshot(state), 1);
  const odd = { ...state, turns: { toString: 0 } };
  await writeSnapshot(storage, { text: JSON.stringify(odd), hash: stateHash(odd) }, 0);
  expect(await readSnapshot(storage, 'west')).toEqual(state);
});

test('a snapshot of a build before policies is of a side whose agreement alone decides', async () => {
  const storage = createMemoryStorage();
  const state = createNodeState({ side: 'west', partner: 'east', sensors: [] });
  const { policy: _policy, ...before } = state;
  await writeSnapshot(storage, { text: JSON.stringify(before), hash: stateHash(before) }, 0);
  expect(await readSnapshot(storage, 'west')).toEqual(state);
});
