// SPDX-License-Identifier: Apache-2.0
// What opening a ledger mends and what it refuses. Crashes are in crash.prop.test.ts.

import { randomBytes } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import { LedgerError, openLedger } from './index.ts';
import { type LastSize, readLastSize } from './last-size.ts';
import { encodeRecords, scanRecords } from './records.ts';
import { COSIGNER, filledLedger, flipByte, OPTIONS, SIGNER } from './testing.ts';

describe('opening a ledger', () => {
  it('L-16 L-17 refuses any changed byte under a checkpoint, and changes nothing', async () => {
    const { storage } = await filledLedger(3);
    const files = ['out/entries', 'out/checkpoints'];
    const content = (): Promise<unknown> => Promise.all(files.map((file) => storage.read(file)));
    const notes = (await storage.read('out/checkpoints')) as Uint8Array;
    const lastNote = scanRecords(notes, { bytesMax: 4_096 }).records[1]?.end as number;
    for (const path of files) {
      // The newest checkpoint is apart: see the next test.
      const size = path === 'out/checkpoints' ? lastNote : await storage.size(path);
      for (let at = 0; at < size; at += 7) {
        await flipByte(storage, path, at);
        const before = await content();
        await expect(openLedger({ ...OPTIONS, storage }), `${path} ${at}`).rejects.toThrow(
          LedgerError,
        );
        expect(await content()).toEqual(before);
        await flipByte(storage, path, at);
      }
    }
    expect((await openLedger({ ...OPTIONS, storage })).size).toBe(3);
  });

  it('L-7 L-17 refuses any changed byte of the last size, and changes nothing', async () => {
    const { storage } = await filledLedger(3);
    const { slot } = readLastSize((await storage.read('out/size')) as Uint8Array) as LastSize;
    for (let at = slot * 4096; at < (slot + 1) * 4096; at += 7) {
      await flipByte(storage, 'out/size', at);
      const changed = await storage.read('out/size');
      const opening = openLedger({ ...OPTIONS, storage });
      await expect(opening, `size ${at}`).rejects.toMatchObject({ code: 'corrupt' });
      expect(await storage.read('out/size')).toEqual(changed);
      await flipByte(storage, 'out/size', at);
    }
  });

  it('L-7 L-16 mends a size whose next writing was cut off, from the one before', async () => {
    const { storage, ledger } = await filledLedger(3);
    const sound = (await storage.read('out/size')) as Uint8Array;
    const { slot } = readLastSize(sound) as LastSize;
    for (let at = (1 - slot) * 4096; at < (2 - slot) * 4096; at += 13) {
      await flipByte(storage, 'out/size', at);
      expect((await openLedger({ ...OPTIONS, storage })).checkpoint).toBe(ledger.checkpoint);
      const mended = readLastSize((await storage.read('out/size')) as Uint8Array);
      expect(mended).toMatchObject({ last: { size: 3 }, torn: false });
      await storage.overwrite('out/size', 0, sound);
    }
  });

  it('L-15 L-16 signs the newest checkpoint again, to the same bytes, when it is torn', async () => {
    const { storage, ledger } = await filledLedger(3);
    const whole = (await storage.read('out/checkpoints')) as Uint8Array;
    for (let length = whole.length - 100; length < whole.length; length += 9) {
      await storage.truncate('out/checkpoints', length);
      expect((await openLedger({ ...OPTIONS, storage })).checkpoint).toBe(ledger.checkpoint);
      expect(await storage.read('out/checkpoints')).toEqual(whole);
      await flipByte(storage, 'out/checkpoints', length);
      await openLedger({ ...OPTIONS, storage });
      expect(await storage.read('out/checkpoints')).toEqual(whole);
    }
  });

  it('L-16 cuts a torn tail, and keeps bytes no commit can have left', async () => {
    const { storage } = await filledLedger(3);
    await storage.append('out/entries', randomBytes(100));
    expect((await openLedger({ ...OPTIONS, storage })).size).toBe(3);
    await storage.append('out/entries', new Uint8Array(2_000_000));
    const opening = openLedger({ ...OPTIONS, storage });
    await expect(opening).rejects.toMatchObject({ code: 'corrupt' });
    expect(await storage.size('out/entries')).toBeGreaterThan(2_000_000);
  });

  it('L-7 L-17 refuses a log whose last size, checkpoints or entries are gone', async () => {
    for (const lost of ['size', 'checkpoints', 'entries']) {
      const { storage } = await filledLedger(300);
      await storage.rename(`out/${lost}`, 'elsewhere/x');
      const opening = openLedger({ ...OPTIONS, storage });
      await expect(opening, lost).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  it('L-17 says corrupt of records whose check is right and whose content is no text', async () => {
    for (const file of ['checkpoints', 'receipts']) {
      const { storage } = await filledLedger(2);
      await storage.append(`out/${file}`, encodeRecords([Uint8Array.of(0xff, 0x0a)]).bytes);
      const opening = openLedger({ ...OPTIONS, storage });
      await expect(opening, file).rejects.toMatchObject({ name: 'LedgerError', code: 'corrupt' });
    }
  });

  it('L-5 refuses a key that is not the log’s', async () => {
    const { storage } = await filledLedger(1);
    const signer = { ...SIGNER, name: 'other' };
    await expect(openLedger({ ...OPTIONS, storage, signer })).rejects.toMatchObject({
      code: 'bad-origin',
    });
    const key = { ...SIGNER, publicKey: COSIGNER.publicKey };
    await expect(openLedger({ ...OPTIONS, storage, signer: key })).rejects.toMatchObject({
      code: 'bad-signature',
    });
  });
});
