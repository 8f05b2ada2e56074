// SPDX-License-Identifier: Apache-2.0
// The export against the definitions of C2SP tlog-tiles written down again: each hash of a tile as the
// root of the leaves below it, by the recursive definition of the tree.

import { decodeText, encodeText, equalBytes, verifierOf } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import {
  exportTiles,
  openLedger,
  openLedgerReader,
  readTiles,
  type TileFile,
  type TileSource,
} from './index.ts';
import { encodedOf, filledLedger, flipByte, OPTIONS, ORIGIN, SIGNER } from './testing.ts';
import { leafHash, rootOf } from './verify.ts';

const verifier = verifierOf(SIGNER);

async function filesOf(source: TileSource): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { path, bytes } of exportTiles(source)) {
    expect(files.has(path), path).toBe(false);
    files.set(path, bytes);
  }
  return files;
}

/** A log of `size` entries, recorded in batches of 200 so that none ends where a tile does. */
async function logOf(size: number): Promise<TileSource> {
  const { ledger } = await filledLedger(0);
  for (let done = 0; done < size; ) {
    const count = Math.min(200, size - done);
    await ledger.append(Array.from({ length: count }, (_, i) => encodedOf(done + i)));
    done += count;
  }
  return ledger;
}

/** Entries as the partner gets them. */
async function entriesOf(source: TileSource): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  while (entries.length < source.size) {
    const batch = await source.batchAfter(entries.length);
    entries.push(...(batch?.recorded ?? []).map((one) => one.bytes));
  }
  return entries;
}

