// SPDX-License-Identifier: Apache-2.0
import { addSeconds, createRandom, geodeticFromDegrees, packSymmetric } from '@isthmus/earth';
import type { RadarSensor } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { predictLook } from '../sensors/radar.ts';
import { arcOf, burnUnknown, layoutOf, type Problem, type RiseLook } from './ascent-looks.ts';
import { residuals, residualsWithSlopes } from './ascent-residuals.ts';
import { type Ascent, eye, LIFTOFF, watched } from './ascents.fixture.ts';
import { AZIMUTH, knotsFor } from './boost-model.ts';

const STEP = 1e-3;
const eyes = [eye(20), eye(75)] as const;

const radar: RadarSensor = {
  kind: 'radar',
  id: 'radar',
  site: geodeticFromDegrees(30, 40, 100),
  azimuthFromRad: 0,
  azimuthToRad: 0,
  elevationMinRad: 0,
  elevationMaxRad: 1.5,
  rangeMaxM: 4e6,
  revisitS: 5,
  noise: { rangeM: 100, azimuthRad: 1e-3, elevationRad: 1e-3 },
  bias: { rangeM: 50, azimuthRad: 5e-4, elevationRad: 5e-4 },
};

/** Looks at a climb each 7 s, from half a minute on. */
function riseOf(flight: Ascent): RiseLook[] {
  return flight.states.flatMap((state, t) =>
    t >= 30 && t % 7 === 0
      ? [{ sensor: radar, time: addSeconds(LIFTOFF, t), ...predictLook(radar, state).look }]
      : [],
  );
}

function arcAfter(flight: Ascent): Problem['arc'] {
  const full = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) full[i * 7] = i < 3 ? 400 ** 2 : 8 ** 2;
  const burnout = flight.states.length - 1;
  const time = addSeconds(LIFTOFF, burnout);
  const state = flight.states[burnout] as readonly number[];
  return arcOf({ time, state, covariance: packSymmetric(full) }, time);
}

test('slopes of the residuals are those of central differences, by every unknown', () => {
  for (let run = 0; run < 6; run += 1) {
    const random = createRandom(`ascent-residuals/${run}`);
    const { flight, looks } = watched(random, eyes);
    const lines = eyes.map((sensor, k) => ({ sensor, looks: looks[k] ?? [] }));
    const seen = [
      { eyes: lines, rise: [], arc: null },
      { eyes: lines.slice(0, 1), rise: riseOf(flight), arc: arcAfter(flight) },
      { eyes: [], rise: riseOf(flight), arc: arcAfter(flight) },
    ][run % 3] as Pick<Problem, 'eyes' | 'rise' | 'arc'>;
    const anchor = {
      point: flight.site,
      pointSigmaM: 40_000,
      time: addSeconds(LIFTOFF, 20),
      leadS: 30,
      leadSigmaS: 10,
    };
    const problem: Problem = { ...seen, anchor, knots: knotsFor(flight.states.length) };
    const layout = layoutOf(problem);
    const unknowns = Float64Array.from({ length: layout.length }, () => 0.3 * random.normal());
    unknowns[AZIMUTH] = flight.azimuthRad + 0.1;
    // Lift-off as it was, and the end of thrust between two looks.
    unknowns[2] = 1;
    const endS = 7 * Math.floor((flight.states.length - 15) / 7) + 3.5;
    if (layout.burn >= 0) unknowns[layout.burn] = burnUnknown(endS);
    const { values, slopes } = residualsWithSlopes(problem, layout, unknowns);
    const plain = residuals(problem, layout, unknowns);
    values.forEach((v, i) => {
      expect(v).toBeCloseTo(plain[i] as number, 6);
    });
    for (let j = 0; j < layout.length; j += 1) {
      const at = (by: number): Float64Array =>
        residuals(
          problem,
          layout,
          unknowns.map((v, k) => (k === j ? v + by : v)),
        );
      // Lift-off moves the steps of the flight: a difference over one of them evens that out, but for
      // an arc, which is straight from knot to knot.
      const step = j === 2 && problem.arc === null ? 0.125 : STEP;
      const share = j === 2 ? 0.1 : 0.005;
      const [high, low] = [at(step), at(-step)];
      const differences = high.map((v, i) => (v - (low[i] as number)) / (2 * step));
      const size = Math.hypot(...differences);
      const off = Math.hypot(
        ...differences.map((v, i) => v - (slopes[i * layout.length + j] as number)),
      );
      expect(off, `seed ascent-residuals/${run}, unknown ${j}`).toBeLessThan(share * size + 1e-3);
    }
  }
});
