// SPDX-License-Identifier: Apache-2.0
// What a coasting state says of the whole arc: orbit or not, from where, how fast and how high.

import type { Ecef, Instant } from '@isthmus/earth';
import {
  add,
  addSeconds,
  airDensityKgpm3,
  cross,
  dot,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  enuAxes,
  enuFromEcef,
  type Geodetic,
  geodesicDestination,
  geodeticFromEcef,
  norm,
  scale,
  secondsBetween,
  subtract,
  unpackSymmetric,
  type Vector3,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { Estimate, LaunchEstimate } from '@isthmus/picture';
import { approximateHeightM, propagateState, propagateWithTransition } from '../models/coast.ts';
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

/**
 * How far above a height the perigee is, in sigmas to first order; negative below it. Far below
 * orbit the perigee answers to the velocity half as much as near it, where a poor velocity would
 * seem certain: from below, the larger spread counts of that at the estimate and that at the state
 * that would have the perigee there.
 */
export function perigeeAbove(estimate: Estimate, heightM: number): number {
  const covariance = unpackSymmetric(estimate.covariance);
  const excess = perigeeHeightM(estimate.state) - heightM;
  const here = spreadOf(estimate.state, covariance);
  if (excess >= 0) return excess / Math.sqrt(here.variance);
  const there = estimate.state.map(
    (value, i) => value - ((here.along[i] as number) * excess) / here.variance,
  );
  return excess / Math.sqrt(Math.max(here.variance, spreadOf(there, covariance).variance));
}

/** Variance of the perigee to first order at a state, at least a square metre, and P times its slope. */
function spreadOf(
  state: readonly number[],
  covariance: ArrayLike<number>,
): { readonly variance: number; readonly along: readonly number[] } {
  const slope = slopeOf(state);
  const along = slope.map((_, i) =>
    slope.reduce((sum, s, j) => sum + (covariance[i * 6 + j] as number) * s, 0),
  );
  const variance = slope.reduce((sum, s, i) => sum + s * (along[i] as number), 0);
  return { variance: Math.max(1, variance), along };
}

/** Of the perigee with respect to the state, by differences. */
function slopeOf(state: readonly number[]): number[] {
  const heightM = perigeeHeightM(state);
  return state.map((value, i) => {
    const step = i < 3 ? 100 : 0.1;
    return (perigeeHeightM(state.with(i, value + step)) - heightM) / step;
  });
}

/**
 * Whether what comes down through the air came from an orbit that drag has worn down, flat and
 * nearly as fast as one flies round or as slow as the air may have made it, or from an arc; `unclear`
 * while the velocity allows both.
 */
export function entryOf(estimate: Estimate): 'from orbit' | 'from an arc' | 'unclear' {
  const [x, y, z, vx, vy, vz] = estimate.state as unknown as Six;
  const position: Vector3<Ecef> = [x, y, z];
  const velocity: Vector3<Ecef> = [
    vx - EARTH_ROTATION_RADPS * y,
    vy + EARTH_ROTATION_RADPS * x,
    vz,
  ];
  const speed = norm(velocity);
  const share = (speed * speed * norm(position)) / EARTH_MU_M3PS2;
  const angleRad = Math.asin(-dot(position, velocity) / (norm(position) * speed));
  const relative = (LIMITS.entrySigmas * velocitySigmaMps(estimate)) / speed;
  const slower = Math.sqrt(share) * (1 - relative);
  const faster = Math.sqrt(share) * (1 + relative);
  const braked = mayBeBraked(estimate.state, { share: faster, angleRad });
  const slow = faster ** 2 < LIMITS.entrySpeedShare && !braked;
  const steep = angleRad - relative > steepestEntryRad(slower);
  if (slow || steep) return 'from an arc';
  const inside =
    (share > LIMITS.entrySpeedShare || braked) && angleRad < steepestEntryRad(Math.sqrt(share));
  return inside ? 'from orbit' : 'unclear';
}

/** The steepest path of what came from orbit, at a share of the circular speed. */
function steepestEntryRad(share: number): number {
  if (share < LIMITS.brakedSpeedMin) return LIMITS.entryAngleRad;
  const [least, slope] = LIMITS.brakedAngleRad;
  return Math.max(LIMITS.entryAngleRad, least + slope * (1 - share));
}

/** Whether the air above a place can have taken what a body there lacks of the circular speed. */
function mayBeBraked(
  state: ArrayLike<number>,
  at: { readonly share: number; readonly angleRad: number },
): boolean {
  if (at.share < LIMITS.brakedSpeedMin) return false;
  const column = airDensityKgpm3(approximateHeightM(state)) * LIMITS.brakedScaleHeightM;
  // Along a path that was flatter before: twice what a straight one of this angle would take.
  const taken = column / (LIMITS.brakedCoefficientMin * Math.max(0.01, Math.sin(at.angleRad)));
  return Math.log(1 / at.share) < taken;
}

type Six = readonly [number, number, number, number, number, number];

/** Whether an estimate climbs beyond doubt, and at least so fast. */
export function climbs(estimate: Estimate, leastMps = 0): boolean {
  const [x, y, z, vx, vy, vz] = estimate.state as unknown as Six;
  const climbMps = (x * vx + y * vy + z * vz) / Math.sqrt(x * x + y * y + z * z);
  return climbMps > Math.max(leastMps, LIMITS.entrySigmas * velocitySigmaMps(estimate));
}

/**
 * Whether a body may be under power, by where and how it flies: its arc left the ground not long ago,
 * or it is flat, fast and low as an upper stage on its way to orbit is.
 */
export function mayBurn(state: ArrayLike<number>): boolean {
  const position: Vector3<Ecef> = [state[0] as number, state[1] as number, state[2] as number];
  const velocity: Vector3<Ecef> = [
    (state[3] as number) - EARTH_ROTATION_RADPS * position[1],
    (state[4] as number) + EARTH_ROTATION_RADPS * position[0],
    state[5] as number,
  ];
  const speed = norm(velocity);
  const climb = dot(position, velocity) / (norm(position) * speed);
  if (
    approximateHeightM(state) < LIMITS.ascentHeightMMax &&
    Math.abs(climb) < LIMITS.ascentClimbMax &&
    (speed * speed * norm(position)) / EARTH_MU_M3PS2 > LIMITS.ascentSpeedShareMin
  ) {
    return true;
  }
  return climb > 0 && approximateHeightM(propagateState(state, -LIMITS.burningArcAgeSMax)) < 0;
}

/** Root sum square of the three axes. */
function velocitySigmaMps(estimate: Estimate): number {
  const p = estimate.covariance;
  return Math.sqrt((p[15] as number) + (p[18] as number) + (p[20] as number));
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
 * Launch time and point as a ballistic arc gives them: where it left the ground, moved along to where
 * a powered ascent onto it begins, with the spread of the arc and of that ascent. Null when the arc
 * does not meet the ground within an hour.
 *
 * @param coasts when it first coasted for certain, not after the estimate: thrust had ended by then.
 */
export function backPropagatedLaunch(estimate: Estimate, coasts: Instant): LaunchEstimate | null {
  const state = Float64Array.from(estimate.state);
  let seconds = 0;
  const step = 5;
  let moved: Float64Array = state;
  while (approximateHeightM(moved) > 0) {
    moved = propagateState(moved, -step);
    seconds -= step;
    if (seconds < -3_600) return null;
  }
  const place = { ...placeOf(moved), heightM: 0 };
  const azimuthRad = headingRad(moved);
  const level = enuFromEcef(place, [
    moved[3] as number,
    moved[4] as number,
    moved[5] as number,
  ] as const);
  const { transition } = propagateWithTransition(estimate.state, seconds);
  const way = wayOfAscent(level, Math.max(step, -seconds - secondsBetween(coasts, estimate.time)));
  return {
    time: addSeconds(estimate.time, seconds + step / 2 - LIMITS.backwardDelayS),
    timeSigmaS: LIMITS.backwardTimeSigmaS,
    point: {
      ...geodesicDestination(place, azimuthRad, way.alongM),
      heightM: 0,
    },
    pointCovarianceM2: crossingSpread(estimate, { place, level, way, transition }),
    azimuthRad,
    azimuthSigmaRad: headingSigmaRad(estimate, { place, level, transition }),
    method: 'back-propagated',
  };
}

/** So much of the squared speed over the ground may be its error that nothing is known of the heading. */
const ANY_HEADING = 0.8;

/** How far along from where an arc left the ground its launch lies, and one sigma along and across, metres. */
interface WayOfAscent {
  readonly alongM: number;
  readonly alongSigmaM: number;
  readonly acrossSigmaM: number;
}

/**
 * @param level velocity where the arc left the ground: east, north, up, m/s.
 * @param arcS seconds from there to where it coasted for certain, more than 0: thrust ended before.
 */
function wayOfAscent(level: readonly [number, number, number], arcS: number): WayOfAscent {
  const levelMps = Math.hypot(level[0], level[1]);
  const longestS = (LIMITS.backwardLongest * Math.hypot(...level)) / LIMITS.backwardMeanMps2;
  const heldM = levelMps * Math.min(arcS, longestS);
  const unseen = LIMITS.backwardUnseen * Math.max(0, 1 - longestS / arcS);
  return {
    alongM: LIMITS.backwardAlong * heldM,
    alongSigmaM: Math.hypot(LIMITS.backwardAlongSigma, unseen) * heldM,
    acrossSigmaM: LIMITS.backwardAcrossSigma * LIMITS.backwardBurnS * levelMps,
  };
}

/** Where an arc left the ground, its velocity there (east, north, up, m/s), and d(state there)/d(estimate). */
interface Crossing {
  readonly place: Geodetic;
  readonly level: readonly [number, number, number];
  readonly transition: ArrayLike<number>;
}

/**
 * One sigma of the heading. The speed over the ground that is estimated has its own error in it: of a climb
 * that a few looks saw go nearly upright any heading is possible.
 */
function headingSigmaRad(estimate: Estimate, { place, level, transition }: Crossing): number {
  const [east, north] = enuAxes(place);
  const [e, n] = level;
  const levelMps = Math.max(1, Math.hypot(e, n));
  const across = [0, 1, 2].map(
    (i) => (n * (east[i] as number) - e * (north[i] as number)) / levelMps ** 2,
  );
  const row = Float64Array.from({ length: 6 }, (_, j) =>
    across.reduce((sum, v, i) => sum + v * (transition[(i + 3) * 6 + j] as number), 0),
  );
  const share = Math.min(ANY_HEADING, quadraticOf(unpackSymmetric(estimate.covariance), row, row));
  const sigma = Math.hypot(LIMITS.backwardAzimuthSigmaRad, Math.sqrt(share / (1 - share)));
  return Math.min(Math.PI / Math.sqrt(3), sigma);
}

/** Spread of where an arc left the ground, and of the ascent onto it: along the heading and across. */
function crossingSpread(
  estimate: Estimate,
  at: Crossing & { readonly way: WayOfAscent },
): LaunchEstimate['pointCovarianceM2'] {
  const { transition } = at;
  const [east, north, up] = enuAxes(at.place);
  const [e, n, u] = at.level;
  // A place too high is a place further back on the arc.
  const climb = Math.max(u, 0.1 * Math.hypot(e, n), 100);
  const over = (axis: readonly number[], mps: number): Float64Array =>
    Float64Array.from({ length: 6 }, (_, j) =>
      [0, 1, 2].reduce(
        (sum, i) =>
          sum +
          ((axis[i] as number) - (mps / climb) * (up[i] as number)) *
            (transition[i * 6 + j] as number),
        0,
      ),
    );
  const rows = [over(east, e), over(north, n)] as const;
  const full = unpackSymmetric(estimate.covariance);
  const speed = Math.hypot(e, n, 1);
  const heading = [e / speed, n / speed] as const;
  const along = at.way.alongSigmaM ** 2;
  const across = at.way.acrossSigmaM ** 2 + LIMITS.backwardFloorM ** 2;
  const entry = (a: 0 | 1, b: 0 | 1): number =>
    quadraticOf(full, rows[a], rows[b]) +
    (along - across) * heading[a] * heading[b] +
    (a === b ? across : 0);
  return [entry(0, 0), entry(0, 1), entry(1, 1)];
}

/** aᵀ P b for a 6x6. */
function quadraticOf(full: Float64Array, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      sum += (a[i] as number) * (full[i * 6 + j] as number) * (b[j] as number);
    }
  }
  return sum;
}
