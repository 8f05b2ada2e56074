// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readNotices, watchNotices } from './notices-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'isthmus-notices-'));
const file = join(folder, 'notices.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notice = (id: string): string =>
  `  - { kind: notice, id: ${id}, regime: other, from: norway, given: 1995-01-02T12:00:00Z }\n`;

test('a file that changes is read again; one that is spoilt is told by file and line, and the notices stay', async () => {
  writeFileSync(file, `notices:\n${notice('first')}`);
  const known = await readNotices(file);
  expect(known).toMatchObject([{ id: 'first' }]);
  // Before the watch begins: a change in between is not lost.
  writeFileSync(file, `notices:\n${notice('first')}${notice('second')}`);
  const heard: string[] = [];
  const waits: (() => void)[] = [];
  const hear = (text: string): void => {
    heard.push(text);
    for (const wake of waits.splice(0)) wake();
  };
  const next = (): Promise<void> => new Promise((wake) => waits.push(wake));
  const unwatch = watchNotices(file, known, {
    onChange: (messages) => hear(messages.map((one) => ('id' in one ? one.id : '')).join()),
    onFault: hear,
  });
  try {
    await next();
    const spoilt = next();
    writeFileSync(file, `notices:\n${notice('first')}  - { kind: rumour }\n`);
    await spoilt;
  } finally {
    unwatch();
  }
  expect(heard[0]).toBe('first,second');
  expect(heard[1]).toMatch(/notices\.yaml:3.* the notices before stay on the board$/);
});

test('more notices than a node takes are refused with the remedy', async () => {
  const many = Array.from({ length: 2001 }, (_, i) => notice(`n${i}`)).join('');
  writeFileSync(file, `notices:\n${many}`);
  await expect(readNotices(file)).rejects.toThrow(/at most 2000: leave out those/);
});
