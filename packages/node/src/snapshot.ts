// SPDX-License-Identifier: Apache-2.0
// Snapshots of the core: the whole state and its hash, in two files written in turn, so that a
// crash while one is written leaves the other. A snapshot that does not match its hash is passed
// over and kept.

import type { Storage } from '@isthmus/ledger';
import { type FlatMemory, type GateMemory, restoreMemory } from '@isthmus/release';
import { createOutlooks } from '@isthmus/warning';
import { createBudget } from './partner-budget.ts';
import { type NodeState, stateHash } from './state.ts';

const FILES = ['snapshot-a', 'snapshot-b'] as const;

/** Writes a snapshot; `ordinal` counts them and chooses the file. */
export async function writeSnapshot(
  storage: Storage,
  snapshot: { readonly text: string; readonly hash: string },
  ordinal: number,
): Promise<void> {
  const file = FILES[ordinal % 2] as string;
  await storage.replace(file, new TextEncoder().encode(`${snapshot.hash}\n${snapshot.text}`));
}

/** What a snapshot holds, taken at once since the state moves on while it is written. */
export function takeSnapshot(state: NodeState): { readonly text: string; readonly hash: string } {
  return { text: JSON.stringify(state), hash: stateHash(state) };
}

/** The newest sound snapshot, or null. */
export async function readSnapshot(storage: Storage): Promise<NodeState | null> {
  let newest: NodeState | null = null;
  for (const file of FILES) {
    const bytes = await storage.read(file);
    const state = bytes === null ? null : parse(new TextDecoder().decode(bytes));
    if (state !== null && (newest === null || state.turns > newest.turns)) newest = state;
  }
  return newest;
}

/** What a snapshot may hold: earlier builds wrote no outlooks and no budgets, and the gate's memory flat. */
type KeptState = Omit<NodeState, 'outlook' | 'gate' | 'budget' | 'told'> &
  Partial<Pick<NodeState, 'outlook' | 'budget'>> & {
    readonly gate: GateMemory | FlatMemory;
    readonly told: Omit<NodeState['told'], 'refused' | 'clock'> & Partial<NodeState['told']>;
  };

/** The state in the form of this build; null for one of a later build. */
function asOfNow(state: KeptState): NodeState | null {
  const gate = restoreMemory(state.gate);
  if (gate === null) return null;
  return {
    ...state,
    outlook: state.outlook ?? createOutlooks(),
    budget: state.budget ?? createBudget(),
    told: {
      ...state.told,
      refused: state.told.refused ?? {},
      clock: state.told.clock ?? { off: false, steppedAt: null },
    },
    gate,
  };
}

function parse(text: string): NodeState | null {
  const cut = text.indexOf('\n');
  try {
    const state = JSON.parse(text.slice(cut + 1)) as KeptState;
    if (stateHash(state) !== text.slice(0, cut) || !Number.isSafeInteger(state.turns)) return null;
    return asOfNow(state);
  } catch {
    return null;
  }
}
