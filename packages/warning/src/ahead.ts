// SPDX-License-Identifier: Apache-2.0
// The path ahead of one object in free flight, and when each sensor could see it on that path.

import {
  addSeconds,
  type Ecef,
  geodeticFromEcef,
  type Instant,
  type LookAngles,
  lookAngles,
  scale,
  subtract,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate, PathPoint, Sensor, SightReason } from '@isthmus/picture';
import { propagateCoast } from '@isthmus/tracking';
import { type Fall, type FallPoint, followFall } from './descent.ts';
import { perigeeHeightM } from './impact.ts';
import {
  BALLISTIC_COEFFICIENT_MEDIAN_KGPM2,
  ORBIT_AHEAD_S,
  PATH_EVERY_S,
  PATH_POINTS_MAX,
  SPREAD_AHEAD_S_MAX,
  SPREAD_SIGMA_S_MAX,
} from './limits.ts';
import { sightOf } from './sight.ts';
import type { Located } from './statement.ts';

/** Halvings of an interval between two points of a path: 10 s come to 5 ms. */
const HALVINGS = 11;
/** Step of the differences across an edge, metres: small beside a range, large beside rounding. */
const EDGE_STEP_M = 100;
const NOWHERE: Fall = { points: [], landed: false };

/** The first time in view on a path. */
export interface View {
  readonly from: Instant | null;
  /** One sigma of `from`, seconds; null where it is the start of the path, or not to be told. */
  readonly sigmaS: number | null;
  /** Null where the path ends before the view does. */
  readonly until: Instant | null;
}

/**
 * The way of an object to the ground, as a body of median drag, or `ORBIT_AHEAD_S` of it where it
 * does not come down. Empty under power, in the air and for numbers that are no flight.
 */
export function fallAhead(object: Located): Fall {
  if (object.phase === 'boost' || object.phase === 'air') return NOWHERE;
  const { state } = object.estimate;
  const staysUp = object.phase === 'orbit' || perigeeHeightM(state) > 0;
  const fall = followFall(state, BALLISTIC_COEFFICIENT_MEDIAN_KGPM2, {
    everyS: PATH_EVERY_S,
    pointsMax: PATH_POINTS_MAX,
    secondsMax: staysUp ? ORBIT_AHEAD_S : Number.POSITIVE_INFINITY,
  });
  if (fall.landed) return fall;
  return { landed: false, points: fall.points.filter((point) => point.seconds <= ORBIT_AHEAD_S) };
}

/** The points of a fall on the map. */
export function pathOf(fall: Fall, start: Instant): PathPoint[] {
  return fall.points.map(({ seconds, state }) => ({
    at: addSeconds(start, seconds),
    point: geodeticFromEcef(positionOf(state)),
  }));
}

/**
 * When `sensor` first could see the falling object and when no more, to well under a second. A view
 * that falls between two points of the path is missed. `fall` is that of `object`, from `start` on.
 */
export function viewAhead(sensor: Sensor, object: Located, fall: Fall, start: Instant): View {
  const { points } = fall;
  const sees = (point: FallPoint): boolean => isInView(sensor, positionOf(point.state));
  const first = points.findIndex(sees);
  if (first < 0) return { from: null, sigmaS: null, until: null };
  const entry = first === 0 ? null : crossing(sensor, points, first);
  const last = points.findIndex((point, i) => i > first && !sees(point));
  const endS = fall.landed ? (points.at(-1)?.seconds ?? null) : null;
  const untilS = last < 0 ? endS : crossing(sensor, points, last).seconds;
  return {
    from: addSeconds(start, entry?.seconds ?? 0),
    sigmaS: entry === null ? null : spreadS(sensor, object.estimate, entry),
    until: untilS === null ? null : addSeconds(start, untilS),
  };
}

/** Where a path crosses the edge of what a sensor can see. */
interface Crossing {
  readonly seconds: number;
  readonly position: Vector3<Ecef>;
  readonly velocity: Vector3<Ecef>;
  /** Why it is not in view, on the side where it is not. */
  readonly reason: SightReason;
}

