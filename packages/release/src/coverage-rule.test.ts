// SPDX-License-Identifier: Apache-2.0
// Coverage reports at the gate: nothing without a clause of their own, one for each whole period, and
// steps that claim less than what was known.

import type { Instant } from '@isthmus/earth';
import type { CoverageReport } from '@isthmus/picture';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CoverageClause } from './agreement.ts';
import { coarsenCoverage, coverageClause, reportedUntil } from './coverage-rule.ts';
import { agreementOf, CLAUSE, draftOf, NOW, seconds, termsOf } from './fixtures.ts';
import { type Decision, type Draft, decide, type Terms } from './gate.ts';
import { createMemory, type GateMemory } from './memory.ts';

const COVERAGE: CoverageClause = {
  id: 'gulf',
  from: 'west',
  to: 'east',
  region: { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 },
  objectClasses: ['medium-range'],
  everyS: 600,
};
const at = (count: number): Instant => seconds(NOW, count);
const termsWith = (change: Partial<CoverageClause> = {}, of: Partial<Terms> = {}): Terms =>
  termsOf(agreementOf([CLAUSE], { coverage: [{ ...COVERAGE, ...change }] }), of);
const TERMS = termsWith();

// NOW is a whole multiple of 600 s.
const REPORT: CoverageReport = {
  kind: 'coverage-report',
  objectClass: 'medium-range',
  from: at(-1250),
  until: at(-10),
  state: 'nothing-seen',
  leastHeightM: 41_234,
  detectionProbability: 0.876,
};

function ask(
  item: CoverageReport = REPORT,
  given: { readonly terms?: Terms; readonly draft?: Partial<Draft>; readonly now?: Instant } = {},
): Decision {
  const draft = { ...draftOf(item, { region: null, coverage: 'gulf' }), ...given.draft };
  return decide(createMemory(), draft, given.terms ?? TERMS, given.now ?? NOW);
}

function said(decision: Decision): string {
  if (decision.outcome === 'not-due') return `not due: ${decision.because}`;
  return decision.outcome === 'withhold'
    ? `withhold: ${decision.reasons.map(({ code }) => code).join(', ')}`
    : decision.outcome;
}

function released(decision: Decision): unknown {
  if (decision.outcome !== 'release') throw new Error(said(decision));
  return decision.released.item;
}

