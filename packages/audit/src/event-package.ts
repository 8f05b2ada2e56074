// SPDX-License-Identifier: Apache-2.0
// The evidence of one event: its entries, the proof of each that it stands in the log, the signed
// checkpoint they lead to, and the agreement they went under. Nothing else of either side is in it, and no
// key: one that comes with what it verifies shows nothing. spec/ledger.md, L-37 to L-39.

import type { LogKey } from '@isthmus/ledger';
import { entryPayload, LedgerError } from '@isthmus/ledger';
import {
  checkCosignature,
  checkInclusion,
  type Hash,
  leafHash,
  nodeHash,
  openSigned,
} from '@isthmus/ledger/verify';
import {
  decodeBase64,
  encodeBase64,
  encodeHex,
  encodeText,
  type NoteVerifier,
  noteText,
  openNote,
  SealError,
  sha256,
} from '@isthmus/seal';
import { type DecodedRelease, decodeRelease, WireError } from '@isthmus/wire';
import { RECEIPT_S_MAX } from './prove-log.ts';

const FORM = 'isthmus/event/v1';

/** The file, as it stands. */
export interface EventPackage {
  readonly isthmus: typeof FORM;
  /** Identifier of the agreement, 32 hex digits. */
  readonly event: string;
  /** Signed by the giver, with the partner's cosignature behind it where there is one. */
  readonly checkpoint: string;
  readonly entries: readonly EventEntry[];
  /** Canonical JSON: its SHA-256 is what every entry names. */
  readonly agreement: string;
  /** Both sides' signatures over that hash; null where they were not given. */
  readonly agreementNote: string | null;
}

export interface EventEntry {
  readonly index: number;
  /** Salt and Release, base64. */
  readonly entry: string;
  /** Audit path from the leaf upwards, base64. */
  readonly proof: readonly string[];
}

/** What a package shows under the keys given. */
export interface EventVerdict {
  /** Every entry is in a log that its owner signed, and under this agreement. */
  readonly proven: boolean;
  /** One plain sentence: what is proven, or the first thing that does not hold. */
  readonly says: string;
  readonly log: string;
  readonly size: number;
  /** Unix seconds of the partner's receipt; null without one that could be checked. */
  readonly receiptedAtS: number | null;
  /** Parties whose signature over the agreement was checked. */
  readonly agreementSignedBy: readonly string[];
  readonly entries: readonly (DecodedRelease & { readonly index: number })[];
}

/** The one text of a package. */
export function formatEventPackage(of: Omit<EventPackage, 'isthmus'>): string {
  const { event, checkpoint, entries, agreement, agreementNote } = of;
  const told = entries.map(({ index, entry, proof }) => ({ index, entry, proof }));
  const whole = { isthmus: FORM, event, checkpoint, entries: told, agreement, agreementNote };
  return `${JSON.stringify(whole, null, 1)}\n`;
}

/** Whether a text means to be one. */
export function isEventPackage(text: string): boolean {
  return text.startsWith(`{\n "isthmus": "${FORM}"`);
}

/** Carries what does not hold out of the step that found it; never leaves this module. */
class Refused extends Error {}

/**
 * Verifies a package.
 *
 * @param keys of the log; and to check more: the partner's `cosign` key, both `agreement` keys
 */
export function verifyEventPackage(text: string, keys: readonly LogKey[]): EventVerdict {
  const nothing = { log: '', size: 0, receiptedAtS: null, agreementSignedBy: [], entries: [] };
  try {
    return verified(parsed(text), keys);
  } catch (error) {
    const isOurs = error instanceof Refused || error instanceof LedgerError;
    if (!isOurs && !(error instanceof SealError)) throw error;
    return { proven: false, says: error.message, ...nothing };
  }
}

function verified(of: EventPackage, keys: readonly LogKey[]): EventVerdict {
  const log = noteText(of.checkpoint).split('\n')[0] ?? '';
  const owners = keys.filter(({ name, type }) => name === log && type === 1);
  if (owners.length === 0) throw new Refused(`none of the keys given is of ${log}`);
  const { size, root } = openSigned(of.checkpoint, owners).checkpoint;
  const receiptedAtS = receiptOf(of.checkpoint, { size, root, owners }, keys);
  const hash = encodeHex(sha256(encodeText(of.agreement)));
  const entries = of.entries.map((one) => provenEntry(one, of, { size, root, hash }));
  if (entries.length === 0) throw new Refused('it holds no entry');
  if (entries.some(({ index }, i) => index <= (entries[i - 1]?.index ?? -1))) {
    throw new Refused('its entries are not in the order of the log');
  }
  const agreementSignedBy = signersOf(of.agreementNote, hash, keys);
  const held = receiptedAtS === null ? '' : ', and its partner held it';
  const says = `${entries.length} entries of event ${of.event} stand in ${log}, whose owner signed for ${size} entries${held}; each names this agreement`;
  return { proven: true, says, log, size, receiptedAtS, agreementSignedBy, entries };
}

