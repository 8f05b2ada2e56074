// SPDX-License-Identifier: Apache-2.0
// A signed checkpoint that came another way against a log we hold, at any size: whoever holds the
// entries can compute the root at each, not only where a checkpoint was kept.

import { equalBytes } from '@isthmus/seal';
import { openCheckpoint } from './checkpoint.ts';
import { bareNote, type Evidence } from './evidence.ts';
import { LIMITS } from './limits.ts';
import type { LogKeys } from './log-keys.ts';
import type { LogView } from './log-view.ts';
import { consistencyProof } from './prove.ts';
import { edgeRoot, emptyEdge, growEdge, type Hash, leafHash } from './tree.ts';

/** What was found about a checkpoint someone showed. */
export type Comparison = 'same' | 'ahead' | 'equivocation';

/** Compares; the evidence is null unless the two contradict each other. Reads, writes nothing. */
export async function compareCheckpoint(
  view: LogView,
  verifier: LogKeys,
  shown: string,
): Promise<{ readonly comparison: Comparison; readonly evidence: Evidence | null }> {
  const seen = openCheckpoint(shown, verifier);
  if (seen.size > view.size) return { comparison: 'ahead', evidence: null };
  const same = { comparison: 'same', evidence: null } as const;
  if (seen.size === 0) return same;
  const note = bareNote(shown, verifier);
  const held = await view.noteAt(seen.size);
  if (held !== null) {
    if (equalBytes(openCheckpoint(held, verifier).root, seen.root)) return same;
    const [first = note, second = note] = [held, note].sort();
    return { comparison: 'equivocation', evidence: { kind: 'two-roots', first, second } };
  }
  const leaves = await leavesUpTo(view, seen.size);
  const root = rootOfLeaves(leaves);
  if (equalBytes(root, seen.root)) return same;
  const larger = await smallestNoteFrom(view, seen.size);
  const proof = await proofTo(view, leaves, larger.size);
  return {
    comparison: 'equivocation',
    evidence: { kind: 'not-a-beginning', smaller: note, larger: larger.note, root, proof },
  };
}

/** The root a log has at `size` and the proof that it begins the log of its next checkpoint. */
export async function rootUnderNote(
  view: LogView,
  size: number,
): Promise<{ readonly note: string; readonly root: Hash; readonly proof: readonly Hash[] }> {
  const leaves = await leavesUpTo(view, size);
  const larger = await smallestNoteFrom(view, size);
  const root = rootOfLeaves(leaves);
  return { note: larger.note, root, proof: await proofTo(view, leaves, larger.size) };
}

/** Leaf hashes of the first `size` entries, 32 bytes each. */
async function leavesUpTo(view: LogView, size: number): Promise<Hash[]> {
  return leavesBetween(view, 0, size);
}

async function leavesBetween(view: LogView, first: number, size: number): Promise<Hash[]> {
  const leaves: Hash[] = [];
  for (let from = first; from < size; from += LIMITS.batchEntriesMax) {
    const entries = await view.read(from, Math.min(size, from + LIMITS.batchEntriesMax));
    for (const entry of entries) leaves.push(leafHash(entry));
  }
  return leaves;
}

async function proofTo(view: LogView, leaves: Hash[], size: number): Promise<readonly Hash[]> {
  const rest = await leavesBetween(view, leaves.length, size);
  return consistencyProof([...leaves, ...rest], leaves.length);
}

/** The first checkpoint kept at this size or beyond. */
async function smallestNoteFrom(
  view: LogView,
  size: number,
): Promise<{ readonly size: number; readonly note: string }> {
  for (let at = size; at < view.size; at += 1) {
    const note = await view.noteAt(at);
    if (note !== null) return { size: at, note };
  }
  return { size: view.size, note: view.note as string };
}

function rootOfLeaves(leaves: readonly Hash[]): Hash {
  return edgeRoot(growEdge(emptyEdge(), leaves));
}
