// SPDX-License-Identifier: Apache-2.0
// `npm run examples`: runs every example of examples/ and puts its plot into docs/tracking/, where the
// pages of the library show it. A test of tests/docs holds the two together.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../apps/cli/src/repository.ts';

export const EXAMPLES = ['one-radar', 'two-radars', 'air-picture', 'launch-to-impact'] as const;

/** Where the plot of an example is kept. */
export function plotFile(name: string): string {
  return join(ROOT, 'docs/tracking', `${name}.svg`);
}

/** Runs an example in a folder of its own, as its first lines say. Throws with what it said when it fails. */
export function runExample(name: string): { readonly said: string; readonly svg: string } {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-example-'));
  try {
    const file = join(ROOT, 'examples', `${name}.ts`);
    const ran = spawnSync(process.execPath, ['--conditions=isthmus-source', file], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (ran.status !== 0) throw new Error(`${name} ended with ${ran.status}: ${ran.stderr}`);
    return { said: ran.stdout, svg: readFileSync(join(folder, 'run', `${name}.svg`), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (import.meta.main) {
  mkdirSync(join(ROOT, 'docs/tracking'), { recursive: true });
  for (const name of EXAMPLES) {
    const { said, svg } = runExample(name);
    writeFileSync(plotFile(name), svg);
    process.stdout.write(`${name}\n${said}\n`);
  }
}
