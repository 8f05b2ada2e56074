// SPDX-License-Identifier: Apache-2.0
// The one way in which bytes, or something to be made bytes, are refused.

/** Why bytes were refused; a closed set. */
export type WireErrorCode =
  /** More bytes than the limit; refused before anything is parsed or buffered. */
  | 'too-large'
  /** No protobuf message of this schema: cut short, wrong wire type, bad UTF-8, a bad length. */
  | 'malformed'
  /** Re-encoding gives other bytes: unknown fields, another order, explicit defaults, long varints. */
  | 'not-canonical'
  /** The oneof holds nothing this version knows. */
  | 'no-kind'
  /** An enum value this version does not know, or the unspecified one. */
  | 'unknown-enum'
  /** A number outside the range of its field, or no number at all. */
  | 'out-of-range'
  /** Bytes or a list of another length than the field has. */
  | 'bad-length'
  /** A name or note outside its alphabet or length. */
  | 'bad-text'
  /** A covariance that is not positive definite. */
  | 'not-positive-definite'
  /** A number the integers of the wire cannot carry exactly: the gate did not round it. */
  | 'not-exact';

/** Thrown by everything in this package that refuses. The message never holds a partner's bytes. */
export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WireError';
    this.code = code;
  }
}
