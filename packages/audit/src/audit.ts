// SPDX-License-Identifier: Apache-2.0
// Copies of logs, read, into what is told of each log: every copy proven by itself, then against the
// others, and of the best one what crossed.

import type { LogKeys } from '@isthmus/ledger';
import { encodeBase64 } from '@isthmus/seal';
import { accountsOf, receiptsOf } from './accounts.ts';
import { strayEntries, type ToldLog, twoStories } from './copies.ts';
import { type Finding, placeOf } from './finding.ts';
import {
  type CheckedReceipt,
  compareEnds,
  compareSize,
  cosigned,
  endSizes,
  type HeldEntries,
  lastSizeOf,
  linesBehind,
  type ProvedLog,
  proveEntries,
  readReceipts,
  type SignedCheckpoint,
  type Told,
} from './prove-log.ts';
import type { AuditedLog, AuditReport } from './report.ts';
import type { Entries } from './rows.ts';

/** A copy as it was read from its folder, with what reading it has found. */
export interface CopyRead extends Told {
  readonly folder: string;
  readonly form: 'ledger' | 'mirror' | 'export';
  readonly held: HeldEntries;
  readonly entries: Entries;
  readonly checkpoints: readonly SignedCheckpoint[];
  readonly size: Uint8Array | null;
  readonly receipts: Uint8Array | null;
}

/** All copies of one log and the keys that speak for it. */
export interface LogCopies {
  readonly origin: string;
  readonly keys: LogKeys;
  /** Null where the partner's register was not given: receipts are then not checked. */
  readonly cosigner: LogKeys | null;
  readonly copies: readonly CopyRead[];
  /** Checkpoints of it that came another way, by file. */
  readonly known: readonly { readonly file: string; readonly checkpoint: SignedCheckpoint }[];
}

/** What is told of a log, and its best copy for who judges it further. */
export interface LogAudit {
  readonly log: AuditedLog;
  readonly entries: Entries;
  readonly leaves: Uint8Array;
  readonly findings: AuditReport['findings'];
  readonly remarks: AuditReport['remarks'];
}

interface Proved {
  readonly copy: CopyRead;
  readonly log: ProvedLog & { readonly leaves: Uint8Array };
  readonly receipts: readonly CheckedReceipt[];
  readonly isWhole: boolean;
}

/** Audits one log. At least one copy. */
export function auditLog(given: LogCopies): LogAudit {
  const { origin, keys, copies, known } = given;
  const wanted = new Set([
    ...copies.flatMap((copy) =>
      copies.length > 1 ? copy.checkpoints.map(({ size }) => size) : [],
    ),
    ...copies.flatMap(({ size }) => lastSizeOf(size) ?? []),
    ...known.map(({ checkpoint }) => checkpoint.size),
    ...endSizes(keys),
  ]);
  const proved = copies.map((copy) => prove(copy, given, wanted));
  const sorted = proved.toSorted((a, b) => b.log.entries - a.log.entries);
  const best = sorted[0] as Proved;
  nameStray(best, proved);
  const [from = '', , mode = '', , , to = ''] = origin.split('/');
  const { clauses, longestSilence } = accountsOf(best.copy.entries, best.log.entries);
  const receipts = proved.map((one) => one.receipts).toSorted((a, b) => b.length - a.length)[0];
  const log: AuditedLog = {
    log: origin,
    from,
    to,
    mode,
    entries: best.log.entries,
    root: encodeBase64(best.log.root),
    copies: proved.map(({ copy, log: { entries, checkpoints }, isWhole }) => ({
      folder: copy.folder,
      form: copy.form,
      entries,
      checkpoints: checkpoints.length,
      isWhole,
    })),
    receipts: receiptsOf(receipts ?? [], best.copy.entries, best.log.entries),
    clauses,
    longestSilence,
    crossed: { [Symbol.iterator]: () => best.copy.entries.crossed(best.log.entries) },
  };
  return {
    log,
    entries: best.copy.entries,
    leaves: best.log.leaves,
    findings: [
      ...proved.flatMap(({ copy }) => copy.findings.map((one) => placedIn(copy.folder, one))),
      ...stories(proved, known),
    ],
    remarks: proved.flatMap(({ copy: { folder, remarks } }) =>
      remarks.map((one) => ({ ...one, folder })),
    ),
  };
}

function placedIn(folder: string, finding: Finding): AuditReport['findings'][number] {
  return { ...finding, folder, evidence: null };
}

