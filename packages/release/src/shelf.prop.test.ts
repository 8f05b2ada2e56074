// SPDX-License-Identifier: Apache-2.0
// Buckets against one plain map, over random sequences of writes. On failure fast-check prints seed
// and path.

import { createRandom, type Random } from '@isthmus/earth';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyShelf, entriesOf, put, remove, type Shelf, shelfOf, valueOf } from './shelf.ts';

/** Names of objects' own plumbing and numbers are identifiers like any other. */
const ODD = ['__proto__', 'constructor', 'parts', 'size', 'length', '', '10', '9'];

function idOf(random: Random, among: number): string {
  const odd = random.chance(1, 8) ? ODD[random.integer(ODD.length)] : undefined;
  return odd ?? `radar-${random.integer(among)}`;
}

/** Every bucket and branch, by its path of digits. */
function placesOf<V>(shelf: Shelf<V>, path = ''): Map<string, Shelf<V>> {
  const places = new Map([[path, shelf]]);
  if (!('parts' in shelf)) return places;
  for (const [i, part] of shelf.parts.entries()) {
    for (const [at, place] of placesOf(part, `${path}/${i}`)) places.set(at, place);
  }
  return places;
}

describe('values in buckets', () => {
  test('are those of one plain map after any sequence of writes, and no write changes an old shelf', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(4, 30, 400), (given, among) => {
        const random = createRandom(given);
        const plain = new Map<string, number>();
        const kept: { readonly shelf: Shelf<number>; readonly text: string }[] = [];
        let shelf = emptyShelf<number>();
        for (let i = 0; i < 300; i += 1) {
          const id = idOf(random, among);
          if (i % 20 === 0) kept.push({ shelf, text: JSON.stringify(shelf) });
          // Fills first and empties later, so that buckets split and join again.
          if (random.integer(300) > i) {
            plain.set(id, i);
            shelf = put(shelf, id, i);
          } else {
            plain.delete(id);
            shelf = remove(shelf, id);
          }
          expect(valueOf(shelf, id)).toBe(plain.get(id) ?? null);
        }
        for (const old of kept) expect(JSON.stringify(old.shelf)).toBe(old.text);
        expect(new Map(entriesOf(shelf))).toStrictEqual(plain);
        for (const [id, value] of plain) expect(valueOf(shelf, id)).toBe(value);
      }),
      { numRuns: 100 },
    );
  });

  test('have one JSON for one content, whatever the order and whatever came and went', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 600 }), (given, count) => {
        const random = createRandom(given);
        const ids = [...new Set([...ODD, ...Array.from({ length: count }, (_, i) => `o${i}`)])];
        const forward = shelfOf(ids.map((id, i) => [id, i] as const));
        let other = emptyShelf<number>();
        for (let i = 0; i < 100; i += 1) other = put(other, `gone-${random.integer(60)}`, i);
        const shuffled = ids.map((id, i) => ({ id, i, key: random.uniform() }));
        shuffled.sort((a, b) => a.key - b.key);
        for (const { id, i } of shuffled) other = put(put(other, id, -1), id, i);
        for (let i = 0; i < 60; i += 1) other = remove(other, `gone-${i}`);
        expect(JSON.stringify(other)).toBe(JSON.stringify(forward));
        expect(JSON.parse(JSON.stringify(other))).toStrictEqual(other);
      }),
      { numRuns: 60 },
    );
  });

  test('a write shares every bucket that is not on its path', () => {
    const shelf = shelfOf(Array.from({ length: 4000 }, (_, i) => [`o${i}`, i] as const));
    const before = placesOf(shelf);
    expect(before.size).toBeGreaterThan(250);
    for (const next of [put(shelf, 'o17', -1), put(shelf, 'new', 1), remove(shelf, 'o3999')]) {
      const changed = [...placesOf(next)].filter(([at, place]) => before.get(at) !== place);
      const paths = changed.map(([at]) => at);
      // From the root down, each below the one before: one path and nothing beside it.
      expect(paths.length).toBeLessThanOrEqual(4);
      expect(paths.every((path, i) => path.startsWith(paths[i - 1] ?? ''))).toBe(true);
    }
    expect(remove(shelf, 'absent')).toBe(shelf);
  });

  test('more identifiers of one hash than a bucket holds stay apart in one bucket', () => {
    let ids = [''];
    for (const pair of SAME_HASH) ids = ids.flatMap((id) => pair.map((part) => id + part));
    expect(ids).toHaveLength(32);
    let shelf = shelfOf(ids.map((id, i) => [id, i] as const));
    const deepest = [...placesOf(shelf)].find(([, place]) => !('parts' in place) && place.length);
    expect(deepest?.[0].split('/')).toHaveLength(9);
    expect(ids.map((id) => valueOf(shelf, id))).toEqual(ids.map((_, i) => i));
    for (const id of ids.slice(16)) shelf = remove(shelf, id);
    expect(JSON.stringify(shelf)).toBe(
      JSON.stringify(shelfOf(ids.slice(0, 16).map((id, i) => [id, i] as const))),
    );
  });
});

/** Found by search: either of each pair leads FNV-1a to the same 32 bits, whatever follows. */
const SAME_HASH = [
  ['opcwesc', 'kmkjbhy'],
  ['boctugm', 'vhxexjf'],
  ['fytomzn', 'mpdqgbj'],
  ['uqwtmqm', 'mescalg'],
  ['ldeihak', 'qbkbyab'],
] as const;
