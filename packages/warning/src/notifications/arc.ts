// SPDX-License-Identifier: Apache-2.0
// Free flight from the ground to the ground over a sphere that does not turn: the model in which the
// published tables are computed. Thrown at once, without air. Formulas: Bate, Mueller & White,
// Fundamentals of Astrodynamics (1971), chapter 6; the turning Earth is in `turning-earth.ts`.

import { EARTH_MU_M3PS2 } from '@isthmus/earth';
import type { RangeClass } from '@isthmus/picture';

/** Mean radius (IUGG), metres. */
export const SPHERE_RADIUS_M = 6_371_000;

/** One throw. The angle is that of the velocity above the horizon where it begins. */
export interface Arc {
  readonly rangeM: number;
  readonly apogeeM: number;
  readonly speedMps: number;
  readonly climbRad: number;
  readonly timeS: number;
}

/** Kinds of throw: at, above or below the apogee of least energy for the range. */
export type ArcKind = 'minimum-energy' | 'lofted' | 'depressed';

/** Of an apogee this near to that of least energy, as a share, the throw counts as one of it. */
const MINIMUM_ENERGY_SHARE = 0.1;

/** The throw that reaches `rangeM` at the least speed; 0 < rangeM <= half the circumference. */
export function minimumEnergyArc(rangeM: number): Arc {
  const half = rangeM / SPHERE_RADIUS_M / 2;
  // Squared speed over that of a circle along the ground.
  const shape = (2 * Math.sin(half)) / (1 + Math.sin(half));
  const climbRad = (Math.PI - 2 * half) / 4;
  const eccentricity = Math.sqrt(1 - shape * (2 - shape) * Math.cos(climbRad) ** 2);
  const apogeeM = (SPHERE_RADIUS_M / (2 - shape)) * (1 + eccentricity) - SPHERE_RADIUS_M;
  return arcThrough(rangeM, apogeeM);
}

/** The one throw of a range and an apogee, both above 0; the range at most half the circumference. */
export function arcThrough(rangeM: number, apogeeM: number): Arc {
  const half = rangeM / SPHERE_RADIUS_M / 2;
  const top = SPHERE_RADIUS_M + apogeeM;
  const eccentricity = apogeeM / (top - SPHERE_RADIUS_M * Math.cos(half));
  const axis = top / (1 + eccentricity);
  const speedMps = Math.sqrt(EARTH_MU_M3PS2 * (2 / SPHERE_RADIUS_M - 1 / axis));
  // Angular momentum gives the level part of the velocity.
  const levelMps = Math.sqrt(EARTH_MU_M3PS2 * axis * (1 - eccentricity ** 2)) / SPHERE_RADIUS_M;
  return {
    rangeM,
    apogeeM,
    speedMps,
    climbRad: Math.acos(Math.min(1, levelMps / speedMps)),
    timeS: 2 * secondsFromApogee({ axis, eccentricity, angleRad: half }),
  };
}

/**
 * Seconds on an ellipse between its apogee and the point `angleRad` away from it, seen from the
 * centre of the Earth, [0, π]. Kepler's equation; `axis` is the semi-major one, metres.
 */
export function secondsFromApogee(arc: {
  readonly axis: number;
  readonly eccentricity: number;
  readonly angleRad: number;
}): number {
  const { axis, eccentricity: e, angleRad } = arc;
  const anomaly =
    2 *
    Math.atan2(
      Math.sqrt(1 - e) * Math.cos(angleRad / 2),
      Math.sqrt(1 + e) * Math.sin(angleRad / 2),
    );
  return (Math.PI - anomaly + e * Math.sin(anomaly)) * Math.sqrt(axis ** 3 / EARTH_MU_M3PS2);
}

/**
 * How far the same speed reaches at best: the range of least energy for it. Infinity from the speed
 * on that reaches every place (that of a circle along the ground).
 */
export function rangeOfSpeedM(speedMps: number): number {
  const shape = (speedMps ** 2 * SPHERE_RADIUS_M) / EARTH_MU_M3PS2;
  return shape >= 1
    ? Number.POSITIVE_INFINITY
    : 2 * SPHERE_RADIUS_M * Math.asin(shape / (2 - shape));
}

/** What kind of throw an arc is among those of its range. */
export function arcKind(arc: Arc): ArcKind {
  const share = arc.apogeeM / minimumEnergyArc(arc.rangeM).apogeeM;
  if (share > 1 + MINIMUM_ENERGY_SHARE) return 'lofted';
  return share < 1 - MINIMUM_ENERGY_SHARE ? 'depressed' : 'minimum-energy';
}

/**
 * The throw of a range that takes `timeS`; null where none does: shorter than along the ground, or
 * longer than one that climbs to 100,000 km.
 */
export function arcOfTime(rangeM: number, timeS: number): Arc | null {
  // At one range the time rises with the apogee, from that of a circle along the ground.
  let [low, high] = [1, 1e8];
  if (arcThrough(rangeM, low).timeS > timeS || arcThrough(rangeM, high).timeS < timeS) return null;
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (arcThrough(rangeM, middle).timeS < timeS) low = middle;
    else high = middle;
  }
  return arcThrough(rangeM, (low + high) / 2);
}

/** Upper bounds of the classes SRBM, MRBM and IRBM, metres (US Department of Defense). */
export const CLASS_BOUNDS_M: readonly [number, number, number] = [1_100_000, 2_750_000, 5_500_000];

/** US Department of Defense range classes: up to 1,100, 2,750 and 5,500 km, and beyond. */
export function rangeClass(rangeM: number): RangeClass {
  const [short, medium, intermediate] = CLASS_BOUNDS_M;
  if (rangeM <= short) return 'SRBM';
  if (rangeM <= medium) return 'MRBM';
  return rangeM <= intermediate ? 'IRBM' : 'ICBM';
}
