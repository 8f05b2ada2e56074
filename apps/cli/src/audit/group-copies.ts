// SPDX-License-Identifier: Apache-2.0
// Which log each folder is a copy of, and the keys for it out of the registers given.

import { readFile } from 'node:fs/promises';
import { type FoundCopy, findCopy, type KeysOfLog, type KnownNote } from '@isthmus/audit/adapters';
import { type KeyRegister, keysOf } from '@isthmus/seal';
import { UserError } from '../user-error.ts';

/** Copies of one log. */
export interface CopiesOfLog extends KeysOfLog {
  readonly origin: string;
  readonly copies: readonly FoundCopy[];
  readonly known: readonly KnownNote[];
}

/**
 * Groups folders by the log they are of.
 *
 * @param isDoubtful a register given does not hold, so that a log may be without keys through no mistake
 *   of the caller's
 */
export async function groupCopies(
  given: { readonly folders: readonly string[]; readonly known: readonly string[] },
  registers: readonly KeyRegister[],
  isDoubtful: boolean,
): Promise<{ readonly logs: readonly CopiesOfLog[]; readonly without: readonly FoundCopy[] }> {
  const logs = new Map<string, CopiesOfLog & { copies: FoundCopy[]; known: KnownNote[] }>();
  const without: FoundCopy[] = [];
  for (const folder of given.folders) {
    const found = await findCopy(folder);
    if (found === null) {
      throw new UserError(
        `${folder}: holds no ledger; name data/ledger/out or data/ledger/in of a side, a copy of one, or what isthmus export made of one`,
      );
    }
    const origin = found.origins.find((one) => keysFor(one, registers) !== null);
    const keys = origin === undefined ? null : keysFor(origin, registers);
    if (origin === undefined || keys === null) {
      if (!isDoubtful) throw new UserError(withoutKeys(found));
      without.push(found);
      continue;
    }
    const log = logs.get(origin) ?? { ...keys, origin, copies: [], known: [] };
    log.copies.push(found);
    logs.set(origin, log);
  }
  for (const file of given.known) {
    const note = await readNote(file);
    const origin = Buffer.from(note).toString('utf8').split('\n')[0] ?? '';
    const log = logs.get(origin);
    if (log === undefined) {
      throw new UserError(`${file}: is a checkpoint of ${origin}, of which no copy is given`);
    }
    log.known.push({ file, note });
  }
  return { logs: [...logs.values()], without };
}

function withoutKeys({ folder, origins }: FoundCopy): string {
  const [origin = ''] = origins;
  if (origin === '') return `${folder}: holds no checkpoint that can be read`;
  const from = origin.split('/')[0] ?? '';
  return `${folder}: is ${origin}, and none of the keys given is of it; give --keys with a folder that has identity.pub and register.note of ${from}`;
}

function keysFor(origin: string, registers: readonly KeyRegister[]): KeysOfLog | null {
  const [from, , , , , to] = origin.split('/');
  const own = registers.filter(({ party }) => party === from);
  const keys = own
    .flatMap((register) => keysOf(register, 'ledger'))
    .filter((key) => key.name === origin);
  if (keys.length === 0) return null;
  const other = registers.find(({ party, peer }) => party === to && peer === from);
  return { keys, cosigner: other === undefined ? null : keysOf(other, 'cosign') };
}

async function readNote(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UserError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}
