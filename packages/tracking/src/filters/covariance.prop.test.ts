// SPDX-License-Identifier: Apache-2.0
// A million steps of prediction and update under random laws, steps of 0.001 to 100 s and
// measurements 1e-12 to 1e12 times as certain as the belief: a covariance stays one. The seed is
// printed when it does not.

import { cholesky, createRandom, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import type { Gaussian } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import { constantAcceleration, constantVelocity } from '../models/straight.ts';
import { coordinatedTurn } from '../models/turn.ts';
import type { MeasurementModel } from '../sensors/measurement-model.ts';
import { predictExtended, updateExtended } from './extended.ts';
import { linearSensor, randomCovariance } from './linear.fixture.ts';
import { gaussianOf, predictRoot, rootOf, updateRoot } from './square-root.ts';
import { lowerRoot } from './triangular.ts';
import { predictUnscented, updateUnscented } from './unscented.ts';

const tenTo = (random: Random, low: number, high: number): number =>
  10 ** (low + (high - low) * random.uniform());

function randomLaw(random: Random): MotionModel {
  const density = random.chance(1, 4) ? 0 : tenTo(random, -6, 3);
  switch (random.integer(4)) {
    case 0:
      return constantVelocity({ dimensions: 1, accelerationDensity: density });
    case 1:
      return constantVelocity({ dimensions: 2, accelerationDensity: density });
    case 2:
      return constantAcceleration({ dimensions: 1, jerkDensity: density });
    default:
      return coordinatedTurn({
        vertical: null,
        accelerationDensity: density,
        turnRateDensity: density * 1e-9,
      });
  }
}

/** One or two numbers of the state in random mixture, up to `decades` more or less certain than it. */
function randomSensor(
  random: Random,
  covariance: ArrayLike<number>,
  n: number,
  decades: number,
): MeasurementModel {
  const size = 1 + random.integer(2);
  const h = Float64Array.from({ length: size * n }, () => random.normal());
  let spread = 0;
  for (let i = 0; i < n; i += 1) spread = Math.max(spread, covariance[i * (n + 1)] as number);
  return linearSensor(h, randomCovariance(random, size, spread * tenTo(random, -decades, decades)));
}

const startOf = (
  random: Random,
  n: number,
  decades: number,
): { readonly mean: Float64Array; readonly covariance: Float64Array } => ({
  mean: Float64Array.from({ length: n }, () => random.normal()),
  covariance: randomCovariance(random, n, tenTo(random, -decades, decades)),
});

/** Steps of one law before another is drawn. */
const STEPS = 50;

test('the root stays the root of a covariance for a million steps', { timeout: 300_000 }, () => {
  const faults: string[] = [];
  let steps = 0;
  for (let run = 0; steps < 1_000_000; run += 1) {
    const seed = `covariance/root/${run}`;
    const random = createRandom(seed);
    const law = randomLaw(random);
    const n = law.size;
    let belief = rootOf(startOf(random, n, 12));
    let sensor = randomSensor(random, gaussianOf(belief).covariance, n, 12);
    for (let k = 0; k < STEPS; k += 1) {
      belief = predictRoot(law, belief, tenTo(random, -3, 2)).belief;
      if (k % 5 === 0) sensor = randomSensor(random, gaussianOf(belief).covariance, n, 12);
      const { value } = sensor.predict(belief.mean);
      belief = updateRoot(sensor, belief, value).belief;
      steps += 2;
      for (let i = 0; i < n; i += 1) {
        const pivot = belief.root[i * (n + 1)] as number;
        if (pivot > 0 && pivot < Number.POSITIVE_INFINITY) continue;
        faults.push(`seed ${seed}, step ${k}: pivot ${i} is ${pivot}`);
      }
    }
  }
  expect(faults.slice(0, 5)).toEqual([]);
  expect(steps).toBe(1_000_000);
});

/** A reason why this is not a covariance, or null. */
function faultOf(covariance: ArrayLike<number>, n: number): string | null {
  for (let i = 0; i < n; i += 1) {
    if (!((covariance[i * (n + 1)] as number) > 0)) return `variance ${i} is not positive`;
    for (let j = 0; j < i; j += 1) {
      if (covariance[i * n + j] !== covariance[j * n + i]) return `${i}, ${j} is not ${j}, ${i}`;
    }
  }
  return lowerRoot(covariance, n) === null ? 'not positive' : null;
}

test('a covariance kept as such stays symmetric to the bit and not negative', () => {
  const faults: string[] = [];
  for (let run = 0; run < 400; run += 1) {
    const seed = `covariance/kept/${run}`;
    const random = createRandom(seed);
    const law = randomLaw(random);
    let belief: Gaussian = startOf(random, law.size, 12);
    for (let k = 0; k < STEPS; k += 1) {
      belief = predictExtended(law, belief, tenTo(random, -3, 2)).belief;
      const sensor = randomSensor(random, belief.covariance, law.size, 12);
      belief = updateExtended(sensor, belief, sensor.predict(belief.mean).value).belief;
      const fault = faultOf(belief.covariance, law.size);
      if (fault !== null) faults.push(`seed ${seed}, step ${k}: ${fault}`);
    }
  }
  expect(faults).toEqual([]);
});

test('so does the unscented one, down to where its points fall on one another', () => {
  const faults: string[] = [];
  for (let run = 0; run < 200; run += 1) {
    const seed = `covariance/unscented/${run}`;
    const random = createRandom(seed);
    const law = constantVelocity({ dimensions: 2, accelerationDensity: tenTo(random, -3, 3) });
    let belief: Gaussian = startOf(random, law.size, 3);
    for (let k = 0; k < STEPS; k += 1) {
      belief = predictUnscented(law, belief, tenTo(random, -1, 2));
      const sensor = randomSensor(random, belief.covariance, law.size, 5);
      belief = updateUnscented(sensor, belief, sensor.predict(belief.mean).value).belief;
      const fault = faultOf(belief.covariance, law.size);
      if (fault !== null) faults.push(`seed ${seed}, step ${k}: ${fault}`);
    }
  }
  expect(faults).toEqual([]);
});

test('where the textbook update fails: the reason for roots', () => {
  // Two nearly equal, nearly exact measurements of a wide belief; P' = (I - K H) P in doubles.
  const prior = { mean: [0, 0], covariance: [1e12, 0, 0, 1e12] };
  const first = linearSensor([1, 1], [1e-9]);
  const second = linearSensor([1, 1 + 1e-7], [1e-9]);
  let textbook = prior.covariance;
  let ours = rootOf(prior);
  for (const sensor of [first, second, first]) {
    const h = sensor.predict([0, 0]).byState;
    const [h0, h1] = [h[0] as number, h[1] as number];
    const [a, b, c, d] = textbook as [number, number, number, number];
    const column = [a * h0 + b * h1, c * h0 + d * h1] as const;
    const total = h0 * column[0] + h1 * column[1] + (sensor.noise[0] as number);
    const gain = [column[0] / total, column[1] / total] as const;
    textbook = [
      a - gain[0] * column[0],
      b - gain[0] * column[1],
      c - gain[1] * column[0],
      d - gain[1] * column[1],
    ];
    ours = updateRoot(sensor, ours, [0]).belief;
  }
  expect(cholesky(textbook, 2), 'singular').toBeNull();
  // By hand: information [[1, 1], [1, 1]] 2e9 + [1, 1+e] [1, 1+e]ᵀ 1e9, its inverse to first order.
  const information = 3e9;
  const determinant = 2e9 * 1e9 * 1e-14;
  const variance = gaussianOf(ours).covariance[0] as number;
  expect(variance / (information / determinant)).toBeCloseTo(1, 4);
});
