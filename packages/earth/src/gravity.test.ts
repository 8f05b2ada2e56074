// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { coastAcceleration, coriolisMatrix, EARTH_ZONALS } from './gravity.ts';

function accelerationAt(state: readonly number[]): Float64Array {
  const acceleration = new Float64Array(3);
  coastAcceleration(state, { acceleration, gradient: new Float64Array(9) }, false);
  return acceleration;
}

test('the gradient agrees with fourth-order central differences to 1e-8 of its size', () => {
  const state = [4.1e6, 3.2e6, 4.4e6, -3000, 2500, 3100];
  const gradient = new Float64Array(9);
  coastAcceleration(state, { acceleration: new Float64Array(3), gradient }, true);
  const step = 2000;
  const size = Math.max(...gradient.map(Math.abs));
  for (let column = 0; column < 3; column += 1) {
    const at = (k: number): Float64Array =>
      accelerationAt(state.map((v, i) => (i === column ? v + k * step : v)));
    const [m2, m1, p1, p2] = [at(-2), at(-1), at(1), at(2)] as const;
    for (let row = 0; row < 3; row += 1) {
      const numeric =
        ((m2[row] ?? 0) - 8 * (m1[row] ?? 0) + 8 * (p1[row] ?? 0) - (p2[row] ?? 0)) / (12 * step);
      expect(Math.abs(numeric - (gradient[row * 3 + column] ?? 0)) / size).toBeLessThan(1e-8);
    }
  }
});

test('a body at rest at the equator feels 9.780 m/s^2 of normal gravity', () => {
  // WGS 84 normal gravity at the equator is 9.7803 m/s^2, centrifugal part included.
  expect(accelerationAt([6378137, 0, 0, 0, 0, 0])[0]).toBeCloseTo(-9.7803, 3);
});

test('normal gravity at the poles is 9.832 m/s^2, and falls to zero acceleration at geostationary height', () => {
  // WGS 84 normal gravity at the poles: 9.8321849 m/s^2. J6 and above are left out here.
  expect(accelerationAt([0, 0, 6356752.3142, 0, 0, 0])[2]).toBeCloseTo(-9.83218, 3);
  expect(accelerationAt([0, 0, -6356752.3142, 0, 0, 0])[2]).toBeCloseTo(9.83218, 3);
  // 42,164.17 km is the two-body radius; J2 raises the circular orbit by half a kilometre.
  expect(Math.abs(accelerationAt([42_164_700, 0, 0, 0, 0, 0])[0] as number)).toBeLessThan(1e-6);
});

test('gravity is the slope of the published potential, harmonic by harmonic in sum', () => {
  const mu = 3.986004418e14;
  const [j2, j3, j4] = EARTH_ZONALS;
  const w = 7.292115e-5;
  const potential = (x: number, y: number, z: number): number => {
    const r = Math.hypot(x, y, z);
    const s = z / r;
    const q = 6378137 / r;
    const p2 = (3 * s * s - 1) / 2;
    const p3 = (5 * s ** 3 - 3 * s) / 2;
    const p4 = (35 * s ** 4 - 30 * s * s + 3) / 8;
    const terms = j2 * q ** 2 * p2 + j3 * q ** 3 * p3 + j4 * q ** 4 * p4;
    return (mu / r) * (1 - terms) + (w * w * (x * x + y * y)) / 2;
  };
  for (const [x, y, z] of [
    [4.1e6, 3.2e6, 4.4e6],
    [-1e6, 6.6e6, -2e6],
    [1e5, -1e5, 6.5e6],
  ] as const) {
    const h = 100;
    const slope = [
      (potential(x + h, y, z) - potential(x - h, y, z)) / (2 * h),
      (potential(x, y + h, z) - potential(x, y - h, z)) / (2 * h),
      (potential(x, y, z + h) - potential(x, y, z - h)) / (2 * h),
    ];
    const a = accelerationAt([x, y, z, 0, 0, 0]);
    for (let i = 0; i < 3; i += 1) expect(a[i]).toBeCloseTo(slope[i] as number, 7);
  }
});

test('a free body keeps its energy in the rotating frame: acceleration does no Coriolis work', () => {
  const still = accelerationAt([4.1e6, 3.2e6, 4.4e6, 0, 0, 0]);
  const moving = accelerationAt([4.1e6, 3.2e6, 4.4e6, -3000, 2500, 3100]);
  const work = [-3000, 2500, 3100].reduce(
    (sum, v, i) => sum + v * ((moving[i] as number) - (still[i] as number)),
    0,
  );
  expect(Math.abs(work)).toBeLessThan(1e-9);
  for (let i = 0; i < 3; i += 1) {
    const byVelocity = [-3000, 2500, 3100].reduce(
      (sum, v, j) => sum + v * (coriolisMatrix[i * 3 + j] as number),
      0,
    );
    expect((moving[i] as number) - (still[i] as number)).toBeCloseTo(byVelocity, 12);
  }
});
