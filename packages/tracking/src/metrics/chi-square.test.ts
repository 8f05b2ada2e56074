// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import checkValues from './check-values.json' with { type: 'json' };
import { chiSquareProbability, chiSquareQuantile } from './chi-square.ts';

test('quantiles are those of scipy, from one degree of freedom to forty-five thousand', () => {
  expect(checkValues.chiSquare.length).toBeGreaterThan(50);
  for (const { degrees, probability, quantile } of checkValues.chiSquare) {
    const label = `${degrees} degrees, ${probability}`;
    expect(chiSquareQuantile(probability, degrees) / quantile, label).toBeCloseTo(1, 8);
    expect(chiSquareProbability(quantile, degrees), label).toBeCloseTo(probability, 11);
  }
});

test('two degrees of freedom have their closed form', () => {
  for (const value of [0.01, 0.5, 2, 5.991, 30]) {
    expect(chiSquareProbability(value, 2)).toBeCloseTo(1 - Math.exp(-value / 2), 14);
  }
});

test('a chi-square variable is never negative', () => {
  expect(chiSquareProbability(0, 6)).toBe(0);
  expect(chiSquareProbability(-1, 6)).toBe(0);
});
