// SPDX-License-Identifier: Apache-2.0
// Geometry of seeing: inside a radar's limits, behind the Earth or not, refraction, and the two
// angles of an infrared line of sight.

import {
  dot,
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  type LookAngles,
  lookAngles,
  subtract,
  unit,
  type Vector3,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { RadarSensor } from '@isthmus/picture';

/** Look angles when `position` is inside the radar's limits and above the Earth's limb, else null. */
export function radarView(radar: RadarSensor, position: Vector3<Ecef>): LookAngles | null {
  const look = lookAngles(radar.site, position);
  if (look.rangeM > radar.rangeMaxM) return null;
  if (look.elevationRad < radar.elevationMinRad || look.elevationRad > radar.elevationMaxRad) {
    return null;
  }
  if (!inSector(radar, look.azimuthRad)) return null;
  return behindEarth(ecefFromGeodetic(radar.site), position) ? null : look;
}

/** Whether an azimuth lies in the sector clockwise from–to; equal limits mean all round. */
export function inSector(
  sector: Pick<RadarSensor, 'azimuthFromRad' | 'azimuthToRad'>,
  azimuthRad: number,
): boolean {
  return turn(azimuthRad - sector.azimuthFromRad) <= sectorWidth(sector);
}

/** Width of a sector, (0, 2π]. */
export function sectorWidth(sector: Pick<RadarSensor, 'azimuthFromRad' | 'azimuthToRad'>): number {
  return turn(sector.azimuthToRad - sector.azimuthFromRad) || 2 * Math.PI;
}

/** An angle brought into [0, 2π). */
export function turn(angleRad: number): number {
  const turned = angleRad % (2 * Math.PI);
  if (turned >= 0) return turned;
  // Just below 0 the sum rounds to the whole turn itself, which is 0.
  const positive = turned + 2 * Math.PI;
  return positive < 2 * Math.PI ? positive : 0;
}

/** Whether the straight line between two points passes through the ellipsoid. */
export function behindEarth(from: Vector3<Ecef>, to: Vector3<Ecef>): boolean {
  // Stretched along the axis, the ellipsoid is a sphere and straight lines stay straight.
  const stretch = 1 / (1 - WGS84_FLATTENING);
  const a: Vector3<Ecef> = [from[0], from[1], from[2] * stretch];
  const d = subtract<Ecef>([to[0], to[1], to[2] * stretch], a);
  const length2 = dot(d, d);
  if (length2 === 0) return false;
  const nearest = Math.min(1, Math.max(0, -dot(a, d) / length2));
  const x = a[0] + nearest * d[0];
  const y = a[1] + nearest * d[1];
  const z = a[2] + nearest * d[2];
  // A site on the ground touches the sphere: a kilometre of margin keeps it from being blinded by
  // its own height below the ellipsoid, and stands for the bending of grazing rays.
  return x * x + y * y + z * z < (WGS84_SEMI_MAJOR_AXIS_M - 1000) ** 2;
}

/**
 * Astronomical refraction, rad: how much higher a thing beyond the air appears at a true elevation.
 *
 * Sæmundsson's form (Sky and Telescope 72, 1986) of Bennett's formula; held at its value at -1
 * degree below that.
 */
export function refractionRad(elevationRad: number): number {
  const degrees = Math.max(-1, (elevationRad * 180) / Math.PI);
  const arcminutes = 1.02 / Math.tan(((degrees + 10.3 / (degrees + 5.11)) * Math.PI) / 180);
  return (Math.max(0, arcminutes) / 60) * (Math.PI / 180);
}

/** The two angles of `InfraredPlot` from a satellite at `site` to `position`. */
export function infraredAngles(
  site: Geodetic,
  position: Vector3<Ecef>,
): { readonly eastRad: number; readonly northRad: number } {
  const from = ecefFromGeodetic(site);
  const [east, north] = enuAxes(site);
  const down = unit<Ecef>([-from[0], -from[1], -from[2]]);
  const line = unit(subtract(position, from));
  return {
    eastRad: Math.atan2(dot(line, east), dot(line, down)),
    northRad: Math.asin(dot(line, north)),
  };
}
