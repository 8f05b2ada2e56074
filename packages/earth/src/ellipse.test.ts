// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import {
  ellipseAreaM2,
  ellipsePointsM,
  enclosingRadiusM,
  type PlaneCovariance,
} from './ellipse.ts';
import { createRandom } from './random.ts';

const SEED = 'earth/ellipse';
const shapes: readonly PlaneCovariance[] = [
  [1, 0, 1],
  [100, 0, 1],
  [4, 3, 9],
  [1e8, -9.9e7, 1e8],
];

test('a circle has the area and the radius of the Rayleigh distribution', () => {
  const chi2 = -2 * Math.log(0.1);
  expect(chi2).toBeCloseTo(4.60517, 5);
  expect(ellipseAreaM2([4, 0, 4], 0.9)).toBeCloseTo(Math.PI * chi2 * 4, 9);
  expect(enclosingRadiusM([4, 0, 4], 0.9)).toBeCloseTo(2 * Math.sqrt(chi2), 9);
  // 95 %: 5.991, the tabled chi-square with two degrees of freedom.
  expect(enclosingRadiusM([1, 0, 1], 0.95) ** 2).toBeCloseTo(5.9915, 4);
});

test.each(shapes)(
  'the circle around the ellipse holds at least its share of draws: %d %d %d',
  (ee, en, nn) => {
    const random = createRandom(SEED);
    const a = Math.sqrt(ee);
    const b = en / a;
    const c = Math.sqrt(nn - b * b);
    const radius = enclosingRadiusM([ee, en, nn], 0.9);
    let inEllipse = 0;
    let inCircle = 0;
    const draws = 20_000;
    for (let i = 0; i < draws; i += 1) {
      const [u, v] = [random.normal(), random.normal()];
      const [east, north] = [a * u, b * u + c * v];
      if (u * u + v * v <= -2 * Math.log(0.1)) inEllipse += 1;
      if (Math.hypot(east, north) <= radius) inCircle += 1;
    }
    expect(inEllipse / draws, SEED).toBeCloseTo(0.9, 1);
    expect(inCircle, SEED).toBeGreaterThanOrEqual(inEllipse);
    expect(ellipseAreaM2([ee, en, nn], 0.9)).toBeLessThanOrEqual(
      Math.PI * radius * radius * 1.000001,
    );
  },
);

test('a covariance without width has no area', () => {
  expect(ellipseAreaM2([1, 1, 1], 0.9)).toBe(0);
  expect(enclosingRadiusM([1, 1, 1], 0.9)).toBeCloseTo(Math.sqrt(2 * 4.60517), 4);
});

test.each(shapes)(
  'the points of an ellipse lie on it and enclose its area: %d %d %d',
  (ee, en, nn) => {
    const count = 720;
    const points = ellipsePointsM([ee, en, nn], 0.9, count);
    const det = ee * nn - en * en;
    let area2 = 0;
    points.forEach(([x, y], i) => {
      const [u, v] = points.at(i - 1) as [number, number];
      area2 += u * y - x * v;
      const form = (nn * x * x - 2 * en * x * y + ee * y * y) / det;
      expect(form / (-2 * Math.log(0.1))).toBeCloseTo(1, 6);
    });
    // A regular polygon's share of its circle, which an affine map keeps; positive: counter-clockwise.
    const share = (count / (2 * Math.PI)) * Math.sin((2 * Math.PI) / count);
    expect(area2 / 2 / ellipseAreaM2([ee, en, nn], 0.9)).toBeCloseTo(share, 6);
  },
);
