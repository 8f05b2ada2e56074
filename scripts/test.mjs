// SPDX-License-Identifier: Apache-2.0
// `npm test`: installs what is missing, checks the house, runs every test, and ends with one line
// of counts. Exit code 1 when anything failed.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, environment, pinnedNode, root } from './install.mjs';

ensureInstalled();
const node = pinnedNode();
const run = (args) =>
  spawnSync(node, args, { cwd: root, stdio: 'inherit', env: environment() }).status ?? 1;

const checked = run(['scripts/check.mjs']);

const folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
const report = join(folder, 'report.json');
const tested = run([
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile=${report}`,
  ...process.argv.slice(2),
]);
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  const json = JSON.parse(readFileSync(report, 'utf8'));
  counts = {
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + (json.numTodoTests ?? 0),
  };
} catch {
  process.stderr.write('The test runner wrote no report.\n');
}
rmSync(folder, { recursive: true, force: true });
if (checked !== 0) process.stdout.write('npm run check failed; see above.\n');
const failed =
  counts.failed + (tested !== 0 && counts.failed === 0 ? 1 : 0) + (checked === 0 ? 0 : 1);
process.stdout.write(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`);
process.exit(failed === 0 ? 0 : 1);
