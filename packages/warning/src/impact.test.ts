// SPDX-License-Identifier: Apache-2.0
import {
  cholesky,
  enuAxes,
  type Geodetic,
  geodesicInverse,
  geodeticFromEcef,
  norm,
  scale,
  secondsBetween,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, ImpactRegion } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { descend, fallToAir, land, radialHeightM } from './descent.ts';
import { impactRegion, orbitProbability, perigeeHeightM } from './impact.ts';
import {
  burnOutState,
  drawState,
  estimateOf,
  fallInertial,
  LIFT_OFF,
  randomOf,
} from './testing.ts';

const MEDIAN_KGPM2 = 4000;
const LOG_SIGMA = Math.log(2) / 1.6448536;

function regionOf(estimate: Estimate): ImpactRegion {
  const region = impactRegion(estimate);
  if (region === null) throw new RangeError('expected a region');
  return region;
}

/** Squared Mahalanobis distance of a point on the ground from the region's centre. */
function distance2(region: ImpactRegion, point: Geodetic): number {
  const line = geodesicInverse(region.centre, point);
  const east = line.distanceM * Math.sin(line.azimuthRad);
  const north = line.distanceM * Math.cos(line.azimuthRad);
  const [ee, en, nn] = region.covarianceM2;
  return (nn * east * east - 2 * en * east * north + ee * north * north) / (ee * nn - en * en);
}

describe('descent', () => {
  test('meets the ground where an inertial integrator with its own gravity does, to 150 m', () => {
    for (const [speed, climb, coefficient] of [
      [5080, 38, 4000],
      [5080, 38, 2000],
      [3000, 43, 8000],
      [6800, 25, 3000],
      [4000, 70, 4000],
    ] as const) {
      const state = burnOutState(speed, climb);
      const ground = descend(state, coefficient);
      const other = fallInertial(state, coefficient);
      if (ground === null) throw new RangeError('expected an impact');
      expect(Math.abs(radialHeightM(ground.position))).toBeLessThan(0.05);
      const apart = norm([
        ground.position[0] - other.position[0],
        ground.position[1] - other.position[1],
        ground.position[2] - other.position[2],
      ]);
      expect(apart, `speed ${speed}`).toBeLessThan(150);
      expect(Math.abs(ground.seconds - other.seconds)).toBeLessThan(0.3);
    }
  });

  test('a body in orbit, one under the ground and one that escapes do not come down', () => {
    expect(descend([6778137, 0, 0, 0, 7200, 0], MEDIAN_KGPM2)).toBeNull();
    expect(descend([6300000, 0, 0, 0, 0, 0], MEDIAN_KGPM2)).toBeNull();
    expect(descend([6578137, 0, 0, 12000, 0, 0], MEDIAN_KGPM2)).toBeNull();
  });
});

describe('a fall shared down to the air', () => {
  test('ends bit for bit where each body falls by itself', () => {
    const seed = 'shared falls';
    const random = randomOf(seed);
    let shared = 0;
    for (let i = 0; i < 300; i += 1) {
      const state = burnOutState(1500 + 5500 * random.uniform(), 5 + 80 * random.uniform());
      const above = fallToAir(state);
      if (above.seconds > 0) shared += 1;
      for (const ballisticCoefficientKgpm2 of [500, 4000]) {
        const body = { ballisticCoefficientKgpm2, windMps: null };
        expect(land(above, body), `seed ${seed}, ${i}`).toEqual(
          descend(state, ballisticCoefficientKgpm2),
        );
      }
    }
    expect(shared).toBeGreaterThan(100);
  });

  test('is blown where the wind goes, twice as far by twice the wind, and farther the lighter it is', () => {
    const above = fallToAir(burnOutState(5080, 38));
    const at = (ballisticCoefficientKgpm2: number, eastMps: number): Geodetic => {
      const still = land(above, { ballisticCoefficientKgpm2, windMps: null });
      if (still === null) throw new RangeError('expected an impact');
      const [east] = enuAxes(geodeticFromEcef(still.position));
      const windMps = eastMps === 0 ? null : scale(east, eastMps);
      const ground = land(above, { ballisticCoefficientKgpm2, windMps });
      if (ground === null) throw new RangeError('expected an impact');
      return geodeticFromEcef(ground.position);
    };
    const drift = (coefficient: number, eastMps: number) =>
      geodesicInverse(at(coefficient, 0), at(coefficient, eastMps));
    const once = drift(4000, 20);
    expect(once.distanceM).toBeGreaterThan(20);
    expect(once.distanceM).toBeLessThan(1000);
    expect(Math.sin(once.azimuthRad)).toBeGreaterThan(0.5);
    expect(drift(4000, 40).distanceM / once.distanceM).toBeCloseTo(2, 1);
    // As one over the coefficient, to the power 1 where the air brakes little, to 1.8 where it does much.
    const lighter = drift(2000, 20).distanceM / once.distanceM;
    expect(lighter).toBeGreaterThan(2);
    expect(lighter).toBeLessThan(3.5);
    const heavier = drift(40_000, 20).distanceM / drift(80_000, 20).distanceM;
    expect(heavier).toBeGreaterThan(1.9);
    expect(heavier).toBeLessThan(2.2);
    expect(drift(Number.POSITIVE_INFINITY, 20).distanceM).toBeLessThan(1e-6);
  });
});

