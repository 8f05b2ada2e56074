// SPDX-License-Identifier: Apache-2.0
// Oracle: the Kalman and PDA equations with full 4 x 4 matrices, written out here.
import { createRandom, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { createStates, predictStates, updateState } from './states.ts';

type Matrix = number[][];

const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((s, v, k) => s + v * at(b, k, j), 0)));
const transpose = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));
const add = (a: Matrix, b: Matrix, factor = 1): Matrix =>
  a.map((row, i) => row.map((v, j) => v + factor * at(b, i, j)));
const at = (a: Matrix, i: number, j: number): number => a[i]?.[j] ?? Number.NaN;

/** Order x, y, vx, vy. */
interface Full {
  readonly mean: Matrix;
  readonly covariance: Matrix;
}

const DT = 5;
const DENSITY = 1.5;
const PLOT_VARIANCE = 90 ** 2;
const H: Matrix = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
];

function blocks(a: number, b: number, c: number): Matrix {
  return [
    [a, 0, b, 0],
    [0, a, 0, b],
    [b, 0, c, 0],
    [0, b, 0, c],
  ];
}

function predictFull({ mean, covariance }: Full): Full {
  const f: Matrix = [
    [1, 0, DT, 0],
    [0, 1, 0, DT],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
  const noise = blocks((DENSITY * DT ** 3) / 3, (DENSITY * DT ** 2) / 2, DENSITY * DT);
  return {
    mean: multiply(f, mean),
    covariance: add(multiply(multiply(f, covariance), transpose(f)), noise),
  };
}

/** PDA over `plots` of the given probabilities (Bar-Shalom & Tse 1975), nothing simplified. */
function updateFull({ mean, covariance }: Full, plots: Matrix[], probability: number[]): Full {
  const variance = at(multiply(multiply(H, covariance), transpose(H)), 0, 0) + PLOT_VARIANCE;
  const gain = multiply(covariance, transpose(H)).map((row) => row.map((v) => v / variance));
  const innovations = plots.map((plot) => add(plot, multiply(H, mean), -1));
  let combined: Matrix = [[0], [0]];
  let second: Matrix = blocks(0, 0, 0)
    .slice(0, 2)
    .map((row) => row.slice(0, 2));
  innovations.forEach((innovation, k) => {
    combined = add(combined, innovation, probability[k]);
    second = add(second, multiply(innovation, transpose(innovation)), probability[k]);
  });
  const spread = add(second, multiply(combined, transpose(combined)), -1);
  const weight = probability.reduce((a, b) => a + b, 0);
  const lost = multiply(gain, transpose(gain)).map((row) => row.map((v) => v * variance));
  const spreading = multiply(multiply(gain, spread), transpose(gain));
  return {
    mean: add(mean, multiply(gain, combined)),
    covariance: add(add(covariance, lost, -weight), spreading),
  };
}

function randomTrack(random: Random): { full: Full; states: ReturnType<typeof createStates> } {
  const states = createStates();
  states.count = 1;
  const [x, y, vx, vy] = Array.from({ length: 4 }, () => 100 * random.normal());
  const [a, b, c] = [4000 + 6000 * random.uniform(), 300 * random.uniform(), 100];
  states.xM[0] = x as number;
  states.yM[0] = y as number;
  states.vxMps[0] = vx as number;
  states.vyMps[0] = vy as number;
  states.positionVariance[0] = a;
  states.crossCovariance[0] = b;
  states.velocityVariance[0] = c;
  const mean = [x, y, vx, vy].map((v) => [v as number]);
  return { states, full: { mean, covariance: blocks(a, b, c) } };
}

test('prediction and update with one certain plot are the Kalman filter', () => {
  for (let run = 0; run < 50; run += 1) {
    const random = createRandom(`air-states/${run}`);
    const { full: before, states } = randomTrack(random);
    let full = before;
    for (let step = 0; step < 20; step += 1) {
      predictStates(states, DT, DENSITY);
      full = predictFull(full);
      const plot = [[at(full.mean, 0, 0) + 90 * random.normal()], [90 * random.normal()]];
      const dxM = at(plot, 0, 0) - (states.xM[0] as number);
      const dyM = at(plot, 1, 0) - (states.yM[0] as number);
      const squareM2 = dxM ** 2 + dyM ** 2;
      updateState(states, 0, PLOT_VARIANCE, { weight: 1, dxM, dyM, squareM2 });
      full = updateFull(full, [plot], [1]);
    }
    const mean = [states.xM, states.yM, states.vxMps, states.vyMps].map((array) => array[0]);
    mean.forEach((value, i) => {
      expect(value, `seed air-states/${run}`).toBeCloseTo(at(full.mean, i, 0), 6);
    });
    for (const [array, i, j] of [
      [states.positionVariance, 0, 0],
      [states.positionVariance, 1, 1],
      [states.crossCovariance, 1, 3],
      [states.velocityVariance, 2, 2],
    ] as const) {
      expect(array[0], `seed air-states/${run}`).toBeCloseTo(at(full.covariance, i, j), 6);
    }
    expect(at(full.covariance, 0, 1)).toBeCloseTo(0, 9);
  }
});

test('shared plots give the mean of PDA and a covariance of the same trace', () => {
  for (let run = 0; run < 50; run += 1) {
    const random = createRandom(`air-states/pda/${run}`);
    const { full, states } = randomTrack(random);
    const plots = Array.from({ length: 3 }, () => [[90 * random.normal()], [90 * random.normal()]]);
    const probability = plots.map(() => random.uniform() / 3);
    const innovation = { weight: 0, dxM: 0, dyM: 0, squareM2: 0 };
    plots.forEach((plot, k) => {
      const share = probability[k] as number;
      const dxM = at(plot, 0, 0) - (states.xM[0] as number);
      const dyM = at(plot, 1, 0) - (states.yM[0] as number);
      innovation.weight += share;
      innovation.dxM += share * dxM;
      innovation.dyM += share * dyM;
      innovation.squareM2 += share * (dxM ** 2 + dyM ** 2);
    });
    updateState(states, 0, PLOT_VARIANCE, innovation);
    const { mean, covariance } = updateFull(full, plots, probability);
    expect(states.xM[0]).toBeCloseTo(at(mean, 0, 0), 9);
    expect(states.vyMps[0]).toBeCloseTo(at(mean, 3, 0), 9);
    const trace = at(covariance, 0, 0) + at(covariance, 1, 1);
    expect(2 * (states.positionVariance[0] as number), `seed ${run}`).toBeCloseTo(trace, 6);
    const crossTrace = at(covariance, 0, 2) + at(covariance, 1, 3);
    expect(2 * (states.crossCovariance[0] as number)).toBeCloseTo(crossTrace, 6);
  }
});
