// SPDX-License-Identifier: Apache-2.0
// Brings what package-lock.json names, once: plain JavaScript that any Node from 20 on can run,
// since it runs before the pinned Node is there.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const stamp = join(root, 'node_modules', '.isthmus-installed');

/** Installs unless node_modules already is what the lock file asks for. Ends the process on failure. */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing what package-lock.json names (about a minute, once) …\n');
  const started = Date.now();
  const result = spawnSync(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (result.status !== 0) {
    process.stderr.write(
      'npm ci did not finish. Check the network and the free disk (about 500 MB), then run this again.\n',
    );
    process.exit(2);
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

/**
 * The Node to run on: the pinned one that `npm ci` brought, or, on a platform for which none is
 * published, the one at hand if it is new enough.
 */
export function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  ]) {
    const path = join(root, 'node_modules', folder, 'bin', name);
    if (existsSync(path)) return path;
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `No pinned Node is published for ${process.platform}-${process.arch}, and this one is ${process.version}: install Node 24 or newer, then run this again.\n`,
  );
  process.exit(2);
}

/**
 * The environment in which `node` and every tool are those of this repository. Node keeps what it
 * has compiled in a folder that nobody else writes: each of hundreds of commands starts in half the
 * time.
 */
export function environment() {
  return {
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
    ...process.env,
    PATH: join(root, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? ''),
  };
}
