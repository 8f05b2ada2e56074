// SPDX-License-Identifier: Apache-2.0
// The private log of what was released and withheld, and why: lines of JSON, each with the hash of
// itself and of the line before, so that an edit shows. It points at entries of the link ledger by
// index and leaf hash and has no say in their bytes or timing: it is written behind, and what it
// could not write the journal gives again.
//
//   {"hash":"9f…","isthmus":"decisions","side":"west","first":0}
//   {"hash":"3c…","ordinal":0,"turn":312,"at":…,"outcome":"released","kind":"track",…,"leaf":"b1…"}

import { cutAside, leafHash, type Recorded, type Storage } from '@isthmus/ledger';
import { encodeHex, sha256 } from '@isthmus/seal';
import { NodeError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { DecisionRecord } from './turn.ts';

const FILE = 'decisions.ndjson';

/** A line of the log. */
export interface DecisionLine extends DecisionRecord {
  /** Leaf hash (hex) of the entry it points at; null where nothing was released. */
  readonly leaf: string | null;
}

/** What a log holds, as far as its chain goes. */
export interface DecisionScan {
  readonly side: string;
  /** Ordinal of the first line: above 0 where an earlier log was laid aside. */
  readonly first: number;
  readonly lines: readonly DecisionLine[];
  /** Bytes up to the end of the last line that holds. */
  readonly end: number;
  /** Line number (from 1) at which the chain breaks; null when it holds to the end. */
  readonly broken: number | null;
  readonly hash: string;
}

interface Header {
  readonly isthmus: 'decisions';
  readonly side: string;
  readonly first: number;
}

/** Verifies the chain of a log from its bytes; never throws on content. */
export function scanDecisions(bytes: Uint8Array): DecisionScan {
  const scan = { side: '', first: 0, lines: [] as DecisionLine[], end: 0, hash: '' };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let number = 0; scan.end < buffer.length; number += 1) {
    const feed = buffer.indexOf(0x0a, scan.end);
    const line = buffer.toString('latin1', scan.end, feed === -1 ? buffer.length : feed);
    const value = feed === -1 ? null : opened(scan.hash, line);
    const isNext = number === 0 ? isHeader(value) : value?.['ordinal'] === scan.first + number - 1;
    if (value === null || !isNext) return { ...scan, broken: number + 1 };
    if (number === 0) {
      const { side, first } = value as unknown as Header;
      Object.assign(scan, { side, first });
    } else {
      scan.lines.push(value as unknown as DecisionLine);
    }
    scan.hash = line.slice(HASH_AT, HASH_AT + 64);
    scan.end = feed + 1;
  }
  return { ...scan, broken: null };
}

/**
 * Lines that point at something else than what the ledger holds; an entry in the ledger must be the
 * one the line was written about.
 *
 * @param leaves leaf hashes of the ledger's entries, by index
 */
export function strayDecisions(
  lines: readonly DecisionLine[],
  leaves: readonly Uint8Array[],
): readonly DecisionLine[] {
  return lines.filter(({ entry, leaf }) => {
    if (entry === null) return leaf !== null;
    const held = leaves[entry];
    return held === undefined || encodeHex(held) !== leaf;
  });
}

const HASH_AT = '{"hash":"'.length;

function lineOf(before: string, value: object): { readonly text: string; readonly hash: string } {
  const json = JSON.stringify(value);
  const hash = encodeHex(sha256(Buffer.from(before + json)));
  return { text: `{"hash":"${hash}",${json.slice(1)}\n`, hash };
}

function isHeader(value: Record<string, unknown> | null): boolean {
  const { isthmus, side, first } = value ?? {};
  const isOrdinal = Number.isSafeInteger(first) && (first as number) >= 0;
  return isthmus === 'decisions' && typeof side === 'string' && isOrdinal;
}

/** The value of a line (a character a byte) without its hash; null when that is another line's. */
function opened(before: string, line: string): Record<string, unknown> | null {
  const json = Buffer.from(`{${line.slice(HASH_AT + 66)}`, 'latin1');
  const hash = encodeHex(sha256(Buffer.concat([Buffer.from(before), json])));
  if (line.slice(0, HASH_AT + 66) !== `{"hash":"${hash}",`) return null;
  try {
    return JSON.parse(json.toString('utf8')) as Record<string, unknown>;
  } catch {
    // Anybody can make a hash: it says that nothing was changed since, not that it was ours.
    return null;
  }
}

/** What a log is opened with. */
export interface DecisionLogOptions {
  readonly storage: Storage;
  readonly side: string;
  /** Decisions the snapshot counts, and all that the journal gives: the log ends in between. */
  readonly decided: { readonly from: number; readonly upTo: number };
  /** Resolves when the journal holds the cause of what is written; false when it never will. */
  readonly durable: () => Promise<boolean>;
  readonly onFault: (text: string) => void;
}

/** The log of a running node; see the module comment. */
export class DecisionLog {
  readonly #options: DecisionLogOptions;
  readonly #leaves = new Map<number, string>();
  #waiting: DecisionRecord[] = [];
  #next: number;
  #written: number;
  #hash: string;
  #isEmpty: boolean;
  #writing: Promise<void> | null = null;
  #failed = false;
  #caughtUp: { readonly count: number; readonly tell: (isDone: boolean) => void }[] = [];

