// SPDX-License-Identifier: Apache-2.0
// WGS 84: geodetic and Earth-fixed coordinates, the local horizon, look angles, geodesics.
// Source of the constants: NGA.STND.0036 (WGS 84, 2014), table 3.1.

import geodesic from 'geographiclib-geodesic';
import { add, type Ecef, type Enu, subtract, type Vector3 } from './vector.ts';

/** Semi-major axis, metres. */
export const WGS84_SEMI_MAJOR_AXIS_M = 6378137;
/** Flattening. */
export const WGS84_FLATTENING = 1 / 298.257223563;
/** Rotation rate of the Earth, rad/s. */
export const EARTH_ROTATION_RADPS = 7.292115e-5;

const E2 = WGS84_FLATTENING * (2 - WGS84_FLATTENING);
const RADIANS = Math.PI / 180;

/** A point over the WGS 84 ellipsoid: radians, and metres above the ellipsoid. */
export interface Geodetic {
  readonly latitudeRad: number;
  readonly longitudeRad: number;
  readonly heightM: number;
}

/** Where a sensor sees something: azimuth clockwise from north in [0, 2π), elevation from the ellipsoidal horizon. */
export interface LookAngles {
  readonly rangeM: number;
  readonly azimuthRad: number;
  readonly elevationRad: number;
}

export function radiansFromDegrees(degrees: number): number {
  return degrees * RADIANS;
}

export function degreesFromRadians(radians: number): number {
  return radians / RADIANS;
}

/** The geodetic point of degrees and metres, as people write it. */
export function geodeticFromDegrees(
  latitudeDeg: number,
  longitudeDeg: number,
  heightM = 0,
): Geodetic {
  return { latitudeRad: latitudeDeg * RADIANS, longitudeRad: longitudeDeg * RADIANS, heightM };
}

export function ecefFromGeodetic(point: Geodetic): Vector3<Ecef> {
  const sin = Math.sin(point.latitudeRad);
  const cos = Math.cos(point.latitudeRad);
  const n = WGS84_SEMI_MAJOR_AXIS_M / Math.sqrt(1 - E2 * sin * sin);
  return [
    (n + point.heightM) * cos * Math.cos(point.longitudeRad),
    (n + point.heightM) * cos * Math.sin(point.longitudeRad),
    (n * (1 - E2) + point.heightM) * sin,
  ];
}

/**
 * Inverse of `ecefFromGeodetic` for points outside the Earth's core.
 *
 * Bowring's formula (Survey Review 28, 1985) iterated twice: better than 1e-9 rad from the surface
 * to geostationary height.
 */
export function geodeticFromEcef(position: Vector3<Ecef>): Geodetic {
  const x = position[0];
  const y = position[1];
  const z = position[2];
  const p = Math.sqrt(x * x + y * y);
  const semiMinor = WGS84_SEMI_MAJOR_AXIS_M * (1 - WGS84_FLATTENING);
  const ePrime2 = E2 / (1 - E2);
  // Sine and cosine of the reduced latitude, then of the latitude, each times a number to be divided by.
  let sin = z * WGS84_SEMI_MAJOR_AXIS_M;
  let cos = p * semiMinor;
  for (let i = 0; i < 3; i += 1) {
    const reduced = Math.sqrt(sin * sin + cos * cos);
    const s = sin / reduced;
    const c = cos / reduced;
    // Not `** 3`: a call of the power function costs as much as all the rest.
    sin = z + ePrime2 * semiMinor * (s * s * s);
    cos = p - E2 * WGS84_SEMI_MAJOR_AXIS_M * (c * c * c);
    // Reduced again for the next round; the last leaves the latitude itself.
    if (i < 2) sin *= 1 - WGS84_FLATTENING;
  }
  const latitudeRad = Math.atan2(sin, cos);
  const size = Math.sqrt(sin * sin + cos * cos);
  sin /= size;
  cos /= size;
  const n = WGS84_SEMI_MAJOR_AXIS_M / Math.sqrt(1 - E2 * sin * sin);
  const heightM = p * cos + (z + E2 * n * sin) * sin - n;
  return { latitudeRad, longitudeRad: Math.atan2(y, x), heightM };
}

