// SPDX-License-Identifier: Apache-2.0
// SECURITY.md and docs/security-officer.md name files that enforce and tests that show: each is there, under
// that title.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { titlesByFile } from './titles.ts';

const TITLES = titlesByFile();
const TEXT = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');

/** Rows of the table of threats: threat, control, enforced in, test. */
const ROWS = TEXT.split('\n')
  .filter((line) => /^\| T\d+ .*\.test\.ts/.test(line))
  .map((line) => line.split(' | '));

/** `file` W-1, W-4 to W-6, "part of a title"; `file` … */
function unshown(cell: string): string[] {
  return cell.split(';').flatMap((part) => {
    const file = /`([^`]+\.test\.ts)`/.exec(part)?.[1] ?? '';
    const titles = TITLES.get(file);
    if (titles === undefined) return [`${file} is no file of tests`];
    const ids = [...part.matchAll(/\b([A-Z])-(\d+)(?: to [A-Z]-(\d+))?/g)].flatMap(
      ([, letter, first, last = first]) =>
        Array.from(
          { length: Number(last) - Number(first) + 1 },
          (_, i) => new RegExp(`\\b${letter}-${Number(first) + i}\\b`),
        ),
    );
    const words = [...part.matchAll(/"([^"]+)"/g)].map(([, said]) => said ?? '');
    if (ids.length + words.length === 0) return [`${file} without a clause or a title`];
    return [
      ...ids.filter((id) => !titles.some((title) => id.test(title))).map(String),
      ...words.filter((said) => !titles.some((title) => title.includes(said))),
    ].map((missing) => `${file} has no title with ${missing}`);
  });
}

test('each threat names files that are there, and tests with those titles', () => {
  expect(ROWS.length).toBeGreaterThan(20);
  for (const row of ROWS) {
    expect(row, row[0]).toHaveLength(4);
    expect(row[2], row[0]).toMatch(/`/);
  }
  expect(
    ROWS.flatMap(([threat, , , cell = '']) => unshown(cell).map((why) => [threat, why])),
  ).toEqual([]);
});

test('each claim of what is proved names where it stands, and tests with those titles', () => {
  const text = readFileSync(join(ROOT, 'docs/security-officer.md'), 'utf8');
  const claims = text
    .split('\n')
    .filter((line) => /^\| .*\.test\.ts`/.test(line))
    .map((line) => line.slice(2).split(' | '));
  expect(claims.length).toBeGreaterThan(15);
  for (const [claim, places = '', cell = '', ...others] of claims) {
    expect(others, claim).toEqual([]);
    for (const place of places.split(', ')) {
      const isThere = [place, `docs/${place}`].some((path) => existsSync(join(ROOT, path)));
      expect(isThere, `${claim}: ${place}`).toBe(true);
    }
    expect(unshown(cell), claim).toEqual([]);
  }
});

test('each path SECURITY.md names is there', () => {
  const paths = [...TEXT.matchAll(/`((?:packages|apps|tests|tools|spec)\/[^`]+)`/g)];
  expect(paths.length).toBeGreaterThan(ROWS.length);
  expect(
    paths.map(([, path]) => path ?? '').filter((path) => !existsSync(join(ROOT, path))),
  ).toEqual([]);
});
