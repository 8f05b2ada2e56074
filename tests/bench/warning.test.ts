// SPDX-License-Identifier: Apache-2.0
// The judge of stated regions: exact intervals, a mistaken covariance noticed, and the form of the
// benchmark's figures on a handful of draws through the product itself.

import { createRandom } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { shareOf } from '../../bench/warning/binomial.ts';
import {
  COVERAGE_SLICES,
  coverageFigures,
  coverageSlice,
  type Row,
} from '../../bench/warning/coverage.ts';
import { FLIGHT_KINDS, leastEnergyApogeeKm } from '../../bench/warning/mix.ts';

type Covered = {
  readonly covered: number;
  readonly of: number;
  readonly share: number | null;
  readonly low: number;
  readonly high: number;
  readonly medianAreaKm2: number | null;
};
type Coverage = {
  readonly mix: Covered;
  readonly byScenario: Readonly<Record<string, Covered>>;
  readonly bySensors: Readonly<Record<string, Covered>>;
};

function coverage(figures: Record<string, unknown>, name: string): Coverage {
  return figures[name] as Coverage;
}

// scipy.stats.binomtest(k, n).proportion_ci(0.95, 'exact')
test.each([
  [90, 100, 0.8237774, 0.9509953],
  [0, 10, 0, 0.3084971],
  [10, 10, 0.6915029, 1],
  [1, 2, 0.0125791, 0.9874209],
  [6700, 7500, 0.886127, 0.9002323],
])('%i of %i has the exact interval', (covered, of, low, high) => {
  const share = shareOf(covered, of);
  expect(share.low).toBeCloseTo(low, 6);
  expect(share.high).toBeCloseTo(high, 6);
});

test('apogees of throws of least energy are those computed apart', () => {
  for (const [rangeKm, apogeeKm] of [
    [300, 74],
    [3500, 745],
    [10_000, 1319],
  ] as const) {
    expect(Math.abs(leastEnergyApogeeKm(rangeKm) - apogeeKm)).toBeLessThan(0.6);
  }
});

/** Draws whose regions are as honest as can be: distances are chi-square of two degrees. */
function honestRows(count: number, seed: string): Row[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i): Row => {
    const reading = { distance2: -2 * Math.log(1 - random.uniform()), area90Km2: 100 };
    const kind = FLIGHT_KINDS[i % FLIGHT_KINDS.length]?.name ?? '';
    return { kind, watch: 'both', launch: reading, impact: reading, times: null };
  });
}

test('honest regions are in the band, and covariances of half the size are noticed', () => {
  const seed = 'honest';
  const rows = honestRows(1500, seed);
  for (const what of ['impact', 'launch']) {
    for (const [probability, halved] of [
      [0.9, 1 - Math.sqrt(0.1)],
      [0.5, 1 - Math.sqrt(0.5)],
    ] as const) {
      const name = `${what}Coverage${100 * probability}`;
      const good = coverage(coverageFigures(rows), name).mix;
      expect(good.low, `seed ${seed}`).toBeLessThan(probability);
      expect(good.high, `seed ${seed}`).toBeGreaterThan(probability);
      const bad = coverage(coverageFigures(rows, 0.5), name).mix;
      expect(bad.high, `seed ${seed}`).toBeLessThan(probability - 0.02);
      expect(Math.abs((bad.share ?? 0) - halved), `seed ${seed}`).toBeLessThan(0.03);
      expect(bad.medianAreaKm2).toBeCloseTo((good.medianAreaKm2 ?? 0) / 2, 1);
    }
  }
});

test('a few draws through the product give figures of the stated form, the same each time', () => {
  const given = { seed: 3, scale: (3 * COVERAGE_SLICES) / 10_000 };
  const slice = (n: number): Row[] => coverageSlice({ ...given, slice: n });
  const rows = [...slice(0), ...slice(1)];
  expect(rows).toHaveLength(6);
  expect(JSON.stringify(slice(1))).toBe(JSON.stringify(rows.slice(3)));
  const figures = coverageFigures(rows);
  for (const name of [
    'impactCoverage90',
    'impactCoverage50',
    'launchCoverage90',
    'launchCoverage50',
  ]) {
    const { mix, byScenario } = coverage(figures, name);
    expect(Object.keys(byScenario)).toEqual(['short', 'medium, one stage']);
    expect(Object.values(byScenario).reduce((sum, one) => sum + one.of, 0)).toBe(mix.of);
    expect(mix.covered).toBeLessThanOrEqual(mix.of);
    expect(mix.low).toBeLessThanOrEqual(mix.high);
  }
  const { launchCoverage90, impactCoverage90 } = figures as Record<string, Coverage>;
  expect(launchCoverage90?.mix.of).toBeGreaterThan(2);
  expect(impactCoverage90?.mix.of).toBeGreaterThan(0);
  // A square kilometre would be as good as knowing; a continent would say nothing.
  expect(impactCoverage90?.mix.medianAreaKm2).toBeGreaterThan(1);
  expect(impactCoverage90?.mix.medianAreaKm2).toBeLessThan(1e6);
  expect(Object.keys(figures)).toEqual(
    expect.arrayContaining(['draws', 'tCue', 'tTracked', 'tUseful', 'timesOver']),
  );
});