describe('R-39: a coverage report', () => {
  test('goes under a coverage clause of its name, direction and class alone', () => {
    expect(said(ask())).toBe('release');
    expect(said(ask(REPORT, { draft: { coverage: 'other' } }))).toBe('withhold: no-clause');
    const { coverage: _, ...unnamed } = draftOf(REPORT, { coverage: 'gulf' });
    expect(said(decide(createMemory(), unnamed, TERMS, NOW))).toBe('withhold: no-clause');
    expect(said(ask({ ...REPORT, objectClass: 'short-range' }))).toBe('withhold: no-clause');
    expect(said(ask(REPORT, { terms: termsWith({ from: 'east', to: 'west' }) }))).toBe(
      'withhold: no-clause',
    );
    // A clause that gives launches at the highest level gives no coverage.
    const launches = termsOf(agreementOf([{ ...CLAUSE, level: 'plot' }]));
    expect(said(ask(REPORT, { terms: launches }))).toBe('withhold: no-clause');
    expect(said(ask(REPORT, { draft: { coverage: CLAUSE.id } }))).toBe('withhold: no-clause');
    expect(said(ask(REPORT, { draft: { mode: 'live' } }))).toBe('withhold: wrong-mode');
    expect(said(ask(REPORT, { now: at(400 * 86_400) }))).toBe('withhold: expired');
  });

  test('goes once for each whole period, and never goes back', () => {
    const first = ask();
    expect(released(first)).toMatchObject({ from: at(-1200), until: at(-600) });
    const next = (report: CoverageReport, now: Instant): string =>
      said(decide(first.memory, draftOf(report, { coverage: 'gulf' }), TERMS, now));
    expect(next(REPORT, at(1))).toBe('not due: unchanged');
    expect(next({ ...REPORT, until: at(300) }, at(300))).toBe('release');
    expect(next({ ...REPORT, from: at(-5000), until: at(-1500) }, at(300))).toBe(
      'not due: unchanged',
    );
    // Working since the middle of a period: that period is not told.
    expect(said(ask({ ...REPORT, from: at(-1100), until: at(-10) }))).toBe('not due: tick');
  });

  test('speaks of nothing that has yet to pass, and holds a value in every field or goes not', () => {
    expect(said(ask({ ...REPORT, until: at(1) }))).toBe('withhold: malformed');
    const spoilt: readonly object[] = [
      { detectionProbability: Number.NaN },
      { detectionProbability: 1.1 },
      { detectionProbability: null },
      { leastHeightM: -1 },
      { leastHeightM: null },
      { state: 'clear' },
      { state: 'not-covered' },
      { from: REPORT.until },
      { from: Number.NaN },
    ];
    for (const change of spoilt) {
      expect([change, said(ask({ ...REPORT, ...change }))]).toEqual([
        change,
        'withhold: malformed',
      ]);
    }
    expect(said(ask({ ...REPORT, sensor: 'gabala' } as CoverageReport))).toBe(
      'withhold: unknown-field',
    );
  });

  test('names the whole of what goes, and the end of its period in place of the moment it went', () => {
    const decision = ask(REPORT, { now: at(123) });
    if (decision.outcome !== 'release') throw new Error(said(decision));
    expect(decision.fields).toEqual(Object.keys(decision.released.item));
    expect(decision.clause).toBe('gulf');
    expect(decision.released.at).toBe(NOW);
  });

  test('of a region that was not covered claims no number', () => {
    const none = { state: 'not-covered', leastHeightM: null, detectionProbability: null } as const;
    expect(released(ask({ ...REPORT, ...none }))).toEqual({
      kind: 'coverage-report',
      objectClass: 'medium-range',
      from: at(-1200),
      until: at(-600),
      ...none,
    });
  });
});

