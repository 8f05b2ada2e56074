// SPDX-License-Identifier: Apache-2.0
// Receipts: the partner's cosignatures over our checkpoints, kept beside the log. A receipt proves
// that the partner held everything up to that size at the time it states.

import { encodeText, noteText, SealError } from '@isthmus/seal';
import { parseCheckpoint } from './checkpoint.ts';
import { cutAside } from './cut-aside.ts';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { checkCosignature, type LogKeys } from './log-keys.ts';
import { formatReceipt, parseReceipt, type Receipt } from './receipt-form.ts';
import { encodeRecords, scanRecords, walkRecords } from './records.ts';
import type { Storage } from './storage.ts';

/** The receipts of one log. */
export interface ReceiptBook {
  /** Largest size receipted; 0 when none. */
  readonly size: number;
  add(receipt: Receipt, against: ReceiptCheck): Promise<void>;
  all(): Promise<readonly Receipt[]>;
}

/** What a receipt is checked against; without a cosigner it is kept unchecked. */
export interface ReceiptCheck {
  readonly note: string;
  readonly cosigner: LogKeys | null;
}

/** More than one receipt that a crash can have torn; a whole one is about 200 bytes. */
const TAIL_BYTES_MAX = 1_024;

/**
 * Opens the receipts file and cuts a torn last receipt aside: the partner is asked again. Receipts are
 * synced one by one, so that more than one torn, or a good one behind, is damage: `corrupt`.
 */
export async function openReceipts(storage: Storage, path: string): Promise<ReceiptBook> {
  let size = 0;
  let end = 0;
  const bytesMax = LIMITS.checkpointBytesMax;
  const walk = await walkRecords(storage, path, {
    from: 0,
    bytesMax,
    onRecord: (record, recordEnd) => {
      size = parseReceipt(record.bytes).size;
      end = recordEnd;
    },
  });
  if (walk.rest > 0) {
    const tail = await storage.readRange(path, end, Math.min(walk.rest, TAIL_BYTES_MAX));
    if (walk.rest > TAIL_BYTES_MAX || holdsRecord(tail, bytesMax)) {
      throw new LedgerError('corrupt', `receipt ${walk.count} is damaged, and others follow it`);
    }
    await cutAside(storage, path, end);
  }

  let last: Promise<void> = Promise.resolve();
  const write = async (receipt: Receipt): Promise<void> => {
    if (receipt.size <= size) return;
    await storage.append(path, encodeRecords([encodeText(formatReceipt(receipt))]).bytes);
    await storage.sync(path);
    size = receipt.size;
  };
  return {
    get size() {
      return size;
    },
    add(receipt, against) {
      last = last
        .catch(() => undefined)
        .then(() => {
          checkReceipt(receipt, against);
          return write(receipt);
        });
      return last;
    },
    all: () => readReceipts(storage, path),
  };
}

/** The receipts that stand in the file, oldest first; stops at one that is damaged. */
export async function readReceipts(storage: Storage, path: string): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  const onRecord = (record: { bytes: Uint8Array }): void => {
    receipts.push(parseReceipt(record.bytes));
  };
  const bytesMax = LIMITS.checkpointBytesMax;
  await walkRecords(storage, path, { from: 0, bytesMax, onRecord });
  return receipts;
}

/** Whether a whole record stands anywhere behind the first byte. */
function holdsRecord(tail: Uint8Array, bytesMax: number): boolean {
  for (let at = 1; at < tail.length; at += 1) {
    if (scanRecords(tail.subarray(at), { bytesMax, countMax: 1 }).records.length > 0) return true;
  }
  return false;
}

/** Throws `bad-receipt` unless the line is well formed and, where the key is known, its signature. */
function checkReceipt(receipt: Receipt, against: ReceiptCheck): void {
  if (receipt.line.length > LIMITS.checkpointBytesMax / 2 || !receipt.line.endsWith('\n')) {
    throw new LedgerError('bad-receipt', 'not a cosignature line');
  }
  if (against.cosigner === null) return;
  try {
    const { size, root } = parseCheckpoint(noteText(against.note));
    checkCosignature({ size, root, note: against.note, line: receipt.line }, against.cosigner);
  } catch (cause) {
    const refused = cause instanceof SealError || cause instanceof LedgerError;
    if (!refused) throw cause;
    throw new LedgerError('bad-receipt', `receipt refused: ${cause.message}`, { cause });
  }
}
