// SPDX-License-Identifier: Apache-2.0
// Where a body under power comes down if its force ends soon: not an impact region, since nobody
// knows that it does. Drawn from the estimate and from what forces do, each draw flown on and let
// fall; the region is their convex outline. Of n independent draws the outline misses one more with a
// probability of its expected corners over n + 1 (Efron, Biometrika 52, 1965), whatever they follow.

import {
  addSeconds,
  cholesky,
  coastAcceleration,
  createRandom,
  geodesicDestination,
  geodesicInverse,
  geodeticFromEcef,
  type Random,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, ReachableRegion } from '@isthmus/picture';
import { descend } from './descent.ts';
import {
  BALLISTIC_COEFFICIENT_LOG_SIGMA,
  BALLISTIC_COEFFICIENT_MEDIAN_KGPM2,
  FORCE_LOG_SIGMA,
  FORCE_MEDIAN_MPS2,
  REACH_AREA_MAX_KM2,
  REACH_DRAWS,
  REACH_WITHIN_S,
  THRUST_ANGLE_SIGMA_RAD,
} from './limits.ts';

/** What acts on it: thrust about along its path, or what made it leave a ballistic one. */
export type ReachMotion = ReachableRegion['condition']['motion'];

/** A step of the flight under force, and strides of the fall: the point on the ground moves by less than a kilometre. */
const STEP_S = 3;
const FALL_STRIDE = 2;
const STATE = 6;

/** One way to go on, in units of the priors; the same ways each time, so that regions do not jitter. */
interface Way {
  readonly state: readonly number[];
  readonly share: number;
  readonly force: number;
  readonly across: readonly [number, number];
  /** A direction for what may act in any. */
  readonly towards: readonly [number, number, number];
  readonly drag: number;
}

/** Draws after which it is looked whether the region is too large already. */
const LOOKED_AT_AFTER: readonly number[] = [8, 16, 32, 64];

let ways: readonly Way[] | null = null;

/**
 * The region in which `estimate` comes down on the condition that the force on it ends within the
 * time the region names: as long as possible of `REACH_WITHIN_S`. Nine in ten of bodies that follow
 * the priors of `limits.ts` and meet the condition come down in it.
 *
 * Null where no such time leads to a region that can be drawn: what may already reach orbit, or come
 * down anywhere in a region larger than a country.
 */
export function reachableRegion(estimate: Estimate, motion: ReachMotion): ReachableRegion | null {
  const root = cholesky(unpackSymmetric(estimate.covariance), STATE);
  if (root === null) return null;
  ways ??= drawWays(createRandom('warning/reachable'));
  for (const withinS of REACH_WITHIN_S) {
    const region = regionWithin({ estimate, root, motion, withinS }, ways);
    if (region !== null) return region;
  }
  return null;
}

/** One region that holds both: what a body not seen again can reach only grows. */
export function joinReachable(before: ReachableRegion, now: ReachableRegion): ReachableRegion {
  const { condition } = now;
  const from = before.condition.from < condition.from ? before.condition.from : condition.from;
  const until = before.condition.until > condition.until ? before.condition.until : condition.until;
  const points = [...before.outline, ...now.outline].map((corner) => {
    const line = geodesicInverse(now.centre, corner);
    return planePoint(line.distanceM, line.azimuthRad);
  });
  const { outline, areaKm2 } = outlineOf(now.centre, points);
  return { ...now, condition: { ...condition, from, until }, outline, areaKm2 };
}

interface Asked {
  readonly estimate: Estimate;
  readonly root: Float64Array;
  readonly motion: ReachMotion;
  readonly withinS: number;
}

function regionWithin(asked: Asked, drawn: readonly Way[]): ReachableRegion | null {
  const { estimate, motion, withinS } = asked;
  let centre: ReachableRegion['centre'] | null = null;
  const points: Point[] = [];
  for (const way of drawn) {
    const coefficient =
      BALLISTIC_COEFFICIENT_MEDIAN_KGPM2 * Math.exp(BALLISTIC_COEFFICIENT_LOG_SIGMA * way.drag);
    const ground = descend(goneOn(asked, way), coefficient, FALL_STRIDE);
    if (ground === null) return null;
    const point = { ...geodeticFromEcef(ground.position), heightM: 0 };
    centre ??= point;
    const line = geodesicInverse(centre, point);
    points.push(planePoint(line.distanceM, line.azimuthRad));
    // More draws only add to it.
    const isLooked = LOOKED_AT_AFTER.includes(points.length);
    if (isLooked && areaKm2Of(cornersOf(points)) > REACH_AREA_MAX_KM2) return null;
  }
  if (centre === null) return null;
  const { outline, areaKm2 } = outlineOf(centre, points);
  if (!(areaKm2 <= REACH_AREA_MAX_KM2)) return null;
  return {
    statement: 'reachable',
    because: motion === 'thrust' ? 'still powered' : 'not ballistic',
    condition: { motion, from: estimate.time, until: addSeconds(estimate.time, withinS) },
    centre,
    outline,
    areaKm2,
  };
}

