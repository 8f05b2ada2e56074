// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 6962 section 2.1, grown at its right edge. Not proofs: see prove.ts and
// check.ts, which share nothing but the two hashes.

import { sha256 } from '@isthmus/seal';

/** A SHA-256 value, 32 bytes. */
export type Hash = Uint8Array;

let scratch = new Uint8Array(65_536);

/** The hash of a leaf: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Hash {
  if (entry.length + 1 > scratch.length) scratch = new Uint8Array(entry.length + 1);
  scratch[0] = 0;
  scratch.set(entry, 1);
  return sha256(scratch.subarray(0, entry.length + 1));
}

const pair = new Uint8Array(65);

/** The hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  pair[0] = 1;
  pair.set(left, 1);
  pair.set(right, 33);
  return sha256(pair);
}

/** The root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Hash {
  return sha256(new Uint8Array(0));
}

/**
 * The right edge of a growing tree: one hash per set bit of its size, largest subtree first. It is
 * all that is needed to add leaves and to know the root; at most 53 hashes however long the log.
 */
export interface TreeEdge {
  readonly size: number;
  readonly hashes: readonly Hash[];
}

/** The edge of the tree without leaves. */
export function emptyEdge(): TreeEdge {
  return { size: 0, hashes: [] };
}

/** The edge after further leaves. The edge given stays as it was, so a batch can be given up. */
export function growEdge(edge: TreeEdge, leaves: readonly Hash[]): TreeEdge {
  const hashes = [...edge.hashes];
  let size = edge.size;
  for (const leaf of leaves) {
    let hash = leaf;
    // As in binary addition: each subtree of equal size to the left is carried into the sum.
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = nodeHash(hashes.pop() as Hash, hash);
    }
    hashes.push(hash);
    size += 1;
  }
  return { size, hashes };
}

/** The root of the tree with this edge. */
export function edgeRoot(edge: TreeEdge): Hash {
  if (edge.hashes.length === 0) return emptyRoot();
  let index = edge.hashes.length - 1;
  let root = edge.hashes[index] as Hash;
  for (index -= 1; index >= 0; index -= 1) root = nodeHash(edge.hashes[index] as Hash, root);
  return root;
}
