// SPDX-License-Identifier: Apache-2.0
import { verifierOf } from '@isthmus/seal';
import { expect, it } from 'vitest';
import { createMemoryStorage, openLedger, openMirror } from './index.ts';
import { encodedOf, ORIGIN, SIGNER } from './testing.ts';

const SALT = (): Uint8Array => new Uint8Array(16);

it('a log with one other bit is refused by the name of its folder, and no byte is changed', async () => {
  const disk = createMemoryStorage();
  const place = { storage: disk, folder: 'ledger/out', origin: ORIGIN };
  const ledger = await openLedger({ ...place, signer: SIGNER, salt: SALT });
  await ledger.append([encodedOf(0), encodedOf(1)]);
  await ledger.append([encodedOf(2)]);
  await ledger.close();
  disk.flipBit('ledger/out/entries', 8 * 30);
  const before = disk.contents();
  const refused = { code: 'corrupt', message: expect.stringMatching(/^ledger\/out: /) as string };
  const opening = openLedger({ ...place, signer: SIGNER, salt: SALT });
  await expect(opening).rejects.toMatchObject(refused);
  const mirroring = openMirror({ ...place, verifier: verifierOf(SIGNER) });
  await expect(mirroring).rejects.toMatchObject(refused);
  expect(disk.contents()).toEqual(before);
  disk.flipBit('ledger/out/entries', 8 * 30);
  expect((await openLedger({ ...place, signer: SIGNER, salt: SALT })).size).toBe(3);
});

it('a disk without room keeps what it had, and records again once there is some', async () => {
  let room = Number.POSITIVE_INFINITY;
  const disk = createMemoryStorage({ faults: { room: () => room } });
  const open = () =>
    openLedger({
      storage: disk.session(),
      folder: 'out',
      origin: ORIGIN,
      signer: SIGNER,
      salt: SALT,
    });
  const ledger = await open();
  await ledger.append([encodedOf(0)]);
  room = 7;
  await expect(ledger.append([encodedOf(1)])).rejects.toMatchObject({ code: 'not-recording' });
  room = Number.POSITIVE_INFINITY;
  disk.crash({ integer: (bound) => bound - 1, chance: () => false });
  const again = await open();
  expect(again.size).toBe(1);
  await again.append([encodedOf(1)]);
  expect(again.size).toBe(2);
});
