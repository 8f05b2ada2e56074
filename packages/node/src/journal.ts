// SPDX-License-Identifier: Apache-2.0
// The journal: every turn, in order. Written behind: the own picture never waits for it, while an
// append to a ledger waits until the journal is durable up to its cause.
//
// Format: a header line, then lines of one or more turns, each "crc32 SP length SP json LF", the
// check sum in 8 hex digits, the length of the json in bytes.
// A line is what was written between two syncs, so a crash can spoil the last one only: that is cut
// aside; damage anywhere else is refused and kept as evidence.

import { crc32 } from 'node:zlib';
import { cutAside, type Storage } from '@isthmus/ledger';
import { NodeError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Turn } from './turn.ts';

const FILE = 'journal';

/** What a journal was written by: only the same can replay it to the same bytes. */
export interface JournalHeader {
  readonly isthmus: 'journal';
  readonly side: string;
  readonly build: string;
  readonly engine: string;
  readonly architecture: string;
}

/** The header as it stands in the file: also which turn the file begins with. */
interface StoredHeader extends JournalHeader {
  readonly first: number;
}

/** True when `build` can replay what `header` was written by. */
export function canReplay(header: JournalHeader, build: JournalHeader): boolean {
  return (
    header.build === build.build &&
    header.engine === build.engine &&
    header.architecture === build.architecture
  );
}

/** What a journal holds. */
export interface JournalContent {
  readonly header: JournalHeader;
  /** Index of the first turn on disk: above 0 where an earlier build wrote those before. */
  readonly first: number;
  /** The turns on disk, oldest first. */
  readonly turns: readonly Turn[];
}

export interface OpenedJournal extends JournalContent {
  readonly journal: Journal;
}

export class Journal {
  readonly #storage: Storage;
  readonly #waiting: Turn[] = [];
  #writing: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** True while what is appended becomes durable; false from the first failed write or sync on. */
  get sound(): boolean {
    return this.#failure === null;
  }

  /** Adds a turn; after a failure it is dropped, and `sound` says so. */
  append(turn: Turn): void {
    if (!this.sound) return;
    this.#waiting.push(turn);
    this.#writing ??= this.#write();
  }

  /**
   * Resolves when all that was appended before this call is durable.
   *
   * @returns false when it is not and will not be: the caller must not release on it.
   */
  async durable(): Promise<boolean> {
    while (this.#writing !== null) await this.#writing;
    return this.sound;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && this.#failure === null) {
        const turns = this.#waiting.splice(0, LIMITS.turnsPerLine);
        await this.#storage.append(FILE, lineOf(turns));
        await this.#storage.sync(FILE);
      }
    } catch (error) {
      // Never retried: after a failed sync nobody knows what the disk holds.
      this.#failure = error;
      this.#waiting.length = 0;
    }
    this.#writing = null;
  }
}

function lineOf(value: unknown): Uint8Array {
  const json = JSON.stringify(value);
  const check = crc32(json).toString(16).padStart(8, '0');
  return Buffer.from(`${check} ${Buffer.byteLength(json)} ${json}\n`);
}

/**
 * Opens the journal of a node's folder for writing, or begins one with `header` where there is none, at
 * turn `next`: that of the newest snapshot, or 0. What a crash tore is cut aside.
 */
export async function openJournal(
  storage: Storage,
  header: JournalHeader,
  next = 0,
): Promise<OpenedJournal> {
  const { content, soundBytes, tornBytes } = await read(storage, header.side);
  if (tornBytes > 0) await cutAside(storage, FILE, soundBytes);
  if (content === null) return begin(storage, header, next);
  return { journal: new Journal(storage), ...content };
}

/**
 * What the journal of a side holds, without a change to it: a node may be writing it. Null where
 * nothing is recorded yet. Throws `journal-corrupt` as `openJournal` does.
 */
export async function readJournal(storage: Storage, side: string): Promise<JournalContent | null> {
  return (await read(storage, side)).content;
}

interface Read {
  readonly content: JournalContent | null;
  readonly soundBytes: number;
  /** Behind the last sound line: what a crash left, or what is being written. */
  readonly tornBytes: number;
}

