// SPDX-License-Identifier: Apache-2.0
// What crossed, counted: by clause, the longest silence, and how long receipts took.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Distribution } from '@isthmus/release';
import type { CheckedReceipt } from './prove-log.ts';
import type { AuditedReceipts, CrossedClause, Silence } from './report.ts';
import type { Entries } from './rows.ts';

interface Account {
  entries: number;
  kinds: Record<string, number>;
  first: number;
  last: number;
  from: Instant;
  until: Instant;
}

/** What the first `size` entries are, in the order in which each clause first appears. */
export function accountsOf(
  entries: Entries,
  size: number,
): { readonly clauses: readonly CrossedClause[]; readonly longestSilence: Silence | null } {
  const clauses = new Map<string, Map<string, Account>>();
  let longestSilence: Silence | null = null;
  let longestUs = 0;
  let before: { readonly index: number; readonly at: Instant } | null = null;
  for (const { index, at, kind, agreementHash, clause } of entries.crossed(size)) {
    let ofAgreement = clauses.get(agreementHash);
    if (ofAgreement === undefined) {
      ofAgreement = new Map<string, Account>();
      clauses.set(agreementHash, ofAgreement);
    }
    let account = ofAgreement.get(clause);
    if (account === undefined) {
      account = { entries: 0, kinds: {}, first: index, last: index, from: at, until: at };
      ofAgreement.set(clause, account);
    }
    account.entries += 1;
    account.kinds[kind] = (account.kinds[kind] ?? 0) + 1;
    account.last = index;
    account.until = at;
    if (before !== null && at - before.at > longestUs) {
      longestUs = at - before.at;
      longestSilence = { after: before.index, from: before.at, until: at };
    }
    before = { index, at };
  }
  const told = [...clauses].flatMap(([agreementHash, ofAgreement]) =>
    [...ofAgreement].map(([clause, account]) => ({ agreementHash, clause, ...account })),
  );
  return { clauses: told, longestSilence };
}

/** Receipts against the entries each is the first for; null without any. */
export function receiptsOf(
  receipts: readonly CheckedReceipt[],
  entries: Entries,
  size: number,
): AuditedReceipts | null {
  const last = receipts.at(-1);
  if (last === undefined) return null;
  const waits: number[] = [];
  let next = 0;
  let from = 0;
  for (const { index, at } of entries.crossed(size)) {
    const receipt = receipts[next];
    if (receipt === undefined) break;
    if (index < from) continue;
    if (index < receipt.size) waits.push(secondsBetween(at, (receipt.atS * 1e6) as Instant));
    // The first entry of the next receipt is the one behind this one.
    from = Math.max(index + 1, receipt.size);
    next += 1;
  }
  const lastAt = (last.atS * 1e6) as Instant;
  return { count: receipts.length, entries: last.size, lastAt, latency: distributionOf(waits) };
}

function distributionOf(waits: readonly number[]): Distribution | null {
  if (waits.length === 0) return null;
  const sorted = waits.toSorted((a, b) => a - b);
  const rank = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { count: sorted.length, medianS: rank(0.5), p90S: rank(0.9), worstS: rank(1) };
}
