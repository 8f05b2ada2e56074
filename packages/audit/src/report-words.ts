// SPDX-License-Identifier: Apache-2.0
// The words in which both reports for people say the same.

import { isoFromInstant } from '@isthmus/earth';
import type { Distribution } from '@isthmus/release';
import type { Place } from './finding.ts';
import type { AuditedCopy, AuditedLog, AuditReport } from './report.ts';

/** The first sentence. */
export function verdictWords({ inOrder, findings, logs, agreement }: AuditReport): string {
  const entries = logs.reduce((sum, log) => sum + log.entries, 0);
  const proven = `${entries} entries of ${logs.length} ${logs.length === 1 ? 'log' : 'logs'} are proven`;
  if (inOrder) return `In order: ${proven}.`;
  const broken = (agreement?.verdicts ?? []).filter(({ outcome }) => outcome === 'broken').length;
  const parts = [
    ...(findings.length === 0
      ? []
      : [`${counted(findings.length, 'thing does', 'things do')} not hold`]),
    ...(broken === 0 ? [] : [`${counted(broken, 'promise was', 'promises were')} not kept`]),
  ];
  return `Not in order: ${parts.join(', and ')}; ${proven}.`;
}

export function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}

/** Where a finding is: folder, file, record or line, entry. */
export function placeWords(place: Place & { readonly folder: string | null }): string {
  const { folder, file, record, entry, through } = place;
  const path = [folder, file].filter((part) => part !== null).join('/');
  const isEntries = file === 'entries';
  const parts = [
    path,
    ...(record === null || isEntries ? [] : [`record ${record}`]),
    ...(entry === null
      ? []
      : [entry === through ? `entry ${entry}` : `entries ${entry} to ${through ?? entry}`]),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function copyWords({ folder, form, entries, checkpoints, isWhole }: AuditedCopy): string {
  const proven = `${entries} entries under ${counted(checkpoints, 'checkpoint', 'checkpoints')}`;
  return `${form} ${folder}: ${proven}, ${isWhole ? 'holds' : 'DOES NOT HOLD'}`;
}

export function receiptWords({ receipts, entries }: AuditedLog): string {
  if (receipts === null) return 'no receipts in these copies that could be checked';
  const { count, entries: receipted, latency, lastAt } = receipts;
  const open = Math.max(0, entries - receipted);
  const words = `${counted(count, 'receipt', 'receipts')} for the first ${receipted} entries, the last of ${isoFromInstant(lastAt)}; ${open === 0 ? 'none is without' : `the last ${open} are without`}`;
  return latency === null
    ? words
    : `${words}; from release to receipt, by the two sides' clocks: ${latencyWords(latency)}`;
}

export function latencyWords({ medianS, p90S, worstS }: Distribution): string {
  const [median, p90, worst] = [medianS, p90S, worstS].map((s) => Number(s.toFixed(3)));
  return `${median} s (median), ${p90} s (9 of 10), ${worst} s (slowest)`;
}

export function silenceWords({ longestSilence }: AuditedLog): string | null {
  if (longestSilence === null) return null;
  const { after, from, until } = longestSilence;
  const lengthS = Number(((until - from) / 1e6).toFixed(3));
  return `longest time without an entry: ${lengthS} s, behind entry ${after}, to ${isoFromInstant(until)}`;
}

export function kindsWords(kinds: Readonly<Record<string, number>>): string {
  return Object.entries(kinds)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}
