// SPDX-License-Identifier: Apache-2.0
// The closed set of items as the gate knows it: the fields of each, the level each needs, and
// whether what is there is a value at all. A field that is not listed here cannot leave.

import { isPositiveDefinite } from '@isthmus/earth';
import type {
  Area,
  CoverageReport,
  Estimate,
  Item,
  ItemKind,
  LaunchReport,
} from '@isthmus/picture';
import type { Level } from './agreement.ts';
import { LIMITS } from './limits.ts';

const TRACK_FIELDS = ['kind', 'track', 'event', 'source', 'phase', 'looks', 'estimate'] as const;

/** Every field of every item. */
export const FIELDS: Readonly<Record<ItemKind, readonly string[]>> = {
  'launch-report': [
    'kind',
    'event',
    'update',
    'final',
    'launchTime',
    'launchTimeSigmaS',
    'launchArea',
    'azimuthRad',
    'azimuthSigmaRad',
    'objectCountAtLeast',
    'impactArea',
    'impactTime',
    'impactTimeSigmaS',
    'sources',
    'assessment',
  ],
  track: TRACK_FIELDS,
  rebase: [...TRACK_FIELDS, 'epoch'],
  tracklet: [...TRACK_FIELDS, 'epoch', 'base'],
  drop: ['kind', 'track', 'event', 'reason'],
  withdrawal: ['kind', 'event', 'reason'],
  'coverage-report': [
    'kind',
    'objectClass',
    'from',
    'until',
    'state',
    'leastHeightM',
    'detectionProbability',
  ],
  test: ['kind', 'serial'],
};

/** Fields of a report that go only where the clause gives impact regions. */
export const IMPACT_FIELDS = ['impactArea', 'impactTime', 'impactTimeSigmaS'] as const;

/** The level a clause must give for an item of the kind. */
export const LEVEL_NEEDED: Readonly<Record<ItemKind, Level>> = {
  'launch-report': 'report',
  track: 'track',
  rebase: 'tracklet',
  tracklet: 'tracklet',
  drop: 'track',
  withdrawal: 'report',
  'coverage-report': 'report',
  test: 'report',
};

export const LEVELS: readonly Level[] = ['report', 'track', 'tracklet', 'plot'];

/** True when `given` includes `needed`. */
export function includesLevel(given: Level, needed: Level): boolean {
  return LEVELS.indexOf(given) >= LEVELS.indexOf(needed);
}

/** Words of each enumeration. */
export const PHASES = ['boost', 'coast', 'reentry', 'orbit', 'air'];
export const SOURCES = ['infrared', 'radar'];
export const STAGES = ['cue', 'tracked', 'confirmed', 'concluded', 'cancelled'];
const DROPS = ['lost', 'merged', 'split', 'false', 'ended'];
export const CLASSES = ['short-range', 'medium-range', 'long-range'];
const WITHDRAWALS = ['false', 'mistaken-identity', 'released-in-error'];

/** True when every field the item may release holds a value of its type. Never throws. */
export function isWellFormed(item: Item): boolean {
  switch (item.kind) {
    case 'launch-report':
      return isId(item.event) && isReport(item);
    case 'track':
    case 'rebase':
    case 'tracklet': {
      const counters = item.kind === 'track' ? [item.looks] : [item.looks, item.epoch];
      return (
        isId(item.track) &&
        isId(item.event) &&
        SOURCES.includes(item.source) &&
        PHASES.includes(item.phase) &&
        counters.every(isCounter) &&
        (item.kind !== 'tracklet' || Number.isSafeInteger(item.base)) &&
        isEstimate(item.estimate)
      );
    }
    case 'drop':
      return isId(item.track) && isId(item.event) && DROPS.includes(item.reason);
    case 'withdrawal':
      return isId(item.event) && WITHDRAWALS.includes(item.reason);
    case 'coverage-report':
      return isCoverage(item);
    case 'test':
      return isCounter(item.serial);
  }
}

/** True for a finite Gaussian with a positive definite covariance. */
export function isEstimate(value: unknown): value is Estimate {
  if (typeof value !== 'object' || value === null) return false;
  const { time, state, covariance } = value as Partial<Estimate>;
  return (
    Number.isSafeInteger(time) &&
    isNumbers(state, 6) &&
    isNumbers(covariance, 21) &&
    isPositiveDefinite(covariance)
  );
}

/** True when the wire can carry the coarsened item. */
export function isRepresentable(item: Item): boolean {
  switch (item.kind) {
    case 'launch-report': {
      const sigmas = [item.launchTimeSigmaS, item.impactTimeSigmaS];
      return sigmas.every((sigma) => sigma === null || sigma <= LIMITS.sigmaS);
    }
    case 'track':
    case 'rebase':
    case 'tracklet': {
      const { state, covariance } = item.estimate;
      const most = (i: number): number => (i < 3 ? LIMITS.positionM : LIMITS.velocityMps);
      return (
        state.every((value, i) => Math.abs(value) <= most(i)) &&
        covariance.every((value) => Math.abs(value) <= LIMITS.covarianceMax) &&
        isPositiveDefinite(covariance)
      );
    }
    default:
      return true;
  }
}

function isReport(report: LaunchReport): boolean {
  const { sources, launchTime, impactTime } = report;
  const sigmas = [report.launchTimeSigmaS, report.azimuthSigmaRad, report.impactTimeSigmaS];
  return (
    typeof report.final === 'boolean' &&
    [launchTime, impactTime].every((time) => time === null || Number.isSafeInteger(time)) &&
    sigmas.every((sigma) => sigma === null || (Number.isFinite(sigma) && sigma >= 0)) &&
    (report.azimuthRad === null || Number.isFinite(report.azimuthRad)) &&
    [report.launchArea, report.impactArea].every((area) => area === null || isArea(area)) &&
    isCounter(report.objectCountAtLeast) &&
    Array.isArray(sources) &&
    sources.every((source: unknown) => SOURCES.some((known) => known === source)) &&
    STAGES.includes(report.assessment)
  );
}

function isCoverage(item: CoverageReport): boolean {
  const { from, until, state, leastHeightM, detectionProbability } = item;
  const isPeriod = Number.isSafeInteger(from) && Number.isSafeInteger(until) && until > from;
  if (!isPeriod || !CLASSES.includes(item.objectClass)) return false;
  if (state === 'not-covered') return leastHeightM === null && detectionProbability === null;
  return (
    state === 'nothing-seen' &&
    isBetween(leastHeightM, 0, LIMITS.leastHeightM) &&
    isBetween(detectionProbability, 0, 1)
  );
}

function isBetween(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function isArea(area: unknown): boolean {
  if (typeof area !== 'object' || area === null) return false;
  const { centre, radiusM } = area as Area;
  return (
    typeof centre === 'object' &&
    centre !== null &&
    Math.abs(centre.latitudeRad) <= Math.PI / 2 &&
    Number.isFinite(centre.longitudeRad) &&
    Number.isFinite(radiusM) &&
    radiusM >= 0
  );
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0;
}

function isCounter(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LIMITS.counter;
}

function isNumbers(value: unknown, count: number): value is readonly number[] {
  return Array.isArray(value) && value.length === count && value.every(Number.isFinite);
}
