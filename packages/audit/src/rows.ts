// SPDX-License-Identifier: Apache-2.0
// What is kept of entries that were read: columns of numbers and a list of words, so that a million
// entries are few objects, and a thread hands a block of them to another without copying.

import { type Instant, instant } from '@isthmus/earth';
import { entryPayload, LedgerError } from '@isthmus/ledger';
import { leafHash } from '@isthmus/ledger/verify';
import type { Item, ItemKind } from '@isthmus/picture';
import type { JudgedState, LedgerEntry } from '@isthmus/release';
import { equalBytes } from '@isthmus/seal';
import { decodeRelease, WireError } from '@isthmus/wire';
import { HEADER_BYTES, type WalkedRecord } from './records.ts';

/** A block of entries. Words are by index in `words`; 0 is none. */
export interface Rows {
  readonly count: number;
  /** Leaf hashes, 32 bytes each. */
  readonly leaves: Uint8Array<ArrayBuffer>;
  readonly words: readonly string[];
  /** Microseconds UTC of the release; NaN where the entry cannot be read. */
  readonly at: Float64Array<ArrayBuffer>;
  readonly kind: Uint32Array<ArrayBuffer>;
  readonly agreement: Uint32Array<ArrayBuffer>;
  readonly clause: Uint32Array<ArrayBuffer>;
  readonly event: Uint32Array<ArrayBuffer>;
  /** Of states, their track, time and looks; what an audit keeps of them. */
  readonly track: Uint32Array<ArrayBuffer>;
  readonly time: Float64Array<ArrayBuffer>;
  readonly looks: Uint32Array<ArrayBuffer>;
  /** Whole items of every other kind, and of states where they are asked for, by their place in the block. */
  readonly items: readonly (readonly [number, Item])[];
  /** Why an entry cannot be read. */
  readonly unread: readonly (readonly [number, string])[];
}

/**
 * Bytes of whole records, in which each passes its check: its rows. Null where one does not.
 *
 * @param isWhole keeps the values of states, which is many objects an entry
 */
export function rowsOfRecords(bytes: Uint8Array, count: number, isWhole: boolean): Rows | null {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const builder = new RowBuilder(count, isWhole);
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const start = at + HEADER_BYTES;
    const entry = bytes.subarray(start, start + numbers.getUint32(at));
    const hash = leafHash(entry);
    if (!equalBytes(hash.subarray(0, 8), bytes.subarray(at + 4, start))) return null;
    builder.add(entry, hash);
    at = start + entry.length;
  }
  return builder.rows();
}

/** The rows of entries told apart already; those that are damaged are read as far as they can be. */
export function rowsOfWalked(
  records: readonly Pick<WalkedRecord, 'bytes' | 'hash'>[],
  isWhole: boolean,
): Rows {
  const builder = new RowBuilder(records.length, isWhole);
  for (const { bytes, hash } of records) builder.add(bytes, hash);
  return builder.rows();
}

/** What may be handed to another thread whole. */
export function transferable(rows: Rows): ArrayBuffer[] {
  const { leaves, at, kind, agreement, clause, event, track, time, looks } = rows;
  return [leaves, at, kind, agreement, clause, event, track, time, looks].map(
    ({ buffer }) => buffer,
  );
}

class RowBuilder {
  readonly #words = new Map<string, number>([['', 0]]);
  readonly #items: (readonly [number, Item])[] = [];
  readonly #unread: (readonly [number, string])[] = [];
  readonly #rows: Omit<Rows, 'words' | 'items' | 'unread' | 'count'>;
  readonly #isWhole: boolean;
  #count = 0;

