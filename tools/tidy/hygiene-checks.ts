// SPDX-License-Identifier: Apache-2.0
// Checks on the whole tree: nothing of the machine it was written on, and links that lead somewhere.

import type { Finding } from '../finding.ts';
import { type Check, proseLines, type Tree } from './tree.ts';

// Written with classes so that this file passes its own check.
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w./])\/(w[o]rk|f[a]rm|h[o]me|U[s]ers|r[o]ot)\/\w/, 'a path of one machine'],
  [/\b[A-Z]:\\U[s]ers\\/, 'a path of one machine'],
  [/\b(registry|pypi|deb|crates)\.[a-z]{3,10}\.(org|io|com)\b/, 'the host of a package registry'],
  [/"resolved":\s*"https?:/, 'the address a package came from'],
];

/** No path of a machine and no host of a package registry stands anywhere in the tree. */
export const checkForeign: Check = (tree) =>
  [...tree].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) =>
      FOREIGN.flatMap(([pattern, what]) => {
        const match = pattern.exec(line);
        if (match === null) return [];
        const message = `\`${match[0]}\` looks like ${what}: it means nothing elsewhere`;
        return [{ check: 'foreign', path, line: index + 1, message }];
      }),
    ),
  );

/** Relative links of Markdown files lead to files, folders and headings that exist. */
export const checkLinks: Check = (tree) =>
  [...tree]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      proseLines(text).flatMap(({ line, text: content }): Finding[] =>
        [...content.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].flatMap(
          ([, target]) => {
            if (target === undefined || leadsSomewhere(tree, path, target)) return [];
            return [{ check: 'links', path, line, message: `the link to ${target} leads nowhere` }];
          },
        ),
      ),
    );

function leadsSomewhere(tree: Tree, from: string, target: string): boolean {
  if (/^(https?|mailto):/.test(target)) return true;
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : resolve(from, decodeURIComponent(file));
  const isFolder = [...tree.keys()].some((one) => one.startsWith(`${path}/`));
  if (!tree.has(path)) return isFolder && anchor === undefined;
  return anchor === undefined || anchorsOf(tree.get(path) ?? '').has(anchor);
}

function resolve(from: string, target: string): string {
  const parts = target.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Names under which the headings of a Markdown text can be linked to. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    proseLines(text).flatMap(({ text: line }) => {
      const heading = /^#+\s+(.+?)\s*$/.exec(line)?.[1];
      if (heading === undefined) return [];
      const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
      return [plain.replaceAll(' ', '-')];
    }),
  );
}
