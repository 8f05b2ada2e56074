// SPDX-License-Identifier: Apache-2.0
// The titles of all tests, as they stand in the source.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../apps/cli/src/repository.ts';

const TESTS = ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'];

/** Titles of the tests and groups of each test file, by its path from the root. */
export function titlesByFile(): ReadonlyMap<string, readonly string[]> {
  const files = globSync(TESTS, { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  return new Map(files.toSorted().map((path) => [path, titlesOf(path)]));
}

function titlesOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(test|it|describe)\b/.test(node.expression.getText())) {
      const title = node.arguments[0];
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
      else if (title !== undefined && ts.isTemplateExpression(title)) titles.push(title.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return titles;
}
