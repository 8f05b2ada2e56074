// SPDX-License-Identifier: Apache-2.0
// Whether a sensor could see a point, by its declared limits and the Earth between, and if not, why.

import {
  dot,
  type Ecef,
  ecefFromGeodetic,
  lookAngles,
  subtract,
  type Vector3,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { Sensor, SightReason } from '@isthmus/picture';
import { LIMB_LOWERED_M } from './limits.ts';

const EQUATORIAL_M = WGS84_SEMI_MAJOR_AXIS_M - LIMB_LOWERED_M;
const POLAR_M = WGS84_SEMI_MAJOR_AXIS_M * (1 - WGS84_FLATTENING) - LIMB_LOWERED_M;

/**
 * Why `sensor` can or cannot see `position` (Earth-fixed, metres); of several reasons, the one that
 * holds furthest from view: the limb, then elevation, then sector, then range.
 *
 * An infrared sensor sees only what is `powered`. Straight lines; neither weather, size nor chance
 * of detection is looked at.
 */
export function sightOf(sensor: Sensor, position: Vector3<Ecef>, powered: boolean): SightReason {
  if (isBehindEarth(ecefFromGeodetic(sensor.site), position)) return 'below the horizon';
  if (sensor.kind === 'infrared') return powered ? 'in view' : 'no flame to see';
  const look = lookAngles(sensor.site, position);
  if (look.elevationRad < sensor.elevationMinRad) return 'below the least elevation';
  if (look.elevationRad > sensor.elevationMaxRad) return 'above the greatest elevation';
  if (!isBetween(look.azimuthRad, sensor.azimuthFromRad, sensor.azimuthToRad)) {
    return 'outside the sector';
  }
  return look.rangeM > sensor.rangeMaxM ? 'beyond the range' : 'in view';
}

/** Clockwise from `fromRad` to `toRad`, all in [0, 2π); equal limits mean all round. */
function isBetween(azimuthRad: number, fromRad: number, toRad: number): boolean {
  if (fromRad === toRad) return true;
  const isAfter = azimuthRad >= fromRad;
  const isBefore = azimuthRad <= toRad;
  return fromRad < toRad ? isAfter && isBefore : isAfter || isBefore;
}

/** Whether the straight line between two points enters the ellipsoid, lowered by LIMB_LOWERED_M. */
function isBehindEarth(from: Vector3<Ecef>, to: Vector3<Ecef>): boolean {
  // In units of the semi-axes the ellipsoid is the unit sphere, and |a + t d|² = 1 has two roots
  // where the line meets it: what matters is whether it goes in between the two points.
  const a = inSemiAxes(from);
  const d = subtract<Ecef>(inSemiAxes(to), a);
  const half = dot(a, d);
  const length2 = dot(d, d);
  const outside = dot(a, a) - 1;
  const discriminant = half * half - length2 * outside;
  if (!(discriminant > 0)) return false;
  const entry = (-half - Math.sqrt(discriminant)) / length2;
  const exit = (-half + Math.sqrt(discriminant)) / length2;
  return entry < 1 && exit > 0;
}

function inSemiAxes(point: Vector3<Ecef>): Vector3<Ecef> {
  return [point[0] / EQUATORIAL_M, point[1] / EQUATORIAL_M, point[2] / POLAR_M];
}
