// SPDX-License-Identifier: Apache-2.0
// What follows from the reason a session ended for, and which reason an error is.

import { type CloseReason, LinkError } from './errors.ts';

/** Reasons that no second attempt can mend soon: the dialler waits its longest pause at once. */
export const LASTING: ReadonlySet<string> = new Set<CloseReason>([
  'version',
  'mode',
  'agreement',
  'party',
  'epoch',
  'fork',
  'flood',
  'refused-batch',
  'bad-receipt',
  'internal',
  'revoked',
]);

/** Reasons that call a person: a record or a proof is not what it should be. */
export const ALARMING: ReadonlySet<string> = new Set<CloseReason>([
  'mode',
  'fork',
  'hello-signature',
  'refused-batch',
  'bad-receipt',
  'revoked',
]);

/** Codes of our own disk; every other refusal of a batch is the partner's fault. */
const OWN_FAULTS: ReadonlySet<unknown> = new Set([
  'not-recording',
  'storage',
  'poisoned',
  'closed',
]);

export function refusalReason(error: unknown): CloseReason {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code !== 'string' || OWN_FAULTS.has(code) ? 'internal' : 'refused-batch';
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new LinkError('closed', String(error));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
