// SPDX-License-Identifier: Apache-2.0
// Copies of one log against each other: original against mirror, and checkpoints that came another way.
// Two that are signed and cannot both be true prove that the key's holder told two stories; the evidence
// is a text that is checked without either copy (spec/ledger.md, L-31).

import { consistencyProof, formatEvidence } from '@isthmus/ledger/verify';
import { equalBytes } from '@isthmus/seal';
import { type Finding, placeOf } from './finding.ts';
import type { ProvedLog, SignedCheckpoint } from './prove-log.ts';

/** A copy, or checkpoints alone. */
export interface ToldLog {
  readonly name: string;
  readonly checkpoints: readonly SignedCheckpoint[];
  /** Null for checkpoints alone. */
  readonly log: (ProvedLog & { readonly leaves: Uint8Array }) | null;
}

/** Two stories of one log, with the evidence where signatures prove them. */
export interface TwoStories extends Finding {
  readonly evidence: string | null;
}

/** The first contradiction of each two copies. */
export function twoStories(copies: readonly ToldLog[]): TwoStories[] {
  return copies.flatMap((first, i) =>
    copies.slice(i + 1).flatMap((second) => between(first, second) ?? between(second, first) ?? []),
  );
}

/** What `shown` has signed against what `held` has signed or proven. */
function between(held: ToldLog, shown: ToldLog): TwoStories | null {
  const noteAt = new Map(held.checkpoints.map((one) => [one.size, one]));
  for (const one of shown.checkpoints) {
    const same = noteAt.get(one.size);
    if (same !== undefined) {
      if (equalBytes(same.root, one.root)) continue;
      const [first = '', second = ''] = [same.note, one.note].sort();
      return told(held, shown, {
        size: one.size,
        evidence: formatEvidence({ kind: 'two-roots', first, second }),
      });
    }
    const { log } = held;
    const root = log === null || one.size > log.entries ? undefined : log.rootAt.get(one.size);
    if (log === null || root === undefined || equalBytes(root, one.root)) continue;
    return told(held, shown, { size: one.size, evidence: evidenceOf(log, root, one) });
  }
  return null;
}

function evidenceOf(
  log: ProvedLog & { readonly leaves: Uint8Array },
  root: Uint8Array,
  smaller: SignedCheckpoint,
): string | null {
  const larger = log.checkpoints.find(({ size }) => size > smaller.size);
  if (larger === undefined) return null;
  const leaves = Array.from({ length: larger.size }, (_, i) =>
    log.leaves.subarray(32 * i, 32 * (i + 1)),
  );
  return formatEvidence({
    kind: 'not-a-beginning',
    smaller: smaller.note,
    larger: larger.note,
    root,
    proof: consistencyProof(leaves, smaller.size),
  });
}

function told(
  held: ToldLog,
  shown: ToldLog,
  { size, evidence }: { readonly size: number; readonly evidence: string | null },
): TwoStories {
  const entry = firstDifference(held, shown, size);
  const where = entry === null ? `in the first ${size} entries` : `from entry ${entry} on`;
  const place = placeOf({ entry: entry ?? 0, through: size - 1 });
  const says = `${held.name} and ${shown.name} tell two stories of this log ${where}, and both are signed: keep both, they are evidence`;
  return { kind: 'two-stories', ...place, says, evidence };
}

/** Null where one of them has no entries to compare. */
function firstDifference(held: ToldLog, shown: ToldLog, size: number): number | null {
  if (held.log === null || shown.log === null) return null;
  const [a, b] = [held.log.leaves, shown.log.leaves];
  const end = Math.min(32 * size, a.length, b.length);
  for (let at = 0; at < end; at += 1) if (a[at] !== b[at]) return Math.floor(at / 32);
  return null;
}

/**
 * Of a copy that is not proven whole, the entries that differ from one that is: what its own signed roots
 * cannot tell apart any more.
 */
export function strayEntries(
  doubtful: { readonly entries: number; readonly leaves: Uint8Array },
  sound: { readonly entries: number; readonly leaves: Uint8Array },
): number[] {
  const end = Math.min(sound.entries, doubtful.leaves.length / 32);
  const stray: number[] = [];
  for (let i = doubtful.entries; i < end; i += 1) {
    const [a, b] = [doubtful.leaves, sound.leaves].map((all) => all.subarray(32 * i, 32 * i + 32));
    if (!equalBytes(a as Uint8Array, b as Uint8Array)) stray.push(i);
  }
  return stray;
}
