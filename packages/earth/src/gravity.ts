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

function gravity(
  x: number,
  y: number,
  z: number,
  result: AccelerationResult,
  withGradient: boolean,
): void {
  const r2 = x * x + y * y + z * z;
  const r = Math.sqrt(r2);
  const ux = x / r;
  const uy = y / r;
  const s = z / r;
  const s2 = s * s;
  const point = EARTH_MU_M3PS2 / r2;
  // Coefficients of r̂ and k̂ in the acceleration, summed over n.
  let radial = -point;
  let axial = 0;
  // d(radial)/dr and d(radial)/ds, likewise for axial: what the gradient needs.
  let radialByR = (2 * point) / r;
  let axialByR = 0;
  let radialByS = 0;
  let axialByS = 0;
  const d1 = [
    3 * s,
    (15 * s2 - 3) / 2,
    (140 * s2 - 60) * s * 0.125,
    (315 * s2 * s2 - 210 * s2 + 15) * 0.125,
  ];
  const d2 = [3, 15 * s, (420 * s2 - 60) * 0.125, (1260 * s2 - 420) * s * 0.125];
  let power = point;
  for (let i = 0; i < 3; i += 1) {
    power =
      i === 0 ? point * (WGS84_SEMI_MAJOR_AXIS_M / r) ** 2 : (power * WGS84_SEMI_MAJOR_AXIS_M) / r;
    const c = power * (EARTH_ZONALS[i] as number);
    const a = d1[i + 1] as number;
    const b = d1[i] as number;
    radial += c * a;
    axial -= c * b;
    const n = i + 2;
    radialByR -= ((n + 2) * c * a) / r;
    axialByR += ((n + 2) * c * b) / r;
    radialByS += c * (d2[i + 1] as number);
    axialByS -= c * (d2[i] as number);
  }
  const acceleration = result.acceleration;
  acceleration[0] = radial * ux;
  acceleration[1] = radial * uy;
  acceleration[2] = radial * s + axial;
  if (!withGradient) return;
  const g = result.gradient;
  const u = [ux, uy, s];
  for (let row = 0; row < 3; row += 1) {
    const k = row === 2 ? 1 : 0;
    const uRow = u[row] as number;
    for (let column = 0; column < 3; column += 1) {
      const uColumn = u[column] as number;
      const sByColumn = ((column === 2 ? 1 : 0) - s * uColumn) / r;
      g[row * 3 + column] =
        (radialByR * uRow + axialByR * k) * uColumn +
        (radialByS * uRow + axialByS * k) * sByColumn +
        (radial * ((row === column ? 1 : 0) - uRow * uColumn)) / r;
    }
  }
}
