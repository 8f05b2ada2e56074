// SPDX-License-Identifier: Apache-2.0
// What was promised and what was done, for people: first what was not kept, then all of it.

import { isoFromInstant } from '@isthmus/earth';
import type { ClauseAccount, Compliance, Distribution, Outcome, Verdict } from '@isthmus/release';
import type { ToldRecord } from './compliance.ts';

const SIGNS: Readonly<Record<Outcome, string>> = {
  kept: 'kept',
  broken: 'NOT KEPT',
  open: 'open',
  nothing: 'nothing to judge',
  'not shown': 'no ledger shows it',
};

/** The whole report. */
export function complianceText(
  of: { readonly name: string; readonly version: number; readonly hash: string },
  records: readonly ToldRecord[],
  { span, accounts, verdicts }: Compliance,
): string {
  const broken = verdicts.filter(({ outcome }) => outcome === 'broken');
  const period =
    span === null ? '' : `, from ${isoFromInstant(span.from)} to ${isoFromInstant(span.until)}`;
  const head = [
    `${of.name}, version ${of.version}, hash ${of.hash}${period}`,
    broken.length === 0
      ? 'Nothing that these ledgers show was promised and not kept.'
      : `${broken.length} promise${broken.length === 1 ? ' was' : 's were'} not kept.`,
  ];
  const parts = [
    head.join('\n'),
    ...records.map((record) => recordText(record, accounts, verdicts)),
    unseenText(verdicts),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function recordText(
  record: ToldRecord,
  accounts: readonly ClauseAccount[],
  verdicts: readonly Verdict[],
): string {
  const isHere = (one: { readonly from: string; readonly to: string }): boolean =>
    one.from === record.from && one.to === record.to;
  const seen = verdicts.filter((one) => isHere(one) && one.outcome !== 'not shown');
  const lines = [`${record.from} to ${record.to}: ${ledgerWords(record)}`];
  for (const account of accounts.filter(isHere)) {
    lines.push(`  ${account.clause}: ${accountWords(account)}`);
    for (const verdict of seen) if (verdict.clause === account.clause) lines.push(line(verdict));
  }
  const whole = seen.filter(({ clause }) => clause === null);
  if (whole.length > 0) lines.push('  in all', ...whole.map(line));
  return lines.join('\n');
}

function ledgerWords({ entries, underOthers, copies, receipted }: ToldRecord): string {
  const words = [`${entries} entries`];
  if (underOthers > 0) words.push(`${underOthers} under other agreements and not judged`);
  words.push(
    receipted === null ? 'no receipts in these copies' : `${receipted} with the partner's receipt`,
  );
  const shortest = copies.at(-1)?.entries ?? entries;
  if (copies.length > 1) {
    const lack = entries - shortest;
    words.push(
      lack === 0
        ? `${copies.length} copies tell the same`
        : `${copies.length} copies tell one story, of which the shortest lacks the last ${lack}`,
    );
  }
  return words.join(', ');
}

function accountWords(account: ClauseAccount): string {
  const { releases, reportLatency, stateLatency, coverageLatency, ticks, coverage } = account;
  const counts = Object.entries(releases).map(([kind, count]) => `${count} ${kind}`);
  const words = [counts.length === 0 ? 'nothing went' : counts.join(', ')];
  for (const [name, of] of [
    ['first reports', reportLatency],
    ['states', stateLatency],
    ['coverage', coverageLatency],
  ] as const) {
    if (of !== null) words.push(`${name} ${latencyWords(of)}`);
  }
  if (ticks.between > 0) words.push(`${ticks.without} of ${ticks.between} ticks without a state`);
  if (coverage !== null) {
    const { owed, sent, excused, missing } = coverage;
    words.push(`${sent} of ${owed} periods reported, ${excused} excused, ${missing} missing`);
  }
  return words.join('; ');
}

function latencyWords({ medianS, p90S, worstS }: Distribution): string {
  const [median, p90, worst] = [medianS, p90S, worstS].map((s) => Number(s.toFixed(3)));
  return `after ${median} s (median), ${p90} s (9 of 10), ${worst} s (slowest)`;
}

function line({ promise, outcome, says, proof }: Verdict): string {
  const { first, worst } = proof;
  const entries = [
    ...(first === null ? [] : [`first entry ${first}`]),
    ...(worst === null || worst === first ? [] : [`slowest entry ${worst}`]),
  ];
  const where = entries.length === 0 ? '' : ` (${entries.join(', ')})`;
  return `    ${SIGNS[outcome]}: ${promise}: ${says}${where}`;
}

/** What nobody can show, once, at the end. */
function unseenText(verdicts: readonly Verdict[]): string {
  const unseen = verdicts.filter(({ outcome }) => outcome === 'not shown');
  if (unseen.length === 0) return '';
  const lines = unseen.map(({ from, clause, promise, says }) => {
    const of = clause === null ? promise : `${promise} (${clause})`;
    return `  ${from}: ${of}: ${says}`;
  });
  return ['What no ledger shows:', ...lines].join('\n');
}
