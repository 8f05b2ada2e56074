// SPDX-License-Identifier: Apache-2.0
// What an audit tells, for machines: these names do not change their meaning. schemas/audit.schema.json
// describes the same for who reads it elsewhere.

import type { Instant } from '@isthmus/earth';
import type { ClauseAccount, Distribution, Verdict } from '@isthmus/release';
import type { Finding, Remark } from './finding.ts';
import type { CrossedEntry } from './rows.ts';

/** The form of this report. */
export const REPORT_FORM = 'isthmus/audit/v1';

/** A finding or remark with the folder it is of; null for what is of no one folder. */
export type Placed<T> = T & { readonly folder: string | null };

export interface AuditReport {
  readonly isthmus: typeof REPORT_FORM;
  /** True where there is no finding and no broken promise. */
  readonly inOrder: boolean;
  readonly findings: readonly (Placed<Finding> & { readonly evidence: string | null })[];
  readonly remarks: readonly Placed<Remark>[];
  readonly keys: readonly AuditedKeys[];
  readonly logs: readonly AuditedLog[];
  /** Null where no agreement was given. */
  readonly agreement: AuditedAgreement | null;
  readonly decisions: readonly AuditedDecisions[];
}

/** A party's register that was used. */
export interface AuditedKeys {
  readonly party: string;
  readonly peer: string;
  readonly folder: string;
  readonly serial: number;
  /** Of the identity, as two people compare it. */
  readonly fingerprint: string;
}

/** What one party sent the other, as the best of the copies has it. */
export interface AuditedLog {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly mode: string;
  /** Entries proven under a signed checkpoint. */
  readonly entries: number;
  /** base64 */
  readonly root: string;
  readonly copies: readonly AuditedCopy[];
  /** Null where no copy has receipts that could be checked: a mirror keeps none. */
  readonly receipts: AuditedReceipts | null;
  /** What went, by agreement and clause. */
  readonly clauses: readonly CrossedClause[];
  /** The longest time between two entries; null below two. */
  readonly longestSilence: Silence | null;
  readonly crossed: Iterable<CrossedEntry>;
}

export interface AuditedCopy {
  readonly folder: string;
  readonly form: 'ledger' | 'mirror' | 'export';
  readonly entries: number;
  readonly checkpoints: number;
  /** Every entry that is signed for here is proven. */
  readonly isWhole: boolean;
}

export interface AuditedReceipts {
  readonly count: number;
  /** Entries under the last one. */
  readonly entries: number;
  readonly lastAt: Instant;
  /** Seconds from the release, by the sender's clock, to the receipt, by the receiver's; the oldest
   * entry of each receipt. */
  readonly latency: Distribution | null;
}

export interface CrossedClause {
  readonly agreementHash: string;
  readonly clause: string;
  readonly entries: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly first: number;
  readonly last: number;
  readonly from: Instant;
  readonly until: Instant;
}

export interface Silence {
  /** The entry before it. */
  readonly after: number;
  readonly from: Instant;
  readonly until: Instant;
}

export interface AuditedAgreement {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  /** Entries under other agreements, which are not judged. */
  readonly underOthers: number;
  readonly accounts: readonly ClauseAccount[];
  readonly verdicts: readonly Verdict[];
}

/** A side's own log of its gate. */
export interface AuditedDecisions {
  readonly file: string;
  readonly side: string;
  readonly lines: number;
  readonly released: number;
  readonly withheld: readonly WithheldReason[];
}

export interface WithheldReason {
  /** Code of the gate's reason. */
  readonly code: string;
  readonly count: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** One of the reasons as it was written. */
  readonly example: string;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}
