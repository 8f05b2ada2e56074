// SPDX-License-Identifier: Apache-2.0
// Checks on our own source text: licence line, length, words and types that are banned, one door.

import ts from 'typescript';
import type { Finding } from '../finding.ts';
import { TEST_CODE } from '../rooms.ts';
import { type Check, lineOf, sources, syntaxOf, type Tree, walk } from './tree.ts';

export const LICENCE = '// SPDX-License-Identifier: Apache-2.0';

const FILE_LINES_MAX = 800;
/** Above this a file is named on each run, and nothing fails. */
export const FILE_LINES_SOFT = 400;

export const checkLicence: Check = (tree) =>
  sources(tree)
    .filter(([, text]) => {
      const lines = text.split('\n');
      return (lines[0]?.startsWith('#!') === true ? lines[1] : lines[0]) !== LICENCE;
    })
    .map(([path]) => ({
      check: 'licence',
      path,
      line: 1,
      message: `the first line must be \`${LICENCE}\``,
    }));

export const checkFileLength: Check = (tree) =>
  lengths(tree)
    .filter((one) => one.lines > FILE_LINES_MAX)
    .map(({ path, lines }) => ({
      check: 'file-length',
      path,
      message: `${lines} lines, more than ${FILE_LINES_MAX}: split it into files with names`,
    }));

/** Files over the soft limit, longest first. */
export function longFiles(tree: Tree): { readonly path: string; readonly lines: number }[] {
  return lengths(tree)
    .filter((one) => one.lines > FILE_LINES_SOFT)
    .toSorted((a, b) => b.lines - a.lines);
}

function lengths(tree: Tree): { readonly path: string; readonly lines: number }[] {
  return sources(tree).map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }));
}

// Written with classes so that this file passes its own check.
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\b(FI[X]ME|XX[X])\b/, 'mend it now, or write a decision record about it'],
  [/@ts-(i[g]nore|n[o]check)\b/, 'give the compiler the type it asks for'],
  [
    /\b(oxlint|eslint|biome|knip)-(d[i]sable|i[g]nore)/,
    'write the better line, or add a row with a reason to tools/exceptions.ts',
  ],
  [/@ts-expect-err[o]r\s*$/, 'say behind it why the compiler must refuse this line'],
  [/\bTO[D]O\b(?!\(decisions\/\d{4}\))/, 'do it, or name the record that plans it behind the word'],
];

export const checkBannedWords: Check = (tree) =>
  sources(tree).flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) =>
      BANNED.flatMap(([pattern, instead]) => {
        const match = pattern.exec(line);
        if (match === null) return [];
        const message = `\`${match[0].trim()}\` is banned: ${instead}`;
        return [{ check: 'banned-words', path, line: index + 1, message }];
      }),
    ),
  );

/** `any`, focused tests, default exports, `throw new Error` in a package: found in the syntax. */
export const checkBannedSyntax: Check = (tree) =>
  sources(tree).flatMap(([path]) => {
    const file = syntaxOf(tree, path);
    const findings: Finding[] = [];
    walk(file, (node) => {
      const message = bannedSyntax(path, node);
      if (message !== undefined) {
        findings.push({ check: 'banned-syntax', path, line: lineOf(file, node), message });
      }
    });
    return findings;
  });

function bannedSyntax(path: string, node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) {
    return '`any` is banned: use `unknown` and narrow it, or say the type';
  }
  if (ts.isPropertyAccessExpression(node) && node.name.text === 'only' && isTestName(node)) {
    return '`.only` would skip every other test: take it away';
  }
  if (isDefaultExport(node) && !/(^|\/)[^/]+\.config\.ts$/.test(path)) {
    return 'no default exports: export it by its name';
  }
  if (isThrowOfPlainError(node) && isProduct(path)) {
    return 'throw the error class of this package with a code, or assert: nobody can catch a plain Error by what it means';
  }
  if (isUntypedExport(node) && !path.endsWith('.mjs')) {
    return 'an exported function says what it returns: its signature is a contract, not a guess';
  }
  return undefined;
}

/** An exported function, or a public method of an exported class, that leaves its result unsaid. */
function isUntypedExport(node: ts.Node): boolean {
  if (ts.isFunctionDeclaration(node)) return isExported(node) && node.type === undefined;
  if (ts.isMethodDeclaration(node) || ts.isGetAccessor(node)) {
    const hidden = ts.isPrivateIdentifier(node.name);
    return isExported(node.parent) && !hidden && node.type === undefined;
  }
  if (!ts.isVariableDeclaration(node) || node.type !== undefined) return false;
  const value = node.initializer;
  if (value === undefined || !ts.isArrowFunction(value) || value.type !== undefined) return false;
  return isExported(node.parent.parent);
}

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((one) => one.kind === ts.SyntaxKind.ExportKeyword)
  );
}

function isTestName(node: ts.PropertyAccessExpression): boolean {
  const inner = node.expression;
  return ts.isIdentifier(inner) && ['test', 'it', 'describe', 'suite'].includes(inner.text);
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((one) => one.kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function isThrowOfPlainError(node: ts.Node): boolean {
  return (
    ts.isThrowStatement(node) &&
    ts.isNewExpression(node.expression) &&
    ts.isIdentifier(node.expression.expression) &&
    node.expression.expression.text === 'Error'
  );
}

/** Product code of a package: neither test nor program nor tool. */
export function isProduct(path: string): boolean {
  return /^packages\/[^/]+\/src\//.test(path) && !TEST_CODE.test(path);
}
