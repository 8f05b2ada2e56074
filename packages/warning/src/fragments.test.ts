// SPDX-License-Identifier: Apache-2.0
import {
  geodesicDestination,
  geodesicDistanceM,
  geodesicInverse,
  geodeticFromEcef,
} from '@isthmus/earth';
import type { ImpactRegion } from '@isthmus/picture';
import { propagateState } from '@isthmus/tracking';
import { describe, expect, test } from 'vitest';
import { regionOfLaunch, separationShare, separationSpread } from './fragments.ts';
import { impactRegion } from './impact.ts';
import { burnOutState, estimateOf, fallInertial, LIFT_OFF, randomOf } from './testing.ts';

const estimate = estimateOf(burnOutState(), { time: LIFT_OFF, positionM: 50, velocityMps: 0.5 });
const one = impactRegion(estimate) as ImpactRegion;
const spread = separationSpread(estimate) as readonly [number, number, number];
const separation = { covarianceM2: spread, share: separationShare(0) };

function shifted(azimuthRad: number, distanceM: number, sigmaM?: number): ImpactRegion {
  const centre = geodesicDestination(one.centre, azimuthRad, distanceM);
  if (sigmaM === undefined) return { ...one, centre };
  return { ...one, centre, covarianceM2: [sigmaM ** 2, 0, sigmaM ** 2] };
}

function isInside(region: ImpactRegion, point: ImpactRegion['centre']): boolean {
  const line = geodesicInverse(region.centre, point);
  const [e, n] = [Math.sin(line.azimuthRad), Math.cos(line.azimuthRad)].map(
    (part) => part * line.distanceM,
  ) as [number, number];
  const [ee, en, nn] = region.covarianceM2;
  const d2 = (nn * e * e - 2 * en * e * n + ee * n * n) / (ee * nn - en * en);
  return d2 <= -2 * Math.log(1 - region.probability);
}

describe('separation', () => {
  test('bodies of which half are parted by springs at burn-out land inside it, by an independent integrator', () => {
    const random = randomOf('separation');
    const alone = regionOfLaunch(one, [one], separation);
    let inside = 0;
    const draws = 200;
    for (let i = 0; i < draws; i += 1) {
      const mps = i % 2 === 0 ? 1 + 4 * random.uniform() : 0;
      const towards = [random.normal(), random.normal(), random.normal()] as const;
      const each = mps / Math.hypot(...towards);
      const parted = burnOutState().map((v, k) => v + each * (towards[k - 3] ?? 0));
      if (isInside(alone, geodeticFromEcef(fallInertial(parted, 4000).position))) inside += 1;
    }
    expect(inside / draws).toBeGreaterThanOrEqual(0.86);
    expect(inside / draws).toBeLessThanOrEqual(0.99);
  });

  test('is decided at burn-out: late in the flight it is what it was', () => {
    const late = estimateOf([...propagateState(burnOutState(), 600)], {
      time: LIFT_OFF,
      positionM: 50,
      velocityMps: 0.5,
    });
    const after = separationSpread(late) as readonly [number, number, number];
    expect(after[0] / spread[0]).toBeCloseTo(1, 0);
    expect(Math.abs(after[0] / spread[0] - 1)).toBeLessThan(0.15);
    expect(Math.abs(after[2] / spread[2] - 1)).toBeLessThan(0.15);
  });

  test('counts for half as much where the launch may be of short range, and as often as not is whole', () => {
    expect(separationShare(1)).toBeCloseTo(separationShare(0) / 2, 12);
    const whole = regionOfLaunch(one, [one], { ...separation, share: separationShare(1) });
    const parted = regionOfLaunch(one, [one], separation);
    for (const k of [0, 2] as const) {
      const added = (parted.covarianceM2[k] - one.covarianceM2[k]) / 2;
      expect(whole.covarianceM2[k] - one.covarianceM2[k]).toBeCloseTo(added, 3);
    }
  });

  test('there is none for a body that stays up', () => {
    const up = estimateOf([6778137, 0, 0, 0, 7200, 0], {
      time: LIFT_OFF,
      positionM: 50,
      velocityMps: 0.5,
    });
    expect(separationSpread(up)).toBeNull();
  });
});

describe('region of a launch', () => {
  test('of one body has its centre, and is larger by a quarter of the separation', () => {
    const alone = regionOfLaunch(one, [one], separation);
    expect(geodesicDistanceM(alone.centre, one.centre)).toBeLessThan(1);
    for (const k of [0, 1, 2] as const) {
      expect(alone.covarianceM2[k]).toBeCloseTo(one.covarianceM2[k] + spread[k] / 4, 0);
    }
  });

  test('of five bodies kilometres apart holds each of them, whichever is the primary', () => {
    const bodies = [0, 1, 2, 3, 4].map((i) => shifted((i * 2 * Math.PI) / 5, 9000));
    for (const primary of bodies) {
      const region = regionOfLaunch(primary, bodies, separation);
      for (const body of bodies) expect(isInside(region, body.centre)).toBe(true);
      expect(geodesicDistanceM(region.centre, one.centre)).toBeLessThan(3000);
    }
  });

  test('of two bodies equally well known, the spread is that of a sample of two', () => {
    const other = shifted(Math.PI / 2, 20_000);
    const region = regionOfLaunch(one, [one, other], separation);
    expect(geodesicDistanceM(region.centre, one.centre)).toBeCloseTo(10_000, -2);
    // Two values 20 km apart have a sample variance of half the square of that.
    const expected = one.covarianceM2[0] + spread[0] / 8 + 20_000 ** 2 / 2;
    expect(region.covarianceM2[0] / expected).toBeCloseTo(1, 2);
  });

  test('a lower stage that falls far behind changes nothing', () => {
    const region = regionOfLaunch(one, [one, shifted(2, 400_000)], separation);
    expect(region).toEqual(regionOfLaunch(one, [one], separation));
  });

  test('a body hardly followed yet hardly moves it', () => {
    const alone = regionOfLaunch(one, [one], separation);
    const region = regionOfLaunch(one, [one, shifted(1, 60_000, 80_000)], separation);
    expect(region.areaKm2 / alone.areaKm2).toBeLessThan(1.1);
    expect(geodesicDistanceM(region.centre, alone.centre)).toBeLessThan(300);
  });
});
