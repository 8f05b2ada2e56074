// SPDX-License-Identifier: Apache-2.0
// A mirror against a partner that sends what it should not. Each case spoils one thing in a good
// batch. Crashes are in crash.prop.test.ts.

import { keyPairFromSeed, randomBytes, signerFrom, verifierOf } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import {
  checkMirror,
  createMemoryStorage,
  LIMITS,
  type Mirror,
  openLedgerReader,
  openMirror,
  type ReceivedBatch,
  signCheckpoint,
} from './index.ts';
import { encodeRecords } from './records.ts';
import { COSIGNER, filledLedger, flipByte, ORIGIN, SIGNER } from './testing.ts';
import { edgeRoot, emptyEdge, growEdge, leafHash } from './tree.ts';
import { verifyEvidence } from './verify.ts';

const PLACE = { folder: 'in', origin: ORIGIN, verifier: verifierOf(SIGNER) };

/** A log the partner signed with whatever entries it likes. */
async function signedBatch(entries: readonly Uint8Array[], first = 0): Promise<ReceivedBatch> {
  const edge = growEdge(emptyEdge(), entries.map(leafHash));
  const checkpoint = { origin: ORIGIN, size: edge.size, root: edgeRoot(edge) };
  const note = await signCheckpoint(checkpoint, SIGNER);
  return { first, entries: entries.slice(first), checkpoint: note };
}

const ENTRIES = Array.from({ length: 6 }, () => randomBytes(40));

async function mirrorOf(
  count: number,
): Promise<{ mirror: Mirror; storage: ReturnType<typeof createMemoryStorage> }> {
  const storage = createMemoryStorage();
  const mirror = await openMirror({ ...PLACE, storage });
  if (count > 0) await mirror.accept(await signedBatch(ENTRIES.slice(0, count)));
  return { mirror, storage };
}

