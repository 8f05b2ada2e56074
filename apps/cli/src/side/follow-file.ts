// SPDX-License-Identifier: Apache-2.0
// A file that others replace while a node runs: looked at every second by its size and times.

import { stat } from 'node:fs/promises';

/** How often the file is looked at. */
const LOOK_MS = 1_000;

/**
 * Calls `look` when the file is another than at the last call, and once at the beginning: it may have
 * changed since it was read. The result ends the watch.
 */
export function followFile(file: string, look: () => Promise<void>): () => void {
  let seen: string | null = null;
  let looking = false;
  const poll = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    const found = await stampOf(file);
    if (found !== seen) {
      seen = found;
      await look();
    }
    looking = false;
  };
  const timer = setInterval(() => void poll(), LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Taken before the file is read: a change during the read is seen at the next look. */
async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'no file that can be read';
  }
}
