// SPDX-License-Identifier: Apache-2.0
// Signed notes, verifier keys and cosignatures as published by C2SP (signed-note v1.0.0,
// tlog-cosignature v1, Ed25519 forms). Not checkpoints: what the text means is `ledger`'s.
//
//   west.example/isthmus/exercise/1/ledger/east
//   3
//   rqm+/ktKFKFPsGelp1Jngvs6n7WiDL4OoTFZ8zNuZ+c=
//
//   — west.example/isthmus/exercise/1/ledger/east Az3grl...

import {
  concatBytes,
  decodeBase64,
  decodeText,
  encodeBase64,
  encodeHex,
  encodeText,
  equalBytes,
} from './encoding.ts';
import { SealError } from './errors.ts';
import { sha256 } from './hash.ts';
import { acceptPublicKey, type Signer, type SigningKey, signerFrom, verifyRaw } from './keys.ts';
import { LIMITS } from './limits.ts';

/** C2SP signature types we make and check. 1: Ed25519 over the text. 4: timestamped cosignature. */
export type NoteKeyType = 1 | 4;

/** A named key that signs notes (type 1) or cosigns them (type 4), wherever the key itself is. */
export interface NoteSigner extends Signer {
  readonly name: string;
  readonly type: NoteKeyType;
}

/** A named public key that was accepted; made by `noteVerifier` and `parseVerifierKey` alone. */
export interface NoteVerifier {
  readonly name: string;
  readonly type: NoteKeyType;
  readonly publicKey: Uint8Array;
  /** First four bytes of SHA-256(name, newline, type, public key). A hint, not an identity. */
  readonly keyId: Uint8Array;
}

/** One signature of a known key that was checked and is good. */
export interface VerifiedSignature {
  readonly name: string;
  readonly type: NoteKeyType;
  /** Which of the keys of this name it was. */
  readonly publicKey: Uint8Array;
  /** Unix seconds stated and signed by a cosigner; null for plain signatures. */
  readonly cosignedAtS: number | null;
  /** The line as it stands in the note, with its newline. */
  readonly line: string;
}

/** A note of which at least one known signature is good and none is bad. */
export interface OpenedNote {
  /** What was signed; ends in a newline. */
  readonly text: string;
  readonly verified: readonly VerifiedSignature[];
  /** Lines by keys we do not know: carried, not believed. */
  readonly unknownSignatures: number;
}

const DASH = '\u2014 ';

/** A signer with a key in this process. Type 1 signs notes, type 4 cosigns them. */
export function noteSigner(name: string, key: SigningKey, type: NoteKeyType = 1): NoteSigner {
  checkName(name);
  return { name, type, ...signerFrom(key) };
}

/** A verifier of a name; refuses weak public keys (`weak-key`) and names C2SP forbids. */
export function noteVerifier(
  name: string,
  publicKey: Uint8Array,
  type: NoteKeyType = 1,
): NoteVerifier {
  checkName(name);
  const accepted = acceptPublicKey(publicKey);
  return { name, type, publicKey: accepted, keyId: keyIdOf(name, type, accepted) };
}

/** The verifier that checks what the signer signs. */
export function verifierOf(signer: Pick<NoteSigner, 'name' | 'type' | 'publicKey'>): NoteVerifier {
  return noteVerifier(signer.name, signer.publicKey, signer.type);
}

/** `name+hex8+base64`: the published text form of a verifier. */
export function formatVerifierKey(verifier: NoteVerifier): string {
  const body = concatBytes(Uint8Array.of(verifier.type), verifier.publicKey);
  return `${verifier.name}+${encodeHex(verifier.keyId)}+${encodeBase64(body)}`;
}

/** Reads a verifier key; the key id must agree with name and key. Throws SealError. */
export function parseVerifierKey(text: string): NoteVerifier {
  const { name, hexId, type, body } = splitKeyText(text);
  const verifier = noteVerifier(name, body, type);
  if (encodeHex(verifier.keyId) !== hexId) {
    throw new SealError('bad-key', 'key id does not belong to this name and key');
  }
  return verifier;
}

/**
 * Ten groups of four hexadecimal digits (160 bits) over name, type and key, for two people to read
 * to each other over a channel they trust before the keys are used.
 */
