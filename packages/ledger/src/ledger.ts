// SPDX-License-Identifier: Apache-2.0
// The writer of one log: group commit in the order of spec/ledger.md, and a fault state instead of
// half a commit. It never sends; it never signs over bytes it has not read back.

import { encodeText, equalBytes, type NoteSigner, verifierOf } from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';
import { missingBatches, type SignedLog } from './adoption.ts';
import { signCheckpoint } from './checkpoint.ts';
import { compareCheckpoint } from './compare.ts';
import { asLedgerError, LedgerError, type LedgerErrorCode, namingFolder } from './errors.ts';
import { bareNote } from './evidence.ts';
import { type EvidenceBook, openEvidence } from './evidence-book.ts';
import { swapLastSize } from './last-size.ts';
import { LIMITS } from './limits.ts';
import { type LogKey, type LogKeys, logKeys } from './log-keys.ts';
import { type Batch, checkOrigin, type LogPlace, type LogView } from './log-view.ts';
import type { Receipt } from './receipt-form.ts';
import { openReceipts, type ReceiptBook } from './receipts.ts';
import { mintRecorded, type Recorded } from './recorded.ts';
import { encodeRecords, RECORD_HEADER_BYTES, readRecords } from './records.ts';
import { recover } from './recovery.ts';
import { edgeRoot, growEdge, type Hash } from './tree.ts';

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
  /** True until the partner has shown what it holds: appends wait, in order, and nothing is signed. */
  readonly isWaiting: boolean;
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
  /**
   * What the partner was found to hold of this log, on a session it proved itself on. The first such
   * word lets appends go on, or stops them (`rolled-back`, `forked`); later ones change nothing,
   * since a process that went on in between cannot have been put back from a copy.
   */
  partnerHolds(held: PartnerHolds): void;
  /** A checkpoint of ours someone showed: if it is beyond or beside our log, we stop recording. */
  observe(checkpoint: string): Promise<void>;
  /**
   * Takes back from the partner what this log has lost: all its entries from the first on, under a
   * checkpoint of ours. Throws, taking nothing: `bad-signature`, `forked` when the log shown does not
   * begin with ours, `root-mismatch`, `gap` when it is not whole or appends wait.
   */
  adopt(log: SignedLog): Promise<void>;
  /** Keeps the partner's cosignature of our checkpoint at this size; older ones are ignored. */
  addReceipt(receipt: Receipt): Promise<void>;
  receipts(): Promise<readonly Receipt[]>;
  /** Refuses later appends and waits for those under way. */
  close(): Promise<void>;
}

/** What a partner claims to hold of a log, and what our own record says to it. */
export interface PartnerHolds {
  readonly size: number;
  /** `beginning`: our log begins with it. `more`: it is longer. `other`: it is another there. */
  readonly finding: 'beginning' | 'more' | 'other';
}

/** What a ledger is opened with. */
export interface LedgerOptions extends LogPlace {
  /** Key of type 1 whose name is the origin. */
  readonly signer: NoteSigner;
  /** 16 fresh random bytes for each call (`seal`'s randomBytes). */
  readonly salt: () => Uint8Array;
  /** The partner's cosigning key, or all of them; when given, receipts are checked before they are kept. */
  readonly cosigner?: LogKeys;
  /** All keys this log was ever signed with, the signer's among them; else the signer's alone. */
  readonly keys?: readonly LogKey[];
  /** True where a partner mirrors the log: nothing new is signed before `partnerHolds`. */
  readonly isMirrored?: boolean;
}

