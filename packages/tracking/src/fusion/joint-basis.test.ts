// SPDX-License-Identifier: Apache-2.0
import { createRandom, multiply, transpose } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import { jointBasis, symmetricEigen } from './joint-basis.ts';

test('both covariances are made again from the basis, and the inverse is that of it', () => {
  for (let run = 0; run < 100; run += 1) {
    const seed = `joint-basis/${run}`;
    const random = createRandom(seed);
    const n = 1 + random.integer(6);
    const size = { n, m: n, p: n };
    const draw = (scale: number): Float64Array => {
      const root = Float64Array.from({ length: n * n }, () => scale * random.normal());
      return multiply(root, transpose(root, n, n), size).map(
        (v, i) => v + (i % (n + 1) === 0 ? (scale * scale) / 10 : 0),
      );
    };
    const [a, b] = [draw(1000), draw(1)];
    const { basis, inverse, ratios } = jointBasis(a, b, n);
    const scaled = basis.map((v, i) => v * (ratios[i % n] as number));
    const unit = multiply(basis, inverse, size);
    multiply(basis, transpose(basis, n, n), size).forEach((v, i) => {
      expect(v, seed).toBeCloseTo(b[i] as number, 9);
    });
    multiply(scaled, transpose(basis, n, n), size).forEach((v, i) => {
      expect(Math.abs(v - (a[i] as number)), seed).toBeLessThan(1e-4);
    });
    unit.forEach((v, i) => {
      expect(v, seed).toBeCloseTo(i % (n + 1) === 0 ? 1 : 0, 8);
    });
  }
});

test('eigenvalues of a known matrix', () => {
  const { values } = symmetricEigen([2, -1, 0, -1, 2, -1, 0, -1, 2], 3);
  const found = Array.from(values).sort((x, y) => x - y);
  [2 - Math.SQRT2, 2, 2 + Math.SQRT2].forEach((v, i) => {
    expect(found[i]).toBeCloseTo(v, 12);
  });
});

test('what is no covariance is refused with its code', () => {
  expect(() => jointBasis([1, 2, 2, 1], [1, 0, 0, 1], 2)).toThrow(TrackingError);
  expect(() => jointBasis([1, 0, 0, 1], [1, 2, 2, 1], 2)).toThrow(TrackingError);
});