function isInView(sensor: Sensor, position: Vector3<Ecef>): boolean {
  return sightOf(sensor, position, false) === 'in view';
}

/** The change of view between point `index` and the one before it, by halving. */
function crossing(sensor: Sensor, points: readonly FallPoint[], index: number): Crossing {
  const a = points[index - 1] as FallPoint;
  const b = points[index] as FallPoint;
  const entering = isInView(sensor, positionOf(b.state));
  let low = 0;
  let high = 1;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (isInView(sensor, between(a, b, middle)) === entering) high = middle;
    else low = middle;
  }
  const h = b.seconds - a.seconds;
  return {
    seconds: a.seconds + ((low + high) / 2) * h,
    position: between(a, b, (low + high) / 2),
    velocity: scale(subtract(positionOf(b.state), positionOf(a.state)), 1 / h),
    reason: sightOf(sensor, between(a, b, entering ? low : high), false),
  };
}

/**
 * One sigma of the time of a crossing: the spread of the estimate carried there, across the edge,
 * over the speed across it. Linear, so null where it is too wide to be told or the edge is grazed.
 */
function spreadS(sensor: Sensor, estimate: Estimate, at: Crossing): number | null {
  if (sensor.kind === 'infrared' || at.seconds > SPREAD_AHEAD_S_MAX) return null;
  const there = propagateCoast(estimate, addSeconds(estimate.time, at.seconds));
  const covariance = unpackSymmetric(there.covariance);
  const here = lookAngles(sensor.site, at.position);
  const slope = [0, 1, 2].map((axis) => {
    const [x, y, z] = at.position;
    const moved: Vector3<Ecef> = [
      x + (axis === 0 ? EDGE_STEP_M : 0),
      y + (axis === 1 ? EDGE_STEP_M : 0),
      z + (axis === 2 ? EDGE_STEP_M : 0),
    ];
    return acrossEdge(at.reason, here, lookAngles(sensor.site, moved)) / EDGE_STEP_M;
  });
  let variance = 0;
  for (const [i, a] of slope.entries()) {
    for (const [j, b] of slope.entries()) variance += a * b * (covariance[i * 6 + j] as number);
  }
  const rate = slope.reduce((sum, a, i) => sum + a * (at.velocity[i] as number), 0);
  const sigmaS = Math.sqrt(variance) / Math.abs(rate);
  return sigmaS <= SPREAD_SIGMA_S_MAX ? sigmaS : null;
}

/** How far `to` lies across the edge named by `reason` from `from`, metres or radians. */
function acrossEdge(reason: SightReason, from: LookAngles, to: LookAngles): number {
  if (reason === 'beyond the range') return to.rangeM - from.rangeM;
  // By its sine, so that nothing jumps at north.
  if (reason === 'outside the sector') return Math.sin(to.azimuthRad - from.azimuthRad);
  return to.elevationRad - from.elevationRad;
}

/** The cubic through two points with their velocities: in free flight exact to a metre over 80 s. */
function between(a: FallPoint, b: FallPoint, part: number): Vector3<Ecef> {
  const h = b.seconds - a.seconds;
  const rest = 1 - part;
  const a0 = rest * rest * (1 + 2 * part);
  const a1 = rest * rest * part * h;
  const b0 = part * part * (1 + 2 * rest);
  const b1 = -part * part * rest * h;
  const along = (i: number): number =>
    a0 * (a.state[i] as number) +
    a1 * (a.state[i + 3] as number) +
    b0 * (b.state[i] as number) +
    b1 * (b.state[i + 3] as number);
  return [along(0), along(1), along(2)];
}

/** Position of an Earth-fixed state. */
export function positionOf(state: ArrayLike<number>): Vector3<Ecef> {
  return [state[0] as number, state[1] as number, state[2] as number];
}
