// SPDX-License-Identifier: Apache-2.0
// Failures at the edge of this room: a document that is no agreement. What the gate refuses is no
// failure; it is a decision with reasons.

/** Why a document is no agreement; a closed set. */
export type ReleaseErrorCode =
  /** Not of the schema: a field missing, unknown, of another type or out of range. */
  | 'schema'
  /** A date that does not exist, or an end that is not after its beginning. */
  | 'validity'
  /** A clause names someone who is no party, or one party twice. */
  | 'unknown-party'
  /** Two clauses with one id. */
  | 'duplicate-id'
  /** Two clauses that could both cover one item, so that neither says what holds. */
  | 'overlap'
  /** Terms of one clause or duty that cannot hold together. */
  | 'contradiction'
  /** A duty about a clause that is not there. */
  | 'unknown-clause'
  /** One thing owed twice. */
  | 'duplicate-duty';

/** Thrown by `parseAgreement` with the place of the problem. */
export class ReleaseError extends Error {
  readonly code: ReleaseErrorCode;
  /** JSON pointer (RFC 6901) into the document; the empty string is the whole of it. */
  readonly path: string;

  constructor(code: ReleaseErrorCode, path: string, message: string) {
    super(`${path === '' ? 'agreement' : path}: ${message}`);
    this.name = 'ReleaseError';
    this.code = code;
    this.path = path;
  }
}
