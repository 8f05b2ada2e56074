// SPDX-License-Identifier: Apache-2.0
// How byte strings lie in our append-only files: length (4 bytes, big-endian), check (the first 8
// bytes of the leaf hash of what follows), bytes. The check names the damaged record; whether the
// records are the right ones is the Merkle root's to say.

import { equalBytes } from '@isthmus/seal';
import { LedgerError } from './errors.ts';
import type { Storage } from './storage.ts';
import { type Hash, leafHash } from './tree.ts';

/** Larger than any record, so that one chunk always holds a whole one. */
const CHUNK_BYTES = 4_194_304;

/** Bytes in front of each record. */
export const RECORD_HEADER_BYTES = 12;

/** One record found in a file. */
export interface RecordView {
  readonly bytes: Uint8Array;
  /** The leaf hash of the bytes; computed to check the record, kept because trees need it. */
  readonly hash: Hash;
  /** Offset of the byte after this record, from where the scan began. */
  readonly end: number;
}

/** What a scan found: good records, and why it stopped. */
export interface RecordScan {
  readonly records: readonly RecordView[];
  /** Offset of the byte after the last good record. */
  readonly end: number;
  /** `clean`: nothing follows. `short`: a record that is not all there. `damaged`: check fails. */
  readonly stop: 'clean' | 'short' | 'damaged';
}

/** Records of several byte strings, one after another, with their leaf hashes. */
export function encodeRecords(items: readonly Uint8Array[]): {
  readonly bytes: Uint8Array;
  readonly hashes: readonly Hash[];
} {
  const total = items.reduce((sum, item) => sum + RECORD_HEADER_BYTES + item.length, 0);
  const bytes = new Uint8Array(total);
  const numbers = new DataView(bytes.buffer);
  const hashes: Hash[] = [];
  let offset = 0;
  for (const item of items) {
    const hash = leafHash(item);
    numbers.setUint32(offset, item.length);
    bytes.set(hash.subarray(0, 8), offset + 4);
    bytes.set(item, offset + RECORD_HEADER_BYTES);
    offset += RECORD_HEADER_BYTES + item.length;
    hashes.push(hash);
  }
  return { bytes, hashes };
}

/**
 * Reads records until the bytes end or something is wrong; never throws on content. Record bytes are
 * views into `bytes`. A length above `bytesMax` counts as damage: it is refused before it is read.
 */
export function scanRecords(
  bytes: Uint8Array,
  limits: { readonly bytesMax: number; readonly countMax?: number },
): RecordScan {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const countMax = limits.countMax ?? Number.POSITIVE_INFINITY;
  const records: RecordView[] = [];
  let offset = 0;
  while (offset < bytes.length && records.length < countMax) {
    if (bytes.length - offset < RECORD_HEADER_BYTES) return { records, end: offset, stop: 'short' };
    const length = numbers.getUint32(offset);
    // A record of nothing is never written; a run of zeros from a lost write must not pass for one.
    if (length === 0 || length > limits.bytesMax) return { records, end: offset, stop: 'damaged' };
    const start = offset + RECORD_HEADER_BYTES;
    const end = start + length;
    if (end > bytes.length) return { records, end: offset, stop: 'short' };
    const content = bytes.subarray(start, end);
    const hash = leafHash(content);
    if (!equalBytes(hash.subarray(0, 8), bytes.subarray(offset + 4, start))) {
      return { records, end: offset, stop: 'damaged' };
    }
    records.push({ bytes: content, hash, end });
    offset = end;
  }
  return { records, end: offset, stop: 'clean' };
}

/** Exactly `count` records from bytes that must hold nothing else; throws `corrupt` otherwise. */
export function readRecords(
  bytes: Uint8Array,
  expected: { readonly count: number; readonly bytesMax: number },
): readonly RecordView[] {
  const scan = scanRecords(bytes, { bytesMax: expected.bytesMax });
  if (scan.stop !== 'clean' || scan.records.length !== expected.count) {
    throw new LedgerError('corrupt', 'stored records are damaged');
  }
  return scan.records;
}

/** Walks a file's records in bounded memory; says how many were good and what follows them. */
export async function walkRecords(
  storage: Storage,
  path: string,
  options: {
    readonly from: number;
    readonly bytesMax: number;
    readonly countMax?: number;
    readonly onRecord: (record: RecordView, end: number) => void;
  },
): Promise<{ readonly count: number; readonly stop: RecordScan['stop']; readonly rest: number }> {
  const total = await storage.size(path);
  const countMax = options.countMax ?? Number.POSITIVE_INFINITY;
  let offset = options.from;
  let count = 0;
  while (offset < total && count < countMax) {
    const length = Math.min(CHUNK_BYTES, total - offset);
    const chunk = await storage.readRange(path, offset, length);
    const scan = scanRecords(chunk, { bytesMax: options.bytesMax, countMax: countMax - count });
    for (const record of scan.records) options.onRecord(record, offset + record.end);
    count += scan.records.length;
    offset += scan.end;
    const atEnd = offset + (length - scan.end) === total;
    if (scan.stop === 'damaged' || (scan.stop === 'short' && atEnd)) {
      return { count, stop: scan.stop, rest: total - offset };
    }
  }
  return { count, stop: 'clean', rest: total - offset };
}
