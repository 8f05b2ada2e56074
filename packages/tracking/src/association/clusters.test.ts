// SPDX-License-Identifier: Apache-2.0
// Oracle: components found by spreading from each row until nothing is added.
import { createRandom } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { type Clusters, createClusters, formClusters, type GatedPairs } from './clusters.ts';

interface Component {
  readonly rows: number[];
  readonly columns: number[];
}

function pairsOf(entries: readonly (readonly number[])[], columns: number): GatedPairs {
  const start = [0];
  for (const row of entries) start.push((start.at(-1) ?? 0) + row.length);
  const column = Int32Array.from(entries.flat());
  return {
    rows: entries.length,
    columns,
    start: Int32Array.from(start),
    column,
    weight: new Float64Array(column.length),
  };
}

function componentsOf(entries: readonly (readonly number[])[]): Component[] {
  const left = new Set(entries.keys());
  const result: Component[] = [];
  for (const seed of entries.keys()) {
    if (!left.delete(seed)) continue;
    const rows = new Set([seed]);
    const columns = new Set<number>();
    for (const row of rows) {
      for (const column of entries[row] ?? []) columns.add(column);
      for (const other of left) {
        if (!entries[other]?.some((column) => columns.has(column))) continue;
        rows.add(other);
        left.delete(other);
      }
    }
    const ascending = (set: Set<number>): number[] => [...set].sort((a, b) => a - b);
    result.push({ rows: ascending(rows), columns: ascending(columns) });
  }
  return result;
}

function read(clusters: Clusters): Component[] {
  return Array.from({ length: clusters.count }, (_, k) => ({
    rows: [...clusters.row.subarray(clusters.rowStart[k], clusters.rowStart[k + 1])],
    columns: [...clusters.column.subarray(clusters.columnStart[k], clusters.columnStart[k + 1])],
  }));
}

test('clusters are the connected components, numbered by first row, members ascending', () => {
  const clusters = createClusters();
  for (let run = 0; run < 500; run += 1) {
    const random = createRandom(`clusters/${run}`);
    const rows = random.integer(40);
    const columns = 1 + random.integer(40);
    const degree = random.integer(4);
    const entries = Array.from({ length: rows }, () => [
      ...new Set(Array.from({ length: random.integer(degree + 1) }, () => random.integer(columns))),
    ]);
    formClusters(clusters, pairsOf(entries, columns));
    const expected = componentsOf(entries);
    expect(read(clusters), `seed clusters/${run}`).toEqual(expected);
    expected.forEach((component, k) => {
      for (const row of component.rows) expect(clusters.ofRow[row]).toBe(k);
      for (const column of component.columns) expect(clusters.ofColumn[column]).toBe(k);
    });
  }
});

test('a column in no gate belongs to no cluster, and a row without plots is one alone', () => {
  const clusters = createClusters();
  formClusters(clusters, pairsOf([[], [2]], 3));
  expect(read(clusters)).toEqual([
    { rows: [0], columns: [] },
    { rows: [1], columns: [2] },
  ]);
  expect([...clusters.ofColumn.subarray(0, 3)]).toEqual([-1, -1, 1]);
});
