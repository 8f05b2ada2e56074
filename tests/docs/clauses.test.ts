// SPDX-License-Identifier: Apache-2.0
// What spec/ says of its own tests: each clause is in a title, and each row of the table at the end
// of a spec names a file with those clauses in its titles.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { titlesByFile } from './titles.ts';

const SPECS = readdirSync(join(ROOT, 'spec'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => {
    const text = readFileSync(join(ROOT, 'spec', name), 'utf8');
    return { name: `spec/${name}`, clauses: clausesOf(text), rows: rowsOf(text) };
  });
const TITLES = titlesByFile();

function clausesOf(text: string): string[] {
  return [...text.matchAll(/^\*\*([A-Z]-\d+)\*\* /gm)].map(([, id]) => id ?? '');
}

/** Rows of the table "| `file` | L-1, L-5 to L-12 |" with their ranges written out. */
function rowsOf(text: string): { readonly file: string; readonly ids: readonly string[] }[] {
  return [...text.matchAll(/^\| `([^`]+\.test\.ts)` \| (.+) \|$/gm)].map(([, file, cell]) => ({
    file: file ?? '',
    ids: [...(cell ?? '').matchAll(/([A-Z])-(\d+)(?: to [A-Z]-(\d+))?/g)].flatMap(
      ([, letter, first, last = first]) =>
        Array.from(
          { length: Number(last) - Number(first) + 1 },
          (_, i) => `${letter}-${Number(first) + i}`,
        ),
    ),
  }));
}

function idsIn(titles: readonly string[]): Set<string> {
  return new Set(titles.flatMap((title) => title.match(/(?<![\w-])[A-Z]-\d+\b/g) ?? []));
}

test('each clause is in the title of a test, and no title names a clause that is not there', () => {
  const clauses = SPECS.flatMap((spec) => spec.clauses);
  expect(clauses.length).toBeGreaterThan(100);
  expect(new Set(clauses).size).toBe(clauses.length);
  expect([...idsIn([...TITLES.values()].flat())].toSorted()).toEqual(clauses.toSorted());
});

test.each(SPECS)(
  'the table of $name has each of its clauses, with files whose titles name them',
  ({ clauses, rows }) => {
    const claimed = new Set(rows.flatMap(({ ids }) => ids));
    expect([...claimed].toSorted()).toEqual(clauses.toSorted());
    const untrue = rows.flatMap(({ file, ids }) => {
      const named = idsIn(TITLES.get(file) ?? []);
      return ids.filter((id) => !named.has(id)).map((id) => `${file} has no title with ${id}`);
    });
    expect(untrue).toEqual([]);
  },
);
