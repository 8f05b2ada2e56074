// SPDX-License-Identifier: Apache-2.0
// `npm start`: installs what is missing, builds the console where its sources have changed, then runs
// the demonstration on the pinned Node. Ctrl-C goes to the demonstration, which ends its two sides and
// removes what it made; this waits for that.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureConsole } from './build-console.mjs';
import { ensureInstalled, environment, pinnedNode, root } from './install.mjs';

ensureInstalled();
// A console that cannot be built is no reason to show no flight; its page says the same.
if (!process.argv.includes('--headless')) ensureConsole();
const child = spawn(
  pinnedNode(),
  [
    '--conditions=isthmus-source',
    join(root, 'apps/cli/src/main.ts'),
    'demo',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: environment() },
);
// The terminal sends Ctrl-C to the whole group, so the child has it already; a plain kill does not.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
