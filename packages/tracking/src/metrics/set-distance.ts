// SPDX-License-Identifier: Apache-2.0
// How far two sets of points are apart when nobody says which belongs to which: OSPA (Schuhmacher,
// Vo, Vo, IEEE TSP 56, 2008) and GOSPA with alpha 2 (Rahmathullah, García-Fernández, Svensson,
// FUSION 2017). One set may be the truth and the other a picture, or both are pictures of two sides:
// then GOSPA is their disagreement, which needs no truth.
//
// A pair at the cut-off or farther gains nothing over leaving both alone, so only near pairs are
// formed, and the assignment is solved cluster by cluster: hundreds of objects take milliseconds.

import { assign } from '../association/assignment.ts';

/** `count` points of `dimension` coordinates each, point after point, all in metres. */
export interface PointSet {
  readonly count: number;
  readonly dimension: number;
  readonly coordinatesM: ArrayLike<number>;
}

export interface SetDistanceOptions {
  /** Farther apart than this is not a pair, metres, > 0. */
  readonly cutoffM: number;
  /** p of the metric, >= 1: how much one large miss weighs against many small ones. */
  readonly order: number;
}

/** GOSPA and what it consists of: `distanceM` to the order is the sum of the three parts. */
export interface Gospa {
  readonly distanceM: number;
  /** Sum over pairs of distance to the order. */
  readonly localisation: number;
  /** Points of the reference that no estimate is near, and cut-off^order / 2 for each. */
  readonly missed: number;
  readonly missedCount: number;
  /** Estimates that no point of the reference is near, and cut-off^order / 2 for each. */
  readonly false: number;
  readonly falseCount: number;
}

/**
 * OSPA in metres: 0 for equal sets, the cut-off where only one is empty.
 *
 * The caller guarantees equal dimensions. Symmetric in its two sets.
 */
export function ospa(a: PointSet, b: PointSet, options: SetDistanceOptions): number {
  const larger = Math.max(a.count, b.count);
  if (larger === 0) return 0;
  const { cutoffM, order } = options;
  let sum = 0;
  const pairs = nearestPairs(a, b, options);
  for (const pair of pairs) sum += pair.distanceM ** order;
  sum += (larger - pairs.length) * cutoffM ** order;
  return (sum / larger) ** (1 / order);
}

/** GOSPA, alpha 2, of `estimates` against `reference`. The caller guarantees equal dimensions. */
export function gospa(
  estimates: PointSet,
  reference: PointSet,
  options: SetDistanceOptions,
): Gospa {
  const { cutoffM, order } = options;
  const pairs = nearestPairs(estimates, reference, options);
  let localisation = 0;
  for (const pair of pairs) localisation += pair.distanceM ** order;
  const each = cutoffM ** order / 2;
  const missedCount = reference.count - pairs.length;
  const falseCount = estimates.count - pairs.length;
  const missed = each * missedCount;
  const wrong = each * falseCount;
  return {
    distanceM: (localisation + missed + wrong) ** (1 / order),
    localisation,
    missed,
    missedCount,
    false: wrong,
    falseCount,
  };
}

export interface PointPair {
  readonly a: number;
  readonly b: number;
  readonly distanceM: number;
}

/**
 * The pairs nearer than the cut-off that together make the sum of distance^order, with cut-off^order
 * for each pair not made, the least possible. In the order of `a`.
 */
export function nearestPairs(a: PointSet, b: PointSet, options: SetDistanceOptions): PointPair[] {
  const near = pairsWithin(a, b, options.cutoffM);
  const pairs = clustersOf(near, a.count, b.count).flatMap((cluster) =>
    assignCluster(cluster, options),
  );
  return pairs.sort((one, other) => one.a - other.a);
}

/** All pairs nearer than `cutoffM`: both sets sorted by their first coordinate and swept. */
function pairsWithin(a: PointSet, b: PointSet, cutoffM: number): PointPair[] {
  const { dimension } = a;
  const firstOf = (set: PointSet, i: number): number => set.coordinatesM[i * dimension] as number;
  const orderOf = (set: PointSet): number[] =>
    Array.from({ length: set.count }, (_, i) => i).sort(
      (i, j) => firstOf(set, i) - firstOf(set, j),
    );
  const orderB = orderOf(b);
  const pairs: PointPair[] = [];
  let start = 0;
  for (const i of orderOf(a)) {
    const lowest = firstOf(a, i) - cutoffM;
    while (start < orderB.length && firstOf(b, orderB[start] as number) <= lowest) start += 1;
    for (let k = start; k < orderB.length; k += 1) {
      const j = orderB[k] as number;
      if (firstOf(b, j) - firstOf(a, i) >= cutoffM) break;
      let sum = 0;
      for (let d = 0; d < dimension; d += 1) {
        const along =
          (a.coordinatesM[i * dimension + d] as number) -
          (b.coordinatesM[j * dimension + d] as number);
        sum += along * along;
      }
      const distanceM = Math.sqrt(sum);
      if (distanceM < cutoffM) pairs.push({ a: i, b: j, distanceM });
    }
  }
  return pairs;
}

/** Groups pairs that share a point, directly or through others. */
function clustersOf(near: readonly PointPair[], countA: number, countB: number): PointPair[][] {
  const parent = Int32Array.from({ length: countA + countB }, (_, i) => i);
  const rootOf = (start: number): number => {
    let i = start;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i] as number] as number;
      i = parent[i] as number;
    }
    return i;
  };
  for (const pair of near) parent[rootOf(pair.a)] = rootOf(countA + pair.b);
  const clusters = new Map<number, PointPair[]>();
  for (const pair of near) {
    const root = rootOf(pair.a);
    const cluster = clusters.get(root);
    if (cluster === undefined) clusters.set(root, [pair]);
    else cluster.push(pair);
  }
  return [...clusters.values()];
}

function assignCluster(near: readonly PointPair[], options: SetDistanceOptions): PointPair[] {
  if (near.length === 1) return [...near];
  const { cutoffM, order } = options;
  const rows = new Map<number, number>();
  const columns = new Map<number, number>();
  for (const { a, b } of near) {
    if (!rows.has(a)) rows.set(a, rows.size);
    if (!columns.has(b)) columns.set(b, columns.size);
  }
  const cost = new Float64Array(rows.size * columns.size).fill(Number.POSITIVE_INFINITY);
  const pairAt = new Map<number, PointPair>();
  for (const pair of near) {
    const at = (rows.get(pair.a) as number) * columns.size + (columns.get(pair.b) as number);
    // In units of the cut-off: a pair gains between 0 and 1 over leaving both alone.
    cost[at] = (pair.distanceM / cutoffM) ** order - 1;
    pairAt.set(at, pair);
  }
  return assign(cost, rows.size, columns.size).flatMap((column, row) =>
    column < 0 ? [] : (pairAt.get(row * columns.size + column) as PointPair),
  );
}
