// SPDX-License-Identifier: Apache-2.0
// The short forms of `npm run long -- kills`, and that the trial finds what it is there to find.

import type { Storage } from '@isthmus/ledger';
import { describe, expect, it } from 'vitest';
import { kills } from './kills/kills.ts';
import { powerCuts } from './kills/power-cuts.ts';

/** A disk that says a file is durable when it is not. */
function lying(file: string): (storage: Storage) => Storage {
  return (storage) => ({
    ...storage,
    sync: (path) => (path === file ? Promise.resolve() : storage.sync(path)),
  });
}

describe('two sides that lose their process or their power', () => {
  it('keep every acknowledged entry, acceptance, receipt and turn through 60 kills', async () => {
    const counts = await kills({ seed: 1, count: 60, lanes: 2 });
    expect(counts.kills).toBeGreaterThanOrEqual(60);
    expect(counts.inRecovery).toBeGreaterThan(0);
    expect(counts.acknowledged).toBeGreaterThan(100);
  });

  it('keep them through 1,000 power cuts, before every kind of write of a commit', async () => {
    const { cuts, before } = await powerCuts({ seed: 1, count: 1000 });
    expect(cuts).toBeGreaterThanOrEqual(1000);
    for (const write of [
      'append journal',
      'sync journal',
      'append out/entries',
      'sync out/entries',
      'append out/checkpoints',
      'append in/entries',
      'sync in/entries',
      'append in/checkpoints',
      'append out/receipts',
    ]) {
      expect(before[write], write).toBeGreaterThan(0);
    }
  });

  it.each(['journal', 'out/entries', 'out/receipts', 'in/entries', 'in/checkpoints'])(
    'are found out when a disk lies about %s',
    async (file) => {
      await expect(powerCuts({ seed: 1, count: 1000, seenAs: lying(file) })).rejects.toThrow(
        /again: npm run long -- kills/,
      );
    },
  );
});
