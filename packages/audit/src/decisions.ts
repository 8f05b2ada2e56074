// SPDX-License-Identifier: Apache-2.0
// A side's own log of its gate beside the ledger it points into: what was withheld, by reason, and
// whether each release is the entry it names (spec/decision-log.md, D-6).

import type { Instant } from '@isthmus/earth';
import { encodeHex } from '@isthmus/seal';
import { placeOf } from './finding.ts';
import type { Told } from './prove-log.ts';
import type { AuditedDecisions, WithheldReason } from './report.ts';

/** A line of the log, as far as an audit reads it. */
export interface DecisionLike {
  readonly ordinal: number;
  readonly at: Instant;
  readonly outcome: string;
  readonly kind: string;
  readonly reasons: readonly string[];
  readonly codes?: readonly string[];
  readonly entry: number | null;
  readonly leaf: string | null;
}

/** A log as it was read, with its chain checked. */
export interface DecisionLogLike {
  readonly side: string;
  readonly first: number;
  readonly lines: readonly DecisionLike[];
  /** Number (from 1) of the line at which the chain breaks; null where it holds. */
  readonly broken: number | null;
  /** The line at which it breaks is the last, and has no end. */
  readonly isTorn: boolean;
}

/** @param held the proven entries of the side's own log, null where it was not given */
export function auditDecisions(
  file: string,
  log: DecisionLogLike,
  held: { readonly entries: number; readonly leaves: Uint8Array } | null,
  told: Told,
): AuditedDecisions {
  tellChain(file, log, told);
  const released = log.lines.filter(({ entry }) => entry !== null);
  if (held !== null) comparePointers(file, { ...log, released }, held, told);
  return {
    file,
    side: log.side,
    lines: log.lines.length,
    released: released.length,
    withheld: withheldBy(log.lines),
  };
}

function tellChain(file: string, { broken, isTorn }: DecisionLogLike, told: Told): void {
  if (broken === null) return;
  const place = placeOf({ file, record: broken });
  if (isTorn) {
    const says = `line ${broken} is not all there: its writing was cut off, or under way`;
    told.remarks.push({ ...place, says });
    return;
  }
  const says = `line ${broken} is not the one that was written there, or one before it is missing`;
  told.findings.push({ kind: 'decisions', ...place, says });
}

function comparePointers(
  file: string,
  log: DecisionLogLike & { readonly released: readonly DecisionLike[] },
  held: { readonly entries: number; readonly leaves: Uint8Array },
  told: Told,
): void {
  const { released, first, lines, broken } = log;
  let beyond = 0;
  let last = -1;
  const pointed = new Set<number>();
  for (const { entry, leaf, ordinal } of released) {
    const index = entry as number;
    pointed.add(index);
    last = Math.max(last, index);
    if (index >= held.entries) {
      beyond += 1;
      continue;
    }
    if (encodeHex(held.leaves.subarray(32 * index, 32 * (index + 1))) === leaf) continue;
    const place = placeOf({ file, record: ordinal - first + 2, entry: index });
    const says = `decision ${ordinal} is about another entry than entry ${index} of the ledger`;
    told.findings.push({ kind: 'decisions', ...place, says });
  }
  if (beyond > 0) {
    const says = `${beyond} releases point beyond the ledger as it is here, which was copied before them or lacks its end`;
    told.remarks.push({ ...placeOf({ file }), says });
  }
  // A log that was begun anew, or breaks, does not have all of them.
  if (first > 0 || broken !== null || lines.length === 0) return;
  for (let index = 0; index < held.entries; index += 1) {
    if (pointed.has(index)) continue;
    if (index > last) {
      const place = placeOf({ file, entry: index, through: held.entries - 1 });
      const says = `the last ${held.entries - index} entries have no decision here: it was copied before them, or ends early`;
      told.remarks.push({ ...place, says });
      return;
    }
    const says = `entry ${index} of the ledger was released by no decision of this log`;
    told.findings.push({ kind: 'decisions', ...placeOf({ file, entry: index }), says });
  }
}

/** By the first code of each decision, the most frequent first. */
function withheldBy(lines: readonly DecisionLike[]): WithheldReason[] {
  const byCode = new Map<string, { -readonly [K in keyof WithheldReason]: WithheldReason[K] }>();
  for (const { outcome, codes, reasons, kind, at } of lines) {
    if (outcome !== 'withheld') continue;
    const code = codes?.[0] ?? 'unnamed';
    let one = byCode.get(code);
    if (one === undefined) {
      one = { code, count: 0, kinds: {}, example: reasons[0] ?? '', firstAt: at, lastAt: at };
      byCode.set(code, one);
    }
    one.count += 1;
    one.kinds = { ...one.kinds, [kind]: (one.kinds[kind] ?? 0) + 1 };
    one.lastAt = at;
  }
  return [...byCode.values()].toSorted((a, b) => b.count - a.count);
}
