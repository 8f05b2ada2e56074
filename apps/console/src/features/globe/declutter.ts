// SPDX-License-Identifier: Apache-2.0
// Where labels go on the picture so that none covers another or a mark. Greedy: the most important
// first, each at the first free place around its mark; one that finds none is left out. A label
// stays where it last was while that is free, or a picture that moves would flicker.

export interface Reach {
  readonly x: number;
  readonly y: number;
}

/** A label that wants a place; pixels, y down. */
export interface LabelWish {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Distance that the label keeps from what it belongs to. */
  readonly gapPx: number;
  /** How far that reaches from (x, y) to either side, and up and down: an area's half extent. */
  readonly reach: Reach;
  /** Higher comes first. */
  readonly priority: number;
  /** The place tried first: an index of `PLACES`. */
  readonly prefer: number;
  /** Placed even where it covers something else: the selected object. */
  readonly must: boolean;
}

/** A rectangle that no label may cover; the wish with the same key may touch it. */
export interface KeepOut {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
}

export interface Placement {
  readonly key: string;
  /** Upper left corner. */
  readonly left: number;
  readonly top: number;
  /** The index of `PLACES` that was taken. */
  readonly place: number;
  /** True where the label stands so far off that a line must lead to it. */
  readonly led: boolean;
}

export interface Bounds {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Direction and how far out, in gaps: east, south-east, and so on round; then the same farther. */
const RING = [
  [1, 0],
  [1, 1],
  [1, -1],
  [-1, 0],
  [-1, 1],
  [-1, -1],
  [0, 1],
  [0, -1],
] as const;

/** Beyond the near ring a label is tied to its mark by a line. */
const DISTANCES = [1, 2.6, 4.4] as const;

export const PLACES: readonly { readonly dx: number; readonly dy: number; readonly out: number }[] =
  DISTANCES.flatMap((out) => RING.map(([dx, dy]) => ({ dx, dy, out })));

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Field {
  readonly bounds: Bounds;
  readonly keepOuts: readonly KeepOut[];
  /** Where each label stood before, by key. */
  readonly before: ReadonlyMap<string, number>;
}

/** Places as many of the wishes as fit, the most important first. */
export function placeLabels(wishes: readonly LabelWish[], field: Field): Placement[] {
  const taken: Box[] = [];
  const placements: Placement[] = [];
  const ordered = [...wishes].sort(
    (a, b) => b.priority - a.priority || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  for (const wish of ordered) {
    const place = firstFree(wish, taken, field) ?? (wish.must ? wish.prefer : null);
    if (place === null) continue;
    const box = boxAt(wish, place);
    taken.push(box);
    placements.push({
      key: wish.key,
      left: Math.round(box.left),
      top: Math.round(box.top),
      place,
      led: (PLACES[place]?.out ?? 1) > 1,
    });
  }
  return placements;
}

function firstFree(wish: LabelWish, taken: readonly Box[], field: Field): number | null {
  const before = field.before.get(wish.key);
  const order = [wish.prefer, ...PLACES.keys()];
  if (before !== undefined) order.unshift(before);
  for (const place of order) {
    const box = boxAt(wish, place);
    if (inside(box, field.bounds) && isFree(box, wish.key, taken, field.keepOuts)) return place;
  }
  return null;
}

function isFree(
  box: Box,
  key: string,
  taken: readonly Box[],
  keepOuts: readonly KeepOut[],
): boolean {
  for (const other of taken) if (overlap(box, other)) return false;
  for (const spot of keepOuts) {
    if (spot.key !== key && overlap(box, around(spot))) return false;
  }
  return true;
}

function boxAt(wish: LabelWish, place: number): Box {
  const { dx, dy, out } = PLACES[place] ?? { dx: 1, dy: 0, out: 1 };
  // On a diagonal the gap is shared between both axes, so that every place is equally far.
  const share = dx !== 0 && dy !== 0 ? 0.75 : 1;
  const gap = wish.gapPx * out;
  const x = wish.x + dx * share * (wish.reach.x + gap);
  const y = wish.y + dy * share * (wish.reach.y + gap);
  const left = x - (dx === 0 ? wish.widthPx / 2 : dx < 0 ? wish.widthPx : 0);
  const top = y - (dy === 0 ? wish.heightPx / 2 : dy < 0 ? wish.heightPx : 0);
  return { left, top, right: left + wish.widthPx, bottom: top + wish.heightPx };
}

function around(spot: KeepOut): Box {
  return {
    left: spot.x - spot.radiusPx,
    top: spot.y - spot.radiusPx,
    right: spot.x + spot.radiusPx,
    bottom: spot.y + spot.radiusPx,
  };
}

/** Two pixels of air between labels. */
const AIR_PX = 2;

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.right + AIR_PX &&
    b.left < a.right + AIR_PX &&
    a.top < b.bottom + AIR_PX &&
    b.top < a.bottom + AIR_PX
  );
}

function inside(box: Box, bounds: Bounds): boolean {
  return (
    box.left >= 0 && box.top >= 0 && box.right <= bounds.widthPx && box.bottom <= bounds.heightPx
  );
}
