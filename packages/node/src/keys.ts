// SPDX-License-Identifier: Apache-2.0
// The keys of one side for one partner: one key a purpose, named after party, mode, epoch and purpose.

import {
  encodeHex,
  encodeText,
  heldKey,
  hmacSha256,
  type KeyRegister,
  type KeyStatus,
  keyName,
  keysOf,
  LINK_PURPOSES,
  type LinkPurpose,
  type Mode,
  type NoteKey,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  type Purpose,
  provePossession,
  type RegisteredKey,
  type RegisterScope,
  registeredKey,
  type SigningKey,
  signNote,
  signRegister,
  verifierOf,
} from '@isthmus/seal';
import { NodeError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Where a side's keys are. Secret: never logged, never journalled, never sent. */
export interface SideKeys extends Readonly<Record<LinkPurpose, NoteKey>> {
  /** 32 bytes from which the identifiers of an agreement are made. */
  readonly identifiers: Uint8Array;
}

/** The keys of one side with which its signatures are checked, oldest first, at least one. */
export type PartnerKeys = Readonly<Record<LinkPurpose, readonly NoteVerifier[]>>;

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
  const key = (purpose: LinkPurpose): NoteKey =>
    heldKey(sideKeyName(purpose, of), generate(), purpose === 'cosign' ? 4 : 1);
  return {
    ledger: key('ledger'),
    cosign: key('cosign'),
    hello: key('hello'),
    agreement: key('agreement'),
    identifiers,
  };
}

/** Scope of the register of a side's keys. */
export function registerScope(of: LinkLife): RegisterScope {
  return { party: of.side, peer: of.partner, mode: of.mode, epoch: of.epoch };
}

/**
 * The first register of a side: serial 1, one active key a purpose with its proof of possession, and
 * its certificate. `open` gives the signer of a key, wherever that is.
 */
export async function createRegister(
  of: LinkLife,
  given: {
    readonly keys: SideKeys;
    readonly identity: NoteSigner;
    /** SHA-256 of the certificate, 32 bytes. */
    readonly certificate: Uint8Array;
    readonly open: (key: NoteKey) => NoteSigner;
  },
): Promise<string> {
  const scope = registerScope(of);
  const identity = verifierOf(given.identity);
  const keys: RegisteredKey[] = [];
  for (const purpose of LINK_PURPOSES) {
    const signer = given.open(given.keys[purpose]);
    const proof = await provePossession(signer, { identity, scope, purpose, number: 1 });
    const { publicKey } = signer;
    const first = { purpose, number: 1, status: 'active', end: null, publicKey, proof } as const;
    keys.push(registeredKey(scope, first));
  }
  const certificates = [{ number: 1, status: 'active', sha256: given.certificate }] as const;
  return signRegister({ ...scope, serial: 1, keys, certificates }, given.identity);
}

/**
 * What a register has for each purpose: `ledger` and `cosign` keys also where they have ended, since
 * what they signed before counts, `agreement` keys unless revoked, `hello` keys that are active.
 * Throws `no-active-key` where none is left.
 */
export function partnerKeysOf(register: KeyRegister): PartnerKeys {
  const left = (purpose: LinkPurpose, statuses: readonly KeyStatus[]): readonly RegisteredKey[] => {
    const keys = keysOf(register, purpose).filter((key) => statuses.includes(key.status));
    if (keys.length > 0) return keys;
    throw new NodeError(
      'no-active-key',
      `every ${purpose} key of ${register.party} has ended: a register that has a new one is needed`,
    );
  };
  return {
    ledger: left('ledger', ['active', 'retired', 'revoked']),
    cosign: left('cosign', ['active', 'retired', 'revoked']),
    hello: left('hello', ['active']),
    agreement: left('agreement', ['active', 'retired']),
  };
}

/** The public halves. */
export function publicKeysOf(keys: SideKeys): PartnerKeys {
  return {
    ledger: [verifierOf(keys.ledger)],
    cosign: [verifierOf(keys.cosign)],
    hello: [verifierOf(keys.hello)],
    agreement: [verifierOf(keys.agreement)],
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

/**
 * One note with the signatures of several over one agreement. They are not checked here.
 *
 * @throws NodeError `agreement-unsigned` where a note is over another agreement, or over none
 */
export function joinAgreementNotes(notes: readonly string[], agreementHash: string): string {
  const head = `${agreementText(agreementHash)}\n`;
  const lines = notes.flatMap((note) => {
    if (note.startsWith(head))
      return note
        .slice(head.length)
        .split('\n')
        .filter((line) => line !== '');
    throw new NodeError('agreement-unsigned', 'its signatures are over another agreement');
  });
  return `${head}${[...new Set(lines)].map((line) => `${line}\n`).join('')}`;
}

/**
 * Throws `agreement-unsigned` unless each party has signed exactly this agreement with one of its
 * keys.
 */
export function checkAgreementNote(
  note: string,
  agreementHash: string,
  parties: readonly (readonly NoteVerifier[])[],
): void {
  const opened = openNote(note, parties.flat());
  const missing = parties.flatMap(([first]) =>
    first === undefined || opened.verified.some((signature) => signature.name === first.name)
      ? []
      : [first],
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
  const made = new Map<string, string>();
  return (localId) => {
    const known = made.get(localId);
    if (known !== undefined) return known;
    const identifier = encodeHex(hmacSha256(key, encodeText(localId)).subarray(0, 16));
    // Identifiers are asked for each second and hashes cost more than decisions; what is forgotten
    // is made again.
    if (made.size >= LIMITS.identifiersKept) made.clear();
    made.set(localId, identifier);
    return identifier;
  };
}
