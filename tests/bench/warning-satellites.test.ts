// SPDX-License-Identifier: Apache-2.0
// The parts of the benchmark with satellites: half an hour of a day, and some passes from rise to set.

import { expect, test } from 'vitest';
import { satellites } from '../../bench/warning/satellites.ts';
import { wholePasses } from '../../bench/warning/whole-passes.ts';

test('no satellite becomes a warning, whether the catalogue has it or not', async () => {
  const found = await satellites({ seed: 5, scale: 0.005 });
  expect(found['satelliteWarnings']).toBe(0);
  expect(found['satellitePasses']).toBeGreaterThan(50);
  expect(found['satelliteTracks']).toBeGreaterThan(40);
  expect(found['satelliteRecognised']).toBeGreaterThan(15);
});

test('a satellite that two radars follow from rise to set becomes no warning either', async () => {
  const found = await wholePasses({ seed: 5, scale: 0.01 });
  expect(found['wholePasses']).toBe(3);
  expect(found['wholePassLooks']).toBeGreaterThan(1500);
  expect(found['wholePassWarnings']).toBe(0);
});
