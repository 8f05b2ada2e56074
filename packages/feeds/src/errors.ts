// SPDX-License-Identifier: Apache-2.0
// What goes wrong on reading a foreign format.

export type FeedsErrorCode = 'places-invalid';

export class FeedsError extends Error {
  readonly code: FeedsErrorCode;

  constructor(code: FeedsErrorCode, message: string) {
    super(message);
    this.name = 'FeedsError';
    this.code = code;
  }
}
