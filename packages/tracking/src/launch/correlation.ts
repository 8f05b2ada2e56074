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

/** Distance of a partner's event from an own event, 1 at the gate; Infinity when nothing compares. */
export function correlate(
  theirs: { readonly report: LaunchReport | null; readonly estimates: readonly PartnerEstimate[] },
  own: PictureEvent,
  now: Instant,
): number {
  const coasting = theirs.estimates.filter(({ phase }) => phase !== 'boost');
  const objects = own.objects.flatMap(({ estimate, phase }) =>
    estimate === null || phase === 'boost' ? [] : [estimate],
  );
  if (coasting.length > 0 && objects.length > 0) {
    let least = Number.POSITIVE_INFINITY;
    for (const { estimate } of coasting) {
      const there = followCoast(estimate, now);
      for (const mine of objects) {
        least = Math.min(least, separation(there, mine) / LIMITS.gateState);
        // Other bodies of one launch count; of aircraft and satellites each is its own event.
        if (own.category === 'launch') least = Math.min(least, companions(there, mine));
      }
    }
    return least;
  }
  const launch = theirs.report === null ? null : launchOfReport(theirs.report);
  return launch === null || own.launch === null
    ? Number.POSITIVE_INFINITY
    : launchesApart(launch, own.launch);
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
