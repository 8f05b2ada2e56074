// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  createRandom,
  type Instant,
  instant,
  multiply,
  packSymmetric,
  transpose,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import { propagateCoast } from '../models/coast.ts';
import {
  combine,
  covarianceIntersection,
  fuseIndependent,
  trackletBetween,
} from './information.ts';

const random = createRandom('information');

function randomEstimate(time: Instant, size: number): Estimate {
  const root = Float64Array.from(
    { length: 36 },
    (_, i) => random.normal() * (Math.floor(i / 6) < 3 ? size : size / 50),
  );
  const covariance = multiply(root, transpose(root, 6, 6), { n: 6, m: 6, p: 6 });
  for (let i = 0; i < 6; i += 1) {
    covariance[i * 7] = (covariance[i * 7] as number) + (i < 3 ? size * size : (size / 50) ** 2);
  }
  const centre = [4.1e6, 3.2e6, 4.4e6, -3000, 2500, 3100];
  return {
    time,
    state: centre.map((v, i) => v + random.normal() * (i < 3 ? size : size / 50)),
    covariance: packSymmetric(covariance),
  };
}

function expectClose(a: Estimate, b: Estimate, relative: number): void {
  expect(a.time).toBe(b.time);
  const diagonal = [0, 6, 11, 15, 18, 20].map((k) => Math.sqrt(b.covariance[k] as number));
  a.state.forEach((v, i) => {
    expect(Math.abs(v - (b.state[i] as number)) / (diagonal[i] as number)).toBeLessThan(relative);
  });
  let k = 0;
  for (let i = 0; i < 6; i += 1) {
    for (let j = i; j < 6; j += 1) {
      const error = Math.abs((a.covariance[k] as number) - (b.covariance[k] as number));
      expect(error / (diagonal[i] as number) / (diagonal[j] as number)).toBeLessThan(relative);
      k += 1;
    }
  }
}

test('a tracklet is what must be added to the base to get the current estimate back', () => {
  for (let run = 0; run < 50; run += 1) {
    const base = randomEstimate(instant(0), 3000);
    const at = addSeconds(base.time, 40);
    const current = combine(base, randomEstimate(at, 800));
    const tracklet = trackletBetween(base, current);
    expect(tracklet).not.toBeNull();
    expectClose(combine(base, tracklet as Estimate), current, 1e-7);
  }
});

test('nothing added gives no tracklet', () => {
  const base = randomEstimate(instant(0), 1000);
  expect(trackletBetween(base, propagateCoast(base, addSeconds(base.time, 10)))).toBeNull();
});

test('fusing is the same in any order, and never larger than one of its inputs', () => {
  const parts = [1, 2, 3].map((k) => randomEstimate(instant(k * 1_000_000), 1000 * k));
  const at = instant(5_000_000);
  const one = fuseIndependent(parts, at);
  expectClose(fuseIndependent([...parts].reverse(), at), one, 1e-8);
  for (const part of parts) {
    const moved = propagateCoast(part, at);
    for (const k of [0, 6, 11, 15, 18, 20]) {
      expect(one.covariance[k] as number).toBeLessThanOrEqual(moved.covariance[k] as number);
    }
  }
});

test('fusing nothing is refused with its code', () => {
  expect(() => fuseIndependent([], instant(0))).toThrow(TrackingError);
});

test('covariance intersection of an estimate with itself is the estimate', () => {
  const one = randomEstimate(instant(0), 1000);
  expectClose(covarianceIntersection(one, one), one, 1e-7);
});
