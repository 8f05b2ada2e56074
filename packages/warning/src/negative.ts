// SPDX-License-Identifier: Apache-2.0
// That somebody covered the place of a launch and saw nothing, as evidence against it. It is worth
// log(1 - Pd) and never more, it is never made of silence, and it moves no stage: what comes out of
// here is a number and a sentence for the officer.

import {
  addSeconds,
  enclosingRadiusM,
  type Geodetic,
  geodesicDistanceM,
  geodeticFromDegrees,
  type Instant,
} from '@isthmus/earth';
import type {
  CoverageReport,
  LaunchEstimate,
  ObjectClass,
  PartyName,
  Picture,
  Sensor,
  SensorState,
  Warning,
} from '@isthmus/picture';
import { coverageOf } from './coverage.ts';
import { type CoverageArea, circleAround } from './coverage-parts.ts';
import { COVERAGE_PROBABILITY_MAX, OWN_PART_MAX_M } from './limits.ts';
import { OBJECT_CLASSES } from './object-classes.ts';
import { clock, listed, named } from './words.ts';

/** A report, and the region of the clause it came under. */
export interface PlacedReport {
  readonly party: PartyName | 'own';
  readonly report: CoverageReport;
  readonly area: CoverageArea;
}

/** That one party covered a launch's place at its time, and saw nothing. */
export interface NegativeEvidence {
  readonly party: PartyName | 'own';
  readonly objectClass: ObjectClass;
  readonly detectionProbability: number;
  /** log(1 - Pd): what it takes from the log odds of a launch of the class; never positive. */
  readonly logOdds: number;
  readonly says: string;
}

/** When an own radar would have seen a launch of a class. */
export interface ExpectedSight {
  readonly objectClass: ObjectClass;
  readonly sensors: readonly string[];
  readonly by: Instant;
  readonly detectionProbability: number;
}

const CLASSES: readonly ObjectClass[] = ['short-range', 'medium-range', 'long-range'];

/** How sure it must be that the launch lies where, and was when, a report speaks of. */
const AREA_PROBABILITY = 0.95;
const TIME_SIGMAS = 2;

/**
 * What a coverage report says against a warning: null where it says nothing.
 *
 * It says nothing where the region was not covered, where the launch is not known (at 95 %) to lie
 * whole in its region and its period, where its party supports the warning itself, and where what it
 * claims is no probability. A claim is counted as at most `COVERAGE_PROBABILITY_MAX`, whoever makes it.
 */
export function negativeEvidence(warning: Warning, placed: PlacedReport): NegativeEvidence | null {
  const { party, report } = placed;
  const { launch } = warning;
  if (report.state !== 'nothing-seen' || launch === null) return null;
  if (warning.evidence.some((piece) => piece.party === party)) return null;
  if (!speaksOf(launch, placed)) return null;
  return evidenceOf(party, report.objectClass, report.detectionProbability, party);
}

/** Whether a report is about the place and time of a launch: at 95 %, and to two sigma. */
export function speaksOf(launch: LaunchEstimate, { report, area }: PlacedReport): boolean {
  return isWithin(launch, report) && holds(area, launch);
}

/**
 * What own radars say against a launch that no own radar has seen, and what is to be expected of them.
 *
 * `own` is the own picture at the time: while it holds anything that radar sees and that may be a
 * launch, "nothing seen" is not said of any place. Only radars are asked, since a flame that has
 * gone out is no negative report; each class is one answer, and none are to be added up.
 */
export function ownNegatives(given: {
  readonly warning: Warning;
  readonly own: Picture;
  readonly sensors: readonly Sensor[];
  readonly states: readonly SensorState[];
}): {
  readonly negatives: readonly NegativeEvidence[];
  readonly expected: readonly ExpectedSight[];
} {
  const none = { negatives: [], expected: [] };
  const { warning, own, states } = given;
  const { launch } = warning;
  const radars = given.sensors.filter(({ kind }) => kind === 'radar');
  if (launch === null || radars.length === 0 || hasOwnRadar(warning)) return none;
  const radiusM = enclosingRadiusM(launch.pointCovarianceM2, AREA_PROBABILITY);
  if (!(radiusM <= OWN_PART_MAX_M)) return none;
  const area = circleAround(launch.point, radiusM);
  const negatives: NegativeEvidence[] = [];
  const expected: ExpectedSight[] = [];
  const isQuiet = !own.events.some(mayBeLaunchByRadar);
  for (const objectClass of CLASSES) {
    const coverage = coverageOf({ sensors: radars, states, area, objectClass }, 1);
    if (!coverage.covered) continue;
    const { sensors, detectionProbability, riseS, period } = coverage;
    const by = addSeconds(launch.time, TIME_SIGMAS * launch.timeSigmaS + riseS);
    if (by > own.at) expected.push({ objectClass, sensors, by, detectionProbability });
    else if (isQuiet && period !== null && isWithin(launch, period)) {
      const found = evidenceOf('own', objectClass, detectionProbability, `our ${listed(sensors)}`);
      if (found !== null) negatives.push(found);
    }
  }
  return { negatives, expected };
}

