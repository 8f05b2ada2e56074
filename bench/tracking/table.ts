// SPDX-License-Identifier: Apache-2.0
// Tables of numbers as comma-separated text, read strictly: what is wrong is told with file, line and
// what was expected, since a benchmark that skips a bad line measures something else.

import { readFile } from 'node:fs/promises';
import { UserError } from '../../apps/cli/src/user-error.ts';

/** Rows of numbers; the row with index i stands in line i + 2 of its file. */
export interface Table {
  readonly file: string;
  readonly rows: number;
  /** Row after row, `columns.length` numbers each. */
  readonly values: Float64Array;
  readonly columns: readonly string[];
}

/**
 * Reads a table whose first line names exactly `columns` and whose every other line holds as many
 * finite numbers.
 *
 * @throws UserError with file, line and what was expected.
 */
export async function readTable(file: string, columns: readonly string[]): Promise<Table> {
  const lines = (await textOf(file)).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const header = columns.join(',');
  if (lines[0] !== header) throw wrong(file, 1, `the header ${header}`, lines[0] ?? '');
  if (lines.length < 2) throw wrong(file, 2, `a line of ${header}`, '');
  const rows = lines.length - 1;
  const values = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row += 1) {
    const text = lines[row + 1] as string;
    const fields = text.split(',');
    if (fields.length !== columns.length) {
      throw wrong(file, row + 2, `${columns.length} numbers (${header})`, text);
    }
    for (let column = 0; column < columns.length; column += 1) {
      const field = fields[column] as string;
      const value = Number(field);
      if (field.trim() === '' || !Number.isFinite(value)) {
        throw wrong(file, row + 2, `a number for ${columns[column]}`, field);
      }
      values[row * columns.length + column] = value;
    }
  }
  return { file, rows, values, columns };
}

/** The number in a row and column of a table. */
export function cell(table: Table, row: number, column: number): number {
  return table.values[row * table.columns.length + column] as number;
}

/** What to throw when a row of a table is not what was expected. */
export function wrongRow(table: Table, row: number, expected: string): UserError {
  const from = row * table.columns.length;
  const found = table.values.slice(from, from + table.columns.length).join(',');
  return wrong(table.file, row + 2, expected, row < table.rows ? found : '');
}

function wrong(file: string, line: number, expected: string, found: string): UserError {
  const shown = found === '' ? 'nothing' : `"${found.slice(0, 120)}"`;
  return new UserError(`${file}:${line}: expected ${expected}, found ${shown}`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw new UserError(`${file}: ${why}`, { cause: error });
  }
}
