// SPDX-License-Identifier: Apache-2.0
// One clause of events against what went under it: nothing beyond its terms, nothing more often than
// its tick, and as soon as was promised.

import { type Instant, instantFromIso, secondsBetween } from '@isthmus/earth';
import type { Agreement, Clause } from './agreement.ts';
import { finerThan } from './compliance-coarse.ts';
import { distributionOf, judgeLatency, type Timed } from './latency.ts';
import { LIMITS } from './limits.ts';
import { secondsWords } from './plain-words.ts';
import { IMPACT_FIELDS, includesLevel, LEVEL_NEEDED } from './shape.ts';
import {
  type ClauseAccount,
  isWhole,
  type LedgerEntry,
  type LinkRecord,
  type Span,
  type Verdict,
} from './verdict.ts';

/** What went under a clause, and the verdicts on its terms. */
export function judgeClause(
  agreement: Agreement,
  clause: Clause,
  record: LinkRecord,
): { readonly account: ClauseAccount; readonly verdicts: readonly Verdict[] } {
  const { from, to, id } = clause;
  const entries = record.entries.filter((entry) => entry.clause === id);
  const reports = firstReports(entries);
  const states = entries.flatMap(stateOf);
  const place = { record, clause: id };
  const account: ClauseAccount = {
    from,
    to,
    clause: id,
    releases: countKinds(entries),
    reportLatency: distributionOf(reports),
    stateLatency: distributionOf(states),
    coverageLatency: null,
    ticks: ticksOf(states, clause.tickS),
    coverage: null,
  };
  const verdicts = [
    termsVerdict(agreement, clause, entries),
    tickVerdict(clause, entries),
    ...judgeLatency(agreement, 'report', { ...place, timed: reports }),
    ...judgeLatency(agreement, 'state', { ...place, timed: states }),
  ];
  return { account, verdicts };
}

/** How many of each kind. */
export function countKinds(entries: readonly LedgerEntry[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { item } of entries) counts[item.kind] = (counts[item.kind] ?? 0) + 1;
  return counts;
}

/** Of each event the first report that names the time of launch. */
function firstReports(entries: readonly LedgerEntry[]): Timed[] {
  const first = new Map<string, Timed>();
  for (const entry of entries) {
    const { item } = entry;
    if (item.kind !== 'launch-report' || item.launchTime === null || first.has(item.event)) {
      continue;
    }
    first.set(item.event, { entry, data: item.launchTime });
  }
  return [...first.values()];
}

interface State extends Timed {
  readonly track: string;
}

function stateOf(entry: LedgerEntry): State[] {
  const { item } = entry;
  return 'estimate' in item ? [{ entry, data: item.estimate.time, track: item.track }] : [];
}

/** Ticks from the first to the last state of each track, and how many of them had none. */
function ticksOf(states: readonly State[], tickS: number): ClauseAccount['ticks'] {
  const byTrack = new Map<string, { first: number; last: number; said: number }>();
  for (const { entry, track } of states) {
    const tick = tickOf(entry.at, tickS);
    const before = byTrack.get(track) ?? { first: tick, last: tick - 1, said: 0 };
    // Entries stand in the order in which they went; of two in one tick one counts.
    const isNew = tick > before.last;
    const said = before.said + (isNew ? 1 : 0);
    byTrack.set(track, { ...before, last: isNew ? tick : before.last, said });
  }
  let between = 0;
  let without = 0;
  for (const { first, last, said } of byTrack.values()) {
    between += last - first + 1;
    without += last - first + 1 - said;
  }
  return { between, without };
}

function tickOf(at: Instant, tickS: number): number {
  return Math.floor(at / (tickS * 1e6));
}

/** Nothing beyond the clause: level, area of impact, looks, grids, floor, delay, the time in force. */
function termsVerdict(
  agreement: Agreement,
  clause: Clause,
  entries: readonly LedgerEntry[],
): Verdict {
  const inForce = inForceOf(agreement);
  const beyond = entries.flatMap((entry) => {
    const what = beyondOf(inForce, clause, entry);
    return what === null ? [] : [{ entry, what }];
  });
  const { from, to, id } = clause;
  const [first] = beyond;
  const proof = {
    judged: entries.length,
    failed: beyond.length,
    first: first?.entry.index ?? null,
    worst: null,
  };
  const common = { from, to, clause: id, promise: 'terms', proof } as const;
  if (entries.length === 0) return { ...common, outcome: 'nothing', says: 'nothing went' };
  const unjudged = entries.every(({ item }) => isWhole(item))
    ? ''
    : '; grids and floors of states are judged by isthmus agreement compliance';
  return first === undefined
    ? { ...common, outcome: 'kept', says: `nothing went that it does not give${unjudged}` }
    : {
        ...common,
        outcome: 'broken',
        says: `${beyond.length} of ${entries.length} went beyond it, the first: ${first.what}`,
      };
}

