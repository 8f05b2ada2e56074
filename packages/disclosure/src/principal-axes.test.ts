// SPDX-License-Identifier: Apache-2.0
import { createRandom, dot } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { principalAxes } from './principal-axes.ts';

test('axes rebuild the matrix they were taken from, and are square to each other', () => {
  const random = createRandom('principal axes');
  for (let round = 0; round < 200; round += 1) {
    const root = Array.from({ length: 9 }, () => random.normal() * 10 ** (3 * random.uniform()));
    const full = Array.from({ length: 9 }, (_, k) => {
      const [i, j] = [Math.floor(k / 3), k % 3];
      return [0, 1, 2].reduce(
        (sum, m) => sum + (root[i * 3 + m] as number) * (root[j * 3 + m] as number),
        0,
      );
    });
    const { sigmas, axes } = principalAxes(full);
    const trace = (full[0] as number) + (full[4] as number) + (full[8] as number);
    for (let k = 0; k < 9; k += 1) {
      const rebuilt = axes.reduce(
        (sum, axis, m) =>
          sum +
          (sigmas[m] as number) ** 2 *
            (axis[Math.floor(k / 3)] as number) *
            (axis[k % 3] as number),
        0,
      );
      expect(Math.abs(rebuilt - (full[k] as number)), `round ${round}`).toBeLessThan(1e-9 * trace);
    }
    expect(sigmas[0]).toBeLessThanOrEqual(sigmas[1]);
    expect(sigmas[1]).toBeLessThanOrEqual(sigmas[2]);
    expect(Math.abs(dot(axes[0], axes[1]))).toBeLessThan(1e-12);
  }
});

test('what is added to every axis alike turns none', () => {
  const flat = [4, 1, 0, 1, 3, 0.5, 0, 0.5, 9];
  const raised = flat.map((v, k) => (k % 4 === 0 ? v + 1e6 : v));
  const [before, after] = [principalAxes(flat), principalAxes(raised)];
  expect(Math.abs(dot(before.axes[0], after.axes[0]))).toBeCloseTo(1, 12);
});
