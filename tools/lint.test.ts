// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lint } from './lint.ts';

const COMPILER = JSON.stringify({
  compilerOptions: { strict: true, target: 'es2024', module: 'nodenext', types: [] },
});

function checksIn(text: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-lint-'));
  try {
    writeFileSync(join(root, 'tsconfig.json'), COMPILER);
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(root, 'one.ts'), text);
    return lint(root).map((one) => `${one.path}:${one.line} ${one.check}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a sound file has no findings', () => {
  expect(checksIn('export const one: number = 1;\n')).toEqual([]);
});

const SPOILED: readonly (readonly [string, string, string])[] = [
  [
    'a promise nobody waits for',
    'export function one(): void {\n  Promise.resolve(1);\n}\n',
    'one.ts:2 lint(no-floating-promises)',
  ],
  [
    'a union of which one member is forgotten',
    "export function one(of: 'a' | 'b'): number {\n  let n = 0;\n  switch (of) {\n    case 'a':\n      n = 1;\n  }\n  return n;\n}\n",
    'one.ts:3 lint(switch-exhaustiveness-check)',
  ],
  [
    'a function of 71 lines',
    `export function one(): number {\n  let n = 0;\n${'  n += 1;\n'.repeat(67)}  return n;\n}\n`,
    'one.ts:1 lint(max-lines-per-function)',
  ],
  [
    'a function of five parameters',
    'export function one(a: number, b: number, c: number, d: number, e: number): number {\n  return a + b + c + d + e;\n}\n',
    'one.ts:1 lint(max-params)',
  ],
];

for (const [what, text, expected] of SPOILED) {
  test(`lint finds ${what}, and nothing else`, () => {
    expect(checksIn(text)).toEqual([expected]);
  });
}

test('types that do not resolve are told once, not at each use', () => {
  const text =
    "import { far } from './far.ts';\nexport const one: number = far.a;\nexport const two: number = far.b;\n";
  expect(checksIn(text)).toEqual(['tsconfig.json:undefined lint-types']);
});
