// SPDX-License-Identifier: Apache-2.0
// Checks on the shape of a package and on its place in ARCHITECTURE.md and in the import table.

import type { Finding } from '../finding.ts';
import { ROOMS } from '../rooms.ts';
import { type Check, proseLines, type Tree } from './tree.ts';

const README_HEADINGS = ['Purpose', 'Not for', 'Public door', 'Oracle', 'Limits'] as const;

/** Folders of packages and programs that have something in them. */
function packageFolders(tree: Tree): string[] {
  const folders = new Set<string>();
  for (const path of tree.keys()) {
    const match = /^((packages|apps)\/[^/]+)\/src\//.exec(path);
    if (match?.[1] !== undefined) folders.add(match[1]);
  }
  return [...folders];
}

/** Every package has a README with the five headings, none of them empty. */
export const checkReadmes: Check = (tree) =>
  packageFolders(tree).flatMap((folder): Finding[] => {
    const path = `${folder}/README.md`;
    const text = tree.get(path);
    if (text === undefined) {
      const headings = README_HEADINGS.join(', ');
      return [{ check: 'readme', path, message: `missing: write it, with headings ${headings}` }];
    }
    const sections = sectionsOf(text);
    return README_HEADINGS.flatMap((heading) => {
      const body = sections.get(heading);
      if (body !== undefined && body.trim() !== '') return [];
      const state = body === undefined ? 'is missing' : 'is empty';
      return [{ check: 'readme', path, message: `the heading \`## ${heading}\` ${state}` }];
    });
  });

/** The text under each second-level heading. */
export function sectionsOf(text: string): Map<string, string> {
  const sections = new Map<string, string>();
  let current: string | undefined;
  let inCode = false;
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) inCode = !inCode;
    const heading = inCode ? null : /^##\s+(.+?)\s*$/.exec(line);
    if (heading?.[1] !== undefined) {
      current = heading[1];
      sections.set(current, '');
    } else if (current !== undefined) {
      sections.set(current, `${sections.get(current) ?? ''}${line}\n`);
    }
  }
  return sections;
}

/** ARCHITECTURE.md has a row for every room, and its last cell is the row of `tools/rooms.ts`. */
export const checkArchitecture: Check = (tree) => {
  const path = 'ARCHITECTURE.md';
  const rows = tableRows(tree.get(path) ?? '');
  const present = ROOMS.filter((room) =>
    [...tree.keys()].some((one) => one.startsWith(`${room.folder}/`)),
  );
  const findings: Finding[] = present.flatMap((room) => {
    const row = rows.find((one) => one.name === room.name);
    if (row === undefined) {
      return [{ check: 'architecture', path, message: `no row for the room \`${room.name}\`` }];
    }
    const types = room.typesOf.map((name) => `${name} (types)`);
    const expected = [...room.imports, ...types].join(', ') || 'nothing of ours';
    if (row.last === expected) return [];
    const message = `the row of \`${room.name}\` must end with "${expected}", as tools/rooms.ts says`;
    return [{ check: 'architecture', path, line: row.line, message }];
  });
  for (const row of rows) {
    if (ROOMS.some((room) => room.name === row.name)) continue;
    const message = `\`${row.name}\` is no room of tools/rooms.ts`;
    findings.push({ check: 'architecture', path, line: row.line, message });
  }
  return findings;
};

/** Rows of the table under "The rooms". */
function tableRows(
  text: string,
): { readonly name: string; readonly last: string; readonly line: number }[] {
  let inRooms = false;
  return proseLines(text).flatMap(({ line, text: content }) => {
    if (content.startsWith('#')) inRooms = /^#+\s+The rooms\s*$/.test(content);
    const match = /^\|\s*`([^`]+)`\s*\|.*\|\s*([^|]*?)\s*\|\s*$/.exec(content);
    const name = match?.[1];
    const last = match?.[2];
    return inRooms && name !== undefined && last !== undefined ? [{ name, last, line }] : [];
  });
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** What a package.json declares of ours is what the table lets its rooms import. */
export const checkManifests: Check = (tree) =>
  packageFolders(tree).flatMap((folder): Finding[] => {
    const path = `${folder}/package.json`;
    const manifest = JSON.parse(tree.get(path) ?? '{}') as Manifest;
    const rooms = ROOMS.filter((room) => room.folder.startsWith(`${folder}/`));
    const allowed = new Set(
      rooms.flatMap((room) => [...room.imports, ...room.typesOf]).map((name) => name.split('/')[0]),
    );
    return Object.keys(manifest.dependencies ?? {})
      .filter((name) => name.startsWith('@isthmus/'))
      .filter((name) => !allowed.has(name.slice('@isthmus/'.length)))
      .map((name) => ({
        check: 'manifest',
        path,
        message: `depends on ${name}, which the row of tools/rooms.ts does not allow`,
      }));
  });

const STRICT = [
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
] as const;

/** The compiler stays at its strictest. */
export const checkCompiler: Check = (tree) => {
  const path = 'tsconfig.base.json';
  const config = JSON.parse(tree.get(path) ?? '{}') as {
    readonly compilerOptions?: Readonly<Record<string, unknown>>;
  };
  return STRICT.filter((option) => config.compilerOptions?.[option] !== true).map((option) => ({
    check: 'compiler',
    path,
    message: `\`${option}\` must be true`,
  }));
};
