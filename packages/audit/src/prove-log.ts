// SPDX-License-Identifier: Apache-2.0
// One copy of a log against its owner's keys: every checkpoint ever signed, every root, the ends of
// keys, the last size, and the partner's receipts. Unlike `verifyLedger` it does not stop at what it
// finds, and what a running node or a crash leaves is a remark.

import { LedgerError, LIMITS, type LogKey, type LogKeys } from '@isthmus/ledger';
import {
  type Checkpoint,
  checkCosignature,
  edgeRoot,
  emptyEdge,
  growEdge,
  type Hash,
  logKeys,
  openSigned,
  parseReceipt,
  readLastSize,
} from '@isthmus/ledger/verify';
import { decodeText, equalBytes, openNote, SealError } from '@isthmus/seal';
import { type Finding, type FindingKind, placeOf, type Remark } from './finding.ts';
import { type RecordState, walkOver } from './records.ts';

/** A checkpoint whose signature is good. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: string;
  readonly key: LogKey;
}

/** A receipt whose cosignature is good. */
export interface CheckedReceipt {
  readonly size: number;
  /** Unix seconds by the partner's clock. */
  readonly atS: number;
}

/** What was found and remarked. */
export interface Told {
  readonly findings: Finding[];
  readonly remarks: Remark[];
}

/** What stands in `entries`, told apart. */
export interface HeldEntries {
  /** Leaf hashes of the bytes as they are, 32 each. */
  readonly leaves: Uint8Array;
  /** Records that are not as they were written. */
  readonly damaged: readonly { readonly index: number; readonly state: RecordState }[];
  /** What stands behind the last record: nothing, a write cut off, or bytes that are no record. */
  readonly stop: 'clean' | 'torn' | 'lost';
}

/** One copy of a log, proven as far as it holds. */
export interface ProvedLog {
  /** Entries under a signed checkpoint that gave its root. */
  readonly entries: number;
  readonly root: Hash;
  readonly checkpoints: readonly SignedCheckpoint[];
  /** Root of the first so many entries as they are held, at every size asked for. */
  readonly rootAt: ReadonlyMap<number, Hash>;
}

/** Signatures checked between two pauses, some milliseconds. */
const CHECKED_AT_ONCE = 16;

/**
 * Reads the checkpoints of a copy: signatures, order.
 *
 * @param pause lets others go on: a signature for every commit takes its time
 */
export async function readCheckpoints(
  bytes: Uint8Array,
  keys: LogKeys,
  told: Told,
  pause: () => Promise<void>,
): Promise<SignedCheckpoint[]> {
  const file = 'checkpoints';
  const walk = walkOver(bytes, LIMITS.checkpointBytesMax);
  const found: SignedCheckpoint[] = [];
  for (const [record, { state, bytes: text }] of walk.records.entries()) {
    if (record % CHECKED_AT_ONCE === 0) await pause();
    const place = placeOf({ file, record });
    if (state !== 'sound') {
      const what = state === 'length' ? 'its length was' : 'its bytes were';
      const says = `checkpoint ${record} is not as it was written: ${what} changed`;
      told.findings.push({ kind: 'damaged', ...place, says });
      if (state === 'damaged') continue;
    }
    const opened = refusal(() => {
      const note = decodeText(text);
      return { note, ...openSigned(note, keys) };
    });
    if ('kind' in opened) {
      told.findings.push({ ...opened, ...place, says: `checkpoint ${record}: ${opened.says}` });
      continue;
    }
    const { note, key, checkpoint } = opened;
    if (checkpoint.size <= (found.at(-1)?.size ?? 0)) {
      const says = `checkpoint ${record} does not come after the one before it`;
      told.findings.push({ kind: 'damaged', ...place, says });
      continue;
    }
    found.push({ ...checkpoint, note, key });
  }
  tailOf(told, { file, stop: walk.stop, record: walk.records.length, what: 'checkpoint' });
  return found;
}

