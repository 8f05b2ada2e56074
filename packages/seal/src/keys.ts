// SPDX-License-Identifier: Apache-2.0
// Ed25519 keys in raw form, and signatures bound to what they are for. Not notes: see note.ts.
//
// Node accepts public keys for which anyone can forge (reliability notes 4.1). A partner that enrols
// such a key could deny every signature, so no function here takes a key it has not examined.

import { platform } from '#platform';
import { concatBytes, encodeHex, encodeText } from './encoding.ts';
import { SealError } from './errors.ts';
import { randomBytes } from './hash.ts';

/** An Ed25519 key in raw form. The seed is the secret. Plain data: it can go to a worker. */
export interface SigningKey {
  /** 32 secret bytes (RFC 8032 section 5.1.5). */
  readonly seed: Uint8Array;
  /** 32 public bytes. */
  readonly publicKey: Uint8Array;
}

/**
 * A key that signs, wherever it is: in this process, in an agent, behind a token. The caller
 * verifies nothing: a signer gives a good signature of its public key or rejects.
 */
export interface Signer {
  /** 32 public bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 over exactly these bytes, 64 bytes. Rejects with SealError. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** What a key signs. One key, one purpose. */
export type Purpose = LinkPurpose | 'identity';

/** What the keys of a running link sign; the identity signs which keys those are. */
export type LinkPurpose = 'ledger' | 'cosign' | 'hello' | 'agreement';

/** In the order of a register. */
export const LINK_PURPOSES: readonly LinkPurpose[] = ['ledger', 'cosign', 'hello', 'agreement'];

/** Live and exercise never mix; each has its own keys. */
export type Mode = 'live' | 'exercise';

/** What a signature is bound to besides the message. */
export interface SignatureContext {
  readonly purpose: Purpose;
  /** The party that signs, for example `west.example`. */
  readonly party: string;
  readonly mode: Mode;
  /** Number of the link's life, from 1: a record begun anew has other names, and other signatures. */
  readonly epoch: number;
}

const PURPOSES: readonly string[] = [...LINK_PURPOSES, 'identity'];
const MODES: readonly string[] = ['live', 'exercise'];

/**
 * y coordinates of the points of small order (sign bit cleared): 1, -1, 0, and the two of order 8.
 * The other refused encodings are these with the sign bit, or are not canonical.
 */
const SMALL_ORDER_Y: ReadonlySet<string> = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** A new key from the platform's random generator. */
export function generateKeyPair(): SigningKey {
  return keyPairFromSeed(randomBytes(32));
}

/** The key of a 32-byte seed. For key files, and for simulations that need the same key each run. */
export function keyPairFromSeed(seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new SealError('bad-key', 'an Ed25519 seed has 32 bytes');
  const kept = Uint8Array.from(seed);
  return { seed: kept, publicKey: platform.publicKeyOf(kept) };
}

/**
 * Takes a public key into use: a copy of the 32 bytes, or `bad-key` for a wrong length, or
 * `weak-key` for a point of small order or y >= 2^255 - 19. Call it at enrolment.
 */
export function acceptPublicKey(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 32) throw new SealError('bad-key', 'an Ed25519 public key has 32 bytes');
  const y = Uint8Array.from(bytes);
  y[31] = (y[31] as number) & 0x7f;
  if (!isCanonicalY(y)) throw new SealError('weak-key', 'public key is not canonical');
  if (SMALL_ORDER_Y.has(encodeHex(y))) {
    throw new SealError('weak-key', 'public key has small order: anyone could sign for it');
  }
  return Uint8Array.from(bytes);
}

/** A signer with a key in this process; the same bytes give the same signature each time. */
export function signerFrom(key: SigningKey): Signer {
  const { seed, publicKey } = key;
  if (seed.length !== 32) throw new SealError('bad-key', 'an Ed25519 seed has 32 bytes');
  return { publicKey, sign: async (bytes) => platform.sign(seed, bytes) };
}

/** Signs a message for one purpose, party, mode and epoch; 64 bytes. */
export function sign(
  signer: Signer,
  context: SignatureContext,
  message: Uint8Array,
): Promise<Uint8Array> {
  return signer.sign(boundMessage(context, message));
}

/** What `verify` needs. */
export interface SignedMessage {
  readonly publicKey: Uint8Array;
  readonly context: SignatureContext;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether the signature is the key's, over exactly this message in exactly this context. */
export function verify(signed: SignedMessage): boolean {
  const bound = boundMessage(signed.context, signed.message);
  return verifyRaw(acceptPublicKey(signed.publicKey), bound, signed.signature);
}

/** A name for a key: `west.example/isthmus/exercise/1/ledger/east`. */
export function keyName(context: SignatureContext, peer?: string): string {
  checkContext(context);
  const base = `${context.party}/isthmus/${context.mode}/${context.epoch}/${context.purpose}`;
  return peer === undefined ? base : `${base}/${peer}`;
}

/** Ed25519 check over the bytes as they are. Inside this package only: callers bind a context; the key must have passed `acceptPublicKey`. */
export function verifyRaw(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false;
  return platform.verify(publicKey, message, signature);
}

/**
 * The bytes signed: a first line no note can begin with (a note of ours begins with its key's name,
 * a cosignature with `cosignature/v1`), the context, an empty line, the message.
 */
function boundMessage(context: SignatureContext, message: Uint8Array): Uint8Array {
  checkContext(context);
  const { purpose, party, mode, epoch } = context;
  const head = `isthmus signature v1\n${purpose}\n${party}\n${mode}\n${epoch}\n\n`;
  return concatBytes(encodeText(head), message);
}

function checkContext(context: SignatureContext): void {
  const { party, epoch } = context;
  if (!PURPOSES.includes(context.purpose) || !MODES.includes(context.mode)) {
    throw new SealError('bad-context', 'unknown purpose or mode');
  }
  if (!Number.isSafeInteger(epoch) || epoch < 1) {
    throw new SealError('bad-context', 'an epoch is a whole number from 1');
  }
  if (party === '' || /[\s\p{Cc}+]/u.test(party) || !party.isWellFormed()) {
    throw new SealError('bad-context', 'a party name has no space, control character or plus');
  }
}

/** Little-endian y < 2^255 - 19: only the top 19 values fail, all of which are ff..ff above byte 0. */
function isCanonicalY(y: Uint8Array): boolean {
  if ((y[31] as number) !== 0x7f || (y[0] as number) < 0xed) return true;
  for (let i = 1; i < 31; i += 1) if (y[i] !== 0xff) return true;
  return false;
}
