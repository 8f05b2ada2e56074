// SPDX-License-Identifier: Apache-2.0
// What the link needs of the two records, as narrow ports; `ledger`'s reader and mirror fit them.
// What leaves is made of `Recorded` tokens, which `ledger` alone can make: a draft, a released or an
// encoded item cannot be sent, whatever code is written here.

import type { Batch, Evidence, PartnerClaim } from '@isthmus/ledger';

/** Reads our own record of this direction from disk. */
export interface RecordReader {
  /** Entries that are durable and signed, as of the last `refresh`. */
  readonly size: number;
  /** Looks at the disk again. */
  refresh(): Promise<unknown>;
  /** The next batch whose first entry is `size`, or null when there is none. */
  batchAfter(size: number): Promise<Batch | null>;
  /** The checkpoint kept for exactly this size; null when there is none. */
  noteAt(size: number): Promise<string | null>;
  /** What shows that a claim of the partner does not agree with this record. */
  against(claim: PartnerClaim): Promise<Evidence>;
}

/** Keeps the partner's record of the other direction. */
export interface RecordMirror {
  /** Entries that are durable here. */
  readonly size: number;
  /** Root of the tree over them, 32 bytes. */
  readonly root: Uint8Array;
  /** The last accepted checkpoint as the partner signed it; null while there is none. */
  readonly checkpoint: string | null;
  /** Verifies and stores a batch; resolves when it is durable, rejects with a coded error. */
  accept(batch: {
    readonly first: number;
    readonly entries: readonly Uint8Array[];
    readonly checkpoint: string;
  }): Promise<unknown>;
  /** Keeps what a third party can check, durably, beside the partner's record. */
  keepEvidence(evidence: Evidence): Promise<unknown>;
}
