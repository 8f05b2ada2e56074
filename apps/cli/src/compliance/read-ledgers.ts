// SPDX-License-Identifier: Apache-2.0
// Ledger folders and registers as files, for somebody who was given copies of both: which log a folder
// holds, whether all of it holds under its owner's keys, and what was sent in it. Nothing is opened for
// writing and no secret key is read.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { entryPayload, LedgerError, openLedgerReader } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { verifyLedger } from '@isthmus/ledger/verify';
import type { LedgerEntry, LinkRecord } from '@isthmus/release';
import { type KeyRegister, keysOf } from '@isthmus/seal';
import { decodeRelease, WireError } from '@isthmus/wire';
import { readIdentity, readRegister } from '../side/key-files.ts';
import { UserError } from '../user-error.ts';

/** What one party sent the other, as all copies given have it. */
export interface ReadRecord extends LinkRecord {
  /** `west/isthmus/exercise/1/ledger/east`. */
  readonly origin: string;
  readonly mode: string;
  /** The longest copy first. */
  readonly copies: readonly { readonly folder: string; readonly entries: number }[];
  /** Entries under a receipt of the partner; null where no copy has receipts: a mirror keeps none. */
  readonly receipted: number | null;
}

interface Copy {
  readonly folder: string;
  readonly name: LogName;
  readonly entries: readonly LedgerEntry[];
  readonly checkpoint: string;
  readonly receipted: number | null;
}

interface LogName {
  readonly origin: string;
  readonly from: string;
  readonly to: string;
  readonly mode: string;
}

/**
 * Reads and verifies every folder; copies of one log are one record, and must tell one story.
 *
 * @param keys folders with `identity.pub` and `register.note` of a party each
 */
export async function readLedgers(
  folders: readonly string[],
  keys: readonly string[],
): Promise<readonly ReadRecord[]> {
  const registers = await Promise.all(keys.map(readParty));
  const copies = await Promise.all(
    folders.map(async (folder) => readCopy(folder, await logName(folder), registers)),
  );
  const origins = [...new Set(copies.map(({ name }) => name.origin))];
  return Promise.all(
    origins.map(async (origin) => {
      const same = copies
        .filter(({ name }) => name.origin === origin)
        .toSorted((a, b) => b.entries.length - a.entries.length);
      const [longest, ...others] = same as [Copy, ...Copy[]];
      if (others.length > 0) await checkOneStory(longest, others, registers);
      const receipts = same.flatMap(({ receipted }) => receipted ?? []);
      return {
        ...longest.name,
        entries: longest.entries,
        copies: same.map(({ folder, entries }) => ({ folder, entries: entries.length })),
        receipted: receipts.length === 0 ? null : Math.max(...receipts),
      };
    }),
  );
}

/** A party's register, opened with the identity beside it, whose name says which link it is of. */
async function readParty(folder: string): Promise<KeyRegister> {
  const { name } = await readIdentity(folder);
  const [side = '', , mode, epoch, , partner = ''] = name.split('/');
  if (mode !== 'live' && mode !== 'exercise') {
    throw new UserError(`${join(folder, 'identity.pub')}: ${name} is no identity of a link`);
  }
  return readRegister(folder, { side, partner, mode, epoch: Number(epoch) });
}

/** The name of a log stands in the first line of its first checkpoint, behind the record's header. */
async function logName(folder: string): Promise<LogName> {
  const file = join(folder, 'checkpoints');
  const bytes = existsSync(file) ? await readFile(file) : Buffer.alloc(0);
  const origin = bytes.subarray(12, Math.max(12, bytes.indexOf(0x0a, 12))).toString('utf8');
  const [from = '', , mode = '', , purpose, to = ''] = origin.split('/');
  if (purpose === 'ledger') return { origin, from, to, mode };
  throw new UserError(
    `${folder}: holds no ledger; name a folder with entries and checkpoints, as data/ledger/out of a side`,
  );
}

async function readCopy(
  folder: string,
  name: LogName,
  registers: readonly KeyRegister[],
): Promise<Copy> {
  const { origin, from, to } = name;
  const verifier = ledgerKeys(origin, from, registers);
  const cosigner = registers.find(({ party, peer }) => party === to && peer === from);
  const files = await readFiles(folder);
  const report = verifyLedger({
    files,
    verifier,
    ...(cosigner === undefined ? {} : { cosigner: keysOf(cosigner, 'cosign') }),
  });
  if (!report.verified) {
    throw new UserError(`${folder}: does not hold: ${report.problem?.message}`);
  }
  const whole = resolve(folder);
  const storage = createFileStorage(dirname(whole));
  try {
    const reader = await openLedgerReader({ storage, folder: basename(whole), origin, verifier });
    const entries: LedgerEntry[] = [];
    for (;;) {
      const batch = await reader.batchAfter(entries.length);
      if (batch === null) break;
      for (const { index, bytes } of batch.recorded) entries.push(decoded(folder, index, bytes));
    }
    const isOwn = files['receipts'] !== undefined && cosigner !== undefined;
    return {
      folder,
      name,
      entries,
      checkpoint: reader.checkpoint ?? '',
      receipted: isOwn ? report.receiptedSize : null,
    };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new UserError(`${folder}: does not hold: ${error.message}`, { cause: error });
  } finally {
    await storage.close();
  }
}

function ledgerKeys(
  origin: string,
  from: string,
  registers: readonly KeyRegister[],
): ReturnType<typeof keysOf> {
  const keys = registers
    .filter(({ party }) => party === from)
    .flatMap((register) => keysOf(register, 'ledger'))
    .filter((key) => key.name === origin);
  if (keys.length > 0) return keys;
  throw new UserError(
    `${origin}: none of the keys given is of this ledger; give --keys with a folder that has identity.pub and register.note of ${from}`,
  );
}

async function readFiles(folder: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const names = ['entries', 'checkpoints', 'size', 'receipts'];
  const present = names.filter((name) => existsSync(join(folder, name)));
  const contents = await Promise.all(present.map((name) => readFile(join(folder, name))));
  return Object.fromEntries(present.map((name, i) => [name, contents[i] as Uint8Array]));
}

function decoded(folder: string, index: number, bytes: Uint8Array): LedgerEntry {
  try {
    return { index, ...decodeRelease(entryPayload(bytes)) };
  } catch (error) {
    if (!(error instanceof WireError) && !(error instanceof LedgerError)) throw error;
    throw new UserError(`${folder}: entry ${index} cannot be read: ${error.message}`, {
      cause: error,
    });
  }
}

/** The longest copy has to go on from the last checkpoint of every other. */
async function checkOneStory(
  longest: Copy,
  others: readonly Copy[],
  registers: readonly KeyRegister[],
): Promise<void> {
  const { origin, from } = longest.name;
  const report = verifyLedger({
    files: await readFiles(longest.folder),
    verifier: ledgerKeys(origin, from, registers),
    known: others.map(({ checkpoint }) => checkpoint),
  });
  if (report.verified) return;
  const all = [longest, ...others].map(({ folder }) => folder).join(', ');
  throw new UserError(`${all}: do not tell one story of ${origin}: ${report.problem?.message}`);
}
