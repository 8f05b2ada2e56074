// SPDX-License-Identifier: Apache-2.0
// A negative report is worth log(1 - Pd) and never more, whatever it claims; nothing where it does not
// cover; and no stage moves for it.

import { addSeconds, createRandom, type Instant, instant, type Random } from '@isthmus/earth';
import type { CoverageReport, LaunchEstimate, Warning } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { type CoverageArea, circleAround } from './coverage-parts.ts';
import { negativeEvidence } from './negative.ts';
import { evidenceOf, LIFT_OFF } from './testing.ts';

const at = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);
const POINT = { latitudeRad: 0.4, longitudeRad: 1.1, heightM: 0 };

function launchOf(overrides: Partial<LaunchEstimate> = {}): LaunchEstimate {
  return {
    time: at(0),
    timeSigmaS: 5,
    point: POINT,
    pointCovarianceM2: [1e8, 0, 1e8],
    azimuthRad: null,
    azimuthSigmaRad: null,
    method: 'infrared',
    ...overrides,
  };
}

function warningOf(overrides: Partial<Warning> = {}): Warning {
  return {
    id: 'own-1',
    event: 'event-1',
    stage: 'cue',
    basis: 'infrared-only',
    history: [],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: launchOf(),
    impact: { statement: 'none', because: 'launch not yet tracked' },
    evidence: [evidenceOf({ source: 'infrared' })],
    ...overrides,
  };
}

function reportOf(overrides: Partial<CoverageReport> = {}): CoverageReport {
  return {
    kind: 'coverage-report',
    objectClass: 'medium-range',
    from: at(-600),
    until: at(600),
    state: 'nothing-seen',
    leastHeightM: 40_000,
    detectionProbability: 0.8,
    ...overrides,
  };
}

const AREA = circleAround(POINT, 300_000);
const told = (report: CoverageReport, warning = warningOf(), area: CoverageArea = AREA) =>
  negativeEvidence(warning, { party: 'west', report, area });

/** What a partner may send, and what no number is. */
function anyClaim(random: Random): number | null {
  const claims = [null, 0, -1, 1, 2, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 1 - 1e-16];
  return random.chance(1, 2) ? random.uniform() : (claims[random.integer(claims.length)] ?? null);
}

describe('a negative report', () => {
  test('says so in words, with what it counts', () => {
    expect(told(reportOf())).toMatchObject({ party: 'west', detectionProbability: 0.8 });
    expect(told(reportOf())?.says).toBe(
      'West covers that area and saw nothing (range 1,100 to 5,500 km; detection probability 0.8, counts \u22121.6 in log odds).',
    );
  });

  test('never weighs more than log(1 - Pd), never more than 0.99 warrants, and is never in favour', () => {
    for (let seed = 0; seed < 2000; seed += 1) {
      const random = createRandom(`warning/negative/${seed}`);
      const claimed = anyClaim(random);
      const report = reportOf({ detectionProbability: claimed });
      const found = told(report);
      const isProbability = claimed !== null && claimed > 0 && claimed <= 1;
      expect(found !== null, `seed ${seed}`).toBe(isProbability);
      if (found === null) continue;
      expect(found.logOdds).toBeLessThanOrEqual(0);
      expect(found.logOdds).toBeGreaterThanOrEqual(Math.log(1 - (claimed ?? 0)) - 1e-9);
      expect(found.logOdds).toBeGreaterThanOrEqual(Math.log(0.01) - 1e-12);
    }
  });

  test('is nothing where it does not cover, whatever else it claims', () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const random = createRandom(`warning/not-covered/${seed}`);
      const report = reportOf({ state: 'not-covered', detectionProbability: anyClaim(random) });
      expect(told(report), `seed ${seed}`).toBeNull();
    }
  });

  test('is nothing unless the launch lies whole in its period, two sigma to either side', () => {
    expect(told(reportOf({ from: at(-9) }))).toBeNull();
    expect(told(reportOf({ from: at(-10) }))).not.toBeNull();
    expect(told(reportOf({ until: at(10) }))).toBeNull();
    expect(told(reportOf({ until: at(10.1) }))).not.toBeNull();
    expect(told(reportOf({ from: instant(0), until: instant(1) }))).toBeNull();
  });

  test('is nothing unless the 95 % circle of the launch lies in its region', () => {
    // One sigma of 10 km on each axis: 24.5 km hold 95 %.
    expect(told(reportOf(), warningOf(), circleAround(POINT, 24_000))).toBeNull();
    expect(told(reportOf(), warningOf(), circleAround(POINT, 25_000))).not.toBeNull();
    const box = (half: number): CoverageArea => ({
      kind: 'box',
      southDeg: (0.4 * 180) / Math.PI - half,
      northDeg: (0.4 * 180) / Math.PI + half,
      westDeg: (1.1 * 180) / Math.PI - half,
      eastDeg: (1.1 * 180) / Math.PI + half,
    });
    expect(told(reportOf(), warningOf(), box(0.2))).toBeNull();
    expect(told(reportOf(), warningOf(), box(0.3))).not.toBeNull();
    const far = circleAround({ ...POINT, longitudeRad: -2 }, 300_000);
    expect(told(reportOf(), warningOf(), far)).toBeNull();
    const unknown = warningOf({ launch: launchOf({ pointCovarianceM2: [Number.NaN, 0, 1] }) });
    expect(told(reportOf(), unknown)).toBeNull();
    expect(told(reportOf(), warningOf({ launch: null }))).toBeNull();
  });

  test('is nothing from a party that supports the warning itself', () => {
    const evidence = [evidenceOf({ party: 'west', source: 'infrared' })];
    expect(told(reportOf(), warningOf({ evidence }))).toBeNull();
  });
});
