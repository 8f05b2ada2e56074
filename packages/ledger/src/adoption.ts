// SPDX-License-Identifier: Apache-2.0
// Taking back from a partner what a log has lost: only what continues this log and was signed for
// is taken.

import { equalBytes } from '@isthmus/seal';
import { openCheckpoint } from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { LogKeys } from './log-keys.ts';
import { RECORD_HEADER_BYTES } from './records.ts';
import { edgeRoot, emptyEdge, growEdge, type Hash, leafHash } from './tree.ts';

/** A whole log as somebody shows it: entries with their salts, and the checkpoint over them. */
export interface SignedLog {
  readonly entries: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** The log as it stands here. */
interface OwnLog {
  readonly size: number;
  readonly root: Hash;
  /** Appends that wait or are under way. */
  readonly queued: number;
  readonly keys: LogKeys;
}

/**
 * The entries of the log shown that ours lacks, in runs within the bounds of a batch. Throws
 * `bad-signature`, `forked` when the log shown does not begin with ours, `root-mismatch`, `gap` when
 * it is not whole or appends wait.
 */
export function missingBatches({ entries, checkpoint }: SignedLog, ours: OwnLog): Uint8Array[][] {
  const signed = openCheckpoint(checkpoint, ours.keys);
  if (signed.size !== entries.length || ours.queued > 0) {
    const why = `${entries.length} entries for ${signed.size}, while ${ours.queued} appends wait`;
    throw new LedgerError('gap', why);
  }
  if (entries.length < ours.size) {
    const why = `it has ${entries.length} entries and this log ${ours.size}: nothing is missing here`;
    throw new LedgerError('gap', why);
  }
  const beginning = growEdge(emptyEdge(), entries.slice(0, ours.size).map(leafHash));
  const whole = growEdge(beginning, entries.slice(ours.size).map(leafHash));
  if (!equalBytes(edgeRoot(whole), signed.root)) {
    throw new LedgerError('root-mismatch', 'the entries do not give the signed root');
  }
  if (!equalBytes(edgeRoot(beginning), ours.root)) {
    throw new LedgerError('forked', 'the log that is shown does not begin with this one');
  }
  return batchesOf(entries.slice(ours.size));
}

/** Entries in runs within the bounds of a batch. */
function batchesOf(entries: readonly Uint8Array[]): Uint8Array[][] {
  const batches: Uint8Array[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = batches.at(-1);
    bytes += entry.length + RECORD_HEADER_BYTES;
    const isFull = last?.length === LIMITS.batchEntriesMax || bytes > LIMITS.batchBytesMax;
    if (last !== undefined && !isFull) {
      last.push(entry);
      continue;
    }
    batches.push([entry]);
    bytes = entry.length + RECORD_HEADER_BYTES;
  }
  return batches;
}
