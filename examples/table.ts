// SPDX-License-Identifier: Apache-2.0
// Tables on standard output.

/** Prints rows of cells, the first row being the heads of the columns, all but the first flush right. */
export function printTable(rows: readonly (readonly (string | number)[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((row) => String(row[i] ?? '').length)),
  );
  for (const row of rows) {
    const cells = row.map((cell, i) => {
      const text = String(cell);
      return i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
    });
    process.stdout.write(`${cells.join('   ').trimEnd()}\n`);
  }
}
