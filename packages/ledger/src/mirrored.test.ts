// SPDX-License-Identifier: Apache-2.0
// A ledger that waits for its partner, and takes back from it what was lost here.

import { randomBytes } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, type Ledger, LIMITS, openLedger, signCheckpoint } from './index.ts';
import { encodedOf, filledLedger, OPTIONS, ORIGIN, SIGNER } from './testing.ts';
import { edgeRoot, emptyEdge, growEdge, leafHash } from './tree.ts';

describe('a ledger that a partner mirrors', () => {
  const mirrored = { ...OPTIONS, isMirrored: true };

  it('L-34 signs nothing new before the partner has shown what it holds, then all in order', async () => {
    const storage = createMemoryStorage();
    const ledger = await openLedger({ ...mirrored, storage });
    const appended = [ledger.append([encodedOf(0)]), ledger.append([encodedOf(1), encodedOf(2)])];
    await Promise.resolve();
    expect([ledger.isWaiting, ledger.queued, ledger.size]).toEqual([true, 3, 0]);
    expect(await storage.size('out/entries')).toBe(0);
    ledger.partnerHolds({ size: 0, finding: 'beginning' });
    const recorded = (await Promise.all(appended)).flat();
    expect(recorded.map(({ index }) => index)).toEqual([0, 1, 2]);
    ledger.partnerHolds({ size: 9, finding: 'more' });
    expect([ledger.isWaiting, ledger.fault]).toEqual([false, 'ok']);
  });

  it('L-34 L-18 stops unsigned when the partner holds more, or another log', async () => {
    for (const [held, code] of [
      [{ size: 3, finding: 'more' }, 'rolled-back'],
      [{ size: 3, finding: 'beginning' }, 'rolled-back'],
      [{ size: 2, finding: 'other' }, 'forked'],
    ] as const) {
      const { storage } = await filledLedger(2);
      const before = await storage.read('out/checkpoints');
      const ledger = await openLedger({ ...mirrored, storage });
      const appended = ledger.append([encodedOf(2)]);
      ledger.partnerHolds(held);
      await expect(appended).rejects.toMatchObject({ code: 'not-recording' });
      expect(ledger.fault).toMatchObject({ code });
      ledger.partnerHolds({ size: 2, finding: 'beginning' });
      await expect(ledger.append([encodedOf(2)])).rejects.toMatchObject({ code: 'not-recording' });
      expect(await storage.read('out/checkpoints')).toEqual(before);
    }
  });

  it('L-34 holds no more than the queue, and lets go of what waits when it is closed', async () => {
    const ledger = await openLedger({ ...mirrored, storage: createMemoryStorage() });
    const many = Array.from({ length: LIMITS.queueEntriesMax }, (_, i) => encodedOf(i));
    const appended = ledger.append(many);
    await expect(ledger.append([encodedOf(0)])).rejects.toMatchObject({ code: 'full' });
    const refused = appended.catch((error: unknown) => error);
    await ledger.close();
    expect(await refused).toMatchObject({ code: 'closed' });
  });

  it('L-36 takes back what it lost, and nothing that does not follow from it under its own key', async () => {
    const { ledger } = await filledLedger(9);
    const entries = await allOf(ledger);
    const checkpoint = ledger.checkpoint as string;
    const storage = createMemoryStorage();
    const first = await openLedger({ ...mirrored, storage });
    await first.adopt({ entries: entries.slice(0, 4), checkpoint: await noteOf(ledger, 4) });
    const copy = await openLedger({ ...mirrored, storage });
    const before = await storage.read('out/entries');
    const other = entries.with(7, randomBytes(30));
    const forked = await filledLedger(6);
    const another = {
      entries: await allOf(forked.ledger),
      checkpoint: forked.ledger.checkpoint ?? '',
    };
    for (const [shown, code] of [
      [{ entries: other, checkpoint }, 'root-mismatch'],
      [{ entries: entries.slice(0, 8), checkpoint }, 'gap'],
      [{ entries: entries.slice(0, 3), checkpoint: await noteOf(ledger, 3) }, 'gap'],
      [{ entries, checkpoint: checkpoint.replace(/.{9}\n$/, 'AAAAAAAA=\n') }, 'bad-signature'],
      [another, 'forked'],
    ] as const) {
      await expect(copy.adopt(shown)).rejects.toMatchObject({ code });
    }
    expect(await storage.read('out/entries')).toEqual(before);
    await copy.adopt({ entries, checkpoint });
    expect([copy.size, copy.root, copy.checkpoint]).toEqual([9, ledger.root, checkpoint]);
    expect(copy.isWaiting).toBe(true);
    const again = await openLedger({ ...mirrored, storage });
    expect(await allOf(again)).toEqual(entries);
  });
});

/** The checkpoint of an earlier size of a ledger that made one at each. */
async function noteOf(ledger: Ledger, size: number): Promise<string> {
  const edge = growEdge(emptyEdge(), (await allOf(ledger)).slice(0, size).map(leafHash));
  return signCheckpoint({ origin: ORIGIN, size, root: edgeRoot(edge) }, SIGNER);
}

async function allOf(ledger: Ledger): Promise<Uint8Array[]> {
  return ((await ledger.batchAfter(0))?.recorded ?? []).map((one) => one.bytes);
}
