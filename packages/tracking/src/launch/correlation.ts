// SPDX-License-Identifier: Apache-2.0
// Whose is it? How far a partner's event is from an own one: by states where both have them, else
// by launch time and area. Below 1 they may be one; the caller decides by one global assignment.

import {
  geodesicDistanceM,
  type Instant,
  packSymmetric,
  secondsBetween,
  unpackSymmetric,
} from '@isthmus/earth';
import type {
  Estimate,
  EventCategory,
  LaunchEstimate,
  LaunchReport,
  PictureEvent,
} from '@isthmus/picture';
import { separation } from '../fusion/information.ts';
import { addAccelerationNoise, approximateHeightM, followCoast } from '../models/coast.ts';
import { isDown } from './events.ts';
import { missedBy, relation } from './kinship.ts';
import { LIMITS } from './limits.ts';
import type { PartnerEstimate } from './partner-inputs.ts';
import { seenOf } from './partner-track.ts';

/** Chi-square, 2 degrees of freedom, 95 %: how a report's area turns into a covariance. */
const AREA_CHI_SQUARE = 5.991;

/** What a partner's tracks say an event is; a report without tracks is of a launch. */
export function partnerCategory(estimates: readonly PartnerEstimate[]): EventCategory {
  if (estimates.some(({ phase }) => phase === 'air')) return 'aircraft';
  return estimates.some(({ phase }) => phase === 'orbit') ? 'space-object' : 'launch';
}

/** A partner's report as a launch estimate; null when it states no time or no area. */
export function launchOfReport(report: LaunchReport): LaunchEstimate | null {
  if (report.launchTime === null || report.launchArea === null) return null;
  const variance = report.launchArea.radiusM ** 2 / AREA_CHI_SQUARE;
  return {
    time: report.launchTime,
    timeSigmaS: report.launchTimeSigmaS ?? LIMITS.backwardTimeSigmaS,
    point: report.launchArea.centre,
    pointCovarianceM2: [variance, 0, variance],
    azimuthRad: report.azimuthRad,
    azimuthSigmaRad: report.azimuthSigmaRad,
    method: 'partner',
  };
}

/** How far a partner's event is from an own one, and by what. */
export interface Correlation {
  /** 1 at the gate; Infinity when nothing compares. */
  readonly distance: number;
  /** Bodies in free flight were compared, which tells more than when and where each launch was. */
  readonly byBodies: boolean;
}

/**
 * Compares a partner's event with an own event, by bodies where both have any in free flight. Of two that
 * are taken for one already (`held`) each may see bodies the other does not, a stage here and what goes on
 * there: they stay one while launches agree or nothing speaks against it. Bodies that were never
 * together do.
 */
export function correlate(
  theirs: { readonly report: LaunchReport | null; readonly estimates: readonly PartnerEstimate[] },
  own: PictureEvent,
  { now, held }: { readonly now: Instant; readonly held: boolean },
): Correlation {
  const burning = underPower(theirs.estimates, own, now);
  if (burning <= 1) return { distance: burning, byBodies: true };
  const mine = own.objects.flatMap((object) => {
    const { estimate, phase, coastSeenS } = object;
    return estimate === null || phase === 'boost' ? [] : [{ estimate, seen: coastSeenS }];
  });
  const told = mine.length === 0 ? [] : inFlight(theirs.estimates, now);
  if (told.length === 0) return { distance: byLaunch(theirs.report, own), byBodies: false };
  const distance = byStates(told, mine, own.category);
  // An infrared coast, hundreds of kilometres long, tells no launch from another of the same place.
  const byBodies = [told, mine].every((bodies) => bodies.some(({ seen }) => seen > 0));
  if (!held || distance <= 1) return { distance, byBodies };
  const isYoung = mine.every(({ seen }) => seen < LIMITS.heldByLaunchS);
  const byPlace = isYoung ? byLaunch(theirs.report, own) : Number.POSITIVE_INFINITY;
  const heldOn = neverTogether(told, mine) ? Number.POSITIVE_INFINITY : LIMITS.heldOnDistance;
  return { distance: Math.min(distance, byPlace, heldOn), byBodies };
}

/** A body in free flight, and how much was seen of it: looks, or seconds. */
interface InFlight {
  readonly estimate: Estimate;
  readonly seen: number;
}

