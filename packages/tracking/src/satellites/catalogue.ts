// SPDX-License-Identifier: Apache-2.0
// Which catalogued satellite an estimate is of, if any: SGP4 by a library, turned into the Earth-fixed
// frame, compared in place and speed under an error that grows with the age of the elements. UT1 is
// taken for UTC and the pole for fixed: some hundred metres, within what elements are worth.

import {
  cross,
  dot,
  EARTH_ROTATION_RADPS,
  type Ecef,
  type Instant,
  invertPositive,
  isoFromInstant,
  norm,
  packSymmetric,
  scale,
  secondsBetween,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { gstime, json2satrec, type SatRec, sgp4 } from 'satellite.js';
import { quadratic } from '../fusion/information.ts';
import type { ElementSet } from './element-sets.ts';

/**
 * One sigma of a fresh element set, metres, and what a day adds: radial, along, across. Public sets are
 * good to a kilometre or so at their epoch and lose one to three a day along the orbit (Kelso,
 * AAS 07-127; Levit and Marshall, Advances in Space Research 47, 2011); these are on the wide side.
 */
const FRESH_M = [700, 1500, 700] as const;
const PER_DAY_M = [150, 3000, 150] as const;
/** Older than this says nothing any more. */
const AGE_DAYS_MAX = 15;
/** Chi-square, 6 degrees of freedom, 99.9 %. */
const GATE = 22.46;
/**
 * A velocity poorer than this, one sigma, tells a satellite from a missile beside it too badly: a match
 * waits for a better one. A missile is 2 km/s and more from any satellite it meets.
 */
const VELOCITY_SIGMA_MPS_MAX = 200;
/** Room about the shell and the band of latitude of an orbit, beyond which it is not propagated. */
const SHELL_M = 60_000;
const BAND_RAD = 0.02;
const MU_M3PS2 = 3.986008e14;
const MINUTES_DEEP_SPACE = 225;

/** Whether elements are so old, or of so late a time, that they say nothing: no track is held against them. */
export function isOutOfAge(elements: ElementSet, at: Instant): boolean {
  return daysBetween(elements, at) > AGE_DAYS_MAX;
}

function daysBetween({ epoch }: ElementSet, at: Instant): number {
  return Math.abs(secondsBetween(epoch, at)) / 86_400;
}

/**
 * A satellite by its elements, Earth-fixed, with the covariance that elements of this age warrant; null
 * where they are too old, or SGP4 has it decayed.
 */
export function predictSatellite(elements: ElementSet, at: Instant): Estimate | null {
  const seconds = secondsBetween(elements.epoch, at);
  const days = daysBetween(elements, at);
  if (days > AGE_DAYS_MAX) return null;
  const there = sgp4(recordOf(elements), seconds / 60);
  if (there === null) return null;
  const { position: p, velocity: v } = there;
  const inertial = [p.x, p.y, p.z, v.x, v.y, v.z].map((km) => km * 1000);
  if (!inertial.every(Number.isFinite)) return null;
  const turn = gstime(2_440_587.5 + at / 86_400e6);
  const position = turned([inertial[0] ?? 0, inertial[1] ?? 0, inertial[2] ?? 0], turn);
  const absolute = turned([inertial[3] ?? 0, inertial[4] ?? 0, inertial[5] ?? 0], turn);
  const velocity = [
    absolute[0] + EARTH_ROTATION_RADPS * position[1],
    absolute[1] - EARTH_ROTATION_RADPS * position[0],
    absolute[2],
  ];
  return {
    time: at,
    state: [...position, ...velocity],
    covariance: packSymmetric(covarianceOf(position, absolute, days)),
  };
}

/** About the axis, into the frame that turns with the Earth. */
function turned(of: Vector3<Ecef>, angleRad: number): Vector3<Ecef> {
  const [c, s] = [Math.cos(angleRad), Math.sin(angleRad)];
  return [c * of[0] + s * of[1], -s * of[0] + c * of[1], of[2]];
}

/** An error along the orbit turns the velocity, a radial one changes the speed: both as on a circle. */
function covarianceOf(
  position: Vector3<Ecef>,
  velocity: Vector3<Ecef>,
  days: number,
): Float64Array {
  const radial = scale(position, 1 / norm(position));
  const normal = cross(position, velocity);
  const across = scale(normal, 1 / norm(normal));
  const along = cross(across, radial);
  const rate = norm(velocity) / norm(position);
  const sigma = FRESH_M.map((fresh, k) => fresh + (PER_DAY_M[k] as number) * days);
  const [r, t, n] = sigma as [number, number, number];
  const axes = [radial, along, across];
  const covariance = new Float64Array(36);
  const add = (axis: Vector3<Ecef>, variance: number, from: number): void => {
    for (let i = 0; i < 3; i += 1) {
      for (let j = 0; j < 3; j += 1) {
        const k = (from + i) * 6 + from + j;
        covariance[k] =
          (covariance[k] as number) + variance * (axis[i] as number) * (axis[j] as number);
      }
    }
  };
  axes.forEach((axis, k) => add(axis, (sigma[k] as number) ** 2, 0));
  add(radial, (rate * t) ** 2, 3);
  add(along, (2 * rate * r) ** 2, 3);
  add(across, (rate * n) ** 2, 3);
  return covariance;
}

/** Of satellites near the Earth, whose records SGP4 does not change. */
const records = new WeakMap<ElementSet, SatRec>();

function recordOf(elements: ElementSet): SatRec {
  const kept = records.get(elements);
  if (kept !== undefined) return kept;
  const record = json2satrec({
    OBJECT_NAME: elements.name,
    OBJECT_ID: elements.number,
    EPOCH: isoFromInstant(elements.epoch),
    MEAN_MOTION: elements.meanMotionRevPerDay,
    ECCENTRICITY: elements.eccentricity,
    INCLINATION: elements.inclinationDeg,
    RA_OF_ASC_NODE: elements.nodeDeg,
    ARG_OF_PERICENTER: elements.argumentOfPerigeeDeg,
    MEAN_ANOMALY: elements.meanAnomalyDeg,
    NORAD_CAT_ID: elements.number,
    ELEMENT_SET_NO: 0,
    BSTAR: elements.bstar,
    MEAN_MOTION_DOT: 0,
    MEAN_MOTION_DDOT: 0,
  });
  // In deep space the integrator goes on from where it was left: there the answer must not depend on
  // what was asked before.
  if (1440 / elements.meanMotionRevPerDay < MINUTES_DEEP_SPACE) records.set(elements, record);
  return record;
}

/**
 * The catalogued satellite that an estimate may be of: the nearest in place and speed, or null where
 * none is near enough, or the velocity is not known well enough to say.
 */
export function matchSatellite(
  catalogue: readonly ElementSet[],
  estimate: Estimate,
): ElementSet | null {
  const { state, covariance } = estimate;
  const sigma = Math.sqrt([15, 18, 20].reduce((sum, k) => sum + (covariance[k] as number), 0));
  if (!(sigma < VELOCITY_SIGMA_MPS_MAX)) return null;
  const position: Vector3<Ecef> = [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0];
  const radiusM = norm(position);
  const latitudeRad = Math.abs(Math.asin(position[2] / radiusM));
  let best: ElementSet | null = null;
  let least: number = GATE;
  for (const elements of catalogue) {
    if (!mayBeAt(elements, radiusM, latitudeRad)) continue;
    const there = predictSatellite(elements, estimate.time);
    if (there === null) continue;
    const apart = there.state.map((value, i) => value - (state[i] as number));
    // Most are on the other side of the Earth: no inverse for those.
    if (dot(position, [there.state[0] ?? 0, there.state[1] ?? 0, there.state[2] ?? 0]) < 0)
      continue;
    const sum = unpackSymmetric(there.covariance.map((v, k) => v + (covariance[k] as number)));
    const inverse = invertPositive(sum, 6);
    const distance = inverse === null ? Number.POSITIVE_INFINITY : quadratic(inverse, apart);
    if (distance >= least) continue;
    least = distance;
    best = elements;
  }
  return best;
}

/** Whether an orbit comes to that distance from the centre and that latitude at all. */
function mayBeAt(elements: ElementSet, radiusM: number, latitudeRad: number): boolean {
  const rate = (elements.meanMotionRevPerDay * 2 * Math.PI) / 86_400;
  const axis = Math.cbrt(MU_M3PS2 / rate ** 2);
  const inclination = (elements.inclinationDeg * Math.PI) / 180;
  return (
    radiusM > axis * (1 - elements.eccentricity) - SHELL_M &&
    radiusM < axis * (1 + elements.eccentricity) + SHELL_M &&
    latitudeRad < Math.min(inclination, Math.PI - inclination) + BAND_RAD
  );
}
