// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  cross,
  dot,
  type Ecef,
  type Enu,
  norm,
  scale,
  subtract,
  unit,
  type Vector3,
} from './vector.ts';

// Lengths as they occur: what is below a nanometre is nothing, so that no product underflows.
const component = fc
  .double({ min: -1e7, max: 1e7, noNaN: true })
  .map((v) => (Math.abs(v) < 1e-9 ? 0 : v));
const vector = fc.tuple(component, component, component) as fc.Arbitrary<Vector3<Ecef>>;

test('adding and subtracting are inverse, and subtracting itself leaves nothing', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      expect(norm(subtract(subtract(add(a, b), b), a))).toBeLessThan(1e-8);
      expect(norm(subtract(a, a))).toBe(0);
    }),
  );
});

test('a cross product is at right angles to both, turns its sign, and obeys Lagrange', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      const c = cross(a, b);
      const size = norm(a) * norm(b);
      expect(Math.abs(dot(c, a))).toBeLessThanOrEqual(1e-12 * size * norm(a));
      expect(Math.abs(dot(c, b))).toBeLessThanOrEqual(1e-12 * size * norm(b));
      expect(norm(add(c, cross(b, a)))).toBe(0);
      const lagrange = dot(a, a) * dot(b, b) - dot(a, b) ** 2;
      expect(Math.abs(dot(c, c) - lagrange)).toBeLessThanOrEqual(1e-12 * size * size);
    }),
  );
});

test('east cross north is up', () => {
  const [east, north]: [Vector3<Enu>, Vector3<Enu>] = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  expect(cross(east, north)).toEqual([0, 0, 1]);
});

test('a unit vector has length one and the direction it came from; scaling scales the length', () => {
  fc.assert(
    fc.property(vector, fc.double({ min: -1e3, max: 1e3, noNaN: true }), (a, factor) => {
      fc.pre(norm(a) > 1e-3);
      expect(norm(unit(a))).toBeCloseTo(1, 12);
      expect(dot(unit(a), a) / norm(a)).toBeCloseTo(1, 12);
      expect(Math.abs(norm(scale(a, factor)) - Math.abs(factor) * norm(a))).toBeLessThan(1e-5);
    }),
  );
});

test('vectors of two frames do not mix', () => {
  const ecef: Vector3<Ecef> = [1, 2, 3];
  const enu: Vector3<Enu> = [1, 2, 3];
  // @ts-expect-error: an Earth-fixed and a local vector have no sum
  expect(add<Ecef>(ecef, enu)).toEqual([2, 4, 6]);
});
