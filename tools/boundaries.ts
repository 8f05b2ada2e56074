// SPDX-License-Identifier: Apache-2.0
// Holds the imports of every source file to the table in `rooms.ts`. dependency-cruiser finds the
// imports; the rules are made from the table, and each message says where to go instead.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser';
import { describe, type Finding, settle } from './finding.ts';
import { ADAPTERS, messageFor, PURE_MODULES, ROOMS, TEST_CODE } from './rooms.ts';

const CODE_FOLDERS = ['packages', 'apps', 'tests', 'bench', 'examples', 'tools'];

const CRYPTOGRAPHY = '^(node:)?crypto$';
const PORTABLE_CRYPTOGRAPHY = '/@noble/';
/** What builds a program and is not in it. */
const BUILD_CODE = /^apps\/[^/]+\/(build\/|vite\.config\.ts$)/;
const RUNNERS = '/(vitest|fast-check)/';

interface Rule extends IRegularForbiddenRuleType {
  readonly name: string;
  readonly comment: string;
}

/** Cruises the tree at `root`; findings are sorted by path. */
export async function checkBoundaries(root: string): Promise<Finding[]> {
  const rules = boundaryRules(root);
  const folders = CODE_FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(
    folders,
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: rules },
      tsPreCompilationDeps: true,
      exclude: { path: '(^|/)(dist|gen)/' },
      doNotFollow: { path: 'node_modules' },
    },
    { exportsFields: ['exports'], conditionNames: ['isthmus-source', 'import', 'node', 'default'] },
  );
  const result = output as ICruiseResult;
  const cruised = new Set(result.modules.map((module) => module.source));
  return [...findingsOf(result, rules), ...unseen(root, folders, cruised), ...homeless(cruised)];
}

/** The rules of the table, and those that hold for every room alike. */
function boundaryRules(root: string): Rule[] {
  const test = TEST_CODE.source;
  const rules: Rule[] = [];
  for (const room of ROOMS) {
    const from = { path: `^${room.folder}/`, pathNot: test };
    const may = [room.name, ...room.imports, ...room.typesOf].map(folderPattern);
    rules.push({
      name: `${room.name}-imports`,
      comment: messageFor(room),
      from,
      to: { path: '^(packages|apps|tests|bench|examples|tools)/', pathNot: may },
    });
    for (const name of room.typesOf) {
      rules.push({
        name: `${room.name}-types-of-${name}`,
        comment: `${room.name} may use the types of ${name} only (import type): ${room.instead}.`,
        from,
        to: { path: folderPattern(name), dependencyTypesNot: ['type-only'] },
      });
    }
  }
  return [...rules, ...doorRules(root), ...commonRules(test)];
}

/** A package is entered by what its `exports` name, from everywhere, tests included. */
function doorRules(root: string): Rule[] {
  if (!existsSync(join(root, 'packages'))) return [];
  return readdirSync(join(root, 'packages')).map((name): Rule => {
    const manifest = JSON.parse(
      readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'),
    ) as { exports?: Record<string, Record<string, string>> };
    const doors = Object.values(manifest.exports ?? {}).map(
      (door) => `^packages/${name}/${(door['isthmus-source'] ?? '').replace('./', '')}$`,
    );
    return {
      name: `${name}-doors`,
      comment: `go in by a public door of @isthmus/${name} (the exports of its package.json): export the name there, or do without it.`,
      from: { path: '^(packages|apps|tests|bench|examples|tools)/', pathNot: `^packages/${name}/` },
      to: { path: `^packages/${name}/`, pathNot: [...doors, `^packages/${name}/.*\\.json$`] },
    };
  });
}

function commonRules(test: string): Rule[] {
  return [
    {
      name: 'no-cycle',
      comment:
        'these files import each other in a ring: move what they share into a file of its own.',
      from: { path: '^(packages|apps|tools)/' },
      to: { circular: true },
    },
    {
      name: 'no-platform',
      comment:
        'a package does not touch the machine: declare a port, and put the file, socket or clock behind it into adapters/.',
      from: { path: '^packages/', pathNot: [test, ADAPTERS.source, '^packages/seal/'] },
      to: { dependencyTypes: ['core'], pathNot: [PURE_MODULES, CRYPTOGRAPHY] },
    },
    {
      name: 'no-cryptography',
      comment: 'seal is the only importer of cryptography: call it, or add to it what is missing.',
      from: { path: '^packages/', pathNot: [test, '^packages/seal/'] },
      to: { path: [CRYPTOGRAPHY, PORTABLE_CRYPTOGRAPHY] },
    },
    {
      name: 'seal-platform',
      comment: 'seal uses node:crypto and no more of the machine: keys come in as bytes.',
      from: { path: '^packages/seal/', pathNot: [test, ADAPTERS.source] },
      to: { dependencyTypes: ['core'], pathNot: [PURE_MODULES, CRYPTOGRAPHY] },
    },
    {
      name: 'no-test-code',
      comment: 'product code does not import tests or a test runner: move what both need into src.',
      from: { path: '^(packages|apps)/', pathNot: test },
      to: { path: [test, RUNNERS, '^(tests|bench|examples|tools)/'] },
    },
    {
      name: 'no-program',
      comment: 'nothing imports a program: move what is shared into a package.',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
  ];
}

function folderPattern(name: string): string {
  const room = ROOMS.find((one) => one.name === name);
  if (room === undefined) throw new Error(`rooms.ts names ${name}, which has no row`);
  return `^${room.folder}/`;
}

function findingsOf(result: ICruiseResult, rules: readonly Rule[]): Finding[] {
  return result.summary.violations.map((violation) => {
    const rule = rules.find((one) => one.name === violation.rule.name);
    const target = violation.cycle?.map((step) => step.name).join(' → ') ?? violation.to;
    return {
      check: violation.rule.name,
      path: violation.from,
      message: `imports ${target}; ${rule?.comment ?? ''}`,
    };
  });
}

/** Guards against a cruise that reads nothing, as when the compiler it needs has no such interface. */
function unseen(root: string, folders: readonly string[], cruised: ReadonlySet<string>): Finding[] {
  const missing = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(dist|gen|node_modules)\//.test(path))
    .filter((path) => !cruised.has(path));
  return missing.map((path) => ({
    check: 'boundaries-blind',
    path,
    message:
      'dependency-cruiser did not read this file, so nothing holds its imports: see that its version fits that of typescript.',
  }));
}

/** Every product file stands in a room of the table, or nothing would hold it. */
function homeless(cruised: ReadonlySet<string>): Finding[] {
  return [...cruised]
    .filter((path) => /^(packages|apps)\/.*\.tsx?$/.test(path))
    .filter((path) => !TEST_CODE.test(path) && !BUILD_CODE.test(path))
    .filter((path) => !ROOMS.some((room) => path.startsWith(`${room.folder}/`)))
    .map((path) => ({
      check: 'rooms',
      path,
      message: 'stands in no room of tools/rooms.ts: move it into one, or add a row.',
    }));
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const found = await checkBoundaries(root);
  const names = new Set([...boundaryRules(root).map((rule) => rule.name), 'rooms']);
  const left = settle(found, names);
  process.stdout.write(describe(left));
  process.exitCode = left.length === 0 ? 0 : 1;
}
