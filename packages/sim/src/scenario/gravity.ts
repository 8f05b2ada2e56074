// SPDX-License-Identifier: Apache-2.0
// Gravity of the truth, in an inertial frame: point mass and zonal harmonics J2 to J4, term by term
// in Cartesian form (Vallado, Fundamentals of Astrodynamics, 4th ed., 8.7.1). It is written apart
// from earth's `coastAcceleration` on purpose: the truth shares no model code with a tracker, and
// a test compares the two.

const MU_M3PS2 = 3.986004418e14;
const RADIUS_M = 6378137;
const J2 = 1.08262668e-3;
const J3 = -2.53265649e-6;
const J4 = -1.61962159e-6;

/**
 * Gravity at an inertial position (the z axis is the Earth's), m/s^2, written to `out[0..2]`.
 *
 * The caller guarantees a position outside the Earth's core.
 */
export function inertialGravity(x: number, y: number, z: number, out: Float64Array): void {
  const r2 = x * x + y * y + z * z;
  const r = Math.sqrt(r2);
  const k = RADIUS_M / r;
  const s = z / r;
  const q = s * s;
  const k2 = k * k;
  const c2 = 1.5 * J2 * k2;
  const c3 = 2.5 * J3 * k2 * k;
  const c4 = 1.875 * J4 * k2 * k2;
  const point = -MU_M3PS2 / r2;
  const common = c3 * s * (3 - 7 * q) - c4 * (1 - 14 * q + 21 * q * q);
  const equatorial = 1 + c2 * (1 - 5 * q) + common;
  const axial = c3 * (6 * q - 7 * q * q - 0.6) - c4 * s * (5 - (70 / 3) * q + 21 * q * q);
  out[0] = (point * x * equatorial) / r;
  out[1] = (point * y * equatorial) / r;
  out[2] = point * (s * (1 + c2 * (3 - 5 * q)) + axial);
}

/** Gravitational potential energy of a unit mass, m^2/s^2; what the energy test conserves. */
export function gravityPotential(x: number, y: number, z: number): number {
  const r = Math.sqrt(x * x + y * y + z * z);
  const s = z / r;
  const k = RADIUS_M / r;
  const p2 = (3 * s * s - 1) / 2;
  const p3 = (5 * s * s * s - 3 * s) / 2;
  const p4 = (35 * s ** 4 - 30 * s * s + 3) / 8;
  return (-MU_M3PS2 / r) * (1 - J2 * k ** 2 * p2 - J3 * k ** 3 * p3 - J4 * k ** 4 * p4);
}
