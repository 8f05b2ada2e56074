// SPDX-License-Identifier: Apache-2.0
// The partner's log as we hold it. A batch is used only after its entries gave the signed root and
// both are durable. Two checkpoints that cannot both be true are kept: they convict their signer.

import { encodeText, equalBytes } from '@isthmus/seal';
import { openCheckpoint } from './checkpoint.ts';
import { type Comparison, compareCheckpoint } from './compare.ts';
import { cutAside } from './cut-aside.ts';
import { asLedgerError, LedgerError, namingFolder } from './errors.ts';
import { bareNote, type Evidence } from './evidence.ts';
import { type EvidenceBook, openEvidence } from './evidence-book.ts';
import type { LedgerFault } from './ledger.ts';
import { LIMITS } from './limits.ts';
import { type LogKeys, logKeys } from './log-keys.ts';
import { type LogPlace, LogView } from './log-view.ts';
import { encodeRecords, RECORD_HEADER_BYTES } from './records.ts';
import { edgeRoot, growEdge, type Hash } from './tree.ts';

/** A batch as it came over the link: nothing in it is believed yet. */
export interface ReceivedBatch {
  readonly first: number;
  readonly entries: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** The partner's log, held durably. */
export interface Mirror {
  readonly size: number;
  readonly root: Hash;
  /** The last accepted checkpoint as the partner signed it: what we cosign. */
  readonly checkpoint: string | null;
  readonly fault: 'ok' | LedgerFault;
  /** Pieces of evidence kept. */
  readonly evidenceCount: number;
  /**
   * Checks a batch, makes it durable, then resolves. Throws, taking nothing: `too-large`,
   * `bad-signature`, `bad-checkpoint`, `bad-origin`, `revoked`, `gap`, `root-mismatch`, `equivocation`,
   * `not-recording`.
   */
  accept(batch: ReceivedBatch): Promise<void>;
  /** Entries `from` to `to` (exclusive), as signed for. */
  read(from: number, to: number): Promise<Uint8Array[]>;
  /** Takes the partner's keys as its register now has them, for what comes from here on. */
  rekey(verifier: LogKeys): void;
  /** Compares a checkpoint that came another way with what we hold; keeps evidence if they clash. */
  compare(checkpoint: string): Promise<Comparison>;
  /** Keeps evidence the link came upon, durably, within the bound of its kind. */
  keepEvidence(evidence: Evidence): Promise<void>;
}

/** What a mirror is opened with. */
export interface MirrorOptions extends LogPlace {
  /** The partner's ledger key, or all of them; their name is the origin. */
  readonly verifier: LogKeys;
}

/** Opens the copy of a partner's log and proves it again from disk. */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  return namingFolder(options.folder, async () => {
    const view = await recover(options);
    const evidence = await openEvidence(options.storage, options.folder);
    return new MirrorWriter(options.verifier, view, evidence);
  });
}

/**
 * Throws what `openMirror` would, and changes nothing: for a side that opens several logs and mends
 * none of them before all are proved.
 */
export async function checkMirror(options: MirrorOptions): Promise<void> {
  await namingFolder(options.folder, () => prove(options));
}

class MirrorWriter implements Mirror {
  #verifier: LogKeys;
  readonly #view: LogView;
  readonly #evidence: EvidenceBook;
  #last: Promise<unknown> = Promise.resolve();
  #fault: LedgerFault | null = null;

