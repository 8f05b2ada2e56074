// SPDX-License-Identifier: Apache-2.0
// One process a side: two that sign for one ledger would tell two stories. The lock is a file with
// the holder's process number, made exclusively; one whose holder is gone is taken over.

import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';

/** Takes the lock of a side's data folder; the result lets it go. Throws `UserError` while it is held. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'lock');
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
      if (isRunning(holder)) {
        throw new UserError(
          `${folder}: process ${holder} runs this side already; stop it first, or give this one a folder of its own`,
          { cause: error },
        );
      }
      await rm(file, { force: true });
    }
  }
  throw new UserError(`${folder}: the lock was taken by another process just now`);
}

/** Whether a process runs that holds the lock of a side's data folder. */
export async function isLocked(folder: string): Promise<boolean> {
  return isRunning(Number(await readFile(join(folder, 'lock'), 'utf8').catch(() => '0')));
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
