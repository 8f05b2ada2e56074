// SPDX-License-Identifier: Apache-2.0
import { createRandom, invertPositive, multiply, type Random, transpose } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import type { Gaussian } from '../gaussian.ts';
import { type Criterion, intersect, intersectAll, intersectInverse } from './intersection.ts';

const CRITERIA: readonly Criterion[] = ['determinant', 'trace'];

function randomGaussian(random: Random, n: number): Gaussian {
  const root = Float64Array.from({ length: n * n }, () => random.normal());
  const covariance = multiply(root, transpose(root, n, n), { n, m: n, p: n });
  for (let i = 0; i < n; i += 1) covariance[i * n + i] = (covariance[i * n + i] as number) + 0.1;
  return { mean: Float64Array.from({ length: n }, () => random.normal()), covariance };
}

/** Product of the pivots of elimination. */
function determinant(matrix: ArrayLike<number>, n: number): number {
  const a = Float64Array.from(matrix);
  let product = 1;
  for (let i = 0; i < n; i += 1) {
    const pivot = a[i * n + i] as number;
    product *= pivot;
    for (let k = i + 1; k < n; k += 1) {
      const factor = (a[k * n + i] as number) / pivot;
      for (let j = i; j < n; j += 1) {
        a[k * n + j] = (a[k * n + j] as number) - factor * (a[i * n + j] as number);
      }
    }
  }
  return product;
}

function sizeOf(covariance: ArrayLike<number>, n: number, criterion: Criterion): number {
  if (criterion === 'determinant') return determinant(covariance, n);
  return Array.from({ length: n }, (_, i) => covariance[i * n + i] as number).reduce(
    (s, v) => s + v,
  );
}

/** The formulas of the papers with a given weight. */
function byFormula(a: Gaussian, b: Gaussian, w: number): { ci: Float64Array; ici: Float64Array } {
  const n = a.mean.length;
  const inverse = (m: ArrayLike<number>): Float64Array => invertPositive(m, n) as Float64Array;
  const blend = (x: ArrayLike<number>, y: ArrayLike<number>): Float64Array =>
    Float64Array.from(x, (v, i) => w * v + (1 - w) * (y[i] as number));
  const [ya, yb] = [inverse(a.covariance), inverse(b.covariance)];
  const shared = inverse(blend(a.covariance, b.covariance));
  return {
    ci: inverse(blend(ya, yb)),
    ici: inverse(ya.map((v, i) => v + (yb[i] as number) - (shared[i] as number))),
  };
}

function expectNear(found: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(Array.from(found)).toEqual(expected.map((v): unknown => expect.closeTo(v, digits)));
}

test('two crossed ellipses (domain.md 8.1, vector 2)', () => {
  const a = { mean: [0, 0], covariance: [4, 0, 0, 1] };
  const b = { mean: [1, 1], covariance: [1, 0, 0, 4] };
  for (const criterion of CRITERIA) {
    const ci = intersect(a, b, criterion);
    expect(ci.weight).toBeCloseTo(0.5, 6);
    expectNear(ci.mean, [0.8, 0.2], 6);
    expectNear(ci.covariance, [1.6, 0, 0, 1.6], 6);
    const ici = intersectInverse(a, b, criterion);
    expect(ici.weight).toBeCloseTo(0.5, 6);
    expectNear(ici.mean, [0.9412, 0.0588], 4);
    expectNear(ici.covariance, [1.1765, 0, 0, 1.1765], 4);
  }
});

test('one estimate that the other adds nothing to (domain.md 8.1, vector 3)', () => {
  const a = { mean: [5, 10], covariance: [4, 1.8, 1.8, 3.5] };
  const b = { mean: [10, 5], covariance: [6.5, 1.5, 1.5, 4.7] };
  const inverse = intersectInverse(a, b, 'trace');
  // The weights of the inverse are of what is shared: all of the other one.
  expect(inverse.weight).toBe(0);
  const others = CRITERIA.map((criterion) => intersect(a, b, criterion));
  expect(others.map(({ weight }) => weight)).toEqual([1, 1]);
  for (const found of [inverse, ...others]) {
    expectNear(found.mean, [5, 10], 12);
    expectNear(found.covariance, [4, 1.8, 1.8, 3.5], 12);
  }
});

