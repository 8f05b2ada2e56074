// SPDX-License-Identifier: Apache-2.0
// Laws of motion given as x' = f(x): integrated together with the derivative of the state after by
// the state before, Φ' = (df/dx) Φ, by the classical fourth-order Runge-Kutta method. Applied to
// both at once it gives the exact derivative of the numbers it returns. And the terms such laws are
// made of: free fall in the rotating Earth-fixed frame, and drag.

import {
  airDensityWithSlope,
  coastAcceleration,
  coriolisMatrix,
  geodeticFromEcef,
} from '@isthmus/earth';
import { identity, type Moved } from './motion-model.ts';

/** Receives f(x) and df/dx at one state. */
export interface Flow {
  /** `size` numbers. */
  readonly rate: Float64Array;
  /** `size` x `size`, row-major. */
  readonly byState: Float64Array;
}

/** Writes f and its derivative at `state` over what is in `flow`. */
export type Law = (state: Float64Array, flow: Flow) => void;

/** An empty flow of a state of `size`. */
export function createFlow(size: number): Flow {
  return { rate: new Float64Array(size), byState: new Float64Array(size * size) };
}

/** Follows a law for `seconds`, of either sign, in equal steps of at most `stepSMax`. */
export function follow(
  law: Law,
  start: ArrayLike<number>,
  time: { readonly seconds: number; readonly stepSMax: number },
): Moved {
  const size = start.length;
  const steps = Math.ceil(Math.abs(time.seconds) / time.stepSMax);
  const at = { state: Float64Array.from(start), transition: identity(size) };
  const work: Work = {
    stage: { state: new Float64Array(size), transition: new Float64Array(size * size) },
    slope: new Float64Array(size * size),
    sum: { state: new Float64Array(size), transition: new Float64Array(size * size) },
    flow: createFlow(size),
  };
  for (let i = 0; i < steps; i += 1) rungeKutta(law, at, time.seconds / steps, work);
  return at;
}

/** What one step writes on: the stage it looks at, the slope of the transition there, the sum. */
interface Work {
  readonly stage: Moved;
  readonly slope: Float64Array;
  readonly sum: Moved;
  readonly flow: Flow;
}

/** One step, in place. */
function rungeKutta(law: Law, at: Moved, h: number, work: Work): void {
  const { stage, slope, sum, flow } = work;
  copy(at, stage);
  copy(at, sum);
  for (let k = 0; k < 4; k += 1) {
    law(stage.state, flow);
    multiplySquare(flow.byState, stage.transition, slope);
    const weight = k === 0 || k === 3 ? h / 6 : h / 3;
    const next = k === 2 ? h : h / 2;
    step(at.state, flow.rate, { onto: stage.state, by: next, sum: sum.state, weight });
    step(at.transition, slope, { onto: stage.transition, by: next, sum: sum.transition, weight });
  }
  copy(sum, at);
}

function copy(from: Moved, to: Moved): void {
  to.state.set(from.state);
  to.transition.set(from.transition);
}

/** onto = at + by slope; sum += weight slope. */
function step(
  at: Float64Array,
  slope: Float64Array,
  to: {
    readonly onto: Float64Array;
    readonly by: number;
    readonly sum: Float64Array;
    readonly weight: number;
  },
): void {
  for (let i = 0; i < at.length; i += 1) {
    const value = slope[i] as number;
    to.onto[i] = (at[i] as number) + to.by * value;
    to.sum[i] = (to.sum[i] as number) + to.weight * value;
  }
}

/** out = a b for square matrices; the zeros of a, which are many, cost nothing. */
function multiplySquare(a: Float64Array, b: Float64Array, out: Float64Array): void {
  const n = Math.sqrt(a.length);
  out.fill(0);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < n; k += 1) {
      const value = a[i * n + k] as number;
      if (value === 0) continue;
      for (let j = 0; j < n; j += 1) {
        out[i * n + j] = (out[i * n + j] as number) + value * (b[k * n + j] as number);
      }
    }
  }
}

const force = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/**
 * Sets a flow to free fall: p' = v, v' = gravity to J4, Coriolis and centrifugal acceleration; all
 * further components stay as they are. Earth-fixed frame, velocity relative to the turning Earth.
 */
export function setFreeFall(state: Float64Array, flow: Flow): void {
  const n = state.length;
  flow.rate.fill(0);
  flow.byState.fill(0);
  coastAcceleration(state, force, true);
  for (let i = 0; i < 3; i += 1) {
    flow.rate[i] = state[i + 3] as number;
    flow.rate[i + 3] = force.acceleration[i] as number;
    flow.byState[i * n + i + 3] = 1;
    for (let j = 0; j < 3; j += 1) {
      flow.byState[(i + 3) * n + j] = force.gradient[i * 3 + j] as number;
      flow.byState[(i + 3) * n + j + 3] = coriolisMatrix[i * 3 + j] as number;
    }
  }
}

/**
 * Adds drag to a flow: v' -= ½ ρ(h) s |v| v, with ρ of the US Standard Atmosphere 1976 at the height
 * over the ellipsoid, whose gradient is the geodetic vertical.
 *
 * @param inverse s, the inverse ballistic coefficient, m²/kg.
 * @param logarithm component of the state that is ln s, whose derivative is the drag itself; null
 * where s is not in the state.
 */
export function addDrag(
  state: Float64Array,
  flow: Flow,
  inverse: number,
  logarithm: number | null,
): void {
  const n = state.length;
  const [x, y, z] = state as unknown as readonly [number, number, number];
  const place = geodeticFromEcef([x, y, z]);
  const { densityKgpm3, logSlopePerM } = airDensityWithSlope(place.heightM);
  const cosine = Math.cos(place.latitudeRad);
  const up = [
    cosine * Math.cos(place.longitudeRad),
    cosine * Math.sin(place.longitudeRad),
    Math.sin(place.latitudeRad),
  ];
  const speed = speedOf(state);
  const factor = 0.5 * densityKgpm3 * inverse;
  for (let i = 0; i < 3; i += 1) {
    const row = (i + 3) * n;
    const velocity = state[i + 3] as number;
    const drag = -factor * speed * velocity;
    flow.rate[i + 3] = (flow.rate[i + 3] as number) + drag;
    for (let j = 0; j < 3; j += 1) {
      bump(flow.byState, row + j, drag * logSlopePerM * (up[j] as number));
      const along = speed === 0 ? 0 : (velocity * (state[j + 3] as number)) / speed;
      bump(flow.byState, row + j + 3, -factor * ((i === j ? speed : 0) + along));
    }
    if (logarithm !== null) bump(flow.byState, row + logarithm, drag);
  }
}

/** Speed of a state that begins with position and velocity. */
export function speedOf(state: ArrayLike<number>): number {
  return Math.sqrt(
    (state[3] as number) ** 2 + (state[4] as number) ** 2 + (state[5] as number) ** 2,
  );
}

function bump(array: Float64Array, index: number, by: number): void {
  array[index] = (array[index] as number) + by;
}
