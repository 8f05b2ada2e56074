// SPDX-License-Identifier: Apache-2.0
// `npm test`: installs what is missing, checks the house, builds the console, runs every test, and
// ends with one line of counts. Exit code 1 when anything failed.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureConsole } from './build-console.mjs';
import { ensureDebianPackages } from './debian.mjs';
import { ensureInstalled, environment, pinnedNode, root } from './install.mjs';

ensureInstalled();
const node = pinnedNode();
const run = (args) =>
  spawnSync(node, args, { cwd: root, stdio: 'inherit', env: environment() }).status ?? 1;

const checked = run(['scripts/check.mjs']);
const built = ensureConsole();
ensureDebianPackages();

const folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
const counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs projects of vitest and adds what they counted. */
function runProjects(...projects) {
  const report = join(folder, `${projects[0]}.json`);
  const status = run([
    'node_modules/vitest/vitest.mjs',
    'run',
    ...projects.map((project) => `--project=${project}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
    '--passWithNoTests',
    ...process.argv.slice(2),
  ]);
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += json.numPassedTests;
    counts.failed += json.numFailedTests;
    counts.skipped += json.numPendingTests + (json.numTodoTests ?? 0);
    if (status !== 0 && json.numFailedTests === 0) counts.failed += 1;
  } catch {
    process.stderr.write('The test runner wrote no report.\n');
    counts.failed += 1;
  }
}

runProjects('unit', 'whole');
// By itself: a globe drawn in software has no core to spare.
runProjects('browser');
rmSync(folder, { recursive: true, force: true });
if (checked !== 0) process.stdout.write('npm run check failed; see above.\n');
if (!built) process.stdout.write('The console was not built; see above.\n');
const failed = counts.failed + (checked === 0 ? 0 : 1) + (built ? 0 : 1);
process.stdout.write(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`);
process.exit(failed === 0 ? 0 : 1);
