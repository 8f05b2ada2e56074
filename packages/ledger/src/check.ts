// SPDX-License-Identifier: Apache-2.0
// Checks proofs by RFC 9162 sections 2.1.3.2 and 2.1.4.2. Every field may come from an adversary;
// the answer is yes or no. Sizes go beyond 32 bits, so halving is division and parity a remainder.

import { equalBytes } from '@isthmus/seal';
import { LIMITS } from './limits.ts';
import { type Hash, nodeHash } from './tree.ts';

/** A claim that a leaf stands at an index of the tree with this root. */
export interface InclusionClaim {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly root: Hash;
  /** Audit path, from the leaf upwards. */
  readonly proof: readonly Hash[];
}

/** Whether the proof shows the leaf at the index. */
export function checkInclusion(claim: InclusionClaim): boolean {
  const { index, size, proof } = claim;
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes(proof, claim)) return false;
  let node = index;
  let last = size - 1;
  let hash = claim.leaf;
  for (const step of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(step, hash);
      // A node without a sibling on the right was carried up unchanged: so is its index.
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, step);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equalBytes(hash, claim.root);
}

/** A claim that the tree of `size` leaves is a beginning of the tree of `newSize` leaves. */
export interface ConsistencyClaim {
  readonly size: number;
  readonly root: Hash;
  readonly newSize: number;
  readonly newRoot: Hash;
  readonly proof: readonly Hash[];
}

/** Whether the proof shows the smaller tree to be a beginning of the larger. Size 0 proves nothing. */
export function checkConsistency(claim: ConsistencyClaim): boolean {
  const { size, newSize, root, newRoot, proof } = claim;
  if (!isSize(size) || !isSize(newSize) || size < 1 || size > newSize) return false;
  if (!areHashes(proof, { leaf: newRoot, root })) return false;
  if (size === newSize) return proof.length === 0 && equalBytes(root, newRoot);
  const path = isPowerOfTwo(size) ? [root, ...proof] : proof;
  const first = path[0];
  if (first === undefined || proof.length === 0) return false;
  let node = size - 1;
  let last = newSize - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let oldHash = first;
  let newHash = first;
  for (const step of path.slice(1)) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(step, oldHash);
      newHash = nodeHash(step, newHash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newHash = nodeHash(newHash, step);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equalBytes(oldHash, root) && equalBytes(newHash, newRoot);
}

function areHashes(proof: readonly Hash[], ends: { leaf: Hash; root: Hash }): boolean {
  if (proof.length > LIMITS.proofHashesMax) return false;
  return [...proof, ends.leaf, ends.root].every((hash) => hash.length === 32);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest > 1 && !isOdd(rest)) rest = half(rest);
  return rest === 1;
}
