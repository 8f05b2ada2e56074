// SPDX-License-Identifier: Apache-2.0
// Unpowered flight: the state and its transition matrix integrated together (classical Runge-Kutta,
// fourth order) under gravity to J4 in the rotating frame. No process noise above the atmosphere, so
// that tracklets of one track add up exactly; below it, noise stands for the drag nobody knows.
// Not here: powered flight (`boost`), and any estimate of drag.

import {
  addSeconds,
  coastAcceleration,
  coriolisMatrix,
  type Instant,
  packSymmetric,
  secondsBetween,
  unpackSymmetric,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';

/** Longest integration step, seconds; the local error is below a micrometre at orbital speed. */
const STEP_S_MAX = 5;
/** Longest step where drag noise is added. */
const NOISE_STEP_S_MAX = 2;
/** Under this height unknown drag matters beside what a radar measures. */
export const REENTRY_HEIGHT_M = 90_000;
/** Scale height and sea-level density of the exponential atmosphere that sizes the drag noise. */
const SCALE_HEIGHT_M = 7_200;
const SEA_LEVEL_DENSITY_KGPM3 = 1.225;
/** One sigma of unknown drag is that of a body of this ballistic coefficient (heavy to light). */
const BALLISTIC_COEFFICIENT_KGPM2 = 2_500;
/** Light pieces feel the air above that already; this is what they are taken for up to there. */
export const AIR_HEIGHT_M = 115_000;
const LIGHT_COEFFICIENT_KGPM2 = 300;
/** Below this height going back to burn-out would pass through drag: infrared adds nothing there. */
export const INFRARED_HELPS_ABOVE_M = 125_000;
/** How long one value of the unknown drag lasts, seconds. */
const DRAG_CORRELATION_S = 10;
const DRAG_MPS2_MAX = 300;
/** A body this far down has long ended: its arc is not followed to where gravity has no bound. */
const UNDERGROUND_M = -100_000;
/** From this one-sigma spread of position on, curvature is allowed for. */
const BENT_SPREAD_M = 30_000;

const acceleration = new Float64Array(3);
const gradient = new Float64Array(9);
const force = { acceleration, gradient };

/** Height over the ellipsoid to some tens of metres, from an Earth-fixed position; for decisions. */
export function approximateHeightM(state: ArrayLike<number>): number {
  const x = state[0] as number;
  const y = state[1] as number;
  const z = state[2] as number;
  const r2 = x * x + y * y + z * z;
  const radius = WGS84_SEMI_MAJOR_AXIS_M * (1 - (WGS84_FLATTENING * z * z) / r2);
  return Math.sqrt(r2) - radius;
}

/**
 * The state after `seconds` (negative: before) of unpowered flight without drag.
 *
 * [x, y, z, vx, vy, vz], Earth-fixed, velocity relative to the rotating Earth, m and m/s.
 */
export function propagateState(state: ArrayLike<number>, seconds: number): Float64Array {
  const out = new Float64Array(state);
  advance(out, null, seconds);
  return out;
}

/** The state after `seconds` and d(state after)/d(state before), 6x6 row-major. */
export function propagateWithTransition(
  state: ArrayLike<number>,
  seconds: number,
): { readonly state: Float64Array; readonly transition: Float64Array } {
  const out = new Float64Array(state);
  const transition = identity6();
  advance(out, transition, seconds);
  return { state: out, transition };
}

/**
 * Moves an estimate in time, forward or backward, under unpowered flight.
 *
 * The covariance goes with the transition matrix; stretches below 115 km add noise for unknown drag
 * in either direction of time. Above it, for estimates known better than 30 km, nothing is added:
 * there, going forth and back is identity.
 */
export function propagateCoast(estimate: Estimate, to: Instant): Estimate {
  const seconds = secondsBetween(estimate.time, to);
  if (seconds === 0) return estimate;
  const state = new Float64Array(estimate.state);
  const covariance = unpackSymmetric(estimate.covariance);
  propagateInPlace(state, covariance, seconds);
  bend(covariance);
  return { time: to, state: Array.from(state), covariance: packSymmetric(covariance) };
}

/** Seconds of one leg of `followCoast`; shorter ways than this are those of `propagateCoast`. */
const LEG_S = 60;

/** How far each estimate has been followed, in whole legs. Kept beside the estimate: it follows from it. */
const followed = new WeakMap<
  Estimate,
  { readonly state: Float64Array; readonly covariance: Float64Array; legs: number }
>();

/**
 * `propagateCoast` forward for an estimate that is asked for again each second while nothing new
 * comes: whole legs are gone once and kept. The answer depends on estimate and time alone, not on
 * what was asked before, so that a replay gives the same.
 */
export function followCoast(estimate: Estimate, to: Instant): Estimate {
  const legs = Math.floor(secondsBetween(estimate.time, to) / LEG_S);
  if (legs < 1) return propagateCoast(estimate, to);
  let kept = followed.get(estimate);
  if (kept === undefined || kept.legs > legs) {
    kept = {
      state: new Float64Array(estimate.state),
      covariance: unpackSymmetric(estimate.covariance),
      legs: 0,
    };
    followed.set(estimate, kept);
  }
  for (; kept.legs < legs; kept.legs += 1) propagateInPlace(kept.state, kept.covariance, LEG_S);
  const state = kept.state.slice();
  const covariance = kept.covariance.slice();
  propagateInPlace(state, covariance, secondsBetween(estimate.time, to) - legs * LEG_S);
  bend(covariance);
  return { time: to, state: Array.from(state), covariance: packSymmetric(covariance) };
}

/**
 * What is allowed for drag nobody knows: noise on every axis, which covers lift too; noise along the
 * velocity and hardly any across, which is what a body that only falls does; or none.
 */
export type DragAllowance = 'any' | 'along' | 'none';

/** Lift of a body that only falls, over its drag: it is not quite even, and turns, which evens it out. */
const FALLING_LIFT_SHARE = 0.02;

/** `propagateCoast` on a full 6x6 matrix, in place; returns the transition matrix of the whole. */
export function propagateInPlace(
  state: Float64Array,
  covariance: Float64Array,
  seconds: number,
  drag: DragAllowance = 'any',
): Float64Array {
  if (seconds === 0) return identity6();
  // Of the steps that went with noise, and of those since: nearly always there are none of the first.
  let total: Float64Array | null = null;
  const sign = Math.sign(seconds);
  let left = Math.abs(seconds);
  let pending = identity6();
  while (left > 1e-9 && approximateHeightM(state) > UNDERGROUND_M) {
    const low = drag !== 'none' && approximateHeightM(state) < AIR_HEIGHT_M + 5_000;
    const step = Math.min(left, low ? NOISE_STEP_S_MAX : STEP_S_MAX);
    rungeKutta(state, pending, sign * step);
    left -= step;
    const sigma = low ? dragSigmaMps2(state) : 0;
    if (sigma > 0) {
      const density = 2 * sigma * sigma * DRAG_CORRELATION_S;
      transform(pending, covariance);
      if (drag === 'any') addAccelerationNoise(covariance, density, sign * step);
      else addDragNoise(covariance, state, density, sign * step);
      total = total === null ? pending : multiply6InPlace(pending, total);
      pending = identity6();
    }
  }
  transform(pending, covariance);
  return total === null ? pending : multiply6InPlace(pending, total);
}

/**
 * A spread of s bends with the Earth's curve by about s²/4R, which a linear covariance cannot show:
 * it would be thin across and wrong. Felt by estimates known to 30 km or worse, as from infrared.
 */
function bend(covariance: Float64Array): void {
  const trace = (from: number): number =>
    (covariance[from] as number) +
    (covariance[from + 7] as number) +
    (covariance[from + 14] as number);
  const place2 = trace(0);
  if (place2 < BENT_SPREAD_M ** 2) return;
  const curve = 1 / (4 * WGS84_SEMI_MAJOR_AXIS_M);
  const placeVariance = (place2 * curve) ** 2;
  const speedVariance = place2 * trace(21) * (2 * curve) ** 2;
  for (let i = 0; i < 3; i += 1) {
    covariance[i * 7] = (covariance[i * 7] as number) + placeVariance;
    covariance[(i + 3) * 7] = (covariance[(i + 3) * 7] as number) + speedVariance;
  }
}

/** The time at which an unpowered body comes down to `heightM`, or null within `secondsMax`. */
export function timeOfDescent(
  estimate: { readonly time: Instant; readonly state: ArrayLike<number> },
  options: { readonly heightM: number; readonly secondsMax: number },
): Instant | null {
  const state = new Float64Array(estimate.state);
  let elapsed = 0;
  let height = approximateHeightM(state);
  while (elapsed < options.secondsMax) {
    advance(state, null, STEP_S_MAX);
    elapsed += STEP_S_MAX;
    const next = approximateHeightM(state);
    if (next <= options.heightM && next < height) {
      const part = height > options.heightM ? (height - options.heightM) / (height - next) : 0;
      return addSeconds(estimate.time, elapsed - STEP_S_MAX * (1 - part));
    }
    height = next;
  }
  return null;
}

function identity6(): Float64Array {
  const out = new Float64Array(36);
  for (let i = 0; i < 36; i += 7) out[i] = 1;
  return out;
}

/** covariance := transition · covariance · transitionᵀ, 6x6, kept symmetric. */
function transform(transition: Float64Array, covariance: Float64Array): void {
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < 6; k += 1) {
        sum += (transition[i * 6 + k] as number) * (covariance[k * 6 + j] as number);
      }
      scratchA[i * 6 + j] = sum;
    }
  }
  for (let i = 0; i < 6; i += 1) {
    for (let j = i; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < 6; k += 1) {
        sum += (scratchA[i * 6 + k] as number) * (transition[j * 6 + k] as number);
      }
      // One half is computed and copied: symmetry is exact, not to rounding.
      covariance[i * 6 + j] = sum;
      covariance[j * 6 + i] = sum;
    }
  }
}

