// SPDX-License-Identifier: Apache-2.0
// Motion of the truth: fourth-order Runge-Kutta in an inertial frame whose axes are the
// Earth-fixed ones at time 0, under gravity, drag on the turning air, and a thrust given by the
// caller. Not the tracker's coast model: other frame, other gravity code, other integrator.

import { EARTH_ROTATION_RADPS, ecefFromEnu, type Geodetic, geodeticFromEcef } from '@isthmus/earth';
import { airDensity } from './atmosphere.ts';
import { inertialGravity } from './gravity.ts';

/** Thrust acceleration in Earth-fixed axes, m/s^2, at `timeS` and an Earth-fixed state of six. */
export type Thrust = (timeS: number, earthFixed: Float64Array, out: Float64Array) => void;

export interface Forces {
  /** kg/m^2; Infinity is no drag. */
  readonly ballisticCoefficientKgPm2: number;
  readonly thrust: Thrust | null;
  /** Absent: the air of the table, at rest on the turning Earth. */
  readonly air?: DayOfAir;
}

/** How the air of one day differs from the table. */
export interface DayOfAir {
  /** Density over the table's. */
  readonly density: number;
  /** Towards the east and the north, m/s, in the jet at 10 km; it dies away to 30 km and the ground. */
  readonly windMps: readonly [number, number];
}

/** Turns an inertial state (m, m/s) into the Earth-fixed one with Earth-relative velocity. */
export function earthFixedFromInertial(state: ArrayLike<number>, timeS: number): Float64Array {
  const c = Math.cos(EARTH_ROTATION_RADPS * timeS);
  const s = Math.sin(EARTH_ROTATION_RADPS * timeS);
  const out = new Float64Array(6);
  turnBy(state, c, s, out);
  return out;
}

/** The same by cosine and sine of the turn. By index: arrays taken apart by pattern cost as much as the rest. */
function turnBy(state: ArrayLike<number>, c: number, s: number, out: Float64Array): void {
  const x = state[0] as number;
  const y = state[1] as number;
  const rx = (state[3] as number) + EARTH_ROTATION_RADPS * y;
  const ry = (state[4] as number) - EARTH_ROTATION_RADPS * x;
  out[0] = c * x + s * y;
  out[1] = -s * x + c * y;
  out[2] = state[2] as number;
  out[3] = c * rx + s * ry;
  out[4] = -s * rx + c * ry;
  out[5] = state[5] as number;
}

/** Inverse of `earthFixedFromInertial`. */
export function inertialFromEarthFixed(state: ArrayLike<number>, timeS: number): Float64Array {
  const c = Math.cos(EARTH_ROTATION_RADPS * timeS);
  const s = Math.sin(EARTH_ROTATION_RADPS * timeS);
  const [x, y, z, vx, vy, vz] = six(state);
  const ax = vx - EARTH_ROTATION_RADPS * y;
  const ay = vy + EARTH_ROTATION_RADPS * x;
  return Float64Array.of(c * x - s * y, s * x + c * y, z, c * ax - s * ay, s * ax + c * ay, vz);
}

/** One Runge-Kutta step of `stepS` seconds from an inertial state; a new array. */
export function stepInertial(
  state: Float64Array,
  timeS: number,
  stepS: number,
  forces: Forces,
): Float64Array {
  const middleS = timeS + stepS / 2;
  derivative(state, timeS, forces, k1);
  derivative(along(state, k1, stepS / 2), middleS, forces, k2);
  derivative(along(state, k2, stepS / 2), middleS, forces, k3);
  derivative(along(state, k3, stepS), timeS + stepS, forces, k4);
  const next = new Float64Array(6);
  for (let i = 0; i < 6; i += 1) {
    const slope =
      (k1[i] as number) + 2 * (k2[i] as number) + 2 * (k3[i] as number) + (k4[i] as number);
    next[i] = (state[i] as number) + (stepS / 6) * slope;
  }
  return next;
}

// Of one step: truths are flown by the thousand, and these would be most of what they leave to be collected.
const k1 = new Float64Array(6);
const k2 = new Float64Array(6);
const k3 = new Float64Array(6);
const k4 = new Float64Array(6);
const ahead = new Float64Array(6);
const turned = new Float64Array(6);
const pull = new Float64Array(3);
const push = new Float64Array(3);

function derivative(state: Float64Array, timeS: number, forces: Forces, out: Float64Array): void {
  const x = state[0] as number;
  const y = state[1] as number;
  const z = state[2] as number;
  inertialGravity(x, y, z, pull);
  for (let i = 0; i < 3; i += 1) {
    out[i] = state[i + 3] as number;
    out[i + 3] = pull[i] as number;
  }
  // Nothing above 180 km feels the air, so the conversion to a height is saved there.
  const low = Math.sqrt(x * x + y * y + z * z) < 6.56e6;
  const drag = low && Number.isFinite(forces.ballisticCoefficientKgPm2);
  if (!drag && forces.thrust === null) return;
  const c = Math.cos(EARTH_ROTATION_RADPS * timeS);
  const s = Math.sin(EARTH_ROTATION_RADPS * timeS);
  turnBy(state, c, s, turned);
  push.fill(0);
  forces.thrust?.(timeS, turned, push);
  if (drag) addDrag(turned, forces, push);
  out[3] = (out[3] as number) + c * (push[0] as number) - s * (push[1] as number);
  out[4] = (out[4] as number) + s * (push[0] as number) + c * (push[1] as number);
  out[5] = (out[5] as number) + (push[2] as number);
}

function addDrag(fixed: Float64Array, forces: Forces, out: Float64Array): void {
  const here = geodeticFromEcef([fixed[0] as number, fixed[1] as number, fixed[2] as number]);
  const { air } = forces;
  const wind = air === undefined ? STILL : windAt(here, air);
  const rx = (fixed[3] as number) - wind[0];
  const ry = (fixed[4] as number) - wind[1];
  const rz = (fixed[5] as number) - wind[2];
  const speed = Math.sqrt(rx * rx + ry * ry + rz * rz);
  const density = airDensity(here.heightM) * (air?.density ?? 1);
  const factor = (-0.5 * density * speed) / forces.ballisticCoefficientKgPm2;
  out[0] = (out[0] as number) + factor * rx;
  out[1] = (out[1] as number) + factor * ry;
  out[2] = (out[2] as number) + factor * rz;
}

const STILL = [0, 0, 0] as const;

/** Earth-fixed: a third of the jet's speed on the ground, rising to the jet, none above 30 km. */
function windAt(here: Geodetic, air: DayOfAir): readonly [number, number, number] {
  const km = here.heightM / 1000;
  if (km >= 30) return STILL;
  const share = km < 10 ? 0.33 + 0.067 * Math.max(0, km) : (30 - km) / 20;
  return ecefFromEnu(here, [share * air.windMps[0], share * air.windMps[1], 0]);
}

/** `state` moved along a slope; in `ahead`, which the next call writes again. */
function along(state: Float64Array, slope: Float64Array, stepS: number): Float64Array {
  for (let i = 0; i < 6; i += 1) ahead[i] = (state[i] as number) + stepS * (slope[i] as number);
  return ahead;
}

type Six = readonly [number, number, number, number, number, number];

function six(a: ArrayLike<number>): Six {
  return [a[0], a[1], a[2], a[3], a[4], a[5]] as unknown as Six;
}
