// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { commandsOf, type Fence, fencesOf } from './fences.ts';

function blocks(...lines: readonly string[]): Fence[] {
  return fencesOf('a.md', lines.join('\n'));
}

test('blocks come in order, with their language and the line they begin at', () => {
  expect(blocks('# A', '```sh', 'one', '```', '', '```json', '{}', '```')).toMatchObject([
    { language: 'sh', line: 3, lines: ['one'], until: null, needs: null },
    { language: 'json', line: 7, lines: ['{}'] },
  ]);
});

test('"until" and "needs" belong to the block right behind them, and to no other', () => {
  const found = blocks(
    '<!-- needs: curl -->',
    '<!-- until: is up -->',
    '```sh',
    'serve',
    '```',
    '```sh',
    'next',
    '```',
  );
  expect(found.map(({ until, needs }) => [until, needs])).toEqual([
    ['is up', 'curl'],
    [null, null],
  ]);
});

test.each([
  ['a fence without a language', ['', '```', 'npm start', '```'], 'a.md:2: a fence names'],
  ['an unknown language', ['```bash', 'npm start', '```'], 'a.md:1: "bash" is none of'],
  ['more than a language', ['```sh title', '```'], 'a.md:1: a fence is three backticks'],
  ['a fence of tildes', ['~~~sh', '~~~'], 'a.md:1: a fence is three backticks'],
  ['an indented fence', ['- so:', '  ```sh', '  ```'], 'a.md:2: a fence is three backticks'],
  ['a fence that is never closed', ['', '```sh', 'npm start'], 'a.md:2: this fence is never'],
  ['"until" before prose', ['<!-- until: up -->', 'Then', '```sh', '```'], 'a.md:2: "until"'],
  ['"until" before json', ['<!-- until: up -->', '```json', '```'], 'a.md:2: "until"'],
  ['"until" before nothing', ['<!-- until: up -->', ''], 'a.md: "until"'],
])('%s is refused by file and line', (_, lines, message) => {
  expect(() => blocks(...lines)).toThrow(message);
});

test('a command is a line; a backslash goes on with the next; comments and blanks are none', () => {
  const [fence] = blocks('```sh', '# why', 'one | less', '', 'two \\', '  --three', '```');
  expect(fence === undefined ? [] : commandsOf(fence)).toEqual([
    { line: 3, text: 'one | less' },
    { line: 5, text: 'two --three' },
  ]);
});

test('a here-document is part of its command, comments and all', () => {
  const [fence] = blocks('```sh', "cat > a <<'END'", '# b', 'c \\', '', 'END', 'next', '```');
  expect(fence === undefined ? [] : commandsOf(fence)).toEqual([
    { line: 2, text: "cat > a <<'END'\n# b\nc \\\n\nEND" },
    { line: 7, text: 'next' },
  ]);
});
