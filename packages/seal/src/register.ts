// SPDX-License-Identifier: Apache-2.0
// The key register: everything one side hands to its partner about its keys, in one note signed by an
// identity key that can stay offline. Each key proves that its owner holds it. See spec/keys.md.
//
//   isthmus key register v1
//   from west
//   to east
//   mode exercise
//   epoch 1
//   serial 2
//   key ledger 1 retired 120 rqm+/ktKFKFPsGelp1Jngvs6n7WiDL4OoTFZ8zNuZ+c= KEY PROOF
//   key ledger 2 active KEY PROOF
//   ...
//   certificate 1 active 5a5a...
//
//   — west/isthmus/exercise/1/identity/east Az3grl...

import { decodeBase64, decodeHex, encodeBase64, encodeHex, encodeText } from './encoding.ts';
import { SealError } from './errors.ts';
import {
  keyName,
  LINK_PURPOSES,
  type LinkPurpose,
  type Mode,
  type SignatureContext,
  type Signer,
  sign,
  verify,
} from './keys.ts';
import { LIMITS } from './limits.ts';
import {
  formatVerifierKey,
  type NoteSigner,
  type NoteVerifier,
  noteText,
  noteVerifier,
  openNote,
  signNote,
  verifierOf,
} from './note.ts';

/** Which keys a register is about: one side, one partner, one mode, one epoch. */
export interface RegisterScope {
  readonly party: string;
  readonly peer: string;
  readonly mode: Mode;
  readonly epoch: number;
}

/** `retired` ended in order; `revoked` may be in other hands. Neither comes back. */
export type KeyStatus = 'active' | 'retired' | 'revoked';