describe('a mirror', () => {
  it('takes a ledger’s batches in order, and opens again to the same root', async () => {
    const { ledger } = await filledLedger(5);
    const storage = createMemoryStorage();
    const mirror = await openMirror({ ...PLACE, storage });
    for (let batch = await ledger.batchAfter(0); batch !== null; ) {
      const entries = batch.recorded.map((one) => one.bytes);
      await mirror.accept({ first: batch.first, entries, checkpoint: batch.checkpoint });
      batch = await ledger.batchAfter(mirror.size);
    }
    const again = await openMirror({ ...PLACE, storage });
    expect([again.size, again.root, again.checkpoint]).toEqual([5, ledger.root, ledger.checkpoint]);
    expect(await again.read(1, 3)).toEqual(await mirror.read(1, 3));
    await expect(again.read(0, 6)).rejects.toMatchObject({ code: 'bad-range' });
  });

  it('is only looked at by the check: what is torn stays, what is damaged is refused', async () => {
    const { storage } = await mirrorOf(3);
    await storage.append('in/entries', Uint8Array.of(1, 2, 3));
    const before = storage.contents();
    await checkMirror({ ...PLACE, storage });
    expect(storage.contents()).toEqual(before);
    storage.flipBit('in/entries', 80);
    const damaged = storage.contents();
    await expect(checkMirror({ ...PLACE, storage })).rejects.toMatchObject({ code: 'corrupt' });
    expect(storage.contents()).toEqual(damaged);
  });

  it('L-19 refuses sizes out of bounds before it looks at a signature', async () => {
    const { mirror } = await mirrorOf(0);
    const good = await signedBatch(ENTRIES);
    const checkpoint = 'not a note';
    const cases: ReceivedBatch[] = [
      { ...good, checkpoint, entries: [new Uint8Array(LIMITS.entryBytesMax + 1)] },
      { ...good, checkpoint, entries: [new Uint8Array(16)] },
      { ...good, checkpoint, entries: Array.from({ length: 257 }, () => randomBytes(20)) },
      { ...good, checkpoint, entries: Array.from({ length: 20 }, () => new Uint8Array(60_000)) },
      { ...good, checkpoint: 'x'.repeat(5_000) },
    ];
    for (const one of cases) {
      await expect(mirror.accept(one)).rejects.toMatchObject({ code: 'too-large' });
    }
  });

  it('L-20 refuses gaps, repeats and roots that do not fit, and keeps its own', async () => {
    const { mirror, storage } = await mirrorOf(2);
    const next = await signedBatch(ENTRIES, 2);
    const spoiled: [ReceivedBatch, string][] = [
      [{ ...next, first: 3 }, 'gap'],
      [{ ...next, first: 1 }, 'gap'],
      [{ ...next, first: 2.5 }, 'gap'],
      [{ ...next, entries: next.entries.slice(1) }, 'gap'],
      [{ ...next, entries: next.entries.toReversed() }, 'root-mismatch'],
      [{ ...next, entries: next.entries.with(0, randomBytes(40)) }, 'root-mismatch'],
      [await signedBatch(ENTRIES.slice(0, 2)), 'gap'],
    ];
    const before = await storage.read('in/entries');
    for (const [batch, code] of spoiled) {
      await expect(mirror.accept(batch)).rejects.toMatchObject({ code });
    }
    expect(await storage.read('in/entries')).toEqual(before);
    expect(mirror.fault).toBe('ok');
    await mirror.accept(next);
    expect(mirror.size).toBe(6);
    await mirror.accept({ ...next, first: 6, entries: [] });
  });

  it('L-21 refuses a second log at any size it holds, and keeps what convicts its signer', async () => {
    const { mirror, storage } = await mirrorOf(2);
    await mirror.accept(await signedBatch(ENTRIES.slice(0, 5), 2));
    const held = mirror.checkpoint as string;
    const other = async (size: number): Promise<string> =>
      (await signedBatch([...ENTRIES.slice(0, size - 1), randomBytes(40)])).checkpoint;
    for (const size of [1, 2, 3, 4, 5]) {
      const before = mirror.evidenceCount;
      expect(await mirror.compare(await other(size)), `size ${size}`).toBe('equivocation');
      const own = await signedBatch(ENTRIES.slice(0, size));
      expect(await mirror.compare(own.checkpoint)).toBe('same');
      expect(mirror.evidenceCount).toBe(before + 1);
    }
    expect(await mirror.compare(held)).toBe('same');
    expect(await mirror.compare((await signedBatch(ENTRIES)).checkpoint)).toBe('ahead');
    const forked = { first: 5, entries: [], checkpoint: await other(4) };
    await expect(mirror.accept(forked)).rejects.toMatchObject({ code: 'equivocation' });
    const files = (await storage.list('in')).filter((name) => name.startsWith('evidence-'));
    expect(files).toHaveLength(6);
    for (const file of files) {
      const text = new TextDecoder().decode((await storage.read(`in/${file}`)) ?? undefined);
      expect(verifyEvidence(text, [PLACE.verifier])).toMatchObject({ verdict: 'proven' });
    }
  });

  it('L-21 keeps what cannot be reconciled, and calls it something to explain', async () => {
    const { mirror, storage } = await mirrorOf(2);
    const next = await signedBatch(ENTRIES, 2);
    const spoiled = { ...next, entries: next.entries.with(0, randomBytes(40)) };
    await expect(mirror.accept(spoiled)).rejects.toMatchObject({ code: 'root-mismatch' });
    const [file] = (await storage.list('in')).filter((name) => name.startsWith('evidence-'));
    const text = new TextDecoder().decode((await storage.read(`in/${file}`)) ?? undefined);
    expect(verifyEvidence(text, [PLACE.verifier])).toMatchObject({
      verdict: 'to-explain',
      kind: 'unreconciled',
    });
  });

  it('L-33 keeps evidence bounded, through reopening, and beside what was damaged', async () => {
    const { mirror, storage } = await mirrorOf(2);
    const fork = async (): Promise<string> =>
      (await signedBatch([ENTRIES[0] as Uint8Array, randomBytes(40)])).checkpoint;
    for (let i = 0; i < 40; i += 1) await mirror.compare(await fork());
    expect(mirror.evidenceCount).toBe(LIMITS.evidenceMax);
    expect((await openMirror({ ...PLACE, storage })).evidenceCount).toBe(LIMITS.evidenceMax);
    const fresh = await mirrorOf(2);
    const note = await fork();
    await fresh.mirror.compare(note);
    await fresh.mirror.compare(note);
    expect(fresh.mirror.evidenceCount).toBe(1);
    const names = async (): Promise<string[]> =>
      (await fresh.storage.list('in')).filter((name) => name.startsWith('evidence-'));
    const [file] = await names();
    await flipByte(fresh.storage, `in/${file}`, 40);
    const damaged = await fresh.storage.read(`in/${file}`);
    const again = await openMirror({ ...PLACE, storage: fresh.storage });
    await again.compare(note);
    expect(await fresh.storage.read(`in/${file}`)).toEqual(damaged);
    expect(await names()).toHaveLength(2);
  });

  it('L-22 refuses another key, another log and a cosigner', async () => {
    const { mirror } = await mirrorOf(0);
    const good = await signedBatch(ENTRIES);
    const state = { origin: ORIGIN, size: 6, root: new Uint8Array(32) };
    const cases: [string, string][] = [
      [
        await signCheckpoint(state, {
          ...SIGNER,
          ...signerFrom(keyPairFromSeed(new Uint8Array(32).fill(9))),
        }),
        'bad-signature',
      ],
      [await signCheckpoint({ ...state, origin: 'other' }, SIGNER), 'bad-origin'],
      ['', 'bad-signature'],
    ];
    for (const [checkpoint, code] of cases) {
      await expect(mirror.accept({ ...good, checkpoint })).rejects.toMatchObject({ code });
    }
    const verifier = verifierOf(COSIGNER);
    const opening = openMirror({ ...PLACE, verifier, storage: createMemoryStorage() });
    await expect(opening).rejects.toMatchObject({ code: 'bad-origin' });
  });

  it('L-17 does not open over entries that changed', async () => {
    const { storage } = await mirrorOf(4);
    await flipByte(storage, 'in/entries', 100);
    const before = await storage.read('in/entries');
    await expect(openMirror({ ...PLACE, storage })).rejects.toMatchObject({ code: 'corrupt' });
    expect(await storage.read('in/entries')).toEqual(before);
  });

  it('L-16 does not open over an entry changed together with its check', async () => {
    const { storage } = await mirrorOf(4);
    const changed = ENTRIES.slice(0, 4).with(2, randomBytes(40));
    await storage.replace('in/entries', encodeRecords(changed).bytes);
    await expect(openMirror({ ...PLACE, storage })).rejects.toMatchObject({ code: 'corrupt' });
    const reading = openLedgerReader({ ...PLACE, storage });
    await expect(reading).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('L-14 stops after a failed write, and says so', async () => {
    let failing = false;
    const storage = createMemoryStorage({
      intercept: (operation) => {
        if (failing && operation === 'sync') throw new TypeError('input/output error');
      },
    });
    const mirror = await openMirror({ ...PLACE, storage });
    failing = true;
    const batch = await signedBatch(ENTRIES);
    await expect(mirror.accept(batch)).rejects.toMatchObject({ code: 'not-recording' });
    failing = false;
    await expect(mirror.accept(batch)).rejects.toMatchObject({ code: 'not-recording' });
    expect([mirror.size, mirror.fault]).toMatchObject([0, { code: 'storage' }]);
  });
});
