// SPDX-License-Identifier: Apache-2.0
// The one error class of this room.

export type NodeErrorCode =
  | 'journal-corrupt'
  | 'journal-other-build'
  | 'snapshot-corrupt'
  | 'decisions-corrupt'
  | 'config-invalid'
  | 'plots-invalid'
  | 'act-invalid'
  | 'agreement-unsigned'
  | 'no-active-key';

export class NodeError extends Error {
  readonly code: NodeErrorCode;

  constructor(code: NodeErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'NodeError';
    this.code = code;
  }
}
