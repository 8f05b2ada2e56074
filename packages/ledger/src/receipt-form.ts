// SPDX-License-Identifier: Apache-2.0
// A receipt as it is stored: the size it covers on a line, then the cosignature line.

import { decodeText, SealError } from '@isthmus/seal';
import { LedgerError } from './errors.ts';

/** A cosignature line and the size of the checkpoint it covers. */
export interface Receipt {
  readonly size: number;
  /** C2SP cosignature line, with its newline. */
  readonly line: string;
}

/** The stored form of a receipt. */
export function formatReceipt(receipt: Receipt): string {
  return `${receipt.size}\n${receipt.line}`;
}

/** Reads a stored receipt; throws `corrupt` when it is not one. */
export function parseReceipt(bytes: Uint8Array): Receipt {
  const text = textOf(bytes);
  const split = text.indexOf('\n');
  const receipt = { size: Number(text.slice(0, split)), line: text.slice(split + 1) };
  if (!Number.isSafeInteger(receipt.size) || formatReceipt(receipt) !== text) {
    throw new LedgerError('corrupt', 'a stored receipt cannot be read');
  }
  return receipt;
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new LedgerError('corrupt', 'a stored receipt is no text', { cause });
  }
}
