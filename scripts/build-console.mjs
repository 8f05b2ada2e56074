// SPDX-License-Identifier: Apache-2.0
// Builds the console into apps/console/dist, unless what is there was made from the same sources.
// Quiet unless it fails. Run as a program it always says how it went.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, environment, pinnedNode, root } from './install.mjs';

const folder = join(root, 'apps/console');
const page = join(folder, 'dist/index.html');
const stamp = join(root, 'node_modules', '.isthmus-console');

/** What the console is made from: its own folder, and the rooms that are bundled into it. */
const sources = ['apps/console', 'packages/earth', 'packages/picture', 'package-lock.json'];

function filesOf(path) {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'node_modules') return [];
    const inner = `${path}/${entry.name}`;
    return entry.isDirectory() ? filesOf(inner) : [inner];
  });
}

/** By content: a checkout changes every time stamp and nothing else. */
function hashOfSources() {
  const hash = createHash('sha256');
  const files = sources.flatMap((path) => (path.endsWith('.json') ? [path] : filesOf(path)));
  for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
    hash.update(`${file}\n`);
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest(),
    );
  }
  return hash.digest('hex');
}

/** True when the console stands built from the sources at hand, or there is none to build. */
export function ensureConsole() {
  if (!existsSync(join(folder, 'vite.config.ts'))) return true;
  const wanted = hashOfSources();
  const isBuilt = existsSync(page) && existsSync(stamp);
  if (isBuilt && readFileSync(stamp, 'utf8') === wanted) return true;
  // A build that is cut off must not pass for one that was finished.
  rmSync(stamp, { force: true });
  const built = spawnSync(
    pinnedNode(),
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'apps/console'],
    { cwd: root, env: environment(), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (built.status !== 0 || !existsSync(page)) {
    process.stderr.write(`${built.stdout ?? ''}${built.stderr ?? ''}`);
    process.stderr.write('The console was not built; alone: node scripts/build-console.mjs\n');
    return false;
  }
  writeFileSync(stamp, wanted);
  return true;
}

if (process.argv[1] === import.meta.filename) {
  ensureInstalled();
  const isDone = ensureConsole();
  if (isDone) process.stdout.write('The console is built: apps/console/dist\n');
  process.exit(isDone ? 0 : 1);
}
