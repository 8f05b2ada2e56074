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
  multiply,
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
  let state = Float64Array.from(start);
  let transition = identity(size);
  const flow = createFlow(size);
  for (let i = 0; i < steps; i += 1) {
    const moved = rungeKutta(law, { state, transition }, time.seconds / steps, flow);
    state = moved.state;
    transition = moved.transition;
  }
  return { state, transition };
}

function rungeKutta(law: Law, from: Moved, h: number, flow: Flow): Mutable {
  const sum = { state: from.state.slice(), transition: from.transition.slice() };
  let at: Moved = from;
  for (let stage = 0; stage < 4; stage += 1) {
    law(at.state, flow);
    const slope = { state: flow.rate, transition: square(flow.byState, at.transition) };
    addScaled(sum, slope, stage === 0 || stage === 3 ? h / 6 : h / 3);
    const next = { state: from.state.slice(), transition: from.transition.slice() };
    addScaled(next, slope, stage === 2 ? h : h / 2);
    at = next;
  }
  return sum;
}

interface Mutable {
  readonly state: Float64Array<ArrayBuffer>;
  readonly transition: Float64Array<ArrayBuffer>;
}

function addScaled(to: Mutable, by: Moved, factor: number): void {
  by.state.forEach((value, i) => {
    to.state[i] = (to.state[i] as number) + factor * value;
  });
  by.transition.forEach((value, i) => {
    to.transition[i] = (to.transition[i] as number) + factor * value;
  });
}

function square(a: Float64Array, b: Float64Array): Float64Array {
  const n = Math.sqrt(a.length);
  return multiply(a, b, { n, m: n, p: n });
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
