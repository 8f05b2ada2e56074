// SPDX-License-Identifier: Apache-2.0
// From a state in unpowered flight to the ground: gravity to J4 in the rotating frame, drag of the
// standard atmosphere for a given ballistic coefficient, still or with a wind. No lift, no ablation.

import {
  airDensityKgpm3,
  axialPullMps2,
  EARTH_ROTATION_RADPS,
  type Ecef,
  radialPullMps2,
  type Vector3,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';

/** Where and when a falling body meets the ellipsoid. */
export interface GroundPoint {
  readonly position: Vector3<Ecef>;
  /** Seconds after the state it was computed from. */
  readonly seconds: number;
}

/** One point of a fall. */
export interface FallPoint {
  /** Seconds after the state it was computed from. */
  readonly seconds: number;
  /** [x, y, z, vx, vy, vz], as the state it was computed from. */
  readonly state: Float64Array;
}

/** A fall in points: evenly apart but for the last, which is on the ground when `landed`. */
export interface Fall {
  readonly points: readonly FallPoint[];
  readonly landed: boolean;
}

/** A wind is strongest in the jet at this height; on the ground it is so much of that. */
const JET_HEIGHT_M = 10_000;
const GROUND_WIND_SHARE = 0.5;
/** Above this the air is too thin for a wind to move by ten metres what comes down this fast. */
const WIND_TOP_M = 30_000;
/** Between two points above this a step is at most 35 s long, and so has dipped into no air. */
const SHARED_ABOVE_M = 130_000;
/** Drag above this height moves no impact point by a metre. */
const DRAG_BELOW_M = 110_000;
/**
 * Longest steps without drag and with it, and heights that a step passes where there is air, so that
 * density changes little within it: against steps a tenth as long the ground point moves by less than
 * 10 m, half of them by less than half a metre.
 */
const STEP_S_MAX = 35;
const STEP_IN_AIR_S_MAX = 3;
const STEP_S_MIN = 0.02;
const STEP_HEIGHT_M = 2500;
/** Above these heights drag is weak for what comes down this fast, and a step may be longer. */
const THIN_AIR_ABOVE_M = 55_000;
const STEP_HEIGHT_THIN_M = 5000;
const THINNEST_AIR_ABOVE_M = 75_000;
const STEP_HEIGHT_THINNEST_M = 10_000;
const STEP_IN_THIN_AIR_S_MAX = 8;
/** The first step that feels drag may have begun above it and ended here, where it is a hundredth of a m/s². */
const STEP_INTO_AIR_TO_M = 105_000;
/** No lofted flight lasts longer than the ICBM tests of 2024 (5,156 s) by so much. */
const FLIGHT_S_MAX = 9000;
/** So far from the centre, squared, a body is above that height over every place. */
const NO_AIR_BEYOND_M2 = (WGS84_SEMI_MAJOR_AXIS_M + DRAG_BELOW_M) ** 2;
const SEMI_MINOR_AXIS_M = WGS84_SEMI_MAJOR_AXIS_M * (1 - WGS84_FLATTENING);

/**
 * Height over the ellipsoid along the radius, metres; exact at zero and short of the geodetic
 * height by less than a hundred thousandth.
 */
export function radialHeightM(state: ArrayLike<number>): number {
  const x = state[0] as number;
  const y = state[1] as number;
  return heightOver(x * x + y * y, state[2] as number);
}

/** The same by the squared distance from the axis. */
function heightOver(p2: number, z: number): number {
  const level = Math.sqrt(
    p2 / (WGS84_SEMI_MAJOR_AXIS_M * WGS84_SEMI_MAJOR_AXIS_M) +
      (z * z) / (SEMI_MINOR_AXIS_M * SEMI_MINOR_AXIS_M),
  );
  return Math.sqrt(p2 + z * z) * (1 - 1 / level);
}

/**
 * Follows a state to the ellipsoid, or returns null when it never comes down within 2.5 hours or
 * starts below it.
 *
 * `state` is [x, y, z, vx, vy, vz], Earth-fixed, metres and metres a second relative to the
 * rotating Earth; `ballisticCoefficientKgpm2` is m/(Cd A), positive.
 *
 * @param stride how many times as long steps in the air may be: with 2 the ground point of nine in ten falls
 *   moves by less than 100 m, in half the time.
 */
export function descend(
  state: ArrayLike<number>,
  ballisticCoefficientKgpm2: number,
  stride = 1,
): GroundPoint | null {
  const at = { state: new Float64Array(state), seconds: 0 };
  return fall(at, { ballisticCoefficientKgpm2, windMps: null }, stride);
}

/**
 * The last point of a fall, in whole steps of it, before any of them has dipped into the air: what it does from
 * there, `land` says of each body, bit for bit as if each had been followed from the beginning.
 */
export function fallToAir(state: ArrayLike<number>): FallPoint {
  const falling: Falling = { ballisticCoefficientKgpm2: Number.POSITIVE_INFINITY, windMps: null };
  let at = new Float64Array(state);
  let seconds = 0;
  let heightM = radialHeightM(at);
  while (heightM > SHARED_ABOVE_M && seconds < FLIGHT_S_MAX) {
    const h = stepFor(at, heightM);
    const next = at.slice();
    rungeKutta(next, h, falling);
    heightM = radialHeightM(next);
    if (heightM <= SHARED_ABOVE_M) break;
    at = next;
    seconds += h;
  }
  return { state: at, seconds };
}

/** `descend` of a body from a point of its fall; seconds count from where those of the point do. */
export function land(from: FallPoint, falling: Falling): GroundPoint | null {
  return fall({ ...from, state: from.state.slice() }, falling);
}

/** What falls, in which air. */
export interface Falling {
  /** m/(Cd A), positive. */
  readonly ballisticCoefficientKgpm2: number;
  /**
   * Wind in the jet at 10 km, towards where it blows, Earth-fixed: half of it on the ground, none at 30 km,
   * straight between. Null for still air.
   */
  readonly windMps: Vector3<Ecef> | null;
}

/** `descend` from a point of a fall, whose state it moves. */
function fall(
  { state: at, seconds: since }: FallPoint,
  falling: Falling,
  stride = 1,
): GroundPoint | null {
  const before = new Float64Array(6);
  let seconds = since;
  let heightM = radialHeightM(at);
  if (!(heightM > 0)) return null;
  while (seconds < FLIGHT_S_MAX) {
    const h = stepFor(at, heightM, stride);
    before.set(at);
    rungeKutta(at, h, falling);
    const next = radialHeightM(at);
    if (!(next > 0)) {
      const down = touchDown(before, { h, after: at }, falling);
      const [x, y, z] = [down.state[0] as number, down.state[1] as number, down.state[2] as number];
      return { position: [x, y, z], seconds: seconds + down.seconds };
    }
    heightM = next;
    seconds += h;
  }
  return null;
}

/**
 * Follows a state as `descend` does and keeps points of the way, the state itself first: `everyS`
 * apart, or twice, four times … that, so that there are at most `pointsMax` (4 or more).
 *
 * Ends on the ellipsoid, or after `secondsMax`, or after 2.5 hours, or where numbers are none any
 * more. No points for a state that starts below the ellipsoid or is not finite.
 */
export function followFall(
  state: ArrayLike<number>,
  ballisticCoefficientKgpm2: number,
  ask: { readonly everyS: number; readonly pointsMax: number; readonly secondsMax: number },
): Fall {
  const at = Float64Array.from(state);
  const falling: Falling = { ballisticCoefficientKgpm2, windMps: null };
  const before = new Float64Array(6);
  let heightM = radialHeightM(at);
  if (!(heightM > 0) || !isFlight(at, heightM)) return { points: [], landed: false };
  let points: FallPoint[] = [{ seconds: 0, state: at.slice() }];
  let { everyS } = ask;
  let next = everyS;
  let seconds = 0;
  const end = Math.min(ask.secondsMax, FLIGHT_S_MAX);
  while (seconds < end) {
    const isLast = next - seconds <= stepFor(at, heightM);
    const h = isLast ? next - seconds : stepFor(at, heightM);
    before.set(at);
    rungeKutta(at, h, falling);
    heightM = radialHeightM(at);
    if (!isFlight(at, heightM)) break;
    if (heightM <= 0) {
      const down = touchDown(before, { h, after: at }, falling);
      points.push({ seconds: seconds + down.seconds, state: down.state });
      return { points, landed: true };
    }
    seconds = isLast ? next : seconds + h;
    if (!isLast) continue;
    points.push({ seconds, state: at.slice() });
    // One place is kept for the point on the ground.
    if (points.length >= ask.pointsMax - 1) {
      points = points.filter((_, i) => i % 2 === 0);
      everyS *= 2;
    }
    next = (points.at(-1)?.seconds ?? seconds) + everyS;
  }
  return { points, landed: false };
}

/** Whether numbers are some: what a partner tells may be as large as a double can hold. */
function isFlight(state: Float64Array, heightM: number): boolean {
  return Number.isFinite(heightM) && state.every(Number.isFinite);
}

/** The step after which the height has changed by little where there is air, or not reached air. */
function stepFor(at: Float64Array, heightM: number, stride = 1): number {
  const x = at[0] as number;
  const y = at[1] as number;
  const z = at[2] as number;
  const climb =
    (x * (at[3] as number) + y * (at[4] as number) + z * (at[5] as number)) /
    Math.sqrt(x * x + y * y + z * z);
  const speed = (Math.abs(climb) + 1) / stride;
  if (heightM <= DRAG_BELOW_M) {
    if (heightM <= THIN_AIR_ABOVE_M) {
      return Math.max(STEP_S_MIN, Math.min(stride * STEP_IN_AIR_S_MAX, STEP_HEIGHT_M / speed));
    }
    const passed = heightM > THINNEST_AIR_ABOVE_M ? STEP_HEIGHT_THINNEST_M : STEP_HEIGHT_THIN_M;
    return Math.min(STEP_IN_THIN_AIR_S_MAX, passed / speed);
  }
  if (climb >= 0) return STEP_S_MAX;
  return Math.max(0.5, Math.min(STEP_S_MAX, secondsDown(heightM - STEP_INTO_AIR_TO_M, -climb)));
}

/** For a way down, begun so fast under gravity. */
function secondsDown(wayM: number, speedMps: number): number {
  const g = 9.5;
  return (Math.sqrt(speedMps * speedMps + 2 * g * wayM) - speedMps) / g;
}

/** Finds where in the last step, of `h` seconds, the height is zero (secant, then as good as exact). */
function touchDown(
  before: Float64Array,
  { h, after }: { readonly h: number; readonly after: Float64Array },
  falling: Falling,
): FallPoint {
  const at = after.slice();
  let low = 0;
  let lowM = radialHeightM(before);
  let high = h;
  let highM = radialHeightM(at);
  let middle = h;
  for (let i = 0; i < 6; i += 1) {
    if (Math.abs(highM) < 0.01 || lowM <= 0) break;
    middle = low + ((high - low) * lowM) / (lowM - highM);
    at.set(before);
    rungeKutta(at, middle, falling);
    const m = radialHeightM(at);
    if (Math.abs(m) < 0.01) break;
    if (m > 0) {
      low = middle;
      lowM = m;
    } else {
      high = middle;
      highM = m;
    }
  }
  return { seconds: middle, state: at };
}

/**
 * One step of the classical fourth-order method, in place. Written out with the stage in variables: falls are
 * followed by the thousand a second, and most of that time is spent here. The air turns with the Earth, so
 * drag is along the velocity relative to it and its wind.
 */
function rungeKutta(state: Float64Array, h: number, falling: Falling): void {
  const w = EARTH_ROTATION_RADPS;
  const { ballisticCoefficientKgpm2, windMps } = falling;
  const x0 = state[0] as number;
  const y0 = state[1] as number;
  const z0 = state[2] as number;
  const vx0 = state[3] as number;
  const vy0 = state[4] as number;
  const vz0 = state[5] as number;
  let x = x0;
  let y = y0;
  let z = z0;
  let vx = vx0;
  let vy = vy0;
  let vz = vz0;
  for (let k = 0; ; k += 1) {
    const r2 = x * x + y * y + z * z;
    const i2 = 1 / r2;
    const i = Math.sqrt(i2);
    const s = z * i;
    const radial = radialPullMps2(i2, i, s);
    let ax = radial * i * x + 2 * w * vy + w * w * x;
    let ay = radial * i * y - 2 * w * vx + w * w * y;
    let az = radial * s + axialPullMps2(i2, i, s);
    const heightM = r2 > NO_AIR_BEYOND_M2 ? DRAG_BELOW_M + 1 : heightOver(x * x + y * y, z);
    if (heightM <= DRAG_BELOW_M) {
      const share = windMps === null ? 0 : windShare(heightM);
      const ux = windMps === null ? vx : vx - share * windMps[0];
      const uy = windMps === null ? vy : vy - share * windMps[1];
      const uz = windMps === null ? vz : vz - share * windMps[2];
      const speed = Math.sqrt(ux * ux + uy * uy + uz * uz);
      const dragPerSpeed = (densityAt(heightM) * speed) / (2 * ballisticCoefficientKgpm2);
      ax -= dragPerSpeed * ux;
      ay -= dragPerSpeed * uy;
      az -= dragPerSpeed * uz;
    }
    const weight = k === 0 || k === 3 ? h / 6 : h / 3;
    const ahead = k === 2 ? h : h / 2;
    state[0] = (state[0] as number) + weight * vx;
    state[1] = (state[1] as number) + weight * vy;
    state[2] = (state[2] as number) + weight * vz;
    state[3] = (state[3] as number) + weight * ax;
    state[4] = (state[4] as number) + weight * ay;
    state[5] = (state[5] as number) + weight * az;
    if (k === 3) return;
    x = x0 + ahead * vx;
    y = y0 + ahead * vy;
    z = z0 + ahead * vz;
    vx = vx0 + ahead * ax;
    vy = vy0 + ahead * ay;
    vz = vz0 + ahead * az;
  }
}

/** What of the wind in the jet blows at a height. */
function windShare(heightM: number): number {
  if (heightM < JET_HEIGHT_M) {
    const up = Math.max(0, heightM) / JET_HEIGHT_M;
    return GROUND_WIND_SHARE + (1 - GROUND_WIND_SHARE) * up;
  }
  return Math.max(0, (WIND_TOP_M - heightM) / (WIND_TOP_M - JET_HEIGHT_M));
}

/** Density each so many metres up to where drag ends: between them straight to 0.003 %. */
const DENSITY_EVERY_M = 100;
let densities: Float64Array | null = null;

/** `airDensityKgpm3` from 0 m to `DRAG_BELOW_M`, and on below the ground as at it. */
function densityAt(heightM: number): number {
  densities ??= Float64Array.from({ length: DRAG_BELOW_M / DENSITY_EVERY_M + 2 }, (_, i) =>
    airDensityKgpm3(i * DENSITY_EVERY_M),
  );
  const place = Math.max(0, heightM) / DENSITY_EVERY_M;
  const below = Math.floor(place);
  const from = densities[below] as number;
  return from + (place - below) * ((densities[below + 1] as number) - from);
}
