// SPDX-License-Identifier: Apache-2.0
// Checks on what is written down: spec clauses and their tests, decision records, dependencies.

import ts from 'typescript';
import type { Finding } from '../finding.ts';
import { TEST_CODE } from '../rooms.ts';
import { sectionsOf } from './package-checks.ts';
import { type Check, lineOf, proseLines, sources, syntaxOf, type Tree, walk } from './tree.ts';

interface Place {
  readonly id: string;
  readonly path: string;
  readonly line: number;
}

interface Clause extends Place {
  readonly must: boolean;
}

/** Each numbered MUST of `spec/` has a test whose title carries its number, and the other way round. */
export const checkClauses: Check = (tree) => {
  const clauses = clausesOf(tree);
  const titles = titlesOf(tree);
  const tested = new Set(titles.map((title) => title.id));
  const first = new Map<string, Clause>();
  for (const clause of clauses) if (!first.has(clause.id)) first.set(clause.id, clause);
  const finding = (place: Place, message: string): Finding => ({
    check: 'clauses',
    path: place.path,
    line: place.line,
    message,
  });
  return [
    ...clauses
      .filter((clause) => first.get(clause.id) !== clause)
      .map((clause) => finding(clause, `${clause.id} is the number of another clause already`)),
    ...clauses
      .filter((clause) => clause.must && !tested.has(clause.id))
      .map((clause) =>
        finding(clause, `${clause.id} says MUST and no test has ${clause.id} in its title`),
      ),
    ...titles
      .filter((title) => !first.has(title.id))
      .map((title) => finding(title, `the title names ${title.id}, which no clause carries`)),
  ];
};

/** A clause starts its line with its number, `**L-3**`, and lasts to the next clause or blank line. */
function clausesOf(tree: Tree): Clause[] {
  return [...tree]
    .filter(([path]) => /^spec\/.*\.md$/.test(path))
    .flatMap(([path, text]) => {
      const found: { id: string; path: string; line: number; must: boolean }[] = [];
      let open = false;
      for (const { line, text: content } of proseLines(text)) {
        const id = /^\s*(?:[-*#|]+\s+)?\**([A-Z]-\d+)\b/.exec(content)?.[1];
        if (id !== undefined) found.push({ id, path, line, must: false });
        open = id !== undefined || (open && content.trim() !== '');
        const last = found.at(-1);
        if (open && last !== undefined && /\bMUST\b/.test(content)) last.must = true;
      }
      return found;
    });
}

/** Numbers of clauses in the titles of tests: `L-3` standing alone. */
function titlesOf(tree: Tree): Place[] {
  return sources(tree)
    .filter(([path]) => TEST_CODE.test(path) && !path.startsWith('tools/'))
    .flatMap(([path]) => {
      const file = syntaxOf(tree, path);
      const places: Place[] = [];
      walk(file, (node) => {
        if (
          !ts.isCallExpression(node) ||
          !/^(test|it|describe)\b/.test(node.expression.getText())
        ) {
          return;
        }
        const title = node.arguments[0];
        if (
          title === undefined ||
          !(ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))
        ) {
          return;
        }
        for (const [, id] of title.getText().matchAll(/(?<![\w-])([A-Z]-\d+)\b/g)) {
          if (id !== undefined) places.push({ id, path, line: lineOf(file, title) });
        }
      });
      return places;
    });
}

const RECORD_HEADINGS = ['Decision', 'Rationale', 'Approach', 'What is now forbidden'] as const;

/** Every record has its four headings, a number of its own, and a line in the index. */
export const checkDecisions: Check = (tree) => {
  const records = [...tree.keys()].filter((path) => /^decisions\/\d{4}-[^/]+\.md$/.test(path));
  const index = tree.get('decisions/README.md') ?? '';
  const numbers = new Set<string>();
  return records.flatMap((path): Finding[] => {
    const findings: Finding[] = [];
    const say = (message: string): void => {
      findings.push({ check: 'decisions', path, message });
    };
    const name = path.slice('decisions/'.length);
    const number = name.slice(0, 4);
    if (numbers.has(number)) say(`another record has the number ${number} already`);
    numbers.add(number);
    if (!index.includes(`](${name})`)) say('decisions/README.md has no link to it');
    const sections = sectionsOf(tree.get(path) ?? '');
    for (const heading of RECORD_HEADINGS) {
      if ((sections.get(heading) ?? '').trim() === '') {
        say(`the heading \`## ${heading}\` is missing or empty`);
      }
    }
    return findings;
  });
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const REASON_LETTERS_MIN = 30;

/** decisions/dependencies.md argues for each package we did not write, and for no other. */
export const checkDependencies: Check = (tree) => {
  const path = 'decisions/dependencies.md';
  const argued = new Map<string, { readonly reason: string; readonly line: number }>();
  for (const { line, text } of proseLines(tree.get(path) ?? '')) {
    const match = /^\|\s*`([^`]+)`\s*\|(?:[^|]*\|)*?\s*([^|]+?)\s*\|\s*$/.exec(text);
    if (match?.[1] !== undefined) argued.set(match[1], { reason: match[2] ?? '', line });
  }
  const used = usedPackages(tree);
  const findings: Finding[] = [];
  for (const [name, where] of used) {
    const row = argued.get(name);
    if (row === undefined) {
      const message = `${where} needs \`${name}\`, and no row here says why`;
      findings.push({ check: 'dependencies', path, message });
    } else if (row.reason.length < REASON_LETTERS_MIN) {
      const message = `the reason for \`${name}\` is too short to judge`;
      findings.push({ check: 'dependencies', path, line: row.line, message });
    }
  }
  for (const [name, row] of argued) {
    if (used.has(name)) continue;
    const message = `nothing depends on \`${name}\` any more: delete the row`;
    findings.push({ check: 'dependencies', path, line: row.line, message });
  }
  return findings;
};

/** Each package of others that a package.json names, and the first that does. */
function usedPackages(tree: Tree): Map<string, string> {
  const used = new Map<string, string>();
  for (const [path, text] of tree) {
    if (!/^((packages|apps)\/[^/]+\/)?package\.json$/.test(path)) continue;
    const manifest = JSON.parse(text) as Manifest;
    const names = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies];
    for (const name of names.flatMap((record) => Object.keys(record ?? {}))) {
      if (!name.startsWith('@isthmus/') && !used.has(name)) used.set(name, path);
    }
  }
  return used;
}
