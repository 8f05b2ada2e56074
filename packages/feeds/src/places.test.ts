// SPDX-License-Identifier: Apache-2.0
import { degreesFromRadians } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { FeedsError } from './errors.ts';
import { parsePlaces } from './places.ts';

const SQUARE = [
  [30, 40],
  [31, 40],
  [31, 41],
  [30, 41],
  [30, 40],
];

const collection = (...features: readonly unknown[]): unknown => ({
  type: 'FeatureCollection',
  features,
});

const feature = (name: unknown, type: string, coordinates: unknown): unknown => ({
  type: 'Feature',
  properties: { name },
  geometry: { type, coordinates },
});

test('a polygon with a hole and a place of two parts', () => {
  const places = parsePlaces(
    collection(
      feature('North', 'Polygon', [SQUARE, SQUARE]),
      feature('Isles', 'MultiPolygon', [[SQUARE], [SQUARE]]),
    ),
  );
  expect(places.map(({ name, parts }) => [name, parts.map((rings) => rings.length)])).toEqual([
    ['North', [2]],
    ['Isles', [1, 1]],
  ]);
  const ring = places[0]?.parts[0]?.[0] ?? [];
  expect(ring).toHaveLength(4);
  expect(degreesFromRadians(ring[1]?.latitudeRad ?? 0)).toBeCloseTo(40, 12);
  expect(degreesFromRadians(ring[1]?.longitudeRad ?? 0)).toBeCloseTo(31, 12);
});

test.each([
  ['nothing', null, 'the document: must be an object'],
  ['a lone feature', feature('A', 'Polygon', [SQUARE]), 'FeatureCollection'],
  ['no name', collection(feature('', 'Polygon', [SQUARE])), 'feature 1: its property "name"'],
  [
    'a name twice',
    collection(feature('A', 'Polygon', [SQUARE]), feature('A', 'Polygon', [SQUARE])),
    'feature 2: "A" is the name of another',
  ],
  ['a point', collection(feature('A', 'Point', [1, 2])), 'Polygon or a MultiPolygon'],
  ['an open ring', collection(feature('A', 'Polygon', [SQUARE.slice(1)])), 'is not closed'],
  ['three positions', collection(feature('A', 'Polygon', [SQUARE.slice(2)])), 'at least four'],
  [
    'latitude first',
    collection(feature('A', 'Polygon', [SQUARE.map(([x, y]) => [y, (x ?? 0) + 100])])),
    'within 180 and 90',
  ],
  ['text', collection(feature('A', 'Polygon', [[...SQUARE, ['1', '2']]])), 'a position is'],
])('%s is refused with the reason', (_name, value, message) => {
  expect(() => parsePlaces(value)).toThrow(FeedsError);
  expect(() => parsePlaces(value)).toThrow(message);
});
