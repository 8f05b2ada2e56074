// SPDX-License-Identifier: Apache-2.0
// What an orbit would still cost: the least change of velocity, given at once, that lifts the perigee
// of a body in free flight to 100 km. It tells for how long a coasting stage may yet be on its way to
// orbit: the price is lowest at the top of the arc, and what a stage can still give is bounded.
// Two bodies, axes that do not turn; velocities in the plane of the arc, as [level, climbing].

import { EARTH_MU_M3PS2, EARTH_ROTATION_RADPS, WGS84_SEMI_MAJOR_AXIS_M } from '@isthmus/earth';
import { PERIGEE_MIN_M } from './limits.ts';

/** The top of the arc a body is on, and what an orbit costs here and at best. */
export interface OrbitCost {
  /** Over the equatorial radius, metres; Infinity for what escapes. */
  readonly apogeeM: number;
  /** Positive on the way up, m/s. */
  readonly climbMps: number;
  /** Here and now, m/s; 0 in orbit. Below 100 km the price at 100 km, less than any there. */
  readonly nowMps: number;
  /** At the top of the arc, which is the cheapest place of it, by the same rule. */
  readonly topMps: number;
}

/** `state` is [x, y, z, vx, vy, vz], Earth-fixed, metres and metres a second over the turning Earth. */
export function orbitCost(state: ArrayLike<number>): OrbitCost {
  const x = state[0] as number;
  const y = state[1] as number;
  const z = state[2] as number;
  const vx = state[3] as number;
  const vy = state[4] as number;
  const vz = state[5] as number;
  const ux = vx - EARTH_ROTATION_RADPS * y;
  const uy = vy + EARTH_ROTATION_RADPS * x;
  const radiusM = Math.sqrt(x * x + y * y + z * z);
  const speed2 = ux * ux + uy * uy + vz * vz;
  const climbMps = (x * ux + y * uy + z * vz) / radiusM;
  const levelMps = Math.sqrt(Math.max(0, speed2 - climbMps * climbMps));
  const momentum = radiusM * levelMps;
  const energy = speed2 / 2 - EARTH_MU_M3PS2 / radiusM;
  const nowMps = pushToOrbit(radiusM, levelMps, climbMps);
  if (energy >= 0) {
    return { apogeeM: Number.POSITIVE_INFINITY, climbMps, nowMps, topMps: nowMps };
  }
  const axisM = -EARTH_MU_M3PS2 / (2 * energy);
  const shape = Math.max(0, 1 - (momentum * momentum) / (EARTH_MU_M3PS2 * axisM));
  const topM = axisM * (1 + Math.sqrt(shape));
  return {
    apogeeM: topM - WGS84_SEMI_MAJOR_AXIS_M,
    climbMps,
    nowMps,
    topMps: pushToOrbit(topM, momentum / topM, 0),
  };
}

/**
 * The least change from a velocity at a radius to one whose perigee is not below 100 km. Those are
 * level² >= share (climb² + fall), a convex set (perigee by energy and momentum): the nearest point of
 * it is found by halving where the distance stops falling.
 */
function pushToOrbit(atM: number, levelMps: number, climbMps: number): number {
  const perigeeM = WGS84_SEMI_MAJOR_AXIS_M + PERIGEE_MIN_M;
  // At the perigee itself any climb is too much: a kilometre above it the price is the same.
  const radiusM = Math.max(atM, perigeeM + 1000);
  const share = perigeeM ** 2 / (radiusM ** 2 - perigeeM ** 2);
  const fall = (2 * EARTH_MU_M3PS2 * (radiusM - perigeeM)) / (radiusM * perigeeM);
  const levelFor = (climb: number): number => Math.sqrt(share * (climb * climb + fall));
  if (levelMps >= levelFor(climbMps)) return 0;
  // Half the derivative of the squared distance by the climb that is left: rises all the way.
  const slope = (climb: number): number =>
    climb - climbMps + share * climb * (1 - levelMps / levelFor(climb));
  let low = Math.min(climbMps, 0);
  let high = Math.max(climbMps, 0);
  // To a hundredth of a metre a second; the price, least there, is then exact to far less.
  for (let round = 0; round < 20; round += 1) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  const climb = (low + high) / 2;
  return Math.hypot(climb - climbMps, levelFor(climb) - levelMps);
}
