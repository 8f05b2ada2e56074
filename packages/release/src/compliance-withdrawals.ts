// SPDX-License-Identifier: Apache-2.0
// Withdrawals against what was said before: what the giver itself called no launch is taken back, as
// soon as was promised, and nothing more is said of what was taken back.

import { secondsBetween } from '@isthmus/earth';
import type { Agreement } from './agreement.ts';
import { secondsWords } from './plain-words.ts';
import type { LedgerEntry, LinkRecord, Outcome, Verdict } from './verdict.ts';

/** Both verdicts, of one direction; withdrawals are of events and not of clauses. */
export function judgeWithdrawals(agreement: Agreement, record: LinkRecord): Verdict[] {
  const withdrawn = new Map<string, LedgerEntry>();
  const cancelled = new Map<string, LedgerEntry>();
  const after: LedgerEntry[] = [];
  for (const entry of record.entries) {
    const { item } = entry;
    if (!('event' in item)) continue;
    if (withdrawn.has(item.event)) after.push(entry);
    if (item.kind === 'withdrawal') withdrawn.set(item.event, entry);
    const isCancelled = item.kind === 'launch-report' && item.assessment === 'cancelled';
    if (isCancelled && !cancelled.has(item.event)) cancelled.set(item.event, entry);
  }
  return [
    owedVerdict(agreement, record, { cancelled, withdrawn }),
    silenceVerdict(record, [...withdrawn.values()], after),
  ];
}

function owedVerdict(
  { duties }: Agreement,
  { from, to, entries }: LinkRecord,
  events: {
    readonly cancelled: ReadonlyMap<string, LedgerEntry>;
    readonly withdrawn: ReadonlyMap<string, LedgerEntry>;
  },
): Verdict {
  const { cancelled, withdrawn } = events;
  const withinS = duties?.withdrawal?.withinS ?? Number.POSITIVE_INFINITY;
  // Read only where something was said, so that there is one.
  const last = entries.at(-1) as LedgerEntry;
  const late: LedgerEntry[] = [];
  const open: LedgerEntry[] = [];
  for (const [event, said] of cancelled) {
    const taken = withdrawn.get(event);
    const waitedS = secondsBetween(said.at, (taken ?? last).at);
    if (waitedS > withinS) late.push(said);
    else if (taken === undefined) open.push(said);
  }
  const outcome: Outcome =
    late.length > 0 ? 'broken' : open.length > 0 ? 'open' : cancelled.size > 0 ? 'kept' : 'nothing';
  const failed = late.length + open.length;
  const first = (late[0] ?? open[0])?.index ?? null;
  const proof = { judged: cancelled.size, failed, first, worst: null };
  const promised =
    withinS === Number.POSITIVE_INFINITY
      ? 'promised for no time'
      : `promised within ${secondsWords(withinS)}`;
  const called =
    cancelled.size === 0
      ? 'the giver called nothing no launch'
      : `of ${cancelled.size} events that the giver called no launch ${late.length} were taken back late or not at all, ${open.length} are not taken back yet`;
  const says = `${promised}; ${called}; ${withdrawn.size} withdrawals in all`;
  return { from, to, clause: null, promise: 'withdrawal', outcome, says, proof };
}

function silenceVerdict(
  { from, to }: LinkRecord,
  withdrawals: readonly LedgerEntry[],
  after: readonly LedgerEntry[],
): Verdict {
  const common = { from, to, clause: null, promise: 'silence after withdrawal' } as const;
  const first = after[0]?.index ?? null;
  const proof = { judged: withdrawals.length, failed: after.length, first, worst: null };
  if (withdrawals.length === 0) {
    return { ...common, outcome: 'nothing', says: 'nothing was taken back', proof };
  }
  return after.length === 0
    ? { ...common, outcome: 'kept', says: 'nothing more was said of what was taken back', proof }
    : {
        ...common,
        outcome: 'broken',
        says: `${after.length} times more was said of what was taken back`,
        proof,
      };
}
