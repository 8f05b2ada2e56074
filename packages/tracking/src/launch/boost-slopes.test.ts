// SPDX-License-Identifier: Apache-2.0
import { addSeconds, createRandom, geodeticFromDegrees } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { LIFTOFF } from './ascents.fixture.ts';
import { ascend, type BoostAnchor, HEAD, knotsFor, launchTime } from './boost-model.ts';
import { ascendWithSlopes } from './boost-slopes.ts';

const ANCHOR: BoostAnchor = {
  point: geodeticFromDegrees(41, 129),
  pointSigmaM: 40_000,
  time: LIFTOFF,
  leadS: 35,
  leadSigmaS: 25,
};

test('derivatives of an ascent are those of central differences, by every parameter', () => {
  for (let run = 0; run < 8; run += 1) {
    const random = createRandom(`boost-slopes/${run}`);
    const knots = knotsFor(160);
    const parameters = Float64Array.from({ length: HEAD + 2 * knots }, () => 0.5 * random.normal());
    parameters[2] = 0.1 * random.normal();
    parameters[3] = 7 * random.uniform();
    // After lift-off throughout, beyond the walks' last step too, and across an end of thrust.
    const times = [20, 47.3, 80, 120, 171].map((s) => addSeconds(LIFTOFF, s));
    const endS = run % 2 === 0 ? null : 103;
    const cutOff = (q: Float64Array, laterS: number) =>
      endS === null ? null : addSeconds(launchTime(ANCHOR, q), endS + laterS);
    const fly = (q: Float64Array, laterS = 0): Float64Array =>
      ascend(ANCHOR, q, times, cutOff(q, laterS));
    const found = ascendWithSlopes(ANCHOR, parameters, times, cutOff(parameters, 0));
    const states = fly(parameters);
    expect(
      Math.max(...found.states.map((v, i) => Math.abs(v - (states[i] as number)))),
    ).toBeLessThan(1e-6);
    const compare = (
      of: (by: number) => Float64Array,
      named: { readonly slope: (row: number, i: number) => number; readonly name: string },
    ): void => {
      // Lift-off and end of thrust move the steps of the flight: a difference over one evens that out.
      const moves = ['parameter 2', 'end of thrust'].includes(named.name);
      const step = named.name === 'end of thrust' ? 1.25 : moves ? 0.05 : 1e-3;
      const [high, low] = [of(step), of(-step)];
      for (let row = 0; row < times.length; row += 1) {
        for (const from of [0, 3]) {
          const differences = [0, 1, 2].map((i) => {
            const k = 6 * row + from + i;
            return ((high[k] as number) - (low[k] as number)) / (2 * step);
          });
          const slopes = [0, 1, 2].map((i) => named.slope(row, from + i));
          const off = Math.hypot(...slopes.map((v, i) => v - (differences[i] as number)));
          const size = Math.hypot(...differences);
          const where = `seed boost-slopes/${run}, ${named.name}, time ${row}, from ${from}`;
          const share = moves ? 0.02 : 1e-4;
          expect(off, where).toBeLessThan(share * size + (from === 0 ? 1 : 0.02));
        }
      }
    };
    for (let j = 0; j < parameters.length; j += 1) {
      const moved = (by: number): Float64Array =>
        fly(parameters.map((v, k) => (k === j ? v + by : v)));
      const slope = (row: number, i: number): number =>
        found.byParameters[6 * (parameters.length * row + j) + i] as number;
      compare(moved, { slope, name: `parameter ${j}` });
    }
    if (endS === null) continue;
    const slope = (row: number, i: number): number => found.byEnd[6 * row + i] as number;
    compare((by) => fly(parameters, by), { slope, name: 'end of thrust' });
  }
});
