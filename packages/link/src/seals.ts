// SPDX-License-Identifier: Apache-2.0
// The keys of one link as the functions a driver needs. The material is plain data, so that it can
// be handed to a worker; what is done with it is in `seal` alone.

import {
  cosign,
  encodeBase64,
  type Mode,
  noteSigner,
  noteVerifier,
  openCosignature,
  type SigningKey,
  sign,
  verify,
} from '@isthmus/seal';
import type { LinkSeals } from './driver.ts';
import type { Instant } from './time.ts';

/** Key material of one link; every key has one purpose. */
export interface LinkKeys {
  readonly self: string;
  readonly partner: string;
  readonly mode: Mode;
  readonly hello: SigningKey;
  readonly partnerHello: Uint8Array;
  /** Our cosigning key and its name: receipts we give. */
  readonly cosign: { readonly name: string; readonly key: SigningKey };
  /** The partner's cosigning key and its name: receipts we get. */
  readonly partnerCosign: { readonly name: string; readonly publicKey: Uint8Array };
  /** Origin of our own record towards this partner: first line of its checkpoints. */
  readonly origin: string;
}

/**
 * Makes the functions of one link's keys.
 *
 * @throws SealError when a partner's key is weak or malformed
 */
export function createLinkSeals(keys: LinkKeys): LinkSeals {
  const { self, partner, mode } = keys;
  const cosigner = noteSigner(keys.cosign.name, keys.cosign.key, 4);
  const verifier = noteVerifier(keys.partnerCosign.name, keys.partnerCosign.publicKey, 4);
  return {
    signHello: (message) => sign(keys.hello, { purpose: 'hello', party: self, mode }, message),
    verifyHello: (message, signature) =>
      verify({
        publicKey: keys.partnerHello,
        context: { purpose: 'hello', party: partner, mode },
        message,
        signature,
      }),
    cosign: (checkpoint, at: Instant) => cosign(checkpoint, cosigner, Math.floor(at / 1e6)),
    verifyReceipt: (tree, line) => {
      // The text of a checkpoint follows from its tree, so none needs to be remembered.
      const text = `${keys.origin}\n${tree.size}\n${encodeBase64(tree.root)}\n`;
      try {
        openCosignature({ note: `${text}\n${line}`, line, verifier });
        return true;
      } catch {
        return false;
      }
    },
  };
}
