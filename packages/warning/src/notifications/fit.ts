// SPDX-License-Identifier: Apache-2.0
// How well a launch that was seen fits a notice: the likelihood that the announced launch looks like
// this, over that of a launch nobody announced, factor by factor. What a notice does not say, and
// what was not measured, is a factor of 1.

import {
  degreesFromRadians,
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
} from '@isthmus/earth';
import type {
  AnnouncedLaunch,
  BoundedArea,
  EventId,
  LaunchEstimate,
  Warning,
} from '@isthmus/picture';
import { normalCdf } from '../impact.ts';
import { boundsOf, holds, middleOf, pointsOf, reachM, sizeM2 } from './area.ts';
import { halfLastDigit } from './given.ts';
import { type NoticeHistory, versionAt } from './history.ts';
import {
  ANNOUNCED_IS_SEEN,
  CLASS_RIGHT,
  DIRECTION_SIGMA_DEG,
  MISFIT_BELOW,
  PLACE_SIGMA_M_MIN,
  TIME_SIGMA_S_MIN,
  UNANNOUNCED_EVERY_S,
  UNANNOUNCED_WITHIN_M,
} from './limits.ts';
import { windowOf } from './regimes.ts';

/** A launch as own sensors, or a warning, tell of it. */
export interface SeenLaunch {
  readonly event: EventId;
  readonly launch: LaunchEstimate;
  readonly assessment: Warning['assessment'];
}

/** Likelihood ratios, announced over unannounced; 0 where it cannot be. */
export interface Factors {
  readonly time: number;
  readonly place: number;
  readonly direction: number;
  readonly class: number;
}

/** Why a notice that otherwise fits does not count for a launch. */
export type Misfit = 'cancelled' | 'held' | 'given after the launch' | keyof Factors;

export interface Fit {
  /** Odds that this is the announced launch, against one that nobody announced; 0 if not in force. */
  readonly odds: number;
  /** The one thing that keeps it from fitting; null where it fits, or more than one does. */
  readonly misfit: Misfit | null;
}

/** Weighs a launch against a notice as it stood when the launch took place. */
export function fitOf(history: NoticeHistory, seen: SeenLaunch): Fit {
  const version = versionAt(history, seen.launch.time);
  const launch = version?.launch ?? history.notice.launch;
  const factors = factorsOf(launch, history, seen);
  const low = (Object.keys(factors) as (keyof Factors)[]).filter(
    (name) => factors[name] < MISFIT_BELOW,
  );
  const status = version === null ? 'given after the launch' : version.status;
  if (status !== 'in force') return { odds: 0, misfit: low.length === 0 ? status : null };
  const prior = ANNOUNCED_IS_SEEN / (1 - ANNOUNCED_IS_SEEN);
  const odds = prior * factors.time * factors.place * factors.direction * factors.class;
  return { odds, misfit: low.length === 1 ? (low[0] as keyof Factors) : null };
}

function factorsOf(launch: AnnouncedLaunch, history: NoticeHistory, seen: SeenLaunch): Factors {
  return {
    time: timeFactor(launch, history, seen.launch),
    place: placeFactor(launch, seen.launch),
    direction: directionFactor(launch, seen.launch),
    class: classFactor(launch, seen.assessment),
  };
}

/** Without a time nothing is announced. */
function timeFactor(launch: AnnouncedLaunch, history: NoticeHistory, seen: LaunchEstimate): number {
  const window = windowOf(launch, history.notice.regime);
  if (window === null) return 0;
  const spread = { low: 0, high: (window.until - window.from) / 1e6 };
  const at = (seen.time - window.from) / 1e6;
  const sigma = Math.max(TIME_SIGMA_S_MIN, seen.timeSigmaS);
  return UNANNOUNCED_EVERY_S * densityWithin(spread, at, sigma);
}

function placeFactor(launch: AnnouncedLaunch, seen: LaunchEstimate): number {
  const area = launch.launchArea === null ? null : boundsOf(launch.launchArea);
  if (area === null) return 1;
  return Math.PI * UNANNOUNCED_WITHIN_M ** 2 * placeDensity(area, seen);
}

function directionFactor(launch: AnnouncedLaunch, seen: LaunchEstimate): number {
  const announced = announcedDirection(launch);
  if (announced === null || seen.azimuthRad === null) return 1;
  const sigma = Math.hypot(DIRECTION_SIGMA_DEG, degreesFromRadians(seen.azimuthSigmaRad ?? 0));
  const off = turn(degreesFromRadians(seen.azimuthRad) - announced.middleDeg);
  const spread = { low: -announced.halfDeg, high: announced.halfDeg };
  return 360 * densityWithin(spread, off, sigma);
}

function classFactor(launch: AnnouncedLaunch, told: Warning['assessment']): number {
  if (launch.missileClass === null || told === 'undetermined') return 1;
  const isSpace = launch.missileClass === 'space launch vehicle';
  return 2 * (isSpace === (told === 'space launch') ? CLASS_RIGHT : 1 - CLASS_RIGHT);
}