export function fingerprint(verifier: NoteVerifier): string {
  const digest = sha256(keyIdInput(verifier.name, verifier.type, verifier.publicKey));
  const hex = encodeHex(digest.subarray(0, 20));
  return (hex.match(/.{4}/g) ?? []).join(' ');
}

/** Signs a text (ending in a newline) with plain signers; the result is the whole note. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  checkText(text);
  if (signers.length === 0) throw new SealError('no-signature', 'a note needs a signer');
  if (signers.length > LIMITS.noteSignaturesMax) {
    throw new SealError('too-large', 'too many signers');
  }
  if (signers.some((signer) => signer.type !== 1)) {
    throw new SealError('bad-key', 'a cosigning key does not sign notes');
  }
  const bytes = encodeText(text);
  let note = `${text}\n`;
  for (const signer of signers) note += signatureLine(signer, await signer.sign(bytes));
  return note;
}

/**
 * Checks a note against the keys we know. Unknown keys are ignored; one bad signature by a known
 * key rejects the note; without a good one it is rejected. Throws SealError, never returns half.
 */
export function openNote(
  note: string | Uint8Array,
  verifiers: readonly NoteVerifier[],
): OpenedNote {
  const { text, lines } = splitNote(note);
  const bytes = encodeText(text);
  const verified: VerifiedSignature[] = [];
  let unknownSignatures = 0;
  for (const { line, name, blob } of lines) {
    const verifier = knownVerifier(verifiers, name, blob);
    if (verifier === undefined) {
      unknownSignatures += 1;
      continue;
    }
    const good = checkSignature(verifier, bytes, { line, blob });
    const repeated = verified.some(
      (one) => one.name === good.name && equalBytes(one.publicKey, good.publicKey),
    );
    if (!repeated) verified.push(good);
  }
  if (verified.length === 0) throw new SealError('no-signature', 'no signature by a known key');
  return { text, verified, unknownSignatures };
}

/** The signed text of a note whose form is checked and whose signatures are not. */
export function noteText(note: string | Uint8Array): string {
  return splitNote(note).text;
}

/**
 * A C2SP cosignature line over a note's text: "at this time this was the largest consistent tree
 * I had seen of this origin". Whether that is true the caller must know before calling.
 *
 * @param atS Unix seconds, an integer, 0 <= atS <= 2^53 - 1
 */
export async function cosign(
  note: string | Uint8Array,
  signer: NoteSigner,
  atS: number,
): Promise<string> {
  if (signer.type !== 4) throw new SealError('bad-key', 'only a cosigning key cosigns');
  if (!Number.isSafeInteger(atS) || atS < 0) throw new SealError('bad-time', 'not a Unix second');
  const message = cosignedMessage(encodeText(splitNote(note).text), atS);
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(atS));
  return signatureLine(signer, concatBytes(time, await signer.sign(message)));
}

/** Checks one cosignature line against a note's text; throws SealError if it is not the key's. */
export function openCosignature(options: {
  readonly note: string | Uint8Array;
  readonly line: string;
  readonly verifier: NoteVerifier;
}): { readonly atS: number } {
  const { text } = splitNote(options.note);
  const { line, name, blob } = parseSignatureLine(options.line);
  const verifier = knownVerifier([options.verifier], name, blob);
  if (verifier === undefined || verifier.type !== 4) {
    throw new SealError('no-signature', 'the line is not by this cosigner');
  }
  const { cosignedAtS } = checkSignature(verifier, encodeText(text), { line, blob });
  return { atS: cosignedAtS as number };
}

interface SignatureLine {
  readonly line: string;
  readonly name: string;
  readonly blob: Uint8Array;
}

function splitNote(note: string | Uint8Array): { text: string; lines: readonly SignatureLine[] } {
  if (note.length > LIMITS.noteBytesMax) throw new SealError('too-large', 'note is too large');
  const whole = typeof note === 'string' ? note : decodeText(note);
  if (encodeText(whole).length > LIMITS.noteBytesMax) {
    throw new SealError('too-large', 'note is too large');
  }
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n')) throw new SealError('bad-note', 'not a signed note');
  const text = whole.slice(0, split + 1);
  checkText(text);
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > LIMITS.noteSignaturesMax) {
    throw new SealError('too-large', 'too many signatures');
  }
  return { text, lines: lines.map((line) => parseSignatureLine(`${line}\n`)) };
}

