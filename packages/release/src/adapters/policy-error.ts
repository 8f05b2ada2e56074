// SPDX-License-Identifier: Apache-2.0
// What is wrong with a policy text, said with the file and line of its author.

import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicyFile } from '../policy.ts';

/** What in a policy text is wrong, and where. */
export class PolicyError extends Error {
  readonly file: string;
  /** From 1. */
  readonly line: number;

  constructor(at: { readonly file: string; readonly line: number }, message: string) {
    super(`${at.file}:${at.line}: ${message}`);
    this.name = 'PolicyError';
    this.file = at.file;
    this.line = at.line;
  }
}

/**
 * The first of what the library says of a text, which there must be.
 *
 * @param offset where the text it read begins in the file; what it says without a place is said of there
 */
export function refusalOf(
  file: PolicyFile,
  offset: number,
  errors: readonly Pick<DetailedError, 'message' | 'help' | 'sourceLocations'>[],
): PolicyError {
  const { message, help, sourceLocations } = errors[0] as DetailedError;
  const start = sourceLocations?.[0]?.start ?? 0;
  // Places are counted in bytes of UTF-8.
  const before = Buffer.from(file.text.slice(offset)).subarray(0, start).toString('utf8').length;
  const says = message.replace(/^for policy `[^`]*`[:,] /, '');
  return new PolicyError(
    { file: file.name, line: lineAt(file.text, offset + before) },
    `${says}${help === null || help === undefined ? '' : ` (${help})`}`,
  );
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
