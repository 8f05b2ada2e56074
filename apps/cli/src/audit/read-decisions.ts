// SPDX-License-Identifier: Apache-2.0
// A side's decision log as an audit takes it: its lines as far as the chain holds.

import { readFile } from 'node:fs/promises';
import type { DecisionLogLike } from '@isthmus/audit';
import { scanDecisions } from '@isthmus/node';
import { UserError } from '../user-error.ts';

export async function readDecisions(file: string): Promise<DecisionLogLike> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new UserError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  const { side, first, lines, broken, end } = scanDecisions(bytes);
  const isTorn = broken !== null && bytes.indexOf(0x0a, end) === -1;
  return { side, first, lines, broken, isTorn };
}