  constructor(verifier: LogKeys, view: LogView, evidence: EvidenceBook) {
    this.#verifier = verifier;
    this.#view = view;
    this.#evidence = evidence;
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

  get evidenceCount(): number {
    return this.#evidence.count;
  }

  accept(batch: ReceivedBatch): Promise<void> {
    return this.#inTurn(() => this.#accept(batch));
  }

  read(from: number, to: number): Promise<Uint8Array[]> {
    return this.#view.read(from, to);
  }

  rekey(verifier: LogKeys): void {
    this.#verifier = verifier;
  }

  compare(checkpoint: string): Promise<Comparison> {
    return this.#inTurn(() => this.#compare(checkpoint));
  }

  keepEvidence(evidence: Evidence): Promise<void> {
    return this.#inTurn(() => this.#keepEvidence(evidence));
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#last.catch(() => undefined).then(act);
    this.#last = next;
    return next;
  }

  async #accept(batch: ReceivedBatch): Promise<void> {
    checkBounds(batch);
    if (this.#fault !== null) {
      throw new LedgerError('not-recording', `not recording: ${this.#fault.message}`);
    }
    const checkpoint = openCheckpoint(batch.checkpoint, this.#verifier);
    if (checkpoint.size <= this.size) {
      if ((await this.#compare(batch.checkpoint)) === 'equivocation') {
        throw new LedgerError('equivocation', `two logs signed for at size ${checkpoint.size}`);
      }
    }
    const end = batch.first + batch.entries.length;
    if (batch.first !== this.size || end !== checkpoint.size) {
      throw new LedgerError('gap', `batch ${batch.first} to ${end} does not fit ${this.size}`);
    }
    if (batch.entries.length === 0) return;
    const { bytes, hashes } = encodeRecords(batch.entries);
    const edge = growEdge(this.#view.edge, hashes);
    if (!equalBytes(edgeRoot(edge), checkpoint.root)) {
      await this.#keepUnreconciled(batch.checkpoint);
      throw new LedgerError('root-mismatch', 'entries do not give the signed root');
    }
    this.#checkEnds(hashes);
    const noteRecord = encodeRecords([encodeText(batch.checkpoint)]).bytes;
    const { entriesEnd: start, checkpointsEnd: noteStart } = this.#view;
    await this.#store(bytes, noteRecord);
    const entriesEnd = start + bytes.length;
    const noteEnd = noteStart + noteRecord.length;
    const mark = { size: checkpoint.size, entriesEnd, noteStart, noteEnd };
    this.#view.admit(mark, edge, batch.checkpoint);
  }

  /** Where a key ended, its owner has said what the root is, with a key that was not taken. */
  #checkEnds(hashes: readonly Hash[]): void {
    for (const { end } of logKeys(this.#verifier)) {
      const ahead = (end?.size ?? 0) - this.size;
      if (end === undefined || end === null || ahead <= 0 || ahead > hashes.length) continue;
      if (equalBytes(edgeRoot(growEdge(this.#view.edge, hashes.slice(0, ahead))), end.root))
        continue;
      throw new LedgerError(
        'revoked',
        `entries do not give the root the partner stands by at ${end.size}`,
      );
    }
  }

  /** Entries first: a checkpoint on disk always has its entries below it. */
  async #store(entries: Uint8Array, note: Uint8Array): Promise<void> {
    const { storage, paths } = this.#view;
    await this.#guarded(async () => {
      await storage.append(paths.entries, entries);
      await storage.sync(paths.entries);
      await storage.append(paths.checkpoints, note);
      await storage.sync(paths.checkpoints);
    });
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (caught) {
      const cause = asLedgerError(caught);
      this.#fault ??= { code: cause.code, message: cause.message };
      throw new LedgerError('not-recording', `not recording: ${cause.message}`, { cause });
    }
  }

  async #compare(note: string): Promise<Comparison> {
    const { comparison, evidence } = await compareCheckpoint(this.#view, this.#verifier, note);
    if (evidence !== null) await this.#keepEvidence(evidence);
    return comparison;
  }

  /** Nothing is proven yet: but if the log the partner signed for ever turns up, this is its mark. */
  async #keepUnreconciled(note: string): Promise<void> {
    const smaller = this.checkpoint;
    if (smaller === null) return;
    const larger = bareNote(note, this.#verifier);
    await this.#keepEvidence({ kind: 'unreconciled', smaller, larger });
  }

  async #keepEvidence(evidence: Evidence): Promise<void> {
    if (this.#fault === null) await this.#guarded(() => this.#evidence.keep(evidence));
  }
}

/** Sizes before anything else is looked at: a flood costs a comparison of numbers. */
function checkBounds(batch: ReceivedBatch): void {
  let bytes = 0;
  for (const entry of batch.entries.slice(0, LIMITS.batchEntriesMax + 1)) {
    if (entry.length <= LIMITS.saltBytes || entry.length > LIMITS.entryBytesMax) {
      throw new LedgerError('too-large', 'an entry is out of bounds');
    }
    bytes += entry.length;
  }
  if (batch.entries.length > LIMITS.batchEntriesMax || bytes > LIMITS.batchBytesMax) {
    throw new LedgerError('too-large', 'a batch is out of bounds');
  }
  if (batch.checkpoint.length > LIMITS.checkpointBytesMax) {
    throw new LedgerError('too-large', 'checkpoint is too large');
  }
  if (!Number.isSafeInteger(batch.first) || batch.first < 0) {
    throw new LedgerError('gap', 'a batch begins at a whole number');
  }
}

const ENTRIES_TAIL_MAX = LIMITS.batchBytesMax + LIMITS.batchEntriesMax * RECORD_HEADER_BYTES;
const NOTE_TAIL_MAX = LIMITS.checkpointBytesMax + RECORD_HEADER_BYTES;

interface ProvedMirror {
  readonly view: LogView;
  /** Bytes that one interrupted batch may have left behind. */
  readonly entriesTail: number;
  readonly notesTail: number;
}

async function prove(options: MirrorOptions): Promise<ProvedMirror> {
  const view = new LogView(options, options.verifier);
  const tail = await view.advance();
  const entriesTail = (await view.storage.size(view.paths.entries)) - view.entriesEnd;
  if (entriesTail < 0 || entriesTail > ENTRIES_TAIL_MAX || tail.bytes > NOTE_TAIL_MAX) {
    throw new LedgerError('corrupt', 'bytes that no batch of ours left behind');
  }
  return { view, entriesTail, notesTail: tail.bytes };
}

/** Proves the copy, then cuts what one interrupted batch may have left behind. */
async function recover(options: MirrorOptions): Promise<LogView> {
  const { view, entriesTail, notesTail } = await prove(options);
  const { storage, paths } = view;
  if (entriesTail > 0) await cutAside(storage, paths.entries, view.entriesEnd);
  if (notesTail > 0) await cutAside(storage, paths.checkpoints, view.checkpointsEnd);
  if (view.size > 0) {
    // A killed process may have left the last batch visible but not durable.
    await storage.sync(paths.entries);
    await storage.sync(paths.checkpoints);
  }
  return view;
}