/** Adds white acceleration noise of spectral density `density` (m²/s³) over `seconds`, isotropic. */
export function addAccelerationNoise(
  covariance: Float64Array,
  density: number,
  seconds: number,
): void {
  const t = Math.abs(seconds);
  for (let i = 0; i < 3; i += 1) {
    const p = i * 7;
    const v = (i + 3) * 7;
    const cross = (density * t * seconds) / 2;
    covariance[p] = (covariance[p] as number) + (density * t * t * t) / 3;
    covariance[v] = (covariance[v] as number) + density * t;
    covariance[i * 6 + i + 3] = (covariance[i * 6 + i + 3] as number) + cross;
    covariance[(i + 3) * 6 + i] = (covariance[(i + 3) * 6 + i] as number) + cross;
  }
}

/** The same along the velocity of `state`, and `FALLING_LIFT_SHARE` of its size across. */
function addDragNoise(
  covariance: Float64Array,
  state: Float64Array,
  density: number,
  seconds: number,
): void {
  const across = density * FALLING_LIFT_SHARE ** 2;
  addAccelerationNoise(covariance, across, seconds);
  const speed = Math.max(1, Math.hypot(...state.subarray(3)));
  const t = Math.abs(seconds);
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      const share = ((state[i + 3] as number) * (state[j + 3] as number)) / (speed * speed);
      const value = (density - across) * share;
      const place = i * 6 + j;
      const added = [(t * t * t) / 3, (t * seconds) / 2, (t * seconds) / 2, t];
      [place, place + 3, place + 18, place + 21].forEach((k, part) => {
        covariance[k] = (covariance[k] as number) + value * (added[part] as number);
      });
    }
  }
}

