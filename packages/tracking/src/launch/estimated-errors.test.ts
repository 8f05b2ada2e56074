// SPDX-License-Identifier: Apache-2.0
// State and constant errors together, against one least-squares fit to all looks at once, and against what
// a filter that is right must leave: innovations that are white.

import { addSeconds, createRandom, invertPositive, lookAngles, multiply } from '@isthmus/earth';
import type { RadarPlot, RadarSensor } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { propagateState, propagateWithTransition } from '../models/coast.ts';
import {
  CONSTANT_ERRORS,
  constantErrorVariances,
  lookDifference,
  noiseVariances,
  predictLook,
} from '../sensors/radar.ts';
import { type Joint, statedErrors, updateJointly } from './estimated-errors.ts';
import { predictFilter, type RadarFilter } from './radar-filter.ts';
import { MISSILE, radar, START } from './synthetic-feed.fixture.ts';

/** Off by half of their noise: enough to show. */
const SENSORS = [radar('a', 30, 55), radar('b', 34, 60)].map((one) => ({
  ...one,
  bias: { rangeM: 30, azimuthRad: 4e-4, elevationRad: 4e-4 },
}));
const SIGMAS = [500, 500, 500, 20, 20, 20];
const LOOKS = 80;
const JOINS = 40;

interface Look {
  readonly sensor: RadarSensor;
  readonly plot: RadarPlot;
}

/** Looks of the first radar, and from `JOINS` on of both, each with its constant errors. */
function looksOf(seed: string, size: number): Look[] {
  const random = createRandom(seed);
  const off = SENSORS.map(({ bias }) => ({
    rangeM: size * bias.rangeM * random.normal(),
    azimuthRad: size * bias.azimuthRad * random.normal(),
    elevationRad: size * bias.elevationRad * random.normal(),
  }));
  return Array.from({ length: LOOKS }, (_, s) => s).flatMap((s) =>
    SENSORS.flatMap((sensor, k) => {
      if (k === 1 && s < JOINS) return [];
      const look = lookAngles(sensor.site, [...propagateState(MISSILE, s)] as never);
      const { noise } = sensor;
      const time = addSeconds(START, s);
      const plot = {
        kind: 'radar',
        id: 2 * s + k,
        sensor: sensor.id,
        time,
        arrival: time,
        rangeM: look.rangeM + (off[k]?.rangeM as number) + noise.rangeM * random.normal(),
        azimuthRad:
          look.azimuthRad + (off[k]?.azimuthRad as number) + noise.azimuthRad * random.normal(),
        elevationRad:
          look.elevationRad +
          (off[k]?.elevationRad as number) +
          noise.elevationRad * random.normal(),
      } as const;
      return [{ sensor, plot }];
    }),
  );
}

/** Near the truth, and known to `SIGMAS`. */
function opened(): Joint {
  const filter: RadarFilter = {
    time: START,
    motion: 'vacuum',
    state: [...MISSILE],
    covariance: Array.from({ length: 36 }, (_, k) => (k % 7 === 0 ? (SIGMAS[k / 7] ?? 0) ** 2 : 0)),
    spread: 1,
    cross: [],
  };
  return { filter, errors: statedErrors(filter, SENSORS) };
}

function after(joint: Joint, look: Look) {
  const there = predictFilter(joint.filter, look.plot.time);
  const updated = updateJointly({ filter: there, errors: joint.errors }, look);
  if (updated === null) throw new RangeError('the innovation has a covariance');
  return updated;
}

