// SPDX-License-Identifier: Apache-2.0
// The writer of one log: group commit in the order of spec/ledger.md, a fault state instead of half
// a commit, and recovery. It never sends; it never signs over bytes it has not read back.

import {
  decodeText,
  encodeText,
  equalBytes,
  type NoteSigner,
  type NoteVerifier,
  verifierOf,
} from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { asLedgerError, LedgerError, type LedgerErrorCode, namingFolder } from './errors.ts';
import { LIMITS } from './limits.ts';
import { type Batch, checkOrigin, type LogPlace, LogView } from './log-view.ts';
import type { Receipt } from './receipt-form.ts';
import { openReceipts, type ReceiptBook } from './receipts.ts';
import { mintRecorded, type Recorded } from './recorded.ts';
import { encodeRecords, RECORD_HEADER_BYTES, readRecords } from './records.ts';
import { edgeRoot, emptyEdge, growEdge, type Hash, type TreeEdge } from './tree.ts';

/** Why nothing more is recorded. */
export interface LedgerFault {
  readonly code: LedgerErrorCode;
  readonly message: string;
}

/** The log of one direction of one link, open for writing by this process alone. */
export interface Ledger {
  /** Entries that are durable and signed for. */
  readonly size: number;
  readonly root: Hash;
  /** The last checkpoint as signed; null while the log is empty. */
  readonly checkpoint: string | null;
  /** `ok`, or why appends are refused until the ledger is opened again. */
  readonly fault: 'ok' | LedgerFault;
  /** Entries that wait for a commit or are in one. */
  readonly queued: number;
  /** Largest size the partner has cosigned; 0 when none. */
  readonly receiptedSize: number;
  /**
   * Records encoded items in call order. Resolves when all of them are durable, read back and
   * covered by a signed checkpoint; rejects with `full` or `too-large` (nothing of the call was
   * taken), or `not-recording` (some may be found in the log after reopening: look at its size).
   */
  append(encoded: readonly Encoded[]): Promise<readonly Recorded[]>;
  /** What a partner that holds `size` entries lacks; null when nothing. `rolled-back` if it has more. */
  batchAfter(size: number): Promise<Batch | null>;
  /** A checkpoint of ours someone showed: if it is beyond or beside our log, we stop recording. */
  observe(checkpoint: string): Promise<void>;
  /** Keeps the partner's cosignature of our checkpoint at this size; older ones are ignored. */
  addReceipt(receipt: Receipt): Promise<void>;
  receipts(): Promise<readonly Receipt[]>;
  /** Refuses later appends and waits for those under way. */
  close(): Promise<void>;
}

/** What a ledger is opened with. */
export interface LedgerOptions extends LogPlace {
  /** Key of type 1 whose name is the origin. */
  readonly signer: NoteSigner;
  /** 16 fresh random bytes for each call (`seal`'s randomBytes). */
  readonly salt: () => Uint8Array;
  /** The partner's cosigning key; when given, receipts are checked before they are kept. */
  readonly cosigner?: NoteVerifier;
}

