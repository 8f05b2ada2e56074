// SPDX-License-Identifier: Apache-2.0
// The one error of this package and its closed list of codes.

/** What went wrong; closed, so that callers can be exhaustive. */
export type LedgerErrorCode =
  /** Storage failed earlier, or fails now: nothing more is recorded until the ledger is reopened. */
  | 'not-recording'
  /** The queue of appends is at its bound. Nothing of this call was taken. */
  | 'full'
  /** An entry, note or batch is above its bound. Refused before any work. */
  | 'too-large'
  /** Bytes that were promised by a signature are not there or differ. Kept as they are. */
  | 'corrupt'
  /** Another writer moved the last size and root. */
  | 'forked'
  /** Someone holds more of this log, signed by us, than we do: we were restored from a copy. */
  | 'rolled-back'
  | 'bad-signature'
  /** By a key that had ended before: it counts up to the last checkpoint its owner stands by. */
  | 'revoked'
  /** The signer of this log gave no signature: an agent is gone or locked. */
  | 'not-signed'
  | 'bad-checkpoint'
  | 'bad-origin'
  | 'bad-receipt'
  /** Bytes handed over are not an entry, a salt or a token of ours. */
  | 'bad-entry'
  | 'bad-proof'
  /** A text that is not evidence in its one form. */
  | 'bad-evidence'
  | 'bad-range'
  | 'bad-path'
  /** A batch does not begin where the mirror ends, or does not end where its checkpoint says. */
  | 'gap'
  /** The entries do not give the root that was signed. */
  | 'root-mismatch'
  /** Two signed checkpoints that cannot both be true; both are kept as evidence. */
  | 'equivocation'
  /** The platform refused a file operation. */
  | 'storage'
  /** An earlier failure left this file in doubt; it is not touched again by this process. */
  | 'poisoned'
  | 'closed';

/** An expected failure of this package. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LedgerError';
    this.code = code;
  }
}

/** Turns anything caught into a LedgerError: itself if it is one, else `storage` with its cause. */
export function asLedgerError(caught: unknown): LedgerError {
  if (caught instanceof LedgerError) return caught;
  const message = caught instanceof Error ? caught.message : 'unknown failure';
  return new LedgerError('storage', message, { cause: caught });
}

/** Runs what opens a log; a refusal names the log's folder, so that its keeper knows where to look. */
export async function namingFolder<T>(folder: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (caught) {
    const cause = asLedgerError(caught);
    throw new LedgerError(cause.code, `${folder}: ${cause.message}`, { cause });
  }
}
