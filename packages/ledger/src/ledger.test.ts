// SPDX-License-Identifier: Apache-2.0
// What the three open logs do when nothing fails. Crashes are in crash.prop.test.ts.

import { randomBytes, verifierOf } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  entryPayload,
  isRecorded,
  openLedger,
  openLedgerReader,
  openMirror,
} from './index.ts';
import { encodedOf, ORIGIN, SIGNER } from './testing.ts';

const verifier = verifierOf(SIGNER);

describe('a ledger, its reader and the partner’s mirror', () => {
  it('records in call order and hands the same entries to the mirror', async () => {
    const storage = createMemoryStorage();
    const place = { storage, folder: 'out', origin: ORIGIN };
    const ledger = await openLedger({ ...place, signer: SIGNER, salt: () => randomBytes(16) });
    const calls = [1, 2, 3, 4].map((n) => ledger.append([encodedOf(n), encodedOf(n + 100)]));
    const recorded = (await Promise.all(calls)).flat();
    expect(recorded.map((one) => one.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(recorded.every(isRecorded)).toBe(true);
    expect(entryPayload((recorded[2] as { bytes: Uint8Array }).bytes)).toEqual(encodedOf(2).bytes);

    const reader = await openLedgerReader({ ...place, verifier });
    expect(reader.root).toEqual(ledger.root);
    const mirror = await openMirror({ ...place, folder: 'in', verifier });
    const batch = await reader.batchAfter(0);
    if (batch === null) throw new TypeError('expected a batch');
    const entries = batch.recorded.map((one) => one.bytes);
    await mirror.accept({ first: batch.first, entries, checkpoint: batch.checkpoint });
    expect([mirror.size, mirror.root]).toEqual([ledger.size, ledger.root]);
    expect(await mirror.read(0, mirror.size)).toEqual(recorded.map((one) => one.bytes));
  });
});
