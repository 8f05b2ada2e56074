// SPDX-License-Identifier: Apache-2.0
// One folder with a copy of a log: a ledger, a mirror, or an export as tiles. Read in an order in which
// a folder of a running node is whole: what is written last first, and the entries at the end.

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LedgerError, LIMITS, type LogKeys } from '@isthmus/ledger';
import { readLastSize, verifyEvidence } from '@isthmus/ledger/verify';
import { decodeText, encodeHex, noteText, SealError, sha256 } from '@isthmus/seal';
import { type Finding, placeOf } from '../finding.ts';
import {
  type HeldEntries,
  openNoteAs,
  readCheckpoints,
  type SignedCheckpoint,
  type Told,
} from '../prove-log.ts';
import { walkOver } from '../records.ts';
import { Entries, rowsOfWalked } from '../rows.ts';
import { bundlesOf, compareTiles, entriesOfBundle, hashTilesOf } from '../tiles.ts';
import { isSameFile, type ReadEntries, readEntries } from './read-entries.ts';
import type { RowPool } from './row-pool.ts';

export type CopyForm = 'ledger' | 'mirror' | 'export';

/** A folder as far as it says whose it is; nothing of it is believed. */
export interface FoundCopy {
  readonly folder: string;
  readonly form: CopyForm;
  /** Names of the log it may be, by the first line of a checkpoint and by whose signature it bears. */
  readonly origins: readonly string[];
}

/** All that a folder holds. */
export interface ReadCopy extends FoundCopy, Told {
  readonly held: HeldEntries;
  readonly entries: Entries;
  readonly checkpoints: readonly SignedCheckpoint[];
  readonly size: Uint8Array | null;
  readonly receipts: Uint8Array | null;
  /** The checkpoint of an export, whose last line may be a receipt; null for a ledger. */
  readonly note: string | null;
}

/** What a folder is; null where it is no copy of a log. */
export async function findCopy(folder: string): Promise<FoundCopy | null> {
  if (existsSync(join(folder, 'checkpoint'))) {
    const note = await readBytes(join(folder, 'checkpoint'));
    return { folder, form: 'export', origins: note === null ? [] : originsOf(note) };
  }
  const checkpoints = await readBytes(join(folder, 'checkpoints'));
  const size = await readBytes(join(folder, 'size'));
  if (checkpoints === null && size === null && !existsSync(join(folder, 'entries'))) return null;
  const form = size === null ? 'mirror' : 'ledger';
  const { records } = walkOver(checkpoints ?? new Uint8Array(0), LIMITS.checkpointBytesMax);
  const sound = records.find(({ state }) => state !== 'damaged') ?? records[0];
  // Of a log in which nothing was ever signed, the last size alone has the name.
  const unsigned = size === null ? undefined : readLastSize(size)?.last.origin;
  const origins = sound === undefined ? [unsigned ?? ''] : originsOf(sound.bytes);
  return { folder, form, origins };
}

/** One byte that was changed spoils one of the two. */
function originsOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('utf8');
  const first = text.slice(0, text.indexOf('\n'));
  const signed = /\n\u2014 (\S+) /.exec(text)?.[1] ?? '';
  return [...new Set([first, signed])];
}

/**
 * Reads a copy whole under its owner's keys.
 *
 * @param before copies of the same log: entries that are byte for byte those of one are not read twice
 */
export async function readCopy(
  copy: FoundCopy,
  keys: LogKeys,
  { pool, before = [] }: { readonly pool: RowPool; readonly before?: readonly ReadCopy[] },
): Promise<ReadCopy> {
  const told: Told = { findings: [], remarks: [] };
  return copy.form === 'export'
    ? readExport(copy, keys, { isWhole: pool.isWhole, told })
    : readLedger(copy, keys, { pool, before, told });
}

async function readLedger(
  copy: FoundCopy,
  keys: LogKeys,
  given: {
    readonly pool: RowPool;
    readonly before: readonly ReadCopy[];
    readonly told: Told;
  },
): Promise<ReadCopy> {
  const { told } = given;
  const file = (name: string): string => join(copy.folder, name);
  const receipts = await readBytes(file('receipts'));
  const size = await readBytes(file('size'));
  const notes = (await readBytes(file('checkpoints'))) ?? new Uint8Array(0);
  // Signatures are checked here while the threads are busy with the entries.
  const [{ entries, ...held }, checkpoints] = await Promise.all([
    entriesOf(file('entries'), given),
    readCheckpoints(notes, keys, told, setImmediate),
  ]);
  await readOthers(copy.folder, keys, told);
  return { ...copy, ...told, held, entries, checkpoints, size, receipts, note: null };
}

async function entriesOf(
  path: string,
  { pool, before }: { readonly pool: RowPool; readonly before: readonly ReadCopy[] },
): Promise<ReadEntries> {
  for (const { folder, form, held, entries } of before) {
    const other = join(folder, 'entries');
    if (form === 'export' || !existsSync(other) || !existsSync(path)) continue;
    if (await isSameFile(path, other)) return { ...held, entries };
  }
  return readEntries(path, pool);
}

