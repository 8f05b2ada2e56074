// SPDX-License-Identifier: Apache-2.0
// The part of the benchmark with a day of satellites, for half an hour of it.

import { expect, test } from 'vitest';
import { satellites } from '../../bench/warning/satellites.ts';

test('no satellite becomes a warning, whether the catalogue has it or not', async () => {
  const found = await satellites({ seed: 5, scale: 0.005 });
  expect(found['satelliteWarnings']).toBe(0);
  expect(found['satellitePasses']).toBeGreaterThan(50);
  expect(found['satelliteTracks']).toBeGreaterThan(40);
  expect(found['satelliteRecognised']).toBeGreaterThan(15);
});
