// SPDX-License-Identifier: Apache-2.0
// What is a value and what is none, field by field: of a good item exactly one thing is spoiled, and it is
// none; what lies on a bound is one.

import { geodeticFromDegrees } from '@isthmus/earth';
import type { CoverageReport, Item } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import {
  estimateAt,
  NOW,
  REPORT,
  rebaseItem,
  seconds,
  trackItem,
  trackletItem,
} from './fixtures.ts';
import { LIMITS } from './limits.ts';
import { isEstimate, isRepresentable, isWellFormed } from './shape.ts';

const COVERAGE: CoverageReport = {
  kind: 'coverage-report',
  objectClass: 'medium-range',
  from: seconds(NOW, -600),
  until: NOW,
  state: 'nothing-seen',
  leastHeightM: 40_000,
  detectionProbability: 0.8,
};
const SILENT: CoverageReport = {
  ...COVERAGE,
  state: 'not-covered',
  leastHeightM: null,
  detectionProbability: null,
};
const TRACKLET = trackletItem(NOW, seconds(NOW, 4));
const DROP: Item = { kind: 'drop', track: 't1', event: 'e1', reason: 'lost' };
const WITHDRAWAL: Item = { kind: 'withdrawal', event: 'e1', reason: 'false' };
const area = (latitudeDeg: number, radiusM: number) => ({
  centre: geodeticFromDegrees(latitudeDeg, 0),
  radiusM,
});

describe('R-24: a well-formed item', () => {
  test.each<readonly [Item, readonly object[]]>([
    [
      REPORT,
      [
        { event: null },
        { event: '' },
        { final: 1 },
        { launchTime: 0.5 },
        { launchTime: '0' },
        { impactTime: Number.NaN },
        { launchTimeSigmaS: -1 },
        { launchTimeSigmaS: Number.POSITIVE_INFINITY },
        { azimuthSigmaRad: -1 },
        { impactTimeSigmaS: Number.NaN },
        { azimuthRad: Number.NaN },
        { azimuthRad: undefined },
        { launchArea: 1 },
        { launchArea: { centre: null, radiusM: 1 } },
        { launchArea: { centre: 1, radiusM: 1 } },
        { launchArea: { centre: { latitudeRad: 2, longitudeRad: 0, heightM: 0 }, radiusM: 1 } },
        { launchArea: { centre: { latitudeRad: 0, longitudeRad: Number.NaN }, radiusM: 1 } },
        { launchArea: area(0, Number.POSITIVE_INFINITY) },
        { impactArea: area(0, -1) },
        { objectCountAtLeast: -1 },
        { objectCountAtLeast: LIMITS.counter + 1 },
        { sources: 'radar' },
        { sources: ['radar', 'lidar'] },
        { assessment: 'sure' },
      ],
    ],
    [
      trackItem(),
      [
        { track: 1 },
        { track: '' },
        { event: '' },
        { source: 'lidar' },
        { phase: 'loiter' },
        { looks: 1.5 },
        { looks: '9' },
        { estimate: 'none' },
        { estimate: null },
      ],
    ],
    [rebaseItem(), [{ epoch: -1 }, { looks: -1 }, { event: 1 }]],
    [TRACKLET, [{ base: 0.5 }, { base: null }, { epoch: null }]],
    [DROP, [{ track: '' }, { event: '' }, { reason: 'bored' }]],
    [WITHDRAWAL, [{ event: '' }, { reason: 'bored' }]],
    [
      COVERAGE,
      [
        { from: 0.5 },
        { until: Number.NaN },
        { until: COVERAGE.from },
        { until: '9' },
        { objectClass: 'rocket' },
        { state: 'seen' },
        { leastHeightM: null },
        { leastHeightM: -1 },
        { leastHeightM: LIMITS.leastHeightM + 1 },
        { detectionProbability: null },
        { detectionProbability: 1.01 },
        { detectionProbability: '1' },
        { state: 'not-covered', leastHeightM: null },
        { state: 'not-covered', detectionProbability: null },
      ],
    ],
    [SILENT, [{ state: 'nothing-seen' }]],
    [{ kind: 'test', serial: 1 }, [{ serial: -1 }, { serial: null }]],
  ])('%# with any one thing spoiled is none', (item, spoiled) => {
    expect(isWellFormed(item)).toBe(true);
    for (const change of spoiled) {
      const one = { ...item, ...change } as Item;
      expect([change, isWellFormed(one)]).toEqual([change, false]);
    }
  });

  test('has any word of its closed sets', () => {
    const stages = ['cue', 'tracked', 'confirmed', 'concluded', 'cancelled'] as const;
    const phases = ['boost', 'coast', 'reentry', 'orbit', 'air'] as const;
    const drops = ['lost', 'merged', 'split', 'false', 'ended'] as const;
    const withdrawals = ['false', 'mistaken-identity', 'released-in-error'] as const;
    const classes = ['short-range', 'medium-range', 'long-range'] as const;
    const items: readonly Item[] = [
      ...stages.map((assessment) => ({ ...REPORT, assessment })),
      ...phases.map((phase) => ({ ...trackItem(), phase })),
      ...(['infrared', 'radar'] as const).map((source) => ({ ...trackItem(), source })),
      ...drops.map((reason): Item => ({ kind: 'drop', track: 't1', event: 'e1', reason })),
      ...withdrawals.map((reason): Item => ({ kind: 'withdrawal', event: 'e1', reason })),
      ...classes.map((objectClass) => ({ ...COVERAGE, objectClass })),
    ];
    for (const item of items) expect([item, isWellFormed(item)]).toEqual([item, true]);
  });

  test('may leave out what is not known, and lie on any bound', () => {
    const unknown = {
      launchTime: null,
      launchTimeSigmaS: null,
      launchArea: null,
      azimuthRad: null,
      azimuthSigmaRad: null,
      impactArea: null,
      impactTime: null,
      impactTimeSigmaS: null,
    };
    const bounds: readonly Item[] = [
      { ...REPORT, ...unknown },
      { ...REPORT, launchTimeSigmaS: 0, objectCountAtLeast: 0, sources: [] },
      { ...REPORT, launchArea: area(90, 0), impactArea: area(-90, 0) },
      { ...REPORT, objectCountAtLeast: LIMITS.counter },
      { ...COVERAGE, leastHeightM: 0, detectionProbability: 0 },
      { ...COVERAGE, leastHeightM: LIMITS.leastHeightM, detectionProbability: 1 },
      SILENT,
      { ...rebaseItem(), epoch: 0, looks: 0 },
      { kind: 'test', serial: 0 },
    ];
    for (const item of bounds) expect([item, isWellFormed(item)]).toEqual([item, true]);
  });
});

