// SPDX-License-Identifier: Apache-2.0
// The part of the benchmark that asks what a flight is, at a hundredth of its length.

import { expect, test } from 'vitest';
import { classes } from '../../bench/warning/classes.ts';

test('no space launch is called a missile, none the other way, and classes beat a uniform guess', async () => {
  const found = await classes({ seed: 7, scale: 0.01 });
  expect(found['spaceLaunchCalledMissile']).toBe(0);
  expect(found['missileCalledSpaceLaunch']).toBe(0);
  expect(found['missileDraws']).toBeGreaterThan(50);
  expect(found['spaceLaunchDraws']).toBeGreaterThanOrEqual(40);
  expect(found['spaceLaunchNeverDecided']).toBe(0);
  expect(found['classAccuracy']).toBeGreaterThan(0.8);
  expect(found['brier']).toBeLessThan(0.3);
});
