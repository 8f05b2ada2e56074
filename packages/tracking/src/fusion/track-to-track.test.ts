// SPDX-License-Identifier: Apache-2.0
import { createRandom, multiply, transpose } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import type { Gaussian } from '../gaussian.ts';
import { intersect } from './intersection.ts';
import { fuseCorrelated, fuseNaive, fuseWithoutCommon, stepCross } from './track-to-track.ts';

/** A linear model with a position measured each second; Q for a second. */
interface Model {
  readonly n: number;
  readonly transition: readonly number[];
  readonly processNoise: readonly number[];
}

const WALK: Model = { n: 1, transition: [1], processNoise: [1] };

function constantVelocity(q: number): Model {
  return { n: 2, transition: [1, 1, 0, 1], processNoise: [q / 4, q / 2, q / 2, q] };
}

function predict(of: Gaussian, { n, transition, processNoise }: Model): Gaussian {
  const size = { n, m: n, p: n };
  const carried = multiply(
    multiply(transition, of.covariance, size),
    transpose(transition, n, n),
    size,
  );
  return {
    mean: multiply(transition, of.mean, { n, m: n, p: 1 }),
    covariance: carried.map((v, i) => v + (processNoise[i] as number)),
  };
}

/** Kalman update by the first component, and I - K H. */
function update(of: Gaussian, measured: number, variance: number): Gaussian & { left: number[] } {
  const n = of.mean.length;
  const spread = (of.covariance[0] as number) + variance;
  const gain = Array.from({ length: n }, (_, i) => (of.covariance[i * n] as number) / spread);
  const miss = measured - (of.mean[0] as number);
  const left = Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return (i === j ? 1 : 0) - (j === 0 ? (gain[i] as number) : 0);
  });
  return {
    mean: Array.from(of.mean, (v, i) => v + (gain[i] as number) * miss),
    covariance: multiply(left, of.covariance, { n, m: n, p: n }),
    left,
  };
}

/** Two equal filters and a pooled one in their steady state. */
function steady(model: Model): { single: Gaussian; cross: Float64Array; pooled: Gaussian } {
  const { n } = model;
  const start = {
    mean: new Float64Array(n),
    covariance: Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0)),
  };
  let single: Gaussian = start;
  let pooled: Gaussian = start;
  let cross = new Float64Array(n * n);
  for (let k = 0; k < 2000; k += 1) {
    const after = update(predict(single, model), 0, 1);
    single = after;
    pooled = update(predict(pooled, model), 0, 0.5);
    cross = Float64Array.from(
      stepCross(cross, { ...model, leftOfA: after.left, leftOfB: after.left }),
    );
  }
  return { single, cross, pooled };
}

function area({ covariance }: Gaussian): number {
  const [a = 0, b = 0, c = 0, d = 0] = Array.from(covariance);
  return Math.sqrt(a * d - b * c);
}

test('two sensors with common process noise in steady state (domain.md 8.1, vector 1)', () => {
  const table = [
    [0.01, 0.36, 0.1975, 0.18, 0.21556, 0.20578, 0.7147, 0.6924],
    [0.1, 0.54621, 0.162, 0.27311, 0.31735, 0.30413, 0.7042, 0.6816],
    [1, 0.75, 0.1111, 0.375, 0.41667, 0.4026, 0.6872, 0.6643],
  ] as const;
  for (const [q, p11, rho, naive, fused, central, areaFused, areaCentral] of table) {
    const { single, cross, pooled } = steady(constantVelocity(q));
    expect(single.covariance[0]).toBeCloseTo(p11, 5);
    expect((cross[0] as number) / (single.covariance[0] as number)).toBeCloseTo(rho, 4);
    expect(fuseNaive(single, single).covariance[0]).toBeCloseTo(naive, 5);
    const both = fuseCorrelated(single, single, cross);
    expect(both.covariance[0]).toBeCloseTo(fused, 5);
    expect(pooled.covariance[0]).toBeCloseTo(central, 5);
    expect(area(both) / area(single)).toBeCloseTo(areaFused, 4);
    expect(area(pooled) / area(single)).toBeCloseTo(areaCentral, 4);
    expect(area(fuseNaive(single, single)) / area(single)).toBeCloseTo(0.5, 9);
  }
});

test('the areas at both ends of the range of process noise (domain.md 8.1, vector 1)', () => {
  for (const [q, expected] of [
    [1e-4, 0.724],
    [100, 0.639],
  ] as const) {
    const { single, cross } = steady(constantVelocity(q));
    expect(area(fuseCorrelated(single, single, cross)) / area(single)).toBeCloseTo(expected, 3);
  }
});

test('a scalar random walk (domain.md 8.1, vector 1)', () => {
  const { single, cross, pooled } = steady(WALK);
  expect(single.covariance[0]).toBeCloseTo(0.61803, 5);
  expect(cross[0]).toBeCloseTo(0.17082, 5);
  expect(fuseNaive(single, single).covariance[0]).toBeCloseTo(0.30902, 5);
  expect(fuseCorrelated(single, single, cross).covariance[0]).toBeCloseTo(0.39443, 5);
  expect(pooled.covariance[0]).toBeCloseTo(0.36603, 5);
  expect(intersect(single, single).covariance[0]).toBeCloseTo(0.61803, 5);
});

