// SPDX-License-Identifier: Apache-2.0
// Every check passes a sound tree and names the one thing spoiled in it. Words that are banned in
// the tree are written in pieces (`ß` is taken out) so that this file passes too.
import { expect, test } from 'vitest';
import { settle } from '../finding.ts';
import { checkAmbient } from './ambient-check.ts';
import { checkForeign, checkLinks } from './hygiene-checks.ts';
import {
  checkArchitecture,
  checkCompiler,
  checkManifests,
  checkReadmes,
} from './package-checks.ts';
import { checkClauses, checkDecisions, checkDependencies } from './record-checks.ts';
import {
  checkBannedSyntax,
  checkBannedWords,
  checkFileLength,
  checkLicence,
  LICENCE,
  longFiles,
} from './source-checks.ts';
import { type Check, treeOf } from './tree.ts';

const spell = (text: string): string => text.replaceAll('ß', '');

const README =
  '# @isthmus/earth\n\n## Purpose\na\n## Not for\nb\n## Public door\nc\n## Oracle\nd\n## Limits\ne\n';
const RECORD =
  '# 1\n\n## Decision\na\n## Rationale\nb\n## Approach\nc\n## What is now forbidden\nd\n';
const REASON = 'a reason that is long enough for a reviewer to judge';

const SOUND: Readonly<Record<string, string>> = {
  'package.json': '{"devDependencies":{"vitest":"1.0.0"}}',
  'tsconfig.base.json': JSON.stringify({
    compilerOptions: Object.fromEntries(
      [
        'strict',
        'noUncheckedIndexedAccess',
        'exactOptionalPropertyTypes',
        'noImplicitOverride',
        'noImplicitReturns',
        'noFallthroughCasesInSwitch',
        'noPropertyAccessFromIndexSignature',
        'noUnusedLocals',
        'noUnusedParameters',
        'verbatimModuleSyntax',
        'erasableSyntaxOnly',
      ].map((option) => [option, true]),
    ),
  }),
  'ARCHITECTURE.md':
    '# A\n\n## The rooms\n\n| room | holds | may import |\n| --- | --- | --- |\n| `earth` | ground | nothing of ours |\n',
  'packages/earth/README.md': README,
  'packages/earth/package.json': '{"dependencies":{"pure-rand":"8.4.2"}}',
  'packages/earth/src/one.ts': `${LICENCE}\nexport const one = new Date(1).process;\n`,
  'packages/earth/src/one.test.ts': `${LICENCE}\ntest('E-1 one is one', () => {});\n`,
  'packages/earth/src/adapters/clock.ts': `${LICENCE}\nexport const now = Date.now();\n`,
  'spec/earth.md': '# Earth\n\n**E-1** One MUST be\none.\n\n**E-2** Two SHOULD be two.\n',
  'decisions/README.md': '- [One](0001-one.md)\n- [Dependencies](dependencies.md#runtime)\n',
  'decisions/0001-one.md': RECORD,
  'decisions/dependencies.md': `# D\n\n## Runtime\n\n| \`pure-rand\` | 8 | ${REASON} |\n| \`vitest\` | 1 | ${REASON} |\n`,
};

