// SPDX-License-Identifier: Apache-2.0
// Clusters: tracks and plots that are joined through shared gates, the connected components of the
// gating matrix (Reid, IEEE T-AC 24, 1979). What happens in one cluster says nothing of another, so
// each is solved alone. Union-find with path halving: O(pairs x inverse Ackermann).

import { grownInt32 } from './growth.ts';

/**
 * Which rows (tracks) may take which columns (plots): the entries of row i stand at `start[i]` to
 * `start[i + 1]` of `column` and `weight`.
 */
export interface GatedPairs {
  rows: number;
  columns: number;
  start: Int32Array;
  column: Int32Array;
  /** What a pair is worth; the meaning is the caller's. */
  weight: Float64Array;
}

/** Cluster k holds the rows `row[rowStart[k]..rowStart[k + 1]]`, and columns likewise, ascending. */
export interface Clusters {
  count: number;
  rowStart: Int32Array;
  row: Int32Array;
  columnStart: Int32Array;
  column: Int32Array;
  /** Cluster of each row, and of each column; -1 for a column in no gate. */
  ofRow: Int32Array;
  ofColumn: Int32Array;
  /** Working space: the parents of the union-find over rows and then columns. */
  parent: Int32Array;
}

/** No clusters yet; `formClusters` fills and refills it. */
export function createClusters(): Clusters {
  return {
    count: 0,
    rowStart: new Int32Array(16),
    row: new Int32Array(16),
    columnStart: new Int32Array(16),
    column: new Int32Array(16),
    ofRow: new Int32Array(16),
    ofColumn: new Int32Array(16),
    parent: new Int32Array(32),
  };
}

/** Forms the clusters of `pairs`, numbered by their first row. A row without pairs is one alone. */
export function formClusters(clusters: Clusters, pairs: GatedPairs): void {
  const { rows, columns, start, column } = pairs;
  reserve(clusters, rows, columns);
  const { parent, ofRow, ofColumn } = clusters;
  for (let i = 0; i < rows + columns; i += 1) parent[i] = i;
  for (let row = 0; row < rows; row += 1) {
    const end = start[row + 1] as number;
    for (let k = start[row] as number; k < end; k += 1) {
      unite(parent, row, rows + (column[k] as number));
    }
  }
  // The root of a set is its least member (see `unite`), so a set with a row in it has a row as root
  // and rows meet their root before their fellows.
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    const root = rootOf(parent, row);
    if (root === row) count += 1;
    ofRow[row] = root === row ? count - 1 : (ofRow[root] as number);
  }
  for (let c = 0; c < columns; c += 1) {
    const root = rootOf(parent, rows + c);
    ofColumn[c] = root < rows ? (ofRow[root] as number) : -1;
  }
  clusters.count = count;
  group(clusters.rowStart, clusters.row, { of: ofRow, items: rows, count });
  group(clusters.columnStart, clusters.column, { of: ofColumn, items: columns, count });
}

function reserve(clusters: Clusters, rows: number, columns: number): void {
  clusters.rowStart = grownInt32(clusters.rowStart, rows + 1);
  clusters.row = grownInt32(clusters.row, rows);
  clusters.columnStart = grownInt32(clusters.columnStart, rows + 1);
  clusters.column = grownInt32(clusters.column, columns);
  clusters.ofRow = grownInt32(clusters.ofRow, rows);
  clusters.ofColumn = grownInt32(clusters.ofColumn, columns);
  clusters.parent = grownInt32(clusters.parent, rows + columns);
}

function rootOf(parent: Int32Array, item: number): number {
  let at = item;
  for (;;) {
    const up = parent[at] as number;
    if (up === at) return at;
    const above = parent[up] as number;
    parent[at] = above;
    at = above;
  }
}

function unite(parent: Int32Array, first: number, second: number): void {
  const a = rootOf(parent, first);
  const b = rootOf(parent, second);
  if (a < b) parent[b] = a;
  else parent[a] = b;
}

/** Counting sort of items by cluster; items of cluster -1 are left out. */
function group(
  start: Int32Array,
  member: Int32Array,
  { of, items, count }: { readonly of: Int32Array; readonly items: number; readonly count: number },
): void {
  start.fill(0, 0, count + 1);
  for (let i = 0; i < items; i += 1) {
    const k = of[i] as number;
    if (k >= 0) start[k] = (start[k] as number) + 1;
  }
  for (let k = 1; k <= count; k += 1) start[k] = (start[k] as number) + (start[k - 1] as number);
  for (let i = items - 1; i >= 0; i -= 1) {
    const k = of[i] as number;
    if (k < 0) continue;
    const place = (start[k] as number) - 1;
    start[k] = place;
    member[place] = i;
  }
}
