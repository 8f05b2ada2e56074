// SPDX-License-Identifier: Apache-2.0
// The keys of one side for one partner: one key a purpose, named after party, mode, epoch and purpose.

import {
  encodeHex,
  encodeText,
  heldKey,
  hmacSha256,
  keyName,
  type Mode,
  type NoteKey,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  type Purpose,
  type SigningKey,
  signNote,
  verifierOf,
} from '@isthmus/seal';
import { NodeError } from './errors.ts';

export const PURPOSES: readonly Purpose[] = ['ledger', 'cosign', 'hello', 'agreement'];

/** Where a side's keys are. Secret: never logged, never journalled, never sent. */
export interface SideKeys extends Readonly<Record<Purpose, NoteKey>> {
  /** 32 bytes from which the identifiers of an agreement are made. */
  readonly identifiers: Uint8Array;
}

export type PartnerKeys = Readonly<Record<Purpose, NoteVerifier>>;

/** Which life of which link, seen from one side. */
export interface LinkLife {
  readonly side: string;
  readonly partner: string;
  readonly mode: Mode;
  /** From 1; raised by both sides together when their record starts anew. */
  readonly epoch: number;
}

/** The name of a side's key: `west/isthmus/exercise/1/ledger/east`. */
export function sideKeyName(purpose: Purpose, of: LinkLife): string {
  return keyName({ purpose, party: of.side, mode: of.mode, epoch: of.epoch }, of.partner);
}

/** Makes the keys of a side; `generate` is called once a purpose, in a fixed order. */
export function createSideKeys(
  of: LinkLife,
  generate: () => SigningKey,
  identifiers: Uint8Array,
): SideKeys {
  const key = (purpose: Purpose): NoteKey =>
    heldKey(sideKeyName(purpose, of), generate(), purpose === 'cosign' ? 4 : 1);
  return {
    ledger: key('ledger'),
    cosign: key('cosign'),
    hello: key('hello'),
    agreement: key('agreement'),
    identifiers,
  };
}

/** The public halves, which the partner enrols. */
export function publicKeysOf(keys: SideKeys): PartnerKeys {
  return {
    ledger: verifierOf(keys.ledger),
    cosign: verifierOf(keys.cosign),
    hello: verifierOf(keys.hello),
    agreement: verifierOf(keys.agreement),
  };
}

/** What both sides sign of an agreement: its hash, in a note of its own kind. */
function agreementText(agreementHash: string): string {
  return `isthmus agreement v1\n${agreementHash}\n`;
}

/** The note in which both sides sign the agreement. */
export function signAgreement(
  agreementHash: string,
  signers: readonly NoteSigner[],
): Promise<string> {
  return signNote(agreementText(agreementHash), signers);
}

/** Throws `agreement-unsigned` unless both sides have signed exactly this agreement. */
export function checkAgreementNote(
  note: string,
  agreementHash: string,
  verifiers: readonly NoteVerifier[],
): void {
  const opened = openNote(note, verifiers);
  const missing = verifiers.filter(
    (verifier) => !opened.verified.some((signature) => signature.name === verifier.name),
  );
  if (opened.text !== agreementText(agreementHash) || missing.length > 0) {
    throw new NodeError(
      'agreement-unsigned',
      missing.length > 0
        ? `the agreement is not signed by ${missing.map((verifier) => verifier.name).join(' and ')}`
        : 'the signatures are over another agreement: both sides must sign this one',
    );
  }
}

/**
 * The identifier under which the partner knows something of ours: 16 bytes of an HMAC under a key of
 * this agreement, so that identifiers of two agreements cannot be joined, and none can be guessed.
 */
export function identifierMaker(
  identifiers: Uint8Array,
  agreementHash: string,
): (localId: string) => string {
  const key = hmacSha256(identifiers, encodeText(`agreement ${agreementHash}`));
  return (localId) => encodeHex(hmacSha256(key, encodeText(localId)).subarray(0, 16));
}
