// SPDX-License-Identifier: Apache-2.0
// Reads a log another part of this side writes, for the link to send from. It proves every entry
// against a signed root before it makes a token of it, and it writes nothing.

import { noteText } from '@isthmus/seal';
import { parseCheckpoint } from './checkpoint.ts';
import { rootUnderNote } from './compare.ts';
import { LedgerError } from './errors.ts';
import type { Evidence, SignedClaim } from './evidence.ts';
import { LIMITS } from './limits.ts';
import type { LogKeys } from './log-keys.ts';
import { type Batch, type LogPlace, LogView } from './log-view.ts';
import { readReceipts } from './receipts.ts';
import type { Hash } from './tree.ts';

/** A read-only view of a log that grows. */
export interface LedgerReader {
  /** Entries known at the last refresh. */
  readonly size: number;
  readonly root: Hash;
  readonly checkpoint: string | null;
  /** Looks for new checkpoints; resolves to the size. Throws `corrupt` when the bytes do not hold. */
  refresh(): Promise<number>;
  /** What a partner that holds `size` entries lacks; null when nothing. `rolled-back` if it has more. */
  batchAfter(size: number): Promise<Batch | null>;
  /** The checkpoint kept for exactly this size, as signed; null when there is none. */
  noteAt(size: number): Promise<string | null>;
  /**
   * The last checkpoint with the partner's cosignature behind our signature, where it is receipted:
   * a note of C2SP tlog-cosignature. Null while the log is empty.
   */
  cosigned(): Promise<string | null>;
  /** What shows that the partner's claim does not agree with this log; the caller found that it does not. */
  against(claim: PartnerClaim): Promise<Evidence>;
}

/** What a partner signed that it holds of a log. */
export interface PartnerClaim extends SignedClaim {
  readonly size: number;
}

/** What a reader is opened with. */
export interface LedgerReaderOptions extends LogPlace {
  /** The log's key, or all of them. */
  readonly verifier: LogKeys;
}

/** Opens a log for reading; one that does not exist yet is empty. */
export async function openLedgerReader(options: LedgerReaderOptions): Promise<LedgerReader> {
  const view = new LogView(options, options.verifier);
  let last: Promise<unknown> = Promise.resolve();
  const refresh = (): Promise<number> => {
    const next = last.catch(() => undefined).then(() => advance(view));
    last = next;
    return next;
  };
  await refresh();
  return {
    get size() {
      return view.size;
    },
    get root() {
      return view.root;
    },
    get checkpoint() {
      return view.note;
    },
    refresh,
    async batchAfter(size) {
      if (size >= view.size) await refresh();
      return view.batchAfter(size);
    },
    noteAt: (size) => view.noteAt(size),
    cosigned: async () => (view.note === null ? null : withReceipt(view, view.note)),
    against: (claim) => against(view, claim),
  };
}

/** Under the first checkpoint the partner has cosigned at or beyond its claim, where there is one. */
async function against(view: LogView, { size, ...claim }: PartnerClaim): Promise<Evidence> {
  const kind = 'claim';
  if (view.note === null || size > view.size || size === 0) {
    return { kind, checkpoint: view.note, held: null, claim };
  }
  const { note, root, proof } = await rootUnderNote(view, size);
  const checkpoint = await withReceipt(view, note);
  return { kind, checkpoint, held: { root, proof }, claim };
}

/** The note with the partner's cosignature behind our signature, if we have it: C2SP's own form. */
async function withReceipt(view: LogView, note: string): Promise<string> {
  const { size } = parseCheckpoint(noteText(note));
  const receipts = await readReceipts(view.storage, view.paths.receipts);
  return `${note}${receipts.find((one) => one.size === size)?.line ?? ''}`;
}

/**
 * A checkpoint seen before its sync is safe to send: its entries, and the size and root it states,
 * were durable before it was signed, and signing again gives the same bytes.
 */
async function advance(view: LogView): Promise<number> {
  const tail = await view.advance();
  // The writer may be in the middle of the last record; more than one record behind it is damage.
  if (tail.stop === 'damaged' && tail.bytes > LIMITS.checkpointBytesMax) {
    throw new LedgerError('corrupt', 'checkpoints are damaged');
  }
  return view.size;
}
