// SPDX-License-Identifier: Apache-2.0
// Reads a log another part of this side writes, for the link to send from. It proves every entry
// against a signed root before it makes a token of it, and it writes nothing.

import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { LogKeys } from './log-keys.ts';
import { type Batch, type LogPlace, LogView } from './log-view.ts';
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
  };
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
