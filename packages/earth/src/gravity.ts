// SPDX-License-Identifier: Apache-2.0
// Gravity with zonal harmonics J2 to J4, and the apparent acceleration in the rotating frame, with
// analytic Jacobians. Potential: U = μ/r [1 − Σ Jn (R/r)^n Pn(z/r)] (Montenbruck & Gill, 3.2), so
//   a_n = μ Jn R^n / r^(n+2) [ P'_{n+1}(s) r̂ − P'_n(s) k̂ ],  s = z/r.

import { EARTH_ROTATION_RADPS, WGS84_SEMI_MAJOR_AXIS_M } from './geodesy.ts';

/** Geocentric gravitational constant, m^3/s^2 (WGS 84). */
export const EARTH_MU_M3PS2 = 3.986004418e14;
/** Zonal harmonics J2, J3, J4 (EGM96, unnormalised). */
export const EARTH_ZONALS: readonly [number, number, number] = [
  1.08262668e-3, -2.53265649e-6, -1.61962159e-6,
];

/** Receives an acceleration and, when asked for, its derivatives; row-major, owned by the caller. */
export interface AccelerationResult {
  /** m/s^2, Earth-fixed axes. */
  readonly acceleration: Float64Array;
  /** 3x3, d(acceleration)/d(position), 1/s^2. */
  readonly gradient: Float64Array;
}

/**
 * Apparent acceleration of a free body in the Earth-fixed rotating frame: gravity to J4, Coriolis
 * and centrifugal. The derivative by velocity is constant: `coriolisMatrix`.
 *
 * Writes into `result` and allocates nothing. `state` is [x, y, z, vx, vy, vz], m and m/s.
 */
export function coastAcceleration(
  state: ArrayLike<number>,
  result: AccelerationResult,
  withGradient: boolean,
): void {
  const x = state[0] as number;
  const y = state[1] as number;
  const z = state[2] as number;
  gravity(x, y, z, result, withGradient);
  const w = EARTH_ROTATION_RADPS;
  const a = result.acceleration;
  a[0] = (a[0] as number) + 2 * w * (state[4] as number) + w * w * x;
  a[1] = (a[1] as number) - 2 * w * (state[3] as number) + w * w * y;
  if (withGradient) {
    const g = result.gradient;
    g[0] = (g[0] as number) + w * w;
    g[4] = (g[4] as number) + w * w;
  }
}

/** d(apparent acceleration)/d(velocity) in the Earth-fixed frame, 3x3 row-major, 1/s. */
export const coriolisMatrix: readonly number[] = [
  0,
  2 * EARTH_ROTATION_RADPS,
  0,
  -2 * EARTH_ROTATION_RADPS,
  0,
  0,
  0,
  0,
  0,
];

/** Written out term by term and with two divisions: it is asked for millions of times a minute. */
function gravity(
  x: number,
  y: number,
  z: number,
  result: AccelerationResult,
  withGradient: boolean,
): void {
  // One over the radius.
  const i2 = 1 / (x * x + y * y + z * z);
  const i = Math.sqrt(i2);
  const s = z * i;
  const radial = radialPullMps2(i2, i, s);
  const acceleration = result.acceleration;
  acceleration[0] = radial * i * x;
  acceleration[1] = radial * i * y;
  acceleration[2] = radial * s + axialPullMps2(i2, i, s);
  if (!withGradient) return;
  const s2 = s * s;
  const point = EARTH_MU_M3PS2 * i2;
  // P'2 to P'5.
  const d2 = 3 * s;
  const d3 = 7.5 * s2 - 1.5;
  const d4 = (17.5 * s2 - 7.5) * s;
  const d5 = (39.375 * s2 - 26.25) * s2 + 1.875;
  // μ Jn R^n / r^(n+2), n from 2.
  const ratio = WGS84_SEMI_MAJOR_AXIS_M * i;
  const p2 = point * ratio * ratio;
  const p3 = p2 * ratio;
  const c2 = p2 * EARTH_ZONALS[0];
  const c3 = p3 * EARTH_ZONALS[1];
  const c4 = p3 * ratio * EARTH_ZONALS[2];
  // r d(radial)/dr and d(radial)/ds, likewise for axial.
  const radialByR = 2 * point - (4 * c2 * d3 + 5 * c3 * d4 + 6 * c4 * d5);
  const axialByR = 4 * c2 * d2 + 5 * c3 * d3 + 6 * c4 * d4;
  const e4 = 52.5 * s2 - 7.5;
  const radialByS = c2 * 15 * s + c3 * e4 + c4 * (157.5 * s2 - 52.5) * s;
  const axialByS = -(c2 * 3 + c3 * 15 * s + c4 * e4);
  const g = result.gradient;
  for (let row = 0; row < 3; row += 1) {
    const k = row === 2 ? 1 : 0;
    const u = (row === 0 ? x : row === 1 ? y : z) * i;
    for (let column = 0; column < 3; column += 1) {
      const v = (column === 0 ? x : column === 1 ? y : z) * i;
      const turned = (column === 2 ? 1 : 0) - s * v;
      g[row * 3 + column] =
        i *
        ((radialByR * u + axialByR * k) * v +
          (radialByS * u + axialByS * k) * turned +
          radial * ((row === column ? 1 : 0) - u * v));
    }
  }
}

/**
 * Gravity along the radius, outwards, m/s², by one over the squared radius (1/m²), its root, and the sine of the
 * geocentric latitude; `axialPullMps2` is beside it along the axis. Numbers in and a number out: who follows
 * paths by the thousand a second holds all of a step in variables, which is half as long again as fast.
 */
export function radialPullMps2(i2: number, i: number, s: number): number {
  const s2 = s * s;
  const point = EARTH_MU_M3PS2 * i2;
  const ratio = WGS84_SEMI_MAJOR_AXIS_M * i;
  const p2 = point * ratio * ratio;
  const p3 = p2 * ratio;
  return (
    p2 * EARTH_ZONALS[0] * (7.5 * s2 - 1.5) +
    p3 * EARTH_ZONALS[1] * ((17.5 * s2 - 7.5) * s) +
    p3 * ratio * EARTH_ZONALS[2] * ((39.375 * s2 - 26.25) * s2 + 1.875) -
    point
  );
}

/** Gravity along the axis towards the north, m/s²; see `radialPullMps2`. */
export function axialPullMps2(i2: number, i: number, s: number): number {
  const s2 = s * s;
  const ratio = WGS84_SEMI_MAJOR_AXIS_M * i;
  const p2 = EARTH_MU_M3PS2 * i2 * ratio * ratio;
  const p3 = p2 * ratio;
  return -(
    p2 * EARTH_ZONALS[0] * (3 * s) +
    p3 * EARTH_ZONALS[1] * (7.5 * s2 - 1.5) +
    p3 * ratio * EARTH_ZONALS[2] * ((17.5 * s2 - 7.5) * s)
  );
}
