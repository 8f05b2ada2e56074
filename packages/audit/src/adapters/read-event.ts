// SPDX-License-Identifier: Apache-2.0
// What a package about one event takes out of a copy of the log: its entries, and the checkpoint to lead
// them to. The copy is proven whole first; of one that does not hold nothing is made.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS } from '@isthmus/ledger';
import { parseReceipt } from '@isthmus/ledger/verify';
import { auditLog } from '../audit.ts';
import { type EventEntry, eventEntry, proofsOf } from '../event-package.ts';
import type { Finding } from '../finding.ts';
import { HEADER_BYTES, walkOver, wholeRecords } from '../records.ts';
import { bundlesOf, entriesOfBundle } from '../tiles.ts';
import type { KeysOfLog } from './audit-folders.ts';
import { type FoundCopy, type ReadCopy, readCopy } from './read-copy.ts';
import { createRowPool } from './row-pool.ts';

export interface EventOfLog {
  readonly findings: readonly Finding[];
  readonly checkpoint: string;
  readonly entries: readonly EventEntry[];
  /** Hashes of the agreements its entries name. */
  readonly agreements: readonly string[];
}

/** All entries of the event in a copy; none where it knows no such event. */
export async function readEvent(
  copy: FoundCopy,
  origin: string,
  { keys, cosigner }: KeysOfLog,
  event: string,
): Promise<EventOfLog> {
  const pool = createRowPool({ threads: 0, isWhole: false });
  const read = await readCopy(copy, keys, { pool });
  const { log, findings, leaves } = auditLog({ origin, keys, cosigner, copies: [read], known: [] });
  const own = [...read.entries.crossed(log.entries)].filter((entry) => entry.event === event);
  const agreements = [...new Set(own.map(({ agreementHash }) => agreementHash))];
  const last = own.at(-1)?.index;
  const nothing = { checkpoint: '', entries: [] };
  if (findings.length > 0 || last === undefined) return { findings, agreements, ...nothing };
  const { note, size } = checkpointFor(read, last + 1);
  const indexes = own.map(({ index }) => index);
  const proofs = proofsOf(leaves, size, indexes);
  const bytes = await bytesOf(read, indexes);
  const entries = indexes.map((index, i) =>
    eventEntry(index, bytes.get(index) ?? new Uint8Array(0), proofs[i] ?? []),
  );
  return { findings, agreements, checkpoint: note, entries };
}

/** The first that the partner has receipted and that has all of the event; without one, the first. */
function checkpointFor(
  { checkpoints, receipts }: ReadCopy,
  size: number,
): { readonly note: string; readonly size: number } {
  const { records } = walkOver(receipts ?? new Uint8Array(0), LIMITS.checkpointBytesMax);
  const lines = new Map(
    records.map(({ bytes }) => {
      const receipt = parseReceipt(bytes);
      return [receipt.size, receipt.line];
    }),
  );
  const beyond = checkpoints.filter((one) => one.size >= size);
  const receipted = beyond.find((one) => lines.has(one.size));
  const { note, size: of } = (receipted ?? beyond[0]) as { note: string; size: number };
  return { note: `${note}${lines.get(of) ?? ''}`, size: of };
}

async function bytesOf(
  { folder, form, held }: ReadCopy,
  indexes: readonly number[],
): Promise<Map<number, Uint8Array>> {
  const wanted = new Set(indexes);
  return form === 'export'
    ? fromBundles(folder, held.leaves.length / 32, wanted)
    : fromEntries(join(folder, 'entries'), wanted);
}

const CHUNK_BYTES = 1_048_576;

async function fromEntries(
  path: string,
  wanted: ReadonlySet<number>,
): Promise<Map<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>();
  const file = await open(path, 'r');
  try {
    const limits = { bytesMax: LIMITS.entryBytesMax, countMax: Number.POSITIVE_INFINITY };
    for (let [index, at] = [0, 0] as [number, number]; found.size < wanted.size; ) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      const { end, count } = wholeRecords(chunk.subarray(0, bytesRead), limits);
      if (count === 0) break;
      const numbers = new DataView(chunk.buffer);
      for (let from = 0; from < end; index += 1) {
        const start = from + HEADER_BYTES;
        from = start + numbers.getUint32(from);
        if (wanted.has(index)) found.set(index, chunk.slice(start, from));
      }
      at += end;
    }
  } finally {
    await file.close();
  }
  return found;
}

async function fromBundles(
  folder: string,
  size: number,
  wanted: ReadonlySet<number>,
): Promise<Map<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>();
  for (const { path, first, count } of bundlesOf(size)) {
    if (!Array.from({ length: count }, (_, i) => first + i).some((index) => wanted.has(index))) {
      continue;
    }
    const file = await open(join(folder, path), 'r');
    try {
      const entries = entriesOfBundle(await file.readFile(), count) ?? [];
      for (const [i, { bytes }] of entries.entries()) {
        if (wanted.has(first + i)) found.set(first + i, bytes);
      }
    } finally {
      await file.close();
    }
  }
  return found;
}