/** The middle way, which gives the centre, then draws. */
function drawWays(random: Random): readonly Way[] {
  const six = (value: () => number): number[] => Array.from({ length: STATE }, value);
  const middle: Way = {
    state: six(() => 0),
    share: 0.5,
    force: 0,
    across: [0, 0],
    towards: [0, 0, 0],
    drag: 0,
  };
  const draws = Array.from({ length: REACH_DRAWS }, (): Way => {
    const towards: [number, number, number] = [random.normal(), random.normal(), random.normal()];
    const size = Math.hypot(...towards);
    return {
      state: six(random.normal),
      share: random.uniform(),
      force: random.normal(),
      across: [random.normal(), random.normal()],
      towards: [towards[0] / size, towards[1] / size, towards[2] / size],
      drag: random.normal(),
    };
  });
  // The order changes no region. What is pushed most and what is pushed least comes first, since that is where
  // a region has its corners: one that is too large is found so after a few falls.
  const pushed = draws.toSorted((a, b) => impulse(b) - impulse(a));
  const half = draws.length >> 1;
  const ends = pushed.slice(0, half).flatMap((way, i) => [way, pushed.at(-1 - i) as Way]);
  return [middle, ...ends];
}

/** What a way's force does to the velocity, up to a factor. */
function impulse({ share, force }: Way): number {
  return share * Math.exp(FORCE_LOG_SIGMA * force);
}

/** The state at the end of the force, by one way. */
function goneOn({ estimate, root, motion, withinS }: Asked, way: Way): Float64Array {
  const at = new Float64Array(estimate.state);
  for (let i = 0; i < STATE; i += 1) {
    for (let k = 0; k <= i; k += 1) {
      at[i] = (at[i] as number) + (root[i * STATE + k] as number) * (way.state[k] as number);
    }
  }
  const forceMps2 = FORCE_MEDIAN_MPS2 * Math.exp(FORCE_LOG_SIGMA * way.force);
  const seconds = way.share * withinS;
  const steps = Math.max(1, Math.ceil(seconds / STEP_S));
  const middle = new Float64Array(STATE);
  for (let i = 0; i < steps; i += 1) {
    middle.set(at);
    pushOn(at, middle, { seconds: seconds / steps / 2, forceMps2, motion, way });
    pushOn(middle, at, { seconds: seconds / steps, forceMps2, motion, way });
  }
  return at;
}

interface Push {
  readonly seconds: number;
  readonly forceMps2: number;
  readonly motion: ReachMotion;
  readonly way: Way;
}

const field = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/** Moves `moved` by the slopes at `from`: gravity, the turning Earth, and the force. */
function pushOn(from: Float64Array, moved: Float64Array, push: Push): void {
  coastAcceleration(from, field, false);
  const towards = push.motion === 'thrust' ? aboutVelocity(from, push.way) : push.way.towards;
  for (let i = 0; i < 3; i += 1) {
    const speeding = (field.acceleration[i] as number) + push.forceMps2 * (towards[i] as number);
    moved[i] = (moved[i] as number) + push.seconds * (from[i + 3] as number);
    moved[i + 3] = (moved[i + 3] as number) + push.seconds * speeding;
  }
}

/** Unit vector off the velocity by the angles of a way: in the plane of flight, and across it. */
function aboutVelocity(state: Float64Array, way: Way): readonly [number, number, number] {
  // Number by number: to take an array apart by pattern goes through its iterator, a million times a second.
  const x = state[0] as number;
  const y = state[1] as number;
  const z = state[2] as number;
  const speed = Math.max(1, lengthOf(state[3] as number, state[4] as number, state[5] as number));
  const ax = (state[3] as number) / speed;
  const ay = (state[4] as number) / speed;
  const az = (state[5] as number) / speed;
  let cx = ay * z - az * y;
  let cy = az * x - ax * z;
  let cz = ax * y - ay * x;
  const size = lengthOf(cx, cy, cz);
  // Straight up there is no plane of flight, and any will do.
  const isUpright = size < 1;
  cx = isUpright ? 1 : cx / size;
  cy = isUpright ? 0 : cy / size;
  cz = isUpright ? 0 : cz / size;
  const up = THRUST_ANGLE_SIGMA_RAD * way.across[0];
  const side = THRUST_ANGLE_SIGMA_RAD * way.across[1];
  const tx = ax + up * (cy * az - cz * ay) + side * cx;
  const ty = ay + up * (cz * ax - cx * az) + side * cy;
  const tz = az + up * (cx * ay - cy * ax) + side * cz;
  const length = lengthOf(tx, ty, tz);
  return [tx / length, ty / length, tz / length];
}

/** Not Math.hypot, which is several times slower and no more exact at these sizes. */
function lengthOf(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}

/** East and north on the plane that touches the Earth at a centre, by geodesics from it. */
type Point = readonly [number, number];

function planePoint(distanceM: number, azimuthRad: number): Point {
  return [distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)];
}

/** Corners of the convex outline, anticlockwise, and the area within (Andrew's monotone chain). */
function outlineOf(
  centre: ReachableRegion['centre'],
  points: readonly Point[],
): Pick<ReachableRegion, 'outline' | 'areaKm2'> {
  const corners = cornersOf(points);
  const outline = corners.map(([east, north]) => ({
    ...geodesicDestination(centre, Math.atan2(east, north), Math.hypot(east, north)),
    heightM: 0,
  }));
  return { outline, areaKm2: areaKm2Of(corners) };
}

function cornersOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return [...chain(sorted), ...chain(sorted.reverse())];
}

function areaKm2Of(corners: readonly Point[]): number {
  let twiceM2 = 0;
  corners.forEach(([east, north], i) => {
    const [e, n] = corners[(i + 1) % corners.length] as Point;
    twiceM2 += east * n - e * north;
  });
  return twiceM2 / 2e6;
}

/** One half of the outline, without its last point, which begins the other half. */
function chain(sorted: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of sorted) {
    while (kept.length >= 2) {
      const [a, b] = kept.slice(-2) as [Point, Point];
      const turn = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]);
      if (turn > 0) break;
      kept.pop();
    }
    kept.push(point);
  }
  return kept.slice(0, -1);
}
