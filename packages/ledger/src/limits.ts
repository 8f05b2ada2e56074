// SPDX-License-Identifier: Apache-2.0
// Every bound of this package, and the relations that must hold between them.

/** Bounds on entries, batches, queues and notes. */
export const LIMITS = {
  /** Random bytes in front of every entry, so that leaf hashes of guessable items say nothing. */
  saltBytes: 16,
  /** An encoded item: what fits a frame of 64 KiB with room for its header (spec/wire). */
  itemBytesMax: 61_440,
  /** An entry: salt and item. C2SP bundles hold at most 65,535 bytes an entry. */
  entryBytesMax: 61_456,
  /** Entries under one new checkpoint, and in one batch to the partner. */
  batchEntriesMax: 256,
  /** Bytes of entries in one batch. At least one entry of the largest size fits. */
  batchBytesMax: 1_048_576,
  /** Entries that wait for a commit. Above it appends are refused, not delayed without end. */
  queueEntriesMax: 4_096,
  /** A checkpoint with its signatures. */
  checkpointBytesMax: 4_096,
  /** Tree sizes are exact in a double and in eight bytes. */
  sizeMax: Number.MAX_SAFE_INTEGER,
  /** Hashes in one proof: the depth of the largest tree, twice over. */
  proofHashesMax: 128,
  /** Files of evidence kept a kind. One is enough to convict; a flood must not fill the disk. */
  evidenceMax: 16,
  /** One piece of evidence: two notes, a proof and a hello are far below it. */
  evidenceBytesMax: 32_768,
  /** Tails of one file cut at one place and kept: what differs from crash to crash. */
  cutsAsideMax: 16,
} as const;

if (LIMITS.saltBytes + LIMITS.itemBytesMax !== LIMITS.entryBytesMax) {
  throw new TypeError('ledger limits: an entry is a salt and an item');
}
if (LIMITS.entryBytesMax > 65_535 || LIMITS.batchBytesMax < LIMITS.entryBytesMax) {
  throw new TypeError('ledger limits: an entry must fit a bundle and a batch');
}
if (LIMITS.queueEntriesMax < LIMITS.batchEntriesMax) {
  throw new TypeError('ledger limits: the queue must hold a batch');
}
