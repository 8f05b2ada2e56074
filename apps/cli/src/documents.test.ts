// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDocument } from './documents.ts';
import { UserError } from './user-error.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const BOMB = `a: &a [x]\n${Array.from({ length: 9 }, (_, i) => `${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${`*${'abcdefghi'[i]},`.repeat(9)}]`).join('\n')}\n`;

test.each([
  ['an alias of nothing', 'x: *a\n'],
  ['a key that is no text', '[1, 2]: x\n'],
  ['aliases that multiply', BOMB],
  ['bytes that are no text', Buffer.from([0xff])],
  ['levels without end', 'a: '.repeat(20_000)],
  ['lists without end', '['.repeat(50_000)],
])('%s is the user’s to mend, with the file named', async (_what, content) => {
  const file = join(folder, 'document.yaml');
  writeFileSync(file, content);
  const loading = loadDocument(file, (value) => value);
  await expect(loading).rejects.toBeInstanceOf(UserError);
  await expect(loading).rejects.toThrow(file);
});
