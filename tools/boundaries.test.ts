// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkBoundaries } from './boundaries.ts';
import { messageFor, ROOMS } from './rooms.ts';

const DOORS: Readonly<Record<string, readonly string[]>> = {
  earth: ['.'],
  picture: ['.'],
  tracking: ['.'],
  release: ['.'],
  wire: ['.'],
  seal: ['.'],
};

/** A small tree that keeps every rule; each test spoils exactly one thing in it. */
const SOUND: Readonly<Record<string, string>> = {
  'packages/earth/src/index.ts': "export { one } from './one.ts';\n",
  'packages/earth/src/one.ts': 'export const one = 1;\n',
  'packages/picture/src/index.ts': "export type { Noun } from './noun.ts';\n",
  'packages/picture/src/noun.ts':
    "import { one } from '@isthmus/earth';\nexport type Noun = typeof one;\n",
  'packages/tracking/src/index.ts':
    "import { one } from '@isthmus/earth';\nexport const two = one + 1;\n",
  'packages/release/src/index.ts':
    "import type { Noun } from '@isthmus/picture';\nexport class Released { readonly of: Noun = 1; }\n",
  'packages/wire/src/index.ts':
    "import type { Released } from '@isthmus/release';\nexport type Encoded = Released;\n",
  'packages/seal/src/index.ts':
    "import { createHash } from 'node:crypto';\nexport const hash = createHash;\n",
  'packages/earth/src/adapters/clock.ts':
    "import { hrtime } from 'node:process';\nexport const clock = hrtime;\n",
  'packages/earth/src/one.test.ts':
    "import { readFileSync } from 'node:fs';\nimport { two } from '@isthmus/tracking';\nexport const both = [two, readFileSync];\n",
  'apps/cli/src/main.ts': "import { two } from '@isthmus/tracking';\nexport const main = two;\n",
};

async function findingsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-boundaries-'));
  try {
    for (const [path, text] of Object.entries({ ...SOUND, ...files })) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    mkdirSync(join(root, 'node_modules/@isthmus'), { recursive: true });
    for (const [name, doors] of Object.entries(DOORS)) {
      const exports = Object.fromEntries(
        doors.map((door) => [door, { 'isthmus-source': './src/index.ts' }]),
      );
      const manifest = { name: `@isthmus/${name}`, type: 'module', exports };
      writeFileSync(join(root, 'packages', name, 'package.json'), JSON.stringify(manifest));
      symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@isthmus', name));
    }
    return (await checkBoundaries(root)).map((one) => `${one.path} ${one.check}: ${one.message}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a tree that keeps the table has no findings', async () => {
  expect(await findingsIn({})).toEqual([]);
});

const SPOILED: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  [
    'a room imports one outside its row',
    {
      'packages/release/src/index.ts':
        "import { two } from '@isthmus/tracking';\nexport const x = two;\n",
    },
    'packages/release/src/index.ts release-imports: imports packages/tracking/src/index.ts; release may import earth and picture only: put the formula in tracking and pass its result in the draft.',
  ],
  [
    'a room that may know types imports a value',
    {
      'packages/wire/src/index.ts':
        "import { Released } from '@isthmus/release';\nexport const x = Released;\n",
    },
    'packages/wire/src/index.ts wire-types-of-release: imports packages/release/src/index.ts; wire may use the types of release only (import type): it encodes what release let through and takes its token as a type; it decides, signs and stores nothing.',
  ],
  [
    'a package is entered by a file that is no door',
    {
      'packages/picture/src/noun.ts':
        "import { one } from '../../earth/src/one.ts';\nexport type Noun = typeof one;\n",
    },
    'packages/picture/src/noun.ts earth-doors: imports packages/earth/src/one.ts; go in by a public door of @isthmus/earth (the exports of its package.json): export the name there, or do without it.',
  ],
  [
    'two files import each other',
    {
      'packages/earth/src/one.ts':
        "import { zero } from './zero.ts';\nexport const one = zero + 1;\n",
      'packages/earth/src/zero.ts':
        "import { one } from './one.ts';\nexport const zero = one - 1;\n",
    },
    'packages/earth/src/one.ts no-cycle: imports packages/earth/src/zero.ts → packages/earth/src/one.ts; these files import each other in a ring: move what they share into a file of its own.',
  ],
  [
    'a package reads a file outside its adapters',
    {
      'packages/tracking/src/index.ts':
        "import { readFileSync } from 'node:fs';\nexport const two = readFileSync;\n",
    },
    'packages/tracking/src/index.ts no-platform: imports fs; a package does not touch the machine: declare a port, and put the file, socket or clock behind it into adapters/.',
  ],
  [
    'cryptography is imported outside seal, even in an adapter',
    {
      'packages/earth/src/adapters/clock.ts':
        "import { randomBytes } from 'node:crypto';\nexport const clock = randomBytes;\n",
    },
    'packages/earth/src/adapters/clock.ts no-cryptography: imports crypto; seal is the only importer of cryptography: call it, or add to it what is missing.',
  ],
  [
    'seal reads a file',
    { 'packages/seal/src/index.ts': "export { readFileSync } from 'node:fs';\n" },
    'packages/seal/src/index.ts seal-platform: imports fs; seal uses node:crypto and no more of the machine: keys come in as bytes.',
  ],
  [
    'product code imports a test',
    {
      'packages/tracking/src/index.ts':
        "import { both } from './two.test.ts';\nexport const two = both;\n",
      'packages/tracking/src/two.test.ts': 'export const both = 1;\n',
    },
    'packages/tracking/src/index.ts no-test-code: imports packages/tracking/src/two.test.ts; product code does not import tests or a test runner: move what both need into src.',
  ],
  [
    'a file stands in no room',
    { 'packages/earth/stray.ts': 'export const stray = 1;\n' },
    'packages/earth/stray.ts rooms: stands in no room of tools/rooms.ts: move it into one, or add a row.',
  ],
];

for (const [what, files, expected] of SPOILED) {
  test(`it is found, and the message says where to go, when ${what}`, async () => {
    expect(await findingsIn(files)).toContain(expected);
  });
}

test('a module of the platform that only computes is free to every room', async () => {
  const files = {
    'packages/tracking/src/index.ts':
      "import assert from 'node:assert/strict';\nexport const two = assert;\n",
  };
  expect(await findingsIn(files)).toEqual([]);
});

test('the table has no ring: every room imports only rooms above it', () => {
  ROOMS.forEach((room, index) => {
    const above = ROOMS.slice(0, index).map((one) => one.name);
    for (const name of [...room.imports, ...room.typesOf]) expect(above).toContain(name);
  });
});

test('the message of a room names what it may import and where to go instead', () => {
  expect(ROOMS.slice(0, 2).map(messageFor)).toEqual([
    'earth may import nothing of ours: it is the ground everything stands on; move what it needs down into it.',
    'picture may import earth only: it holds nouns; put what computes into the room that computes it.',
  ]);
});
