// SPDX-License-Identifier: Apache-2.0
// The failures of this room: why a session ended (the closed set of `wire`), and
// the few errors that are ours alone.

/**
 * Why a session ended, also said to the partner as a code and nothing else: no text crosses that
 * could carry anything.
 *
 * shutdown: ended in order · replaced: a newer connection of the same partner took its place ·
 * version, mode, agreement, party, epoch: the hello differs from what we hold · hello-signature: it
 * does not bind the partner's key to this channel · hello-timeout, silent: no hello, no heartbeat in
 * time · fork: one of the two records was forked or restored · unexpected-frame: it has no place
 * here · out-of-sequence: entry, batch, mark or receipt out of its order · credit: more sent than
 * granted, or more granted than there can be · flood: more than any honest partner sends ·
 * malformed: bytes that are no frame · refused-batch: the mirror refused it · bad-receipt: the
 * cosignature does not verify · slow: the partner does not read what it asked for · internal: a disk
 * or a key failed on the side that says so · revoked: the key of the hello has ended since.
 */
export type { CloseReason } from '@isthmus/wire';

/** What can go wrong on our own side of the link; what the partner does wrong closes the session. */
export type LinkErrorCode =
  | 'bad-configuration'
  | 'bad-certificate'
  | 'dial-failed'
  | 'listen-failed'
  | 'worker-failed'
  | 'closed';

/** An expected failure of this room. */
export class LinkError extends Error {
  readonly code: LinkErrorCode;

  constructor(code: LinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LinkError';
    this.code = code;
  }
}