/** The one checkpoint of an export, or one that came another way. Null, with a finding, where it does not hold. */
export function openNoteAs(
  bytes: Uint8Array,
  keys: LogKeys,
  told: Told,
  file = 'checkpoint',
): SignedCheckpoint | null {
  const opened = refusal(() => {
    const note = decodeText(bytes);
    return { note, ...openSigned(note, keys) };
  });
  if (!('kind' in opened)) return { ...opened.checkpoint, note: opened.note, key: opened.key };
  told.findings.push({ ...opened, ...placeOf({ file }), says: `${file}: ${opened.says}` });
  return null;
}

/**
 * Proves entries under the checkpoints. What is damaged is named, one by one; where a root is not given
 * and nothing is damaged, the entries under that checkpoint.
 *
 * @param wanted sizes at which another copy has a checkpoint
 */
export function proveEntries(
  held: HeldEntries,
  checkpoints: readonly SignedCheckpoint[],
  wanted: ReadonlySet<number>,
  told: Told,
): ProvedLog {
  const rootAt = new Map<number, Hash>();
  const count = held.leaves.length / 32;
  let edge = emptyEdge();
  let proven = edge;
  const grow = (size: number): void => {
    while (edge.size < size) {
      let next = edge.size + 1;
      while (next < size && !wanted.has(next)) next += 1;
      edge = growEdge(edge, leavesOf(held.leaves, edge.size, next));
      if (wanted.has(next)) rootAt.set(next, edgeRoot(edge));
    }
  };
  for (const { size, root } of checkpoints) {
    if (size > count) {
      tellMissing(held, { size, count }, told);
      break;
    }
    grow(size);
    if (!equalBytes(edgeRoot(edge), root)) {
      tellRoot(held, { from: proven.size, size, last: checkpoints.at(-1)?.size ?? size }, told);
      break;
    }
    proven = edge;
  }
  grow(count);
  tellDamaged(held, proven.size, told);
  if (proven.size === (checkpoints.at(-1)?.size ?? 0)) {
    tellUnsigned(held, count - proven.size, told);
  }
  return { entries: proven.size, root: edgeRoot(proven), checkpoints, rootAt };
}

/** The owner of an ended key says, with another, what it stands by (spec/keys.md, K-14). */
export function compareEnds(keys: LogKeys, log: ProvedLog, told: Told): void {
  for (const key of logKeys(keys)) {
    const { end, status } = key;
    if (end === undefined || end === null || end.size === 0) continue;
    const root = log.rootAt.get(end.size);
    if (root !== undefined && equalBytes(root, end.root)) continue;
    const signed = log.checkpoints.some((one) => one.key === key);
    if (root === undefined && (status !== 'revoked' || !signed)) continue;
    const says = `the owner of a ${status} key of this log stands by another at ${end.size}`;
    const kind = status === 'revoked' ? 'revoked' : 'two-stories';
    told.findings.push({ kind, ...placeOf({ file: 'checkpoints' }), says });
  }
}

/** Sizes at which keys ended. */
export function endSizes(keys: LogKeys): number[] {
  return logKeys(keys).flatMap(({ end }) => (end === undefined || end === null ? [] : [end.size]));
}

/** The writer's own word on the last size: what is beyond the last checkpoint, a commit was about to sign. */
export function compareSize(bytes: Uint8Array, log: ProvedLog, held: number, told: Told): void {
  const place = placeOf({ file: 'size' });
  const found = readLastSize(bytes);
  const { origin = '', size: signed = 0 } = log.checkpoints.at(-1) ?? {};
  if (found === null || (log.checkpoints.length > 0 && found.last.origin !== origin)) {
    told.findings.push({ kind: 'damaged', ...place, says: 'the last size cannot be read' });
    return;
  }
  if (found.torn) {
    const says = 'one of the two slots of the last size does not hold; the other does';
    told.findings.push({ kind: 'damaged', ...place, says });
  }
  const { size, root } = found.last;
  const root0 = size === 0 ? edgeRoot(emptyEdge()) : log.rootAt.get(size);
  if (root0 !== undefined && !equalBytes(root0, root)) {
    const says = `the last size says another root at ${size} than the entries give`;
    // Where the entries are damaged they are named, and this says nothing more.
    if (size <= log.entries) told.findings.push({ kind: 'damaged', ...place, says });
    return;
  }
  if (size === signed) {
    if (size === 0 && held === 0) {
      const says =
        'nothing was ever recorded here, by the last size, which nobody signs: a copy of the other side shows whether that is so';
      told.remarks.push({ ...place, says });
    }
    return;
  }
  if (size > signed && (size > held || size - signed > LIMITS.batchEntriesMax)) {
    const says = `the last size is ${size}, and ${signed} entries are signed for here: the rest is missing, or was written while the files were copied`;
    told.findings.push({ kind: 'incomplete', ...place, says });
    return;
  }
  const says = `the last size is ${size}, and ${signed} entries are signed for here: a commit was under way when the files were copied`;
  told.remarks.push({ ...place, says });
}