const scratchA = new Float64Array(36);
const scratchB = new Float64Array(36);

function advance(state: Float64Array, transition: Float64Array | null, seconds: number): void {
  const steps = Math.max(1, Math.ceil(Math.abs(seconds) / STEP_S_MAX));
  if (seconds === 0) return;
  for (let i = 0; i < steps && approximateHeightM(state) > UNDERGROUND_M; i += 1) {
    rungeKutta(state, transition, seconds / steps);
  }
}

/** One sigma of drag at this state, m/s²; 0 above the atmosphere. */
function dragSigmaMps2(state: Float64Array): number {
  const height = approximateHeightM(state);
  if (height > AIR_HEIGHT_M) return 0;
  const density = SEA_LEVEL_DENSITY_KGPM3 * Math.exp(-Math.max(0, height) / SCALE_HEIGHT_M);
  const v2 = (state[3] as number) ** 2 + (state[4] as number) ** 2 + (state[5] as number) ** 2;
  const coefficient =
    height > REENTRY_HEIGHT_M ? LIGHT_COEFFICIENT_KGPM2 : BALLISTIC_COEFFICIENT_KGPM2;
  return Math.min(DRAG_MPS2_MAX, (0.5 * density * v2) / coefficient);
}

/** a := b · a for 6x6 where b is `left` and a is `right`, which is returned. */
function multiply6InPlace(left: Float64Array, right: Float64Array): Float64Array {
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < 6; k += 1) {
        sum += (left[i * 6 + k] as number) * (right[k * 6 + j] as number);
      }
      scratchB[i * 6 + j] = sum;
    }
  }
  right.set(scratchB);
  return right;
}