test('it is the least-squares fit of one path and two sets of errors to all looks', () => {
  const looks = looksOf('fit', 1);
  let joint = opened();
  for (const look of looks) joint = after(joint, look);
  // Unknowns: the state at the end, less that of the undisturbed path, and the errors of both.
  const n = 6 + 2 * CONSTANT_ERRORS;
  const end = propagateWithTransition(MISSILE, LOOKS - 1);
  const back = propagateWithTransition(end.state, 1 - LOOKS).transition;
  const information = new Float64Array(n * n);
  const pull = new Float64Array(n);
  const weigh = (row: ArrayLike<number>, value: number, variance: number): void => {
    for (let i = 0; i < n; i += 1) {
      pull[i] = (pull[i] as number) + ((row[i] as number) * value) / variance;
      for (let j = 0; j < n; j += 1) {
        const both = (row[i] as number) * (row[j] as number);
        information[i * n + j] = (information[i * n + j] as number) + both / variance;
      }
    }
  };
  SIGMAS.forEach((sigma, i) => {
    const row = new Float64Array(n);
    row.set(back.subarray(6 * i, 6 * i + 6));
    weigh(row, 0, sigma ** 2);
  });
  SENSORS.forEach((sensor, k) => {
    constantErrorVariances(sensor, 'single').forEach((variance, c) => {
      const row = new Float64Array(n);
      row[6 + k * CONSTANT_ERRORS + c] = 1;
      weigh(row, 0, variance);
    });
  });
  for (const { sensor, plot } of looks) {
    const s = (plot.time - START) / 1e6;
    const path = propagateState(MISSILE, s);
    const { look, byPosition, byErrors } = predictLook(sensor, path);
    const transition = propagateWithTransition(end.state, s - (LOOKS - 1)).transition;
    const byEnd = multiply(byPosition, transition.subarray(0, 18), { n: 3, m: 3, p: 6 });
    const difference = lookDifference(plot, look);
    noiseVariances(sensor).forEach((variance, k) => {
      const row = new Float64Array(n);
      row.set(byEnd.subarray(6 * k, 6 * k + 6));
      const own = byErrors.subarray(CONSTANT_ERRORS * k, CONSTANT_ERRORS * (k + 1));
      row.set(own, 6 + CONSTANT_ERRORS * SENSORS.findIndex(({ id }) => id === sensor.id));
      weigh(row, difference[k] as number, variance);
    });
  }
  const covariance = invertPositive(information, n);
  if (covariance === null) throw new RangeError('the information is positive definite');
  const fitted = multiply(covariance, pull, { n, m: n, p: 1 });
  const sigma = (i: number): number => Math.sqrt(covariance[i * (n + 1)] as number);
  joint.filter.state.forEach((v, i) => {
    const apart = v - (end.state[i] as number) - (fitted[i] as number);
    expect(Math.abs(apart) / sigma(i), `state ${i}`).toBeLessThan(0.02);
    const variance = joint.filter.covariance[i * 7] as number;
    expect(Math.sqrt(variance) / sigma(i), `state ${i}`).toBeCloseTo(1, 2);
  });
  joint.errors.mean.forEach((v, c) => {
    expect(Math.abs(v - (fitted[6 + c] as number)) / sigma(6 + c), `error ${c}`).toBeLessThan(0.02);
    const variance = joint.errors.covariance[c * (2 * CONSTANT_ERRORS + 1)] as number;
    expect(Math.sqrt(variance) / sigma(6 + c), `error ${c}`).toBeCloseTo(1, 2);
  });
});

test('innovations are white after a second radar has joined, errors as large as stated', () => {
  let squares = 0;
  let neighbours = 0;
  let count = 0;
  for (let run = 0; run < 60; run += 1) {
    let joint = opened();
    let before: readonly number[] | null = null;
    for (const look of looksOf(`white ${run}`, 1)) {
      const updated = after(joint, look);
      joint = updated;
      const late = (look.plot.time - START) / 1e6 >= JOINS;
      if (!late || look.sensor.id !== SENSORS[1]?.id) continue;
      const { normalised } = updated.correction;
      for (let k = 0; k < 3; k += 1) {
        squares += (normalised[k] as number) ** 2;
        neighbours += (normalised[k] as number) * (before?.[k] ?? 0);
        count += 1;
      }
      before = normalised;
    }
  }
  // 7,200 values: one sigma of these means is 0.017 and 0.012; only considered, neighbours share 0.12.
  expect(squares / count).toBeGreaterThan(0.94);
  expect(squares / count).toBeLessThan(1.06);
  expect(Math.abs(neighbours / count)).toBeLessThan(0.06);
});
