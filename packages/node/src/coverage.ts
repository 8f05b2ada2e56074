// SPDX-License-Identifier: Apache-2.0
// Coverage reports of a node: what this side drafts once a period of each coverage clause, and what is
// kept of the partner's.

import type { Instant } from '@isthmus/earth';
import type { CoverageReport, Picture, Warning } from '@isthmus/picture';
import { type CoverageClause, type Draft, reportedUntil, type Terms } from '@isthmus/release';
import {
  coverageOf,
  coverageReport,
  type NegativeEvidence,
  negativeEvidence,
  type PlacedReport,
  speaksOf,
} from '@isthmus/warning';
import { LIMITS } from './limits.ts';
import type { KeptCoverage, NodeState } from './state.ts';

/**
 * The reports that are due at `at`. A region is looked at again every ten seconds until its period has
 * been reported: sensors may not have worked for long enough yet.
 */
export function coverageDrafts(
  state: NodeState,
  terms: Terms,
  own: Picture,
  at: Instant,
): readonly Draft[] {
  const { agreement, from, to } = terms;
  if (state.at !== null && turnOfTen(at) === turnOfTen(state.at)) return [];
  return (agreement.coverage ?? [])
    .filter((clause) => clause.from === from && clause.to === to)
    .flatMap((clause) =>
      clause.objectClasses.flatMap((objectClass): Draft[] => {
        if (!isDue(state, clause, objectClass, at)) return [];
        const { region: area, everyS } = clause;
        const { sensors } = state.tracking;
        const coverage = coverageOf({ sensors, states: state.sensorStates, area, objectClass });
        const item = coverageReport(coverage, { own, area, objectClass, everyS });
        if (item === null) return [];
        const { mode } = agreement;
        const of = { category: 'launch', region: null, current: null } as const;
        return [{ item, ...of, coverage: clause.id, mode }];
      }),
    );
}

function turnOfTen(at: Instant): number {
  return Math.floor(at / 10e6);
}

function isDue(
  state: NodeState,
  clause: CoverageClause,
  objectClass: CoverageReport['objectClass'],
  at: Instant,
): boolean {
  const before = reportedUntil(state.gate, clause.id, objectClass);
  const everyUs = clause.everyS * 1e6;
  return before === null || before < Math.floor(at / everyUs) * everyUs;
}

/**
 * Keeps a report of the partner's, in place; the newest of each clause and class.
 *
 * @returns false for one that no coverage clause of this direction gives, or not so
 */
export function keepCoverage(state: NodeState, terms: Terms, kept: KeptCoverage): boolean {
  const { clause, report } = kept;
  const gives = clauseOf(terms, clause);
  if (gives === undefined || !gives.objectClasses.includes(report.objectClass)) return false;
  if (!isWholePeriod(report, gives)) return false;
  const isSame = (one: KeptCoverage): boolean =>
    one.clause === clause && one.report.objectClass === report.objectClass;
  const others = state.partnerCoverage.filter((one) => !isSame(one));
  const same = state.partnerCoverage.filter(
    (one) => isSame(one) && one.report.until !== report.until,
  );
  const newest = [...same, kept].sort((a, b) => a.report.until - b.report.until);
  state.partnerCoverage = [...others, ...newest.slice(-LIMITS.coverageKept)];
  return true;
}

/** Whole ones do not overlap: no launch lies in two of a class, so that none is counted twice. */
function isWholePeriod({ from, until }: CoverageReport, { everyS }: CoverageClause): boolean {
  const everyUs = everyS * 1e6;
  return until % everyUs === 0 && until - from === everyUs;
}

/** The partner's clause of that name; undefined where it gives this side none. */
function clauseOf({ agreement, from, to }: Terms, id: string): CoverageClause | undefined {
  return (agreement.coverage ?? []).find(
    (one) => one.id === id && one.from === to && one.to === from,
  );
}

/** What the partner's reports say of a warning's place and time. */
export function partnerCoverageOf(
  state: NodeState,
  terms: Terms | null,
  warning: Warning,
): {
  readonly says: 'nothing-seen' | 'not-covered' | null;
  readonly negatives: readonly NegativeEvidence[];
} {
  const { launch } = warning;
  if (terms === null || launch === null) return { says: null, negatives: [] };
  const placed = state.partnerCoverage.flatMap(({ clause, report }): PlacedReport[] => {
    const area = clauseOf(terms, clause)?.region;
    const one = area === undefined ? null : { party: state.partner, report, area };
    return one !== null && speaksOf(launch, one) ? [one] : [];
  });
  const negatives = placed.flatMap((one) => negativeEvidence(warning, one) ?? []);
  const states = placed.map(({ report }) => report.state);
  const says = states.includes('nothing-seen')
    ? 'nothing-seen'
    : states.includes('not-covered')
      ? 'not-covered'
      : null;
  return { says, negatives };
}
