// SPDX-License-Identifier: Apache-2.0
// Whose is it? How far a partner's event is from an own one: by states where both have them, else
// by launch time and area. Below 1 they may be one; the caller decides by one global assignment.

import { geodesicDistanceM, type Instant, secondsBetween } from '@isthmus/earth';
import type {
  Estimate,
  EventCategory,
  LaunchEstimate,
  LaunchReport,
  PictureEvent,
} from '@isthmus/picture';
import { separation } from '../fusion/information.ts';
import { followCoast } from '../models/coast.ts';
import { isDown } from './events.ts';
import { LIMITS } from './limits.ts';
import type { PartnerEstimate } from './partner-inputs.ts';

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
 * are taken for one already (`held`) either may at first see a body the other does not, a stage here and
 * what goes on there: until own radar has seen a coast for a while, launches that agree count as well.
 */
export function correlate(
  theirs: { readonly report: LaunchReport | null; readonly estimates: readonly PartnerEstimate[] },
  own: PictureEvent,
  { now, held }: { readonly now: Instant; readonly held: boolean },
): Correlation {
  const objects = own.objects.flatMap(({ estimate, phase }) =>
    estimate === null || phase === 'boost' ? [] : [estimate],
  );
  const coasting = objects.length === 0 ? [] : inFlight(theirs.estimates, now);
  if (coasting.length > 0) {
    let least = Number.POSITIVE_INFINITY;
    for (const there of coasting) {
      for (const mine of objects) {
        least = Math.min(least, separation(there, mine) / LIMITS.gateState);
        // Other bodies of one launch count; of aircraft and satellites each is its own event.
        if (own.category === 'launch') least = Math.min(least, companions(there, mine));
      }
    }
    const isYoung = own.objects.every(({ coastSeenS }) => coastSeenS < LIMITS.heldByLaunchS);
    if (!held || !isYoung) return { distance: least, byBodies: true };
    return { distance: Math.min(least, byLaunch(theirs.report, own)), byBodies: true };
  }
  return { distance: byLaunch(theirs.report, own), byBodies: false };
}

function byLaunch(report: LaunchReport | null, own: PictureEvent): number {
  const launch = report === null ? null : launchOfReport(report);
  return launch === null || own.launch === null
    ? Number.POSITIVE_INFINITY
    : launchesApart(launch, own.launch);
}

/** Where bodies in free flight are, but for those that have come down. */
function inFlight(estimates: readonly PartnerEstimate[], now: Instant): Estimate[] {
  return estimates
    .filter(({ phase }) => phase !== 'boost')
    .map(({ estimate }) => followCoast(estimate, now))
    .filter(({ state }) => !isDown(state));
}

/** Distance of two estimates at one time as bodies of one launch, 1 at the limit. */
function companions(a: Estimate, b: Estimate): number {
  const d = a.state.map((v, i) => v - (b.state[i] as number));
  const away = Math.hypot(d[0] as number, d[1] as number, d[2] as number);
  const faster = Math.hypot(d[3] as number, d[4] as number, d[5] as number);
  return Math.max(away / LIMITS.companionDistanceM, faster / LIMITS.companionSpeedMps);
}

function launchesApart(a: LaunchEstimate, b: LaunchEstimate): number {
  const timeSigma = Math.hypot(a.timeSigmaS, b.timeSigmaS);
  const time = Math.abs(secondsBetween(a.time, b.time)) / (3 * timeSigma);
  const variance = (launch: LaunchEstimate): number =>
    (launch.pointCovarianceM2[0] + launch.pointCovarianceM2[2]) / 2;
  const sigma = Math.sqrt(variance(a) + variance(b));
  return Math.max(time, geodesicDistanceM(a.point, b.point) / (3 * sigma));
}