  private constructor(options: DecisionLogOptions, scan: DecisionScan | null) {
    this.#options = options;
    const { from } = options.decided;
    this.#next = scan === null ? from : scan.first + scan.lines.length;
    this.#written = this.#next;
    this.#hash = scan?.hash ?? '';
    this.#isEmpty = scan === null;
  }

  /**
   * Opens the log of a node's folder. A torn last line is cut aside; a log that does not hold, or
   * does not fit the journal, is laid aside with a word to the officer, and another begun: it gates
   * nothing.
   */
  static async open(options: DecisionLogOptions): Promise<DecisionLog> {
    const { storage, decided } = options;
    const bytes = await storage.read(FILE);
    if (bytes === null || bytes.length === 0) {
      if (decided.from > 0) {
        options.onFault(
          `the decision log is gone: ${decided.from} decisions were in it. Another is begun.`,
        );
      }
      return new DecisionLog(options, null);
    }
    const scan = scanDecisions(bytes);
    const end = scan.first + scan.lines.length;
    const isTorn = scan.broken !== null && !bytes.subarray(scan.end, -1).includes(0x0a);
    const why =
      scan.broken !== null && (!isTorn || scan.broken === 1)
        ? `line ${scan.broken} is not what was written`
        : scan.side !== options.side
          ? `it is that of ${scan.side}`
          : end < decided.from || end > decided.upTo
            ? `it ends with decision ${end}, the journal accounts for ${decided.from} to ${decided.upTo}`
            : null;
    if (why !== null) {
      const aside = await layAside(storage);
      options.onFault(`the decision log: ${why}. It is kept as ${aside}, and another is begun.`);
      return new DecisionLog(options, null);
    }
    if (scan.broken !== null) await cutAside(storage, FILE, scan.end);
    return new DecisionLog(options, scan);
  }

  /** Takes decisions in their order; those that stand in the log already are passed over. */
  append(records: readonly DecisionRecord[]): void {
    for (const record of records) {
      if (record.ordinal < this.#next || this.#failed) continue;
      if (this.#waiting.length >= LIMITS.decisionsWaiting) return this.#fail('too much waits');
      this.#waiting.push(record);
      this.#next = record.ordinal + 1;
    }
    this.#wake();
  }

  /** Entries that are in the ledger now: what points at them can be written. */
  recorded(entries: readonly Recorded[]): void {
    for (const { index, bytes } of entries) this.#leaves.set(index, encodeHex(leafHash(bytes)));
    this.#wake();
  }

  /** Resolves when the first `count` decisions are durable; to false when they will not be. */
  caughtUp(count: number): Promise<boolean> {
    if (this.#failed || this.#written >= count) return Promise.resolve(!this.#failed);
    return new Promise((tell) => this.#caughtUp.push({ count, tell }));
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  #wake(): void {
    if (this.#writing !== null || this.#failed) return;
    const ready = this.#ready();
    if (ready.length === 0) return;
    this.#writing = this.#write(ready).finally(() => {
      this.#writing = null;
      this.#wake();
    });
  }

  /** The records at the head of the queue whose entries, where they have one, are recorded. */
  #ready(): DecisionLine[] {
    const stop = this.#waiting.findIndex(({ entry }) => entry !== null && !this.#leaves.has(entry));
    const records = this.#waiting.splice(0, stop === -1 ? this.#waiting.length : stop);
    return records.map((record) => {
      if (record.entry === null) return { ...record, leaf: null };
      const leaf = this.#leaves.get(record.entry) ?? null;
      this.#leaves.delete(record.entry);
      return { ...record, leaf };
    });
  }

  async #write(lines: readonly DecisionLine[]): Promise<void> {
    const { storage, side, decided, durable } = this.#options;
    if (!(await durable())) return this.#fail('the journal cannot write');
    const header: Header = { isthmus: 'decisions', side, first: decided.from };
    let text = '';
    let hash = this.#hash;
    for (const value of this.#isEmpty ? [header, ...lines] : lines) {
      const line = lineOf(hash, value);
      text += line.text;
      ({ hash } = line);
    }
    try {
      await storage.append(FILE, Buffer.from(text));
      await storage.sync(FILE);
    } catch (error) {
      return this.#fail(String(error));
    }
    this.#hash = hash;
    this.#isEmpty = false;
    this.#written += lines.length;
    const done = this.#caughtUp.filter(({ count }) => count <= this.#written);
    this.#caughtUp = this.#caughtUp.filter(({ count }) => count > this.#written);
    for (const { tell } of done) tell(true);
  }

  /** Nothing is lost: no snapshot is left from here on, so that the journal gives it all again. */
  #fail(why: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#waiting = [];
    for (const { tell } of this.#caughtUp.splice(0)) tell(false);
    this.#options.onFault(
      `the decision log cannot write: ${why}. Releases go on: the ledger records them, and the log is completed from the journal at the next start.`,
    );
  }
}

async function layAside(storage: Storage): Promise<string> {
  for (let copy = 0; copy < LIMITS.damagedDecisionLogs; copy += 1) {
    const aside = `decisions-damaged-${copy}.ndjson`;
    if ((await storage.size(aside)) > 0) continue;
    await storage.rename(FILE, aside);
    return aside;
  }
  throw new NodeError('decisions-corrupt', 'too many damaged decision logs: move them away first');
}
