// SPDX-License-Identifier: Apache-2.0
// Coverage reports at the gate: which clause, which whole period, how coarse. Nothing of a sensor
// goes: the region is the clause's, the period lies on its ticks, and the numbers go to steps that
// claim less. See spec/release.md, R-39 and R-44.

import { type Instant, instant } from '@isthmus/earth';
import type { CoverageReport } from '@isthmus/picture';
import type { Agreement, CoverageClause } from './agreement.ts';
import { LIMITS } from './limits.ts';
import type { GateMemory } from './memory.ts';

/** Least heights go up to a whole number of these, metres. */
const HEIGHT_STEP_M = 10_000;
/** Probabilities go down to a whole number of these: tenths. */
const STEPS = 10;

/** The clause of that name in this direction, where it gives reports of the class; else undefined. */
export function coverageClause(
  agreement: Agreement,
  asked: {
    readonly id: string | undefined;
    readonly from: string;
    readonly to: string;
    readonly objectClass: unknown;
  },
): CoverageClause | undefined {
  return (agreement.coverage ?? []).find(
    ({ id, from, to, objectClasses }) =>
      id === asked.id &&
      from === asked.from &&
      to === asked.to &&
      objectClasses.some((one) => one === asked.objectClass),
  );
}

/**
 * The report as the clause lets it go, of the last whole period in what is covered; null where none
 * is whole, or where the steps leave nothing to claim. What is coarse already stays as it is.
 */
export function coarsenCoverage(
  report: CoverageReport,
  clause: CoverageClause,
): CoverageReport | null {
  const { objectClass, state, leastHeightM, detectionProbability } = report;
  const everyUs = clause.everyS * 1e6;
  const until = instant(Math.floor(report.until / everyUs) * everyUs);
  const from = instant(until - everyUs);
  if (from < report.from) return null;
  const period = { kind: 'coverage-report', objectClass, from, until } as const;
  if (state === 'not-covered' || leastHeightM === null || detectionProbability === null) {
    return { ...period, state: 'not-covered', leastHeightM: null, detectionProbability: null };
  }
  const steps = Math.floor(detectionProbability * STEPS * (1 + 1e-12));
  const heightM = Math.ceil((leastHeightM / HEIGHT_STEP_M) * (1 - 1e-12)) * HEIGHT_STEP_M;
  if (steps < 1 || heightM > LIMITS.leastHeightM) return null;
  return {
    ...period,
    state: 'nothing-seen',
    leastHeightM: heightM,
    // Nobody is sure: a certainty goes as nine in ten.
    detectionProbability: Math.min(steps, STEPS - 1) / STEPS,
  };
}

/** End of the last period reported under a clause for a class; null before the first. */
export function reportedUntil(
  memory: GateMemory,
  clause: string,
  objectClass: CoverageReport['objectClass'],
): Instant | null {
  return memory.coverage?.[keyOf(clause, objectClass)] ?? null;
}

export function withReported(
  memory: GateMemory,
  clause: string,
  report: CoverageReport,
): GateMemory {
  const key = keyOf(clause, report.objectClass);
  const entries = Object.entries({ ...memory.coverage, [key]: report.until });
  // One order, whatever came first: equal content is equal JSON.
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...memory, coverage: Object.fromEntries(entries) };
}

function keyOf(clause: string, objectClass: string): string {
  return `${clause} ${objectClass}`;
}