/** The direction told, or that from the launch area to the impact areas; null for neither. */
function announcedDirection(
  launch: AnnouncedLaunch,
): { readonly middleDeg: number; readonly halfDeg: number } | null {
  if (launch.direction !== null) {
    const { valueDeg, toleranceDeg } = launch.direction;
    return { middleDeg: valueDeg, halfDeg: toleranceDeg ?? halfLastDigit(valueDeg) };
  }
  const from = launch.launchArea === null ? null : boundsOf(launch.launchArea);
  const [first] = launch.impactAreas ?? [];
  if (from === null || first === undefined) return null;
  const bearing = (a: Geodetic, b: Geodetic): number =>
    degreesFromRadians(geodesicInverse(a, b).azimuthRad);
  const middleDeg = bearing(middleOf(from), middleOf(first));
  const ends = (launch.impactAreas ?? []).flatMap(pointsOf);
  const off = pointsOf(from).flatMap((a) => ends.map((b) => turn(bearing(a, b) - middleDeg)));
  const [low, high] = [Math.min(...off), Math.max(...off)];
  return { middleDeg: middleDeg + (low + high) / 2, halfDeg: (high - low) / 2 };
}

/** The difference of two directions in [-180, 180). */
function turn(deg: number): number {
  return ((((deg + 180) % 360) + 360) % 360) - 180;
}

/** Beyond this many sigma the normal distribution counts as nothing. */
const SIGMAS_MAX = 6;

/** Density at `at` of what is uniform within bounds and measured with a normal error. */
function densityWithin(
  { low, high }: { readonly low: number; readonly high: number },
  at: number,
  sigma: number,
): number {
  if (at < low - SIGMAS_MAX * sigma || at > high + SIGMAS_MAX * sigma) return 0;
  // Narrower than that the bounds do not show beside the error.
  const half = Math.max((high - low) / 2, 0.1 * sigma);
  const off = at - (low + high) / 2;
  const share = normalCdf((off + half) / sigma) - normalCdf((off - half) / sigma);
  return Math.max(0, share) / (2 * half);
}

/** Rings and rays of places that stand for a normal distribution; spirals, for an area. */
const RINGS = 16;
const RAYS = 24;
const AREA_POINTS = 200;

/**
 * Density per square metre of seeing the launch where it was seen, if it took place anywhere in the
 * area alike. The finer of the two is cut into places: the estimate, or the area.
 */
function placeDensity(area: BoundedArea, seen: LaunchEstimate): number {
  const floor = PLACE_SIGMA_M_MIN ** 2;
  const [ee, en, nn] = seen.pointCovarianceM2;
  const covariance = { ee: ee + floor, en, nn: nn + floor };
  return reachM(area) > Math.sqrt(covariance.ee + covariance.nn)
    ? shareWithin(area, seen.point, covariance) / sizeM2(area)
    : meanDensity(area, seen.point, covariance);
}

interface Covariance {
  readonly ee: number;
  readonly en: number;
  readonly nn: number;
}

/** The share of the estimate that lies in the area. */
function shareWithin(area: BoundedArea, point: Geodetic, { ee, en, nn }: Covariance): number {
  const east = Math.sqrt(ee);
  const slant = en / east;
  const north = Math.sqrt(Math.max(0, nn - slant * slant));
  let inside = 0;
  for (let ring = 0; ring < RINGS; ring += 1) {
    // Each ring stands for as much of the distribution as every other.
    const radius = Math.sqrt(-2 * Math.log(1 - (ring + 0.5) / RINGS));
    for (let ray = 0; ray < RAYS; ray += 1) {
      const angle = (2 * Math.PI * (ray + ring / RINGS)) / RAYS;
      const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
      const [x, y] = [east * u, slant * u + north * v];
      const place = geodesicDestination(point, Math.atan2(x, y), Math.hypot(x, y));
      if (holds(area, place)) inside += 1;
    }
  }
  return inside / (RINGS * RAYS);
}

/** The mean over the area of the estimate's density. */
function meanDensity(area: BoundedArea, point: Geodetic, { ee, en, nn }: Covariance): number {
  const determinant = ee * nn - en * en;
  const middle = middleOf(area);
  const reach = reachM(area);
  const golden = Math.PI * (3 - Math.sqrt(5));
  let [sum, count] = [0, 0];
  for (let i = 0; i < AREA_POINTS; i += 1) {
    const away = reach * Math.sqrt((i + 0.5) / AREA_POINTS);
    const place = geodesicDestination(middle, golden * i, away);
    if (!holds(area, place)) continue;
    const line = geodesicInverse(point, place);
    const x = line.distanceM * Math.sin(line.azimuthRad);
    const y = line.distanceM * Math.cos(line.azimuthRad);
    sum += Math.exp(-(nn * x * x - 2 * en * x * y + ee * y * y) / (2 * determinant));
    count += 1;
  }
  return count === 0 ? 0 : sum / count / (2 * Math.PI * Math.sqrt(determinant));
}
