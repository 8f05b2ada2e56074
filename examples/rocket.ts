// SPDX-License-Identifier: Apache-2.0
// An invented rocket over open ocean, for the examples: 150 s of thrust, then free flight, then drag,
// to the sea 2,100 km away. It is integrated by a rule of its own, so that no filter is told the truth
// by its own model.

import {
  add,
  airDensityKgpm3,
  coastAcceleration,
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  geodeticFromDegrees,
  geodeticFromEcef,
  instantFromIso,
  norm,
  scale,
  unit,
  type Vector3,
} from '@isthmus/earth';

/** Where and when it lifts off, and how long it burns. */
export const PAD = geodeticFromDegrees(-32, -118, 0);
export const LIFTOFF = instantFromIso('2026-03-01T12:00:00Z');
export const BURN_S = 150;

/** Ballistic coefficient of what comes down. */
const COEFFICIENT_KGPM2 = 5000;
const STEP_S = 0.1;
const STEPS_PER_S = 10;

/** [x, y, z, vx, vy, vz] for each second from lift-off, Earth-fixed, m and m/s; the last one is at sea. */
export function rocketFlight(): Float64Array[] {
  const seconds: Float64Array[] = [];
  let state: Float64Array = Float64Array.of(...ecefFromGeodetic(PAD), 0, 0, 0);
  for (let step = 0; step < 5 * STEPS_PER_S || pointOf(state).heightM > 0; step += 1) {
    if (step % STEPS_PER_S === 0) seconds.push(state);
    // The midpoint rule: half a step to learn the rates there, and with those the whole step.
    const t = step * STEP_S;
    const half = moved(state, rates(t, state), STEP_S / 2);
    state = moved(state, rates(t + STEP_S / 2, half), STEP_S);
  }
  return [...seconds, state];
}

/** Position of a state. */
export function positionOf(state: ArrayLike<number>): Vector3<Ecef> {
  return [state[0], state[1], state[2]] as unknown as Vector3<Ecef>;
}

/** Latitude, longitude and height of a state. */
export function pointOf(state: ArrayLike<number>): Geodetic {
  return geodeticFromEcef(positionOf(state));
}

function moved(state: Float64Array, by: Float64Array, seconds: number): Float64Array {
  return state.map((value, i) => value + seconds * (by[i] as number));
}

/** Thrust up, from 8 s tipped to the north, from 12 s along the velocity; gravity, and drag. */
function rates(t: number, state: Float64Array): Float64Array {
  const free = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };
  coastAcceleration(state, free, false);
  const [east, north, up] = enuAxes(PAD);
  const velocity = [state[3], state[4], state[5]] as unknown as Vector3<Ecef>;
  const tipped = add(up, add(scale(north, 0.08), scale(east, 0.025)));
  const along = unit(t < 8 ? up : t < 12 ? tipped : velocity);
  const thrustMps2 = t < BURN_S ? 16 + 0.3 * t : 0;
  const density = airDensityKgpm3(Math.max(0, pointOf(state).heightM));
  const drag = (density * norm(velocity)) / (2 * COEFFICIENT_KGPM2);
  const accelerations = free.acceleration.map(
    (value, i) => value + thrustMps2 * (along[i] as number) - drag * (velocity[i] as number),
  );
  return Float64Array.of(...velocity, ...accelerations);
}
