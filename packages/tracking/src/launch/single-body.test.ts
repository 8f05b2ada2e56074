// SPDX-License-Identifier: Apache-2.0
// A track known to be of one body alone, against the joint covariance of state and radar errors.

import { addSeconds, cholesky, createRandom, lookAngles } from '@isthmus/earth';
import type { RadarPlot } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { predictLook } from '../sensors/radar.ts';
import { statedErrors, updateJointly } from './estimated-errors.ts';
import { LIMITS } from './limits.ts';
import { openFilter, predictFilter, type RadarFilter, updateFilter } from './radar-filter.ts';
import { singleFilter } from './single-body.ts';
import { MISSILE, radar, START } from './synthetic-feed.fixture.ts';

const SENSOR = { ...radar('radar', 30, 55), revisitS: 1 };

function plotAt(s: number): RadarPlot {
  const random = createRandom(`single ${s}`);
  const look = lookAngles(SENSOR.site, [...propagateState(MISSILE, s)] as never);
  const time = addSeconds(START, s);
  return {
    kind: 'radar',
    id: s,
    sensor: SENSOR.id,
    time,
    arrival: time,
    rangeM: look.rangeM + SENSOR.noise.rangeM * random.normal(),
    azimuthRad: look.azimuthRad + SENSOR.noise.azimuthRad * random.normal(),
    elevationRad: look.elevationRad + SENSOR.noise.elevationRad * random.normal(),
  };
}

/** A filter after so many looks, one a second. */
function followed(looks: number): RadarFilter {
  let filter = openFilter(SENSOR, plotAt(0));
  for (let s = 1; s < looks; s += 1) {
    const plot = plotAt(s);
    const look = { sensor: SENSOR, plot, iterations: s < 5 ? 3 : 1 };
    filter = updateFilter(predictFilter(filter, plot.time), look)?.filter ?? filter;
  }
  return filter;
}

/** Variance of the range, by the state alone. */
function rangeVariance({ state, covariance }: RadarFilter): number {
  const { byPosition } = predictLook(SENSOR, state);
  let sum = 0;
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      const slopes = (byPosition[i] as number) * (byPosition[j] as number);
      sum += slopes * (covariance[i * 6 + j] as number);
    }
  }
  return sum;
}

test('what a known offset takes from the range is its variance, and the state stays', () => {
  const filter = followed(60);
  const single = singleFilter(filter, [SENSOR]);
  expect(single.state).toEqual(filter.state);
  expect(cholesky(Float64Array.from(single.covariance), 6)).not.toBeNull();
  // The range is known to noise over root looks: all else in its variance is the constant error.
  const offset = (LIMITS.unresolvedRangeNoises * SENSOR.noise.rangeM) ** 2;
  const taken = rangeVariance(filter) - rangeVariance(single);
  expect(taken / offset).toBeGreaterThan(0.9);
  expect(taken / offset).toBeLessThan(1.01);
});

test('it goes on as a filter that never allowed for another body', () => {
  const plain = { ...SENSOR, bias: { rangeM: 0, azimuthRad: 0, elevationRad: 0 } };
  const filter = followed(60);
  // Of an ideal radar there is nothing to be given.
  expect(singleFilter(filter, [plain]).covariance).toEqual(filter.covariance);
  let single = singleFilter(filter, [SENSOR]);
  let errors = statedErrors(single, [SENSOR]);
  for (let s = 60; s < 120; s += 1) {
    const look = { sensor: SENSOR, plot: plotAt(s) };
    const updated = updateJointly({ filter: predictFilter(single, look.plot.time), errors }, look);
    if (updated === null) throw new RangeError('the innovation has a covariance');
    single = updated.filter;
    errors = updated.errors;
    expect(cholesky(Float64Array.from(single.covariance), 6), `${s}`).not.toBeNull();
  }
  // What is left is the declared bias and the clock's, which no look takes away.
  const least = SENSOR.bias.rangeM ** 2;
  expect(rangeVariance(single)).toBeGreaterThan(0.8 * least);
  expect(rangeVariance(single)).toBeLessThan(
    least + (LIMITS.unresolvedRangeNoises * SENSOR.noise.rangeM) ** 2 / 4,
  );
});