/** The sentence for what is still to come. */
export function expectationOf({ objectClass, sensors, by }: ExpectedSight): string {
  const { words } = OBJECT_CLASSES[objectClass];
  return `Radar would confirm it by ${clock(by)} if its range is ${words.replace('range ', '')} (${sensors.join(', ')}); nothing until then says nothing.`;
}

function evidenceOf(
  party: PartyName | 'own',
  objectClass: ObjectClass,
  claimed: number | null,
  who: string,
): NegativeEvidence | null {
  if (claimed === null || !(claimed > 0 && claimed <= 1)) return null;
  const detectionProbability = Math.min(claimed, COVERAGE_PROBABILITY_MAX);
  const logOdds = Math.log1p(-detectionProbability);
  const counts = `\u2212${Math.abs(logOdds).toFixed(1)}`;
  const { words } = OBJECT_CLASSES[objectClass];
  return {
    party,
    objectClass,
    detectionProbability,
    logOdds,
    says: `${named(who)} ${who.includes(' and ') ? 'cover' : 'covers'} that area and saw nothing (${words}; detection probability ${rounded(detectionProbability)}, counts ${counts} in log odds).`,
  };
}

/** Downwards, so that no sentence claims more than the number. */
function rounded(probability: number): string {
  return (Math.floor(probability * 100 + 1e-9) / 100).toString();
}

/** Whether a launch was, to two sigma, in a period. */
function isWithin(
  { time, timeSigmaS }: LaunchEstimate,
  period: { readonly from: Instant; readonly until: Instant },
): boolean {
  const spreadS = TIME_SIGMAS * timeSigmaS;
  return addSeconds(time, -spreadS) >= period.from && addSeconds(time, spreadS) < period.until;
}

/** Whether the whole 95 % circle of a launch lies in a region. */
function holds(area: CoverageArea, launch: LaunchEstimate): boolean {
  const radiusM = enclosingRadiusM(launch.pointCovarianceM2, AREA_PROBABILITY);
  if (!Number.isFinite(radiusM)) return false;
  if (area.kind === 'circle') {
    const centre = geodeticFromDegrees(area.latitudeDeg, area.longitudeDeg);
    return geodesicDistanceM(centre, launch.point) + radiusM <= area.radiusKm * 1000;
  }
  return isInBox(area, launch.point, radiusM);
}

/** A degree is never shorter than 110.5 km along a meridian, nor than its cosine of 111 along a parallel. */
function isInBox(
  area: Extract<CoverageArea, { readonly kind: 'box' }>,
  point: Geodetic,
  radiusM: number,
): boolean {
  const degrees = 180 / Math.PI;
  const latitude = point.latitudeRad * degrees;
  const high = radiusM / 110_500;
  if (latitude - high < area.southDeg || latitude + high > area.northDeg) return false;
  const edge = Math.cos(Math.min(Math.PI / 2, Math.abs(point.latitudeRad) + high / degrees));
  const wide = radiusM / (110_500 * Math.max(edge, 1e-9));
  const east = (area.eastDeg - area.westDeg + 360) % 360;
  const from = (((point.longitudeRad * degrees - area.westDeg) % 360) + 360) % 360;
  return from - wide >= 0 && from + wide <= east;
}

function hasOwnRadar(warning: Warning): boolean {
  return warning.evidence.some((piece) => piece.party === 'own' && piece.source === 'radar');
}

function mayBeLaunchByRadar(event: Picture['events'][number]): boolean {
  const isOther = event.category === 'aircraft' || event.category === 'space-object';
  return (
    !isOther && event.evidence.some(({ party, source }) => party === 'own' && source === 'radar')
  );
}
