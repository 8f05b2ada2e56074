// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Field, type LabelWish, PLACES, type Placement, placeLabels } from './declutter.ts';

const FIELD: Field = {
  bounds: { widthPx: 800, heightPx: 600 },
  keepOuts: [],
  before: new Map(),
};

function wish(key: string, change: Partial<LabelWish> = {}): LabelWish {
  return {
    key,
    x: 400,
    y: 300,
    widthPx: 100,
    heightPx: 20,
    gapPx: 14,
    reach: { x: 0, y: 0 },
    priority: 1,
    prefer: 0,
    must: false,
    ...change,
  };
}

function overlap(a: Placement, b: Placement): boolean {
  return Math.abs(a.left - b.left) < 100 && Math.abs(a.top - b.top) < 20;
}

describe('labels', () => {
  test('A label alone stands where it prefers to', () => {
    for (const prefer of PLACES.keys()) {
      expect(placeLabels([wish('a', { prefer })], FIELD)[0]?.place).toBe(prefer);
    }
  });

  test('Of two labels that want one place the more important has it', () => {
    const placed = placeLabels([wish('a'), wish('b', { priority: 2 })], FIELD);
    expect(placed.find(({ key }) => key === 'b')?.place).toBe(0);
    expect(placed.find(({ key }) => key === 'a')?.place).not.toBe(0);
  });

  test('A label keeps its place while that is free, whatever it prefers', () => {
    const before = new Map([['a', 4]]);
    expect(placeLabels([wish('a')], { ...FIELD, before })[0]?.place).toBe(4);
  });

  test('A label stays off the marks of others but not off its own', () => {
    const spot = { x: 430, y: 300, radiusPx: 10 };
    const place = (key: string): number | undefined =>
      placeLabels([wish('a')], { ...FIELD, keepOuts: [{ ...spot, key }] })[0]?.place;
    expect(place('a')).toBe(0);
    expect(place('b')).not.toBe(0);
  });

  test('A label of an area stands beside it and not on it', () => {
    const area = wish('a', { reach: { x: 80, y: 30 }, prefer: 6 });
    const placed = placeLabels([area], FIELD)[0];
    expect(placed?.top).toBeGreaterThanOrEqual(area.y + 30);
  });

  test('A label that finds no room is left out unless it must be seen', () => {
    const narrow = { ...FIELD, bounds: { widthPx: 90, heightPx: 600 } };
    expect(placeLabels([wish('a')], narrow)).toEqual([]);
    expect(placeLabels([wish('a', { must: true })], narrow)).toHaveLength(1);
  });

  test('No two labels overlap and none leaves the picture, however many there are', () => {
    const spots = fc.array(
      fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 600 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(spots, (places) => {
        const placed = placeLabels(
          places.map((place, index) => wish(`w${index}`, { ...place, priority: index % 5 })),
          FIELD,
        );
        for (const [index, a] of placed.entries()) {
          if (a.left < 0 || a.top < 0 || a.left > 700 || a.top > 580) return false;
          if (placed.slice(index + 1).some((b) => overlap(a, b))) return false;
        }
        return true;
      }),
    );
  });
});
