// SPDX-License-Identifier: Apache-2.0
// The items of the border, to the fields of their messages and back. The set is closed: rule 3 of
// the border is that no other case can be written here. See spec/wire.md, W-5 to W-12.

import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  Area,
  CoverageReport,
  Drop,
  FlightPhase,
  Item,
  LaunchReport,
  ObjectClass,
  SourceKind,
  WarningStage,
  Withdrawal,
} from '@isthmus/picture';
import { WireError } from './errors.ts';
import { estimateFromFields, fieldsFromEstimate } from './estimate.ts';
import {
  bigintFromInstant,
  bytesFromHex,
  codeOf,
  counter,
  hexFromBytes,
  instantFromBigint,
  integer,
  integerFromQuantity,
  quantityFromInteger,
  wordOf,
} from './fields.ts';
import type {
  Area as AreaMessage,
  CoverageReport as CoverageMessage,
  LaunchReport as LaunchReportMessage,
  Release,
  ReleaseSchema,
  Track as TrackMessage,
} from './gen/isthmus/v1/release_pb.js';
import { LIMITS } from './limits.ts';

type ItemInit = NonNullable<MessageInitShape<typeof ReleaseSchema>['item']>;
type ItemMessage = Release['item'];

// Words in the order of their numbers on the wire, from 1.
const SOURCES: readonly SourceKind[] = ['infrared', 'radar'];
const PHASES: readonly FlightPhase[] = ['boost', 'coast', 'reentry', 'orbit', 'air'];
const STAGES: readonly WarningStage[] = ['cue', 'tracked', 'confirmed', 'concluded', 'cancelled'];
const DROPS: readonly Drop['reason'][] = ['lost', 'merged', 'split', 'false', 'ended'];
const WITHDRAWALS: readonly Withdrawal['reason'][] = [
  'false',
  'mistaken-identity',
  'released-in-error',
];

const CLASSES: readonly ObjectClass[] = ['short-range', 'medium-range', 'long-range'];
const COVERAGES: readonly CoverageReport['state'][] = ['nothing-seen', 'not-covered'];

const E7 = 1e7;
const LATITUDE = { unitsPer: E7, min: -LIMITS.latitudeE7, max: LIMITS.latitudeE7 };
const LONGITUDE = { unitsPer: E7, min: LIMITS.longitudeMinE7, max: LIMITS.longitudeMaxE7 };
const AZIMUTH = { unitsPer: E7, min: 0, max: LIMITS.azimuthMaxE7 };
const PERCENT = { unitsPer: 100, min: 1, max: LIMITS.detectionPercentMax };
const SIGMA_S = { unitsPer: 1000, min: 0, max: LIMITS.sigmaMs };

/** The oneof of a Release for an item. */
export function initFromItem(item: Item): ItemInit {
  switch (item.kind) {
    case 'launch-report':
      return { case: 'launchReport', value: reportInit(item) };
    case 'track':
      return { case: 'track', value: trackInit(item) };
    case 'rebase': {
      const epoch = counter(item.epoch, 'epoch');
      return { case: 'rebase', value: { ...trackInit(item), epoch } };
    }
    case 'tracklet': {
      const epoch = counter(item.epoch, 'epoch');
      const baseUs = bigintFromInstant(item.base, 'base');
      checkOrder(item);
      return { case: 'tracklet', value: { ...trackInit(item), epoch, baseUs } };
    }
    case 'drop': {
      const reason = codeOf(DROPS, item.reason, 'reason');
      return { case: 'drop', value: { ...trackNames(item), reason } };
    }
    case 'withdrawal': {
      const reason = codeOf(WITHDRAWALS, item.reason, 'reason');
      return { case: 'withdrawal', value: { event: identifier(item.event), reason } };
    }
    case 'coverage-report':
      return { case: 'coverageReport', value: coverageInit(item) };
    case 'test':
      return { case: 'testMessage', value: { serial: counter(item.serial, 'serial') } };
  }
}

