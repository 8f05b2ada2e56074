// SPDX-License-Identifier: Apache-2.0
// What the partner decodes is what the gate released, bit for bit; and no bytes, however spoiled,
// do anything but decode or be refused. A failure names its seed.

import { createRandom, type Random } from '@isthmus/earth';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageFromBytes } from './canonical.ts';
import { WireError } from './errors.ts';
import { KINDS, releasedOf } from './fixtures.ts';
import { decodeFrame, encodeFrame } from './frame.ts';
import { ReleaseSchema } from './gen/isthmus/v1/release_pb.js';
import { LIMITS } from './limits.ts';
import { decodeRelease, encode } from './release.ts';

/** One to four small injuries: flip, set, cut, repeat, insert, swap. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const out = [...bytes];
  for (let n = 1 + random.integer(4); n > 0 && out.length > 0; n -= 1) {
    const at = random.integer(out.length);
    const many = 1 + random.integer(8);
    switch (random.integer(6)) {
      case 0:
        out[at] = (out[at] as number) ^ (1 << random.integer(8));
        break;
      case 1:
        out[at] = [0, 0x7f, 0x80, 0xff][random.integer(4)] as number;
        break;
      case 2:
        out.splice(at, many);
        break;
      case 3:
        out.splice(at, 0, ...out.slice(at, at + many));
        break;
      case 4:
        out.splice(at, 0, random.integer(256));
        break;
      default: {
        const other = random.integer(out.length);
        [out[at], out[other]] = [out[other] as number, out[at] as number];
      }
    }
  }
  return Uint8Array.from(out);
}

describe('items on the wire', () => {
  test('W-6: what is decoded equals what was released, bit for bit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.integer(), (kind, seed) => {
        const released = releasedOf(kind, seed);
        const { bytes } = encode(released);
        const decoded = decodeRelease(bytes);
        expect(decoded.item).toStrictEqual(released.item);
        expect(decoded.at).toBe(released.at);
        expect(decoded.clause).toBe(released.clause);
        expect(decoded.agreementHash).toBe(released.agreementHash);
        expect(encode(released).bytes).toEqual(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  test('W-24: 20,000 injured messages decode to a canonical value or are refused, and nothing else', () => {
    const seed = 20_120_601;
    const random = createRandom(seed);
    const valid = KINDS.flatMap((kind) =>
      Array.from({ length: 8 }, (_, i) => encode(releasedOf(kind, i)).bytes),
    );
    let accepted = 0;
    const codes = new Set<string>();
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    for (let i = 0; i < 20_000; i += 1) {
      const bytes = mutate(valid[random.integer(valid.length)] as Uint8Array, random);
      try {
        decodeRelease(bytes);
        accepted += 1;
        // Would throw were another byte string the encoding of this value.
        messageFromBytes(ReleaseSchema, bytes, LIMITS.itemBytesMax);
      } catch (error) {
        if (!(error instanceof WireError))
          throw new Error(`seed ${seed}, case ${i}`, { cause: error });
        codes.add(error.code);
      }
    }
    // The control: the mutator reaches both sides of the decoder, and most of its refusals.
    expect(accepted).toBeGreaterThan(100);
    expect(codes.size).toBeGreaterThanOrEqual(7);
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  });

  test('W-24: 20,000 injured frames decode to what re-encodes the same, or are refused', () => {
    const seed = 19_830_926;
    const random = createRandom(seed);
    const hash = 'ab'.repeat(32);
    const frames = [
      encodeFrame({
        kind: 'hello',
        version: 1,
        from: 'west',
        to: 'east',
        mode: 'exercise',
        agreementHash: hash,
        epoch: 1,
        haveSize: 300,
        haveRoot: hash,
        signature: new Uint8Array(64).fill(9),
      }),
      encodeFrame({ kind: 'batch', first: 3, count: 2, checkpoint: 'a\n1\n\n— a b\n' }),
      encodeFrame({ kind: 'entry', index: 5, bytes: new Uint8Array(40).fill(1) }),
      encodeFrame({ kind: 'credit', upTo: 2 ** 40 }),
      encodeFrame({ kind: 'close', reason: 'fork' }),
    ];
    let accepted = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const bytes = mutate(frames[random.integer(frames.length)] as Uint8Array, random);
      try {
        const frame = decodeFrame(bytes);
        accepted += 1;
        expect(encodeFrame(frame)).toEqual(bytes);
      } catch (error) {
        if (!(error instanceof WireError))
          throw new Error(`seed ${seed}, case ${i}`, { cause: error });
      }
    }
    expect(accepted).toBeGreaterThan(100);
  });

  test('W-24: a message that claims sizes it does not have costs nothing to refuse', () => {
    // Length prefixes of 2 GiB before three bytes, and nesting without end.
    const claims = [
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3],
      [0x22, 0xff, 0xff, 0xff, 0xff, 0x0f],
      Array.from({ length: 60_000 }, () => 0x0b),
    ];
    for (const claim of claims) {
      expect(() => decodeRelease(Uint8Array.from(claim))).toThrow(WireError);
    }
  });
});
