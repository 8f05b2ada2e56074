// SPDX-License-Identifier: Apache-2.0
// How far a missile could go, from how fast it flies after cut-off, whatever arc it is on.
//
// The energy is that of the turning Earth: v²/2 + U with the speed over the ground and the potential
// of gravity and of the turn together (Jacobi's integral; Montenbruck & Gill, Satellite Orbits, 3.2).
// It is kept through free flight, so it is the energy at burn-out whenever one looks; it does not
// depend on the heading; and at sea level U is one number everywhere. Less that number it is what
// the rocket has given: the speed of a throw from the ground that flies the same arc. In axes that
// do not turn the same missile would seem to have 10 % more range thrown east than thrown north.

import {
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  EARTH_ZONALS,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { Estimate, FlightAccount, RangeClass } from '@isthmus/picture';
import { divideDifferences, normalCdf } from './impact.ts';
import { THROW_SPEED_SPREAD } from './limits.ts';
import {
  CLASS_BOUNDS_M,
  minimumEnergyArc,
  rangeOfSpeedM,
  SPHERE_RADIUS_M,
} from './notifications/arc.ts';

/** Potential of gravity and turn at sea level, m²/s² (IERS Conventions 2010, table 1.1). */
const SEA_LEVEL_POTENTIAL_M2PS2 = 6.2636856e7;
/** Of a Gaussian, one-sided: 5 % lie beyond. */
const SIGMAS_90 = 1.6449;

/**
 * Speed of a throw from sea level with the energy of a body in free flight, m/s over the ground;
 * 0 for one with less energy than what lies on the ground.
 *
 * `state` is [x, y, z, vx, vy, vz], Earth-fixed. The same before and after any turn about the axis.
 */
export function throwSpeedMps(state: ArrayLike<number>): number {
  const x = state[0] as number;
  const y = state[1] as number;
  const z = state[2] as number;
  const vx = state[3] as number;
  const vy = state[4] as number;
  const vz = state[5] as number;
  const r = Math.hypot(x, y, z);
  const flat = EARTH_ZONALS[0] * (WGS84_SEMI_MAJOR_AXIS_M / r) ** 2;
  const gravity = (EARTH_MU_M3PS2 / r) * (1 - (flat / 2) * (3 * (z / r) ** 2 - 1));
  const turn = (EARTH_ROTATION_RADPS ** 2 * (x * x + y * y)) / 2;
  const energy = (vx * vx + vy * vy + vz * vz) / 2 - gravity - turn;
  return Math.sqrt(Math.max(0, 2 * (energy + SEA_LEVEL_POTENTIAL_M2PS2)));
}

/**
 * How far the missile could go on the arc of least energy, and its class by that, from an estimate of
 * free flight above the air. Probabilities sum to 1. Null where the covariance is not positive.
 *
 * Ranges are those over a sphere that does not turn (domain notes, 6.1): the turn helps one heading
 * and hinders another, and the class is the missile's. The spread is that of the estimate and
 * `THROW_SPEED_SPREAD`, which stands for what the ascent on another arc would have cost.
 */
export function reachOf(estimate: Estimate): NonNullable<FlightAccount['reach']> | null {
  const moments = divideDifferences(estimate, (state) => [throwSpeedMps(state)]);
  if (moments === null) return null;
  const speed = moments.mean[0] as number;
  const spread = Math.hypot(
    Math.sqrt(Math.max(0, moments.covariance[0] as number)),
    THROW_SPEED_SPREAD * speed,
  );
  return {
    metres: reachM(speed),
    fromM: reachM(speed - SIGMAS_90 * spread),
    toM: reachM(speed + SIGMAS_90 * spread),
    classes: classesOf(speed, Math.max(1, spread)),
  };
}

/** Probability of each class for a throw speed with one sigma, both m/s. */
function classesOf(speedMps: number, sigmaMps: number): Readonly<Record<RangeClass, number>> {
  const below = CLASS_BOUNDS_M.map((rangeM) =>
    normalCdf((minimumEnergyArc(rangeM).speedMps - speedMps) / sigmaMps),
  );
  const [short, medium, intermediate] = below as [number, number, number];
  return {
    SRBM: short,
    MRBM: medium - short,
    IRBM: intermediate - medium,
    ICBM: 1 - intermediate,
  };
}

/** The range of least energy, at most half round the Earth: from there on it reaches every place. */
function reachM(speedMps: number): number {
  return Math.min(Math.PI * SPHERE_RADIUS_M, rangeOfSpeedM(Math.max(0, speedMps)));
}