/** Inverse of `initFromItem`. */
export function itemFromMessage(message: ItemMessage): Item {
  switch (message.case) {
    case 'launchReport':
      return reportOf(message.value);
    case 'track':
      return { kind: 'track', ...trackOf(message.value) };
    case 'rebase': {
      const epoch = counter(message.value.epoch, 'epoch');
      return { kind: 'rebase', ...trackOf(message.value), epoch };
    }
    case 'tracklet': {
      const epoch = counter(message.value.epoch, 'epoch');
      const base = instantFromBigint(message.value.baseUs, 'base');
      const item = { kind: 'tracklet' as const, ...trackOf(message.value), epoch, base };
      checkOrder(item);
      return item;
    }
    case 'drop': {
      const reason = wordOf(DROPS, message.value.reason, 'reason');
      return { kind: 'drop', ...namesOf(message.value), reason };
    }
    case 'withdrawal': {
      const reason = wordOf(WITHDRAWALS, message.value.reason, 'reason');
      return { kind: 'withdrawal', event: hexId(message.value.event), reason };
    }
    case 'coverageReport':
      return coverageOf(message.value);
    case 'testMessage':
      return { kind: 'test', serial: counter(message.value.serial, 'serial') };
    default:
      throw new WireError('no-kind', 'the release holds none of the known items');
  }
}

/** A tracklet ends after the base it follows. */
function checkOrder(item: Extract<Item, { kind: 'tracklet' }>): void {
  if (item.base >= item.estimate.time) {
    throw new WireError('out-of-range', 'a tracklet ends after its base');
  }
}

function trackInit(item: Extract<Item, { kind: 'track' | 'rebase' | 'tracklet' }>) {
  return {
    ...trackNames(item),
    source: codeOf(SOURCES, item.source, 'source'),
    phase: codeOf(PHASES, item.phase, 'phase'),
    looks: counter(item.looks, 'looks'),
    estimate: fieldsFromEstimate(item.estimate),
  };
}

function trackOf(value: Omit<TrackMessage, '$typeName'>) {
  return {
    ...namesOf(value),
    source: wordOf(SOURCES, value.source, 'source'),
    phase: wordOf(PHASES, value.phase, 'phase'),
    looks: counter(value.looks, 'looks'),
    estimate: estimateFromFields(value.estimate),
  };
}

function trackNames(item: { readonly track: string; readonly event: string }) {
  return { track: identifier(item.track), event: identifier(item.event) };
}

function namesOf(value: { readonly track: Uint8Array; readonly event: Uint8Array }) {
  return { track: hexId(value.track), event: hexId(value.event) };
}

function identifier(hex: string): Uint8Array<ArrayBuffer> {
  return bytesFromHex(hex, LIMITS.identifierBytes, 'identifier');
}

function hexId(bytes: Uint8Array): string {
  return hexFromBytes(bytes, LIMITS.identifierBytes, 'identifier');
}

function reportInit(item: LaunchReport) {
  const { launchTime, launchArea, launchTimeSigmaS, azimuthRad, azimuthSigmaRad } = item;
  const { impactTime, impactArea, impactTimeSigmaS } = item;
  return {
    event: identifier(item.event),
    update: counter(item.update, 'update', 1),
    final: item.final,
    ...(launchTime !== null && { launchTimeUs: bigintFromInstant(launchTime, 'launchTime') }),
    ...(launchTimeSigmaS !== null && { launchTimeSigmaMs: sigmaMs(launchTimeSigmaS) }),
    ...(launchArea !== null && { launchArea: areaInit(launchArea) }),
    ...(azimuthRad !== null && { azimuthRadE7: azimuthE7(azimuthRad) }),
    ...(azimuthSigmaRad !== null && { azimuthSigmaRadE7: azimuthE7(azimuthSigmaRad) }),
    objectCountAtLeast: objects(item.objectCountAtLeast),
    ...(impactArea !== null && { impactArea: areaInit(impactArea) }),
    ...(impactTime !== null && { impactTimeUs: bigintFromInstant(impactTime, 'impactTime') }),
    ...(impactTimeSigmaS !== null && { impactTimeSigmaMs: sigmaMs(impactTimeSigmaS) }),
    sources: ascending(item.sources.map((source) => codeOf(SOURCES, source, 'sources'))),
    assessment: codeOf(STAGES, item.assessment, 'assessment'),
  };
}