test('naive fusion of the reference vectors (domain.md 8.1, vectors 2 and 3)', () => {
  const crossed = fuseNaive(
    { mean: [0, 0], covariance: [4, 0, 0, 1] },
    { mean: [1, 1], covariance: [1, 0, 0, 4] },
  );
  expect(Array.from(crossed.mean)).toEqual([expect.closeTo(0.8, 9), expect.closeTo(0.2, 9)]);
  expect(Array.from(crossed.covariance)).toEqual(
    [0.8, 0, 0, 0.8].map((v): unknown => expect.closeTo(v, 9)),
  );
  const edge = fuseNaive(
    { mean: [5, 10], covariance: [4, 1.8, 1.8, 3.5] },
    { mean: [10, 5], covariance: [6.5, 1.5, 1.5, 4.7] },
  );
  expect(Array.from(edge.mean)).toEqual([6.4067, 8.1651].map((v): unknown => expect.closeTo(v, 4)));
  expect(Array.from(edge.covariance)).toEqual(
    [2.435, 0.8919, 0.8919, 1.9894].map((v): unknown => expect.closeTo(v, 4)),
  );
});

test('errors of two filters are as dependent as the recursion says, over 2,000 runs', () => {
  const model = constantVelocity(0.1);
  const root = Math.sqrt(0.1);
  const runs = 2_000;
  let product = 0;
  let expected = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(`track-to-track/${run}`);
    const truth = [random.normal(), random.normal()];
    const start = { mean: [0, 0], covariance: [1, 0, 0, 1] };
    let [a, b]: [Gaussian, Gaussian] = [start, start];
    // One prior for both: at the start the errors are one and the same.
    let cross = Float64Array.of(1, 0, 0, 1);
    for (let k = 0; k < 10; k += 1) {
      const push = root * random.normal();
      truth[0] = (truth[0] as number) + (truth[1] as number) + push / 2;
      truth[1] = (truth[1] as number) + push;
      const look = (): number => (truth[0] as number) + random.normal();
      const afterA = update(predict(a, model), look(), 1);
      const afterB = update(predict(b, model), look(), 1);
      const lefts = { leftOfA: afterA.left, leftOfB: afterB.left };
      cross = Float64Array.from(stepCross(cross, { ...model, ...lefts }));
      [a, b] = [afterA, afterB];
    }
    const error = (of: Gaussian): number => (of.mean[0] as number) - (truth[0] as number);
    product += (error(a) * error(b)) / runs;
    expected = cross[0] as number;
  }
  // One sigma of the mean of a product of two such errors is about 0.55 / sqrt(2000) = 0.013.
  expect(expected).toBeGreaterThan(0.08);
  expect(Math.abs(product - expected)).toBeLessThan(0.05);
});

test('two sides with a channel filter equal one pooled filter to 1e-9, without process noise', () => {
  const model = constantVelocity(0);
  for (let run = 0; run < 20; run += 1) {
    const seed = `channel/${run}`;
    const random = createRandom(seed);
    const prior: Gaussian = { mean: [0, 0], covariance: [100, 0, 0, 10] };
    const sides = [prior, prior];
    let common = prior;
    let pooled = prior;
    for (let k = 1; k <= 60; k += 1) {
      common = predict(common, model);
      pooled = predict(pooled, model);
      for (const side of [0, 1]) {
        sides[side] = predict(sides[side] as Gaussian, model);
        if (random.chance(1, 3)) continue;
        const look = 3 * k + random.normal();
        sides[side] = update(sides[side], look, 1 + side);
        pooled = update(pooled, look, 1 + side);
      }
      if (k % 7 !== 0) continue;
      const [a, b] = sides as [Gaussian, Gaussian];
      common = fuseWithoutCommon(a, b, common) ?? prior;
      sides.fill(common);
      for (const [i, v] of Array.from(pooled.mean).entries()) {
        expect(Math.abs((common.mean[i] as number) - v), seed).toBeLessThan(
          1e-9 * Math.abs(v) + 1e-9,
        );
      }
      for (const [i, v] of Array.from(pooled.covariance).entries()) {
        expect(Math.abs((common.covariance[i] as number) - v), seed).toBeLessThan(1e-9);
      }
    }
  }
});

test('a rumour that comes back shrinks nothing, however often', () => {
  const a: Gaussian = { mean: [5, 10], covariance: [4, 1.8, 1.8, 3.5] };
  // A tells B, B knows nothing else and tells A again: all of it is common.
  let held = a;
  for (let round = 0; round < 50; round += 1) {
    held = fuseWithoutCommon(held, a, a) as Gaussian;
  }
  Array.from(a.covariance).forEach((v, i) => {
    expect(held.covariance[i]).toBeCloseTo(v, 9);
  });
  // The control: naively it would be fifty times as sure after fifty rounds.
  let rumour = a;
  for (let round = 0; round < 49; round += 1) rumour = fuseNaive(rumour, a);
  expect(rumour.covariance[0]).toBeCloseTo(4 / 50, 9);
  // What B adds of its own counts once.
  const added = fuseNaive(a, { mean: [6, 9], covariance: [9, 0, 0, 9] });
  const joined = fuseWithoutCommon(a, added, a) as Gaussian;
  Array.from(added.covariance).forEach((v, i) => {
    expect(joined.covariance[i]).toBeCloseTo(v, 9);
  });
  expect(joined.mean[0]).toBeCloseTo(added.mean[0] as number, 9);
});

test('a common part that is larger than what was told is found out', () => {
  const one: Gaussian = { mean: [0, 0], covariance: [4, 0, 0, 4] };
  const sure: Gaussian = { mean: [0, 0], covariance: [1, 0, 0, 1] };
  expect(fuseWithoutCommon(one, one, sure)).toBeNull();
  expect(() => fuseNaive(one, { mean: [0, 0], covariance: [-9, 0, 0, 1] })).toThrow(TrackingError);
});
