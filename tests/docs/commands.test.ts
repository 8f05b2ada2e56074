// SPDX-License-Identifier: Apache-2.0
// Every command of README.md and docs/*.md, run in order as a reader would.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { commandsOf, type Fence, fencesOf } from './fences.ts';
import { isThere, runToEnd, runUntil, Scratch } from './run.ts';

const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Commands that are not run, with the reason. */
const SKIPPED = new Map([['npm test', 'this is that run']]);

/** Runs a block; throws with file, line and what was said last where a command fails. */
async function runBlock(file: string, fence: Fence, folder: string): Promise<void> {
  const commands = commandsOf(fence).filter(({ text }) => !SKIPPED.has(text));
  if (fence.until !== null) {
    // One script: what runs in the background is ended with the rest of its group.
    const script = commands.map(({ text }) => text).join('\n');
    const wrong = await runUntil(script, folder, { until: fence.until });
    if (wrong !== null) throw new Error(`${file}:${fence.line}: ${script}\n${wrong}`);
    return;
  }
  for (const { line, text } of commands) {
    const wrong = await runToEnd(text, folder);
    if (wrong !== null) throw new Error(`${file}:${line}: ${text}\n${wrong}`);
  }
}

describe.skipIf(process.platform === 'win32')('the commands of the documents', () => {
  test.each(DOCUMENTS)(
    '%s does what it says',
    async (file) => {
      const blocks = fencesOf(file, readFileSync(join(ROOT, file), 'utf8')).filter(
        (fence) => fence.language === 'sh' && (fence.needs === null || isThere(fence.needs)),
      );
      const scratch = new Scratch(ROOT);
      try {
        for (const fence of blocks) {
          await expect(runBlock(file, fence, scratch.folder)).resolves.toBeUndefined();
        }
      } finally {
        scratch.remove();
      }
    },
    900_000,
  );

  test('a failure names file, line and what was said last', async () => {
    const text = '# A\n\n```sh\ntrue\necho why >&2; exit 3\n```\n';
    const [fence] = fencesOf('a.md', text);
    const scratch = new Scratch(ROOT);
    try {
      await expect(runBlock('a.md', fence as Fence, scratch.folder)).rejects.toThrow(
        'a.md:5: echo why >&2; exit 3\nended with 3:\nwhy',
      );
      const ends = { ...(fence as Fence), lines: ['echo on'], until: 'off' };
      await expect(runBlock('a.md', ends, scratch.folder)).rejects.toThrow('before "off"');
    } finally {
      scratch.remove();
    }
  });

  test('what waits is ended by Ctrl-C, and what outlives it is told and killed', async () => {
    const ends = 'trap "exit 0" INT; echo up; while true; do sleep 0.1; done';
    const stays = 'trap "" INT; echo up; sleep 60';
    const wait = { until: 'up', endMs: 300 };
    expect(await runUntil(ends, ROOT, { until: 'up' })).toBeNull();
    expect(await runUntil('echo up; sleep 60', ROOT, { until: 'up' })).toBeNull();
    expect(await runUntil(stays, ROOT, wait)).toContain('still there 0.3 s after Ctrl-C');
  });
});
