// SPDX-License-Identifier: Apache-2.0
// The keys of one link as the functions a driver needs; what is done with a key is in `seal` alone.

import { formatCheckpoint } from '@isthmus/ledger';
import {
  cosign,
  type Mode,
  type NoteSigner,
  type NoteVerifier,
  noteVerifier,
  openCosignature,
  SealError,
  sign,
  verify,
} from '@isthmus/seal';
import type { LinkSeals } from './driver-options.ts';

/** Keys of one link; every key has one purpose. */
export interface LinkKeys {
  readonly self: string;
  readonly partner: string;
  readonly mode: Mode;
  readonly epoch: number;
  readonly own: {
    readonly hello: NoteSigner;
    readonly cosign: NoteSigner;
    /** The public half of the ledger key: the link reads the ledger and never signs for it. */
    readonly ledger: NoteVerifier;
  };
  readonly theirs: {
    readonly hello: NoteVerifier;
    readonly cosign: NoteVerifier;
    readonly ledger: NoteVerifier;
  };
}

/**
 * Makes the functions of one link's keys.
 *
 * @throws SealError when a partner's key is weak or malformed
 */
export function createLinkSeals(keys: LinkKeys): LinkSeals {
  const { self, partner, mode, epoch, own } = keys;
  const hello = accept(keys.theirs.hello);
  const cosigner = accept(keys.theirs.cosign);
  return {
    signHello: (message) =>
      sign(own.hello, { purpose: 'hello', party: self, mode, epoch }, message),
    verifyHello: (message, signature) =>
      verify({
        publicKey: hello.publicKey,
        context: { purpose: 'hello', party: partner, mode, epoch },
        message,
        signature,
      }),
    cosign: (checkpoint, at) => cosign(checkpoint, own.cosign, Math.floor(at / 1e6)),
    verifyReceipt: (tree, line) => {
      // The text of a checkpoint follows from its tree, so none needs to be remembered.
      const text = formatCheckpoint({ origin: own.ledger.name, ...tree });
      try {
        openCosignature({ note: `${text}\n${line}`, line, verifier: cosigner });
        return true;
      } catch (error) {
        if (error instanceof SealError) return false;
        throw error;
      }
    },
  };
}

/** Examined again on this side of a worker's door: a verifier that came as data proves nothing. */
export function accept(verifier: NoteVerifier): NoteVerifier {
  return noteVerifier(verifier.name, verifier.publicKey, verifier.type);
}
