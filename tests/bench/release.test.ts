// SPDX-License-Identifier: Apache-2.0
// The benchmark of the gate runs in short and gives its fields; the free bits are those of the table
// in the specification; what is recorded of two worlds has one root.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freeBits } from '../../bench/release/free-bits.ts';
import { PLANTED_LEAKS } from '../../bench/release/planted-leaks.ts';
import { compareRecorded } from '../../bench/release/recorded.ts';
import { benchRelease } from '../../bench/release.ts';

test('in short it gives every figure of the long one', async () => {
  const figures = (await benchRelease(['--pairs', '60', '--json'])) as {
    readonly decisionsPerS: { readonly cold: number; readonly warm: number };
    readonly releasePerS: number;
    readonly coarseningAnees: { readonly byGrid: readonly unknown[] };
  };
  expect(figures).toMatchObject({
    bench: 'release',
    nonInterference: { pairs: 60, differences: 0, firstDifference: null },
    recorded: { sameRoot: true },
    leakMatrix: { leaks: 0 },
  });
  const { decisionsPerS, releasePerS, coarseningAnees } = figures;
  expect(Math.min(decisionsPerS.cold, decisionsPerS.warm, releasePerS)).toBeGreaterThan(100);
  expect(coarseningAnees.byGrid.length).toBe(7);
}, 60_000);

test('two ledgers differ in their root where a world leaks', async () => {
  const given = { seed: 5, pairs: 20 };
  const same = await compareRecorded(given);
  expect(same.sameRoot).toBe(true);
  expect(same.entries).toBe(same.released);
  const leaking = await compareRecorded(given, PLANTED_LEAKS['identifier of the sensor']);
  expect(leaking.sameRoot).toBe(false);
});

test('free bits an item are those the specification lists', () => {
  const text = readFileSync(new URL('../../spec/release.md', import.meta.url), 'utf8');
  for (const { item, most, unnoticed } of freeBits()) {
    expect(text).toContain(`| ${item} | ${Math.round(unnoticed)} | ${Math.round(most)} |`);
  }
});