/** A check, what is spoiled, the file put in place of the sound one, and what must be said. */
const SPOILED: readonly (readonly [Check, string, Readonly<Record<string, string>>, string])[] = [
  [
    checkLicence,
    'a source without its licence line',
    { 'packages/earth/src/one.ts': 'export const one = 1;\n' },
    'packages/earth/src/one.ts:1 licence: the first line must be `// SPDX-License-Identifier: Apache-2.0`',
  ],
  [
    checkFileLength,
    'a file of 801 lines',
    { 'packages/earth/src/one.ts': '\n'.repeat(801) },
    'packages/earth/src/one.ts file-length: 801 lines, more than 800: split it into files with names',
  ],
  [
    checkBannedWords,
    'a note to mend it later',
    { 'packages/earth/src/one.ts': spell('// FIXßME\n') },
    spell(
      'packages/earth/src/one.ts:1 banned-words: `FIXßME` is banned: mend it now, or write a decision record about it',
    ),
  ],
  [
    checkBannedWords,
    'a silenced compiler',
    { 'packages/earth/src/one.ts': spell('// @ts-ignßore\n') },
    spell(
      'packages/earth/src/one.ts:1 banned-words: `@ts-ignßore` is banned: give the compiler the type it asks for',
    ),
  ],
  [
    checkBannedWords,
    'a silenced linter',
    { 'packages/earth/src/one.ts': spell('// oxlint-disßable-next-line\n') },
    spell(
      'packages/earth/src/one.ts:1 banned-words: `oxlint-disßable` is banned: write the better line, or add a row with a reason to tools/exceptions.ts',
    ),
  ],
  [
    checkBannedSyntax,
    'a value of any type',
    { 'packages/earth/src/one.ts': 'export const one = 1 as any;\n' },
    'packages/earth/src/one.ts:1 banned-syntax: `any` is banned: use `unknown` and narrow it, or say the type',
  ],
  [
    checkBannedSyntax,
    'a focused test',
    { 'packages/earth/src/one.test.ts': "test.only('one', () => {});\n" },
    'packages/earth/src/one.test.ts:1 banned-syntax: `.only` would skip every other test: take it away',
  ],
  [
    checkBannedSyntax,
    'a default export',
    { 'packages/earth/src/one.ts': '\nexport default function one() {}\n' },
    'packages/earth/src/one.ts:2 banned-syntax: no default exports: export it by its name',
  ],
  [
    checkBannedSyntax,
    'an exported function that does not say what it returns',
    { 'packages/earth/src/one.ts': 'export function one() { return 1; }\n' },
    'packages/earth/src/one.ts:1 banned-syntax: an exported function says what it returns: its signature is a contract, not a guess',
  ],
  [
    checkBannedSyntax,
    'an error without a code',
    { 'packages/earth/src/one.ts': "throw new Error('one');\n" },
    'packages/earth/src/one.ts:1 banned-syntax: throw the error class of this package with a code, or assert: nobody can catch a plain Error by what it means',
  ],
  [
    checkAmbient,
    'a clock',
    { 'packages/earth/src/one.ts': 'export const one = Date.now();\n' },
    'packages/earth/src/one.ts:1 ambient: `Date.now` is the ambient world: take an Instant as an argument',
  ],
  [
    checkAmbient,
    'a clock behind a constructor',
    { 'packages/earth/src/one.ts': 'export const one = new Date();\n' },
    'packages/earth/src/one.ts:1 ambient: `new Date()` is the ambient world: take an Instant as an argument',
  ],
  [
    checkAmbient,
    'unseeded chance',
    { 'packages/earth/src/one.ts': 'export const one = Math.random();\n' },
    'packages/earth/src/one.ts:1 ambient: `Math.random` is the ambient world: take a Random of earth as an argument, so that a seed replays it',
  ],
  [
    checkAmbient,
    'a timer',
    { 'packages/earth/src/one.ts': 'setTimeout(() => {}, 1);\n' },
    'packages/earth/src/one.ts:1 ambient: `setTimeout` is the ambient world: run on tick time, or take a scheduler as an argument',
  ],
  [
    checkReadmes,
    'an empty heading in the README of a package',
    { 'packages/earth/README.md': README.replace('\nd\n', '\n\n') },
    'packages/earth/README.md readme: the heading `## Oracle` is empty',
  ],
  [
    checkArchitecture,
    'a room that ARCHITECTURE.md leaves out',
    { 'ARCHITECTURE.md': '# A\n' },
    'ARCHITECTURE.md architecture: no row for the room `earth`',
  ],
  [
    checkArchitecture,
    'a row that allows other imports than the table',
    { 'ARCHITECTURE.md': '## The rooms\n| `earth` | ground | picture |\n' },
    'ARCHITECTURE.md:2 architecture: the row of `earth` must end with "nothing of ours", as tools/rooms.ts says',
  ],
  [
    checkManifests,
    'a package.json that depends on a room outside the row',
    { 'packages/earth/package.json': '{"dependencies":{"@isthmus/wire":"0.1.0"}}' },
    'packages/earth/package.json manifest: depends on @isthmus/wire, which the row of tools/rooms.ts does not allow',
  ],
  [
    checkCompiler,
    'a compiler less than strict',
    {
      'tsconfig.base.json': (SOUND['tsconfig.base.json'] ?? '').replace(
        '"strict":true',
        '"strict":false',
      ),
    },
    'tsconfig.base.json compiler: `strict` must be true',
  ],
  [
    checkClauses,
    'a MUST without a test',
    { 'packages/earth/src/one.test.ts': "test('one is one', () => {});\n" },
    'spec/earth.md:3 clauses: E-1 says MUST and no test has E-1 in its title',
  ],
  [
    checkClauses,
    'a test of a clause that does not exist',
    { 'packages/earth/src/two.test.ts': "test('E-9: nine is nine', () => {});\n" },
    'packages/earth/src/two.test.ts:1 clauses: the title names E-9, which no clause carries',
  ],
  [
    checkClauses,
    'two clauses of one number',
    { 'spec/other.md': 'E-1 Other things MUST be other.\n' },
    'spec/other.md:1 clauses: E-1 is the number of another clause already',
  ],
  [
    checkDecisions,
    'a record that the index leaves out',
    { 'decisions/0002-two.md': RECORD },
    'decisions/0002-two.md decisions: decisions/README.md has no link to it',
  ],
  [
    checkDecisions,
    'a record that forbids nothing',
    { 'decisions/0001-one.md': RECORD.replace('What is now forbidden', 'More') },
    'decisions/0001-one.md decisions: the heading `## What is now forbidden` is missing or empty',
  ],
  [
    checkDependencies,
    'a dependency nobody argued for',
    { 'packages/earth/package.json': '{"dependencies":{"pure-rand":"8.4.2","left-pad":"1.0.0"}}' },
    'decisions/dependencies.md dependencies: packages/earth/package.json needs `left-pad`, and no row here says why',
  ],
  [
    checkDependencies,
    'an argument for a dependency that is gone',
    { 'packages/earth/package.json': '{}' },
    'decisions/dependencies.md:5 dependencies: nothing depends on `pure-rand` any more: delete the row',
  ],
  [
    checkForeign,
    'a path of one machine',
    { 'packages/earth/src/one.ts': spell('// see /hoßme/me/notes\n') },
    spell(
      'packages/earth/src/one.ts:1 foreign: `/hoßme/m` looks like a path of one machine: it means nothing elsewhere',
    ),
  ],
  [
    checkForeign,
    'the host of a package registry',
    { 'package.json': spell('{"x":"https://registry.examßple.org/y"}') },
    spell(
      'package.json:1 foreign: `registry.examßple.org` looks like the host of a package registry: it means nothing elsewhere',
    ),
  ],
  [
    checkLinks,
    'a link to a file that is not there',
    { 'decisions/README.md': '[Two](0002-two.md)\n' },
    'decisions/README.md:1 links: the link to 0002-two.md leads nowhere',
  ],
  [
    checkLinks,
    'a link to a heading that is not there',
    { 'decisions/README.md': '[D](dependencies.md#tools)\n' },
    'decisions/README.md:1 links: the link to dependencies.md#tools leads nowhere',
  ],
];