const stageState = new Float64Array(6);
const stageTransition = new Float64Array(36);
const slopeState = new Float64Array(6);
const slopeTransition = new Float64Array(36);
const sumState = new Float64Array(6);
const sumTransition = new Float64Array(36);

/** One step of the classical fourth-order method, in place. */
function rungeKutta(state: Float64Array, transition: Float64Array | null, h: number): void {
  const withTransition = transition !== null;
  stageState.set(state);
  sumState.set(state);
  if (withTransition) {
    stageTransition.set(transition);
    sumTransition.set(transition);
  }
  for (let stage = 0; stage < 4; stage += 1) {
    slopes(withTransition);
    const weight = stage === 0 || stage === 3 ? h / 6 : h / 3;
    const next = stage === 2 ? h : h / 2;
    for (let i = 0; i < 6; i += 1) {
      const slope = slopeState[i] as number;
      sumState[i] = (sumState[i] as number) + weight * slope;
      stageState[i] = (state[i] as number) + next * slope;
    }
    if (!withTransition) continue;
    for (let i = 0; i < 36; i += 1) {
      const slope = slopeTransition[i] as number;
      sumTransition[i] = (sumTransition[i] as number) + weight * slope;
      stageTransition[i] = (transition[i] as number) + next * slope;
    }
  }
  state.set(sumState);
  if (withTransition) transition.set(sumTransition);
}

/** Time derivatives at the stage; the lower rows are gradient · upper + Coriolis · lower. */
function slopes(withTransition: boolean): void {
  coastAcceleration(stageState, force, withTransition);
  for (let i = 0; i < 3; i += 1) {
    slopeState[i] = stageState[i + 3] as number;
    slopeState[i + 3] = acceleration[i] as number;
  }
  if (!withTransition) return;
  const c = coriolisMatrix[1] as number;
  for (let j = 0; j < 6; j += 1) {
    const p0 = stageTransition[j] as number;
    const p1 = stageTransition[6 + j] as number;
    const p2 = stageTransition[12 + j] as number;
    const v0 = stageTransition[18 + j] as number;
    const v1 = stageTransition[24 + j] as number;
    slopeTransition[j] = v0;
    slopeTransition[6 + j] = v1;
    slopeTransition[12 + j] = stageTransition[30 + j] as number;
    slopeTransition[18 + j] = row(0, p0, p1, p2) + c * v1;
    slopeTransition[24 + j] = row(3, p0, p1, p2) - c * v0;
    slopeTransition[30 + j] = row(6, p0, p1, p2);
  }
}

function row(start: number, p0: number, p1: number, p2: number): number {
  return (
    (gradient[start] as number) * p0 +
    (gradient[start + 1] as number) * p1 +
    (gradient[start + 2] as number) * p2
  );
}
