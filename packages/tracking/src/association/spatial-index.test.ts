// SPDX-License-Identifier: Apache-2.0
// Oracle: every point looked at.
import { createRandom } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { createSpatialIndex, findNear, indexPoints, type SpatialIndex } from './spatial-index.ts';

interface Circle {
  readonly xM: number;
  readonly yM: number;
  readonly radiusM: number;
}

function found(index: SpatialIndex, { xM, yM, radiusM }: Circle): number[] {
  const count = findNear(index, xM, yM, radiusM);
  return [...index.found.subarray(0, count)].sort((a, b) => a - b);
}

function everyPoint(positions: Float64Array, count: number, circle: Circle): number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => {
    const dx = (positions[2 * i] as number) - circle.xM;
    const dy = (positions[2 * i + 1] as number) - circle.yM;
    return dx * dx + dy * dy <= circle.radiusM * circle.radiusM;
  });
}

test('a query finds the points of its circle, each once, whatever the cell and the radius', () => {
  const index = createSpatialIndex();
  for (let run = 0; run < 300; run += 1) {
    const random = createRandom(`spatial-index/${run}`);
    const count = random.integer(200);
    const cellM = 10 ** (4 * random.uniform());
    const positions = Float64Array.from({ length: 2 * count }, () => 5000 * random.normal());
    indexPoints(index, positions, { count, cellM });
    for (let query = 0; query < 10; query += 1) {
      const circle = {
        xM: 5000 * random.normal(),
        yM: 5000 * random.normal(),
        radiusM: 10 ** (4 * random.uniform()),
      };
      const expected = everyPoint(positions, count, circle);
      expect(found(index, circle), `seed spatial-index/${run}`).toEqual(expected);
    }
  }
});

test('points on the borders of cells, on the rim and on one another are found', () => {
  const steps = [-3, -2, -1, 0, 1, 2, 3];
  const positions = Float64Array.from(steps.flatMap((x) => steps.flatMap((y) => [x, y, x, y])));
  const count = positions.length / 2;
  const index = createSpatialIndex();
  indexPoints(index, positions, { count, cellM: 1 });
  for (const xM of steps) {
    for (const radiusM of [0, 1, Math.SQRT2, 2, 3]) {
      const circle = { xM, yM: -1, radiusM };
      expect(found(index, circle)).toEqual(everyPoint(positions, count, circle));
    }
  }
});

test('coordinates too large for cells to be told apart are still told apart as points', () => {
  const positions = Float64Array.from([
    1e300,
    -1e300,
    1e300,
    1e300,
    2 ** 53,
    0,
    2 ** 53 + 2,
    0,
    -(2 ** 53),
    0,
    5,
    5,
    2 ** 31,
    0,
  ]);
  const count = positions.length / 2;
  const index = createSpatialIndex();
  for (const cellM of [1e-300, 1, 1e9]) {
    indexPoints(index, positions, { count, cellM });
    for (let i = 0; i < count; i += 1) {
      for (const radiusM of [0, 3, 1e6, 1e300]) {
        const circle = {
          xM: positions[2 * i] as number,
          yM: positions[2 * i + 1] as number,
          radiusM,
        };
        expect(found(index, circle)).toEqual(everyPoint(positions, count, circle));
      }
    }
  }
});

test('an index forgets the points it held before', () => {
  const index = createSpatialIndex();
  indexPoints(index, Float64Array.of(1, 1, 2, 2, 3, 3), { count: 3, cellM: 1 });
  indexPoints(index, Float64Array.of(9, 9, 2, 2), { count: 1, cellM: 1 });
  expect(found(index, { xM: 0, yM: 0, radiusM: 100 })).toEqual([0]);
  indexPoints(index, new Float64Array(0), { count: 0, cellM: 1 });
  expect(found(index, { xM: 0, yM: 0, radiusM: 100 })).toEqual([]);
});
