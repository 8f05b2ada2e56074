// SPDX-License-Identifier: Apache-2.0
// What was promised and what was done, computed from what link ledgers hold and nothing else, so that
// both sides come to the same. A verdict names the entries that prove it. Times are those in the
// entries, rounded to the tick as they went; where they leave a doubt, it is in the giver's favour.

import { type Instant, instant } from '@isthmus/earth';
import type { Item } from '@isthmus/picture';
import type { Agreement } from './agreement.ts';
import { judgeClause } from './compliance-clause.ts';
import { judgeCoverage } from './compliance-coverage.ts';
import { judgeWithdrawals } from './compliance-withdrawals.ts';

/** One entry of a link ledger, decoded. */
export interface LedgerEntry {
  /** Its place in the ledger, from 0. */
  readonly index: number;
  readonly agreementHash: string;
  readonly clause: string;
  readonly at: Instant;
  readonly item: Item;
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

/**
 * Judges every promise of the agreement in the directions of which a record is given, and says of what
 * no ledger shows that it does not.
 *
 * @param records entries under other agreements are in them and passed over
 */
export function judgeCompliance(
  agreement: Agreement,
  agreementHash: string,
  records: readonly LinkRecord[],
): Compliance {
  const own = records.map(({ from, to, entries }) => ({
    from,
    to,
    entries: entries.filter((entry) => entry.agreementHash === agreementHash),
  }));
  const span = spanOf(own);
  const accounts: ClauseAccount[] = [];
  const verdicts: Verdict[] = [];
  for (const record of own) {
    const isHere = (one: { readonly from: string; readonly to: string }): boolean =>
      one.from === record.from && one.to === record.to;
    verdicts.push(...strayVerdicts(agreement, record));
    for (const clause of agreement.clauses.filter(isHere)) {
      const judged = judgeClause(agreement, clause, record);
      accounts.push(judged.account);
      verdicts.push(...judged.verdicts);
    }
    for (const clause of (agreement.coverage ?? []).filter(isHere)) {
      const judged = judgeCoverage(agreement, clause, { record, span });
      accounts.push(judged.account);
      verdicts.push(...judged.verdicts);
    }
    verdicts.push(...judgeWithdrawals(agreement, record));
  }
  return { span, accounts, verdicts: [...verdicts, ...unseen(agreement)] };
}

/** True where something promised was not kept. */
export function isBroken({ verdicts }: Compliance): boolean {
  return verdicts.some(({ outcome }) => outcome === 'broken');
}

function spanOf(records: readonly LinkRecord[]): Span | null {
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  for (const { at } of records.flatMap(({ entries }) => entries)) {
    from = Math.min(from, at);
    until = Math.max(until, at);
  }
  return from > until ? null : { from: instant(from), until: instant(until) };
}

/** Entries under a clause that the agreement has not in this direction. */
function strayVerdicts(agreement: Agreement, record: LinkRecord): Verdict[] {
  const { from, to, entries } = record;
  const known = [...agreement.clauses, ...(agreement.coverage ?? [])]
    .filter((one) => one.from === from && one.to === to)
    .map(({ id }) => id);
  const stray = entries.filter(
    // A withdrawal goes whatever became of the clause.
    ({ clause, item }) => item.kind !== 'withdrawal' && !known.includes(clause),
  );
  const [first] = stray;
  if (first === undefined) return [];
  const says = `${stray.length} entries are under clauses that the agreement does not have in this direction, the first under ${first.clause}`;
  const proof = { judged: entries.length, failed: stray.length, first: first.index, worst: null };
  return [{ from, to, clause: null, promise: 'terms', outcome: 'broken', says, proof }];
}

const NO_PROOF: Proof = { judged: 0, failed: 0, first: null, worst: null };

/** What is owed and goes over no link. */
function unseen({ parties, duties, onwardRelease }: Agreement): Verdict[] {
  const of = (
    by: string,
    promise: PromiseKind,
    told: Pick<Verdict, 'clause' | 'says'>,
  ): Verdict => {
    const to = parties.find((party) => party !== by) ?? '';
    return { from: by, to, promise, outcome: 'not shown', proof: NO_PROOF, ...told };
  };
  const notices = (duties?.notices ?? []).map(({ from, id }) =>
    of(from, 'notices', {
      clause: id,
      says: 'notices go over no link; set them against what was seen with isthmus pln match',
    }),
  );
  const retention = (duties?.retention ?? []).map(({ by, days }) =>
    of(by, 'retention', {
      clause: null,
      says: `what was deleted after ${days} days shows in no ledger, and a ledger itself keeps what it holds`,
    }),
  );
  const onward = parties.map((by) =>
    of(by, 'onward release', {
      clause: null,
      says:
        onwardRelease === 'never'
          ? `that ${by} passed nothing on shows in no ledger of this link`
          : `what ${by} passed on shows in the ledgers of its other links, and not in this one's`,
    }),
  );
  return [...notices, ...retention, ...onward];
}
