// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { coastAcceleration } from './gravity.ts';

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