/** Rows are the unit vectors east, north and up at `point`, in Earth-fixed axes. */
export function enuAxes(point: Geodetic): readonly [Vector3<Ecef>, Vector3<Ecef>, Vector3<Ecef>] {
  const sinLat = Math.sin(point.latitudeRad);
  const cosLat = Math.cos(point.latitudeRad);
  const sinLon = Math.sin(point.longitudeRad);
  const cosLon = Math.cos(point.longitudeRad);
  return [
    [-sinLon, cosLon, 0],
    [-sinLat * cosLon, -sinLat * sinLon, cosLat],
    [cosLat * cosLon, cosLat * sinLon, sinLat],
  ];
}

/** A direction or difference in Earth-fixed axes, turned into the local axes at `point`. */
export function enuFromEcef(point: Geodetic, vector: Vector3<Ecef>): Vector3<Enu> {
  const [e, n, u] = enuAxes(point);
  return [
    e[0] * vector[0] + e[1] * vector[1],
    n[0] * vector[0] + n[1] * vector[1] + n[2] * vector[2],
    u[0] * vector[0] + u[1] * vector[1] + u[2] * vector[2],
  ];
}

/** Inverse of `enuFromEcef`. */
export function ecefFromEnu(point: Geodetic, vector: Vector3<Enu>): Vector3<Ecef> {
  const [e, n, u] = enuAxes(point);
  return [
    e[0] * vector[0] + n[0] * vector[1] + u[0] * vector[2],
    e[1] * vector[0] + n[1] * vector[1] + u[1] * vector[2],
    n[2] * vector[1] + u[2] * vector[2],
  ];
}

/** Geometric look angles (straight line, no refraction) from `site` to `position`. */
export function lookAngles(site: Geodetic, position: Vector3<Ecef>): LookAngles {
  const [e, n, u] = enuFromEcef(site, subtract(position, ecefFromGeodetic(site)));
  const rangeM = Math.sqrt(e * e + n * n + u * u);
  const azimuth = Math.atan2(e, n);
  return {
    rangeM,
    azimuthRad: fullTurn(azimuth),
    // Not asin(u / range): near the zenith that loses half the digits.
    elevationRad: Math.atan2(u, Math.sqrt(e * e + n * n)),
  };
}

/** The angle in [0, 2π): a hair below zero rounds to a whole turn, which is none. */
function fullTurn(angleRad: number): number {
  const turned = angleRad < 0 ? angleRad + 2 * Math.PI : angleRad;
  return turned < 2 * Math.PI ? turned : 0;
}

/** Inverse of `lookAngles`. */
export function ecefFromLookAngles(site: Geodetic, look: LookAngles): Vector3<Ecef> {
  const horizontal = look.rangeM * Math.cos(look.elevationRad);
  return add(
    ecefFromGeodetic(site),
    ecefFromEnu(site, [
      horizontal * Math.sin(look.azimuthRad),
      horizontal * Math.cos(look.azimuthRad),
      look.rangeM * Math.sin(look.elevationRad),
    ]),
  );
}

/** Length of the geodesic on the ellipsoid between the feet of two points, metres (Karney 2013). */
export function geodesicDistanceM(a: Geodetic, b: Geodetic): number {
  return geodesicInverse(a, b).distanceM;
}

/** Length and initial azimuth, clockwise from north in (-π, π], of the geodesic from `a` to `b`. */
export function geodesicInverse(
  a: Geodetic,
  b: Geodetic,
): { readonly distanceM: number; readonly azimuthRad: number } {
  const line = geodesic.Geodesic.WGS84.Inverse(
    degreesFromRadians(a.latitudeRad),
    degreesFromRadians(a.longitudeRad),
    degreesFromRadians(b.latitudeRad),
    degreesFromRadians(b.longitudeRad),
  );
  return { distanceM: line.s12 ?? 0, azimuthRad: radiansFromDegrees(line.azi1 ?? 0) };
}

/** The point reached from `from` along the geodesic of initial azimuth `azimuthRad`; height 0. */
export function geodesicDestination(
  from: Geodetic,
  azimuthRad: number,
  distanceM: number,
): Geodetic {
  const line = geodesic.Geodesic.WGS84.Direct(
    degreesFromRadians(from.latitudeRad),
    degreesFromRadians(from.longitudeRad),
    degreesFromRadians(azimuthRad),
    distanceM,
  );
  return geodeticFromDegrees(line.lat2 ?? 0, line.lon2 ?? 0);
}
