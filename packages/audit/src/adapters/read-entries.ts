// SPDX-License-Identifier: Apache-2.0
// The entries file of a ledger as a stream: blocks of whole records go to the pool as long as they are
// as they were written; where one is not, it is walked over here, and the stream goes on behind it.

import { type FileHandle, open } from 'node:fs/promises';
import { LIMITS } from '@isthmus/ledger';
import type { HeldEntries } from '../prove-log.ts';
import { HEADER_BYTES, type RecordState, walkOver, wholeRecords } from '../records.ts';
import { Entries, type Rows, rowsOfWalked } from '../rows.ts';
import type { RowPool } from './row-pool.ts';

/** Bytes asked of the disk at a time; many records, and few to wait for at the end. */
const CHUNK_BYTES = 1_048_576;
/** More than two records: what has to be seen behind a damaged one to find the next. */
const AHEAD_BYTES = 2 * (LIMITS.entryBytesMax + HEADER_BYTES) + HEADER_BYTES;

/** Everything that stands in an entries file, told apart and decoded. */
export interface ReadEntries extends HeldEntries {
  readonly entries: Entries;
}

/** Reads a file as it is at the call; a missing one is empty. What is appended meanwhile is left out. */
export async function readEntries(path: string, pool: RowPool): Promise<ReadEntries> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { entries: new Entries(), leaves: new Uint8Array(0), damaged: [], stop: 'clean' };
  }
  try {
    const { size } = await file.stat();
    return await new EntryStream(file, size, pool).read();
  } finally {
    await file.close();
  }
}

/** Whether two files hold the same bytes: then what was read of one has been read of the other. */
export async function isSameFile(first: string, second: string): Promise<boolean> {
  const files = await Promise.all([first, second].map((path) => open(path, 'r')));
  try {
    const [size, other] = await Promise.all(files.map(async (file) => (await file.stat()).size));
    if (size === undefined || size !== other) return false;
    const chunks = files.map(() => Buffer.allocUnsafe(4 * CHUNK_BYTES));
    for (let at = 0; at < size; at += 4 * CHUNK_BYTES) {
      const [a, b] = await Promise.all(
        files.map(async (file, i) => {
          const chunk = chunks[i] as Buffer;
          const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
          return chunk.subarray(0, bytesRead);
        }),
      );
      if (a === undefined || b === undefined || !a.equals(b)) return false;
    }
    return true;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

interface Block {
  readonly from: number;
  readonly rows: Promise<Rows | null>;
}

class EntryStream {
  readonly #file: FileHandle;
  #total: number;
  readonly #pool: RowPool;
  readonly #entries = new Entries();
  readonly #damaged: { readonly index: number; readonly state: RecordState }[] = [];
  #at = 0;
  #stop: HeldEntries['stop'] | null = null;
  #under: Block[] = [];

  constructor(file: FileHandle, total: number, pool: RowPool) {
    this.#file = file;
    this.#total = total;
    this.#pool = pool;
  }

  async read(): Promise<ReadEntries> {
    while (this.#stop === null) {
      if (this.#under.length < this.#pool.width && (await this.#post())) continue;
      if (this.#under.length > 0) await this.#settle();
      // Nothing is under way, and no whole record follows: the end, a torn tail, or damage.
      else await this.#walkOver();
    }
    const leaves = this.#entries.leaves();
    return { entries: this.#entries, leaves, damaged: this.#damaged, stop: this.#stop };
  }

  /** Hands the next whole records to the pool; false where there are none. */
  async #post(): Promise<boolean> {
    const chunk = await this.#chunk(this.#at, CHUNK_BYTES);
    const limits = { bytesMax: LIMITS.entryBytesMax, countMax: Number.POSITIVE_INFINITY };
    const { end, count } = wholeRecords(chunk, limits);
    if (count === 0) return false;
    const rows = this.#pool.read(chunk.subarray(0, end), count);
    // It is waited for in its turn, and may fail before.
    rows.catch(() => undefined);
    this.#under.push({ from: this.#at, rows });
    this.#at += end;
    return true;
  }

  /** Takes the oldest block; one with damage in it takes the stream back to where it began. */
  async #settle(): Promise<void> {
    const block = this.#under.shift();
    const rows = await block?.rows;
    if (block === undefined || rows === undefined) return;
    if (rows !== null) {
      this.#entries.add(rows);
      return;
    }
    await Promise.all(this.#under.splice(0).map(({ rows: later }) => later));
    this.#at = block.from;
    await this.#walkOver();
  }

  async #walkOver(): Promise<void> {
    const chunk = await this.#chunk(this.#at, CHUNK_BYTES);
    const isEnd = this.#at + chunk.length === this.#total;
    const { records, end, stop } = walkOver(chunk, LIMITS.entryBytesMax);
    const upTo = isEnd ? chunk.length : chunk.length - AHEAD_BYTES;
    let at = 0;
    const kept = records.filter((record) => {
      if (at > upTo) return false;
      at += HEADER_BYTES + record.bytes.length;
      return true;
    });
    for (const [i, { state }] of kept.entries()) {
      if (state !== 'sound') this.#damaged.push({ index: this.#entries.size + i, state });
    }
    this.#entries.add(rowsOfWalked(kept, this.#pool.isWhole));
    this.#at += at;
    if (at < end) return;
    if (isEnd) this.#stop = stop;
    else if (stop === 'lost' && end <= upTo) this.#stop = 'lost';
  }

  /** Bytes of their own, so that they can be handed over. */
  async #chunk(from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#total - from)));
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, from);
    // A file that grew shorter meanwhile ends where it ends.
    if (bytesRead < bytes.length) this.#total = from + bytesRead;
    return bytes.subarray(0, bytesRead);
  }
}
