// SPDX-License-Identifier: Apache-2.0
// Which of a party's keys speaks for a log, and up to where. A key that has ended counts only up to the
// last checkpoint its owner stands by: whoever took it cannot add to what was signed before.

import {
  equalBytes,
  type KeyEnd,
  type KeyStatus,
  type NoteVerifier,
  openCosignature,
  SealError,
} from '@isthmus/seal';
import { LedgerError } from './errors.ts';
import type { Hash } from './tree.ts';

/** A key with its state in its owner's register; a plain verifier is one that has not ended. */
export interface LogKey extends NoteVerifier {
  readonly status?: KeyStatus;
  readonly end?: KeyEnd | null;
}

/** One key, or all that its owner has registered for this purpose. All have one name. */
export type LogKeys = NoteVerifier | readonly LogKey[];

/** Size and root of a log: what checkpoints and cosignatures are about. */
interface TreeState {
  readonly size: number;
  readonly root: Hash;
}

/** The keys as a list. Throws `bad-origin` when there are none, or their names differ. */
export function logKeys(keys: LogKeys): readonly [LogKey, ...LogKey[]] {
  const [first, ...rest]: readonly LogKey[] = 'name' in keys ? [keys] : keys;
  if (first === undefined || rest.some((key) => key.name !== first.name)) {
    throw new LedgerError('bad-origin', 'keys of one name are needed, at least one');
  }
  return [first, ...rest];
}

/** Whether what the key signed about this state counts: before its end, or exactly at it. */
export function counts(key: LogKey, state: TreeState): boolean {
  const { end } = key;
  if (end === undefined || end === null) return true;
  return state.size < end.size || (state.size === end.size && equalBytes(state.root, end.root));
}

/**
 * Checks a cosignature line over a checkpoint's note; the Unix second it states.
 *
 * @throws SealError when it is by none of the keys or bad; LedgerError `revoked` when it is by one
 *   that had ended before
 */
export function checkCosignature(
  cosigned: TreeState & { readonly note: string; readonly line: string },
  keys: LogKeys,
): number {
  const { note, line } = cosigned;
  let atS = 0;
  const signer = logKeys(keys).find((verifier) => {
    try {
      ({ atS } = openCosignature({ note, line, verifier }));
      return true;
    } catch (error) {
      if (error instanceof SealError && error.code === 'no-signature') return false;
      throw error;
    }
  });
  if (signer === undefined) {
    throw new SealError('no-signature', 'the line is by no key of this cosigner');
  }
  if (!counts(signer, cosigned)) {
    throw new LedgerError('revoked', endedMessage('cosignature', signer, cosigned.size));
  }
  return atS;
}

/** What a person is told of a signature that does not count. */
export function endedMessage(what: string, key: LogKey, size: number): string {
  return `${what} of ${size} entries by a key ${key.status ?? 'ended'} at ${key.end?.size ?? 0}`;
}