function parseSignatureLine(line: string): SignatureLine {
  if (line.length > LIMITS.noteBytesMax) throw new SealError('too-large', 'line is too large');
  const words = line.slice(DASH.length, -1).split(' ');
  if (!line.startsWith(DASH) || !line.endsWith('\n') || words.length !== 2) {
    throw new SealError('bad-note', 'malformed signature line');
  }
  const [name, encoded] = words as [string, string];
  checkName(name);
  const blob = decodeBase64(encoded);
  if (blob.length < 5) throw new SealError('bad-note', 'signature is too short');
  return { line, name, blob };
}

function knownVerifier(
  verifiers: readonly NoteVerifier[],
  name: string,
  blob: Uint8Array,
): NoteVerifier | undefined {
  const id = blob.subarray(0, 4);
  return verifiers.find((one) => one.name === name && equalBytes(one.keyId, id));
}

function checkSignature(
  verifier: NoteVerifier,
  text: Uint8Array,
  signature: { readonly line: string; readonly blob: Uint8Array },
): VerifiedSignature {
  const { line, blob } = signature;
  const { name, type, publicKey } = verifier;
  if (type === 1) {
    if (verifyRaw(publicKey, text, blob.subarray(4)))
      return { name, type, publicKey, cosignedAtS: null, line };
    throw new SealError('bad-signature', `bad signature by ${name}`);
  }
  if (blob.length !== 76) throw new SealError('bad-signature', `bad cosignature by ${name}`);
  const time = new DataView(blob.buffer, blob.byteOffset + 4, 8).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new SealError('bad-time', `cosignature by ${name} states an impossible time`);
  }
  const cosignedAtS = Number(time);
  if (!verifyRaw(publicKey, cosignedMessage(text, cosignedAtS), blob.subarray(12))) {
    throw new SealError('bad-signature', `bad cosignature by ${name}`);
  }
  return { name, type, publicKey, cosignedAtS, line };
}

function cosignedMessage(text: Uint8Array, atS: number): Uint8Array {
  return concatBytes(encodeText(`cosignature/v1\ntime ${atS}\n`), text);
}

function signatureLine(signer: NoteSigner, signature: Uint8Array): string {
  const id = keyIdOf(signer.name, signer.type, signer.publicKey);
  return `${DASH}${signer.name} ${encodeBase64(concatBytes(id, signature))}\n`;
}

function keyIdInput(name: string, type: NoteKeyType, publicKey: Uint8Array): Uint8Array {
  return concatBytes(encodeText(`${name}\n`), Uint8Array.of(type), publicKey);
}

function keyIdOf(name: string, type: NoteKeyType, publicKey: Uint8Array): Uint8Array {
  return sha256(keyIdInput(name, type, publicKey)).slice(0, 4);
}

/** Splits `name+hex8+base64` at the first two plus signs only: base64 may hold more. */
export function splitKeyText(text: string): {
  name: string;
  hexId: string;
  type: NoteKeyType;
  body: Uint8Array;
} {
  if (text.length > LIMITS.keyTextBytesMax) throw new SealError('too-large', 'key is too long');
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) throw new SealError('bad-key', 'expected name+id+key');
  const decoded = decodeBase64(text.slice(second + 1));
  const type = decoded[0];
  if (type !== 1 && type !== 4) throw new SealError('bad-key', 'not an Ed25519 key type');
  if (decoded.length !== 33) throw new SealError('bad-key', 'an Ed25519 key has 32 bytes');
  const hexId = text.slice(first + 1, second);
  return { name: text.slice(0, first), hexId, type, body: decoded.slice(1) };
}

function checkName(name: string): void {
  // \s misses U+0085, which Unicode counts as a space; \p{Cc} covers it with the other controls.
  if (name === '' || /[\s\p{Cc}+]/u.test(name)) throw new SealError('bad-name', 'bad key name');
  if (encodeText(name).length > LIMITS.keyNameBytesMax) {
    throw new SealError('bad-name', 'key name is too long');
  }
}

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw new SealError('bad-note', 'text must end in a newline');
  // Below 0x20 only the newline may stand: a terminal must show what was signed.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) {
    throw new SealError('bad-note', 'text holds a control byte');
  }
  if (encodeText(text).length > LIMITS.noteBytesMax) {
    throw new SealError('too-large', 'text is too large');
  }
}