const LEDGER_FILES = ['entries', 'checkpoints', 'size', 'receipts'];

/** Evidence kept beside a log, and what a restart has laid aside. */
async function readOthers(folder: string, keys: LogKeys, told: Told): Promise<void> {
  for (const name of (await readdir(folder)).toSorted()) {
    if (LEDGER_FILES.includes(name)) continue;
    const place = placeOf({ file: name });
    if (/^evidence-.*\.txt$/.test(name)) {
      const bytes = await readFile(join(folder, name));
      const found = evidenceFinding(name, bytes, keys);
      if ('kind' in found) told.findings.push(found);
      else told.remarks.push({ ...place, says: found.says });
    } else if (/-cut-\d+/.test(name)) {
      const says = `${name} was cut off the end of a file when the node was opened, and is kept beside it`;
      told.remarks.push({ ...place, says });
    } else {
      const says = `${name} is no file of a ledger, and was not looked at`;
      told.remarks.push({ ...place, says });
    }
  }
}

function evidenceFinding(
  name: string,
  bytes: Uint8Array,
  keys: LogKeys,
): Finding | { readonly says: string } {
  const place = placeOf({ file: name });
  const digest = encodeHex(sha256(bytes)).slice(0, 16);
  if (!name.endsWith(`-${digest}.txt`)) {
    const says = `${name} is not as it was written: its name holds another hash than its bytes give`;
    return { kind: 'damaged', ...place, says };
  }
  try {
    const text = decodeText(bytes);
    const { verdict, says } = verifyEvidence(text, 'name' in keys ? [keys] : keys);
    if (verdict === 'proven') {
      return { kind: 'two-stories', ...place, says: `evidence is kept here, and proves: ${says}` };
    }
    return { says: `${name} is kept here and proves nothing by these keys: ${says}` };
  } catch (error) {
    if (!(error instanceof LedgerError) && !(error instanceof SealError)) throw error;
    return { kind: 'damaged', ...place, says: `${name}: ${error.message}` };
  }
}

/** An export: bundles and tiles, under its one checkpoint. */
async function readExport(
  copy: FoundCopy,
  keys: LogKeys,
  { isWhole, told }: { readonly isWhole: boolean; readonly told: Told },
): Promise<ReadCopy> {
  const read = (path: string): Promise<Uint8Array | null> => readBytes(join(copy.folder, path));
  const bytes = (await read('checkpoint')) ?? new Uint8Array(0);
  const opened = openNoteAs(bytes, keys, told);
  const entries = new Entries();
  const damaged: { index: number; state: 'damaged' }[] = [];
  const size = opened?.size ?? sizeSaid(bytes);
  for (const { path, first, count } of bundlesOf(size)) {
    const bundle = await read(path);
    const found = bundle === null ? null : entriesOfBundle(bundle, count);
    if (found === null) {
      const place = placeOf({ file: path, entry: first, through: first + count - 1 });
      const kind = bundle === null ? 'incomplete' : 'damaged';
      const says =
        bundle === null
          ? `${path} is missing`
          : `${path} is not as it was written: it does not hold ${count} entries`;
      told.findings.push({ kind, ...place, says });
    }
    entries.add(rowsOfWalked(found ?? nothing(count), isWhole));
  }
  const held: HeldEntries = { leaves: entries.leaves(), damaged, stop: 'clean' };
  if (opened !== null) {
    await compareTiles({ size, root: opened.root, leaves: held.leaves }, read, told);
  }
  await tellStrangers(copy.folder, size, told);
  const note = opened?.note ?? null;
  const checkpoints = opened === null ? [] : [opened];
  return { ...copy, ...told, held, entries, checkpoints, size: null, receipts: null, note };
}

/** Stands for entries of a bundle that cannot be read. */
function nothing(count: number): { bytes: Uint8Array; hash: Uint8Array }[] {
  return Array.from({ length: count }, () => ({
    bytes: new Uint8Array(0),
    hash: new Uint8Array(32),
  }));
}

/** The size a checkpoint states that does not hold: what there is can still be looked at. */
function sizeSaid(note: Uint8Array): number {
  try {
    const size = Number(noteText(decodeText(note)).split('\n')[1]);
    return Number.isSafeInteger(size) && size >= 0 && size < 2 ** 32 ? size : 0;
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return 0;
  }
}

async function tellStrangers(folder: string, size: number, told: Told): Promise<void> {
  const known = new Set(['checkpoint', ...bundlesOf(size).map(({ path }) => path)]);
  for (const { path } of hashTilesOf(size)) known.add(path);
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const one of all) {
    if (one.isDirectory()) continue;
    const path = join(one.parentPath, one.name)
      .slice(join(folder, '/').length)
      .replaceAll('\\', '/');
    if (known.has(path)) continue;
    const says = `${path} is no file of this export, and was not looked at`;
    told.remarks.push({ ...placeOf({ file: path }), says });
  }
}

/** Null where there is none. */
async function readBytes(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
