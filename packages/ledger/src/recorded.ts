// SPDX-License-Identifier: Apache-2.0
// The token that says "durable in the ledger". Only this package can make one: from an Encoded that
// was committed, or from disk. What leaves over a link is a Recorded and nothing else.

import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Known to this module alone; without it the constructor refuses. */
const KEY = Symbol('recorded');

let mint: (index: number, bytes: Uint8Array) => Recorded;

/** An entry that is durable and covered by a signed checkpoint. Opaque: see `isRecorded`. */
export class Recorded {
  /** Position in the log, from 0. */
  readonly index: number;
  /** Salt and encoded item, exactly as stored. Not to be changed. */
  readonly bytes: Uint8Array;
  readonly #durable = true;

  private constructor(key: symbol, index: number, bytes: Uint8Array) {
    if (key !== KEY) throw new LedgerError('bad-entry', 'only the ledger makes a Recorded');
    this.index = index;
    this.bytes = bytes;
    Object.freeze(this);
  }

  /** Whether the value is a token this package made. A look-alike is not. */
  static is(value: unknown): value is Recorded {
    return typeof value === 'object' && value !== null && #durable in value && value.#durable;
  }

  static {
    mint = (index, bytes) => new Recorded(KEY, index, bytes);
  }
}

/** Inside this package only, and only for bytes that are durable and signed for. */
export function mintRecorded(index: number, bytes: Uint8Array): Recorded {
  return mint(index, bytes);
}

/** Whether the value is a Recorded made by this package. */
export function isRecorded(value: unknown): value is Recorded {
  return Recorded.is(value);
}

/** The encoded item inside an entry: what follows the salt. */
export function entryPayload(entry: Uint8Array): Uint8Array {
  if (entry.length <= LIMITS.saltBytes) throw new LedgerError('bad-entry', 'entry is too short');
  return entry.subarray(LIMITS.saltBytes);
}
