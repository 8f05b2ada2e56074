// SPDX-License-Identifier: Apache-2.0
// Files of one JSON value a line (NDJSON): what is wrong is told with file, line and field.

import { readText } from './documents.ts';
import { UserError } from './user-error.ts';

/** Largest file read, bytes: hours of what a node prints. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

/** Hands each line's value to `take`, whose errors with a `path` come out as the user's. */
export async function readLines(file: string, take: (value: unknown) => void): Promise<void> {
  const lines = (await readText(file, FILE_BYTES_MAX)).split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      take(JSON.parse(line));
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw new UserError(`${file}:${i + 1}: not JSON: ${error.message}`, { cause: error });
      }
      if (!(error instanceof Error) || !('path' in error)) throw error;
      const field = String(error.path).split('/').slice(1).join('.');
      const where = field === '' ? 'the line' : field;
      throw new UserError(`${file}:${i + 1}: ${where}: ${error.message}`, { cause: error });
    }
  }
}
