// SPDX-License-Identifier: Apache-2.0
// `isthmus warning history --config side.yaml`: every warning there ever was, with every step, from
// the journal: also of those that a running node has long put away.

import { isoFromInstant } from '@isthmus/earth';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { createNodeState, readJournal, sensorsOf, step } from '@isthmus/node';
import type { Warning } from '@isthmus/picture';
import { isLocked } from '../side/folder-lock.ts';
import { readSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

/** Exit code 0; 2 where the journal cannot be replayed from its first turn. */
export async function warningHistory(
  config: string,
  options: { readonly only: string | undefined; readonly isJson: boolean },
): Promise<number> {
  const { document, given, data } = await readSide(config);
  if (await isLocked(data)) {
    throw new UserError(`${data}: a node runs this side; its console shows the histories`);
  }
  const storage = createFileStorage(data);
  const recorded = await readJournal(storage, document.side);
  const { turns, first } = recorded ?? { turns: [], first: 0 };
  if (first > 0) {
    throw new UserError(
      `${data}: this journal begins with turn ${first}; the turns before stand in journal-0 and so on, and only the build that wrote them replays them`,
    );
  }
  const { side, partner } = document;
  const state = createNodeState({ side, partner, sensors: sensorsOf(document) });
  const warnings = new Map<string, Warning>();
  for (const turn of turns) {
    for (const effect of step(state, given, turn)) {
      if (effect.kind !== 'feed' || effect.record.kind !== 'tick') continue;
      const { ownWarnings, systemWarnings } = effect.record;
      for (const warning of [...ownWarnings, ...systemWarnings]) warnings.set(warning.id, warning);
    }
  }
  const found = [...warnings.values()].filter(({ id }) => (options.only ?? id) === id);
  if (found.length === 0 && options.only !== undefined) {
    throw new UserError(`there never was a warning ${options.only}`);
  }
  const shown = found.map(({ id, event, stage, basis, history }) => ({
    id,
    event,
    stage,
    basis,
    history: history.map((one) => ({ ...one, at: isoFromInstant(one.at) })),
  }));
  const text = shown.map(({ id, stage, history }) => {
    const lines = history.map((one) => {
      const on = one.on === undefined ? '' : ` [${one.on.join(' ')}]`;
      return `  ${one.at} ${one.stage.padEnd(9)} ${one.because}${on}`;
    });
    return `${id}: ${stage}\n${lines.join('\n')}\n`;
  });
  process.stdout.write(options.isJson ? `${JSON.stringify(shown)}\n` : text.join('\n'));
  return 0;
}
