// SPDX-License-Identifier: Apache-2.0
// The records of a ledger's files (spec/ledger.md, L-6), walked on over damage: an audit names what is
// wrong and looks at the rest. A record is its length in 4 bytes, the first 8 bytes of its leaf hash,
// and its bytes.

import { type Hash, leafHash } from '@isthmus/ledger/verify';
import { equalBytes } from '@isthmus/seal';

/** Bytes in front of each record. */
export const HEADER_BYTES = 12;

/** `sound`: as written. `damaged`: bytes or check differ. `length`: only the length in front differs. */
export type RecordState = 'sound' | 'damaged' | 'length';

export interface WalkedRecord {
  readonly state: RecordState;
  readonly bytes: Uint8Array;
  /** Leaf hash of the bytes as they are. */
  readonly hash: Hash;
}

export interface Walk {
  readonly records: readonly WalkedRecord[];
  /** Offset behind the last record that was told apart. */
  readonly end: number;
  /**
   * `clean`: nothing follows. `torn`: the beginning of a record, or zeros, as a write that was cut off
   * leaves. `lost`: bytes in which no record can be found.
   */
  readonly stop: 'clean' | 'torn' | 'lost';
}

/**
 * Walks whole records, and over damaged ones while the next can be found: by the length given, or by one
 * that differs from it in one byte and whose bytes pass the check.
 *
 * @param countMax stops `clean` after so many
 */
export function walkOver(bytes: Uint8Array, bytesMax: number, countMax = Infinity): Walk {
  const records: WalkedRecord[] = [];
  let at = 0;
  while (at < bytes.length && records.length < countMax) {
    const next = recordAt(bytes, at, bytesMax);
    if (next === null) {
      return { records, end: at, stop: isTorn(bytes.subarray(at), bytesMax) ? 'torn' : 'lost' };
    }
    records.push(next);
    at += HEADER_BYTES + next.bytes.length;
  }
  return { records, end: at, stop: 'clean' };
}

/** Where records end, by their lengths alone: what can be handed on to be checked elsewhere. */
export function wholeRecords(
  bytes: Uint8Array,
  limits: { readonly bytesMax: number; readonly countMax: number },
): { readonly end: number; readonly count: number } {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = 0;
  let count = 0;
  while (count < limits.countMax && bytes.length - end >= HEADER_BYTES) {
    const length = numbers.getUint32(end);
    if (length === 0 || length > limits.bytesMax) break;
    if (end + HEADER_BYTES + length > bytes.length) break;
    end += HEADER_BYTES + length;
    count += 1;
  }
  return { end, count };
}

function recordAt(bytes: Uint8Array, at: number, bytesMax: number): WalkedRecord | null {
  const length = lengthAt(bytes, at);
  const plain = length > bytesMax ? null : checked(bytes, at, length);
  if (plain?.state === 'sound') return plain;
  if (plain !== null && isRecordOrEnd(bytes, at + HEADER_BYTES + length, bytesMax)) return plain;
  if (bytes.length - at < HEADER_BYTES) return null;
  for (let byte = 0; byte < 4; byte += 1) {
    for (let value = 0; value < 256; value += 1) {
      const shift = 8 * (3 - byte);
      const other = (length & ~(0xff << shift)) | (value << shift);
      if (other <= 0 || other > bytesMax) continue;
      const found = checked(bytes, at, other);
      if (found?.state === 'sound') return { ...found, state: 'length' };
    }
  }
  return null;
}

/** What stands behind a damaged record shows whether its length can be trusted. */
function isRecordOrEnd(bytes: Uint8Array, at: number, bytesMax: number): boolean {
  if (at === bytes.length) return true;
  const length = lengthAt(bytes, at);
  return length <= bytesMax && checked(bytes, at, length)?.state === 'sound';
}

/** Above any bound where the header is not all there. */
function lengthAt(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < HEADER_BYTES) return 0xffff_ffff;
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}

/** Null where it is not all there. */
function checked(bytes: Uint8Array, at: number, length: number): WalkedRecord | null {
  const start = at + HEADER_BYTES;
  if (length === 0 || start + length > bytes.length) return null;
  const content = bytes.subarray(start, start + length);
  const hash = leafHash(content);
  const isSound = equalBytes(hash.subarray(0, 8), bytes.subarray(at + 4, start));
  return { state: isSound ? 'sound' : 'damaged', bytes: content, hash };
}

/** The beginning of one record that ends too early, or nothing but zeros from some place on. */
function isTorn(rest: Uint8Array, bytesMax: number): boolean {
  if (rest.length < HEADER_BYTES) return true;
  const length = lengthAt(rest, 0);
  if (length > 0 && length <= bytesMax && HEADER_BYTES + length > rest.length) return true;
  return rest.every((byte) => byte === 0);
}
