// SPDX-License-Identifier: Apache-2.0
// Snapshots of the core: the whole state and its hash, in two files written in turn, so that a
// crash while one is written leaves the other. A snapshot that does not match its hash is moved
// aside and kept.

import type { Storage } from '@isthmus/ledger';
import { type FlatMemory, type GateMemory, restoreMemory } from '@isthmus/release';
import { restoreTracking } from '@isthmus/tracking';
import { createBoard, createOutlooks, createSensorStates } from '@isthmus/warning';
import { NodeError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { createBudget } from './partner-budget.ts';
import { createPolicyState } from './policy-state.ts';
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

/**
 * The newest sound snapshot of a side, or null. One that does not match its hash is moved aside
 * (`snapshot-a-damaged`), since the next would be written over it. Throws `snapshot-corrupt` for one
 * of another side, and for one whose gate memory a later build wrote: to take that for empty would
 * be to forget what was released.
 */
export async function readSnapshot(storage: Storage, side: string): Promise<NodeState | null> {
  let newest: NodeState | null = null;
  for (const file of FILES) {
    const bytes = await storage.read(file);
    if (bytes === null) continue;
    const kept = parse(new TextDecoder().decode(bytes));
    if (kept === null) {
      await moveAside(storage, file);
      continue;
    }
    if (kept.side !== side) {
      throw new NodeError(
        'snapshot-corrupt',
        `${file} is a snapshot of ${kept.side}, not of ${side}`,
      );
    }
    let state: NodeState;
    try {
      state = asOfNow(file, kept);
    } catch (error) {
      if (error instanceof NodeError) throw error;
      // A sound hash over what is no state of any build.
      await moveAside(storage, file);
      continue;
    }
    if (newest === null || state.turns > newest.turns) newest = state;
  }
  return newest;
}

async function moveAside(storage: Storage, file: string): Promise<void> {
  for (let copy = 0; copy < LIMITS.damagedSnapshots; copy += 1) {
    const aside = `${file}-damaged${copy === 0 ? '' : `-${copy}`}`;
    if ((await storage.size(aside)) > 0) continue;
    await storage.rename(file, aside);
    return;
  }
}

/** What earlier builds did not write. */
type Later =
  | 'sensorStates'
  | 'partnerCoverage'
  | 'outlook'
  | 'notices'
  | 'budget'
  | 'decisions'
  | 'acts'
  | 'policy'
  | 'suspension'
  | 'restores'
  | 'recalls';

/** What a snapshot may hold: earlier builds wrote less, and the gate's memory flat. */
type KeptState = Omit<NodeState, 'gate' | 'told' | Later> &
  Partial<Pick<NodeState, Later>> & {
    readonly gate: GateMemory | FlatMemory;
    readonly told: Omit<NodeState['told'], 'refused' | 'clock'> & Partial<NodeState['told']>;
  };

/** The state in the form of this build. */
function asOfNow(file: string, state: KeptState): NodeState {
  const gate = restoreMemory(state.gate);
  if (gate === null) {
    throw new NodeError(
      'snapshot-corrupt',
      `${file} holds a gate memory of a later build; start that build, or restore a snapshot of this one`,
    );
  }
  const { outlook = createOutlooks(), budget = createBudget() } = state;
  const { notices = createBoard(), partnerCoverage = [] } = state;
  const { decisions = 0, acts = [], restores = 0, recalls = [] } = state;
  const { policy = createPolicyState(), suspension = null } = state;
  const { sensorStates = createSensorStates(state.tracking.sensors) } = state;
  const { refused = {}, clock = { off: false, steppedAt: null } } = state.told;
  const told = { ...state.told, refused, clock };
  const tracking = restoreTracking(state.tracking);
  const beside = { sensorStates, partnerCoverage, outlook, notices };
  const counted = { budget, decisions, acts, policy, suspension, restores, recalls };
  return { ...state, ...beside, ...counted, tracking, told, gate };
}

/** What the file holds, or null where it is not what was written. */
function parse(text: string): KeptState | null {
  const cut = text.indexOf('\n');
  try {
    const state = JSON.parse(text.slice(cut + 1)) as KeptState;
    return stateHash(state) === text.slice(0, cut) && isWhole(state) ? state : null;
  } catch {
    return null;
  }
}

/** A sound hash says who wrote it, not that it is a state: what is looked at before it is used. */
function isWhole(state: { readonly [K in 'turns' | 'side' | 'told' | 'gate']: unknown }): boolean {
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
  return (
    Number.isSafeInteger(state.turns) &&
    typeof state.side === 'string' &&
    isObject(state.told) &&
    isObject(state.gate)
  );
}
