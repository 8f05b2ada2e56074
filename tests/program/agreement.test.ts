// SPDX-License-Identifier: Apache-2.0
// `isthmus agreement` as its users meet it: the ready-made documents are sound, each defect in a folder
// of spoilt ones is found by name and place, and what two sides sign is what their nodes then accept.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { readSide } from '../../apps/cli/src/side/open-side.ts';
import { Program } from './program.ts';

const READY = join(ROOT, 'agreements');
const TEXT = readFileSync(join(READY, 'black-sea.yaml'), 'utf8');
const root = mkdtempSync(join(tmpdir(), 'isthmus-agreement-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

async function typed(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const program = new Program(['agreement', ...args]);
  try {
    return { code: await program.closed, out: program.out, err: program.err };
  } finally {
    program.end();
  }
}

/** A ready-made agreement with one thing changed in its first clause, or before it. */
function spoilt(name: string, from: string, to: string): string {
  const text = TEXT.replace(from, to);
  expect(text, name).not.toBe(TEXT);
  const file = join(root, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}

test('every ready-made agreement is sound', async () => {
  const files = readdirSync(READY).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(8);
  const { code, out, err } = await typed('check', ...files.map((name) => join(READY, name)));
  expect([code, err]).toEqual([0, '']);
  expect(out).not.toMatch(/never applies|too late|contradiction|not provable/);
});

test('every defect of a folder of spoilt ones is found, by file, line and field', async () => {
  // Name, what is written instead of what, and what is told at that line.
  const defects = [
    ['plot', 'level: tracklet', 'level: plot', 'never applies: clauses.0.level: no message'],
    ['late', 'delayS: 0', 'delayS: 7200', 'too late: clauses.0.delayS: no flight'],
    ['over', 'mode: exercise', 'mode: live', 'never applies: validity.until: it ended on 2013'],
  ] as const;
  const refusals = [
    ['party', 'to: east', 'to: north', 'clauses.0.to: north is no party'],
    ['level', 'level: tracklet', 'level: all', 'clauses.0.level: '],
    ['grid', 'gridKm: {', 'gridKm: { tracklet: 1,', 'clauses.0.gridKm.tracklet: '],
    ['tick', 'tickS: 1', 'tickS: 61', 'clauses.0.tickS: '],
    ['date', "until: '2013-01-01", "until: '2013-02-30", 'validity.until: '],
    ['turned', "until: '2013-01-01", "until: '2011-01-01", 'validity.until: '],
    ['twice', 'id: east-launches', 'id: west-launches', 'clauses.1.id: '],
    ['field', 'delayS: 0', 'veto: true', 'clauses.0'],
    ['yaml', 'parties: [', 'parties: [[', 'not YAML'],
  ] as const;
  const files = [...defects, ...refusals].map(([name, from, to]) => spoilt(name, from, to));
  const { code, out, err } = await typed('check', ...files);
  expect(code).toBe(2);
  for (const [[name, , to, told], text] of [
    ...defects.map((one) => [one, out] as const),
    ...refusals.map((one) => [one, err] as const),
  ]) {
    const file = join(root, `${name}.yaml`);
    // What is missing stands nowhere, and what is over is told where it ends.
    const where = name === 'over' ? 'until:' : name === 'field' ? 'id: west' : to;
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findLastIndex((one) => one.includes(where)) + 1;
    const at = name === 'field' || name === 'yaml' ? `${name}.yaml:` : `${name}.yaml:${line}: `;
    expect(text, name).toContain(at);
    expect(text.slice(text.indexOf(at)), name).toContain(told);
  }
  const one = await typed('check', ...files.slice(0, 1), '--json');
  expect(one.code).toBe(1);
  expect(JSON.parse(one.out)).toMatchObject({
    findings: [{ kind: 'never applies', path: '/clauses/0/level' }, {}, {}],
  });
});

test('each file of the folder of spoilt agreements is told of, with its line, in one go', async () => {
  const folder = join(ROOT, 'tests/agreements/spoilt');
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThan(40);
  const { code, out, err } = await typed('check', ...names.map((name) => join(folder, name)));
  expect(code).toBe(2);
  for (const name of names) {
    const told = name.startsWith('refused-') ? err : out;
    expect(told, name).toMatch(new RegExp(`/${name}:[0-9]+: [^:]+: `));
  }
});

test('what a new version gives and takes, and its hash, are told before it is signed', async () => {
  const file = spoilt('finer', 'gridKm: { report: 10,', 'gridKm: { report: 5,');
  const before = join(READY, 'black-sea.yaml');
  expect((await typed('diff', before, file)).out).toBe(
    '+ west to east, west-launches: cells of reports: 5 km; was 10 km\n',
  );
  expect((await typed('diff', before, before)).out).toBe('The two say the same.\n');
  const shown = await typed('show', file);
  expect(shown.out).toContain('Areas in reports are rounded to cells of 5 km.');
  expect(shown.out).toMatch(/Signed is the hash [0-9a-f]{64}\.\n$/);
});

test('two sides sign a new version one after the other, and their nodes accept it and no other', async () => {
  const run = prepareRun(await readRun({ scenario: 'quiet-day' }), 1);
  const configs = await provision(run, join(root, 'sides'), 1);
  const west = configs['west'] ?? '';
  const file = join(root, 'new.yaml');
  const text = readFileSync(join(READY, 'quiet-day.yaml'), 'utf8');
  writeFileSync(file, text.replace('version: 1', 'version: 2'));
  const [mine, note] = [join(root, 'mine.note'), join(root, 'both.note')];
  expect((await typed('sign', configs['east'] ?? '', file, '--out', mine)).code).toBe(0);
  const signed = await typed('sign', west, file, '--out', note, '--with', mine);
  expect(signed.out).toMatch(/^Signed .*, version 2, hash [0-9a-f]{64}: /);
  const folder = dirname(west);
  writeFileSync(join(folder, 'agreement.json'), JSON.stringify(parse(readFileSync(file, 'utf8'))));
  await expect(readSide(west)).rejects.toThrow(/signatures are over another agreement/);
  writeFileSync(join(folder, 'agreement.note'), readFileSync(mine));
  await expect(readSide(west)).rejects.toThrow(/not signed by west/);
  writeFileSync(join(folder, 'agreement.note'), readFileSync(note));
  expect((await readSide(west)).terms.agreement.version).toBe(2);
  const again = await typed('sign', west, file, '--out', note);
  expect([again.code, again.err]).toEqual([
    2,
    `isthmus: ${note}: is there already; name another file\n`,
  ]);
  const refused = await typed(
    'sign',
    west,
    join(READY, 'black-sea.yaml'),
    '--out',
    join(root, 'x'),
    '--with',
    mine,
  );
  expect(refused.err).toContain('its signatures are over another agreement');
});
