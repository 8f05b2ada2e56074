// SPDX-License-Identifier: Apache-2.0
// One coverage clause against the reports that went under it: which periods were owed, which were sent,
// and what became of the others. Where something was seen no report goes, so that a missing one is not
// held against a giver that told of anything about that time.

import { type Instant, instant, instantFromIso, isoFromInstant } from '@isthmus/earth';
import type { CoverageReport } from '@isthmus/picture';
import type { Agreement, CoverageClause } from './agreement.ts';
import { countKinds, inForceOf, outsideValidity } from './compliance-clause.ts';
import { isCoarse } from './compliance-coarse.ts';
import { distributionOf, judgeLatency, type Timed } from './latency.ts';
import type { ClauseAccount, LedgerEntry, LinkRecord, Span, Verdict } from './verdict.ts';

/** What is seen this long beside a period may be of a launch in it: estimates err. */
const BESIDE_US = 120e6;

interface Reported {
  readonly entry: LedgerEntry;
  readonly report: CoverageReport;
}

/** What went under a coverage clause, and the verdicts on it. */
export function judgeCoverage(
  agreement: Agreement,
  clause: CoverageClause,
  given: { readonly record: LinkRecord; readonly span: Span | null },
): { readonly account: ClauseAccount; readonly verdicts: readonly Verdict[] } {
  const { from, to, id } = clause;
  const { record, span } = given;
  const entries = record.entries.filter((entry) => entry.clause === id);
  const reports = entries.flatMap((entry): Reported[] =>
    entry.item.kind === 'coverage-report' ? [{ entry, report: entry.item }] : [],
  );
  const timed = reports.map(({ entry, report }): Timed => ({ entry, data: report.until }));
  const periods = periodsOf(agreement, clause, { record, span, reports });
  const count = (state: Period['state']): number =>
    periods.filter((period) => period.state === state).length;
  const account: ClauseAccount = {
    from,
    to,
    clause: id,
    releases: countKinds(entries),
    reportLatency: null,
    stateLatency: null,
    coverageLatency: distributionOf(timed),
    ticks: { between: 0, without: 0 },
    coverage: {
      owed: periods.length,
      sent: count('sent'),
      excused: count('excused'),
      missing: count('missing'),
    },
  };
  const verdicts = [
    formVerdict(agreement, clause, entries),
    owedVerdict(agreement, clause, periods),
    ...judgeLatency(agreement, 'coverage', { record, clause: id, timed }),
  ];
  return { account, verdicts };
}

/** Each report speaks of one whole period, as coarsely as all do, of a class of the clause, while it is in force. */
function formVerdict(
  agreement: Agreement,
  clause: CoverageClause,
  entries: readonly LedgerEntry[],
): Verdict {
  const { from, to, id, everyS, objectClasses } = clause;
  const inForce = inForceOf(agreement);
  const wrong = entries.filter(({ item, at }) => {
    if (item.kind === 'withdrawal') return false;
    if (item.kind !== 'coverage-report') return true;
    if (outsideValidity(inForce, { at, tickS: everyS }) !== null) return true;
    return !isCoarse(clause, item) || !objectClasses.includes(item.objectClass);
  });
  const first = wrong[0]?.index ?? null;
  const proof = { judged: entries.length, failed: wrong.length, first, worst: null };
  const common = { from, to, clause: id, promise: 'terms', proof } as const;
  if (entries.length === 0) return { ...common, outcome: 'nothing', says: 'nothing went' };
  return wrong.length === 0
    ? {
        ...common,
        outcome: 'kept',
        says: 'each report is of one period and a class it gives, while it was in force',
      }
    : {
        ...common,
        outcome: 'broken',
        says: `${wrong.length} are of no period or class it gives, or of no time in force`,
      };
}

interface Period {
  readonly until: Instant;
  readonly objectClass: CoverageReport['objectClass'];
  readonly state: 'sent' | 'excused' | 'missing';
  /** The report of it, or the next one of the class that went instead. */
  readonly entry: number | null;
}

