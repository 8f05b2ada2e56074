// SPDX-License-Identifier: Apache-2.0
// Values by identifier as a persistent tree of buckets: plain JSON, and a write copies one bucket
// and the path to it, never the rest. The form follows from the content alone: what lies below a
// place is one bucket exactly while it has at most BUCKET_MAX values, a bucket is in order of its
// identifiers, and an identifier's place is its hash. So the same content is the same JSON and the
// same hash, whatever was put and removed before.

/** One bucket, in ascending order of identifiers (UTF-16 code units). */
export type Bucket<V> = readonly (readonly [id: string, value: V])[];

export interface Branch<V> {
  /** Values below it. */
  readonly size: number;
  /** One for each value of the next four bits of the hash. */
  readonly parts: readonly Shelf<V>[];
}

/** Plain JSON; pairs and not properties, since an identifier may be `__proto__` or `10`. */
export type Shelf<V> = Bucket<V> | Branch<V>;

/** Values in one bucket; more become a branch, except where the hash has no bits left. */
const BUCKET_MAX = 16;
const BITS = 4;
const PARTS = 1 << BITS;
const DEPTH_MAX = 32 / BITS;

export function emptyShelf<V>(): Shelf<V> {
  return [];
}

/** The shelf of these values; an identifier may come once. */
export function shelfOf<V>(entries: Iterable<readonly [id: string, value: V]>): Shelf<V> {
  return build([...entries], 0);
}

/** Every identifier with its value; the order is that of the form, not of time. */
export function entriesOf<V>(shelf: Shelf<V>): (readonly [id: string, value: V])[] {
  return isBranch(shelf) ? shelf.parts.flatMap(entriesOf) : [...shelf];
}

export function valueOf<V>(shelf: Shelf<V>, id: string): V | null {
  let place = shelf;
  for (let hash = hashOf(id); isBranch(place); hash >>>= BITS) {
    place = place.parts[hash % PARTS] as Shelf<V>;
  }
  for (const [other, value] of place) if (other === id) return value;
  return null;
}

/** The shelf with this value in place of the identifier's earlier one; the shelf given stays. */
export function put<V>(shelf: Shelf<V>, id: string, value: V): Shelf<V> {
  return putBelow(shelf, [id, value], { hash: hashOf(id), depth: 0 });
}

/** The shelf without the identifier: the one given when it was not there. */
export function remove<V>(shelf: Shelf<V>, id: string): Shelf<V> {
  return removeBelow(shelf, id, hashOf(id));
}

/** How far down a walk is, and what is left of the hash. */
interface Place {
  readonly hash: number;
  readonly depth: number;
}

function putBelow<V>(
  shelf: Shelf<V>,
  entry: readonly [id: string, value: V],
  { hash, depth }: Place,
): Shelf<V> {
  if (!isBranch(shelf)) {
    const others = shelf.filter(([id]) => id !== entry[0]);
    return build([...others, entry], depth);
  }
  const at = hash % PARTS;
  const before = shelf.parts[at] as Shelf<V>;
  const after = putBelow(before, entry, { hash: hash >>> BITS, depth: depth + 1 });
  const size = shelf.size + sizeOf(after) - sizeOf(before);
  return { size, parts: shelf.parts.with(at, after) };
}

function removeBelow<V>(shelf: Shelf<V>, id: string, hash: number): Shelf<V> {
  if (!isBranch(shelf)) {
    return shelf.some(([other]) => other === id) ? shelf.filter(([other]) => other !== id) : shelf;
  }
  const at = hash % PARTS;
  const before = shelf.parts[at] as Shelf<V>;
  const after = removeBelow(before, id, hash >>> BITS);
  if (after === before) return shelf;
  const smaller = { size: shelf.size - 1, parts: shelf.parts.with(at, after) };
  return smaller.size <= BUCKET_MAX ? entriesOf(smaller).sort(byId) : smaller;
}

/** The one form of these values below a place of this depth. */
function build<V>(entries: (readonly [id: string, value: V])[], depth: number): Shelf<V> {
  if (entries.length <= BUCKET_MAX || depth === DEPTH_MAX) return entries.sort(byId);
  const parts = Array.from({ length: PARTS }, (): (readonly [id: string, value: V])[] => []);
  for (const entry of entries) parts[(hashOf(entry[0]) >>> (BITS * depth)) % PARTS]?.push(entry);
  return { size: entries.length, parts: parts.map((part) => build(part, depth + 1)) };
}

function byId(a: readonly [id: string, value: unknown], b: typeof a): number {
  return a[0] < b[0] ? -1 : 1;
}

function sizeOf<V>(shelf: Shelf<V>): number {
  return isBranch(shelf) ? shelf.size : shelf.length;
}

function isBranch<V>(shelf: Shelf<V>): shelf is Branch<V> {
  return 'parts' in shelf;
}

/** FNV-1a over UTF-16 code units, mixed so that each digit of four bits depends on all of them. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
