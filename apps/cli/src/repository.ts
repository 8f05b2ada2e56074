// SPDX-License-Identifier: Apache-2.0
// Where the ready-made documents are, and which commit this is.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './user-error.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The commit of this tree, or null outside a checkout. */
export function commitOf(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    }).trim();
  } catch {
    return null;
  }
}

/**
 * The file of a ready-made document by name, or the file of that path.
 *
 * @param folder `scenarios` or `agreements`
 */
export function documentFile(folder: string, nameOrPath: string): string {
  if (/[/\\]|\.ya?ml$/.test(nameOrPath)) {
    if (existsSync(nameOrPath)) return nameOrPath;
    throw new UserError(`${nameOrPath}: there is no such file`);
  }
  const file = join(ROOT, folder, `${nameOrPath}.yaml`);
  if (existsSync(file)) return file;
  const names = readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -5));
  throw new UserError(
    `there is no ${folder.slice(0, -1)} "${nameOrPath}"; there are ${names.join(', ')}, or name a file`,
  );
}
