// SPDX-License-Identifier: Apache-2.0
// Oracles: the published roots for the Certificate Transparency test inputs; the recursive
// definition against the growing edge; generator and checker, which are separate algorithms.

import { decodeHex, encodeHex } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import { edgeRoot, emptyEdge, growEdge } from './tree.ts';
import {
  checkConsistency,
  checkInclusion,
  consistencyProof,
  type Hash,
  inclusionProof,
  leafHash,
  rootOf,
} from './verify.ts';

const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const SIZE_MAX = 130;
const LEAVES = Array.from({ length: SIZE_MAX }, (_, i) => leafHash(Uint8Array.of(i, i >> 8)));

/** Edge roots of every size, computed once. */
const EDGE_ROOTS = [edgeRoot(emptyEdge())];
for (let edge = emptyEdge(); edge.size < SIZE_MAX; ) {
  edge = growEdge(edge, [LEAVES[edge.size] as Hash]);
  EDGE_ROOTS.push(edgeRoot(edge));
}

function flipped(hash: Hash): Hash {
  const changed = Uint8Array.from(hash);
  changed[17] = (changed[17] as number) ^ 0x10;
  return changed;
}

/** Proofs that must fail: each hash flipped or dropped, one added at either end, the order turned. */
function* mutants(proof: readonly Hash[]): Generator<readonly Hash[]> {
  for (const [i, hash] of proof.entries()) {
    yield proof.with(i, flipped(hash));
    yield proof.toSpliced(i, 1);
  }
  yield [...proof, proof[0] ?? (EDGE_ROOTS[1] as Hash)];
  yield [proof.at(-1) ?? (EDGE_ROOTS[1] as Hash), ...proof];
  if (proof.length > 1) yield proof.toReversed();
}

describe('the Merkle tree', () => {
  it('L-2 gives the published roots for sizes 0 to 8', () => {
    const leaves = INPUTS.map((hex) => leafHash(decodeHex(hex)));
    for (const [size, root] of ROOTS.entries()) {
      expect(encodeHex(rootOf(leaves.slice(0, size))), `definition, size ${size}`).toBe(root);
      const edge = growEdge(emptyEdge(), leaves.slice(0, size));
      expect(encodeHex(edgeRoot(edge)), `edge, size ${size}`).toBe(root);
    }
  });

  it('L-2 has the same root grown leaf by leaf, in one step and by definition, to 130', () => {
    for (let size = 0; size <= SIZE_MAX; size += 1) {
      const leaves = LEAVES.slice(0, size);
      expect(EDGE_ROOTS[size]).toEqual(rootOf(leaves));
      const middle = Math.floor(size / 3);
      const twoSteps = growEdge(
        growEdge(emptyEdge(), leaves.slice(0, middle)),
        leaves.slice(middle),
      );
      expect(edgeRoot(twoSteps)).toEqual(EDGE_ROOTS[size]);
    }
  });

  it('L-3 proves every leaf of every size to 130, and no altered proof or claim passes', () => {
    let [valid, tried] = [0, 0];
    const passing: string[] = [];
    for (let size = 1; size <= SIZE_MAX; size += 1) {
      const root = EDGE_ROOTS[size] as Hash;
      for (let index = 0; index < size; index += 1) {
        const leaf = LEAVES[index] as Hash;
        const proof = inclusionProof(LEAVES.slice(0, size), index);
        const claim = { leaf, index, size, root, proof };
        if (checkInclusion(claim)) valid += 1;
        // Every mutant of every proof would take minutes; each shape of path is met many times.
        if ((index * 31 + size) % 19 !== 0) continue;
        const wrong = [
          ...[...mutants(proof)].map((mutant) => ({ ...claim, proof: mutant })),
          { ...claim, root: flipped(root) },
          { ...claim, leaf: flipped(leaf) },
          { ...claim, index: index + size },
          { ...claim, index: index === 0 ? size - 1 || -1 : index - 1 },
        ];
        for (const one of wrong) {
          if (checkInclusion(one)) passing.push(`leaf ${index} of ${size}`);
          tried += 1;
        }
      }
    }
    expect(valid).toBe((SIZE_MAX * (SIZE_MAX + 1)) / 2);
    expect(passing).toEqual([]);
    expect(tried).toBeGreaterThan(5_000);
  });

  it('L-4 proves every pair of sizes to 130 consistent, and no altered proof or fork passes', () => {
    let [valid, tried] = [0, 0];
    const passing: string[] = [];
    for (let newSize = 1; newSize <= SIZE_MAX; newSize += 1) {
      const newRoot = EDGE_ROOTS[newSize] as Hash;
      for (let size = 1; size <= newSize; size += 1) {
        const root = EDGE_ROOTS[size] as Hash;
        const proof = consistencyProof(LEAVES.slice(0, newSize), size);
        const claim = { size, root, newSize, newRoot, proof };
        if (checkConsistency(claim)) valid += 1;
        if ((size * 31 + newSize) % 19 !== 0) continue;
        const wrong = [
          ...[...mutants(proof)].map((mutant) => ({ ...claim, proof: mutant })),
          { ...claim, root: flipped(root) },
          { ...claim, newRoot: flipped(newRoot) },
          { ...claim, size: 0 },
          { ...claim, size: newSize + 1 },
        ];
        for (const one of wrong) {
          if (checkConsistency(one)) passing.push(`${size} in ${newSize}`);
          tried += 1;
        }
      }
    }
    expect(valid).toBe((SIZE_MAX * (SIZE_MAX + 1)) / 2);
    expect(passing).toEqual([]);
    expect(tried).toBeGreaterThan(5_000);
  });

  it('L-4 says nothing about a tree of size 0, and nothing about sizes beyond exact integers', () => {
    const root = EDGE_ROOTS[1] as Hash;
    const claim = { size: 1, root, newSize: 1, newRoot: root, proof: [] };
    expect(checkConsistency(claim)).toBe(true);
    expect(checkConsistency({ ...claim, size: 0 })).toBe(false);
    expect(checkConsistency({ ...claim, size: 2 ** 60, newSize: 2 ** 60 })).toBe(false);
    const leaf = LEAVES[0] as Hash;
    const huge = { leaf, index: 0, size: 2 ** 60, root, proof: Array<Hash>(60).fill(root) };
    expect(checkInclusion(huge)).toBe(false);
  });
});
