// SPDX-License-Identifier: Apache-2.0
// Proofs with shared work against the definition, and records walked over damage.

import { createRandom } from '@isthmus/earth';
import { inclusionProof, leafHash } from '@isthmus/ledger/verify';
import { encodeHex, encodeText } from '@isthmus/seal';
import { expect, test } from 'vitest';
import { proofsOf } from './event-package.ts';
import { HEADER_BYTES, walkOver } from './records.ts';

const SEED = 3;

test('proofs are those of RFC 6962, of every leaf in trees of 1 to 20 and of some in larger ones', () => {
  const hashes = Array.from({ length: 200 }, (_, i) => leafHash(encodeText(`entry ${i}`)));
  const leaves = new Uint8Array(hashes.flatMap((hash) => [...hash]));
  for (const size of [...Array.from({ length: 20 }, (_, i) => i + 1), 64, 129, 200]) {
    const step = size > 20 ? 9 : 1;
    const indexes = Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step);
    const proofs = proofsOf(leaves, size, indexes);
    for (const [i, index] of indexes.entries()) {
      const expected = inclusionProof(hashes.slice(0, size), index);
      expect(proofs[i]?.map(encodeHex), `leaf ${index} of ${size}`).toEqual(
        expected.map(encodeHex),
      );
    }
  }
});

/** Records of 1 to 300 bytes. */
function recordsOf(count: number): { readonly bytes: Uint8Array; readonly ends: number[] } {
  const random = createRandom(`${SEED} records`);
  const parts: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const content = Uint8Array.from({ length: 1 + random.integer(300) }, () => random.integer(256));
    parts.push(0, 0, content.length >> 8, content.length & 255);
    parts.push(...leafHash(content).subarray(0, 8), ...content);
    ends.push(parts.length);
  }
  return { bytes: Uint8Array.from(parts), ends };
}

test('any one byte changed leaves every other record told apart, and the end where it was', () => {
  const { bytes, ends } = recordsOf(5);
  for (let at = 0; at < bytes.length; at += 1) {
    const index = ends.findIndex((end) => at < end);
    const start = ends[index - 1] ?? 0;
    const walk = walkOver(bytes.with(at, (bytes[at] as number) ^ 0x41), 400);
    const states = walk.records.map(({ state }) => state);
    const isLength = at - start < 4;
    expect(states, `byte ${at}`).toEqual(
      ends.map((_, i) => (i === index ? (isLength ? 'length' : 'damaged') : 'sound')),
    );
    expect([walk.end, walk.stop], `byte ${at}`).toEqual([bytes.length, 'clean']);
  }
});

test('a file cut anywhere holds the records before the cut, and the rest of one is torn', () => {
  const { bytes, ends } = recordsOf(4);
  for (let length = 0; length < bytes.length; length += 1) {
    const whole = ends.filter((end) => end <= length);
    const walk = walkOver(bytes.subarray(0, length), 400);
    expect(walk.records.map(({ state }) => state)).toEqual(whole.map(() => 'sound'));
    const isAtEnd = length === 0 || ends.includes(length);
    expect(walk.stop, `cut to ${length}`).toBe(isAtEnd ? 'clean' : 'torn');
  }
  const lost = new Uint8Array(64);
  expect(walkOver(Uint8Array.from([...bytes, ...lost]), 400).stop).toBe('torn');
  expect(HEADER_BYTES).toBe(12);
});
