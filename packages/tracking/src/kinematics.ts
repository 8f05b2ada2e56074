// SPDX-License-Identifier: Apache-2.0
// What a coasting state says of the whole arc: orbit or not, from where, how fast and how high.

import type { Ecef } from '@isthmus/earth';
import {
  add,
  addSeconds,
  cross,
  dot,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  enuFromEcef,
  type Geodetic,
  geodeticFromEcef,
  norm,
  scale,
  subtract,
  unpackSymmetric,
  type Vector3,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { Estimate, LaunchEstimate } from '@isthmus/picture';
import { approximateHeightM, propagateState } from './coast.ts';
import { LIMITS } from './limits.ts';

/** Height of the perigee over the equatorial radius, metres; two-body. */
function perigeeHeightM(state: ArrayLike<number>): number {
  const r: Vector3<Ecef> = [state[0] as number, state[1] as number, state[2] as number];
  const turning: Vector3<Ecef> = [-EARTH_ROTATION_RADPS * r[1], EARTH_ROTATION_RADPS * r[0], 0];
  const v = add<Ecef>([state[3] as number, state[4] as number, state[5] as number], turning);
  const h = cross(r, v);
  const eccentricity = subtract(scale(cross(v, h), 1 / EARTH_MU_M3PS2), scale(r, 1 / norm(r)));
  return dot(h, h) / EARTH_MU_M3PS2 / (1 + norm(eccentricity)) - WGS84_SEMI_MAJOR_AXIS_M;
}

/** Perigee and its one sigma to first order. */
export function perigeeOf(estimate: Estimate): {
  readonly heightM: number;
  readonly sigmaM: number;
} {
  const heightM = perigeeHeightM(estimate.state);
  const covariance = unpackSymmetric(estimate.covariance);
  const slope = estimate.state.map((value, i) => {
    const step = i < 3 ? 100 : 0.1;
    const moved = [...estimate.state];
    moved[i] = value + step;
    return (perigeeHeightM(moved) - heightM) / step;
  });
  let variance = 0;
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      variance += (covariance[i * 6 + j] as number) * (slope[i] as number) * (slope[j] as number);
    }
  }
  return { heightM, sigmaM: Math.sqrt(Math.max(0, variance)) };
}

/** Where a coasting body is, geodetically. */
function placeOf(state: ArrayLike<number>): Geodetic {
  return geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]);
}

/** Direction of travel over the ground, clockwise from north in (-π, π]. */
function headingRad(state: ArrayLike<number>): number {
  const [e, n] = enuFromEcef(placeOf(state), [
    state[3] as number,
    state[4] as number,
    state[5] as number,
  ]);
  return Math.atan2(e, n);
}

/**
 * Launch time and point as a ballistic arc gives them, with covariances wide enough for the powered
 * ascent the arc knows nothing of. Null when the arc does not meet the ground within an hour.
 */
export function backPropagatedLaunch(estimate: Estimate): LaunchEstimate | null {
  const state = Float64Array.from(estimate.state);
  let seconds = 0;
  const step = 5;
  let moved: Float64Array = state;
  while (approximateHeightM(moved) > 0) {
    moved = propagateState(moved, -step);
    seconds -= step;
    if (seconds < -3_600) return null;
  }
  const variance = LIMITS.backwardPointSigmaM ** 2;
  const place = placeOf(moved);
  return {
    time: addSeconds(estimate.time, seconds + step / 2 - LIMITS.backwardDelayS),
    timeSigmaS: LIMITS.backwardTimeSigmaS,
    point: { ...place, heightM: 0 },
    pointCovarianceM2: [variance, 0, variance],
    azimuthRad: headingRad(moved),
    azimuthSigmaRad: LIMITS.backwardAzimuthSigmaRad,
    method: 'back-propagated',
  };
}
