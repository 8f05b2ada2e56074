// SPDX-License-Identifier: Apache-2.0
// Refraction against ray tracing: Bouguer's law n r cos E = const through the same air, integrated
// finely, which holds to every order.

import { createRandom } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { discrepancies } from '../differences.fixture.ts';
import { exponentialRefraction, type Jet } from './refraction.ts';

const RADIUS_M = 6_371_000;
const DEGREE = Math.PI / 180;

/** A ray that leaves at an elevation and reaches a height: geometry and optical length. */
function trace(
  apparentRad: number,
  heightM: number,
): {
  readonly rangeM: number;
  readonly elevationRad: number;
  readonly opticalM: number;
  /** d(optical length)/d(elevation): by Fermat, how far the ray comes in beside the straight line. */
  readonly opticalBy: number;
} {
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
  const [rangeM, elevationRad] = [Math.hypot(x, y), Math.atan2(y, x)];
  const arriving = Math.acos(c / (n(top) * top)) - angle;
  const opticalBy = n(top) * rangeM * Math.sin(arriving - elevationRad);
  return { rangeM, elevationRad, opticalM, opticalBy };
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
    const label = `${heightM} m: ${error.elevation.value} for ${bending}, ${error.range.value} for ${delay}`;
    expect(Math.abs(error.elevation.value / bending - 1), label).toBeLessThan(share);
    expect(Math.abs(error.range.value / delay - 1), label).toBeLessThan(share);
    const crossing = Math.abs(error.range.byElevation / ray.opticalBy - 1);
    expect(crossing, label).toBeLessThan(2.5 * share);
  }
});

test('less air above a mountain bends less, and measured refractivity counts', () => {
  const sea = exponentialRefraction({ radiusM: RADIUS_M, heightM: 0 });
  const high = exponentialRefraction({ radiusM: RADIUS_M + 3_000, heightM: 3_000 });
  const dry = exponentialRefraction({ radiusM: RADIUS_M, heightM: 0, surfaceRefractivity: 250e-6 });
  const [a, b, c] = [sea, high, dry].map((of) => of(5e5, 0.1).elevation.value) as [
    number,
    number,
    number,
  ];
  expect(b / a).toBeCloseTo(Math.exp(-3_000 / 7_350), 2);
  // The bending is not quite proportional to the air: the ray runs higher where it is bent more.
  expect(c / a).toBeCloseTo(250 / 315, 2);
});

test('all derivatives, the second ones too, are those of the errors', () => {
  const refraction = exponentialRefraction({ radiusM: RADIUS_M, heightM: 500 });
  const random = createRandom('refraction/derivatives');
  for (let run = 0; run < 100; run += 1) {
    // Where there is air left at the target: beyond, the derivatives by range are rounding.
    const at =
      run % 2 === 0
        ? ([10 ** (3.5 + 1.2 * random.uniform()), 1.5 * random.uniform()] as const)
        : ([10 ** (4 + 1.7 * random.uniform()), 0.05 * random.uniform()] as const);
    const jets = (x: ArrayLike<number>): readonly Jet[] => {
      const { elevation, range } = refraction(x[0] as number, x[1] as number);
      return [elevation, range];
    };
    const values = (x: ArrayLike<number>): Float64Array =>
      Float64Array.from(jets(x).flatMap((jet) => [jet.value, jet.byRange, jet.byElevation]));
    const derivative = jets(at).flatMap((jet) => {
      const { byRange, byElevation, byRange2, byBoth, byElevation2 } = jet;
      return [byRange, byElevation, byRange2, byBoth, byBoth, byElevation2];
    });
    const steps = [Math.min(300, 0.01 * at[0]), 2e-3];
    expect(discrepancies(values, at, derivative, { steps }), `run ${run}`).toEqual([]);
  }
});
