// SPDX-License-Identifier: Apache-2.0
// Cutting off what looks torn without losing it: a crash and a rotten disk look alike from here, and
// what was signed once may be the only copy.

import { equalBytes } from '@isthmus/seal';
import { LIMITS } from './limits.ts';
import type { Storage } from './storage.ts';

/**
 * Cuts a file to `size` bytes; what was behind stands durably in `<path>-cut-<size>` first, or beside
 * another file of that name. Above the bound of such files it is cut all the same.
 */
export async function cutAside(storage: Storage, path: string, size: number): Promise<void> {
  const bytes = await storage.readRange(path, size, (await storage.size(path)) - size);
  for (let copy = 0; copy < LIMITS.cutsAsideMax; copy += 1) {
    const aside = `${path}-cut-${size}${copy === 0 ? '' : `-${copy}`}`;
    const there = await storage.read(aside);
    if (there !== null && !equalBytes(there, bytes)) continue;
    if (there === null) await storage.replace(aside, bytes);
    break;
  }
  await storage.truncate(path, size);
}