function provenEntry(
  { index, entry, proof }: EventEntry,
  { event }: EventPackage,
  { size, root, hash }: { readonly size: number; readonly root: Hash; readonly hash: string },
): DecodedRelease & { readonly index: number } {
  const bytes = decodeBase64(entry);
  const claim = { leaf: leafHash(bytes), index, size, root, proof: proof.map(decodeBase64) };
  if (!checkInclusion(claim)) {
    throw new Refused(`entry ${index} is not proven to stand in the log that was signed for`);
  }
  const release = readable(index, bytes);
  const { item, agreementHash } = release;
  if (!('event' in item) || item.event !== event)
    throw new Refused(`entry ${index} is of another event`);
  if (agreementHash !== hash) throw new Refused(`entry ${index} went under another agreement`);
  return { ...release, index };
}

function readable(index: number, bytes: Uint8Array): DecodedRelease {
  try {
    return decodeRelease(entryPayload(bytes));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new Refused(`entry ${index} is nothing that may cross: ${error.message}`);
  }
}

/** One line behind the owner's signature at most, and that a receipt. */
function receiptOf(
  note: string,
  signed: { readonly size: number; readonly root: Hash; readonly owners: readonly LogKey[] },
  keys: readonly LogKey[],
): number | null {
  const own = new Set(openNote(note, signed.owners).verified.map(({ line }) => line));
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split(/(?<=\n)/);
  const [line, ...more] = lines.filter((one) => !own.has(one));
  if (line === undefined) return null;
  if (more.length > 0 || !/^\u2014 \S+\/cosign\//.test(line)) {
    throw new Refused('there is more behind the signature of the checkpoint than a receipt');
  }
  const cosigners = keys.filter(({ type }) => type === 4);
  if (cosigners.length === 0) return null;
  const theirs = cosigners.filter(({ name }) => line.startsWith(`\u2014 ${name} `));
  if (theirs.length === 0) throw new Refused('the receipt is by none of the keys given');
  const atS = checkCosignature({ ...signed, note, line }, theirs);
  if (atS > RECEIPT_S_MAX) throw new Refused(`the receipt states the impossible time of ${atS} s`);
  return atS;
}

/** The parties that signed: all whose keys were given, or it is refused. */
function signersOf(note: string | null, hash: string, keys: readonly NoteVerifier[]): string[] {
  if (note === null) return [];
  if (noteText(note) !== `isthmus agreement v1\n${hash}\n`) {
    throw new Refused('the signatures of the agreement are over another one');
  }
  const signers = keys.filter(({ name }) => name.split('/')[4] === 'agreement');
  if (signers.length === 0) return [];
  const signed = new Set(openNote(note, signers).verified.map(({ name }) => name));
  const missing = signers.find(({ name }) => !signed.has(name));
  if (missing !== undefined) throw new Refused(`the agreement is not signed by ${missing.name}`);
  return [...signed].map((name) => name.split('/')[0] ?? '');
}

/** Exactly what `formatEventPackage` prints, or nothing. */
function parsed(text: string): EventPackage {
  let value: EventPackage;
  try {
    value = JSON.parse(text) as EventPackage;
    if (isWellFormed(value) && formatEventPackage(value) === text) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refused(`it is not of the form ${FORM}, exactly as it was written`);
}

function isWellFormed({
  event,
  checkpoint,
  entries,
  agreement,
  agreementNote,
}: EventPackage): boolean {
  const isEntry = ({ index, entry, proof }: EventEntry): boolean =>
    Number.isSafeInteger(index) &&
    typeof entry === 'string' &&
    Array.isArray(proof) &&
    proof.every((hash) => typeof hash === 'string');
  return (
    /^[0-9a-f]{32}$/.test(event) &&
    typeof checkpoint === 'string' &&
    typeof agreement === 'string' &&
    (agreementNote === null || typeof agreementNote === 'string') &&
    Array.isArray(entries) &&
    entries.every(isEntry)
  );
}

/**
 * Inclusion proofs of several leaves of one tree (RFC 6962, 2.1.1), with what they share computed once.
 *
 * @param leaves hashes, 32 bytes each, of at least `size` entries
 */
export function proofsOf(
  leaves: Uint8Array,
  size: number,
  indexes: readonly number[],
): readonly (readonly Hash[])[] {
  const roots = new Map<string, Hash>();
  const rootOf = (from: number, to: number): Hash => {
    if (to - from === 1) return leaves.subarray(32 * from, 32 * to);
    const key = `${from} ${to}`;
    const known = roots.get(key);
    if (known !== undefined) return known;
    const middle = from + splitOf(to - from);
    const root = nodeHash(rootOf(from, middle), rootOf(middle, to));
    // Small subtrees are soon computed again, and are most of them.
    if (to - from >= 64) roots.set(key, root);
    return root;
  };
  return indexes.map((index) => {
    const path: Hash[] = [];
    for (let [from, to] = [0, size] as [number, number]; to - from > 1; ) {
      const middle = from + splitOf(to - from);
      path.push(index < middle ? rootOf(middle, to) : rootOf(from, middle));
      [from, to] = index < middle ? [from, middle] : [middle, to];
    }
    return path.toReversed();
  });
}

function splitOf(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}

/** What a package says of an entry. */
export function eventEntry(index: number, bytes: Uint8Array, proof: readonly Hash[]): EventEntry {
  return { index, entry: encodeBase64(bytes), proof: proof.map(encodeBase64) };
}