async function read(storage: Storage, side: string): Promise<Read> {
  const bytes = (await storage.read(FILE)) ?? new Uint8Array(0);
  const { lines, soundBytes } = parse(Buffer.from(bytes));
  const tornBytes = bytes.length - soundBytes;
  // The crash came before the first line was whole: nothing was recorded yet.
  if (lines.length === 0) return { content: null, soundBytes, tornBytes };
  const found = lines[0];
  if (!isHeader(found)) {
    throw new NodeError('journal-corrupt', 'the first line of the journal is not its header');
  }
  if (found.side !== side) {
    throw new NodeError('journal-corrupt', `the journal is that of ${found.side}, not of ${side}`);
  }
  const turns = lines.slice(1).flatMap((line, i) => {
    if (!isTurns(line)) throw damaged(i + 2);
    return line;
  });
  return { content: { header: found, first: found.first, turns }, soundBytes, tornBytes };
}

function isHeader(value: unknown): value is StoredHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { isthmus, side, first } = value as Partial<StoredHeader>;
  if (isthmus !== 'journal' || typeof side !== 'string') return false;
  return Number.isSafeInteger(first) && (first as number) >= 0;
}

/** The form of a line, not of what is in it: a sound check sum vouches for who wrote it. */
function isTurns(value: unknown): value is Turn[] {
  return (
    Array.isArray(value) &&
    value.every((turn: unknown) => typeof turn === 'object' && turn !== null)
  );
}

/** Lays the journal of another build aside, under the turn it began with, and begins a new one. */
export async function succeedJournal(
  storage: Storage,
  header: JournalHeader,
  turns: { readonly laidAside: number; readonly first: number },
): Promise<OpenedJournal> {
  await storage.rename(FILE, `${FILE}-${turns.laidAside}`);
  return begin(storage, header, turns.first);
}

async function begin(storage: Storage, header: JournalHeader, first = 0): Promise<OpenedJournal> {
  await storage.append(FILE, lineOf({ ...header, first } satisfies StoredHeader));
  await storage.sync(FILE);
  return { journal: new Journal(storage), header, first, turns: [] };
}

function parse(bytes: Buffer): { readonly lines: unknown[]; readonly soundBytes: number } {
  const lines: unknown[] = [];
  let start = 0;
  while (start < bytes.length) {
    const line = readLine(bytes, start);
    if (line === null || !line.ended) {
      // Torn by a crash if nothing sound follows; a whole line without its end was changed later.
      if (line !== null || hasSoundLine(bytes, start)) throw damaged(lines.length + 1);
      break;
    }
    lines.push(valueOf(line.json, lines.length + 1));
    start = line.next;
  }
  return { lines, soundBytes: start };
}

function damaged(line: number, options?: { readonly cause: unknown }): NodeError {
  return new NodeError(
    'journal-corrupt',
    `line ${line} of the journal is not what was written, and it was not torn by a crash. The file is kept as it is; restore it, or start from a snapshot in a new folder`,
    options,
  );
}

function valueOf(json: Buffer, line: number): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch (cause) {
    throw damaged(line, { cause });
  }
}

interface Line {
  readonly json: Buffer;
  readonly next: number;
  /** False when all is there and sound but the line feed is another byte. */
  readonly ended: boolean;
}

/** The line that begins at `start`, or null when its check sum does not hold. */
function readLine(bytes: Buffer, start: number): Line | null {
  if (bytes[start + 8] !== 0x20) return null;
  const head = /^([0-9a-f]{8}) (\d{1,9}) /.exec(bytes.toString('latin1', start, start + 20));
  if (head === null) return null;
  const from = start + head[0].length;
  const end = from + Number(head[2]);
  if (end > bytes.length || end - from > LIMITS.journalLineBytes) return null;
  const json = bytes.subarray(from, end);
  if (crc32(json).toString(16).padStart(8, '0') !== head[1]) return null;
  // The line feed alone may be missing: then the crash came between the two, and it is torn.
  if (end === bytes.length) return null;
  return { json, next: end + 1, ended: bytes[end] === 0x0a };
}

/** Whether any later line is sound: found by its line feed, since lengths before it may be spoiled. */
function hasSoundLine(bytes: Buffer, from: number): boolean {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (bytes[at] === 0x0a && readLine(bytes, at + 1) !== null) return true;
  }
  return false;
}
