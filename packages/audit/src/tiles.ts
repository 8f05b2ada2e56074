// SPDX-License-Identifier: Apache-2.0
// A log as the static files of C2SP tlog-tiles (spec/ledger.md, L-27 to L-30): its entries from the
// bundles, and each hash tile against them. Which of the two is wrong where they differ, the signed root
// says: it is given by the one or by the other.

import { edgeRoot, emptyEdge, growEdge, type Hash, leafHash } from '@isthmus/ledger/verify';
import { equalBytes } from '@isthmus/seal';
import { placeOf } from './finding.ts';
import type { Told } from './prove-log.ts';
import type { WalkedRecord } from './records.ts';

const WIDTH = 256;
const HASH_BYTES = 32;

/** Where the bundles of an export of `size` entries are, and what is in each. */
export function bundlesOf(
  size: number,
): { readonly path: string; readonly first: number; readonly count: number }[] {
  const bundles = [];
  for (let first = 0; first < size; first += WIDTH) {
    const count = Math.min(WIDTH, size - first);
    bundles.push({ path: tilePath('entries', first / WIDTH, count), first, count });
  }
  return bundles;
}

/**
 * The entries of a bundle. Null where lengths and bytes do not agree: then it is not known which entry
 * is which from some place on.
 */
export function entriesOfBundle(
  bytes: Uint8Array,
  count: number,
): Pick<WalkedRecord, 'bytes' | 'hash'>[] | null {
  const entries = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const entry = bytes.subarray(at + 2, at + 2 + length);
    if (length === 0 || entry.length < length) return null;
    entries.push({ bytes: entry, hash: leafHash(entry) });
    at += 2 + length;
  }
  return at === bytes.length && entries.length === count ? entries : null;
}

/** Paths of the hash tiles of a log of so many entries, lowest level first. */
export function hashTilesOf(size: number): {
  readonly path: string;
  readonly level: number;
  readonly first: number;
  readonly count: number;
}[] {
  const tiles = [];
  let below = size;
  for (let level = 0; below > 0; level += 1) {
    for (let first = 0; first < below; first += WIDTH) {
      const count = Math.min(WIDTH, below - first);
      tiles.push({ path: tilePath(level, first / WIDTH, count), level, first, count });
    }
    below = Math.floor(below / WIDTH);
  }
  return tiles;
}

/**
 * Compares the hash tiles with the entries' own hashes and names the tile, or where the tiles give the
 * signed root and the entries do not, the entry.
 *
 * @param read bytes of a tile; null where there is none
 */
export async function compareTiles(
  of: { readonly size: number; readonly root: Hash; readonly leaves: Uint8Array },
  read: (path: string) => Promise<Uint8Array | null>,
  told: Told,
): Promise<void> {
  const { size, root, leaves } = of;
  const isHeld = leaves.length === size * HASH_BYTES && equalBytes(rootOfLeaves(leaves), root);
  const said = isHeld ? null : await leavesSaid(size, read);
  const trusted = isHeld ? leaves : said;
  if (trusted === null || !(isHeld || equalBytes(rootOfLeaves(trusted), root))) {
    const says = 'neither the entries nor the tiles give the root that was signed';
    told.findings.push({ kind: 'root', ...placeOf({ entry: 0, through: size - 1 }), says });
    return;
  }
  if (!isHeld) tellEntries(trusted, leaves, told);
  let level = trusted;
  for (const tile of hashTilesOf(size)) {
    if (tile.first === 0 && tile.level > 0) level = parentsOf(level);
    const want = level.subarray(tile.first * HASH_BYTES, (tile.first + tile.count) * HASH_BYTES);
    const have = await read(tile.path);
    if (have !== null && equalBytes(have, want)) continue;
    const says =
      have === null ? `${tile.path} is missing` : `${tile.path} does not hold the hashes below it`;
    const kind = have === null ? 'incomplete' : 'damaged';
    told.findings.push({ kind, ...placeOf({ file: tile.path }), says });
  }
}

/** Names the entries that differ from what the tiles, which give the signed root, say. */
function tellEntries(trusted: Uint8Array, leaves: Uint8Array, told: Told): void {
  for (let i = 0; i < trusted.length / HASH_BYTES; i += 1) {
    const [want, have] = [trusted, leaves].map((all) =>
      all.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
    ) as [Uint8Array, Uint8Array];
    // Nothing is held of a bundle that cannot be read: it was named.
    if (have.every((byte) => byte === 0) || equalBytes(want, have)) continue;
    const file = tilePath('entries', Math.floor(i / WIDTH), widthAt(trusted, i));
    const says = `entry ${i} is not the one that was signed for`;
    told.findings.push({
      kind: 'damaged',
      ...placeOf({ file, record: i % WIDTH, entry: i }),
      says,
    });
  }
}

function widthAt(all: Uint8Array, index: number): number {
  return Math.min(WIDTH, all.length / HASH_BYTES - Math.floor(index / WIDTH) * WIDTH);
}

async function leavesSaid(
  size: number,
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<Uint8Array | null> {
  const said = new Uint8Array(size * HASH_BYTES);
  for (const { path, level, first, count } of hashTilesOf(size)) {
    if (level > 0) break;
    const bytes = await read(path);
    if (bytes?.length !== count * HASH_BYTES) return null;
    said.set(bytes, first * HASH_BYTES);
  }
  return said;
}

/** Hash of every full tile of a level: the level above. */
function parentsOf(level: Uint8Array): Uint8Array {
  const count = Math.floor(level.length / HASH_BYTES / WIDTH);
  const parents = new Uint8Array(count * HASH_BYTES);
  for (let i = 0; i < count; i += 1) {
    const tile = level.subarray(i * WIDTH * HASH_BYTES, (i + 1) * WIDTH * HASH_BYTES);
    parents.set(rootOfLeaves(tile), i * HASH_BYTES);
  }
  return parents;
}

function rootOfLeaves(leaves: Uint8Array): Hash {
  const hashes = Array.from({ length: leaves.length / HASH_BYTES }, (_, i) =>
    leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
  return edgeRoot(growEdge(emptyEdge(), hashes));
}

function tilePath(level: number | 'entries', index: number, width: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g) ?? [];
  const name = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${name}${width === WIDTH ? '' : `.p/${width}`}`;
}
