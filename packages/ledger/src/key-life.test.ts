// SPDX-License-Identifier: Apache-2.0
// Keys of a log and of its cosigner that change and end: what was signed before still counts, what a
// thief signs after does not.

import {
  cosign,
  type KeyEnd,
  type KeyStatus,
  keyPairFromSeed,
  type NoteSigner,
  noteSigner,
  randomBytes,
  sha256,
  signerFrom,
  verifierOf,
} from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  type LogKey,
  type MemoryStorage,
  openCheckpoint,
  openLedger,
  openLedgerReader,
  openMirror,
  signCheckpoint,
} from './index.ts';
import { encodeRecords } from './records.ts';
import { COSIGNER, encodedOf, OPTIONS, ORIGIN, SIGNER } from './testing.ts';
import { edgeRoot, emptyEdge, growEdge, leafHash } from './tree.ts';
import { checkInclusion, inclusionProof, verifyLedger } from './verify.ts';

const pairOf = (label: string) => keyPairFromSeed(sha256(new TextEncoder().encode(label)));
const signerOf = (label: string): NoteSigner => noteSigner(ORIGIN, pairOf(label));
const cosignerOf = (label: string): NoteSigner => noteSigner(COSIGNER.name, pairOf(label), 4);

function ended(signer: NoteSigner, status: KeyStatus, end: KeyEnd): LogKey {
  return { ...verifierOf(signer), status, end };
}

async function filesOf(storage: MemoryStorage): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of await storage.list('out')) {
    files[name] = (await storage.read(`out/${name}`)) as Uint8Array;
  }
  return files;
}

/** A log of `old` entries by the first key, ended there, and more by the second. */
async function rotated(status: KeyStatus, old = 4, more = 3) {
  const storage = createMemoryStorage();
  const first = await openLedger({ ...OPTIONS, storage });
  for (let i = 0; i < old; i += 1) await first.append([encodedOf(i)]);
  await first.close();
  const end = { size: first.size, root: first.root };
  const next = signerOf('second');
  const keys = [ended(SIGNER, status, end), verifierOf(next)];
  const second = await openLedger({ ...OPTIONS, storage, signer: next, keys });
  for (let i = 0; i < more; i += 1) await second.append([encodedOf(old + i)]);
  return { storage, ledger: second, keys, end, next };
}

/** A log somebody made up and signed, checkpoint by checkpoint. */
async function forgedFiles(signer: NoteSigner, count: number): Promise<Record<string, Uint8Array>> {
  const entries = Array.from({ length: count }, () => randomBytes(40));
  let edge = emptyEdge();
  const notes: Uint8Array[] = [];
  for (const entry of entries) {
    edge = growEdge(edge, [leafHash(entry)]);
    const note = await signCheckpoint(
      { origin: ORIGIN, size: edge.size, root: edgeRoot(edge) },
      signer,
    );
    notes.push(new TextEncoder().encode(note));
  }
  return { entries: encodeRecords(entries).bytes, checkpoints: encodeRecords(notes).bytes };
}

