// SPDX-License-Identifier: Apache-2.0
// `npm run check`: everything about the code that needs no run of it. Runs on any Node from 20 on;
// the tools run on the pinned one. Each step can be run alone by the command in its row.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, environment, pinnedNode, root } from './install.mjs';

ensureInstalled();
const node = pinnedNode();
const module = (path) => join(root, 'node_modules', path);

/** Name, the command that runs or mends it alone, and what runs here. */
const steps = [
  ['format', 'npm run -s format', [module('@biomejs/biome/bin/biome'), 'check', '.']],
  ['types', 'npm run -s types', [module('typescript/bin/tsc'), '-p', '.']],
  [
    'types of the console',
    'npm run -s types',
    [module('typescript/bin/tsc'), '-p', 'apps/console'],
  ],
  ['lint', 'npm run -s lint', ['tools/lint.ts']],
  ['boundaries', 'npm run -s boundaries', ['tools/boundaries.ts']],
  [
    'dead code',
    'npm run -s dead-code',
    [module('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  ],
  ['tidy', 'npm run -s tidy', ['tools/tidy/main.ts']],
];

const begun = Date.now();
const failed = [];
for (const [name, alone, args] of steps) {
  const started = Date.now();
  const status = spawnSync(node, args, { cwd: root, stdio: 'inherit', env: environment() }).status;
  const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (status !== 0) failed.push(name);
  process.stdout.write(
    status === 0 ? `ok    ${name} (${took})\n` : `FAIL  ${name} (${took}); alone: ${alone}\n`,
  );
}
const total = `${((Date.now() - begun) / 1000).toFixed(1)} s`;
process.stdout.write(
  failed.length === 0 ? `check: all ok in ${total}\n` : `check: ${failed.join(', ')} failed\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