function reportOf(value: LaunchReportMessage): LaunchReport {
  const sigma = (ms: number | undefined): number | null =>
    ms === undefined ? null : quantityFromInteger(ms, 'sigma', SIGMA_S);
  const azimuth = (e7: number | undefined): number | null =>
    e7 === undefined ? null : quantityFromInteger(e7, 'azimuth', AZIMUTH);
  const time = (us: bigint | undefined) =>
    us === undefined ? null : instantFromBigint(us, 'time');
  return {
    kind: 'launch-report',
    event: hexId(value.event),
    update: counter(value.update, 'update', 1),
    final: value.final,
    launchTime: time(value.launchTimeUs),
    launchTimeSigmaS: sigma(value.launchTimeSigmaMs),
    launchArea: areaOf(value.launchArea),
    azimuthRad: azimuth(value.azimuthRadE7),
    azimuthSigmaRad: azimuth(value.azimuthSigmaRadE7),
    objectCountAtLeast: objects(value.objectCountAtLeast),
    impactArea: areaOf(value.impactArea),
    impactTime: time(value.impactTimeUs),
    impactTimeSigmaS: sigma(value.impactTimeSigmaMs),
    sources: ascending(value.sources).map((code) => wordOf(SOURCES, code, 'sources')),
    assessment: wordOf(STAGES, value.assessment, 'assessment'),
  };
}

function coverageInit(item: CoverageReport) {
  checkCoverage(item);
  const { leastHeightM, detectionProbability } = item;
  return {
    objectClass: codeOf(CLASSES, item.objectClass, 'objectClass'),
    fromUs: bigintFromInstant(item.from, 'from'),
    untilUs: bigintFromInstant(item.until, 'until'),
    state: codeOf(COVERAGES, item.state, 'state'),
    ...(leastHeightM !== null && { leastHeightM: height(leastHeightM) }),
    ...(detectionProbability !== null && {
      detectionPercent: integerFromQuantity(detectionProbability, 'detection', PERCENT),
    }),
  };
}

function coverageOf(value: CoverageMessage): CoverageReport {
  const { leastHeightM, detectionPercent } = value;
  const item: CoverageReport = {
    kind: 'coverage-report',
    objectClass: wordOf(CLASSES, value.objectClass, 'objectClass'),
    from: instantFromBigint(value.fromUs, 'from'),
    until: instantFromBigint(value.untilUs, 'until'),
    state: wordOf(COVERAGES, value.state, 'state'),
    leastHeightM: leastHeightM === undefined ? null : height(leastHeightM),
    detectionProbability:
      detectionPercent === undefined
        ? null
        : quantityFromInteger(detectionPercent, 'detection', PERCENT),
  };
  checkCoverage(item);
  return item;
}

/** A period that is one, and numbers exactly where something is claimed. */
function checkCoverage(item: CoverageReport): void {
  const { from, until, state, leastHeightM, detectionProbability } = item;
  if (!(until > from)) throw new WireError('out-of-range', 'a period ends after it begins');
  const isClaimed = state === 'nothing-seen';
  if ((leastHeightM !== null) !== isClaimed || (detectionProbability !== null) !== isClaimed) {
    throw new WireError('out-of-range', 'height and detection stand where nothing was seen');
  }
}

function height(heightM: number): number {
  return integer(heightM, 'leastHeight', { min: 0, max: LIMITS.leastHeightM });
}

function areaInit(area: Area) {
  if (area.centre.heightM !== 0) throw new WireError('not-exact', 'an area is on the ellipsoid');
  return {
    latitudeRadE7: integerFromQuantity(area.centre.latitudeRad, 'latitude', LATITUDE),
    longitudeRadE7: integerFromQuantity(area.centre.longitudeRad, 'longitude', LONGITUDE),
    radiusM: radius(area.radiusM),
  };
}

function areaOf(value: Omit<AreaMessage, '$typeName'> | undefined): Area | null {
  if (value === undefined) return null;
  return {
    centre: {
      latitudeRad: quantityFromInteger(value.latitudeRadE7, 'latitude', LATITUDE),
      longitudeRad: quantityFromInteger(value.longitudeRadE7, 'longitude', LONGITUDE),
      heightM: 0,
    },
    radiusM: radius(value.radiusM),
  };
}

function radius(radiusM: number): number {
  return integer(radiusM, 'radius', { min: 0, max: LIMITS.radiusM });
}

function objects(count: number): number {
  return integer(count, 'objectCountAtLeast', { min: 0, max: LIMITS.objects });
}

function sigmaMs(sigmaS: number): number {
  return integerFromQuantity(sigmaS, 'sigma', SIGMA_S);
}

function azimuthE7(azimuthRad: number): number {
  return integerFromQuantity(azimuthRad, 'azimuth', AZIMUTH);
}

/** One order, each once: a set has one encoding. */
function ascending(codes: readonly number[]): number[] {
  codes.forEach((code, i) => {
    if (i > 0 && code <= (codes[i - 1] as number)) {
      throw new WireError('not-canonical', 'sources ascend, each once');
    }
  });
  return [...codes];
}
