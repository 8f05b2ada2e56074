// SPDX-License-Identifier: Apache-2.0
// Where a launch led, from its place and a body of it that coasts: one side's infrared saw the first and
// the other's radar the second. One line of sight leaves the course open by forty degrees; from a point
// to an arc it is known to one or two.

import {
  addSeconds,
  enuFromEcef,
  geodesicInverse,
  geodeticFromEcef,
  type Instant,
  secondsBetween,
} from '@isthmus/earth';
import type { Estimate, LaunchEstimate, PictureObject } from '@isthmus/picture';
import { propagateState } from '../models/coast.ts';

/** Nearer than so many sigmas of the launch point an arc says nothing of a course. */
const AWAY_SIGMAS = 3;
/** Courses further apart are not of one launch, or one is wrong. */
const AGREES_SIGMAS = 3;
/** Least way of a climb over the ground, as a share of what its final speed would have covered. */
const LEAST_WAY = 0.2;
/** One sigma, radians, of what a climb that turns is off the arc that it ends on. */
const FLOOR_RAD = 0.01;

/**
 * The launch with the course from its point to below where the body seen longest burnt out, if that is
 * surer than what is stated. It burnt out on its arc, between the first look at it and the earliest place
 * to which a climb can have led: the middle of the directions to both is taken, and any between them
 * counts as likely.
 *
 * @param objects of the event; those that radar sees in free flight count
 */
export function withCourse(
  launch: LaunchEstimate,
  objects: readonly PictureObject[],
): LaunchEstimate {
  const [longest] = objects.flatMap(flown).sort((a, b) => b.coastSeenS - a.coastSeenS);
  if (longest === undefined) return launch;
  const { estimate, firstCoast } = longest;
  const lastS = secondsBetween(estimate.time, firstCoast);
  const seen = propagateState(estimate.state, lastS);
  const last = wayTo(launch, seen);
  const climbS = secondsBetween(launch.time, firstCoast);
  const first = wayTo(launch, propagateState(seen, -earlierBy(seen, { ...last, climbS })));
  const nearM = Math.min(last.distanceM, first.distanceM);
  const apart = turn(first.azimuthRad - last.azimuthRad) / 2;
  const azimuthRad = turn(last.azimuthRad + apart);
  const acrossM = acrossSigmaM(launch, azimuthRad);
  if (climbS <= 0 || nearM < AWAY_SIGMAS * acrossM) return launch;
  const azimuthSigmaRad = Math.hypot(
    acrossM / nearM,
    spreadM(estimate) / nearM,
    apart / Math.sqrt(3),
    FLOOR_RAD,
  );
  if (azimuthSigmaRad >= (launch.azimuthSigmaRad ?? Number.POSITIVE_INFINITY)) return launch;
  return { ...launch, azimuthRad, azimuthSigmaRad };
}

/**
 * The launch with the course of another estimate of it, if that is surer and the two agree: a partner's word
 * does not turn a course away from what own sensors say of it.
 */
export function withSurerCourse(launch: LaunchEstimate, other: LaunchEstimate): LaunchEstimate {
  const { azimuthRad, azimuthSigmaRad } = other;
  if (azimuthRad === null || azimuthSigmaRad === null) return launch;
  const sigmaRad = launch.azimuthSigmaRad ?? Number.POSITIVE_INFINITY;
  const apart = turn(azimuthRad - (launch.azimuthRad ?? azimuthRad));
  const agrees = Math.abs(apart) <= AGREES_SIGMAS * Math.hypot(sigmaRad, azimuthSigmaRad);
  return agrees && azimuthSigmaRad < sigmaRad ? { ...launch, azimuthRad, azimuthSigmaRad } : launch;
}

/**
 * How long before `seen` it may have burnt out, seconds: back along the arc the way from the launch grows
 * shorter faster than the time, until a climb would have had to lead that far by less than `LEAST_WAY`.
 */
function earlierBy(
  seen: ArrayLike<number>,
  { distanceM, climbS }: { readonly distanceM: number; readonly climbS: number },
): number {
  const [x, y, z, vx, vy, vz] = Array.from(seen) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [e, n] = enuFromEcef(geodeticFromEcef([x, y, z]), [vx, vy, vz]);
  const groundMps = Math.max(1, Math.hypot(e, n));
  const spareM = distanceM - LEAST_WAY * groundMps * climbS;
  return Math.max(0, spareM / ((1 - LEAST_WAY) * groundMps));
}

interface Flown {
  readonly estimate: Estimate;
  readonly firstCoast: Instant;
  readonly coastSeenS: number;
}

function flown({ phase, estimate, lastSeen, coastSeenS }: PictureObject): Flown[] {
  if (phase !== 'coast' || estimate === null || coastSeenS === 0) return [];
  return [{ estimate, firstCoast: addSeconds(lastSeen, -coastSeenS), coastSeenS }];
}

/** From the launch to below a body. */
function wayTo({ point }: LaunchEstimate, state: ArrayLike<number>) {
  const [x = 0, y = 0, z = 0] = Array.from(state);
  return geodesicInverse(point, { ...geodeticFromEcef([x, y, z]), heightM: 0 });
}

/** One sigma of a position, root sum square of three axes: as wide as a partner's record asks. */
function spreadM({ covariance }: Estimate): number {
  return Math.sqrt([0, 6, 11].reduce((sum, i) => sum + (covariance[i] as number), 0));
}

/** One sigma of the launch point across a direction. */
function acrossSigmaM({ pointCovarianceM2 }: LaunchEstimate, azimuthRad: number): number {
  const [ee, en, nn] = pointCovarianceM2;
  const [sin, cos] = [Math.sin(azimuthRad), Math.cos(azimuthRad)];
  return Math.sqrt(Math.max(0, ee * cos * cos - 2 * en * sin * cos + nn * sin * sin));
}

/** An angle in (-π, π]. */
function turn(rad: number): number {
  return Math.atan2(Math.sin(rad), Math.cos(rad));
}
