// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  createRandom,
  ecefFromGeodetic,
  enuFromEcef,
  packSymmetric,
  subtract,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { LIFTOFF, watched } from './ascents.fixture.ts';
import { backPropagatedLaunch } from './kinematics.ts';

/** One sigma of a young radar track: metres, m/s. */
const SIGMA = [500, 60] as const;

test('an arc followed back says where it was launched, no further off than it claims', () => {
  const distances: number[] = [];
  const areas: number[] = [];
  for (let run = 0; run < 40; run += 1) {
    const random = createRandom(`kinematics/${run}`);
    const { flight } = watched(random);
    const burnout = flight.states.length - 1;
    const sigma = (i: number): number => (i < 3 ? SIGMA[0] : SIGMA[1]);
    const full = new Float64Array(36);
    for (let i = 0; i < 6; i += 1) full[i * 7] = sigma(i) ** 2;
    const coasted = propagateState(flight.states[burnout] as readonly number[], 20);
    const launch = backPropagatedLaunch({
      time: addSeconds(LIFTOFF, burnout + 20),
      state: Array.from(coasted, (v, i) => v + sigma(i) * random.normal()),
      covariance: packSymmetric(full),
    });
    if (launch === null) throw new Error(`seed kinematics/${run}: no launch`);
    const [e, n] = enuFromEcef(
      flight.site,
      subtract(ecefFromGeodetic(launch.point), ecefFromGeodetic(flight.site)),
    );
    const [ee, en, nn] = launch.pointCovarianceM2;
    const determinant = ee * nn - en * en;
    distances.push((nn * e * e - 2 * en * e * n + ee * n * n) / determinant / 2);
    areas.push(Math.sqrt(determinant));
  }
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  // 99 % of a mean of 40 with 2 degrees of freedom lies under 1.40.
  expect(mean(distances), distances.join(' ')).toBeLessThan(1.4);
  // Two sides of 150 km would be a hundred times that.
  expect(mean(areas)).toBeLessThan(30_000 * 15_000);
});
