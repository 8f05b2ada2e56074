// SPDX-License-Identifier: Apache-2.0
// What every check of tidy looks at: the files of the repository, in memory. A test makes one
// from a record; the program reads one from disk.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Finding } from '../finding.ts';

/** Text by path from the root, with slashes. */
export type Tree = ReadonlyMap<string, string>;

export type Check = (tree: Tree) => Finding[];

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git', '.tmp', '.vitest', 'run']);

const TEXT = /(\.(ts|tsx|mjs|cjs|js|json|jsonc|md|yaml|yml|proto|txt|csv|sh|css|html)|\/run)$/;

/** Reads what is below `root`, but for what .gitignore leaves out; what is not text reads as empty. */
export function readTree(root: string): Tree {
  const files = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) visit(path);
      if (!entry.isFile()) continue;
      files.set(path, TEXT.test(path) ? readFileSync(join(root, path), 'utf8') : '');
    }
  };
  visit('');
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files));
}

/** Our own source: TypeScript and the plain scripts, without what a generator wrote. */
export function sources(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(
    ([path]) => /\.(ts|tsx|mjs|cjs)$/.test(path) && !/(^|\/)gen\//.test(path),
  );
}

const parsed = new WeakMap<Tree, Map<string, ts.SourceFile>>();

/** The syntax tree of one file, parsed once however many checks ask. */
export function syntaxOf(tree: Tree, path: string): ts.SourceFile {
  const files = parsed.get(tree) ?? new Map<string, ts.SourceFile>();
  parsed.set(tree, files);
  const known = files.get(path);
  if (known !== undefined) return known;
  const file = ts.createSourceFile(path, tree.get(path) ?? '', ts.ScriptTarget.ES2024, true);
  files.set(path, file);
  return file;
}

/** Calls `visit` on every node of the file, parents first. */
export function walk(file: ts.SourceFile, visit: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(file);
}

/** Line of a node, from 1. */
export function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

/** The lines of a Markdown text that are not in a code block, with their numbers from 1. */
export function proseLines(text: string): { readonly line: number; readonly text: string }[] {
  let inCode = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(```|~~~)/.test(line)) {
      inCode = !inCode;
      return [];
    }
    return inCode ? [] : [{ line: index + 1, text: line }];
  });
}
