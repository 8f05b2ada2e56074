// SPDX-License-Identifier: Apache-2.0
// The one error of this package and its closed list of codes.

/** What went wrong; closed, so that callers can be exhaustive. */
export type SealErrorCode =
  | 'bad-base64'
  | 'bad-hex'
  | 'bad-key'
  | 'weak-key'
  | 'bad-name'
  | 'bad-key-file'
  | 'bad-note'
  | 'bad-signature'
  | 'no-signature'
  | 'too-large'
  | 'bad-time'
  | 'bad-context'
  | 'bad-register'
  | 'bad-proof'
  | 'old-register'
  | 'forked-register'
  | 'agent-unavailable'
  | 'agent-refused'
  | 'bad-agent-answer';

/** An expected failure of this package: hostile or damaged input, or a caller's mistake. */
export class SealError extends Error {
  readonly code: SealErrorCode;

  constructor(code: SealErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealError';
    this.code = code;
  }
}
