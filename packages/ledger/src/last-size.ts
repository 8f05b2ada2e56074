// SPDX-License-Identifier: Apache-2.0
// The last size and root of a log, apart from the log: what a writer compares and swaps before it
// signs, so that a second writer, or a log put back from a copy, is found. Two slots are written in
// turn; one that a power cut tore fails its check, and the other holds what was there before.
// Replacing a small file instead costs three flushes where this costs one.

import { decodeText, encodeText, equalBytes, SealError } from '@isthmus/seal';
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { encodeRecords, scanRecords } from './records.ts';
import type { Storage } from './storage.ts';

/** Bytes of a slot: no disk writes parts of two in one piece. */
const SLOT_BYTES = 4096;

/** What the two slots say. */
export interface LastSize {
  readonly last: Checkpoint;
  readonly slot: 0 | 1;
  /** The other slot holds neither an earlier size nor nothing: a write of it was cut off. */
  readonly torn: boolean;
}

/** Reads the file's bytes; null when neither slot holds anything sound. */
export function readLastSize(bytes: Uint8Array): LastSize | null {
  if (bytes.length !== 2 * SLOT_BYTES) return null;
  const slots = [readSlot(bytes, 0), readSlot(bytes, 1)] as const;
  const sizes = slots.map((slot) => (slot === 'torn' || slot === null ? -1 : slot.size));
  const slot = (sizes[1] as number) > (sizes[0] as number) ? 1 : 0;
  const last = slots[slot];
  if (last === 'torn' || last === null) return null;
  const other = slots[1 - slot];
  return { last, slot, torn: other === 'torn' || other?.size === last.size };
}

/** Makes the file, or makes it anew where a slot is torn. */
export async function writeSizeFile(
  storage: Storage,
  path: string,
  last: Checkpoint,
): Promise<void> {
  const bytes = new Uint8Array(2 * SLOT_BYTES);
  bytes.set(slotOf(last));
  await storage.replace(path, bytes);
}

/** Puts `next` in the place of `expected`, durably; throws `forked` when something else is there. */
export async function swapLastSize(
  storage: Storage,
  path: string,
  change: { readonly expected: Checkpoint; readonly next: Checkpoint },
): Promise<void> {
  const bytes = await storage.read(path);
  const found = bytes === null ? null : readLastSize(bytes);
  const { expected, next } = change;
  if (found === null || !isSame(found.last, expected)) {
    throw new LedgerError('forked', 'another writer moved the last size and root');
  }
  await storage.overwrite(path, found.slot === 0 ? SLOT_BYTES : 0, slotOf(next));
  await storage.sync(path);
}

function slotOf(checkpoint: Checkpoint): Uint8Array {
  return encodeRecords([encodeText(formatCheckpoint(checkpoint))]).bytes;
}

/** What a slot holds; null when it was never written. */
function readSlot(bytes: Uint8Array, slot: 0 | 1): Checkpoint | 'torn' | null {
  const part = bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
  if (isEmpty(part)) return null;
  const { records } = scanRecords(part, { bytesMax: LIMITS.checkpointBytesMax, countMax: 1 });
  const record = records[0];
  if (record === undefined || !isEmpty(part.subarray(record.end))) return 'torn';
  try {
    return parseCheckpoint(decodeText(record.bytes));
  } catch (error) {
    // A sound check over what is no checkpoint: none of ours wrote it.
    if (error instanceof LedgerError || error instanceof SealError) return 'torn';
    throw error;
  }
}

function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function isSame(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size && equalBytes(a.root, b.root);
}
