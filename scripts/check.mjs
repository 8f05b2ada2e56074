// SPDX-License-Identifier: Apache-2.0
// `npm run check`: everything about the code that needs no run of it. Runs on any Node from 20 on;
// the tools run on the pinned one. Each step can be run alone by the command in its row.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, environment, pinnedNode, root } from './install.mjs';

ensureInstalled();
const node = pinnedNode();
const env = environment();
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

/** Runs a step and prints what it said when it has ended: the lines of two are not mixed. */
async function runStep([name, alone, args]) {
  const started = Date.now();
  const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const [status] = await once(child, 'close');
  const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  if (status !== 0) failed.push(name);
  process.stdout.write(Buffer.concat(said));
  process.stdout.write(
    status === 0 ? `ok    ${name} (${took})\n` : `FAIL  ${name} (${took}); alone: ${alone}\n`,
  );
}

// Most steps keep one core busy.
const waiting = [...steps];
const worker = async () => {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await runStep(step);
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
const total = `${((Date.now() - begun) / 1000).toFixed(1)} s`;
process.stdout.write(
  failed.length === 0 ? `check: all ok in ${total}\n` : `check: ${failed.join(', ')} failed\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
