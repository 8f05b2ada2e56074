// SPDX-License-Identifier: Apache-2.0
// Probability of each pair of a notice and a launch when each takes part in at most one pair: the
// sum over all ways to pair them, by the odds of their pairs. Exact where few launches hang
// together; beyond, the estimate of Fitzgerald (Development of practical PDA logic, 1986).

import { EXACT_EVENTS_MAX } from './limits.ts';

/** Odds under which a pair holds nothing together. */
const LOOSE = 1e-9;

/**
 * @param odds notices by launches: of the pair against neither having to do with the other, >= 0
 * @returns the same shape; rows and columns sum to at most 1
 */
export function pairProbabilities(odds: readonly (readonly number[])[]): number[][] {
  const result = odds.map((row) => row.map(() => 0));
  for (const { rows, columns } of clustersOf(odds)) {
    const inner = rows.map((row) => columns.map((column) => odds[row]?.[column] ?? 0));
    const found = columns.length > EXACT_EVENTS_MAX ? estimated(inner) : exact(inner);
    rows.forEach((row, i) => {
      columns.forEach((column, j) => {
        (result[row] as number[])[column] = found[i]?.[j] ?? 0;
      });
    });
  }
  return result;
}

interface Cluster {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Notices and launches that odds hold together, directly or through others. */
function clustersOf(odds: readonly (readonly number[])[]): Cluster[] {
  const clusters: Cluster[] = [];
  const taken = new Set<number>();
  for (let first = 0; first < odds.length; first += 1) {
    if (taken.has(first)) continue;
    const rows = [first];
    const columns = new Set<number>();
    taken.add(first);
    for (let k = 0; k < rows.length; k += 1) {
      for (const [column, value] of (odds[rows[k] as number] ?? []).entries()) {
        if (value <= LOOSE || columns.has(column)) continue;
        columns.add(column);
        odds.forEach((other, row) => {
          if (taken.has(row) || (other[column] ?? 0) <= LOOSE) return;
          taken.add(row);
          rows.push(row);
        });
      }
    }
    clusters.push({ rows, columns: [...columns] });
  }
  return clusters;
}

/** Over sets of launches taken: ways of the notices before, times ways of those after. */
function exact(odds: readonly (readonly number[])[]): number[][] {
  const count = odds[0]?.length ?? 0;
  const sets = 1 << count;
  const before: Float64Array[] = [new Float64Array(sets)];
  (before[0] as Float64Array)[0] = 1;
  for (const row of odds) before.push(withRow(before.at(-1) as Float64Array, row));
  const after: Float64Array[] = [new Float64Array(sets)];
  (after[0] as Float64Array)[0] = 1;
  for (const row of odds.toReversed()) after.push(withRow(after.at(-1) as Float64Array, row));
  const total = (before.at(-1) as Float64Array).reduce((sum, value) => sum + value, 0);
  return odds.map((row, i) => {
    const behind = subsetSums(after[odds.length - 1 - i] as Float64Array, count);
    return row.map((value, j) => {
      let ways = 0;
      (before[i] as Float64Array).forEach((way, set) => {
        if ((set & (1 << j)) !== 0 || way === 0) return;
        // The notices after may take any of the launches that are left.
        ways += way * (behind[(sets - 1) & ~set & ~(1 << j)] as number);
      });
      return (ways * value) / total;
    });
  });
}

function withRow(ways: Float64Array, row: readonly number[]): Float64Array {
  const next = ways.slice();
  ways.forEach((way, set) => {
    if (way === 0) return;
    row.forEach((value, j) => {
      if ((set & (1 << j)) === 0) {
        next[set | (1 << j)] = (next[set | (1 << j)] as number) + way * value;
      }
    });
  });
  return next;
}

/** For each set, the sum over its subsets. */
function subsetSums(values: Float64Array, count: number): Float64Array {
  const sums = values.slice();
  for (let j = 0; j < count; j += 1) {
    for (let set = 0; set < sums.length; set += 1) {
      if ((set & (1 << j)) !== 0) {
        sums[set] = (sums[set] as number) + (sums[set ^ (1 << j)] as number);
      }
    }
  }
  return sums;
}

function estimated(odds: readonly (readonly number[])[]): number[][] {
  const rowSums = odds.map((row) => row.reduce((sum, value) => sum + value, 0));
  const columnSums = (odds[0] ?? []).map((_, j) =>
    odds.reduce((sum, row) => sum + (row[j] ?? 0), 0),
  );
  return odds.map((row, i) =>
    row.map((value, j) => value / (1 + (rowSums[i] ?? 0) + (columnSums[j] ?? 0) - value)),
  );
}
