// SPDX-License-Identifier: Apache-2.0
// Makes proofs, by the recursive definitions of RFC 6962 sections 2.1.1 and 2.1.2. Checking them is
// check.ts, by another algorithm, so that one mistake cannot be in both.

import { LedgerError } from './errors.ts';
import { emptyRoot, type Hash, nodeHash } from './tree.ts';

/** Root of the tree over these leaf hashes, by definition (slow: it hashes everything). */
export function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0] as Hash;
  const split = splitPoint(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** Audit path of the leaf at `index`, from the leaf upwards. Throws `bad-range` outside the tree. */
export function inclusionProof(leaves: readonly Hash[], index: number): readonly Hash[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length) {
    throw new LedgerError('bad-range', `no leaf ${index} in a tree of ${leaves.length}`);
  }
  if (leaves.length === 1) return [];
  const split = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - split), rootOf(left)];
}

/** Proof that the tree of the first `size` leaves is a beginning of this one. 1 <= size. */
export function consistencyProof(leaves: readonly Hash[], size: number): readonly Hash[] {
  if (!Number.isSafeInteger(size) || size < 1 || size > leaves.length) {
    throw new LedgerError('bad-range', `no tree of ${size} in a tree of ${leaves.length}`);
  }
  return subproof(size, leaves, true);
}

function subproof(size: number, leaves: readonly Hash[], whole: boolean): readonly Hash[] {
  if (size === leaves.length) return whole ? [] : [rootOf(leaves)];
  const split = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split
    ? [...subproof(size, left, whole), rootOf(right)]
    : [...subproof(size - split, right, false), rootOf(left)];
}

/** The largest power of two strictly below a count of at least two. */
function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}