/** Entries of a bundle, by a reader that knows the format and nothing else. */
function unpacked(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; ) {
    const length = (bundle[at] as number) * 256 + (bundle[at + 1] as number);
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

/** A source that says it is long and hands out one entry again and again. */
function repeated(
  source: TileSource,
  entry: Uint8Array,
  size: number,
): TileSource & { reads: number } {
  return {
    size,
    root: source.root,
    checkpoint: source.checkpoint,
    reads: 0,
    async batchAfter(first) {
      this.reads += 1;
      const recorded = Array.from({ length: Math.min(256, size - first) }, (_, i) => ({
        index: first + i,
        bytes: entry,
      }));
      const batch: unknown = { first, recorded, checkpoint: '' };
      return batch as Awaited<ReturnType<TileSource['batchAfter']>>;
    },
  };
}

describe('a ledger exported as tiles', () => {
  it('L-27 is the checkpoint, the tiles and the bundles of its size, and nothing else', async () => {
    const names = async (size: number): Promise<string[]> => [
      ...(await filesOf(await logOf(size))).keys(),
    ];
    expect(await names(1)).toEqual(['tile/entries/000.p/1', 'tile/0/000.p/1', 'checkpoint']);
    expect(await names(255)).toEqual(['tile/entries/000.p/255', 'tile/0/000.p/255', 'checkpoint']);
    expect(await names(256)).toEqual([
      'tile/0/000',
      'tile/entries/000',
      'tile/1/000.p/1',
      'checkpoint',
    ]);
    expect(await names(257)).toEqual([
      'tile/0/000',
      'tile/entries/000',
      'tile/entries/001.p/1',
      'tile/0/001.p/1',
      'tile/1/000.p/1',
      'checkpoint',
    ]);
  });

  it('L-27 holds in each tile the roots of the subtrees below it, and the note as signed', async () => {
    const source = await logOf(777);
    const files = await filesOf(source);
    const leaves = (await entriesOf(source)).map((entry) => leafHash(entry));
    expect(decodeText(files.get('checkpoint') as Uint8Array)).toBe(source.checkpoint);
    for (const [path, bytes] of files) {
      const [, level, tile, width] = /^tile\/(\d+)\/(\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? [];
      if (level === undefined) continue;
      const span = 256 ** Number(level);
      expect(bytes.length).toBe(Number(width ?? 256) * 32);
      for (let i = 0; i * 32 < bytes.length; i += 1) {
        const first = (Number(tile) * 256 + i) * span;
        const hash = rootOf(leaves.slice(first, first + span));
        expect(equalBytes(bytes.subarray(i * 32, i * 32 + 32), hash), `${path} ${i}`).toBe(true);
      }
    }
  });

  it('L-27 names tile 1,067 x001/067', async () => {
    const one = await logOf(1);
    const [entry] = await entriesOf(one);
    const source = repeated(one, entry as Uint8Array, 1_067 * 256 + 70);
    let [bundle, tile, upper] = ['', '', ''];
    await expect(async () => {
      for await (const { path } of exportTiles(source)) {
        if (path.startsWith('tile/entries/')) bundle = path;
        if (path.startsWith('tile/0/')) tile = path;
        if (path.startsWith('tile/2/')) upper = path;
      }
    }).rejects.toMatchObject({ code: 'corrupt' });
    expect([bundle, tile, upper]).toEqual([
      'tile/entries/x001/067.p/70',
      'tile/0/x001/067.p/70',
      'tile/2/000.p/4',
    ]);
  });

  it('L-28 holds in the bundles, in order, the bytes whose leaf hashes are in the tree', async () => {
    const { ledger } = await filledLedger(300);
    await ledger.append([encodedOf(new Uint8Array(61_440).fill(3))]);
    const files = await filesOf(ledger);
    const bundles = ['tile/entries/000', 'tile/entries/001.p/45'].map((path) => files.get(path));
    const entries = bundles.flatMap((bundle) => unpacked(bundle as Uint8Array));
    expect(entries).toEqual(await entriesOf(ledger));
    expect(entries[300]?.length).toBe(61_456);
    expect(rootOf(entries.map((entry) => leafHash(entry)))).toEqual(ledger.root);
  });

  it('L-29 has no checkpoint where the entries read do not give the signed root', async () => {
    const { storage, ledger } = await filledLedger(3);
    const reader = await openLedgerReader({ storage, folder: 'out', origin: ORIGIN, verifier });
    const seen: TileFile[] = [];
    const collect = async (source: TileSource): Promise<void> => {
      for await (const file of exportTiles(source)) seen.push(file);
    };
    await flipByte(storage, 'out/entries', 20);
    await expect(collect(reader)).rejects.toMatchObject({ code: 'corrupt' });
    const [first] = await entriesOf(await logOf(1));
    const forged = repeated(ledger, first as Uint8Array, 3);
    await expect(collect(forged)).rejects.toMatchObject({ code: 'corrupt' });
    const short = { ...forged, batchAfter: () => Promise.resolve(null) };
    await expect(collect(short)).rejects.toMatchObject({ code: 'corrupt' });
    expect(seen.map((file) => file.path)).not.toContain('checkpoint');
  });

  it('L-29 is refused while nothing is signed', async () => {
    const { ledger } = await filledLedger(0);
    await expect(filesOf(ledger)).rejects.toMatchObject({ code: 'bad-range' });
  });

  it('L-30 gives the same files from the writer, a reader and a second run, whatever is appended', async () => {
    const { storage, ledger } = await filledLedger(5);
    const first = await filesOf(ledger);
    expect(await filesOf(ledger)).toEqual(first);
    const reader = await openLedgerReader({ storage, folder: 'out', origin: ORIGIN, verifier });
    const growing: TileSource = {
      size: reader.size,
      root: reader.root,
      checkpoint: reader.checkpoint,
      async batchAfter(size) {
        await ledger.append([encodedOf(encodeText('meanwhile'))]);
        await reader.refresh();
        return reader.batchAfter(size);
      },
    };
    expect(await filesOf(growing)).toEqual(first);
    expect(await openLedger({ ...OPTIONS, storage })).toMatchObject({ size: 6 });
  });

  it('L-30 reads no further than the files that were taken need', async () => {
    const one = await logOf(1);
    const [entry] = await entriesOf(one);
    const source = repeated(one, entry as Uint8Array, 1_000_000);
    const files = exportTiles(source);
    for (let taken = 1; taken <= 10; taken += 1) {
      await files.next();
      expect(source.reads).toBe(Math.ceil(taken / 2));
    }
  });

  it('L-36 is read back whole, or not at all', async () => {
    for (const size of [1, 255, 256, 300, 520]) {
      const source = await logOf(size);
      const files = await filesOf(source);
      const read = (path: string): Promise<Uint8Array | null> =>
        Promise.resolve(files.get(path) ?? null);
      const { entries, checkpoint } = await readTiles(read);
      expect(entries).toEqual(await entriesOf(source));
      expect(checkpoint).toBe(source.checkpoint);
      const bundles = [...files].filter(([path]) => path.startsWith('tile/entries/'));
      for (const [path, bytes] of bundles) {
        for (const spoiled of [bytes.slice(0, -1), bytes.slice(2), bytes.with(0, 255)]) {
          files.set(path, spoiled);
          await expect(readTiles(read)).rejects.toMatchObject({ code: 'bad-entry' });
        }
        files.set(path, bytes);
      }
      files.delete('checkpoint');
      await expect(readTiles(read)).rejects.toMatchObject({ code: 'bad-checkpoint' });
    }
  });
});
