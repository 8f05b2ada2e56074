// SPDX-License-Identifier: Apache-2.0
// Refraction against ray tracing: Bouguer's law n r cos E = const through the same air, integrated
// finely, which holds to every order.

import { expect, test } from 'vitest';
import { exponentialRefraction } from './refraction.ts';

const RADIUS_M = 6_371_000;
const DEGREE = Math.PI / 180;

/** A ray that leaves at an elevation and reaches a height: geometry and optical length. */
function trace(
  apparentRad: number,
  heightM: number,
): { readonly rangeM: number; readonly elevationRad: number; readonly opticalM: number } {
  const n = (r: number): number => 1 + 315e-6 * Math.exp(-(r - RADIUS_M) / 7_350);
  const c = n(RADIUS_M) * RADIUS_M * Math.cos(apparentRad);
  const count = 40_000;
  const end = Math.sqrt(heightM);
  let [angle, opticalM] = [0, 0];
  // r = r_0 + q²: the square root at a horizontal start is taken away. Midpoints.
  for (let i = 0; i < count; i += 1) {
    const q = (end * (i + 0.5)) / count;
    const r = RADIUS_M + q * q;
    const root = Math.sqrt((n(r) * r) ** 2 - c * c);
    const dr = (2 * q * end) / count;
    angle += (c / (r * root)) * dr;
    opticalM += ((n(r) ** 2 * r) / root) * dr;
  }
  const top = RADIUS_M + heightM;
  const [x, y] = [top * Math.sin(angle), top * Math.cos(angle) - RADIUS_M];
  return { rangeM: Math.hypot(x, y), elevationRad: Math.atan2(y, x), opticalM };
}

test.each([
  [0, 0.012],
  [1, 0.006],
  [3, 0.002],
  [10, 4e-4],
  [30, 4e-4],
  [80, 4e-4],
])('at %d degrees agrees with ray tracing within the stated share', (degrees, share) => {
  const refraction = exponentialRefraction({ radiusM: RADIUS_M, heightM: 0 });
  for (const heightM of [1_000, 10_000, 100_000, 1_000_000]) {
    const ray = trace(degrees * DEGREE, heightM);
    const error = refraction(ray.rangeM, ray.elevationRad);
    const bending = degrees * DEGREE - ray.elevationRad;
    const delay = ray.opticalM - ray.rangeM;
    const label = `${heightM} m: ${error.elevationRad} for ${bending}, ${error.rangeM} for ${delay}`;
    expect(Math.abs(error.elevationRad / bending - 1), label).toBeLessThan(share);
    expect(Math.abs(error.rangeM / delay - 1), label).toBeLessThan(share);
  }
});

test('less air above a mountain bends less, and measured refractivity counts', () => {
  const sea = exponentialRefraction({ radiusM: RADIUS_M, heightM: 0 });
  const high = exponentialRefraction({ radiusM: RADIUS_M + 3_000, heightM: 3_000 });
  const dry = exponentialRefraction({ radiusM: RADIUS_M, heightM: 0, surfaceRefractivity: 250e-6 });
  const [a, b, c] = [sea, high, dry].map((of) => of(5e5, 0.1).elevationRad) as [
    number,
    number,
    number,
  ];
  expect(b / a).toBeCloseTo(Math.exp(-3_000 / 7_350), 2);
  // The bending is not quite proportional to the air: the ray runs higher where it is bent more.
  expect(c / a).toBeCloseTo(250 / 315, 2);
});
