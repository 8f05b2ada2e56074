// SPDX-License-Identifier: Apache-2.0
// Considered biases against what they really do: the filter is linear in the prior, the noise and
// the bias, so its true error covariance can be written down and summed.

import {
  createRandom,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  invertPositive,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import { quadratic } from '../fusion/information.ts';
import { type Gaussian, minus } from '../gaussian.ts';
import { coastModel } from '../models/coast-model.ts';
import { constantVelocity } from '../models/straight.ts';
import { type BiasedMeasurementModel, independent } from '../sensors/measurement-model.ts';
import { positionReport } from '../sensors/position-report.ts';
import { radarModel } from '../sensors/radar-model.ts';
import {
  type Considered,
  considered,
  considerPredict,
  considerUpdate,
  stateOf,
} from './consider.ts';
import { predictExtended, updateExtended } from './extended.ts';

/** Reports of position on a line, all off by one unknown offset, twice as much by a scaled one. */
function offsetReport(variance: number, scale = 1): BiasedMeasurementModel {
  return {
    ...positionReport(1, [variance]),
    biases: ['offsetM'],
    byBias: () => Float64Array.of(scale),
  };
}

const motion = constantVelocity({ dimensions: 1, accelerationDensity: 0.2 });
const prior = { mean: [0, 0], covariance: [400, 30, 30, 25] };

test('the covariance is that of the error it makes, for two sensors with biases of their own', () => {
  const sensors = [offsetReport(9), offsetReport(4, 2)] as const;
  const biasVariances = [50, 7] as const;
  const run = (
    measured: readonly number[],
    start: ArrayLike<number>,
  ): { readonly belief: Considered; readonly mean: Float64Array } => {
    let belief = considered(
      { ...prior, mean: start },
      { mean: [0, 0], covariance: [biasVariances[0], 0, 0, biasVariances[1]] },
    );
    measured.forEach((value, k) => {
      belief = considerPredict(motion, belief, 1 + (k % 3));
      const own = k % 2;
      const model = sensors[own] as BiasedMeasurementModel;
      belief = considerUpdate(belief, { model, measured: [value], biasFrom: own }).belief;
    });
    return { belief, mean: Float64Array.from(belief.mean) };
  };
  // The mean is linear in what goes in: its answer to each input alone is a column of the error.
  const looks = 14;
  const silent = new Array<number>(looks).fill(0);
  const { belief } = run(silent, [0, 0]);
  const truth = new Float64Array(4);
  const add = (error: readonly [number, number], variance: number): void => {
    for (let i = 0; i < 2; i += 1) {
      for (let j = 0; j < 2; j += 1) {
        truth[i * 2 + j] =
          (truth[i * 2 + j] as number) + variance * (error[i] ?? 0) * (error[j] ?? 0);
      }
    }
  };
  const addMatrix = (
    columns: readonly (readonly [number, number])[],
    m: ArrayLike<number>,
  ): void => {
    const [a, b] = columns as readonly [readonly [number, number], readonly [number, number]];
    const [p, q, r] = [m[0] as number, m[1] as number, m[3] as number];
    // Covariance of a u + b w with var u = p, cov q, var w = r: as two independent parts.
    add([a[0] + (b[0] * q) / p, a[1] + (b[1] * q) / p], p);
    add(b, r - (q * q) / p);
  };
  for (let k = 0; k < looks; k += 1) {
    const { mean } = run(silent.with(k, 1), [0, 0]);
    add([mean[0] as number, mean[1] as number], sensors[k % 2]?.noise[0] ?? 0);
  }
  for (const own of [0, 1]) {
    const biased = silent.map((_, k) => (k % 2 === own ? (own === 0 ? 1 : 2) : 0));
    const { mean } = run(biased, [0, 0]);
    add([mean[0] as number, mean[1] as number], biasVariances[own] as number);
  }
  // A kick of the true state just before look k moves all that is measured from then on, and the end.
  const kicked = (state: readonly [number, number], from: number): readonly [number, number] => {
    const v = state[1];
    let x = state[0];
    const measured = silent.map((_, k) => {
      if (k < from) return 0;
      if (k > from) x += v * (1 + (k % 3));
      return x;
    });
    const { mean } = run(measured, [0, 0]);
    return [(mean[0] as number) - x, (mean[1] as number) - v];
  };
  for (let k = 0; k < looks; k += 1) {
    addMatrix([kicked([1, 0], k), kicked([0, 1], k)], motion.noise([0, 0], 1 + (k % 3)));
  }
  addMatrix([kicked([1, 0], 0), kicked([1, 1], 0)], prior.covariance);
  const said = stateOf(belief).covariance;
  for (let i = 0; i < 4; i += 1) {
    expect((said[i] as number) / (truth[i] as number)).toBeCloseTo(1, 9);
  }
});

test('no number of looks makes a track surer than the bias allows', () => {
  const still = constantVelocity({ dimensions: 1, accelerationDensity: 0 });
  let belief = considered(prior, { mean: [0], covariance: [16] });
  let naive: Gaussian = prior;
  const model = offsetReport(1);
  for (let k = 0; k < 500; k += 1) {
    belief = considerPredict(still, belief, 1);
    belief = considerUpdate(belief, { model, measured: [k], biasFrom: 0 }).belief;
    naive = updateExtended(model, predictExtended(still, naive, 1).belief, [k]).belief;
  }
  expect(stateOf(belief).covariance[0]).toBeGreaterThan(15);
  expect(naive.covariance[0]).toBeLessThan(0.1);
  // The bias itself is neither learnt nor forgotten.
  expect(belief.covariance[8]).toBeCloseTo(16, 9);
});

test('a bias that is known is taken off, and a certain one is no consideration at all', () => {
  const random = createRandom('consider/known');
  const model = offsetReport(2, 3);
  let belief = considered(prior, { mean: [5], covariance: [0] });
  let plain: Gaussian = prior;
  for (let k = 0; k < 10; k += 1) {
    const value = 10 * random.normal();
    belief = considerPredict(motion, belief, 2);
    const used = considerUpdate(belief, { model, measured: [value + 15], biasFrom: 0 });
    belief = used.belief;
    const right = updateExtended(model, predictExtended(motion, plain, 2).belief, [value]);
    plain = right.belief;
    expect(used.innovation.distance).toBeCloseTo(right.innovation.distance, 9);
  }
  const own = stateOf(belief);
  for (let i = 0; i < 4; i += 1) {
    expect(own.covariance[i]).toBeCloseTo(plain.covariance[i] as number, 9);
  }
  expect(own.mean[0]).toBeCloseTo(plain.mean[0] as number, 9);
});

test('a coast seen by a radar that is off: honest with its biases considered, not without', {
  timeout: 60_000,
}, () => {
  const coast = coastModel(0);
  const noise = { rangeM: 20, azimuthRad: 4e-4, elevationRad: 4e-4 };
  const site = geodeticFromDegrees(40, 30, 100);
  const radar = radarModel({ site, noise, refracted: true });
  const biasSigmas = [30, 5e-4, 5e-4, 0.02];
  const sigmas = [3_000, 3_000, 3_000, 100, 100, 100];
  const place = geodeticFromDegrees(42, 33, 250_000);
  const start = [...ecefFromGeodetic(place), ...ecefFromEnu(place, [-2_000, -1_500, 900])];
  const runs = 60;
  const nees = { considered: 0, ignored: 0 };
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(`consider/radar/${run}`);
    const bias = biasSigmas.map((sigma) => sigma * random.normal());
    const mean = start.map((value, i) => value + (sigmas[i] as number) * random.normal());
    const opening = { mean, covariance: independent(sigmas) };
    let belief = considered(opening, {
      mean: [0, 0, 0, 0],
      covariance: independent(biasSigmas),
    });
    let plain: Gaussian = opening;
    let truth: ArrayLike<number> = start;
    for (let k = 0; k < 60; k += 1) {
      if (k > 0) {
        truth = coast.advance(truth, 2).state;
        belief = considerPredict(coast, belief, 2);
        plain = predictExtended(coast, plain, 2).belief;
      }
      // The clock is really off: the target is where it will be so much later.
      const seen = radar.predict(coast.advance(truth, bias[3] as number).state).value;
      const spread = [noise.rangeM, noise.azimuthRad, noise.elevationRad];
      const measured = seen.map(
        (value, m) => value + (bias[m] as number) + (spread[m] as number) * random.normal(),
      );
      belief = considerUpdate(belief, { model: radar, measured, biasFrom: 0 }).belief;
      plain = updateExtended(radar, plain, measured).belief;
    }
    const own = stateOf(belief);
    const error = (of: Gaussian): number =>
      quadratic(invertPositive(of.covariance, 6) as Float64Array, minus(of.mean, truth)) / 6 / runs;
    nees.considered += error(own);
    nees.ignored += error(plain);
  }
  // Chi-square of 360 degrees of freedom at 99.9 %.
  expect(nees.considered).toBeGreaterThan(1 - 3.3 * Math.sqrt(2 / 360));
  expect(nees.considered).toBeLessThan(1 + 3.3 * Math.sqrt(2 / 360));
  expect(nees.ignored).toBeGreaterThan(3);
});