function prove(copy: CopyRead, given: LogCopies, wanted: ReadonlySet<number>): Proved {
  const { held, checkpoints, size, receipts } = copy;
  // The tiles of an export have said already which entry it is.
  const isExport = copy.form === 'export';
  const told = isExport ? { findings: [], remarks: copy.remarks } : copy;
  const log = { ...proveEntries(held, checkpoints, wanted, told), leaves: held.leaves };
  compareEnds(given.keys, log, copy);
  if (size !== null) compareSize(size, log, held.leaves.length / 32, copy);
  for (const [index, why] of copy.entries.unread(log.entries)) {
    const place = placeOf({ file: 'entries', record: index, entry: index });
    const says = `entry ${index} is as it was signed, and is nothing that may cross: ${why}`;
    copy.findings.push({ kind: 'not-allowed', ...place, says });
  }
  return {
    copy,
    log,
    receipts: isExport ? receiptOnNote(given, copy) : checkedReceipts(receipts, given, copy),
    isWhole: log.entries === (checkpoints.at(-1)?.size ?? 0) && copy.findings.length === 0,
  };
}

/** An export has the receipt of its one checkpoint behind the signature; other lines have no place there. */
function receiptOnNote({ cosigner, keys }: LogCopies, copy: CopyRead): CheckedReceipt[] {
  const [one] = copy.checkpoints;
  if (one === undefined) return [];
  const place = placeOf({ file: 'checkpoint' });
  const others = linesBehind(one.note, keys);
  if (others.length > 0 && cosigner === null) {
    const says =
      'a receipt is behind the signature and was not checked: no register for it was given';
    copy.remarks.push({ ...place, says });
    return [];
  }
  return others.flatMap((line) => {
    const found = cosigned({ ...one, line }, cosigner as LogKeys);
    if (typeof found === 'number') return [{ size: one.size, atS: found }];
    const says = `a line behind the signature is no receipt of the partner: ${found.says}`;
    copy.findings.push({ ...found, ...place, says });
    return [];
  });
}

function checkedReceipts(
  bytes: Uint8Array | null,
  { cosigner, origin, copies }: LogCopies,
  copy: CopyRead,
): readonly CheckedReceipt[] {
  if (bytes === null) return [];
  // The copy's own last: of two with one size it is the one that counts here.
  const others = copies.filter((other) => other !== copy);
  const checkpoints = [...others, copy].flatMap((one) => one.checkpoints);
  if (cosigner !== null) return readReceipts(bytes, checkpoints, cosigner, copy);
  const says = `receipts are here and were not checked: the register of ${origin.split('/').at(-1)} was not given`;
  copy.remarks.push({ ...placeOf({ file: 'receipts' }), says });
  return [];
}

/** Entries of a doubtful copy that differ from a proven one, where nothing of its own names them. */
function nameStray(best: Proved, all: readonly Proved[]): void {
  for (const { copy, log } of all) {
    if (copy === best.copy || copy.form === 'export') continue;
    const named = new Set(copy.held.damaged.map(({ index }) => index));
    const stray = strayEntries(log, best.log).filter((index) => !named.has(index));
    for (const index of stray.slice(0, STRAY_MAX)) {
      const place = placeOf({ file: 'entries', record: index, entry: index });
      const says = `entry ${index} is another than in ${best.copy.folder}, where it is as it was signed`;
      copy.findings.push({ kind: 'root', ...place, says });
    }
    if (stray.length > STRAY_MAX) {
      const place = placeOf({ file: 'entries', entry: stray[STRAY_MAX] ?? 0 });
      const says = `${stray.length - STRAY_MAX} more entries are others than in ${best.copy.folder}`;
      copy.findings.push({ kind: 'root', ...place, says });
    }
  }
}

/** Entries that are named one by one. */
const STRAY_MAX = 100;

function stories(proved: readonly Proved[], known: LogCopies['known']): AuditReport['findings'] {
  const told: ToldLog[] = [
    ...proved.map(({ copy, log }) => ({
      name: copy.folder,
      checkpoints: copy.checkpoints,
      log,
    })),
    ...known.map(({ file, checkpoint }) => ({ name: file, checkpoints: [checkpoint], log: null })),
  ];
  const found = twoStories(told).map((one) => ({ ...one, folder: null }));
  return [...found, ...beyond(proved, known)];
}

/** A checkpoint from elsewhere that says more than any copy here holds. */
function beyond(proved: readonly Proved[], known: LogCopies['known']): AuditReport['findings'] {
  const held = Math.max(...proved.map(({ copy }) => copy.held.leaves.length / 32));
  return known
    .filter(({ checkpoint }) => checkpoint.size > held)
    .map(({ file, checkpoint: { size } }) => {
      const place = placeOf({ file, entry: held, through: size - 1 });
      const says = `${file} is signed for ${size} entries, and no copy here has more than ${held}`;
      return { kind: 'incomplete' as const, ...place, says, folder: null, evidence: null };
    });
}