/** The size the writer's own file says; null where it says none. */
export function lastSizeOf(bytes: Uint8Array | null): number | null {
  return bytes === null ? null : (readLastSize(bytes)?.last.size ?? null);
}

/**
 * The partner's receipts of a copy, each over the checkpoint of its size.
 *
 * @param checkpoints of all copies: a receipt is over a note, wherever it is kept
 */
export function readReceipts(
  bytes: Uint8Array,
  checkpoints: readonly SignedCheckpoint[],
  cosigner: LogKeys,
  told: Told,
): CheckedReceipt[] {
  const file = 'receipts';
  const bySize = new Map(checkpoints.map((one) => [one.size, one]));
  const last = checkpoints.at(-1)?.size ?? 0;
  const walk = walkOver(bytes, LIMITS.checkpointBytesMax);
  const checked: CheckedReceipt[] = [];
  let beyond = 0;
  for (const [record, { state, bytes: text }] of walk.records.entries()) {
    const place = placeOf({ file, record });
    if (state !== 'sound') {
      const what = state === 'length' ? 'its length was' : 'its bytes were';
      const says = `receipt ${record} is not as it was written: ${what} changed`;
      told.findings.push({ kind: 'damaged', ...place, says });
      if (state === 'damaged') continue;
    }
    const receipt = refusal(() => parseReceipt(text));
    if ('kind' in receipt) {
      told.findings.push({ ...receipt, ...place, says: `receipt ${record}: ${receipt.says}` });
      continue;
    }
    const { size, line } = receipt;
    const of = bySize.get(size);
    if (of !== undefined) {
      const atS = cosigned({ ...of, line }, cosigner);
      if (typeof atS === 'number') checked.push({ size, atS });
      else told.findings.push({ ...atS, ...place, says: `receipt ${record}: ${atS.says}` });
    } else if (size > last) {
      beyond += 1;
    } else if (told.findings.some((one) => one.file === 'checkpoints')) {
      const says = `receipt ${record} is for ${size} entries, and cannot be checked without the checkpoint, which does not hold here`;
      told.remarks.push({ ...place, says });
    } else {
      const says = `receipt ${record} is for ${size} entries, where nothing was signed that holds`;
      told.findings.push({ kind: 'signature', ...place, says });
    }
  }
  if (beyond > 0) {
    const says = `${beyond} receipts are for more than is signed for here: they were written while the files were copied, or the end is missing`;
    told.remarks.push({ ...placeOf({ file }), says });
  }
  tailOf(told, { file, stop: walk.stop, record: walk.records.length, what: 'receipt' });
  return checked;
}

/** The second a cosignature line states, or why it does not hold. */
export function cosigned(
  claim: SignedCheckpoint & { readonly line: string },
  cosigner: LogKeys,
): number | { readonly kind: FindingKind; readonly says: string } {
  const found = refusal(() => ({ atS: checkCosignature(claim, cosigner) }));
  if ('kind' in found) return found;
  if (found.atS <= RECEIPT_S_MAX) return found.atS;
  return { kind: 'signature', says: `it states the impossible time of ${found.atS} s` };
}

/** The last second whose microseconds are a number that can be told. */
export const RECEIPT_S_MAX = Math.floor(Number.MAX_SAFE_INTEGER / 1e6);

/** Lines of a note behind its text that are no signatures by these keys. */
export function linesBehind(note: string, keys: LogKeys): string[] {
  const own = new Set(openNote(note, logKeys(keys)).verified.map(({ line }) => line));
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split(/(?<=\n)/);
  return lines.filter((line) => line !== '' && !own.has(line));
}

