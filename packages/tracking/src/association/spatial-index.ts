// SPDX-License-Identifier: Apache-2.0
// Which points of the plane lie near another: a uniform grid whose cells are hashed into buckets, so
// that the plane needs no bounds (Bentley, Stanat & Williams, Inf. Process. Lett. 6, 1977; Teschner
// et al., VMV 2003). Built by one counting sort in O(n); a query costs the points of the cells its
// circle touches, so n queries of a radius about the cell's size cost O(n) at constant density.

import { grownFloat64, grownInt32 } from './growth.ts';

/** Points sorted by the bucket of their cell. Plain data, rebuilt in place by `indexPoints`. */
export interface SpatialIndex {
  count: number;
  cellM: number;
  /** Number of buckets less one; the number is a power of two. */
  mask: number;
  /** Bucket b holds the sorted places `start[b]` to `start[b + 1]`. */
  start: Int32Array;
  /** Index of the point at a sorted place, its coordinates and its cell. */
  point: Int32Array;
  xM: Float64Array;
  yM: Float64Array;
  cellX: Float64Array;
  cellY: Float64Array;
  /** The answer of the last query: indices of points, in the order of the buckets. */
  found: Int32Array;
}

/** An index of no points. */
export function createSpatialIndex(): SpatialIndex {
  return {
    count: 0,
    cellM: 1,
    mask: 0,
    start: new Int32Array(2),
    point: new Int32Array(16),
    xM: new Float64Array(16),
    yM: new Float64Array(16),
    cellX: new Float64Array(16),
    cellY: new Float64Array(16),
    found: new Int32Array(16),
  };
}

function bucketOf(cellX: number, cellY: number, mask: number): number {
  let hash = Math.imul(cellX | 0, 0x9e3779b1) ^ Math.imul(cellY | 0, 0x85ebca77);
  hash ^= hash >>> 15;
  return hash & mask;
}

/**
 * Puts the points into the index in place of those it held.
 *
 * @param positions x, y of each point in turn, metres, finite, at least `count` pairs
 * @param cellM side of a cell, above 0: about the largest radius that will be asked for
 */
export function indexPoints(
  index: SpatialIndex,
  positions: Float64Array,
  { count, cellM }: { readonly count: number; readonly cellM: number },
): void {
  let buckets = 1;
  while (buckets < 2 * count) buckets *= 2;
  index.count = count;
  index.cellM = cellM;
  index.mask = buckets - 1;
  index.start = grownInt32(index.start, buckets + 1);
  index.point = grownInt32(index.point, count);
  index.found = grownInt32(index.found, count);
  index.xM = grownFloat64(index.xM, count);
  index.yM = grownFloat64(index.yM, count);
  index.cellX = grownFloat64(index.cellX, count);
  index.cellY = grownFloat64(index.cellY, count);
  const { start, mask } = index;
  start.fill(0, 0, buckets + 1);
  for (let i = 0; i < count; i += 1) {
    const bucket = cellBucket(positions, i, index);
    start[bucket] = (start[bucket] as number) + 1;
  }
  // After the running sum, start[b] is the end of bucket b; filling from the last point on moves it
  // back to the beginning and keeps points of a bucket in order.
  for (let b = 1; b <= mask + 1; b += 1) {
    start[b] = (start[b] as number) + (start[b - 1] as number);
  }
  for (let i = count - 1; i >= 0; i -= 1) {
    const bucket = cellBucket(positions, i, index);
    const place = (start[bucket] as number) - 1;
    start[bucket] = place;
    const xM = positions[2 * i] as number;
    const yM = positions[2 * i + 1] as number;
    index.point[place] = i;
    index.xM[place] = xM;
    index.yM[place] = yM;
    index.cellX[place] = Math.floor(xM / cellM);
    index.cellY[place] = Math.floor(yM / cellM);
  }
}

function cellBucket(positions: Float64Array, i: number, { cellM, mask }: SpatialIndex): number {
  const cellX = Math.floor((positions[2 * i] as number) / cellM);
  const cellY = Math.floor((positions[2 * i + 1] as number) / cellM);
  return bucketOf(cellX, cellY, mask);
}

/**
 * Number of points within `radiusM` of (xM, yM), the rim included; `index.found` begins with them.
 * Exact for every finite coordinate: where the circle covers more cells than there are points, or a
 * coordinate is too large for cells to be told apart, all points are looked at.
 */
export function findNear(index: SpatialIndex, xM: number, yM: number, radiusM: number): number {
  const { cellM, mask, start } = index;
  const lowX = Math.floor((xM - radiusM) / cellM);
  const lowY = Math.floor((yM - radiusM) / cellM);
  const columns = Math.floor((xM + radiusM) / cellM) - lowX + 1;
  const rows = Math.floor((yM + radiusM) / cellM) - lowY + 1;
  // Not "greater": infinite cells make it NaN.
  if (!(columns * rows <= index.count)) return findAmongAll(index, xM, yM, radiusM);
  const limit = radiusM * radiusM;
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    const cellY = lowY + row;
    for (let column = 0; column < columns; column += 1) {
      const cellX = lowX + column;
      const bucket = bucketOf(cellX, cellY, mask);
      const end = start[bucket + 1] as number;
      for (let place = start[bucket] as number; place < end; place += 1) {
        // Cells that share a bucket are told apart here; else a point could be found twice.
        if (index.cellX[place] !== cellX || index.cellY[place] !== cellY) continue;
        const dx = (index.xM[place] as number) - xM;
        const dy = (index.yM[place] as number) - yM;
        if (dx * dx + dy * dy > limit) continue;
        index.found[count] = index.point[place] as number;
        count += 1;
      }
    }
  }
  return count;
}

function findAmongAll(index: SpatialIndex, xM: number, yM: number, radiusM: number): number {
  let count = 0;
  for (let place = 0; place < index.count; place += 1) {
    const dx = (index.xM[place] as number) - xM;
    const dy = (index.yM[place] as number) - yM;
    if (dx * dx + dy * dy > radiusM * radiusM) continue;
    index.found[count] = index.point[place] as number;
    count += 1;
  }
  return count;
}
