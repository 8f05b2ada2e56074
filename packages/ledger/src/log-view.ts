// SPDX-License-Identifier: Apache-2.0
// One log on disk as seen through its checkpoints: what writer, reader and mirror have in common.
// It only reads. Nothing is believed before a signed root has confirmed it.

import { decodeText, equalBytes, noteText, SealError } from '@isthmus/seal';
import { type Checkpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { type LogKeys, logKeys } from './log-keys.ts';
import { mintRecorded, type Recorded } from './recorded.ts';
import { type RecordScan, type RecordView, readRecords, walkRecords } from './records.ts';
import type { Storage } from './storage.ts';
import { edgeRoot, emptyEdge, growEdge, type Hash, type TreeEdge } from './tree.ts';

/** Entries under one signed checkpoint, ready to be sent: what a partner's mirror accepts. */
export interface Batch {
  /** Index of the first entry: the size the partner said it holds. */
  readonly first: number;
  readonly recorded: readonly Recorded[];
  /** Signed note; its size is `first + recorded.length`. */
  readonly checkpoint: string;
}

/** Where a log lies and whose it is. */
export interface LogPlace {
  readonly storage: Storage;
  /** Folder of this log's files; nothing else may live there. */
  readonly folder: string;
  /** Name of the log, first line of its checkpoints, and the name of its key. */
  readonly origin: string;
}

/** A signed checkpoint on disk, and where its entries end. */
export interface Mark {
  readonly size: number;
  readonly entriesEnd: number;
  readonly noteStart: number;
  readonly noteEnd: number;
}

/** What `advance` found behind the last good checkpoint. */
export interface CheckpointTail {
  readonly stop: RecordScan['stop'];
  /** Bytes behind the last good checkpoint record. */
  readonly bytes: number;
}

interface FoundCheckpoint extends Checkpoint {
  readonly note: string;
  readonly noteStart: number;
  readonly noteEnd: number;
}

/** Names of a log's files in its folder. */
export function logPaths(folder: string): {
  readonly entries: string;
  readonly checkpoints: string;
  readonly size: string;
  readonly receipts: string;
} {
  return {
    entries: `${folder}/entries`,
    checkpoints: `${folder}/checkpoints`,
    size: `${folder}/size`,
    receipts: `${folder}/receipts`,
  };
}

/** Refuses a key that does not speak for the log. */
export function checkOrigin(origin: string, key: { name: string; type: number }): void {
  if (key.name !== origin || key.type !== 1) {
    throw new LedgerError('bad-origin', `key ${key.name} does not sign for ${origin}`);
  }
}

/** The state of a log up to its last known checkpoint. Kept in memory: 32 bytes per checkpoint. */
export class LogView {
  readonly storage: Storage;
  readonly paths: ReturnType<typeof logPaths>;
  readonly #origin: string;
  readonly #keys: LogKeys;
  readonly #marks: Mark[] = [];
  #edge: TreeEdge = emptyEdge();
  #note: string | null = null;

  constructor(place: LogPlace, keys: LogKeys) {
    for (const key of logKeys(keys)) checkOrigin(place.origin, key);
    this.#origin = place.origin;
    this.storage = place.storage;
    this.paths = logPaths(place.folder);
    this.#keys = keys;
  }

  /** Entries under the last checkpoint. */
  get size(): number {
    return this.#edge.size;
  }

  get root(): Hash {
    return edgeRoot(this.#edge);
  }

  get edge(): TreeEdge {
    return this.#edge;
  }

  /** The last checkpoint as signed; null while there is none. */
  get note(): string | null {
    return this.#note;
  }

  get entriesEnd(): number {
    return this.#marks.at(-1)?.entriesEnd ?? 0;
  }

  get checkpointsEnd(): number {
    return this.#marks.at(-1)?.noteEnd ?? 0;
  }

  /** Takes in a checkpoint the caller has made durable together with its entries. */
  admit(mark: Mark, edge: TreeEdge, note: string): void {
    this.#marks.push(mark);
    this.#edge = edge;
    this.#note = note;
  }

  /**
   * Reads the checkpoints appended since, and proves their entries: one pass, every root compared,
   * the newest signature checked. Throws `corrupt` and stays as it was when anything is wrong.
   */
  async advance(): Promise<CheckpointTail> {
    const { found, tail } = await this.#readCheckpoints();
    const last = found.at(-1);
    if (last === undefined) return tail;
    openCheckpoint(last.note, this.#keys);
    const marks: Mark[] = [];
    const edge = await this.walkEntries(last.size, (reached, entriesEnd) => {
      const next = found[marks.length] as FoundCheckpoint;
      if (reached.size !== next.size) return next.size;
      if (!equalBytes(edgeRoot(reached), next.root)) {
        throw new LedgerError('corrupt', `entries before ${next.size} do not give the signed root`);
      }
      const { size, noteStart, noteEnd } = next;
      marks.push({ size, entriesEnd, noteStart, noteEnd });
      return found[marks.length]?.size ?? next.size;
    });
    this.#marks.push(...marks);
    this.#edge = edge;
    this.#note = last.note;
    return tail;
  }

  /**
   * Hashes the entries on disk from the last checkpoint on, up to `target`. `onReach` is called at
   * the start and at each size it asked for; it answers with the next size it wants to see.
   */
  async walkEntries(
    target: number,
    onReach: (edge: TreeEdge, entriesEnd: number) => number,
  ): Promise<TreeEdge> {
    let edge = this.#edge;
    let next = onReach(edge, this.entriesEnd);
    let leaves: Hash[] = [];
    const countMax = target - edge.size;
    const walk = await walkRecords(this.storage, this.paths.entries, {
      from: this.entriesEnd,
      bytesMax: LIMITS.entryBytesMax,
      countMax,
      onRecord: (record, end) => {
        leaves.push(record.hash);
        if (edge.size + leaves.length < next && leaves.length < LIMITS.batchEntriesMax) return;
        edge = growEdge(edge, leaves);
        leaves = [];
        if (edge.size === next) next = onReach(edge, end);
      },
    });
    if (walk.count < countMax) {
      const index = this.#edge.size + walk.count;
      throw new LedgerError('corrupt', `entry ${index} is missing or damaged`);
    }
    return growEdge(edge, leaves);
  }

  /** The largest batch within bounds that starts at `size`; null when there is nothing more. */
  async batchAfter(size: number): Promise<Batch | null> {
    if (!Number.isSafeInteger(size) || size < 0) throw new LedgerError('bad-range', 'bad size');
    if (size > this.size) {
      throw new LedgerError('rolled-back', `partner holds ${size} entries, we have ${this.size}`);
    }
    if (size === this.size) return null;
    const before = this.#lastMarkAtMost(size);
    const offset = this.#marks[before]?.entriesEnd ?? 0;
    let upTo = before + 1;
    for (let next = upTo + 1; next < this.#marks.length; next += 1) {
      const mark = this.#marks[next] as Mark;
      const tooMany = mark.size - size > LIMITS.batchEntriesMax;
      if (tooMany || mark.entriesEnd - offset > LIMITS.batchBytesMax) break;
      upTo = next;
    }
    const mark = this.#marks[upTo] as Mark;
    const entries = await this.read(size, mark.size);
    const recorded = entries.map((bytes, i) => mintRecorded(size + i, bytes));
    return { first: size, recorded, checkpoint: await this.noteOf(mark) };
  }

  /** Entries `from` to `to` (exclusive), all under checkpoints, as stored. */
  async read(from: number, to: number): Promise<Uint8Array[]> {
    if (!Number.isSafeInteger(from) || from < 0 || from > to || to > this.size) {
      throw new LedgerError('bad-range', `no entries ${from} to ${to}`);
    }
    if (from === to) return [];
    const before = this.#lastMarkAtMost(from);
    const base = this.#marks[before]?.size ?? 0;
    const start = this.#marks[before]?.entriesEnd ?? 0;
    const upTo = this.#marks[this.#lastMarkAtMost(to - 1) + 1] as Mark;
    const blob = await this.storage.readRange(this.paths.entries, start, upTo.entriesEnd - start);
    const records = readRecords(blob, {
      count: upTo.size - base,
      bytesMax: LIMITS.entryBytesMax,
    });
    return records.slice(from - base, to - base).map((record) => record.bytes);
  }

  /** The checkpoint kept for exactly this size, as signed; null when none was made there. */
  async noteAt(size: number): Promise<string | null> {
    const mark = this.#marks[this.#lastMarkAtMost(size)];
    return mark === undefined || mark.size !== size ? null : this.noteOf(mark);
  }

  async noteOf(mark: Mark): Promise<string> {
    const length = mark.noteEnd - mark.noteStart;
    const blob = await this.storage.readRange(this.paths.checkpoints, mark.noteStart, length);
    const bytesMax = LIMITS.checkpointBytesMax;
    return decodeText((readRecords(blob, { count: 1, bytesMax })[0] as RecordView).bytes);
  }

  /** Index of the last mark whose size is at most this; -1 when there is none. */
  #lastMarkAtMost(size: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#marks[middle] as Mark).size <= size) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  async #readCheckpoints(): Promise<{ found: FoundCheckpoint[]; tail: CheckpointTail }> {
    const found: FoundCheckpoint[] = [];
    let noteStart = this.checkpointsEnd;
    let least = this.size;
    const walk = await walkRecords(this.storage, this.paths.checkpoints, {
      from: noteStart,
      bytesMax: LIMITS.checkpointBytesMax,
      onRecord: (record, noteEnd) => {
        const { note, checkpoint } = readNote(record.bytes);
        if (checkpoint.origin !== this.#origin || checkpoint.size <= least) {
          throw new LedgerError('corrupt', 'checkpoints of another log, or out of order');
        }
        found.push({ ...checkpoint, note, noteStart, noteEnd });
        noteStart = noteEnd;
        least = checkpoint.size;
      },
    });
    return { found, tail: { stop: walk.stop, bytes: walk.rest } };
  }
}

/** A checkpoint record's note and what it states; the check of a record does not vouch for its form. */
function readNote(bytes: Uint8Array): { readonly note: string; readonly checkpoint: Checkpoint } {
  try {
    const note = decodeText(bytes);
    return { note, checkpoint: parseCheckpoint(noteText(note)) };
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new LedgerError('corrupt', 'a stored checkpoint cannot be read', { cause });
  }
}