describe('a log whose key was changed', () => {
  it.each<KeyStatus>(['retired', 'revoked'])(
    'K-11 verifies whole with all its keys, the old one %s, and goes on under the new',
    async (status) => {
      const { storage, ledger, keys, next } = await rotated(status);
      expect(openCheckpoint(ledger.checkpoint as string, verifierOf(next)).size).toBe(7);
      const report = verifyLedger({ files: await filesOf(storage), verifier: keys });
      expect(report).toMatchObject({ verified: true, entries: 7, checkpoints: 7 });
      const reader = await openLedgerReader({ ...OPTIONS, storage, verifier: keys });
      expect(reader.size).toBe(7);
      const mirror = await openMirror({
        storage: createMemoryStorage(),
        folder: 'in',
        origin: ORIGIN,
        verifier: keys,
      });
      for (let batch = await ledger.batchAfter(0); batch !== null; ) {
        const entries = batch.recorded.map((one) => one.bytes);
        await mirror.accept({ first: batch.first, entries, checkpoint: batch.checkpoint });
        batch = await ledger.batchAfter(mirror.size);
      }
      expect(mirror.root).toEqual(ledger.root);
    },
  );

  it('K-11 signs with no key that has ended or that is not registered', async () => {
    const { storage, keys } = await rotated('retired');
    await expect(openLedger({ ...OPTIONS, storage, keys })).rejects.toMatchObject({
      code: 'revoked',
    });
    const signer = signerOf('stranger');
    await expect(openLedger({ ...OPTIONS, storage, keys, signer })).rejects.toMatchObject({
      code: 'bad-origin',
    });
  });

  it('K-12 an old proof still verifies after fifty changes of each key', async () => {
    const storage = createMemoryStorage();
    const keys: LogKey[] = [];
    const cosigners: LogKey[] = [];
    const proofs: { note: string; leaf: Uint8Array; index: number }[] = [];
    for (let i = 0; i <= 50; i += 1) {
      const [signer, cosigner] = [signerOf(`ledger ${i}`), cosignerOf(`cosign ${i}`)];
      keys.push(verifierOf(signer));
      cosigners.push(verifierOf(cosigner));
      const options = { ...OPTIONS, storage, signer, keys, cosigner: cosigners };
      const ledger = await openLedger(options);
      const [token] = await ledger.append([encodedOf(i)]);
      const note = ledger.checkpoint as string;
      const line = await cosign(note, cosigner, 1_700_000_000 + i);
      await ledger.addReceipt({ size: ledger.size, line });
      proofs.push({ note, leaf: leafHash(token?.bytes as Uint8Array), index: i });
      await ledger.close();
      if (i === 50) break;
      const end = { size: ledger.size, root: ledger.root };
      const status = i % 2 === 0 ? 'retired' : 'revoked';
      keys[i] = ended(signer, status, end);
      cosigners[i] = ended(cosigner, status, end);
    }
    const files = await filesOf(storage);
    const report = verifyLedger({ files, verifier: keys, cosigner: cosigners });
    expect(report).toMatchObject({ verified: true, entries: 51, checkpoints: 51, receipts: 51 });
    const leaves = proofs.map((one) => one.leaf);
    for (const { note, leaf, index } of proofs) {
      const { size, root } = openCheckpoint(note, keys);
      const proof = inclusionProof(leaves.slice(0, size), index);
      expect(checkInclusion({ leaf, index, size, root, proof })).toBe(true);
    }
  });
});

describe('a thief with an ended ledger key', () => {
  it.each<KeyStatus>(['retired', 'revoked'])(
    'K-13 adds nothing behind the end of a %s key: auditor, reader and mirror refuse',
    async (status) => {
      const { storage, keys, end, ledger } = await rotated(status, 4, 0);
      expect(ledger.size).toBe(4);
      const edge = growEdge(
        emptyEdge(),
        Array.from({ length: 5 }, (_, i) => leafHash(Uint8Array.of(i))),
      );
      const forged = await signCheckpoint(
        { origin: ORIGIN, size: 5, root: edgeRoot(edge) },
        SIGNER,
      );
      expect(() => openCheckpoint(forged, keys)).toThrow(
        expect.objectContaining({ code: 'revoked' }) as Error,
      );
      // The same size, another root.
      const other = await signCheckpoint({ origin: ORIGIN, size: 4, root: edgeRoot(edge) }, SIGNER);
      expect(() => openCheckpoint(other, keys)).toThrow(
        expect.objectContaining({ code: 'revoked' }) as Error,
      );
      expect(end.size).toBe(4);
      // The thief writes on, where nobody told the old key's end.
      const thief = await openLedger({ ...OPTIONS, storage });
      await thief.append([encodedOf(99)]);
      const report = verifyLedger({ files: await filesOf(storage), verifier: keys });
      expect(report).toMatchObject({ verified: false, problem: { kind: 'revoked' } });
      await expect(openLedgerReader({ ...OPTIONS, storage, verifier: keys })).rejects.toMatchObject(
        { code: 'revoked' },
      );
      const batch = await thief.batchAfter(0);
      const mirror = await openMirror({
        storage: createMemoryStorage(),
        folder: 'in',
        origin: ORIGIN,
        verifier: keys,
      });
      const entries = (batch?.recorded ?? []).map((one) => one.bytes);
      const accepting = mirror.accept({ first: 0, entries, checkpoint: batch?.checkpoint ?? '' });
      await expect(accepting).rejects.toMatchObject({ code: 'revoked' });
      expect(mirror.size).toBe(0);
    },
  );

  it('K-14 makes up no earlier log either: a revoked key needs what its owner stands by', async () => {
    const { keys } = await rotated('revoked', 4, 0);
    for (const count of [2, 3]) {
      const files = await forgedFiles(SIGNER, count);
      expect(verifyLedger({ files, verifier: verifierOf(SIGNER) }).verified, 'control').toBe(true);
      const report = verifyLedger({ files, verifier: keys });
      expect(report).toMatchObject({ verified: false, problem: { kind: 'revoked' } });
    }
    // Nor one by the new key that is another where the old one ended.
    const longer = await forgedFiles(signerOf('second'), 6);
    const report = verifyLedger({ files: longer, verifier: keys });
    expect(report).toMatchObject({ verified: false, problem: { kind: 'revoked' } });
  });

  it('K-14 gives a mirror no beginning that does not lead to the end', async () => {
    const { keys, next } = await rotated('revoked', 4, 0);
    const entries = Array.from({ length: 6 }, () => randomBytes(40));
    const edge = growEdge(emptyEdge(), entries.map(leafHash));
    const state = { origin: ORIGIN, size: 6, root: edgeRoot(edge) };
    const mirror = await openMirror({
      storage: createMemoryStorage(),
      folder: 'in',
      origin: ORIGIN,
      verifier: keys,
    });
    const checkpoint = await signCheckpoint(state, next);
    const accepting = mirror.accept({ first: 0, entries, checkpoint });
    await expect(accepting).rejects.toMatchObject({ code: 'revoked' });
  });
});

