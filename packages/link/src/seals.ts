// SPDX-License-Identifier: Apache-2.0
// The keys of one link as the functions a driver needs; what is done with a key is in `seal` alone.

import {
  checkCosignature,
  formatCheckpoint,
  LedgerError,
  type LogKey,
  type LogKeys,
  logKeys,
} from '@isthmus/ledger';
import {
  cosign,
  type Mode,
  type NoteSigner,
  noteVerifier,
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
    /** The public half of the ledger keys: the link reads the ledger and never signs for it. */
    readonly ledger: LogKeys;
  };
  /** What the partner's register has for each purpose; of `hello` only active keys are good. */
  readonly theirs: {
    readonly hello: LogKeys;
    readonly cosign: LogKeys;
    readonly ledger: LogKeys;
  };
}

/**
 * Makes the functions of one link's keys.
 *
 * @throws SealError when a partner's key is weak or malformed
 */
export function createLinkSeals(keys: LinkKeys): LinkSeals {
  const { self, partner, mode, epoch, own } = keys;
  const hellos = accept(keys.theirs.hello).filter((key) => (key.status ?? 'active') === 'active');
  const cosigners = accept(keys.theirs.cosign);
  const origin = logKeys(own.ledger)[0].name;
  return {
    signHello: (message) =>
      sign(own.hello, { purpose: 'hello', party: self, mode, epoch }, message),
    verifyHello: (message, signature) => {
      const context = { purpose: 'hello', party: partner, mode, epoch } as const;
      return hellos.some(({ publicKey }) => verify({ publicKey, context, message, signature }));
    },
    cosign: (checkpoint, at) => cosign(checkpoint, own.cosign, Math.floor(at / 1e6)),
    verifyReceipt: (tree, line) => {
      // The text of a checkpoint follows from its tree, so none needs to be remembered.
      const text = formatCheckpoint({ origin, ...tree });
      try {
        checkCosignature({ ...tree, note: `${text}\n${line}`, line }, cosigners);
        return true;
      } catch (error) {
        if (error instanceof SealError || error instanceof LedgerError) return false;
        throw error;
      }
    },
  };
}

/** Examined again on this side of a worker's door: a verifier that came as data proves nothing. */
export function accept(keys: LogKeys): readonly [LogKey, ...LogKey[]] {
  const accepted = logKeys(keys).map(
    ({ name, publicKey, type, status, end }): LogKey => ({
      ...noteVerifier(name, publicKey, type),
      ...(status === undefined ? {} : { status }),
      ...(end === undefined ? {} : { end }),
    }),
  );
  return logKeys(accepted);
}
