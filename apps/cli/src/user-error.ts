// SPDX-License-Identifier: Apache-2.0
// What the user can mend: printed as it is, without a stack, with exit code 2.

export class UserError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'UserError';
  }
}