/** The whole periods of the clause for which a report would be there by the end of the record. */
function periodsOf(
  agreement: Agreement,
  clause: CoverageClause,
  given: {
    readonly record: LinkRecord;
    readonly span: Span | null;
    readonly reports: readonly Reported[];
  },
): Period[] {
  const { record, reports, span } = given;
  if (span === null) return [];
  const everyUs = clause.everyS * 1e6;
  const begins = Math.max(span.from, instantFromIso(agreement.validity.from));
  const ends = Math.min(span.until, instantFromIso(agreement.validity.until));
  const last = Math.floor((ends - graceUs(agreement, clause)) / everyUs);
  const events = eventSpans(record.entries);
  const periods = clause.objectClasses.flatMap((objectClass) => {
    const own = reports
      .filter(({ report }) => report.objectClass === objectClass)
      .toSorted((a, b) => a.report.until - b.report.until);
    const all: Period[] = [];
    let next = 0;
    for (let k = Math.ceil(begins / everyUs) + 1; k <= last; k += 1) {
      const until = instant(k * everyUs);
      while ((own[next]?.report.until ?? until) < until) next += 1;
      const isSent = own[next]?.report.until === until;
      const isExcused = events.some(
        (event) =>
          event.until >= until - 2 * everyUs - BESIDE_US &&
          event.from <= until + everyUs + BESIDE_US,
      );
      const state = isSent ? 'sent' : isExcused ? 'excused' : 'missing';
      all.push({ until, objectClass, state, entry: own[next]?.entry.index ?? null });
    }
    return all;
  });
  return periods.toSorted((a, b) => a.until - b.until);
}

/** How long after a period its report may still come: as promised, else one more period. */
function graceUs({ duties }: Agreement, { id, everyS }: CoverageClause): number {
  const promised = duties?.latency?.find(({ clause }) => clause === id)?.withinS;
  return (promised ?? everyS) * 1e6;
}

/** From the launch of each event of which anything went, or the first word of it, to the last. */
function eventSpans(entries: readonly LedgerEntry[]): readonly Span[] {
  const spans = new Map<string, Span>();
  for (const { item, at } of entries) {
    if (!('event' in item)) continue;
    const launch = item.kind === 'launch-report' ? (item.launchTime ?? at) : at;
    const before = spans.get(item.event) ?? { from: launch, until: at };
    spans.set(item.event, {
      from: instant(Math.min(before.from, launch)),
      until: instant(Math.max(before.until, at)),
    });
  }
  return [...spans.values()];
}

/** What is missing breaks the promise where it was promised for a time, and is open where it was not. */
function owedVerdict(
  { duties }: Agreement,
  { from, to, id }: CoverageClause,
  periods: readonly Period[],
): Verdict {
  const isPromised = (duties?.latency ?? []).some(({ clause }) => clause === id);
  const missing = periods.filter(({ state }) => state === 'missing');
  const [first] = missing;
  const proof = {
    judged: periods.length,
    failed: missing.length,
    first: first?.entry ?? null,
    worst: null,
  };
  const common = { from, to, clause: id, promise: 'coverage', proof } as const;
  if (periods.length === 0) {
    return { ...common, outcome: 'nothing', says: 'no whole period lies in the record' };
  }
  const excused = periods.filter(({ state }) => state === 'excused').length;
  const why =
    excused === 0 ? '' : `; ${excused} did not go about the time of something that was told`;
  if (first === undefined) {
    const sent = periods.length - excused;
    return { ...common, outcome: 'kept', says: `${sent} of ${periods.length} went${why}` };
  }
  const where = `the first until ${isoFromInstant(first.until)}, of ${first.objectClass}`;
  const says = `${missing.length} of ${periods.length} are missing, ${where}${why}`;
  return isPromised
    ? { ...common, outcome: 'broken', says }
    : { ...common, outcome: 'open', says: `${says}; none was promised for any time` };
}
