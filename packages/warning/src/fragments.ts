// SPDX-License-Identifier: Apache-2.0
// Several bodies of one launch come down apart, and radar does not say which of them matters. The
// region of the launch covers any of them, those tracked and the one that may not be: their mean
// and spread, the spread drawn towards what bodies do when they part at burn-out.

import {
  addSeconds,
  ellipseAreaM2,
  geodesicDestination,
  geodesicInverse,
  geodeticFromEcef,
  type PlaneCovariance,
  secondsBetween,
} from '@isthmus/earth';
import type { Estimate, ImpactRegion } from '@isthmus/picture';
import { propagateState } from '@isthmus/tracking';
import { descend, radialHeightM } from './descent.ts';
import {
  BALLISTIC_COEFFICIENT_MEDIAN_KGPM2,
  FRAGMENT_DISTANCE_MAX_M,
  SEPARATION_BACK_S_MAX,
  SEPARATION_HEIGHT_M,
  SEPARATION_SHARE,
  SEPARATION_SIGMA_MPS,
  SHORT_WHOLE_PROBABILITY,
} from './limits.ts';

const BACK_STEP_S = 20;

/**
 * Spread on the ground (east-east, east-north, north-north, m^2) of bodies that parted at burn-out
 * with `SEPARATION_SIGMA_MPS` on each axis. Null when the flight cannot be followed.
 *
 * Burn-out is taken where the flight rose through `SEPARATION_HEIGHT_M`: how far two bodies land
 * apart is decided there and hardly changes afterwards.
 */
export function separationSpread(estimate: Estimate): PlaneCovariance | null {
  let state: Float64Array = Float64Array.from(estimate.state);
  for (let back = 0; back < SEPARATION_BACK_S_MAX; back += BACK_STEP_S) {
    const before = propagateState(state, -BACK_STEP_S);
    if (radialHeightM(before) < SEPARATION_HEIGHT_M) break;
    state = before;
  }
  const centre = descend(state, BALLISTIC_COEFFICIENT_MEDIAN_KGPM2);
  if (centre === null) return null;
  const origin = geodeticFromEcef(centre.position);
  let [ee, en, nn] = [0, 0, 0];
  for (let axis = 3; axis < 6; axis += 1) {
    const moved = Float64Array.from(state);
    moved[axis] = (moved[axis] as number) + SEPARATION_SIGMA_MPS;
    const ground = descend(moved, BALLISTIC_COEFFICIENT_MEDIAN_KGPM2);
    if (ground === null) return null;
    const line = geodesicInverse(origin, geodeticFromEcef(ground.position));
    const east = line.distanceM * Math.sin(line.azimuthRad);
    const north = line.distanceM * Math.cos(line.azimuthRad);
    ee += east * east;
    en += east * north;
    nn += north * north;
  }
  return [ee, en, nn];
}

/** How far bodies of a launch come down apart, and what of it one is by that nobody follows. */
export interface Separation {
  /** As `separationSpread` gives it. */
  readonly covarianceM2: PlaneCovariance;
  /** As `separationShare` gives it. */
  readonly share: number;
}

/** What of the separation, squared, a body that nobody follows is apart by, by P(short range): in [0, 1]. */
export function separationShare(shortProbability: number): number {
  return SEPARATION_SHARE * (1 - SHORT_WHOLE_PROBABILITY * shortProbability);
}

/**
 * One region for the launch from the regions of its bodies, `primary` among those given or not.
 *
 * Centre is their mean; covariance is the mean of theirs, plus their spread as a sample's, Σ w d dᵀ
 * over one body less than there are (never less than half of them), plus what a body that nobody
 * follows may be apart: `share` of the separation over Σ w, as one body more. The primary
 * weighs 1, another body (separation / (separation + what its covariance exceeds the primary's
 * by))², by traces: what is known more loosely than bodies part says nothing, and the drag nobody
 * knows is the same for all. Left out are bodies that come down far away.
 */
export function regionOfLaunch(
  primary: ImpactRegion,
  bodies: readonly ImpactRegion[],
  { covarianceM2: separation, share }: Separation,
): ImpactRegion {
  const others = bodies.filter(
    (body) =>
      body !== primary &&
      geodesicInverse(primary.centre, body.centre).distanceM <= FRAGMENT_DISTANCE_MAX_M,
  );
  const apart = trace(separation);
  const counted = [primary, ...others].map((region, i) => ({
    region,
    offset: offsetFrom(primary, region),
    weight: i === 0 ? 1 : (apart / (apart + looser(region, primary))) ** 2,
  }));
  const total = counted.reduce((sum, body) => sum + body.weight, 0);
  const average = (value: (body: (typeof counted)[number]) => number): number =>
    counted.reduce((sum, body) => sum + body.weight * value(body), 0) / total;
  const east = average(({ offset }) => offset[0]);
  const north = average(({ offset }) => offset[1]);
  const later = average(({ offset }) => offset[2]);
  const seen = total / Math.max(total - 1, total / 2);
  const entry = (k: 0 | 1 | 2, apartM2: (body: (typeof counted)[number]) => number): number =>
    (share * separation[k]) / total +
    average((body) => body.region.covarianceM2[k] + seen * apartM2(body));
  const covarianceM2: PlaneCovariance = [
    entry(0, ({ offset }) => (offset[0] - east) ** 2),
    entry(1, ({ offset }) => (offset[0] - east) * (offset[1] - north)),
    entry(2, ({ offset }) => (offset[1] - north) ** 2),
  ];
  const timeVariance = average((b) => b.region.timeSigmaS ** 2 + seen * (b.offset[2] - later) ** 2);
  const distanceM = Math.sqrt(east * east + north * north);
  return {
    ...primary,
    centre: geodesicDestination(primary.centre, Math.atan2(east, north), distanceM),
    covarianceM2,
    areaKm2: ellipseAreaM2(covarianceM2, primary.probability) / 1e6,
    time: addSeconds(primary.time, later),
    timeSigmaS: Math.sqrt(timeVariance),
  };
}

/** East and north in metres and seconds from one region's centre and time to another's. */
function offsetFrom(primary: ImpactRegion, body: ImpactRegion): readonly [number, number, number] {
  const line = geodesicInverse(primary.centre, body.centre);
  return [
    line.distanceM * Math.sin(line.azimuthRad),
    line.distanceM * Math.cos(line.azimuthRad),
    secondsBetween(primary.time, body.time),
  ];
}

/** By how much a body's covariance exceeds the primary's; 0 where it is known as well or better. */
function looser(body: ImpactRegion, primary: ImpactRegion): number {
  return Math.max(0, trace(body.covarianceM2) - trace(primary.covarianceM2));
}

function trace(covariance: PlaneCovariance): number {
  return covariance[0] + covariance[2];
}
