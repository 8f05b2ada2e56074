// SPDX-License-Identifier: Apache-2.0
// Free flight from one place of the WGS 84 ellipsoid to another while the Earth turns below it: a
// Kepler ellipse in inertial space whose end is where the impact point has got to by then. Thrown at
// once, without air; the Earth's flattening bends no path (what J2 to J4 would change is below
// `MODEL_SHARE` of the time, which the test shows by integration).

import {
  add,
  cross,
  dot,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  type Ecef,
  ecefFromGeodetic,
  type Geodetic,
  norm,
  scale,
  subtract,
  unit,
  type Vector3,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import { secondsFromApogee } from './arc.ts';

/** Largest share of a time of flight by which this model differs from one with gravity to J4. */
export const MODEL_SHARE = 0.002;

/** The turn of the Earth during the flight depends on the flight: it settles to a millisecond. */
const TIME_ROUNDS = 12;
const APOGEE_ROUNDS = 30;

export interface Throw {
  readonly timeS: number;
  /** At the launch point, relative to the turning Earth, m/s. */
  readonly velocity: Vector3<Ecef>;
}

/**
 * The throw between two places that climbs to `apogeeM` above the ellipsoid.
 *
 * The caller guarantees heights of 0 and 0 < apogeeM. Of the two ways round it takes the shorter in
 * inertial space, which is the quicker: where that is not the way flown, the time is still the least.
 */
export function throwBetween(launch: Geodetic, impact: Geodetic, apogeeM: number): Throw {
  const from = ecefFromGeodetic(launch);
  const to = ecefFromGeodetic(impact);
  let timeS = 0;
  let arc = arcBetween(from, to, apogeeM);
  for (let round = 0; round < TIME_ROUNDS; round += 1) {
    arc = arcBetween(from, turned(to, timeS), apogeeM);
    const change = Math.abs(arc.timeS - timeS);
    timeS = arc.timeS;
    if (change < 1e-3) break;
  }
  return { timeS, velocity: velocityAt(from, turned(to, timeS), arc) };
}

interface Ellipse {
  readonly timeS: number;
  readonly axis: number;
  readonly eccentricity: number;
  /** Angle at the centre of the Earth from the launch to the apogee, and on to the impact. */
  readonly upRad: number;
  readonly downRad: number;
}

/** The ellipse through two inertial places that has its far point `apogeeM` above the ground below. */
function arcBetween(from: Vector3<Ecef>, to: Vector3<Ecef>, apogeeM: number): Ellipse {
  const angle = Math.atan2(norm(cross(from, to)), dot(from, to));
  const [near, far] = [norm(from), norm(to)];
  // No arc passes between two places below the higher of them, whatever is announced.
  const leastTopM = Math.max(near, far) + 1;
  let topM = Math.max(leastTopM, groundRadiusM(unit(from)) + apogeeM);
  let upRad = angle / 2;
  // The ground below the apogee lies higher or lower than the ends: twice over is a centimetre.
  for (let round = 0; round < 3; round += 1) {
    upRad = apogeeAngle({ angle, near, far, topM });
    const below = between(from, to, angle === 0 ? 0 : upRad / angle);
    topM = Math.max(leastTopM, groundRadiusM(below) + apogeeM);
  }
  const eccentricity = (topM - near) / (topM - near * Math.cos(upRad));
  const axis = topM / (1 + eccentricity);
  const downRad = angle - upRad;
  const timeS =
    secondsFromApogee({ axis, eccentricity, angleRad: upRad }) +
    secondsFromApogee({ axis, eccentricity, angleRad: downRad });
  return { timeS, axis, eccentricity, upRad, downRad };
}

/** Where between the ends the apogee stands: the angle at which both give one eccentricity (Newton). */
function apogeeAngle(of: {
  readonly angle: number;
  readonly near: number;
  readonly far: number;
  readonly topM: number;
}): number {
  const { angle, near, far, topM } = of;
  let at = angle / 2;
  for (let round = 0; round < APOGEE_ROUNDS; round += 1) {
    // Falls all the way from above zero to below it.
    const difference =
      (topM - near) * (topM - far * Math.cos(angle - at)) -
      (topM - far) * (topM - near * Math.cos(at));
    const fall = (topM - near) * far * Math.sin(angle - at) + (topM - far) * near * Math.sin(at);
    const next = Math.min(angle, Math.max(0, at + difference / fall));
    if (!(Math.abs(next - at) > 1e-12)) break;
    at = next;
  }
  return at;
}

/** Velocity at `from` over the turning ground. */
function velocityAt(from: Vector3<Ecef>, to: Vector3<Ecef>, arc: Ellipse): Vector3<Ecef> {
  const { axis, eccentricity, upRad } = arc;
  const parameter = axis * (1 - eccentricity ** 2);
  const up = unit(from);
  const ahead = subtract(to, scale(up, dot(to, up)));
  const levelMps = Math.sqrt(EARTH_MU_M3PS2 * parameter) / norm(from);
  const climbMps = Math.sqrt(EARTH_MU_M3PS2 / parameter) * eccentricity * Math.sin(upRad);
  const thrown = add(scale(unit(ahead), levelMps), scale(up, climbMps));
  return add(thrown, [EARTH_ROTATION_RADPS * from[1], -EARTH_ROTATION_RADPS * from[0], 0]);
}

/** Where a place of the ground has got to after `seconds`, in the axes of the beginning. */
function turned(place: Vector3<Ecef>, seconds: number): Vector3<Ecef> {
  const angle = EARTH_ROTATION_RADPS * seconds;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return [cos * place[0] - sin * place[1], sin * place[0] + cos * place[1], place[2]];
}

/** The direction a share of the way along the great circle between two places. */
function between(from: Vector3<Ecef>, to: Vector3<Ecef>, share: number): Vector3<Ecef> {
  const [a, b] = [unit(from), unit(to)];
  const angle = Math.atan2(norm(cross(a, b)), dot(a, b));
  if (angle < 1e-9) return a;
  const weightA = Math.sin((1 - share) * angle);
  const weightB = Math.sin(share * angle);
  return unit([
    weightA * a[0] + weightB * b[0],
    weightA * a[1] + weightB * b[1],
    weightA * a[2] + weightB * b[2],
  ]);
}

/** Distance of the ellipsoid from the centre in a direction of unit length. */
function groundRadiusM(direction: Vector3<Ecef>): number {
  const polar = WGS84_SEMI_MAJOR_AXIS_M * (1 - WGS84_FLATTENING);
  const level = (direction[0] ** 2 + direction[1] ** 2) / WGS84_SEMI_MAJOR_AXIS_M ** 2;
  return 1 / Math.sqrt(level + direction[2] ** 2 / polar ** 2);
}
