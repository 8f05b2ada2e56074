// SPDX-License-Identifier: Apache-2.0
// `isthmus replay side.yaml`: a side from its journal, from the first turn on, without its snapshots.
// Prints the hash of the state it comes to, and says whether the last snapshot is the same.

import { join } from 'node:path';
import { isoFromInstant } from '@isthmus/earth';
import { createFileStorage } from '@isthmus/ledger/adapters';
import {
  createNodeState,
  ownStateHash,
  readJournal,
  readSnapshot,
  sensorsOf,
  stateHash,
  step,
} from '@isthmus/node';
import { readArguments } from '../arguments.ts';
import { readSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

export async function replay(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { flags: ['json'] });
  const [config, ...rest] = parsed.positionals;
  if (config === undefined || rest.length > 0) {
    throw new UserError('usage: isthmus replay side.yaml');
  }
  const { document, given, data } = await readSide(config);
  const storage = createFileStorage(data);
  const recorded = await readJournal(storage, document.side);
  const { turns, first } = recorded ?? { turns: [], first: 0 };
  if (first > 0) {
    throw new UserError(
      `${data}: this journal begins with turn ${first}; the turns before stand in journal-0 and so on, and only the build that wrote them replays them`,
    );
  }
  const snapshot = await readSnapshot(storage, document.side);
  const state = createNodeState({
    side: document.side,
    partner: document.partner,
    sensors: sensorsOf(document),
  });
  let same: boolean | null = null;
  for (const turn of turns) {
    step(state, given, turn);
    if (snapshot?.turns === state.turns) same = stateHash(snapshot) === stateHash(state);
  }
  const report = {
    folder: join(data),
    turns: state.turns,
    until: state.at === null ? null : isoFromInstant(state.at),
    hash: stateHash(state),
    ownHash: ownStateHash(state),
    snapshotAgrees: same,
  };
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify(report)}\n`
      : `${report.turns} turns until ${report.until}; state ${report.hash}; ${same === null ? 'no snapshot to compare' : same ? 'the last snapshot is the same' : 'THE LAST SNAPSHOT DIFFERS'}\n`,
  );
  return same === false ? 1 : 0;
}
