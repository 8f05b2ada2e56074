// SPDX-License-Identifier: Apache-2.0
// An exported ledger before a verifier that shares no code, language or author with ours: tests/go,
// over the notes and the tree of golang.org/x/mod/sumdb.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createMemoryStorage,
  exportTiles,
  type Ledger,
  openLedger,
  openLedgerReader,
} from '@isthmus/ledger';
import {
  encodeBase64,
  encodeText,
  formatVerifierKey,
  keyPairFromSeed,
  noteSigner,
  randomBytes,
  verifierOf,
} from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildVerifier, IS_GO_THERE, type Verdict } from './go-verifier.ts';

if (!IS_GO_THERE) {
  process.stderr.write(
    'tests/ledger: skipped, since there is no Go with golang.org/x/mod (Debian: golang-go, golang-golang-x-mod-dev)\n',
  );
}

const SIZES = [1, 255, 256, 257, 3_000, 65_536, 65_537];
const ORIGIN = 'west.example/isthmus/exercise/1/ledger/east';
const SIGNER = noteSigner(ORIGIN, keyPairFromSeed(new Uint8Array(32).fill(7)));
const KEY = formatVerifierKey(verifierOf(SIGNER));

describe.skipIf(!IS_GO_THERE)('a ledger exported as tiles, verified by a program in Go', () => {
  let scratch = '';
  const roots = new Map<number, string>();

  let run: ReturnType<typeof buildVerifier>;
  const verdict = (folder: string, key = KEY): Verdict => run(folder, key);

  /** The verdict on a copy of the export of `size` entries with one thing spoiled. */
  const spoiled = async (
    size: number,
    path: string,
    spoil: (bytes: Uint8Array) => Uint8Array | null,
  ): Promise<Verdict> => {
    const folder = await mkdtemp(join(scratch, 'spoiled-'));
    await cp(join(scratch, String(size)), folder, { recursive: true });
    const bytes = spoil(await readFile(join(folder, path)));
    if (bytes === null) await rm(join(folder, path));
    else await writeFile(join(folder, path), bytes);
    return verdict(folder);
  };

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'isthmus-test-'));
    run = buildVerifier(scratch);
    const storage = createMemoryStorage();
    const place = { storage, folder: 'out', origin: ORIGIN };
    const ledger = await openLedger({ ...place, signer: SIGNER, salt: () => randomBytes(16) });
    for (const size of SIZES) {
      await growTo(ledger, size);
      const reader = await openLedgerReader({ ...place, verifier: verifierOf(SIGNER) });
      for await (const { path, bytes } of exportTiles(reader)) {
        const file = join(scratch, String(size), path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, bytes);
      }
      roots.set(size, encodeBase64(reader.root));
    }
  });

  afterAll(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));

  test.each(SIZES)('L-27 L-28 holds with %i entries', (size) => {
    const { code, said } = verdict(join(scratch, String(size)));
    expect(said).toBe(`ok ${size} entries ${roots.get(size)}`);
    expect(code).toBe(0);
  });

  test('L-28 names the entry in which one byte was changed', async () => {
    const first = await spoiled(3_000, 'tile/entries/000', (bytes) => flipped(bytes, 2));
    expect(first).toEqual({
      code: 1,
      said: 'wrong: tile/entries/000: entry 0 is not the one that was signed for',
    });
    const path = 'tile/entries/011.p/184';
    const last = await spoiled(3_000, path, (bytes) => flipped(bytes, bytes.length - 1));
    expect(last.said).toBe(`wrong: ${path}: entry 2999 is not the one that was signed for`);
    const far = await spoiled(65_537, 'tile/entries/255', (bytes) => flipped(bytes, 7));
    expect(far.said).toBe(
      'wrong: tile/entries/255: entry 65280 is not the one that was signed for',
    );
  });

  test('L-28 names the entry whose length was changed, and what is cut off', async () => {
    const longer = await spoiled(257, 'tile/entries/001.p/1', (bytes) => flipped(bytes, 0));
    expect(longer).toEqual({ code: 1, said: 'wrong: tile/entries/001.p/1: entry 256 is cut off' });
    const short = await spoiled(256, 'tile/entries/000', (bytes) => bytes.slice(0, -1));
    expect(short.said).toBe('wrong: tile/entries/000: entry 255 is cut off');
    const more = await spoiled(255, 'tile/entries/000.p/255', (bytes) =>
      Buffer.concat([bytes, bytes]),
    );
    expect(more.said).toMatch(
      /^wrong: tile\/entries\/000.p\/255: \d+ bytes behind the last entry$/,
    );
  });

  test.each(['tile/0/000', 'tile/0/255', 'tile/0/256.p/1', 'tile/1/000', 'tile/2/000.p/1'])(
    'L-27 names the hash tile %s in which one byte was changed',
    (path) =>
      spoiled(65_537, path, (bytes) => flipped(bytes, bytes.length - 5)).then(({ code, said }) => {
        expect(code).toBe(1);
        expect(said).toBe(`wrong: ${path}: not the hashes of the entries below it`);
      }),
  );

  test('L-27 names what is missing, and what does not belong', async () => {
    const missing = await spoiled(257, 'tile/1/000.p/1', () => null);
    expect(missing.code).toBe(1);
    expect(missing.said).toContain('wrong: tile/1/000.p/1: ');
    const folder = join(scratch, 'more');
    await cp(join(scratch, '256'), folder, { recursive: true });
    await writeFile(join(folder, 'tile/0/001.p'), '');
    expect(verdict(folder)).toEqual({
      code: 1,
      said: 'wrong: tile/0/001.p: a log of 256 entries has no such file',
    });
  });

  test('L-29 refuses a checkpoint with any one byte changed, or by another key', async () => {
    const note = await readFile(join(scratch, '257', 'checkpoint'));
    const folder = join(scratch, 'note');
    await cp(join(scratch, '257'), folder, { recursive: true });
    for (let at = 0; at < note.length; at += 1) {
      // Go's base64 passes over the bits of a last letter that stand for nothing; ours does not.
      if (isPadded(note, at)) continue;
      await writeFile(join(folder, 'checkpoint'), flipped(note, at));
      const { code, said } = verdict(folder);
      expect(code, `byte ${at}: ${said}`).toBe(1);
      expect(said).toContain('wrong: checkpoint: ');
    }
    const other = noteSigner(ORIGIN, keyPairFromSeed(new Uint8Array(32).fill(8)));
    const foreign = verdict(join(scratch, '257'), formatVerifierKey(verifierOf(other)));
    expect(foreign.said).toContain('wrong: checkpoint: ');
  });
});

/** Appends items until the ledger has `size` entries. */
async function growTo(ledger: Ledger, size: number): Promise<void> {
  while (ledger.size < size) {
    const { size: done } = ledger;
    const count = Math.min(250, size - done);
    await ledger.append(Array.from({ length: count }, (_, i) => encodedOf(done + i)));
  }
}

/** A stand-in for an encoded item: the ledger does not read what it records. */
function encodedOf(content: number): Encoded {
  const standIn: unknown = { bytes: encodeText(`item ${content}`) };
  return standIn as Encoded;
}

/** Whether the byte is the last letter before the padding of a signature, and the flip changes none of its bytes. */
function isPadded(note: Buffer, at: number): boolean {
  if (note[at + 1] !== 0x3d || note[at] === 0x3d) return false;
  const decoded = (bytes: Uint8Array): Buffer =>
    Buffer.from(Buffer.from(bytes.subarray(at - 2, at + 2)).toString('latin1'), 'base64');
  return decoded(note).equals(decoded(flipped(note, at)));
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from(bytes).with(at, (bytes[at] as number) ^ 1);
}
