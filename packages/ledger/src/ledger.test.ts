// SPDX-License-Identifier: Apache-2.0
// What an open ledger does. Opening one is in recovery.test.ts, and waiting for a partner in
// mirrored.test.ts.

import {
  cosign,
  decodeText,
  openNote,
  randomBytes,
  SealError,
  signNote,
  verifierOf,
} from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  entryPayload,
  formatCheckpoint,
  isRecorded,
  LedgerError,
  LIMITS,
  openCheckpoint,
  openLedger,
  openLedgerReader,
  parseCheckpoint,
  type Recorded,
  signCheckpoint,
} from './index.ts';
import { encodeRecords, scanRecords } from './records.ts';
import { COSIGNER, encodedOf, filledLedger, OPTIONS, ORIGIN, SIGNER } from './testing.ts';

const verifier = verifierOf(SIGNER);

describe('a ledger', () => {
  it('L-1 L-8 records salt and item in call order, many calls under one checkpoint', async () => {
    const operations: string[] = [];
    const storage = createMemoryStorage({ intercept: (operation) => operations.push(operation) });
    const ledger = await openLedger({ ...OPTIONS, storage });
    operations.length = 0;
    const calls = [1, 2, 3, 4].map((n) => ledger.append([encodedOf(n), encodedOf(n + 100)]));
    const recorded = (await Promise.all(calls)).flat();
    expect(recorded.map((one) => one.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const items = recorded.map((one) => decodeText(entryPayload(one.bytes)));
    expect(items.slice(0, 4)).toEqual(['item 1', 'item 101', 'item 2', 'item 102']);
    expect((recorded[0] as Recorded).bytes).toHaveLength(16 + 'item 1'.length);
    expect(operations.filter((one) => one === 'overwrite')).toHaveLength(2);
  });

  it('L-8 refuses a call whole when too much waits, and takes more once it does not', async () => {
    const ledger = await openLedger({ ...OPTIONS, storage: createMemoryStorage() });
    const many = Array.from({ length: LIMITS.queueEntriesMax }, (_, i) => encodedOf(i));
    const call = ledger.append(many);
    await expect(ledger.append([encodedOf(0)])).rejects.toMatchObject({ code: 'full' });
    expect(await call).toHaveLength(LIMITS.queueEntriesMax);
    expect(ledger.queued).toBe(0);
    for (let size = 0; size < ledger.size; ) {
      const batch = await ledger.batchAfter(size);
      const count = batch?.recorded.length ?? 0;
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(LIMITS.batchEntriesMax);
      size += count;
    }
    await ledger.append([encodedOf(1)]);
  });

  it('L-9 refuses an item out of bounds with its whole call, and writes nothing', async () => {
    const { ledger } = await filledLedger(1);
    for (const length of [0, LIMITS.itemBytesMax + 1]) {
      const call = ledger.append([encodedOf(1), encodedOf(new Uint8Array(length))]);
      await expect(call).rejects.toMatchObject({ code: 'too-large' });
    }
    expect([ledger.size, ledger.fault]).toEqual([1, 'ok']);
    await ledger.append([encodedOf(new Uint8Array(LIMITS.itemBytesMax))]);
    expect(ledger.size).toBe(2);
  });

  it('L-10 commits in the order that survives: entries, size, read back, checkpoint', async () => {
    const steps: string[] = [];
    const storage = createMemoryStorage({
      intercept: (operation, path) => steps.push(`${operation} ${path}`),
    });
    const ledger = await openLedger({ ...OPTIONS, storage });
    steps.length = 0;
    await ledger.append([encodedOf(1)]);
    expect(steps).toEqual([
      'append out/entries',
      'sync out/entries',
      'read out/size',
      'overwrite out/size',
      'sync out/size',
      'readRange out/entries',
      'append out/checkpoints',
    ]);
    steps.length = 0;
    await ledger.append([encodedOf(2)]);
    // The checkpoint before is durable before the size moves on from it.
    expect(steps.slice(0, 4)).toEqual([
      'append out/entries',
      'sync out/entries',
      'sync out/checkpoints',
      'read out/size',
    ]);
  });

  it('L-10 signs nothing when what it reads back is not what it wrote', async () => {
    const storage = createMemoryStorage();
    const lying = {
      ...storage,
      readRange: async (path: string, offset: number, length: number) => {
        const bytes = await storage.readRange(path, offset, length);
        bytes[length - 1] = (bytes[length - 1] as number) ^ 1;
        return bytes;
      },
    };
    const ledger = await openLedger({ ...OPTIONS, storage: lying });
    await expect(ledger.append([encodedOf(1)])).rejects.toMatchObject({ code: 'not-recording' });
    expect(ledger.fault).toMatchObject({ code: 'corrupt' });
    expect(await storage.read('out/checkpoints')).toBeNull();
  });

  it('L-11 stops when another writer moved the last size', async () => {
    const { storage, ledger } = await filledLedger(2);
    const second = await openLedger({ ...OPTIONS, storage });
    await second.append([encodedOf(2)]);
    await expect(ledger.append([encodedOf(3)])).rejects.toMatchObject({ code: 'not-recording' });
    expect(ledger.fault).toMatchObject({ code: 'forked' });
  });

  it('L-12 makes tokens nobody else can make', async () => {
    const { ledger } = await filledLedger(1);
    const token = (await ledger.batchAfter(0))?.recorded[0] as Recorded;
    expect(isRecorded(token)).toBe(true);
    const imitation = { index: token.index, bytes: token.bytes };
    // @ts-expect-error a look-alike is not a Recorded
    const typed: Recorded = imitation;
    expect(isRecorded(typed)).toBe(false);
    const prototype = Object.getPrototypeOf(token) as { readonly constructor: unknown };
    expect(isRecorded(Object.create(prototype))).toBe(false);
    const make = prototype.constructor as new (...parts: unknown[]) => Recorded;
    expect(() => new make(Symbol('recorded'), 0, token.bytes)).toThrow(LedgerError);
  });

  it('L-18 stops when shown a checkpoint of its own that it does not contain', async () => {
    const { ledger } = await filledLedger(3);
    await expect(ledger.batchAfter(4)).rejects.toMatchObject({ code: 'rolled-back' });
    await ledger.observe(ledger.checkpoint as string);
    expect(ledger.fault).toBe('ok');
    const other = { origin: ORIGIN, size: 3, root: new Uint8Array(32) };
    await ledger.observe(await signCheckpoint(other, SIGNER));
    expect(ledger.fault).toMatchObject({ code: 'forked' });
    const fresh = (await filledLedger(3)).ledger;
    await fresh.observe(await signCheckpoint({ ...other, size: 9 }, SIGNER));
    expect(fresh.fault).toMatchObject({ code: 'rolled-back' });
  });

  it('L-24 keeps receipts that are the partner’s, once, and no others', async () => {
    const { storage } = await filledLedger(2);
    const ledger = await openLedger({ ...OPTIONS, storage, cosigner: verifierOf(COSIGNER) });
    const line = await cosign(ledger.checkpoint as string, COSIGNER, 1_700_000_000);
    for (const bad of [
      { size: 1, line },
      { size: 3, line },
      { size: 2, line: line.replace('east', 'west') },
      { size: 2, line: line.trimEnd() },
    ]) {
      await expect(ledger.addReceipt(bad)).rejects.toMatchObject({ code: 'bad-receipt' });
    }
    await ledger.addReceipt({ size: 2, line });
    await ledger.addReceipt({ size: 2, line });
    expect([ledger.receiptedSize, ledger.fault]).toEqual([2, 'ok']);
    const again = await openLedger({ ...OPTIONS, storage });
    expect(await again.receipts()).toEqual([{ size: 2, line }]);
    expect(again.receiptedSize).toBe(2);
  });

  it('refuses appends after it was closed, and finishes those before', async () => {
    const { ledger } = await filledLedger(0);
    const call = ledger.append([encodedOf(1)]);
    await ledger.close();
    expect(await call).toHaveLength(1);
    await expect(ledger.append([encodedOf(2)])).rejects.toMatchObject({ code: 'closed' });
  });

  it('gives a reader that follows it the same batches', async () => {
    const { storage, ledger } = await filledLedger(0);
    const reader = await openLedgerReader({ storage, folder: 'out', origin: ORIGIN, verifier });
    expect(await reader.batchAfter(0)).toBeNull();
    for (let i = 0; i < 5; i += 1) {
      await ledger.append([encodedOf(i), encodedOf(i + 10)]);
      const batch = await reader.batchAfter(i * 2);
      expect(batch).toEqual(await ledger.batchAfter(i * 2));
      expect(batch?.checkpoint).toBe(ledger.checkpoint);
    }
    expect((await reader.batchAfter(3))?.recorded.map((one) => one.index)).toEqual([
      3, 4, 5, 6, 7, 8, 9,
    ]);
  });
});

describe('a signer elsewhere', () => {
  const lost = new SealError('agent-unavailable', 'gone');

  it('L-14 that stops signing stops the record; reopened with one that signs, nothing is lost', async () => {
    const storage = createMemoryStorage();
    let signs = 0;
    const failing = {
      ...SIGNER,
      sign: (bytes: Uint8Array) => {
        signs += 1;
        return signs > 1 ? Promise.reject(lost) : SIGNER.sign(bytes);
      },
    };
    const ledger = await openLedger({ ...OPTIONS, storage, signer: failing });
    expect(signs, 'opening an empty log needs no signature').toBe(0);
    await ledger.append([encodedOf(0)]);
    await expect(ledger.append([encodedOf(1)])).rejects.toMatchObject({ code: 'not-recording' });
    expect(ledger.fault).toMatchObject({ code: 'not-signed' });
    expect(ledger.size).toBe(1);
    await expect(openLedger({ ...OPTIONS, storage, signer: failing })).rejects.toMatchObject({
      code: 'not-signed',
    });
    const again = await openLedger({ ...OPTIONS, storage });
    expect(again.size).toBe(2);
    expect(openCheckpoint(again.checkpoint as string, verifier).size).toBe(2);
  });

  it('L-8 is asked once for a batch, and what comes meanwhile waits for the next', async () => {
    const storage = createMemoryStorage();
    let signs = 0;
    const slow = {
      ...SIGNER,
      sign: async (bytes: Uint8Array) => {
        signs += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return SIGNER.sign(bytes);
      },
    };
    const ledger = await openLedger({ ...OPTIONS, storage, signer: slow });
    const calls = Array.from({ length: 40 }, (_, i) => ledger.append([encodedOf(i)]));
    const recorded = (await Promise.all(calls)).flat();
    expect(recorded.map((one) => one.index)).toEqual(recorded.map((_, i) => i));
    expect(signs).toBe(2);
  });
});

describe('a checkpoint', () => {
  const root = 'rqm+/ktKFKFPsGelp1Jngvs6n7WiDL4OoTFZ8zNuZ+c=';

  it('L-5 comes back as it was printed', () => {
    for (const size of [0, 1, 10, Number.MAX_SAFE_INTEGER]) {
      const text = `${ORIGIN}\n${size}\n${root}\n`;
      expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
    }
  });

  it.each([
    `x\n01\n${root}\n`,
    `x\n-1\n${root}\n`,
    `x\n1e3\n${root}\n`,
    `x\n9007199254740992\n${root}\n`,
    `x\n+1\n${root}\n`,
    `x\n1\n${root}`,
    `x\n1\n${root}\nextension\n`,
    `\n1\n${root}\n`,
    `x\n1\n${root.slice(0, -4)}\n`,
    `x\n1\n${root.replace('c=', 'd=')}\n`,
  ])('L-5 refuses %j', async (text) => {
    expect(() => parseCheckpoint(text)).toThrow(
      expect.objectContaining({ code: 'bad-checkpoint' }) as Error,
    );
    const note = await signNote(text.endsWith('\n') ? text : `${text}\n\n`, [SIGNER]);
    expect(() => openCheckpoint(note, verifier)).toThrow(LedgerError);
  });
});

describe('records', () => {
  it('L-6 come back as written, and any changed byte names the record it is in', () => {
    const items = [1, 50, 300].map((length) => randomBytes(length));
    const { bytes } = encodeRecords(items);
    const ends = scanRecords(bytes, { bytesMax: 400 }).records.map((record) => record.end);
    expect(scanRecords(bytes, { bytesMax: 400 }).records.map((one) => one.bytes)).toEqual(items);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ 4;
      const scan = scanRecords(changed, { bytesMax: 400 });
      expect(scan.records).toHaveLength(ends.findIndex((end) => at < end));
      expect(scan.stop).not.toBe('clean');
    }
  });

  it('L-6 refuse emptiness and lengths above their bound', () => {
    expect(scanRecords(new Uint8Array(100), { bytesMax: 400 }).stop).toBe('damaged');
    expect(scanRecords(encodeRecords([new Uint8Array(9)]).bytes, { bytesMax: 8 }).stop).toBe(
      'damaged',
    );
  });
});

describe('a reader of a ledger', () => {
  it('L-27 shows the last checkpoint with the partner’s cosignature behind it, where there is one', async () => {
    const { storage, ledger } = await filledLedger(2);
    const place = { storage, folder: 'out', origin: ORIGIN, verifier };
    const note = ledger.checkpoint as string;
    expect(await (await openLedgerReader(place)).cosigned()).toBe(note);
    const line = await cosign(note, COSIGNER, 1_700_000_000);
    await ledger.addReceipt({ size: 2, line });
    const cosigned = await (await openLedgerReader(place)).cosigned();
    expect(cosigned).toBe(`${note}${line}`);
    const opened = openNote(cosigned ?? '', [verifier, verifierOf(COSIGNER)]);
    expect(opened.verified.map((one) => one.type)).toEqual([1, 4]);
    await ledger.append([encodedOf(2)]);
    expect(await (await openLedgerReader(place)).cosigned()).toBe(ledger.checkpoint);
    const empty = { ...place, storage: createMemoryStorage() };
    expect(await (await openLedgerReader(empty)).cosigned()).toBeNull();
  });
});
