// SPDX-License-Identifier: Apache-2.0
// `npm run check`: format, types, lint. Runs on any Node from 20 on; the tools run on the pinned one.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, environment, pinnedNode, root } from './install.mjs';

ensureInstalled();
const node = pinnedNode();
const bin = (name) => join(root, 'node_modules', name);
const steps = [
  ['format', [bin('@biomejs/biome/bin/biome'), 'check', '.']],
  ['types', [bin('typescript/bin/tsc'), '-p', '.']],
];
let failed = 0;
for (const [name, args] of steps) {
  const status = spawnSync(node, args, { cwd: root, stdio: 'inherit', env: environment() }).status;
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
