// SPDX-License-Identifier: Apache-2.0
// A policy as files, and the tests beside it.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agreement } from '@isthmus/release';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAgreement } from './agreement-file.ts';
import { policy } from './commands/policy.ts';
import { runPolicyTests } from './policy-tests.ts';
import { ROOT } from './repository.ts';

const READY = join(ROOT, 'policies/black-sea');
const AGREEMENT = join(ROOT, 'agreements/black-sea.yaml');
const folder = mkdtempSync(join(tmpdir(), 'isthmus-policy-'));
let agreement: Agreement;
beforeAll(async () => {
  agreement = await loadAgreement(AGREEMENT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The ready-made policy with one thing changed in one of its files. */
function changed(name: string, file: string, change: readonly [from: string, to: string]): string {
  const path = join(folder, name);
  cpSync(READY, path, { recursive: true });
  const text = readFileSync(join(path, file), 'utf8');
  expect(text).toContain(change[0]);
  writeFileSync(join(path, file), text.replace(...change));
  return path;
}

test('the tests beside the ready-made policy hold, and one that does not is told with its line', async () => {
  const { tests } = await runPolicyTests({ path: READY, agreement, side: 'west' });
  expect(tests.length).toBeGreaterThan(4);
  expect(tests.filter(({ ok }) => !ok)).toEqual([]);
  const path = changed('cues', 'launches.cedar', ['State::"cue"', 'State::"tracked"']);
  const { tests: after, file } = await runPolicyTests({ path, agreement, side: 'west' });
  const failed = after.filter(({ ok }) => !ok);
  expect(failed.map(({ says }) => says)).toEqual([
    'permit by reports, and not forbid by range',
    'forbid by range, and not permit',
  ]);
  const lines = readFileSync(file ?? '', 'utf8').split('\n');
  for (const { line, name } of failed) expect(lines[line - 1]).toContain(name);
});

test('what is no policy is refused with file and line', async () => {
  const cases: readonly [string, string, readonly [string, string], RegExp][] = [
    ['word', 'launches.cedar', ['Kind::"track"', 'Kind::"trak"'], /launches\.cedar:14: .*trak/],
    ['region', 'regions.yaml', ['test-range:', 'range:'], /launches\.cedar:\d+: .*test-range/],
    ['place', 'regions.yaml', ['radiusKm: 50', 'radiusKm: 0'], /regions\.yaml: .*test-range/],
    ['field', 'tests.yaml', ['expect: permit', 'expects: permit'], /tests\.yaml:\d+: tests\.0/],
  ];
  for (const [name, file, change, message] of cases) {
    const path = changed(name, file, change);
    await expect(runPolicyTests({ path, agreement, side: 'west' }), name).rejects.toThrow(message);
  }
  for (const [args, message] of [
    [[], /usage: isthmus policy test/],
    [['show', 'side.yaml'], /usage/],
    [['test', READY, '--agreement', AGREEMENT], /usage/],
    [['test', READY, '--agreement', AGREEMENT, '--side', 'north'], /takes one of west, east/],
    [['test', join(folder, 'none'), '--agreement', AGREEMENT, '--side', 'west'], /no such policy/],
    [['propose', 'run/nowhere.yaml'], /there is no such file/],
  ] as const) {
    await expect(policy(args), args.join(' ')).rejects.toThrow(message);
  }
});