/** The last checkpoint the owner stands by, of a key that has ended. */
export interface KeyEnd {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A key of a register. Its name and type follow from scope and purpose. */
export interface RegisteredKey extends NoteVerifier {
  readonly purpose: LinkPurpose;
  /** Which key of its purpose, from 1. The newest active one signs. */
  readonly number: number;
  readonly status: KeyStatus;
  /** For an ended `ledger` or `cosign` key: what it signed beyond this does not count. Else null. */
  readonly end: KeyEnd | null;
  /** By the key itself over identity, purpose, number and epoch; see `provePossession`. */
  readonly proof: Uint8Array;
}

/** A TLS certificate of a register. */
export interface RegisteredCertificate {
  readonly number: number;
  readonly status: KeyStatus;
  /** SHA-256 of the DER form, 32 bytes. */
  readonly sha256: Uint8Array;
}

/** What the note says. */
export interface KeyRegister extends RegisterScope {
  /** Grows with each change. */
  readonly serial: number;
  /** By purpose in the order of `LINK_PURPOSES`, then by number. */
  readonly keys: readonly RegisteredKey[];
  readonly certificates: readonly RegisteredCertificate[];
}

const HEAD = 'isthmus key register v1';
const STATUSES: readonly string[] = ['active', 'retired', 'revoked'];

/** Name of the identity key: `west/isthmus/exercise/1/identity/east`. */
export function identityName(scope: RegisterScope): string {
  return nameOf('identity', scope);
}

/**
 * A key's proof that its owner holds it: 64 bytes, bound to the identity, purpose, number, mode and
 * epoch. Nobody can enrol another's key as his own with it.
 */
export function provePossession(
  signer: Signer,
  of: { readonly identity: NoteVerifier; readonly scope: RegisterScope } & Pick<
    RegisteredKey,
    'purpose' | 'number'
  >,
): Promise<Uint8Array> {
  return sign(signer, contextOf(of.purpose, of.scope), possessionText(of));
}

/** A key as a register holds it. Throws `weak-key`, `bad-key`. */
export function registeredKey(
  scope: RegisterScope,
  key: Pick<RegisteredKey, 'purpose' | 'number' | 'status' | 'end' | 'publicKey' | 'proof'>,
): RegisteredKey {
  const { purpose, number, status, end, publicKey, proof } = key;
  const verifier = noteVerifier(nameOf(purpose, scope), publicKey, purpose === 'cosign' ? 4 : 1);
  return { ...verifier, purpose, number, status, end, proof };
}

/** Checks and signs a register; the result is what is handed over. Throws SealError. */
export async function signRegister(register: KeyRegister, identity: NoteSigner): Promise<string> {
  const note = await signNote(formatRegister(register), [identity]);
  openRegister(note, verifierOf(identity), register);
  return note;
}

/**
 * Opens a register somebody handed over.
 *
 * @throws SealError `no-signature`, `bad-signature` (not by this identity), `bad-name` (the identity
 *   is of another scope), `bad-register` (malformed, of another scope, a key used twice, an end that
 *   is missing), `bad-proof`, `weak-key`
 */
export function openRegister(
  note: string,
  identity: NoteVerifier,
  scope: RegisterScope,
): KeyRegister {
  if (identity.name !== identityName(scope) || identity.type !== 1) {
    throw new SealError('bad-name', `expected the identity key ${identityName(scope)}`);
  }
  const register = parseRegister(openNote(note, [identity]).text);
  for (const field of ['party', 'peer', 'mode', 'epoch'] as const) {
    if (register[field] === scope[field]) continue;
    throw new SealError(
      'bad-register',
      `the register is of ${field} ${register[field]}, expected ${scope[field]}`,
    );
  }
  checkKeys(register, identity);
  return register;
}

/**
 * Opens a register and holds it against the one enrolled before: a lower serial is refused
 * (`old-register`), another text under the same serial too (`forked-register`), and a key or
 * certificate that was dropped, exchanged or brought back to life (`bad-register`).
 */
export function enrolRegister(
  note: string,
  options: {
    readonly identity: NoteVerifier;
    readonly scope: RegisterScope;
    /** The note enrolled before; null at first. */
    readonly enrolled: string | null;
  },
): KeyRegister {
  const { identity, scope, enrolled } = options;
  const next = openRegister(note, identity, scope);
  if (enrolled === null) return next;
  const last = openRegister(enrolled, identity, scope);
  if (next.serial < last.serial) {
    throw new SealError(
      'old-register',
      `serial ${next.serial} is older than the enrolled ${last.serial}`,
    );
  }
  if (next.serial === last.serial && noteText(note) !== noteText(enrolled)) {
    throw new SealError('forked-register', `two registers have serial ${next.serial}`);
  }
  for (const old of last.keys) {
    const same = next.keys.find((key) => key.purpose === old.purpose && key.number === old.number);
    checkSuccession(`${old.purpose} key ${old.number}`, old, same, encodeHex(old.publicKey));
    if (old.end !== null && (same?.end?.size ?? Number.POSITIVE_INFINITY) > old.end.size) {
      throw new SealError(
        'bad-register',
        `${old.purpose} key ${old.number} counts again beyond its end`,
      );
    }
  }
  for (const old of last.certificates) {
    const same = next.certificates.find((one) => one.number === old.number);
    checkSuccession(`certificate ${old.number}`, old, same, encodeHex(old.sha256));
  }
  return next;
}

/** Keys of a purpose, all or of one status, oldest first. */
export function keysOf(
  register: KeyRegister,
  purpose: LinkPurpose,
  status?: KeyStatus,
): readonly RegisteredKey[] {
  return register.keys.filter(
    (key) => key.purpose === purpose && (status === undefined || key.status === status),
  );
}

/** The text that is signed. */
export function formatRegister(register: KeyRegister): string {
  const { party, peer, mode, epoch, serial } = register;
  const keys = register.keys.map((key) => {
    const end = key.end === null ? '' : ` ${key.end.size} ${encodeBase64(key.end.root)}`;
    const proof = encodeBase64(key.proof);
    return `key ${key.purpose} ${key.number} ${key.status}${end} ${encodeBase64(key.publicKey)} ${proof}`;
  });
  const certificates = register.certificates.map(
    ({ number, status, sha256 }) => `certificate ${number} ${status} ${encodeHex(sha256)}`,
  );
  const head = [`from ${party}`, `to ${peer}`, `mode ${mode}`, `epoch ${epoch}`];
  return `${[HEAD, ...head, `serial ${serial}`, ...keys, ...certificates].join('\n')}\n`;
}

/** Reads the text; accepts only what `formatRegister` prints. */
function parseRegister(text: string): KeyRegister {
  const lines = text.slice(0, -1).split('\n');
  const [party, peer, mode, epoch, serial] = ['from', 'to', 'mode', 'epoch', 'serial'].map(
    (field, i) => {
      const line = lines[i + 1] ?? '';
      if (!line.startsWith(`${field} `)) throw malformed(`line ${i + 2} is not "${field} …"`);
      return line.slice(field.length + 1);
    },
  ) as [string, string, string, string, string];
  if (mode !== 'live' && mode !== 'exercise')
    throw malformed('the mode is neither live nor exercise');
  const scope: RegisterScope = { party, peer, mode, epoch: Number(epoch) };
  const keys: RegisteredKey[] = [];
  const certificates: RegisteredCertificate[] = [];
  for (const [i, line] of lines.slice(6).entries()) {
    const words = line.split(' ');
    if (words[0] === 'key') keys.push(parseKey(scope, words, i + 7));
    else certificates.push(parseCertificate(words, i + 7));
  }
  const register = { ...scope, serial: Number(serial), keys, certificates };
  if (formatRegister(register) !== text) throw malformed('the text is not canonical');
  return register;
}

function parseKey(scope: RegisterScope, words: readonly string[], line: number): RegisteredKey {
  const [, purpose, number, status, ...rest] = words;
  const [size, root] = rest.length === 4 ? rest : [];
  const [publicKey, proof] = rest.slice(-2);
  const known = LINK_PURPOSES.find((one) => one === purpose);
  if (known === undefined || publicKey === undefined || proof === undefined) {
    throw malformed(`line ${line} is not a key`);
  }
  const end =
    size === undefined || root === undefined
      ? null
      : { size: Number(size), root: decodeBase64(root) };
  return registeredKey(scope, {
    purpose: known,
    number: Number(number),
    status: statusOf(status, line),
    end,
    publicKey: decodeBase64(publicKey),
    proof: decodeBase64(proof),
  });
}

function parseCertificate(words: readonly string[], line: number): RegisteredCertificate {
  const [kind, number, status, hex] = words;
  if (kind !== 'certificate' || hex === undefined) {
    throw malformed(`line ${line} is neither a key nor a certificate`);
  }
  const sha256 = decodeHex(hex);
  if (sha256.length !== 32) throw malformed(`line ${line}: a certificate is named by its SHA-256`);
  return { number: Number(number), status: statusOf(status, line), sha256 };
}

function statusOf(word: string | undefined, line: number): KeyStatus {
  if (word === undefined || !STATUSES.includes(word)) {
    throw malformed(`line ${line}: a status is active, retired or revoked`);
  }
  return word as KeyStatus;
}

function checkKeys(register: KeyRegister, identity: NoteVerifier): void {
  const { serial, keys, certificates } = register;
  if (!Number.isSafeInteger(serial) || serial < 1) throw malformed('a serial is from 1');
  const seen = new Set([encodeHex(identity.publicKey)]);
  const ids = new Set<string>();
  const expected = LINK_PURPOSES.flatMap((purpose) => {
    const count = keys.filter((key) => key.purpose === purpose).length;
    if (count < 1 || count > LIMITS.registerKeysMax) {
      throw malformed(`1 to ${LIMITS.registerKeysMax} ${purpose} keys are expected, not ${count}`);
    }
    return Array.from({ length: count }, (_, i) => `${purpose} ${i + 1}`);
  });
  for (const [i, key] of keys.entries()) {
    const what = `${key.purpose} ${key.number}`;
    if (what !== expected[i]) throw malformed(`${what} is out of order`);
    const [hex, id] = [encodeHex(key.publicKey), `${key.name} ${encodeHex(key.keyId)}`];
    if (seen.has(hex) || ids.has(id)) throw malformed(`${what}: one key, one purpose, once`);
    seen.add(hex);
    ids.add(id);
    checkEnd(key);
    checkProof(register, key, identity);
  }
  if (certificates.length < 1 || certificates.length > LIMITS.registerKeysMax) {
    throw malformed(`1 to ${LIMITS.registerKeysMax} certificates are expected`);
  }
  for (const [i, { number, sha256 }] of certificates.entries()) {
    const hex = encodeHex(sha256);
    if (number !== i + 1 || seen.has(hex)) throw malformed(`certificate ${number} is out of order`);
    seen.add(hex);
  }
}

function checkEnd({ purpose, number, status, end }: RegisteredKey): void {
  const ends = status !== 'active' && (purpose === 'ledger' || purpose === 'cosign');
  if (ends !== (end !== null)) {
    throw malformed(
      `${purpose} ${number}: an ended ledger or cosign key, and no other, has an end`,
    );
  }
  if (end !== null && (!Number.isSafeInteger(end.size) || end.size < 0 || end.root.length !== 32)) {
    throw malformed(`${purpose} ${number}: an end is a size and a root`);
  }
}

function checkProof(scope: RegisterScope, key: RegisteredKey, identity: NoteVerifier): void {
  const { purpose, number, publicKey, proof } = key;
  const message = possessionText({ identity, purpose, number });
  const signed = { publicKey, context: contextOf(purpose, scope), message, signature: proof };
  if (!verify(signed)) {
    throw new SealError('bad-proof', `${purpose} ${number}: no proof that its owner holds the key`);
  }
}

/** A status only goes forward, and what was once listed stays listed. */
function checkSuccession(
  what: string,
  old: { readonly status: KeyStatus },
  next:
    | { readonly status: KeyStatus; readonly publicKey?: Uint8Array; readonly sha256?: Uint8Array }
    | undefined,
  oldHex: string,
): void {
  if (next === undefined) throw new SealError('bad-register', `${what} is no longer listed`);
  if (encodeHex(next.publicKey ?? next.sha256 ?? new Uint8Array()) !== oldHex) {
    throw new SealError('bad-register', `${what} is another one than was enrolled`);
  }
  if (STATUSES.indexOf(next.status) < STATUSES.indexOf(old.status)) {
    throw new SealError('bad-register', `${what} was ${old.status} and is ${next.status} again`);
  }
}

function possessionText(
  of: { readonly identity: NoteVerifier } & Pick<RegisteredKey, 'purpose' | 'number'>,
): Uint8Array {
  const identity = formatVerifierKey(of.identity);
  return encodeText(`isthmus possession v1\n${identity}\n${of.purpose} ${of.number}\n`);
}

function contextOf(purpose: LinkPurpose | 'identity', scope: RegisterScope): SignatureContext {
  return { purpose, party: scope.party, mode: scope.mode, epoch: scope.epoch };
}

function nameOf(purpose: LinkPurpose | 'identity', scope: RegisterScope): string {
  return keyName(contextOf(purpose, scope), scope.peer);
}

function malformed(why: string): SealError {
  return new SealError('bad-register', `not a key register: ${why}`);
}
