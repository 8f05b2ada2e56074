// SPDX-License-Identifier: Apache-2.0
// Re-entry seen by one radar, over seeded runs, against the bound of Cramér and Rao: what no
// estimator can beat (Farina, Ristic, Benvenuti, IEEE T-AES 2002; the recursion for motion without
// noise is that of Tichavský, Muravchik, Nehorai, IEEE T-SP 1998: J' = F⁻ᵀ J F⁻¹ + Hᵀ R⁻¹ H at the
// true states).

import {
  cholesky,
  createRandom,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  invertPositive,
  multiply,
  type Random,
  transpose,
} from '@isthmus/earth';
import { beforeAll, expect, test } from 'vitest';
import { quadratic } from '../fusion/information.ts';
import { type Gaussian, minus } from '../gaussian.ts';
import { reentry } from '../models/reentry.ts';
import { independent } from '../sensors/measurement-model.ts';
import { radarModel } from '../sensors/radar-model.ts';
import { predictExtended, updateExtended } from './extended.ts';
import { predictUnscented, updateUnscented } from './unscented.ts';

const SECONDS = 30;
const SITE = geodeticFromDegrees(40, 30, 200);
const BALLISTIC_KGPM2 = 2_500;

const motion = reentry({ accelerationDensity: 0, logDragDensity: 0 });
const radar = radarModel({
  site: SITE,
  noise: { rangeM: 30, azimuthRad: 1e-3, elevationRad: 1e-3 },
  refracted: true,
});
const N = motion.size;

/** 75 km high, 60 km off, coming down at 3.5 km/s and 45 degrees. */
function truth(): readonly Float64Array[] {
  const place = geodeticFromDegrees(40.3, 30.6, 75_000);
  const velocity = ecefFromEnu(place, [-1_500, -2_000, -2_500]);
  const start = [...ecefFromGeodetic(place), ...velocity, Math.log(1 / BALLISTIC_KGPM2)];
  const out: Float64Array[] = [Float64Array.from(start)];
  while (out.length < SECONDS) out.push(motion.advance(out.at(-1) as Float64Array, 1).state);
  return out;
}

const states = truth();

/** Root of the summed variance of position that is best possible, each second after its look. */
function bound(prior: ArrayLike<number>): readonly number[] {
  const square = { n: N, m: N, p: N };
  let covariance: Float64Array = Float64Array.from(prior);
  return states.map((state, k) => {
    if (k > 0) {
      const { transition } = motion.advance(states[k - 1] as Float64Array, 1);
      covariance = multiply(
        multiply(transition, covariance, square),
        transpose(transition, N, N),
        square,
      );
    }
    const information = inverse(covariance);
    const { byState } = radar.predict(state);
    for (let m = 0; m < radar.size; m += 1) {
      for (let i = 0; i < N; i += 1) {
        for (let j = 0; j < N; j += 1) {
          const own = (byState[m * N + i] as number) * (byState[m * N + j] as number);
          const at = i * N + j;
          information[at] =
            (information[at] as number) + own / (radar.noise[m * (radar.size + 1)] as number);
        }
      }
    }
    covariance = inverse(information);
    return Math.sqrt([0, 1, 2].reduce((sum, i) => sum + (covariance[i * (N + 1)] as number), 0));
  });
}

function inverse(matrix: ArrayLike<number>): Float64Array {
  const out = invertPositive(matrix, N);
  expect(out).not.toBeNull();
  return out as Float64Array;
}

interface Outcome {
  readonly rmse: readonly number[];
  /** Mean normalised squared error of position and velocity, each second. 1 is right. */
  readonly anees: readonly number[];
  /** Of ln(1/β) at the end. */
  readonly lastLogDrag: readonly number[];
}

type Step = (belief: Gaussian, measured: ArrayLike<number> | null) => Gaussian;

