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

interface Told {
  /** Squared distance of the true point over two, in sigmas of the ellipse; root of the determinant, m². */
  readonly distance: number;
  readonly size: number;
}

/** What arcs say of their launches that were first seen to coast so long after burn-out. */
function told(seenAfterS: number): Told[] {
  return Array.from({ length: 40 }, (_, run) => {
    const random = createRandom(`kinematics/${run}`);
    const { flight } = watched(random);
    const burnout = flight.states.length - 1;
    const sigma = (i: number): number => (i < 3 ? SIGMA[0] : SIGMA[1]);
    const full = new Float64Array(36);
    for (let i = 0; i < 6; i += 1) full[i * 7] = sigma(i) ** 2;
    const seenS = burnout + seenAfterS;
    const coasted = propagateState(flight.states[burnout] as readonly number[], seenAfterS + 10);
    const state = Array.from(coasted, (v, i) => v + sigma(i) * random.normal());
    const estimate = {
      time: addSeconds(LIFTOFF, seenS + 10),
      state,
      covariance: packSymmetric(full),
    };
    const launch = backPropagatedLaunch(estimate, addSeconds(LIFTOFF, seenS));
    if (launch === null) throw new Error(`seed kinematics/${run}: no launch`);
    const [e, n] = enuFromEcef(
      flight.site,
      subtract(ecefFromGeodetic(launch.point), ecefFromGeodetic(flight.site)),
    );
    const [ee, en, nn] = launch.pointCovarianceM2;
    const determinant = ee * nn - en * en;
    return {
      distance: (nn * e * e - 2 * en * e * n + ee * n * n) / determinant / 2,
      size: Math.sqrt(determinant),
    };
  });
}

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

test('an arc followed back says where it was launched, no further off than it claims, best if seen early', () => {
  const [early, late] = [told(10), told(90)];
  for (const list of [early, late]) {
    const distances = list.map(({ distance }) => distance);
    // 99 % of a mean of 40 with 2 degrees of freedom lies under 1.40.
    expect(mean(distances), distances.join(' ')).toBeLessThan(1.4);
  }
  const size = (list: readonly Told[]): number => mean(list.map((one) => one.size));
  // Two sides of 150 km would be a hundred times that.
  expect(size(early)).toBeLessThan(30_000 * 15_000);
  expect(size(early)).toBeLessThan(0.9 * size(late));
});

// A few looks of radar at a climb half a minute old said "heading 174 degrees, one sigma 10" of one to 75.
test('the heading of a climb that goes nearly upright is as open as its speed over the ground', () => {
  const sigmas = [100, 100, 100, 80, 80, 80];
  const errors = Array.from({ length: 60 }, (_, run) => {
    const random = createRandom(`heading/${run}`);
    const { flight } = watched(random);
    const full = new Float64Array(36);
    for (const [i, sigma] of sigmas.entries()) full[i * 7] = sigma ** 2;
    const seen = flight.states[40] as readonly number[];
    const state = seen.map((v, i) => v + (sigmas[i] as number) * random.normal());
    const time = addSeconds(LIFTOFF, 40);
    const launch = backPropagatedLaunch({ time, state, covariance: packSymmetric(full) }, time);
    const apart = (launch?.azimuthRad ?? 0) - flight.azimuthRad;
    const sigma = launch?.azimuthSigmaRad ?? 0;
    return { squared: (Math.atan2(Math.sin(apart), Math.cos(apart)) / sigma) ** 2, sigma };
  });
  expect(mean(errors.map(({ squared }) => squared))).toBeLessThan(1.5);
  expect(mean(errors.map(({ sigma }) => sigma))).toBeGreaterThan(0.3);
});
