// SPDX-License-Identifier: Apache-2.0
// Ledger folders and registers as files, for somebody who was given copies of both: which log a folder
// holds, whether all of it holds under its owner's keys, and what was sent in it. Nothing is opened for
// writing and no secret key is read.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { entryPayload, LedgerError, openLedgerReader, readTiles } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import {
  type LedgerEvidence,
  leafHash,
  openCheckpoint,
  rootOf,
  verifyLedger,
} from '@isthmus/ledger/verify';
import type { LedgerEntry, LinkRecord } from '@isthmus/release';
import { equalBytes, type KeyRegister, keysOf, SealError } from '@isthmus/seal';
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

/** A record as it is told of, without its entries. */
export interface ToldRecord extends Omit<ReadRecord, 'entries'> {
  readonly entries: number;
  /** Entries under other agreements, which are not judged. */
  readonly underOthers: number;
}

interface Copy extends Log {
  readonly folder: string;
  readonly name: LogName;
  readonly entries: readonly LedgerEntry[];
  /** Root that is signed for all of it. */
  readonly root: Uint8Array;
}

/** What a folder holds, proven under its owner's keys. */
interface Log {
  readonly leaves: readonly Uint8Array[];
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
  return origins.map((origin) => {
    const same = copies
      .filter(({ name }) => name.origin === origin)
      .toSorted((a, b) => b.entries.length - a.entries.length);
    const [longest, ...others] = same as [Copy, ...Copy[]];
    for (const other of others) checkOneStory(longest, other);
    const receipts = same.flatMap(({ receipted }) => receipted ?? []);
    return {
      ...longest.name,
      entries: longest.entries,
      copies: same.map(({ folder, entries }) => ({ folder, entries: entries.length })),
      receipted: receipts.length === 0 ? null : Math.max(...receipts),
    };
  });
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

/** The name of a log is the first line of its checkpoints; in a ledger it stands behind 12 bytes. */
async function logName(folder: string): Promise<LogName> {
  const [file, skip] = isExport(folder) ? ['checkpoint', 0] : ['checkpoints', 12];
  const path = join(folder, file);
  const bytes = existsSync(path) ? await readFile(path) : Buffer.alloc(0);
  const origin = bytes.subarray(skip, Math.max(skip, bytes.indexOf(0x0a, skip))).toString('utf8');
  const [from = '', , mode = '', , purpose, to = ''] = origin.split('/');
  if (purpose === 'ledger') return { origin, from, to, mode };
  throw new UserError(
    `${folder}: holds no ledger; name data/ledger/out or data/ledger/in of a side, or what isthmus export made of one`,
  );
}

function isExport(folder: string): boolean {
  return existsSync(join(folder, 'checkpoint'));
}

async function readCopy(
  folder: string,
  name: LogName,
  registers: readonly KeyRegister[],
): Promise<Copy> {
  const { origin, from, to } = name;
  const verifier = ledgerKeys(origin, from, registers);
  const cosigner = registers.find(({ party, peer }) => party === to && peer === from);
  try {
    const { checkpoint, bytes, receipted } = isExport(folder)
      ? await readExport(folder)
      : await readLedger(folder, origin, {
          verifier,
          ...(cosigner === undefined ? {} : { cosigner: keysOf(cosigner, 'cosign') }),
        });
    const leaves = bytes.map(leafHash);
    const { size, root } = openCheckpoint(checkpoint, verifier);
    if (size !== leaves.length || !equalBytes(rootOf(leaves), root)) {
      throw new LedgerError('corrupt', `its ${leaves.length} entries do not give the signed root`);
    }
    const entries = bytes.map((entry, index) => decoded(folder, index, entry));
    return { folder, name, entries, leaves, root, receipted };
  } catch (error) {
    if (!(error instanceof LedgerError) && !(error instanceof SealError)) throw error;
    throw new UserError(`${folder}: does not hold: ${error.message}`, { cause: error });
  }
}

interface Bytes {
  readonly checkpoint: string;
  readonly bytes: readonly Uint8Array[];
  readonly receipted: number | null;
}

/** Static files of a log: entries and the last checkpoint. */
async function readExport(folder: string): Promise<Bytes> {
  const { entries, checkpoint } = await readTiles(async (path) => {
    const file = join(folder, path);
    return existsSync(file) ? readFile(file) : null;
  });
  return { checkpoint, bytes: entries, receipted: null };
}

/** A ledger or mirror itself: every checkpoint ever signed, and the receipts. */
async function readLedger(
  folder: string,
  origin: string,
  keys: Pick<LedgerEvidence, 'verifier' | 'cosigner'>,
): Promise<Bytes> {
  const files = await readFiles(folder);
  const report = verifyLedger({ files, ...keys });
  if (!report.verified) throw new LedgerError('corrupt', report.problem?.message ?? '');
  const whole = resolve(folder);
  const storage = createFileStorage(dirname(whole));
  try {
    const place = { storage, folder: basename(whole), origin };
    const reader = await openLedgerReader({ ...place, verifier: keys.verifier });
    const bytes: Uint8Array[] = [];
    for (;;) {
      const batch = await reader.batchAfter(bytes.length);
      if (batch === null) break;
      bytes.push(...batch.recorded.map((recorded) => recorded.bytes));
    }
    const isChecked = files['receipts'] !== undefined && keys.cosigner !== undefined;
    const receipted = isChecked ? report.receiptedSize : null;
    return { checkpoint: reader.checkpoint ?? '', bytes, receipted };
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

/** The longest copy has to begin with all of every other. */
function checkOneStory(longest: Copy, other: Copy): void {
  if (equalBytes(rootOf(longest.leaves.slice(0, other.leaves.length)), other.root)) return;
  throw new UserError(
    `${longest.folder} and ${other.folder} do not tell one story of ${longest.name.origin}: the first ${other.leaves.length} entries differ, and both are signed; keep both, they are evidence`,
  );
}
