// SPDX-License-Identifier: Apache-2.0
import { createRandom, type Geodetic, geodeticFromDegrees } from '@isthmus/earth';
import type { BoundedArea, GivenLength } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { boundsOf, holds, middleOf, pointsOf, polygonProblem, reachM, sizeM2 } from './area.ts';

type Degrees = readonly [number, number];
const at = ([latitude, longitude]: Degrees): Geodetic => geodeticFromDegrees(latitude, longitude);
const polygon = (...points: readonly Degrees[]): BoundedArea => ({
  kind: 'polygon',
  points: points.map(at),
});
const circle = (centre: Degrees, value: number, unit: GivenLength['unit']): BoundedArea => ({
  kind: 'circle',
  centre: at(centre),
  radius: { value, unit, tolerance: null },
});

const KURA = polygon([56, 160], [56, 163], [58, 163], [58, 160]);
const DATE_LINE = polygon([10, 175], [10, -175], [20, -175], [20, 175]);
const NORTH_POLE = polygon([80, 0], [80, 90], [80, 180], [80, -90]);
const SOUTH_POLE = polygon([-70, 10], [-75, 130], [-70, -110]);

describe('what a polygon holds', () => {
  test.each<[string, BoundedArea, Degrees, Degrees]>([
    ['on land', KURA, [57, 161.5], [57, 164]],
    ['across the date line, its east', DATE_LINE, [15, -179], [15, -170]],
    ['across the date line, its west', DATE_LINE, [15, 179], [15, 170]],
    ['on the date line itself', DATE_LINE, [15, 180], [25, 180]],
    ['around the north pole', NORTH_POLE, [89, 45], [78, 45]],
    ['around the north pole, the pole', NORTH_POLE, [90, 0], [-90, 0]],
    ['around the south pole', SOUTH_POLE, [-90, 0], [-50, 0]],
  ])('%s', (_, area, inside, outside) => {
    expect(holds(area, at(inside))).toBe(true);
    expect(holds(area, at(outside))).toBe(false);
    const opposite = at(inside);
    const antipode = { ...opposite, latitudeRad: -opposite.latitudeRad };
    expect(holds(area, { ...antipode, longitudeRad: opposite.longitudeRad + Math.PI })).toBe(false);
  });

  test('the order in which its points run does not matter', () => {
    const reversed: BoundedArea = {
      kind: 'polygon',
      points: DATE_LINE.kind === 'polygon' ? DATE_LINE.points.toReversed() : [],
    };
    const random = createRandom('order');
    for (let i = 0; i < 500; i += 1) {
      const point = at([30 * random.uniform(), 165 + 30 * random.uniform()]);
      expect(holds(reversed, point)).toBe(holds(DATE_LINE, point));
    }
  });

  test('its size is the share of random places on the globe that it holds', () => {
    const random = createRandom('share');
    const globeM2 = 4 * Math.PI * 6_371_000 ** 2;
    const wide = polygon([0, 150], [0, -150], [50, -150], [50, 150]);
    for (const area of [wide, polygon([50, 0], [50, 120], [50, -120])]) {
      let inside = 0;
      for (let i = 0; i < 20_000; i += 1) {
        const latitude = (Math.asin(2 * random.uniform() - 1) * 180) / Math.PI;
        if (holds(area, at([latitude, 360 * random.uniform() - 180]))) inside += 1;
      }
      const share = sizeM2(area) / globeM2;
      const sigma = Math.sqrt((share * (1 - share)) / 20_000);
      expect(Math.abs(inside / 20_000 - share)).toBeLessThan(4 * sigma);
    }
  });
});

test('a circle in nautical miles is 1,852 metres each', () => {
  // One minute of latitude at 45° is 1,852.2 m: sixty of them are a degree.
  const area = circle([45, 170], 60, 'nautical miles');
  expect(holds(area, at([45.99, 170]))).toBe(true);
  expect(holds(area, at([46.01, 170]))).toBe(false);
  expect(holds(circle([45, 170], 60, 'km'), at([45.6, 170]))).toBe(false);
  expect(sizeM2(area)).toBeCloseTo(Math.PI * (60 * 1852) ** 2, -8);
  expect(reachM(area)).toBe(60 * 1852);
});

test('a circle across the date line holds both sides of it', () => {
  const area = circle([0, 179.9], 100, 'km');
  expect(holds(area, at([0, -179.5]))).toBe(true);
  expect(holds(area, at([0, -179]))).toBe(false);
});

test('the points that stand for an area lie on its rim or just around it', () => {
  for (const area of [KURA, DATE_LINE, NORTH_POLE, circle([70, 20], 40, 'nautical miles')]) {
    const reach = reachM(area);
    const around = { kind: 'circle', centre: middleOf(area) } as const;
    const within = (share: number): BoundedArea => ({
      ...around,
      radius: { value: (share * reach) / 1000, unit: 'km', tolerance: null },
    });
    const points = pointsOf(area);
    expect(points.length).toBeGreaterThan(8);
    expect(points.every((point) => holds(within(1.11), point))).toBe(true);
    expect(points.some((point) => !holds(within(0.97), point))).toBe(true);
  }
});

test('a name or a sector bounds what its outline does, or nothing', () => {
  expect(boundsOf({ kind: 'named', name: 'Barents Sea', outline: null })).toBeNull();
  expect(
    boundsOf({ kind: 'quadrant', ocean: 'Pacific', quadrant: 'north-west', outline: KURA }),
  ).toBe(KURA);
});

test('points that bound no side of the Earth, or nothing, are told', () => {
  const problem = (...points: readonly Degrees[]): string | null => polygonProblem(points.map(at));
  expect(problem([0, 0], [0, 120], [0, -120])).toContain('all round');
  expect(problem([80, 0], [-40, 100], [-40, -100])).toContain('hemisphere');
  expect(problem([10, 10], [10, 10], [10, 10])).toContain('no area');
  expect(problem([80, 0], [80, 120], [80, -120])).toBeNull();
});
