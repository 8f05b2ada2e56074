// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileKernel } from './kernel.ts';

test('the checked-in kernel is what its source compiles to, byte for byte', {
  timeout: 120_000,
}, async () => {
  const module = new URL('../packages/tracking/src/batch/kernel-wasm.ts', import.meta.url);
  expect(await readFile(module, 'utf8')).toBe(await compileKernel());
});