test('R-24: an estimate has a whole time, six finite numbers, and a positive covariance', () => {
  const good = estimateAt(NOW);
  expect(isEstimate(good)).toBe(true);
  const { state, covariance } = good;
  for (const change of [
    { time: 0.5 },
    { state: state.slice(1) },
    { state: [...state, 0] },
    { state: state.map((value, i) => (i === 5 ? Number.NaN : value)) },
    { state: 'x' },
    { covariance: covariance.slice(1) },
    { covariance: covariance.map((value, i) => (i === 20 ? -value : value)) },
    { covariance: covariance.map((value, i) => (i === 20 ? Number.POSITIVE_INFINITY : value)) },
  ]) {
    expect([change, isEstimate({ ...good, ...change })]).toEqual([change, false]);
  }
  expect([null, undefined, 1, 'x'].map(isEstimate)).toEqual([false, false, false, false]);
});

describe('R-24: what the wire can carry', () => {
  const carries = (change: object, item: Item = trackItem()): boolean => {
    const estimate = { ...trackItem().estimate, ...change };
    return isRepresentable({ ...item, estimate } as Item);
  };
  const at = (axis: number, value: number) => ({
    state: [0, 0, 0, 0, 0, 0].map((zero, i) => (i === axis ? value : zero)),
  });

  test('ends at its bounds of place, of speed and of covariance, each axis either way', () => {
    for (const axis of [0, 1, 2, 3, 4, 5]) {
      const most = axis < 3 ? LIMITS.positionM : LIMITS.velocityMps;
      for (const sign of [-1, 1]) {
        const answers = [most, most + 0.001].map((value) => carries(at(axis, sign * value)));
        expect([axis, answers]).toEqual([axis, [true, false]]);
      }
    }
    const diagonal = (value: number) => ({
      covariance: trackItem().estimate.covariance.map((own, k) => (k === 0 ? value : own)),
    });
    expect(carries(diagonal(LIMITS.covarianceMax))).toBe(true);
    expect(carries(diagonal(1.001 * LIMITS.covarianceMax))).toBe(false);
  });

  test('wants what is positive definite also after it was coarsened', () => {
    const covariance = trackItem().estimate.covariance.map((value, k) => (k === 1 ? 1e9 : value));
    for (const item of [trackItem(), rebaseItem(), TRACKLET]) {
      expect(carries({}, item)).toBe(true);
      expect(carries({ covariance }, item)).toBe(false);
    }
  });

  test('ends for sigmas of times at a day', () => {
    const report = (change: object): boolean => isRepresentable({ ...REPORT, ...change });
    for (const sigma of ['launchTimeSigmaS', 'impactTimeSigmaS']) {
      const answers = [LIMITS.sigmaS, LIMITS.sigmaS + 1, null].map((value) =>
        report({ [sigma]: value }),
      );
      expect([sigma, answers]).toEqual([sigma, [true, false, true]]);
    }
    expect(isRepresentable(DROP)).toBe(true);
  });
});
