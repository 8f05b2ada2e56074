// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { pullUp } from '../../bench/warning/pull-up.ts';

test('bodies that leave their path: regions go, those of bodies that fall on stay; the same each time', async () => {
  const found = await pullUp({ seed: 5, scale: 0.02 });
  expect(found).toMatchObject({
    staleRegionS: { draws: 6 },
    manoeuvresWithoutRegion: 0,
    falseWithdrawals: { coasts: 40, withdrawn: 0 },
  });
  const { shareWithin15, median } = found['staleRegionS'] as Record<string, number>;
  expect(shareWithin15).toBeGreaterThan(0.8);
  expect(median).toBeLessThan(15);
});
