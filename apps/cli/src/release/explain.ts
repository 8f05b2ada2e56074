// SPDX-License-Identifier: Apache-2.0
// Why something was released or withheld: the decisions about it, each with its clause, its rule, what
// was removed and changed, and what would have to be otherwise. From the record alone.

import { type Instant, instantFromIso, isoFromInstant } from '@isthmus/earth';
import type { DecisionLine } from '@isthmus/node';
import type { ItemKind } from '@isthmus/picture';
import {
  describeAgreement,
  type FieldChange,
  type PartnerAnswer,
  partnerAnswer,
  RELEASE_RULES,
  type ReasonDetails,
  reasonDetails,
} from '@isthmus/release';
import type { LedgerEntry, SideRecord } from './side-record.ts';

/** What is asked after: a local or released name, an entry of the ledger, or a line of the log. */
export type Question =
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'entry'; readonly entry: number }
  | { readonly by: 'decision'; readonly ordinal: number };

export interface ExplainedReason {
  readonly code: ReasonDetails['code'] | null;
  readonly text: string;
  /** Rule of spec/release.md; null for what is no rule of the gate, such as an officer's act. */
  readonly rule: string | null;
  /** What would have to change for it to go; null where nothing was withheld. */
  readonly change: string | null;
}

export interface ExplainedDecision {
  readonly decision: number;
  readonly at: string;
  readonly outcome: DecisionLine['outcome'];
  readonly kind: DecisionLine['kind'];
  readonly subject: string;
  readonly clause: string | null;
  /** The rule it went by; null where it did not go. */
  readonly rule: { readonly id: string; readonly says: string } | null;
  readonly reasons: readonly ExplainedReason[];
  readonly removed: readonly string[];
  /** Both values, as far as the own log keeps them; null for a log of an earlier build. */
  readonly coarsened: readonly FieldChange[] | null;
  readonly officers: readonly string[];
  readonly entry: ExplainedEntry | null;
}

export interface ExplainedEntry {
  readonly index: number;
  readonly leaf: string;
  /** False where the ledger holds something else there, or nothing: log and ledger do not fit. */
  readonly holds: boolean;
  /** Of the agreement it went under; null where it cannot be read. */
  readonly agreementHash: string | null;
  /** Names the partner knows it by. */
  readonly event: string | null;
  readonly track: string | null;
}

export interface Explanation {
  readonly side: string;
  readonly partner: string;
  readonly agreement: { readonly name: string; readonly version: number; readonly hash: string };
  /** Line of the log at which its chain breaks; nothing after it was read. */
  readonly brokenAt: number | null;
  readonly decisions: readonly ExplainedDecision[];
  /** The terms of each clause that is named, in sentences. */
  readonly clauses: Readonly<Record<string, readonly string[]>>;
  /** The one word the partner may be told. */
  readonly partnerMayBeTold: PartnerAnswer;
}

/** Explains what the record says of a question; no decisions where it says nothing of it. */
export function explain(record: SideRecord, question: Question, now: Instant): Explanation {
  const { document, agreement, agreementHash, decisions } = record;
  const lines = linesFor(record, question);
  const explained = lines.map((line) => explainLine(line, record.entries));
  const named = new Set(lines.flatMap(({ clause }) => clause ?? []));
  const words = describeAgreement(agreement).directions.flatMap(({ gives }) => gives);
  const clauses = words.filter(({ clause }) => named.has(clause));
  const released = lines.filter(({ entry }) => entry !== null);
  const { from, until } = agreement.validity;
  return {
    side: document.side,
    partner: document.partner,
    agreement: { name: agreement.name, version: agreement.version, hash: agreementHash },
    brokenAt: decisions.broken,
    decisions: explained,
    clauses: Object.fromEntries(clauses.map(({ clause, sentences }) => [clause, sentences])),
    partnerMayBeTold: partnerAnswer({
      received: released.length > 0,
      withdrawn: released.some(({ kind }) => kind === 'withdrawal'),
      inForce: now >= instantFromIso(from) && now < instantFromIso(until),
    }),
  };
}

/** Every name the log speaks of: events, and what else stands by itself. */
export function namesIn({ decisions }: SideRecord): string[] {
  return [...new Set(decisions.lines.map(({ subject }) => subject.split('/')[0] ?? subject))];
}

function linesFor({ decisions, entries }: SideRecord, question: Question): readonly DecisionLine[] {
  const { lines } = decisions;
  if (question.by === 'entry') return lines.filter(({ entry }) => entry === question.entry);
  if (question.by === 'decision')
    return lines.filter(({ ordinal }) => ordinal === question.ordinal);
  const { name } = question;
  const bears = ({ subject, entry }: DecisionLine): boolean => {
    if (subject === name || subject.split('/').includes(name)) return true;
    const item = entry === null ? undefined : entries[entry]?.release?.item;
    const names = item === undefined ? [] : namesOf(item);
    // People tell the partner's names apart by their first eight digits.
    return /^[0-9a-f]{8,32}$/.test(name) && names.some((one) => one?.startsWith(name));
  };
  return lines.filter(bears);
}

function namesOf(item: NonNullable<LedgerEntry['release']>['item']): (string | null)[] {
  return ['event' in item ? item.event : null, 'track' in item ? item.track : null];
}

function explainLine(line: DecisionLine, entries: readonly LedgerEntry[]): ExplainedDecision {
  const { ordinal, at, outcome, kind, subject, clause, removed, officers = [] } = line;
  const isWithheld = outcome === 'withheld';
  return {
    decision: ordinal,
    at: isoFromInstant(at),
    outcome,
    kind,
    subject,
    clause,
    rule: outcome === 'released' ? RELEASE_RULES[kind as ItemKind] : null,
    reasons: line.reasons.map((text, i) =>
      explainReason(line.codes?.[i] ?? text, text, isWithheld),
    ),
    removed,
    coarsened: line.coarsened ?? null,
    officers,
    entry: line.entry === null ? null : explainEntry(line.entry, line.leaf, entries),
  };
}

function explainReason(key: string, text: string, isWithheld: boolean): ExplainedReason {
  const details = isWithheld ? reasonDetails(key) : null;
  if (details === null) return { code: null, text, rule: null, change: null };
  return { code: details.code, text, rule: details.rule, change: details.change };
}

function explainEntry(
  index: number,
  leaf: string | null,
  entries: readonly LedgerEntry[],
): ExplainedEntry {
  const held = entries[index];
  const release = held?.release ?? null;
  const [event = null, track = null] = release === null ? [] : namesOf(release.item);
  const agreementHash = release?.agreementHash ?? null;
  const holds = held !== undefined && held.leaf === leaf;
  return { index, leaf: leaf ?? '', holds, agreementHash, event, track };
}
