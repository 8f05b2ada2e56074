// SPDX-License-Identifier: Apache-2.0
// No ambient world: outside adapters and programs, time, chance and the machine come in as
// arguments. Modules of the platform are the business of `tools/boundaries.ts`; this finds globals.

import ts from 'typescript';
import type { Finding } from '../finding.ts';
import { ADAPTERS } from '../rooms.ts';
import { isProduct } from './source-checks.ts';
import { type Check, lineOf, sources, syntaxOf, walk } from './tree.ts';

const GLOBALS: Readonly<Record<string, string>> = {
  process: 'take what you need as an argument',
  performance: 'take a clock as an argument; monotonic time stays in the shell',
  setTimeout: 'run on tick time, or take a scheduler as an argument',
  setInterval: 'run on tick time, or take a scheduler as an argument',
  setImmediate: 'run on tick time, or take a scheduler as an argument',
  fetch: 'take a port as an argument',
  crypto: 'call seal',
  console: 'return it, or emit it as a note of the feed',
  globalThis: 'name the thing you mean, and take it as an argument',
};

const MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': 'take an Instant as an argument',
  'Math.random': 'take a Random of earth as an argument, so that a seed replays it',
};

export const checkAmbient: Check = (tree) =>
  sources(tree)
    .filter(([path]) => isProduct(path) && !ADAPTERS.test(path))
    .flatMap(([path]) => {
      const file = syntaxOf(tree, path);
      const declared = declaredNames(file);
      const findings: Finding[] = [];
      walk(file, (node) => {
        const [name, instead] = ambientUse(node, declared) ?? [];
        if (name === undefined) return;
        const message = `\`${name}\` is the ambient world: ${instead}`;
        findings.push({ check: 'ambient', path, line: lineOf(file, node), message });
      });
      return findings;
    });

function ambientUse(
  node: ts.Node,
  declared: ReadonlySet<string>,
): readonly [string, string] | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText();
    const instead = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    return instead === undefined ? undefined : [name, instead];
  }
  if (
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Date' &&
    (ts.isCallExpression(node) || (node.arguments ?? []).length === 0)
  ) {
    return ['new Date()', 'take an Instant as an argument'];
  }
  if (!ts.isIdentifier(node) || declared.has(node.text) || isOnlyAName(node)) return undefined;
  const instead = Object.hasOwn(GLOBALS, node.text) ? GLOBALS[node.text] : undefined;
  return instead === undefined ? undefined : [node.text, instead];
}

/** True where an identifier names a member and refers to nothing: `x.process`, `{ process: 1 }`. */
function isOnlyAName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent);
  return named && parent.name === node;
}

/** Names the file itself gives a meaning to: parameters, variables, functions, imports. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  walk(file, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name))
      names.add(node.name.text);
  });
  return names;
}
