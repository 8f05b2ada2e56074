// SPDX-License-Identifier: Apache-2.0
// Optimal assignment with "none": shortest augmenting paths (Jonker & Volgenant, Computing 38, 1987;
// in the form of Crouse, IEEE T-AES 52, 2016). Each row may stay alone at cost 0.

/**
 * For each row the column it is paired with, or -1; the sum of the costs is the least possible.
 *
 * @param cost rows x columns, row-major; negative is gain. A pair of cost >= 0, Infinity or NaN is
 *   never made. Among equal optima the result is a function of the input alone.
 */
export function assign(cost: ArrayLike<number>, rows: number, columns: number): number[] {
  // One private "none" column a row makes every partial assignment a complete one.
  const width = columns + rows;
  const at = (row: number, column: number): number => {
    if (column >= columns) return column - columns === row ? 0 : Number.POSITIVE_INFINITY;
    const value = cost[row * columns + column] as number;
    return value < 0 ? value : Number.POSITIVE_INFINITY;
  };
  const rowOf = new Int32Array(width).fill(-1);
  const columnOf = new Int32Array(rows).fill(-1);
  const u = new Float64Array(rows);
  const v = new Float64Array(width);
  for (let row = 0; row < rows; row += 1) augment(row, { at, rows, width, rowOf, columnOf, u, v });
  return Array.from(columnOf, (column) => (column < columns ? column : -1));
}

interface Work {
  readonly at: (row: number, column: number) => number;
  readonly rows: number;
  readonly width: number;
  readonly rowOf: Int32Array;
  readonly columnOf: Int32Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
}

function augment(start: number, work: Work): void {
  const { at, rows, width, rowOf, columnOf, u, v } = work;
  const distance = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(width).fill(-1);
  const doneColumn = new Uint8Array(width);
  const doneRow = new Uint8Array(rows);
  let row = start;
  let lowest = 0;
  let sink = -1;
  while (sink < 0) {
    doneRow[row] = 1;
    let best = -1;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let j = 0; j < width; j += 1) {
      if (doneColumn[j] === 1) continue;
      const reduced = lowest + at(row, j) - (u[row] as number) - (v[j] as number);
      if (reduced < (distance[j] as number)) {
        distance[j] = reduced;
        from[j] = row;
      }
      if ((distance[j] as number) < bestDistance) {
        bestDistance = distance[j] as number;
        best = j;
      }
    }
    lowest = bestDistance;
    doneColumn[best] = 1;
    if (rowOf[best] === -1) sink = best;
    else row = rowOf[best] as number;
  }
  u[start] = (u[start] as number) + lowest;
  for (let i = 0; i < rows; i += 1) {
    if (doneRow[i] === 1 && i !== start) {
      u[i] = (u[i] as number) + lowest - (distance[columnOf[i] as number] as number);
    }
  }
  for (let j = 0; j < width; j += 1) {
    if (doneColumn[j] === 1) v[j] = (v[j] as number) - (lowest - (distance[j] as number));
  }
  for (let j = sink; ; ) {
    const i = from[j] as number;
    rowOf[j] = i;
    const next = columnOf[i] as number;
    columnOf[i] = j;
    if (i === start) break;
    j = next;
  }
}