function said(check: Check, files: Readonly<Record<string, string>>): string[] {
  return check(treeOf({ ...SOUND, ...files })).map(
    (one) =>
      `${one.path}${one.line === undefined ? '' : `:${one.line}`} ${one.check}: ${one.message}`,
  );
}

test('a sound tree passes every check', () => {
  for (const check of new Set(SPOILED.map(([one]) => one))) {
    expect(said(check, {}), check.name).toEqual([]);
  }
});

for (const [check, what, files, expected] of SPOILED) {
  test(`tidy finds ${what}, and nothing else`, () => {
    expect(said(check, files)).toEqual([expected]);
  });
}

test('a name the file declares itself, or a member of that name, is not the ambient world', () => {
  const text =
    "import { process } from './process.ts';\nexport const run = (fetch: () => void) => { fetch(); process(); };\nexport const x = { console: 1 }.console;\n";
  expect(said(checkAmbient, { 'packages/earth/src/one.ts': text })).toEqual([]);
});

test('a file over the soft limit is listed and is no finding', () => {
  const tree = treeOf({ 'packages/earth/src/one.ts': '\n'.repeat(401) });
  expect(longFiles(tree)).toEqual([{ path: 'packages/earth/src/one.ts', lines: 401 }]);
  expect(checkFileLength(tree)).toEqual([]);
});

test('an exception takes its finding away, and is a finding once it excuses nothing', () => {
  const finding = { check: 'licence', path: 'a.ts', message: 'm' };
  const exceptions = [{ check: 'licence', path: 'a.ts', reason: 'r' }];
  expect(settle([finding], new Set(['licence']), exceptions)).toEqual([]);
  expect(settle([], new Set(['links']), exceptions)).toEqual([]);
  expect(settle([], new Set(['licence']), exceptions).map((one) => one.message)).toEqual([
    'nothing in a.ts needs the exception from licence any more: delete it',
  ]);
});
