// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { pullUp } from '../../bench/warning/pull-up.ts';

test('bodies that leave their path: regions go, those of bodies that fall on stay; the same each time', async () => {
  const found = await pullUp({ seed: 5, scale: 0.01 });
  expect(found).toMatchObject({
    staleRegionS: { draws: 3 },
    manoeuvresWithoutRegion: 0,
    falseWithdrawals: { coasts: 15, withdrawn: 0 },
  });
  const { shareWithin15 } = found['staleRegionS'] as Record<string, number>;
  expect(shareWithin15).toBe(1);
});
