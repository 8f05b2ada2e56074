// SPDX-License-Identifier: Apache-2.0
// Batch least squares on an ascent seen by radar: the state shortly after lift-off, from looks that
// begin a quarter of a minute later, over 60 seeded runs.

import {
  createRandom,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  invertPositive,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import { quadratic } from '../fusion/information.ts';
import { minus } from '../gaussian.ts';
import { boost } from '../models/boost.ts';
import { constantVelocity } from '../models/straight.ts';
import { infraredModel } from '../sensors/infrared-model.ts';
import { type BiasedMeasurementModel, independent } from '../sensors/measurement-model.ts';
import { positionReport } from '../sensors/position-report.ts';
import { radarModel } from '../sensors/radar-model.ts';
import { fitBatch, type TimedLook } from './batch.ts';

const motion = boost({
  accelerationDensity: 0,
  thrustDensity: 0,
  massFlowDensity: 0,
  inverseBallisticM2pkg: 1e-4,
});
const sigmas = { rangeM: 20, azimuthRad: 5e-4, elevationRad: 5e-4, rangeRateMps: 1 };
const radar = radarModel({
  site: geodeticFromDegrees(45.5, 36, 100),
  noise: sigmas,
  refracted: true,
});
const place = geodeticFromDegrees(44, 34, 1_700);
/** Fifteen seconds after lift-off, rising steeply. */
const truth = [...ecefFromGeodetic(place), ...ecefFromEnu(place, [45, 30, 210]), 24, 0.007];
const PRIOR = [1_000, 1_000, 1_000, 15, 15, 15, 3, 0.001];

/** When it is seen, and where it is then: the same in every run. */
const TIMES = Array.from({ length: 40 }, (_, k) => 15 + 1.5 * k);
const SEEN = TIMES.map((seconds) => radar.predict(motion.advance(truth, seconds).state).value);

function looks(label: string): readonly TimedLook[] {
  const random = createRandom(`batch/${label}`);
  const noise = [sigmas.rangeM, sigmas.azimuthRad, sigmas.elevationRad, sigmas.rangeRateMps];
  return TIMES.map((seconds, k) => {
    const value = SEEN[k] as Float64Array;
    const measured = value.map((one, m) => one + (noise[m] as number) * random.normal());
    return { seconds, model: radar, measured };
  });
}

test('the state at launch is found with the errors it says it has', { timeout: 60_000 }, () => {
  const runs = 60;
  let [nees, chiSquare, freedom] = [0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(`batch/prior/${run}`);
    const mean = truth.map((value, i) => value + (PRIOR[i] as number) * random.normal());
    const prior = { mean, covariance: independent(PRIOR) };
    const fit = fitBatch({ motion, looks: looks(`${run}`), prior, start: mean });
    expect(fit.converged, `run ${run}`).toBe(true);
    const information = invertPositive(fit.belief.covariance, motion.size) as Float64Array;
    nees += quadratic(information, minus(fit.belief.mean, truth));
    chiSquare += fit.chiSquare;
    freedom += fit.degreesOfFreedom;
  }
  // Chi-square of 480 and of 9,600 degrees of freedom, each within 99.9 %.
  expect(nees / (8 * runs)).toBeGreaterThan(1 - 3.3 * Math.sqrt(2 / (8 * runs)));
  expect(nees / (8 * runs)).toBeLessThan(1 + 3.3 * Math.sqrt(2 / (8 * runs)));
  expect(freedom).toBe(160 * runs);
  expect(Math.abs(chiSquare / freedom - 1)).toBeLessThan(3.3 * Math.sqrt(2 / freedom));
});

test('without a prior the looks alone decide, and from far off damping finds the same minimum', () => {
  const from = (scale: number): ReturnType<typeof fitBatch> =>
    fitBatch({
      motion,
      looks: looks('far'),
      prior: null,
      start: truth.map((value, i) => value + scale * (PRIOR[i] as number) * (i % 2 === 0 ? 1 : -1)),
    });
  const near = from(0.1);
  const far = from(2);
  expect(near.converged).toBe(true);
  expect(far.converged).toBe(true);
  expect(far.chiSquare).toBeCloseTo(near.chiSquare, 6);
  expect(near.degreesOfFreedom).toBe(152);
  const spread = (i: number): number => Math.sqrt(near.belief.covariance[i * 9] as number);
  minus(far.belief.mean, near.belief.mean).forEach((difference, i) => {
    expect(Math.abs(difference) / spread(i)).toBeLessThan(1e-3);
  });
});

test('two infrared sensors far apart fix the same ascent, without any range', {
  timeout: 60_000,
}, () => {
  // 180 m below, and a prior no wider than this: beyond, the error at launch bends (see README).
  const noiseRad = 5e-6;
  const near = [1_000, 1_000, 1_000, 6, 6, 6, 1.5, 0.0005];
  const eyes = [0, 70].map((longitude) =>
    infraredModel({
      position: ecefFromGeodetic(geodeticFromDegrees(0, longitude, 35_786_000)),
      noiseRad,
    }),
  );
  const runs = 60;
  let [nees, chiSquare, freedom] = [0, 0, 0];
  const seen = TIMES.map((seconds) => motion.advance(truth, seconds).state);
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(`batch/infrared/${run}`);
    const mean = truth.map((value, i) => value + (near[i] as number) * random.normal());
    const sights = TIMES.map((seconds, k) => {
      const model = eyes[k % 2] as BiasedMeasurementModel;
      const { value } = model.predict(seen[k] as Float64Array);
      return { seconds, model, measured: value.map((one) => one + noiseRad * random.normal()) };
    });
    const prior = { mean, covariance: independent(near) };
    const fit = fitBatch({ motion, looks: sights, prior, start: mean });
    const information = invertPositive(fit.belief.covariance, motion.size) as Float64Array;
    nees += quadratic(information, minus(fit.belief.mean, truth));
    chiSquare += fit.chiSquare;
    freedom += fit.degreesOfFreedom;
    expect(fit.converged).toBe(true);
  }
  expect(Math.abs(nees / (8 * runs) - 1)).toBeLessThan(3.3 * Math.sqrt(2 / (8 * runs)));
  expect(Math.abs(chiSquare / freedom - 1)).toBeLessThan(3.3 * Math.sqrt(2 / freedom));
});

test('what the looks leave open is said, not made up', () => {
  const line = constantVelocity({ dimensions: 1, accelerationDensity: 0 });
  const model = positionReport(1, [4]);
  const one = [{ seconds: 3, model, measured: [12] }];
  const problem = { motion: line, looks: one, start: [0, 0] };
  expect(() => fitBatch({ ...problem, prior: null })).toThrow(/component 1/);
  const prior = { mean: [0, 1], covariance: [100, 0, 0, 1] };
  const fit = fitBatch({ ...problem, prior });
  // One linear measurement of x + 3 v: by hand.
  expect(fit.belief.mean[0]).toBeCloseTo((100 / 113) * 9, 9);
  expect(fit.belief.mean[1]).toBeCloseTo(1 + (3 / 113) * 9, 9);
  expect(fit.chiSquare).toBeCloseTo(81 / 113, 9);
  const two = [{ seconds: -2, model, measured: [2] }, ...one];
  const line2 = fitBatch({ ...problem, looks: two, prior: null });
  expect(line2.belief.mean[0]).toBeCloseTo(6, 9);
  expect(line2.belief.mean[1]).toBeCloseTo(2, 9);
  expect(line2.chiSquare).toBeCloseTo(0, 12);
  expect(line2.degreesOfFreedom).toBe(0);
});