describe('impact region', () => {
  const cases = [
    { name: 'after 10 s of coast', positionM: 1500, velocityMps: 25, speed: 5080, climb: 38 },
    { name: 'after a minute', positionM: 300, velocityMps: 4, speed: 5080, climb: 38 },
    { name: 'a long flight', positionM: 1000, velocityMps: 8, speed: 6800, climb: 25 },
    { name: 'a lofted flight', positionM: 800, velocityMps: 10, speed: 5500, climb: 75 },
  ];
  test.each(cases)('covers 90 % of the impacts it stands for: $name', (c) => {
    const seed = `coverage/${c.name}`;
    const random = randomOf(seed);
    const estimate = estimateOf(burnOutState(c.speed, c.climb), {
      time: LIFT_OFF,
      positionM: c.positionM,
      velocityMps: c.velocityMps,
      random: random.fork('covariance'),
    });
    const root = cholesky(unpackSymmetric(estimate.covariance), 6);
    if (root === null) throw new RangeError('the covariance is positive');
    const region = regionOf(estimate);
    const draws = 500;
    let inside = 0;
    let onTime = 0;
    for (let i = 0; i < draws; i += 1) {
      const coefficient = MEDIAN_KGPM2 * Math.exp(LOG_SIGMA * random.normal());
      const ground = fallInertial(drawState(estimate, root, random), coefficient);
      const point = geodeticFromEcef(ground.position);
      if (distance2(region, point) <= -2 * Math.log(1 - region.probability)) inside += 1;
      const lateS = ground.seconds - secondsBetween(LIFT_OFF, region.time);
      if (Math.abs(lateS) <= 1.645 * region.timeSigmaS) onTime += 1;
    }
    const area = region.areaKm2.toFixed(0);
    expect(inside / draws, `seed ${seed}, ${area} km2`).toBeGreaterThanOrEqual(0.86);
    expect(inside / draws, `seed ${seed}, ${area} km2`).toBeLessThanOrEqual(0.96);
    expect(onTime / draws, `time, seed ${seed}`).toBeGreaterThanOrEqual(0.85);
  });

  test('states its area, its time after the estimate and a centre on the ground', () => {
    const estimate = estimateOf(burnOutState(), { time: LIFT_OFF, positionM: 300, velocityMps: 4 });
    const region = regionOf(estimate);
    const [ee, en, nn] = region.covarianceM2;
    const area = (Math.PI * -2 * Math.log(0.1) * Math.sqrt(ee * nn - en * en)) / 1e6;
    expect(region.areaKm2).toBeCloseTo(area, 6);
    expect(region.centre.heightM).toBe(0);
    expect(secondsBetween(LIFT_OFF, region.time)).toBeGreaterThan(600);
  });

  test('shrinks as the estimate does, down to what wind and drag leave open', () => {
    const areas = [4, 1, 0.1, 0.001].map((velocityMps) => {
      const options = { time: LIFT_OFF, positionM: 100 * velocityMps, velocityMps };
      return regionOf(estimateOf(burnOutState(), options)).areaKm2;
    });
    expect([...areas].sort((a, b) => b - a)).toEqual(areas);
    expect(areas.at(-1)).toBeGreaterThan(Math.PI * 4.605 * 0.6 ** 2);
  });

  test('nothing is stated when the estimate is too loose to be an ellipse', () => {
    const options = { time: LIFT_OFF, positionM: 50_000, velocityMps: 1500 };
    expect(impactRegion(estimateOf(burnOutState(), options))).toBeNull();
  });

  test('nothing is stated of a body that stays up', () => {
    const state = [6778137, 0, 0, 0, 7200, 0];
    const options = { time: LIFT_OFF, positionM: 100, velocityMps: 1 };
    expect(impactRegion(estimateOf(state, options))).toBeNull();
  });
});

describe('orbit', () => {
  test('perigee of a circular orbit is its height, of a ballistic flight far below the ground', () => {
    const r = 6778137;
    const circular = Math.sqrt(3.986004418e14 / r) - 7.292115e-5 * r;
    expect(perigeeHeightM([r, 0, 0, 0, circular, 0])).toBeCloseTo(r - 6378137, -2);
    expect(perigeeHeightM(burnOutState())).toBeLessThan(-2e6);
  });

  test('probability of orbit follows how far perigee is above 100 km, in sigmas', () => {
    const r = 6578137;
    const circular = Math.sqrt(3.986004418e14 / r) - 7.292115e-5 * r;
    const options = { time: LIFT_OFF, positionM: 50, velocityMps: 1 };
    const at = (mps: number): number => orbitProbability(estimateOf([r, 0, 0, 0, mps, 0], options));
    // About 0.29 m/s a kilometre of perigee: 29 m/s below circular puts it at 100 km.
    expect(at(circular)).toBeGreaterThan(0.99);
    expect(at(circular - 29.3)).toBeGreaterThan(0.1);
    expect(at(circular - 29.3)).toBeLessThan(0.9);
    expect(at(circular - 60)).toBeLessThan(0.01);
  });
});