/** The least distance of two states, 1 at the gate; of a launch, other bodies of it count. */
function byStates(
  told: readonly InFlight[],
  mine: readonly InFlight[],
  category: EventCategory,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { estimate: there } of told) {
    for (const { estimate: here } of mine) {
      least = Math.min(least, separation(there, here) / LIMITS.gateState);
    }
  }
  // Of aircraft and satellites each is its own event.
  if (least <= 1 || category !== 'launch') return least;
  for (const { estimate: there } of told) {
    for (const { estimate: here } of mine) least = Math.min(least, companions(there, here));
  }
  return least <= 1 && neverTogether(told, mine) ? Number.POSITIVE_INFINITY : least;
}

/**
 * Whether the bodies most seen of either side were never in one place, as those of one launch were. Two that
 * stay as far apart as they are may be one that a side has at a wrong place: that is no reason.
 */
function neverTogether(told: readonly InFlight[], mine: readonly InFlight[]): boolean {
  const [there, here] = [mostSeen(told), mostSeen(mine)];
  if (there === null || here === null) return false;
  const isAbove = [there, here].every(
    ({ state }) => approximateHeightM(state) > LIMITS.brakesBelowM,
  );
  const isParting = relation(there, here).partingMps > LIMITS.kinTogetherMps;
  return isAbove && isParting && missedBy(there, here) > LIMITS.kinGate;
}

function mostSeen(bodies: readonly InFlight[]): Estimate | null {
  const most = bodies.reduce<InFlight | null>(
    (a, b) => (a === null || b.seen > a.seen ? b : a),
    null,
  );
  return most?.estimate ?? null;
}

/**
 * Distance of the nearest two bodies of which at least one burns, 1 at the gate. A stage that burns is far from
 * those that were dropped: neither side's spent stages tell of it. A track is young before it is known to burn,
 * so what burns here may coast there.
 */
function underPower(theirs: readonly PartnerEstimate[], own: PictureEvent, now: Instant): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { estimate: mine, phase, lastSeen } of own.objects) {
    if (mine === null || secondsBetween(lastSeen, now) > LIMITS.burningSeenS) continue;
    for (const told of theirs) {
      if (phase !== 'boost' && told.phase !== 'boost') continue;
      if (Math.abs(secondsBetween(told.estimate.time, now)) > LIMITS.burningSeenS) continue;
      least = Math.min(least, separation(mine, carried(told, now)) / LIMITS.gateState);
    }
  }
  return least;
}

/** A partner's estimate at `now`. A powered one is moved as if it coasted, with thrust as noise. */
export function carried(
  { estimate, phase }: Pick<PartnerEstimate, 'estimate' | 'phase'>,
  now: Instant,
): Estimate {
  const moved = followCoast(estimate, now);
  if (phase !== 'boost') return moved;
  const full = unpackSymmetric(moved.covariance);
  const seconds = Math.max(0, secondsBetween(estimate.time, now));
  // Thrust keeps its direction: what it adds to the speed grows with time, not with its root.
  addAccelerationNoise(full, LIMITS.poweredDensity * Math.max(1, seconds), seconds);
  return { ...moved, covariance: packSymmetric(full) };
}

function byLaunch(report: LaunchReport | null, own: PictureEvent): number {
  const launch = report === null ? null : launchOfReport(report);
  return launch === null || own.launch === null
    ? Number.POSITIVE_INFINITY
    : launchesApart(launch, own.launch);
}

/** Where bodies in free flight are, but for those that have come down. */
function inFlight(estimates: readonly PartnerEstimate[], now: Instant): InFlight[] {
  return estimates
    .filter(({ phase }) => phase !== 'boost')
    .map(({ estimate, track }) => ({
      estimate: followCoast(estimate, now),
      seen: track.source === 'radar' ? seenOf(track).looks : 0,
    }))
    .filter(({ estimate }) => !isDown(estimate.state));
}

/** Distance of two estimates at one time as bodies of one launch, 1 at the limit. */
function companions(a: Estimate, b: Estimate): number {
  const { awayM, partingMps } = relation(a, b);
  return Math.max(awayM / LIMITS.companionDistanceM, partingMps / LIMITS.companionSpeedMps);
}

function launchesApart(a: LaunchEstimate, b: LaunchEstimate): number {
  const timeSigma = Math.hypot(a.timeSigmaS, b.timeSigmaS);
  const time = Math.abs(secondsBetween(a.time, b.time)) / (3 * timeSigma);
  const variance = (launch: LaunchEstimate): number =>
    (launch.pointCovarianceM2[0] + launch.pointCovarianceM2[2]) / 2;
  const sigma = Math.sqrt(variance(a) + variance(b));
  return Math.max(time, geodesicDistanceM(a.point, b.point) / (3 * sigma));
}
