// SPDX-License-Identifier: Apache-2.0
// What compliance is told of and tells: entries of ledgers in, verdicts and accounts out.

import type { Instant } from '@isthmus/earth';
import type { Estimate, Item } from '@isthmus/picture';

type State = Extract<Item, { readonly estimate: Estimate }>;

/** What of a state is left where a million are held: no position and no covariance. */
export interface JudgedState extends Pick<State, 'kind' | 'track' | 'event' | 'looks'> {
  readonly estimate: Pick<Estimate, 'time'>;
}

/** What is judged: an item, or what is left of a state, of which grids and floors are not judged. */
export type JudgedItem = Item | JudgedState;

/** False for what is left of a state. */
export function isWhole(item: JudgedItem): item is Item {
  return !('estimate' in item) || 'state' in item.estimate;
}

/** One entry of a link ledger, decoded. */
export interface LedgerEntry {
  /** Its place in the ledger, from 0. */
  readonly index: number;
  readonly agreementHash: string;
  readonly clause: string;
  readonly at: Instant;
  readonly item: JudgedItem;
}

/** What one side sent the other, whole and in order. The caller has verified it. */
export interface LinkRecord {
  readonly from: string;
  readonly to: string;
  readonly entries: readonly LedgerEntry[];
}

/**
 * `kept`, `broken`: the entries show it. `open`: what is not there yet may still come, or was not
 * promised for any time. `nothing`: it never came to it. `not shown`: no ledger can show it.
 */
export type Outcome = 'kept' | 'broken' | 'open' | 'nothing' | 'not shown';

export type PromiseKind =
  | 'terms'
  | 'tick'
  | 'latency of reports'
  | 'latency of states'
  | 'latency of coverage'
  | 'coverage'
  | 'withdrawal'
  | 'silence after withdrawal'
  | 'notices'
  | 'retention'
  | 'onward release';

export interface Verdict {
  readonly from: string;
  readonly to: string;
  /** The clause or notice that promised; null for what is of a whole direction. */
  readonly clause: string | null;
  readonly promise: PromiseKind;
  readonly outcome: Outcome;
  /** One plain sentence. */
  readonly says: string;
  readonly proof: Proof;
}

/** Entries of the ledger of the verdict's direction. */
export interface Proof {
  /** How many entries, periods or events were judged. */
  readonly judged: number;
  /** How many of them break the promise, or are open. */
  readonly failed: number;
  /** The first entry that breaks it; null where none does, or where what is missing is no entry. */
  readonly first: number | null;
  /** The entry that is worst of all, kept or not; null where there is no better and worse. */
  readonly worst: number | null;
}

/** Seconds from the data to the release, over all releases of one sort. */
export interface Distribution {
  readonly count: number;
  readonly medianS: number;
  readonly p90S: number;
  readonly worstS: number;
}

/** What went under one clause. */
export interface ClauseAccount {
  readonly from: string;
  readonly to: string;
  readonly clause: string;
  /** By kind of item; kinds of which nothing went are left out. */
  readonly releases: Readonly<Record<string, number>>;
  readonly reportLatency: Distribution | null;
  readonly stateLatency: Distribution | null;
  readonly coverageLatency: Distribution | null;
  /** Ticks between the first and the last state of each track, and those in which none went. */
  readonly ticks: { readonly between: number; readonly without: number };
  /** Null for a clause of events. */
  readonly coverage: CoverageAccount | null;
}

export interface CoverageAccount {
  readonly owed: number;
  readonly sent: number;
  /** Not sent, and something of which the giver told may be why. */
  readonly excused: number;
  readonly missing: number;
}

export interface Compliance {
  /** From the first entry to the last of all that was given; null where there is none. */
  readonly span: Span | null;
  readonly accounts: readonly ClauseAccount[];
  readonly verdicts: readonly Verdict[];
}

export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}