/** What of an entry the clause does not give; null where it gives all of it. */
function beyondOf(inForce: Span, clause: Clause, { item, at }: LedgerEntry): string | null {
  // A withdrawal goes at any time, and of anything.
  if (item.kind === 'withdrawal') return null;
  const outside = outsideValidity(inForce, { at, tickS: clause.tickS });
  if (outside !== null) return outside;
  if (item.kind === 'coverage-report') return 'a coverage report under a clause of events';
  if (!includesLevel(clause.level, LEVEL_NEEDED[item.kind])) {
    return `a ${item.kind} at level ${clause.level}`;
  }
  if (item.kind === 'launch-report' && clause.impactRegions !== true) {
    if (IMPACT_FIELDS.some((field) => item[field] !== null)) return 'an area or time of impact';
  }
  if (item.kind === 'tracklet') {
    const looks = clause.looksATracklet ?? LIMITS.looksATrackletDefault;
    if (item.looks < looks) return `a step of ${item.looks} looks, where ${looks} are the least`;
  }
  const finer = isWhole(item) ? finerThan(clause, item, at) : null;
  if (finer !== null) return finer;
  if (!('estimate' in item)) return null;
  // The release may have been up to a tick later, and the data half a tick earlier, than is written.
  const mostS = secondsBetween(item.estimate.time, at) + 1.5 * clause.tickS;
  return mostS < clause.delayS
    ? `a state at most ${mostS} s old, where ${clause.delayS} s of delay are agreed`
    : null;
}

/** When an agreement is in force; read once, for many entries. */
export function inForceOf({ validity }: Agreement): Span {
  return { from: instantFromIso(validity.from), until: instantFromIso(validity.until) };
}

/** Why something did not go while the agreement was in force; null where it may have. */
export function outsideValidity(
  { from, until }: Span,
  gone: { readonly at: Instant; readonly tickS: number },
): string | null {
  // It went up to a tick later than is written.
  const latestS = secondsBetween(from, gone.at) + gone.tickS;
  if (latestS <= 0) return 'before the agreement was in force';
  return gone.at >= until ? 'after the agreement had ended' : null;
}

/**
 * At most one state of a track and one report of an event a tick. What waited for a delay may have
 * become due together, so that nothing is said of it.
 */
function tickVerdict(clause: Clause, entries: readonly LedgerEntry[]): Verdict {
  const { from, to, id, tickS, delayS } = clause;
  const seen = { tracks: new Map<string, Set<number>>(), events: new Map<string, Set<number>>() };
  const again: LedgerEntry[] = [];
  let judged = 0;
  for (const entry of entries) {
    const of = subjectOf(entry);
    if (of === null || delayS > 0) continue;
    judged += 1;
    const tick = tickOf(entry.at, tickS);
    const ticks = seen[of.kind].get(of.id);
    if (ticks === undefined) seen[of.kind].set(of.id, new Set([tick]));
    else if (ticks.has(tick)) again.push(entry);
    else ticks.add(tick);
  }
  const every = secondsWords(tickS);
  const proof = { judged, failed: again.length, first: again[0]?.index ?? null, worst: null };
  const common = { from, to, clause: id, promise: 'tick', proof } as const;
  if (judged === 0) return { ...common, outcome: 'nothing', says: `nothing went by ${every}` };
  return again.length === 0
    ? { ...common, outcome: 'kept', says: `nothing was said of one thing twice in ${every}` }
    : {
        ...common,
        outcome: 'broken',
        says: `${again.length} times something was said of one thing twice in ${every}`,
      };
}

/** What a tick is counted for: a track's states, an event's reports. */
function subjectOf({
  item,
}: LedgerEntry): { readonly kind: 'tracks' | 'events'; readonly id: string } | null {
  if ('estimate' in item) return { kind: 'tracks', id: item.track };
  return item.kind === 'launch-report' ? { kind: 'events', id: item.event } : null;
}
