// SPDX-License-Identifier: Apache-2.0
import { createRandom, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { assign } from '../association/assignment.ts';
import checkValues from './check-values.json' with { type: 'json' };
import { gospa, nearestPairs, ospa, type PointSet } from './set-distance.ts';

const OPTIONS = { cutoffM: 1000, order: 2 };

function pointSet(coordinatesM: readonly number[], dimension: number): PointSet {
  return { count: coordinatesM.length / dimension, dimension, coordinatesM };
}

function randomSet(random: Random, options: { readonly count: number; readonly sizeM: number }) {
  const coordinates = Array.from({ length: 3 * options.count }, () =>
    Math.round(random.uniform() * options.sizeM),
  );
  return pointSet(coordinates, 3);
}

function distanceM(a: PointSet, b: PointSet, [i, j]: readonly [number, number]): number {
  let sum = 0;
  for (let d = 0; d < 3; d += 1) {
    sum += ((a.coordinatesM[3 * i + d] as number) - (b.coordinatesM[3 * j + d] as number)) ** 2;
  }
  return Math.sqrt(sum);
}

/** Both metrics by their definitions: every way of pairing tried. */
function byDefinition(a: PointSet, b: PointSet): { readonly ospa: number; readonly gospa: number } {
  const { cutoffM, order } = OPTIONS;
  let ospaLeast = Number.POSITIVE_INFINITY;
  let gospaLeast = Number.POSITIVE_INFINITY;
  const walk = (row: number, used: readonly number[], sums: readonly [number, number]): void => {
    if (row === a.count) {
      const pairs = used.length;
      const larger = Math.max(a.count, b.count);
      if (pairs === Math.min(a.count, b.count)) {
        const sum = sums[0] + cutoffM ** order * (larger - pairs);
        ospaLeast = Math.min(ospaLeast, (sum / larger) ** (1 / order));
      }
      const sum = sums[1] + (cutoffM ** order / 2) * (a.count + b.count - 2 * pairs);
      gospaLeast = Math.min(gospaLeast, sum ** (1 / order));
      return;
    }
    walk(row + 1, used, sums);
    for (let j = 0; j < b.count; j += 1) {
      if (used.includes(j)) continue;
      const d = distanceM(a, b, [row, j]);
      const cut = Math.min(d, cutoffM) ** order;
      walk(row + 1, [...used, j], [sums[0] + cut, sums[1] + d ** order]);
    }
  };
  walk(0, [], [0, 0]);
  return { ospa: ospaLeast, gospa: gospaLeast };
}

test('what numpy and scipy give for random sets, two and three dimensions', () => {
  expect(checkValues.sets.length).toBeGreaterThan(0);
  for (const one of checkValues.sets) {
    const estimates = pointSet(one.estimates, one.dimension);
    const reference = pointSet(one.reference, one.dimension);
    const found = gospa(estimates, reference, one);
    expect(ospa(estimates, reference, one)).toBeCloseTo(one.ospa, 7);
    expect(found.distanceM).toBeCloseTo(one.gospa, 7);
    expect(found.missedCount).toBe(one.missed);
    expect(found.falseCount).toBe(one.false);
    expect(found.localisation / one.localisation).toBeCloseTo(1, 10);
    const parts = found.localisation + found.missed + found.false;
    expect(found.distanceM ** one.order / parts).toBeCloseTo(1, 10);
  }
});

test('the least over every way of pairing, for small sets', () => {
  for (let run = 0; run < 300; run += 1) {
    const seed = `set-distance/${run}`;
    const random = createRandom(seed);
    const a = randomSet(random, { count: 1 + random.integer(5), sizeM: 1500 });
    const b = randomSet(random, { count: random.integer(6), sizeM: 1500 });
    const exact = byDefinition(a, b);
    expect(ospa(a, b, OPTIONS), seed).toBeCloseTo(exact.ospa, 8);
    expect(gospa(a, b, OPTIONS).distanceM, seed).toBeCloseTo(exact.gospa, 8);
  }
});

test('an empty set, one near pair and one far pair have their closed forms', () => {
  const none = pointSet([], 3);
  const three = pointSet([0, 0, 0, 5e3, 0, 0, 9e3, 0, 0], 3);
  expect(ospa(none, none, OPTIONS)).toBe(0);
  expect(ospa(none, three, OPTIONS)).toBe(1000);
  expect(gospa(none, none, OPTIONS).distanceM).toBe(0);
  expect(gospa(none, three, OPTIONS).distanceM).toBeCloseTo(Math.sqrt((3 * 1e6) / 2), 9);
  expect(gospa(none, three, OPTIONS)).toMatchObject({ missedCount: 3, falseCount: 0 });
  const origin = pointSet([0, 0, 0], 3);
  expect(gospa(origin, pointSet([0, 300, 0], 3), OPTIONS).distanceM).toBeCloseTo(300, 9);
  const far = gospa(origin, pointSet([0, 1000, 0], 3), OPTIONS);
  expect(far).toMatchObject({ distanceM: 1000, missedCount: 1, falseCount: 1 });
});

test('both are metrics: zero to itself, the same both ways, never longer by a third set', () => {
  const distances = [
    (a: PointSet, b: PointSet) => ospa(a, b, OPTIONS),
    (a: PointSet, b: PointSet) => gospa(a, b, OPTIONS).distanceM,
  ];
  for (let run = 0; run < 100; run += 1) {
    const seed = `set-distance/laws/${run}`;
    const random = createRandom(seed);
    const draw = () => randomSet(random, { count: random.integer(12), sizeM: 3000 });
    const [a, b, c] = [draw(), draw(), draw()];
    for (const between of distances) {
      expect(between(a, a), seed).toBe(0);
      expect(between(a, b), seed).toBeCloseTo(between(b, a), 9);
      expect(between(a, c), seed).toBeLessThanOrEqual(between(a, b) + between(b, c) + 1e-9);
    }
  }
});

test('hundreds of objects: the clusters give what one assignment of all gives', () => {
  const random = createRandom('set-distance/many');
  const a = randomSet(random, { count: 300, sizeM: 8e3 });
  const b = randomSet(random, { count: 280, sizeM: 8e3 });
  const cost = Array.from({ length: a.count * b.count }, (_, k) => {
    const d = distanceM(a, b, [Math.floor(k / b.count), k % b.count]);
    return (d / OPTIONS.cutoffM) ** 2 - 1;
  });
  const sum = assign(cost, a.count, b.count).reduce(
    (total, j, i) => total + (j < 0 ? 0 : (cost[i * b.count + j] as number)),
    0,
  );
  const clustered = nearestPairs(a, b, OPTIONS).reduce(
    (total, pair) => total + (pair.distanceM / OPTIONS.cutoffM) ** 2 - 1,
    0,
  );
  expect(clustered).toBeCloseTo(sum, 9);
});
