// SPDX-License-Identifier: Apache-2.0
// What west said to east under an agreement with duties, and how compliance judges it.

import { addSeconds, type Instant, instant } from '@isthmus/earth';
import type { CoverageReport, Item, LaunchReport } from '@isthmus/picture';
import type { Agreement, Clause, CoverageClause } from '../agreement.ts';
import { coarsenTrack, floorOnly } from '../coarsen-estimate.ts';
import { coarsenReport } from '../coarsen-report.ts';
import { judgeCompliance } from '../compliance.ts';
import type { Duties } from '../duties.ts';
import { agreementOf, CLAUSE, NOW, REPORT, trackItem } from '../fixtures.ts';
import type { Compliance, LedgerEntry, Verdict } from '../verdict.ts';

export const HASH = 'ab'.repeat(32);
export const WATCH: CoverageClause = {
  id: 'watch',
  from: 'west',
  to: 'east',
  region: { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 },
  objectClasses: ['medium-range'],
  everyS: 600,
};
export const DUTIES: Duties = {
  latency: [
    { clause: CLAUSE.id, of: 'report', withinS: 120 },
    { clause: CLAUSE.id, of: 'state', withinS: 10 },
    { clause: WATCH.id, of: 'coverage', withinS: 1200 },
  ],
  withdrawal: { withinS: 60 },
};
export const OWING = agreementOf([CLAUSE], { coverage: [WATCH], duties: DUTIES });
export const after = (seconds: number): Instant => addSeconds(NOW, seconds);

/** What went, and when; entries are numbered by `judge`. */
export type Said = Pick<LedgerEntry, 'at'> & Partial<LedgerEntry> & { readonly item: Item };

/** Compliance of what west said to east. */
export function judge(said: readonly Said[], agreement = OWING): Compliance {
  const entries = said.map((one, index) => ({
    index,
    agreementHash: HASH,
    clause: one.item.kind === 'coverage-report' ? WATCH.id : CLAUSE.id,
    ...one,
  }));
  return judgeCompliance(agreement, HASH, [{ from: 'west', to: 'east', entries }]);
}

/** The one verdict on `promise`; undefined where it was not judged. */
export function verdictOf(
  said: readonly Said[],
  promise: Verdict['promise'],
  ask: { readonly agreement?: Agreement; readonly clause?: string | null } = {},
): Verdict | undefined {
  return judge(said, ask.agreement).verdicts.find(
    (one) => one.promise === promise && (ask.clause === undefined || one.clause === ask.clause),
  );
}

export const report = (change: Partial<LaunchReport> = {}): LaunchReport => ({
  ...REPORT,
  ...change,
});
/** A state as old as `ageS` that went `atS` after `NOW`. */
export const state = (ageS: number, atS: number, track = 't1'): Said => ({
  item: { ...trackItem(after(atS - ageS)), track },
  at: after(atS),
});
/** The report on the period that ends `k` periods after `NOW`, gone at its end. */
export const coverage = (k: number, change: Partial<CoverageReport> = {}): Said => {
  const until = instant(NOW + k * 600e6);
  const item: CoverageReport = {
    kind: 'coverage-report',
    objectClass: 'medium-range',
    from: addSeconds(until, -600),
    until,
    state: 'not-covered',
    leastHeightM: null,
    detectionProbability: null,
    ...change,
  };
  return { item, at: until };
};
export const withdrawal = (atS: number, event = 'e1'): Said => ({
  item: { kind: 'withdrawal', event, reason: 'false' },
  at: after(atS),
});

/** As the gate would let it go. */
export function coarse(item: Item, clause: Clause = CLAUSE): Item {
  if (item.kind === 'launch-report') return coarsenReport(item, clause);
  if (!('estimate' in item)) return item;
  const { estimate } = item;
  if (item.kind !== 'track') return { ...item, estimate: floorOnly(estimate, clause) };
  const { phase } = item;
  return { ...item, estimate: coarsenTrack(estimate, clause, { phase, now: after(900) }) };
}
