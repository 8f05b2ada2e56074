// SPDX-License-Identifier: Apache-2.0
// A log as the static files of C2SP tlog-tiles, for auditors with tools that are not ours. It reads
// a log and yields files; where they go is the caller's. Not a second form of the record: whatever
// it yields is computed from `entries` and `checkpoints` again.

import { concatBytes, decodeText, encodeText, equalBytes, noteText } from '@isthmus/seal';
import { parseCheckpoint } from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import type { Batch } from './log-view.ts';
import { edgeRoot, emptyEdge, growEdge, type Hash, leafHash, type TreeEdge } from './tree.ts';

/** Hashes in a full tile, and entries in a full bundle: tiles of height 8, the only one C2SP has. */
const TILE_WIDTH = 256;
const HASH_BYTES = 32;

/** One file of an export. */
export interface TileFile {
  /** Relative, with slashes: `checkpoint`, `tile/0/x001/067.p/8`, `tile/entries/000`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What is exported: a `LedgerReader`, or a `Ledger`. */
export interface TileSource {
  readonly size: number;
  readonly root: Hash;
  readonly checkpoint: string | null;
  batchAfter(size: number): Promise<Batch | null>;
}

/**
 * The files of the log up to the checkpoint the source has at the call; what is appended meanwhile
 * is left out. `checkpoint` comes last and only if all that came before gives the signed root: what
 * has no checkpoint is no export. Holds one bundle, one batch and one tile a level at a time.
 * Throws `bad-range` when nothing is signed yet, `corrupt` when the entries read do not hold.
 */
export async function* exportTiles(source: TileSource): AsyncGenerator<TileFile, void, undefined> {
  const { size, root, checkpoint } = source;
  if (checkpoint === null) throw new LedgerError('bad-range', 'no checkpoint is signed yet');
  const tiles = new TileStack();
  let bundle: Uint8Array[] = [];
  for (let done = 0; done < size; ) {
    const batch = await source.batchAfter(done);
    if (batch === null) throw new LedgerError('corrupt', `entry ${done} is missing`);
    for (const { bytes } of batch.recorded.slice(0, size - done)) {
      bundle.push(bytes);
      done += 1;
      yield* tiles.add(leafHash(bytes));
      if (bundle.length < TILE_WIDTH && done < size) continue;
      yield { path: tilePath('entries', done - bundle.length, bundle.length), bytes: pack(bundle) };
      bundle = [];
    }
  }
  yield* tiles.rest();
  if (!equalBytes(tiles.root(), root)) {
    throw new LedgerError('corrupt', 'entries do not give the signed root');
  }
  yield { path: 'checkpoint', bytes: encodeText(checkpoint) };
}

/**
 * Reads an export back: entries and checkpoint. Nothing of it is believed: whoever uses it compares
 * the entries with the checkpoint and its signature. Throws `bad-checkpoint` without a checkpoint,
 * `bad-entry` naming the first bundle that is missing or is not one.
 *
 * @param read the bytes of a file of the export by its relative path; null when there is none
 */
export async function readTiles(
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<{ readonly entries: readonly Uint8Array[]; readonly checkpoint: string }> {
  const note = await read('checkpoint');
  if (note === null) throw new LedgerError('bad-checkpoint', 'there is no file checkpoint');
  const checkpoint = decodeText(note);
  const { size } = parseCheckpoint(noteText(checkpoint));
  const entries: Uint8Array[] = [];
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const count = Math.min(TILE_WIDTH, size - first);
    const path = tilePath('entries', first, count);
    const bundle = await read(path);
    const found = bundle === null ? null : unpack(bundle);
    if (found?.length !== count) {
      throw new LedgerError('bad-entry', `${path} is missing or does not hold ${count} entries`);
    }
    entries.push(...found);
  }
  return { entries, checkpoint };
}

/**
 * Path of the tile that begins with hash `first` of its level. A partial one says its width, so
 * that what a cache holds under a name never changes.
 */
function tilePath(level: number | 'entries', first: number, width: number): string {
  const digits = String(first / TILE_WIDTH);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g) ?? [];
  const last = groups.length - 1;
  const name = groups.map((group, i) => (i === last ? group : `x${group}`)).join('/');
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Entries, each behind its length in two bytes. LIMITS keeps every entry below 65,536 bytes. */
function pack(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => [Uint8Array.of(entry.length >>> 8, entry.length & 0xff), entry]),
  );
}

/** The entries of a bundle; null when lengths and bytes do not agree. */
function unpack(bundle: Uint8Array): Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; ) {
    const length = ((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0);
    if (length === 0 || at + 2 + length > bundle.length) return null;
    entries.push(bundle.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

interface Level {
  /** Hashes of the tiles before the open one. */
  first: number;
  /** Edge of the subtree that the open tile's hashes are the leaves of. */
  edge: TreeEdge;
  readonly hashes: Uint8Array;
}

/** The open tile of every level. */
class TileStack {
  readonly #levels: Level[] = [];

  /** Adds a leaf hash; yields the tiles it completes, lowest first. */
  *add(leaf: Hash): Generator<TileFile, void, undefined> {
    let hash = leaf;
    for (let index = 0; ; index += 1) {
      const level = this.#level(index);
      level.hashes.set(hash, level.edge.size * HASH_BYTES);
      level.edge = growEdge(level.edge, [hash]);
      if (level.edge.size < TILE_WIDTH) return;
      yield fileOf(level, index);
      // A full subtree has one hash at its edge: what the level above has for a leaf.
      hash = edgeRoot(level.edge);
      level.first += TILE_WIDTH;
      level.edge = emptyEdge();
    }
  }

  /** The partial tiles at the right edge, lowest first. */
  *rest(): Generator<TileFile, void, undefined> {
    for (const [index, level] of this.#levels.entries()) {
      if (level.edge.size > 0) yield fileOf(level, index);
    }
  }

  /** Root of all leaves added: the edges of the open tiles, top level first, are the tree's edge. */
  root(): Hash {
    const hashes = this.#levels.toReversed().flatMap((level) => level.edge.hashes);
    const lowest = this.#level(0);
    return edgeRoot({ size: lowest.first + lowest.edge.size, hashes });
  }

  #level(index: number): Level {
    const known = this.#levels[index];
    if (known !== undefined) return known;
    const made = {
      first: 0,
      edge: emptyEdge(),
      hashes: new Uint8Array(TILE_WIDTH * HASH_BYTES),
    };
    this.#levels.push(made);
    return made;
  }
}

function fileOf(level: Level, index: number): TileFile {
  const width = level.edge.size;
  // A copy: the caller may keep it while the next tile fills the same bytes.
  const bytes = level.hashes.slice(0, width * HASH_BYTES);
  return { path: tilePath(index, level.first, width), bytes };
}