/** Opens a log for writing and recovers it. Throws `corrupt` and changes nothing when bytes differ. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  checkOrigin(options.origin, options.signer);
  return namingFolder(options.folder, async () => {
    const view = await recover(options);
    const receipts = await openReceipts(options.storage, view.paths.receipts);
    return new LedgerWriter(options, view, receipts);
  });
}

interface Call {
  waiting: number;
  readonly recorded: Recorded[];
  readonly resolve: (recorded: readonly Recorded[]) => void;
  readonly reject: (error: LedgerError) => void;
}

interface Pending {
  readonly payload: Uint8Array;
  readonly call: Call;
}

class LedgerWriter implements Ledger {
  readonly #options: LedgerOptions;
  readonly #view: LogView;
  readonly #receipts: ReceiptBook;
  #queue: Pending[] = [];
  #inCommit = 0;
  #pump: Promise<void> | null = null;
  #fault: LedgerFault | null = null;
  #closed = false;

  constructor(options: LedgerOptions, view: LogView, receipts: ReceiptBook) {
    this.#options = options;
    this.#view = view;
    this.#receipts = receipts;
  }

  get size(): number {
    return this.#view.size;
  }

  get root(): Hash {
    return this.#view.root;
  }

  get checkpoint(): string | null {
    return this.#view.note;
  }

  get fault(): 'ok' | LedgerFault {
    return this.#fault ?? 'ok';
  }

  get queued(): number {
    return this.#queue.length + this.#inCommit;
  }

  get receiptedSize(): number {
    return this.#receipts.size;
  }

  append(encoded: readonly Encoded[]): Promise<readonly Recorded[]> {
    // Once: each look at an Encoded's bytes makes a copy.
    const payloads = encoded.map((item) => item.bytes);
    const refusal = this.#refusal(payloads);
    if (refusal !== null) return Promise.reject(refusal);
    if (payloads.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const call: Call = { waiting: payloads.length, recorded: [], resolve, reject };
      for (const payload of payloads) this.#queue.push({ payload, call });
      this.#pump ??= this.#run();
    });
  }

  async batchAfter(size: number): Promise<Batch | null> {
    return this.#view.batchAfter(size);
  }

  async observe(checkpoint: string): Promise<void> {
    const seen = openCheckpoint(checkpoint, verifierOf(this.#options.signer));
    const held = seen.size > this.size ? null : await this.#view.noteAt(seen.size);
    if (seen.size > this.size || (held !== null && !sameRoot(held, seen.root))) {
      const code = seen.size > this.size ? 'rolled-back' : 'forked';
      this.#stop(new LedgerError(code, `a checkpoint of ours at ${seen.size} is not in this log`));
    }
  }

  async addReceipt(receipt: Receipt): Promise<void> {
    if (this.#fault !== null) throw this.#notRecording();
    const note = await this.#view.noteAt(receipt.size);
    if (note === null) throw new LedgerError('bad-receipt', 'no checkpoint of this size');
    try {
      await this.#receipts.add(receipt, { note, cosigner: this.#options.cosigner ?? null });
    } catch (caught) {
      const error = asLedgerError(caught);
      if (error.code !== 'bad-receipt') this.#stop(error);
      throw error;
    }
  }

  async receipts(): Promise<readonly Receipt[]> {
    return this.#receipts.all();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pump;
  }

  #refusal(payloads: readonly Uint8Array[]): LedgerError | null {
    if (this.#closed) return new LedgerError('closed', 'the ledger is closed');
    if (this.#fault !== null) return this.#notRecording();
    for (const payload of payloads) {
      if (payload.length === 0 || payload.length > LIMITS.itemBytesMax) {
        return new LedgerError('too-large', `an item has 1 to ${LIMITS.itemBytesMax} bytes`);
      }
    }
    if (this.queued + payloads.length > LIMITS.queueEntriesMax) {
      return new LedgerError('full', 'too many entries wait to be recorded');
    }
    return null;
  }

  /** Commits until the queue is empty: the next batch is whatever came while the last was written. */
  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      this.#inCommit = batch.length;
      try {
        const recorded = await this.#commit(batch);
        this.#inCommit = 0;
        for (const [i, item] of batch.entries()) settle(item.call, recorded[i] as Recorded);
      } catch (caught) {
        this.#inCommit = 0;
        this.#stop(asLedgerError(caught), batch);
      }
    }
    this.#pump = null;
  }

  #takeBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const { payload } of this.#queue) {
      bytes += LIMITS.saltBytes + payload.length + RECORD_HEADER_BYTES;
      if (count === LIMITS.batchEntriesMax || (count > 0 && bytes > LIMITS.batchBytesMax)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** Append, sync, last size and root, read back, sign, keep the checkpoint: in this order (L-10). */
  async #commit(batch: readonly Pending[]): Promise<readonly Recorded[]> {
    const { storage, origin, signer } = this.#options;
    const { paths, entriesEnd: start, checkpointsEnd: noteStart } = this.#view;
    const first = this.#view.size;
    const entries = batch.map((item) => withSalt(this.#options.salt(), item.payload));
    const { bytes, hashes } = encodeRecords(entries);
    await storage.append(paths.entries, bytes);
    await storage.sync(paths.entries);

    const edge = growEdge(this.#view.edge, hashes);
    const checkpoint = { origin, size: edge.size, root: edgeRoot(edge) };
    await this.#moveSize(formatCheckpoint(checkpoint));

    const stored = await storage.readRange(paths.entries, start, bytes.length);
    const bytesMax = LIMITS.entryBytesMax;
    const records = readRecords(stored, { count: entries.length, bytesMax });
    const reread = growEdge(
      this.#view.edge,
      records.map((record) => record.hash),
    );
    if (!equalBytes(edgeRoot(reread), checkpoint.root)) {
      throw new LedgerError('corrupt', 'what was written is not what is read back');
    }

    const note = signCheckpoint(checkpoint, signer);
    const noteRecord = encodeRecords([encodeText(note)]).bytes;
    await storage.append(paths.checkpoints, noteRecord);
    await storage.sync(paths.checkpoints);
    const entriesEnd = start + bytes.length;
    const noteEnd = noteStart + noteRecord.length;
    this.#view.admit({ size: edge.size, entriesEnd, noteStart, noteEnd }, edge, note);
    return entries.map((entry, i) => mintRecorded(first + i, entry));
  }

  /** Compare and swap of the last size and root: a second writer of this log is found here. */
  async #moveSize(text: string): Promise<void> {
    const { storage, origin } = this.#options;
    const path = this.#view.paths.size;
    const expected = formatCheckpoint({ origin, size: this.size, root: this.root });
    const found = await storage.read(path);
    if (found === null || !equalBytes(found, encodeText(expected))) {
      throw new LedgerError('forked', 'another writer moved the last size and root');
    }
    await storage.replace(path, encodeText(text));
  }

  /** Ends recording: what waits is refused, what was resolved stays. */
  #stop(error: LedgerError, batch: readonly Pending[] = []): void {
    this.#fault ??= { code: error.code, message: error.message };
    const dropped = new Set([...batch, ...this.#queue].map((item) => item.call));
    this.#queue = [];
    for (const call of dropped) call.reject(this.#notRecording(error));
  }

  #notRecording(cause?: LedgerError): LedgerError {
    const why = this.#fault === null ? 'unknown' : this.#fault.message;
    return new LedgerError('not-recording', `not recording: ${why}`, { cause });
  }
}

function settle(call: Call, recorded: Recorded): void {
  call.recorded.push(recorded);
  call.waiting -= 1;
  if (call.waiting === 0) call.resolve(call.recorded);
}

function withSalt(salt: Uint8Array, payload: Uint8Array): Uint8Array {
  if (salt.length !== LIMITS.saltBytes) {
    throw new LedgerError('bad-entry', `a salt has ${LIMITS.saltBytes} bytes`);
  }
  const entry = new Uint8Array(salt.length + payload.length);
  entry.set(salt);
  entry.set(payload, salt.length);
  return entry;
}

function sameRoot(note: string, root: Hash): boolean {
  const [, , rootLine] = note.split('\n');
  const [, , seenLine] = formatCheckpoint({ origin: 'x', size: 0, root }).split('\n');
  return rootLine === seenLine;
}

/** Bytes one interrupted commit can leave behind the last size; more were not written by us. */
const TAIL_BYTES_MAX =
  LIMITS.batchBytesMax + LIMITS.entryBytesMax + LIMITS.batchEntriesMax * RECORD_HEADER_BYTES;

/**
 * Brings the files to a state some moment between two commits could have left: reads and proves
 * everything first, and only then cuts what no size covers and signs what was committed unsigned.
 */
async function recover(options: LedgerOptions): Promise<LogView> {
  const { storage, origin, signer } = options;
  const view = new LogView(options, verifierOf(signer));
  const { paths } = view;
  const committed = await readSize(options, paths);
  const tail = await view.advance();
  const unsigned = committed.size - view.size;
  if (unsigned < 0 || unsigned > LIMITS.batchEntriesMax) {
    throw new LedgerError('corrupt', 'the last size does not follow from the checkpoints');
  }
  let entriesEnd = view.entriesEnd;
  let edge: TreeEdge = view.edge;
  if (unsigned > 0) {
    edge = await view.walkEntries(committed.size, (_reached, end) => {
      entriesEnd = end;
      return committed.size;
    });
  }
  if (!equalBytes(edgeRoot(edge), committed.root)) {
    throw new LedgerError('corrupt', 'entries do not give the last root');
  }
  const note = signCheckpoint({ origin, size: edge.size, root: edgeRoot(edge) }, signer);
  const noteRecord = encodeRecords([encodeText(note)]).bytes;
  const entriesTail = (await storage.size(paths.entries)) - entriesEnd;
  // Only the checkpoint of the last size can be torn: each one is synced before the next size.
  if (entriesTail > TAIL_BYTES_MAX || tail.bytes > (unsigned > 0 ? noteRecord.length : 0)) {
    throw new LedgerError('corrupt', 'bytes that no commit of ours left behind');
  }

  if (entriesTail > 0) await storage.truncate(paths.entries, entriesEnd);
  if (tail.bytes > 0) await storage.truncate(paths.checkpoints, view.checkpointsEnd);
  if (unsigned > 0) {
    const noteStart = view.checkpointsEnd;
    await storage.append(paths.checkpoints, noteRecord);
    await storage.sync(paths.checkpoints);
    const noteEnd = noteStart + noteRecord.length;
    view.admit({ size: edge.size, entriesEnd, noteStart, noteEnd }, edge, note);
  } else if (view.size > 0) {
    // A killed process may have left the last checkpoint visible but not durable.
    await storage.sync(paths.checkpoints);
  }
  return view;
}

/** The last size and root; made on first use, before anything else of the log exists. */
async function readSize(
  options: LedgerOptions,
  paths: LogView['paths'],
): Promise<{
  readonly size: number;
  readonly root: Hash;
}> {
  const { storage, origin } = options;
  const bytes = await storage.read(paths.size);
  if (bytes === null) {
    const used = (await storage.size(paths.entries)) + (await storage.size(paths.checkpoints));
    if (used > 0) throw new LedgerError('corrupt', 'the last size and root are missing');
    const empty = { origin, size: 0, root: edgeRoot(emptyEdge()) };
    await storage.replace(paths.size, encodeText(formatCheckpoint(empty)));
    return empty;
  }
  let last: ReturnType<typeof parseCheckpoint>;
  try {
    last = parseCheckpoint(decodeText(bytes));
  } catch (cause) {
    throw new LedgerError('corrupt', 'the last size and root cannot be read', { cause });
  }
  if (last.origin !== origin) throw new LedgerError('bad-origin', 'the folder holds another log');
  return last;
}