/** Opens a log for writing and recovers it. Throws `corrupt` and changes nothing when bytes differ. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  checkOrigin(options.origin, options.signer);
  checkSigner(options);
  return namingFolder(options.folder, async () => {
    const view = await recover(options, keysOfLog(options));
    const receipts = await openReceipts(options.storage, view.paths.receipts);
    const evidence = await openEvidence(options.storage, options.folder);
    return new LedgerWriter(options, view, { receipts, evidence });
  });
}

function keysOfLog(options: LedgerOptions): LogKeys {
  return options.keys ?? verifierOf(options.signer);
}

/** A key that has ended, or that nobody was told of, signs nothing more. */
function checkSigner(options: LedgerOptions): void {
  const { publicKey } = options.signer;
  const key = logKeys(keysOfLog(options)).find((one) => equalBytes(one.publicKey, publicKey));
  if (key === undefined) {
    throw new LedgerError('bad-origin', 'the signing key is not among the keys of the log');
  }
  if ((key.status ?? 'active') !== 'active') {
    throw new LedgerError('revoked', `the signing key is ${key.status}`);
  }
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
  readonly #evidence: EvidenceBook;
  #queue: Pending[] = [];
  #inCommit = 0;
  #pump: Promise<void> | null = null;
  #fault: LedgerFault | null = null;
  #closed = false;
  #isWaiting: boolean;

  constructor(
    options: LedgerOptions,
    view: LogView,
    books: { readonly receipts: ReceiptBook; readonly evidence: EvidenceBook },
  ) {
    this.#options = options;
    this.#isWaiting = options.isMirrored === true;
    this.#view = view;
    this.#receipts = books.receipts;
    this.#evidence = books.evidence;
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

  get isWaiting(): boolean {
    return this.#isWaiting;
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
      if (!this.#isWaiting) this.#pump ??= this.#run();
    });
  }

  partnerHolds(held: PartnerHolds): void {
    if (!this.#isWaiting || this.#fault !== null) return;
    const { size } = this;
    if (held.size > size) {
      const why = `the partner holds ${held.size} entries of this log, and ${size} are here: it was put back from an older copy`;
      return this.#stop(new LedgerError('rolled-back', why));
    }
    if (held.finding !== 'beginning') {
      const why = `the partner holds another log than this one up to entry ${held.size}`;
      return this.#stop(new LedgerError('forked', why));
    }
    this.#isWaiting = false;
    if (this.#queue.length > 0) this.#pump ??= this.#run();
  }

  async batchAfter(size: number): Promise<Batch | null> {
    return this.#view.batchAfter(size);
  }

  async adopt(log: SignedLog): Promise<void> {
    if (this.#fault !== null) throw this.#notRecording();
    const { queued, size, root } = this;
    const keys = keysOfLog(this.#options);
    const missing = missingBatches(log, { size, root, queued, keys });
    // Each checkpoint made on the way is of a beginning of what was signed: nothing new is said.
    try {
      for (const batch of missing) await this.#commit(batch);
    } catch (caught) {
      this.#stop(asLedgerError(caught));
      throw caught;
    }
  }

  async observe(checkpoint: string): Promise<void> {
    const verifier = keysOfLog(this.#options);
    const found = await compareCheckpoint(this.#view, verifier, checkpoint);
    if (found.comparison === 'same') return;
    const beyond = bareNote(checkpoint, verifier);
    const shown = this.checkpoint;
    const evidence = found.evidence ?? ({ kind: 'withheld', shown, beyond, entry: null } as const);
    const code = found.comparison === 'ahead' ? 'rolled-back' : 'forked';
    this.#stop(new LedgerError(code, 'a checkpoint of ours is not in this log'));
    await this.#evidence.keep(evidence);
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
    if (this.#isWaiting) this.#drop(new LedgerError('closed', 'the ledger is closed'));
    await this.#pump;
    if (this.#fault !== null || this.#view.note === null) return;
    // Opening signs it again if it is lost; an auditor who takes the files finds it there.
    await this.#options.storage
      .sync(this.#view.paths.checkpoints)
      .catch((caught: unknown) => this.#stop(asLedgerError(caught)));
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
        const salted = batch.map((item) => withSalt(this.#options.salt(), item.payload));
        const recorded = await this.#commit(salted);
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

  /**
   * Append, sync, last size and root, read back, sign, keep the checkpoint: in this order (L-10).
   * The checkpoint is synced with the next batch's entries: until then `size` stands for it, and
   * signing again gives the same bytes.
   */
  async #commit(entries: readonly Uint8Array[]): Promise<readonly Recorded[]> {
    const { storage, origin, signer } = this.#options;
    const { paths, entriesEnd: start, checkpointsEnd: noteStart } = this.#view;
    const first = this.#view.size;
    const { bytes, hashes } = encodeRecords(entries);
    await storage.append(paths.entries, bytes);
    await Promise.all([
      storage.sync(paths.entries),
      ...(first > 0 ? [storage.sync(paths.checkpoints)] : []),
    ]);

    const edge = growEdge(this.#view.edge, hashes);
    const checkpoint = { origin, size: edge.size, root: edgeRoot(edge) };
    const expected = { origin, size: first, root: this.root };
    await swapLastSize(storage, paths.size, { expected, next: checkpoint });

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

    const note = await signCheckpoint(checkpoint, signer);
    const noteRecord = encodeRecords([encodeText(note)]).bytes;
    await storage.append(paths.checkpoints, noteRecord);
    const entriesEnd = start + bytes.length;
    const noteEnd = noteStart + noteRecord.length;
    this.#view.admit({ size: edge.size, entriesEnd, noteStart, noteEnd }, edge, note);
    return entries.map((entry, i) => mintRecorded(first + i, entry));
  }

  /** Ends recording: what waits is refused, what was resolved stays. */
  #stop(error: LedgerError, batch: readonly Pending[] = []): void {
    this.#fault ??= { code: error.code, message: error.message };
    this.#drop(this.#notRecording(error), batch);
  }

  #drop(error: LedgerError, batch: readonly Pending[] = []): void {
    const dropped = new Set([...batch, ...this.#queue].map((item) => item.call));
    this.#queue = [];
    for (const call of dropped) call.reject(error);
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
