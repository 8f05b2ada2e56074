// SPDX-License-Identifier: Apache-2.0
// Receipts: the partner's cosignatures over our checkpoints, kept beside the log. A receipt proves
// that the partner held everything up to that size at the time it states.

import { encodeText, type NoteVerifier, openCosignature, SealError } from '@isthmus/seal';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { formatReceipt, parseReceipt, type Receipt } from './receipt-form.ts';
import { encodeRecords, walkRecords } from './records.ts';
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
  readonly cosigner: NoteVerifier | null;
}

/** Opens the receipts file and cuts a torn last receipt: the partner can be asked again. */
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
  if (walk.rest > bytesMax * 2) throw new LedgerError('corrupt', 'receipts are damaged');
  if (walk.rest > 0) await storage.truncate(path, end);

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

/** Throws `bad-receipt` unless the line is well formed and, where the key is known, its signature. */
function checkReceipt(receipt: Receipt, against: ReceiptCheck): void {
  if (receipt.line.length > LIMITS.checkpointBytesMax / 2 || !receipt.line.endsWith('\n')) {
    throw new LedgerError('bad-receipt', 'not a cosignature line');
  }
  if (against.cosigner === null) return;
  try {
    openCosignature({ note: against.note, line: receipt.line, verifier: against.cosigner });
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new LedgerError('bad-receipt', `receipt refused: ${cause.message}`, { cause });
  }
}
