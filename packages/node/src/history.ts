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
  if (snapshot !== null) {
    // Another build may know more of a sensor than the one that left the snapshot.
    const isSameBuild = content !== null && canReplay(content.header, header);
    refuseOtherSensors(snapshot.tracking.sensors, options.sensors, isSameBuild);
  }
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

/**
 * A side goes on with the sensors it has tracked with: others under the same record would be ignored, and
 * no replay would come to what was warned.
 *
 * @param whole whether a field that only one of the two has is a difference
 */
function refuseOtherSensors(
  kept: readonly Sensor[],
  given: readonly Sensor[],
  whole: boolean,
): void {
  const changed = [...new Set([...kept, ...given].map(({ id }) => id))].flatMap((id) => {
    const [was, is] = [kept, given].map((all) => all.find((one) => one.id === id));
    if (was === undefined) return [`${id} is new`];
    if (is === undefined) return [`${id} is gone`];
    return isSameSensor(was, is, whole) ? [] : [`${id} has changed`];
  });
  if (changed.length === 0) return;
  throw new NodeError(
    'config-invalid',
    `sensors: ${changed.join(', ')} since this side last ran, and its record goes on with those it had: put them back, or let both sides begin a new record (raise epoch, with new keys and an empty data)`,
  );
}

function isSameSensor(was: Sensor, is: Sensor, whole: boolean): boolean {
  const [a, b] = [was, is].map((one) => new Map<string, unknown>(Object.entries(one)));
  const names = new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])]);
  return [...names].every((name) => {
    const has = a?.has(name) === true && b?.has(name) === true;
    return has ? isSame(a?.get(name), b?.get(name)) : !whole;
  });
}

/** Of plain data, in whatever order its fields stand. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [one, other] = [a, b].map((value) => new Map<string, unknown>(Object.entries(value)));
  const names = [...new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])];
  return names.every((name) => isSame(one?.get(name), other?.get(name)));
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