/** What a parser refuses, as a finding without its place. */
function refusal<T extends object>(
  parse: () => T,
): T | { readonly kind: FindingKind; readonly says: string } {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SealError) && !(error instanceof LedgerError)) throw error;
    return { kind: error.code === 'revoked' ? 'revoked' : 'signature', says: error.message };
  }
}

function leavesOf(leaves: Uint8Array, from: number, to: number): Hash[] {
  return Array.from({ length: to - from }, (_, i) =>
    leaves.subarray(32 * (from + i), 32 * (from + i + 1)),
  );
}

function tellMissing(
  held: HeldEntries,
  { size, count }: { readonly size: number; readonly count: number },
  told: Told,
): void {
  // What cannot be told apart any more is said to be damaged, by tellDamaged.
  if (held.stop === 'lost') return;
  const place = placeOf({ file: 'entries', record: count, entry: count, through: size - 1 });
  const says = `${size} entries are signed for, and ${count} are here: the rest was cut off, or was written while the files were copied; copy it again`;
  told.findings.push({ kind: 'incomplete', ...place, says });
}

function tellRoot(
  held: HeldEntries,
  span: { readonly from: number; readonly size: number; readonly last: number },
  told: Told,
): void {
  const { from, size, last } = span;
  const isNamed = held.damaged.some(({ index }) => index >= from && index < size);
  if (!isNamed) {
    const place = placeOf({ file: 'entries', entry: from, through: size - 1 });
    const says = `entries ${from} to ${size - 1} do not give the root that was signed`;
    told.findings.push({ kind: 'root', ...place, says });
  }
  if (last > from) {
    const place = placeOf({ file: 'entries', entry: from, through: last - 1 });
    const says = `of this copy alone nothing is proven from entry ${from} on: every later root needs those before it`;
    told.remarks.push({ ...place, says });
  }
}

function tellDamaged({ damaged, stop, leaves }: HeldEntries, proven: number, told: Told): void {
  for (const { index, state } of damaged) {
    const place = placeOf({ file: 'entries', record: index, entry: index });
    const isSigned = index < proven;
    const what =
      state === 'length'
        ? 'the length in front of it was changed'
        : isSigned
          ? 'the check in front of it was changed; its own bytes are as signed'
          : 'its bytes or the check in front of them were changed';
    const says = `entry ${index} is not as it was written: ${what}`;
    told.findings.push({ kind: 'damaged', ...place, says });
  }
  if (stop === 'lost') {
    const index = leaves.length / 32;
    const place = placeOf({ file: 'entries', record: index, entry: index });
    const says = `entry ${index} is not as it was written, and what follows cannot be told apart`;
    told.findings.push({ kind: 'damaged', ...place, says });
  }
}

function tellUnsigned({ stop }: HeldEntries, count: number, told: Told): void {
  const place = placeOf({ file: 'entries' });
  if (count > LIMITS.batchEntriesMax) {
    const says = `${count} entries behind the last checkpoint are not signed for, more than one commit leaves: the checkpoints of them are missing, or were copied before they were written`;
    told.findings.push({ kind: 'incomplete', ...place, says });
  } else if (count > 0) {
    const says = `${count} entries behind the last checkpoint are not signed for and not counted: a commit was under way`;
    told.remarks.push({ ...place, says });
  }
  if (stop === 'torn') {
    const says = 'the last entry is not all there and not signed for: its writing was cut off';
    told.remarks.push({ ...place, says });
  }
}

function tailOf(
  told: Told,
  tail: {
    readonly file: string;
    readonly stop: 'clean' | 'torn' | 'lost';
    readonly record: number;
    readonly what: string;
  },
): void {
  const { file, stop, record, what } = tail;
  const place = placeOf({ file, record });
  if (stop === 'torn') {
    const says = `${what} ${record} is not all there: its writing was cut off, or under way`;
    told.remarks.push({ ...place, says });
  }
  if (stop === 'lost') {
    const says = `${what} ${record} is not as it was written, and what follows cannot be told apart`;
    told.findings.push({ kind: 'damaged', ...place, says });
  }
}