describe('a thief with an ended cosigning key', () => {
  it.each<KeyStatus>(['retired', 'revoked'])(
    'K-15 makes no receipt behind the end of a %s key, nor for another root at it',
    async (status) => {
      const storage = createMemoryStorage();
      const old = cosignerOf('old');
      const ledger = await openLedger({ ...OPTIONS, storage });
      await ledger.append([encodedOf(0)]);
      const note = ledger.checkpoint as string;
      const first = { size: 1, line: await cosign(note, old, 1_700_000_000) };
      await ledger.addReceipt(first);
      const end = { size: 1, root: ledger.root };
      await ledger.append([encodedOf(1)]);
      const late = await cosign(ledger.checkpoint as string, old, 1_700_000_001);
      await ledger.addReceipt({ size: 2, line: late });
      const files = await filesOf(storage);
      const audit = (cosigner: readonly LogKey[]) =>
        verifyLedger({ files, verifier: verifierOf(SIGNER), cosigner });
      expect(audit([verifierOf(old)])).toMatchObject({ verified: true, receipts: 2 });
      const keys = [ended(old, status, end), verifierOf(cosignerOf('new'))];
      expect(audit(keys)).toMatchObject({
        verified: false,
        receipts: 1,
        problem: { kind: 'revoked' },
      });
      const elsewhere = { size: 1, root: new Uint8Array(32) };
      expect(audit([ended(old, status, elsewhere)])).toMatchObject({
        receipts: 0,
        problem: { kind: 'revoked' },
      });
      const again = await openLedger({
        ...OPTIONS,
        storage: createMemoryStorage(),
        cosigner: keys,
      });
      await again.append([encodedOf(0)]);
      await again.append([encodedOf(1)]);
      const forged = await cosign(again.checkpoint as string, old, 1_700_000_002);
      await expect(again.addReceipt({ size: 2, line: forged })).rejects.toMatchObject({
        code: 'bad-receipt',
      });
      const good = await cosign(again.checkpoint as string, cosignerOf('new'), 1_700_000_003);
      await again.addReceipt({ size: 2, line: good });
      expect(again.receiptedSize).toBe(2);
    },
  );
});

it('K-11 keys of two names are not the keys of one log', () => {
  const other = verifierOf({ ...signerFrom(pairOf('x')), name: 'other', type: 1 });
  expect(() => openCheckpoint('', [verifierOf(SIGNER), other])).toThrow(
    expect.objectContaining({ code: 'bad-origin' }) as Error,
  );
  expect(() => openCheckpoint('', [])).toThrow(
    expect.objectContaining({ code: 'bad-origin' }) as Error,
  );
});