describe('R-44: what a coverage report claims', () => {
  const reports = fc.record({
    kind: fc.constant('coverage-report' as const),
    objectClass: fc.constant('medium-range' as const),
    from: fc.integer({ min: -4e9, max: -2e9 }).map((us) => (NOW + us) as Instant),
    until: fc.integer({ min: -1e9, max: 0 }).map((us) => (NOW + us) as Instant),
    state: fc.constant('nothing-seen' as const),
    leastHeightM: fc.double({ min: 0, max: 2e6, noNaN: true }),
    detectionProbability: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  test('is never more than what was known, and coarsening it again changes nothing', () => {
    fc.assert(
      fc.property(reports, fc.integer({ min: 60, max: 900 }), (report, everyS) => {
        const clause = { ...COVERAGE, everyS };
        const coarse = coarsenCoverage(report, clause);
        if (coarse === null) return;
        expect(coarse.from).toBeGreaterThanOrEqual(report.from);
        expect(coarse.until).toBeLessThanOrEqual(report.until);
        expect(coarse.until - coarse.from).toBe(everyS * 1e6);
        expect(coarse.leastHeightM ?? -1).toBeGreaterThanOrEqual(report.leastHeightM - 1e-6);
        expect(coarse.detectionProbability ?? 2).toBeLessThanOrEqual(
          report.detectionProbability + 1e-9,
        );
        expect(coarse.detectionProbability ?? 2).toBeLessThanOrEqual(0.9);
        expect(coarsenCoverage(coarse, clause)).toEqual(coarse);
      }),
      { numRuns: 500 },
    );
  });

  test('R-8: is the same whatever lies below its steps', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.8, max: 0.899, noNaN: true }),
        fc.double({ min: 40_001, max: 50_000, noNaN: true }),
        fc.integer({ min: -1799, max: -1200 }),
        fc.integer({ min: -599, max: 0 }),
        (detectionProbability, leastHeightM, from, until) => {
          const report = {
            ...REPORT,
            detectionProbability,
            leastHeightM,
            from: at(from),
            until: at(until - 1),
          };
          expect(released(ask(report))).toEqual({
            ...REPORT,
            from: at(-1200),
            until: at(-600),
            detectionProbability: 0.8,
            leastHeightM: 50_000,
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('goes to tenths and ten kilometres, and a certainty as nine in ten', () => {
    expect(released(ask())).toMatchObject({ leastHeightM: 50_000, detectionProbability: 0.8 });
    expect(
      released(ask({ ...REPORT, detectionProbability: 1, leastHeightM: 50_000 })),
    ).toMatchObject({ leastHeightM: 50_000, detectionProbability: 0.9 });
    expect(said(ask({ ...REPORT, detectionProbability: 0.09 }))).toBe('not due: tick');
  });
});

describe('what is remembered of coverage reports', () => {
  const of = (objectClass: CoverageReport['objectClass'], from: number): CoverageReport => {
    const period = { from: at(from), until: at(from + 1250) };
    return { ...REPORT, ...period, objectClass };
  };
  const terms = termsWith({ objectClasses: ['medium-range', 'long-range', 'short-range'] });
  const tell = (memory: GateMemory, report: CoverageReport): GateMemory => {
    const draft = draftOf(report, { region: null, coverage: 'gulf' });
    return decide(memory, draft, terms, NOW).memory;
  };

  test('is the end of the last period of each class, whatever the order in which they went', () => {
    const reports = [of('medium-range', -1250), of('long-range', -1850), of('short-range', -1250)];
    const [one, other] = [reports, reports.toReversed()].map((order) =>
      order.reduce(tell, createMemory()),
    ) as [GateMemory, GateMemory];
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    const keys = Object.keys(one.coverage ?? {});
    expect(keys).toEqual(['gulf long-range', 'gulf medium-range', 'gulf short-range']);
    expect(reportedUntil(one, 'gulf', 'medium-range')).toBe(NOW);
    expect(reportedUntil(one, 'gulf', 'long-range')).toBe(at(-600));
    expect(reportedUntil(one, 'elsewhere', 'medium-range')).toBeNull();
    expect(reportedUntil(createMemory(), 'gulf', 'medium-range')).toBeNull();
  });
});

describe('R-44: the steps of a coverage report', () => {
  test('claim nothing where a number is missing, whatever the state says', () => {
    const nothing = { state: 'not-covered', leastHeightM: null, detectionProbability: null };
    for (const change of [
      { leastHeightM: null },
      { detectionProbability: null },
      { state: 'not-covered' as const },
    ]) {
      expect(coarsenCoverage({ ...REPORT, ...change }, COVERAGE)).toMatchObject(nothing);
    }
  });

  test('end at one in ten, and at the greatest height of the wire', () => {
    const least = { ...REPORT, detectionProbability: 0.1, leastHeightM: 10_000_000 };
    expect(coarsenCoverage(least, COVERAGE)).toMatchObject({
      detectionProbability: 0.1,
      leastHeightM: 10_000_000,
    });
    expect(coarsenCoverage({ ...least, detectionProbability: 0.099 }, COVERAGE)).toBeNull();
    expect(coarsenCoverage({ ...least, leastHeightM: 10_000_001 }, COVERAGE)).toBeNull();
  });
});

test('R-39: the clause is that of the name, giver, receiver and class, each by itself', () => {
  const { agreement } = TERMS;
  const asked = { id: 'gulf', from: 'west', to: 'east', objectClass: 'medium-range' };
  expect(coverageClause(agreement, asked)).toEqual(COVERAGE);
  for (const change of [
    { id: 'other' },
    { id: undefined },
    { from: 'north' },
    { to: 'north' },
    { objectClass: 'long-range' },
  ]) {
    expect(coverageClause(agreement, { ...asked, ...change })).toBeUndefined();
  }
});