  constructor(capacity: number, isWhole: boolean) {
    this.#isWhole = isWhole;
    this.#rows = {
      leaves: new Uint8Array(32 * capacity),
      at: new Float64Array(capacity).fill(Number.NaN),
      kind: new Uint32Array(capacity),
      agreement: new Uint32Array(capacity),
      clause: new Uint32Array(capacity),
      event: new Uint32Array(capacity),
      track: new Uint32Array(capacity),
      time: new Float64Array(capacity),
      looks: new Uint32Array(capacity),
    };
  }

  add(entry: Uint8Array, hash: Uint8Array): void {
    const i = this.#count;
    this.#count += 1;
    const rows = this.#rows;
    rows.leaves.set(hash, 32 * i);
    let release: ReturnType<typeof decodeRelease>;
    try {
      release = decodeRelease(entryPayload(entry));
    } catch (error) {
      if (!(error instanceof WireError) && !(error instanceof LedgerError)) throw error;
      this.#unread.push([i, error.message]);
      return;
    }
    const { item, at, clause, agreementHash } = release;
    rows.at[i] = at;
    rows.kind[i] = this.#word(item.kind);
    rows.clause[i] = this.#word(clause);
    rows.agreement[i] = this.#word(agreementHash);
    if ('event' in item) rows.event[i] = this.#word(item.event);
    const isState = 'estimate' in item;
    if (!isState || this.#isWhole) this.#items.push([i, item]);
    if (!isState) return;
    rows.track[i] = this.#word(item.track);
    rows.time[i] = item.estimate.time;
    rows.looks[i] = item.looks;
  }

  rows(): Rows {
    const [items, unread] = [this.#items, this.#unread];
    return { ...this.#rows, count: this.#count, words: [...this.#words.keys()], items, unread };
  }

  #word(text: string): number {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    this.#words.set(text, this.#words.size);
    return this.#words.size - 1;
  }
}

/** One entry as it crossed. */
export interface CrossedEntry {
  readonly index: number;
  readonly at: Instant;
  readonly kind: ItemKind;
  readonly agreementHash: string;
  readonly clause: string;
  /** The event it is of, by the identifier of the agreement; null for what is of none. */
  readonly event: string | null;
  readonly track: string | null;
}

/** The entries of a log, block after block. */
export class Entries {
  readonly #blocks: Block[] = [];
  readonly #words = new Map<string, string>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(rows: Rows): void {
    // One object a word for the whole log: blocks from other threads bring copies.
    const words = rows.words.map((word) => {
      const known = this.#words.get(word);
      if (known === undefined) this.#words.set(word, word);
      return known ?? word;
    });
    this.#blocks.push({ first: this.#size, rows: { ...rows, words } });
    this.#size += rows.count;
  }

  /** Leaf hashes in order, 32 bytes each. */
  leaves(): Uint8Array {
    const all = new Uint8Array(32 * this.#size);
    for (const { first, rows } of this.#blocks) {
      all.set(rows.leaves.subarray(0, 32 * rows.count), 32 * first);
    }
    return all;
  }

  /** Entries that are signed for and cannot be read, below `size`. */
  *unread(size: number): Generator<readonly [index: number, why: string]> {
    for (const { first, rows } of this.#blocks) {
      for (const [i, why] of rows.unread) if (first + i < size) yield [first + i, why];
    }
  }

  /** The first `size` entries; those that cannot be read are passed over. */
  *crossed(size: number): Generator<CrossedEntry> {
    for (const block of this.#blocks) yield* crossedOf(block, size);
  }

  /** What an agreement judges of each: whole items, and of states that were not kept whole the time and looks. */
  judged(size: number): LedgerEntry[] {
    return this.#blocks.flatMap((block) => judgedOf(block, size));
  }
}

interface Block {
  readonly first: number;
  readonly rows: Rows;
}

function* crossedOf({ first, rows }: Block, size: number): Generator<CrossedEntry> {
  const count = Math.min(rows.count, size - first);
  for (let i = 0; i < count; i += 1) {
    const at = rows.at[i] ?? Number.NaN;
    if (Number.isNaN(at)) continue;
    yield {
      index: first + i,
      at: instant(at),
      kind: wordAt(rows, rows.kind, i) as ItemKind,
      agreementHash: wordAt(rows, rows.agreement, i),
      clause: wordAt(rows, rows.clause, i),
      event: wordAt(rows, rows.event, i) || null,
      track: wordAt(rows, rows.track, i) || null,
    };
  }
}

function judgedOf({ first, rows }: Block, size: number): LedgerEntry[] {
  const items = new Map(rows.items);
  const judged: LedgerEntry[] = [];
  const count = Math.min(rows.count, size - first);
  for (let i = 0; i < count; i += 1) {
    const at = rows.at[i] ?? Number.NaN;
    if (Number.isNaN(at)) continue;
    const agreementHash = wordAt(rows, rows.agreement, i);
    const clause = wordAt(rows, rows.clause, i);
    const item = items.get(i) ?? stateAt(rows, i);
    judged.push({ index: first + i, at: instant(at), agreementHash, clause, item });
  }
  return judged;
}

function stateAt(rows: Rows, i: number): JudgedState {
  return {
    kind: wordAt(rows, rows.kind, i) as JudgedState['kind'],
    track: wordAt(rows, rows.track, i),
    event: wordAt(rows, rows.event, i),
    looks: rows.looks[i] ?? 0,
    estimate: { time: instant(rows.time[i] ?? 0) },
  };
}

function wordAt({ words }: Rows, column: Uint32Array, i: number): string {
  return words[column[i] ?? 0] ?? '';
}