function runMany(sigmas: readonly number[], step: Step, runs: number): Outcome {
  const mse = new Array<number>(SECONDS).fill(0);
  const nees = new Array<number>(SECONDS).fill(0);
  const lastLogDrag: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const random: Random = createRandom(`reentry/${run}`);
    const start = states[0] as Float64Array;
    let belief: Gaussian = {
      mean: start.map((value, i) => value + (sigmas[i] as number) * random.normal()),
      covariance: independent(sigmas),
    };
    states.forEach((state, k) => {
      if (k > 0) belief = step(belief, null);
      const { value } = radar.predict(state);
      const noise = [30, 1e-3, 1e-3];
      belief = step(
        belief,
        value.map((one, m) => one + (noise[m] as number) * random.normal()),
      );
      const error = minus(belief.mean, state);
      mse[k] =
        (mse[k] as number) +
        [0, 1, 2].reduce((sum, i) => sum + (error[i] as number) ** 2, 0) / runs;
      const kinematic = Float64Array.from(
        { length: 36 },
        (_, at) => belief.covariance[Math.floor(at / 6) * N + (at % 6)] as number,
      );
      const information = invertPositive(kinematic, 6) as Float64Array;
      nees[k] = (nees[k] as number) + quadratic(information, error.subarray(0, 6)) / 6 / runs;
    });
    expect(cholesky(belief.covariance, N)).not.toBeNull();
    lastLogDrag.push(belief.mean[6] as number);
  }
  return { rmse: mse.map(Math.sqrt), anees: nees, lastLogDrag };
}

const extended: Step = (belief, measured) =>
  measured === null
    ? predictExtended(motion, belief, 1).belief
    : updateExtended(radar, belief, measured).belief;
const unscented: Step = (belief, measured) =>
  measured === null
    ? predictUnscented(motion, belief, 1)
    : updateUnscented(radar, belief, measured).belief;

const KNOWN = [500, 500, 500, 50, 50, 50, 1e-5];
const UNKNOWN = [500, 500, 500, 50, 50, 50, 0.5];

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** RMSE over the bound, each second. */
const overBound = (outcome: Outcome, best: readonly number[]): readonly number[] =>
  outcome.rmse.map((value, k) => value / (best[k] as number));

let known: Outcome;
beforeAll(() => {
  known = runMany(KNOWN, extended, 100);
}, 60_000);

test('with the coefficient known the extended filter is on the bound, its errors are as it says', () => {
  const ratios = overBound(known, bound(independent(KNOWN)));
  expect(Math.abs(mean(ratios) - 1)).toBeLessThan(0.05);
  expect(Math.max(...ratios)).toBeLessThan(1.2);
  // Chi-square of 600 degrees of freedom: 95 % for the mean over time, 99.99 % for the worst second.
  expect(mean(known.anees)).toBeGreaterThan(0.89);
  expect(mean(known.anees)).toBeLessThan(1.116);
  expect(Math.min(...known.anees)).toBeGreaterThan(0.77);
  expect(Math.max(...known.anees)).toBeLessThan(1.25);
});

test('there the unscented filter is not better: the same errors on the same runs', {
  timeout: 60_000,
}, () => {
  const runs = 25;
  const same = runMany(KNOWN, extended, runs);
  const other = runMany(KNOWN, unscented, runs);
  const ratio = mean(other.rmse.map((value, k) => value / (same.rmse[k] as number)));
  expect(Math.abs(ratio - 1)).toBeLessThan(0.03);
});

test('an unknown coefficient is learnt, and the unscented filter is the more honest about it', {
  timeout: 60_000,
}, () => {
  const runs = 40;
  const straight = runMany(UNKNOWN, extended, runs);
  const points = runMany(UNKNOWN, unscented, runs);
  const best = bound(independent(UNKNOWN));
  expect(mean(overBound(points, best))).toBeLessThan(1.1);
  expect(mean(points.anees)).toBeLessThan(1.3);
  expect(mean(points.anees)).toBeLessThan(mean(straight.anees));
  const off = points.lastLogDrag.map((value) => (value + Math.log(BALLISTIC_KGPM2)) ** 2);
  // From a factor of 1.6 to a few per cent.
  expect(Math.sqrt(mean(off))).toBeLessThan(0.05);
});
