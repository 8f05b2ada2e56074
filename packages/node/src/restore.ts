// SPDX-License-Identifier: Apache-2.0
// A node's folder after a restore, brought into agreement with a ledger that goes further: the
// partner's mirror gave back the entries, and nobody gives back the turns that made them.
//
// What those turns released the gate of the copy does not know. To go on as if it did could repeat
// a number, or say one thing twice under one name. So the gate begins with an empty memory and new
// identifiers, and what the ledger leaves open under the old ones is taken back first: the partner
// counts nothing twice, and what own sensors still see is reported anew. See decisions/0016.

import { entryPayload, type Storage } from '@isthmus/ledger';
import { createMemory } from '@isthmus/release';
import { equalBytes } from '@isthmus/seal';
import { decodeRelease, type Encoded, WireError } from '@isthmus/wire';
import { NodeError } from './errors.ts';
import { canReplay, type JournalHeader, openJournal, succeedJournal } from './journal.ts';
import type { NodeOptions } from './ports.ts';
import { readSnapshot, takeSnapshot, writeSnapshot } from './snapshot.ts';
import { createNodeState, type NodeState } from './state.ts';
import { step } from './step.ts';

export interface RestoreOptions
  extends Pick<NodeOptions, 'side' | 'partner' | 'sensors' | 'terms'> {
  readonly header: JournalHeader;
  readonly storage: Storage;
  /** Every entry of the link ledger out, after it has taken back what it lacked. */
  readonly entries: readonly Uint8Array[];
}

export interface RestoreReport {
  /** Entries the copy's journal accounted for, and the ledger's size now. */
  readonly accounted: number;
  readonly entries: number;
  /** Events that will be taken back. */
  readonly recalls: number;
  /** False where copy and ledger agreed, and nothing was changed. */
  readonly isBegunAnew: boolean;
}

/**
 * Leaves a snapshot that goes on where the ledger ends, and lays the copy's journal aside. Changes
 * nothing where both agree. To be run on a stopped side, by the build that wrote the journal.
 */
export async function restoreNode(options: RestoreOptions): Promise<RestoreReport> {
  const { storage, header, entries } = options;
  const snapshot = await readSnapshot(storage, options.side);
  const state = snapshot ?? createNodeState(options);
  const opened = await openJournal(storage, header, state.turns);
  const tail = opened.turns.slice(Math.max(0, state.turns - opened.first));
  if (state.turns < opened.first || (tail.length > 0 && !canReplay(opened.header, header))) {
    throw new NodeError(
      'journal-other-build',
      `the copy's journal was written by build ${opened.header.build} and begins with turn ${opened.first}: restore with that build`,
    );
  }
  const { turns: recorded } = state;
  const effects = tail.flatMap((turn) => step(state, options.terms, turn));
  const accounted = state.appended;
  // What was decided since the copy and waited for the partner is not what the ledger has there.
  const isAnother = effects.some(
    (effect) => effect.kind === 'append' && !isRecordedAs(entries[effect.ordinal], effect.encoded),
  );
  const isBehind = accounted < entries.length || isAnother;
  const isLaidAside = opened.first + opened.turns.length >= recorded;
  if (isBehind) await goOn(storage, state, openEvents(entries), entries.length);
  if (isBehind || !isLaidAside) {
    await succeedJournal(storage, header, { laidAside: opened.first, first: state.turns });
  }
  const recalls = state.recalls.length;
  return { accounted, entries: entries.length, recalls, isBegunAnew: isBehind };
}

/** Whether an entry holds this item; true where the ledger has yet to get it. */
function isRecordedAs(entry: Uint8Array | undefined, encoded: Encoded): boolean {
  return entry === undefined || equalBytes(entryPayload(entry), encoded.bytes);
}

async function goOn(
  storage: Storage,
  state: NodeState,
  recalls: NodeState['recalls'],
  appended: number,
): Promise<void> {
  // One turn on, so that this snapshot is newer than any of the copy's.
  state.turns += 1;
  state.appended = appended;
  state.restores += 1;
  state.recalls = recalls;
  state.gate = createMemory();
  await writeSnapshot(storage, takeSnapshot(state), 0);
}

/** Events of which something went out that was neither concluded nor taken back. */
function openEvents(entries: readonly Uint8Array[]): NodeState['recalls'] {
  const open = new Map<string, string>();
  for (const entry of entries) {
    const release = released(entry);
    if (release === null || !('event' in release.item)) continue;
    const { item, clause } = release;
    const isOver = item.kind === 'withdrawal' || (item.kind === 'launch-report' && item.final);
    if (isOver) open.delete(item.event);
    else open.set(item.event, clause);
  }
  return [...open].map(([event, clause]) => ({ event, clause }));
}

/** An entry of an agreement before this one may be of an older schema: it is over with it. */
function released(entry: Uint8Array): ReturnType<typeof decodeRelease> | null {
  try {
    return decodeRelease(entryPayload(entry));
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}
