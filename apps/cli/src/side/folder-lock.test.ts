// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';

test('a side runs once: the second is refused until the first lets go or is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-test-'));
  try {
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow('runs this side already');
    await unlock();
    // A number no process has: the holder was killed.
    await writeFile(join(folder, 'lock'), '999999999');
    const again = await lockFolder(folder);
    await again();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
