// SPDX-License-Identifier: Apache-2.0
// knip reads the doors of a package from the `isthmus-source` condition of its exports: what a door
// names is alive, and what nobody reaches from a door or a test is not.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const SOUND: Readonly<Record<string, string>> = {
  'package.json': '{"name":"root","private":true,"type":"module","workspaces":["packages/*"]}',
  'packages/earth/package.json': JSON.stringify({
    name: '@isthmus/earth',
    type: 'module',
    exports: { '.': { 'isthmus-source': './src/index.ts', default: './dist/index.js' } },
  }),
  'packages/earth/src/index.ts': "export { one } from './one.ts';\n",
  'packages/earth/src/one.ts': 'export const one = 1;\n',
};

function unused(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-dead-code-'));
  try {
    for (const [path, text] of Object.entries({ ...SOUND, ...files })) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    cpSync(join(ROOT, 'knip.jsonc'), join(root, 'knip.jsonc'));
    const knip = join(ROOT, 'node_modules/knip/bin/knip.js');
    return spawnSync(process.execPath, [knip, '--no-progress', '--no-config-hints'], {
      cwd: root,
      encoding: 'utf8',
    }).stdout;
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('what a door names is alive', () => {
  expect(unused({})).toBe('');
});

test('an idle file, export and dependency are found, and an import nothing stands for', () => {
  // One tree for all four: each run of knip costs the better part of a second.
  const said = unused({
    'packages/earth/package.json': (SOUND['packages/earth/package.json'] ?? '').replace(
      '"type"',
      '"dependencies":{"pure-rand":"8.4.2"},"type"',
    ),
    'packages/earth/src/idle.ts': 'export const idle = 0;\n',
    'packages/earth/src/one.ts': "export { one } from 'left-pad';\nexport const two = 2;\n",
  });
  expect(said).toMatch(/Unused files \(1\)\s+packages\/earth\/src\/idle\.ts/);
  expect(said).toMatch(/Unused exports \(1\)\s+two\s+packages\/earth\/src\/one\.ts/);
  expect(said).toMatch(/Unused dependencies \(1\)\s+pure-rand\s+packages\/earth\/package\.json/);
  expect(said).toMatch(/Unlisted dependencies \(1\)\s+left-pad\s+packages\/earth\/src\/one\.ts/);
});