test('three tracks, weights of either criterion (domain.md 8.1, vector 4)', () => {
  const three = [
    { mean: [1, 2, 0], covariance: [10, 5, 0, 5, 10, 0, 0, 0, 1] },
    { mean: [2, 2, 0], covariance: [10, -5, 0, -5, 10, 0, 0, 0, 1] },
    { mean: [2, 3, 0], covariance: [12, 9, 0, 9, 12, 0, 0, 0, 1] },
  ];
  const small = intersectAll(three, 'determinant');
  expectNear(small.weights, [0, 0.469, 0.531], 3);
  expectNear(small.mean, [1.6812, 2.5311, 0], 3);
  expect(determinant(small.covariance, 3)).toBeCloseTo(40.32, 2);
  expect(small.covariance[0]).toBeCloseTo(6.5994, 2);
  expect(small.covariance[1]).toBeCloseTo(1.7979, 2);
  const short = intersectAll(three, 'trace');
  expectNear(short.weights, [0, 0.577, 0.423], 3);
  expectNear(short.mean, [1.6815, 2.4671, 0], 3);
  expect(sizeOf(short.covariance, 3, 'trace')).toBeCloseTo(13.9498, 4);
});

test('no weight of a hundred does better, and the covariance is that of the formula', () => {
  for (let run = 0; run < 20; run += 1) {
    const seed = `intersection/${run}`;
    const random = createRandom(seed);
    const n = 1 + random.integer(6);
    const [a, b] = [randomGaussian(random, n), randomGaussian(random, n)];
    for (const criterion of CRITERIA) {
      const ci = intersect(a, b, criterion);
      const ici = intersectInverse(a, b, criterion);
      expectNear(ci.covariance, [...byFormula(a, b, ci.weight).ci], 9);
      expectNear(ici.covariance, [...byFormula(a, b, ici.weight).ici], 9);
      for (let k = 0; k <= 100; k += 1) {
        const tried = byFormula(a, b, k / 100);
        const ciTried = sizeOf(tried.ci, n, criterion);
        const iciTried = sizeOf(tried.ici, n, criterion);
        expect(sizeOf(ci.covariance, n, criterion), seed).toBeLessThan(ciTried * (1 + 1e-9));
        expect(sizeOf(ici.covariance, n, criterion), seed).toBeLessThan(iciTried * (1 + 1e-9));
      }
    }
  }
});

test('of two the many-fold intersection is the two-fold; of three no random weights do better', () => {
  for (let run = 0; run < 6; run += 1) {
    const seed = `intersection/all/${run}`;
    const random = createRandom(seed);
    const three = [1, 2, 3].map(() => randomGaussian(random, 3));
    const [a, b] = three as [Gaussian, Gaussian, Gaussian];
    for (const criterion of CRITERIA) {
      const two = intersect(a, b, criterion);
      const same = intersectAll([a, b], criterion);
      expectNear(same.mean, Array.from(two.mean), 6);
      expectNear(same.covariance, Array.from(two.covariance), 6);
      const best = sizeOf(intersectAll(three, criterion).covariance, 3, criterion);
      for (let k = 0; k < 200; k += 1) {
        const cuts = [random.uniform(), random.uniform()].sort((x, y) => x - y) as [number, number];
        const weights = [cuts[0], cuts[1] - cuts[0], 1 - cuts[1]];
        const mixed = new Float64Array(9);
        three.forEach(({ covariance }, t) => {
          const y = invertPositive(covariance, 3) as Float64Array;
          for (let i = 0; i < 9; i += 1) {
            mixed[i] = (mixed[i] as number) + (weights[t] as number) * (y[i] as number);
          }
        });
        const tried = sizeOf(invertPositive(mixed, 3) as Float64Array, 3, criterion);
        expect(best, seed).toBeLessThan(tried * (1 + 1e-6));
      }
    }
  }
});

test('the intersection of equal covariances gains nothing, the inverse of equal estimates neither', () => {
  const random = createRandom('intersection/equal');
  const one = randomGaussian(random, 6);
  const two = { ...one, mean: Float64Array.from(one.mean, (v) => v + 1) };
  expectNear(intersect(one, two).covariance, Array.from(one.covariance), 9);
  expectNear(intersectInverse(one, two).covariance, Array.from(one.covariance), 9);
});

test('nothing, and what is no covariance, is refused with its code', () => {
  const good = { mean: [0, 0], covariance: [1, 0, 0, 1] };
  const bad = { mean: [0, 0], covariance: [1, 2, 2, 1] };
  expect(() => intersectAll([])).toThrow(TrackingError);
  expect(() => intersect(good, bad)).toThrow(TrackingError);
  expect(() => intersectInverse(bad, good)).toThrow(TrackingError);
  expect(() => intersectAll([good, bad])).toThrow(TrackingError);
});
