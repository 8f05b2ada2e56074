// SPDX-License-Identifier: Apache-2.0
// What a side was when it stopped: its newest snapshot and the turns of the journal after it, which
// must join without a gap and be of this build.

import type { Storage } from '@isthmus/ledger';
import type { Sensor } from '@isthmus/picture';
import { NodeError } from './errors.ts';
import {
  canReplay,
  type Journal,
  type JournalContent,
  type JournalHeader,
  openJournal,
  readJournal,
  succeedJournal,
} from './journal.ts';
import { readSnapshot } from './snapshot.ts';
import { createNodeState, type NodeState } from './state.ts';
import type { Turn } from './turn.ts';

/** What is read on opening. */
export interface History {
  /** As of the snapshot; a new side's where there is none. */
  readonly state: NodeState;
  /** Turns after the snapshot, to be replayed. */
  readonly tail: readonly Turn[];
  /** Opens the journal to go on with, and mends it: to be called once all that was read is found to fit. */
  open(): Promise<Journal>;
}

/**
 * Reads snapshot and journal of a side; the journal stays as it is. Throws `journal-corrupt` where they do not join,
 * `journal-other-build` where turns are left that another build took, and what reading either throws.
 */
export async function readHistory(options: {
  readonly storage: Storage;
  readonly side: string;
  readonly partner: string;
  readonly sensors: readonly Sensor[];
  readonly header: JournalHeader;
}): Promise<History> {
  const { header } = options;
  const snapshot = await readSnapshot(options.storage, options.side);
  const state = snapshot ?? createNodeState(options);
  const { turns: next } = state;
  const open = async (): Promise<Journal> =>
    (await openJournal(options.storage, header, next)).journal;
  const content = await readJournal(options.storage, options.side);
  if (content === null) return { state, tail: [], open };
  const tail = tailOf(content, next);
  if (canReplay(content.header, header)) return { state, tail, open };
  if (tail.length > 0) {
    throw new NodeError(
      'journal-other-build',
      `the journal was written by build ${content.header.build} on ${content.header.engine}; start that build once more and stop it in good order, so that it leaves a snapshot`,
    );
  }
  const turns = { laidAside: content.first, first: next };
  const succeed = async (): Promise<Journal> =>
    (await succeedJournal(options.storage, header, turns)).journal;
  return { state, tail, open: succeed };
}

/** The turns from `next` on; throws where the journal does not join the snapshot. */
function tailOf({ first, turns }: JournalContent, next: number): readonly Turn[] {
  if (next < first) {
    throw new NodeError(
      'journal-corrupt',
      `the journal begins with turn ${first} and there is no sound snapshot of that turn or later: restore one`,
    );
  }
  const end = first + turns.length;
  if (end < next) {
    throw new NodeError(
      'journal-corrupt',
      `the journal ends with turn ${end} and the snapshot is of turn ${next}: put back the lines that are missing, or move the file journal away to go on from the snapshot`,
    );
  }
  return turns.slice(next - first);
}
