// SPDX-License-Identifier: Apache-2.0
// What a side was when it stopped: its newest snapshot and the turns of the journal after it, which
// must join without a gap and be of this build.

import type { Storage } from '@isthmus/ledger';
import type { Sensor } from '@isthmus/picture';
import { NodeError } from './errors.ts';
import {
  canReplay,
  type Journal,
  type JournalHeader,
  openJournal,
  succeedJournal,
} from './journal.ts';
import { readSnapshot } from './snapshot.ts';
import { createNodeState, type NodeState } from './state.ts';
import type { Turn } from './turn.ts';

/** What is read on opening. */
export interface History {
  readonly journal: Journal;
  /** As of the snapshot; a new side's where there is none. */
  readonly state: NodeState;
  /** Turns after the snapshot, to be replayed. */
  readonly tail: readonly Turn[];
}

/**
 * Reads snapshot and journal of a side. Throws `journal-corrupt` where they do not join,
 * `journal-other-build` where turns are left that another build took, and what reading either throws.
 */
export async function openHistory(options: {
  readonly storage: Storage;
  readonly side: string;
  readonly partner: string;
  readonly sensors: readonly Sensor[];
  readonly header: JournalHeader;
}): Promise<History> {
  const { header } = options;
  const snapshot = await readSnapshot(options.storage, options.side);
  const state = snapshot ?? createNodeState(options);
  let opened = await openJournal(options.storage, header, state.turns);
  if (state.turns < opened.first) {
    throw new NodeError(
      'journal-corrupt',
      `the journal begins with turn ${opened.first} and there is no sound snapshot of that turn or later: restore one`,
    );
  }
  const end = opened.first + opened.turns.length;
  if (end < state.turns) {
    throw new NodeError(
      'journal-corrupt',
      `the journal ends with turn ${end} and the snapshot is of turn ${state.turns}: put back the lines that are missing, or move the file journal away to go on from the snapshot`,
    );
  }
  const tail = opened.turns.slice(state.turns - opened.first);
  const isOther = !canReplay(opened.header, header);
  if (isOther && tail.length > 0) {
    throw new NodeError(
      'journal-other-build',
      `the journal was written by build ${opened.header.build} on ${opened.header.engine}; start that build once more and stop it in good order, so that it leaves a snapshot`,
    );
  }
  if (isOther) {
    const turns = { laidAside: opened.first, first: state.turns };
    opened = await succeedJournal(options.storage, header, turns);
  }
  return { journal: opened.journal, state, tail };
}
