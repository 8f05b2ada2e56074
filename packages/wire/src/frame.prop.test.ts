// SPDX-License-Identifier: Apache-2.0
// Frames by their laws: decode is the inverse of encode, and a stream gives the same frames and the
// same refusal however it is cut. Seeds are fixed by fast-check's own report on failure.

import { instant } from '@isthmus/earth';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireError } from './errors.ts';
import { CLOSE_REASONS, decodeFrame, encodeFrame, type Frame } from './frame.ts';
import { FrameSplitter } from './frame-splitter.ts';
import { LIMITS } from './limits.ts';

const size = fc.maxSafeNat();
const hex = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((array) => Array.from(array, (byte) => byte.toString(16).padStart(2, '0')).join(''));
const name = fc.stringMatching(/^[a-z0-9-]{1,32}$/);
const note = (max: number): fc.Arbitrary<string> =>
  fc.stringMatching(/^[ -~\n—]{1,200}$/).filter((text) => text.length * 3 <= max);

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant('hello' as const),
    version: fc.integer({ min: 1, max: 0xffffffff }),
    from: name,
    to: name,
    mode: fc.constantFrom('live' as const, 'exercise' as const),
    agreementHash: hex(32),
    epoch: size,
    haveSize: size,
    haveRoot: hex(32),
    signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  }),
  fc.record({
    kind: fc.constant('batch' as const),
    first: size,
    count: fc.integer({ min: 1, max: LIMITS.batchEntriesMax }),
    checkpoint: note(LIMITS.checkpointBytesMax),
  }),
  fc.record({
    kind: fc.constant('entry' as const),
    index: size,
    bytes: fc.uint8Array({ minLength: 17, maxLength: 400 }),
  }),
  fc.record({ kind: fc.constant('credit' as const), upTo: size }),
  fc.record({
    kind: fc.constant('heartbeat' as const),
    at: fc.maxSafeInteger().map((us) => instant(us)),
    sentSize: size,
    seen: size,
    clock: fc.option(
      fc.record({
        sentAt: fc.maxSafeInteger().map((us) => instant(us)),
        echo: fc.option(
          fc.record({ sentAt: fc.maxSafeInteger().map((us) => instant(us)), ageUs: size }),
        ),
      }),
    ),
  }),
  fc.record({
    kind: fc.constant('cosignature' as const),
    size,
    line: note(LIMITS.cosignatureBytesMax),
  }),
  fc.record({
    kind: fc.constant('close' as const),
    reason: fc.constantFrom(...CLOSE_REASONS),
  }),
);

/** What a splitter says of a stream given in these pieces: frames, then the code of its refusal. */
function split(pieces: readonly Uint8Array[]): unknown[] {
  const splitter = new FrameSplitter();
  const seen: unknown[] = [];
  try {
    for (const piece of pieces) {
      for (const each of splitter.push(piece)) seen.push(each);
      expect(splitter.bufferedBytes).toBeLessThanOrEqual(LIMITS.frameBytesMax);
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    seen.push(error.code);
  }
  return seen;
}

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((each) => each % (bytes.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...at, bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

describe('frames', () => {
  test('W-20: every frame decodes to what was encoded', () => {
    fc.assert(
      fc.property(frame, (given) => {
        expect(decodeFrame(encodeFrame(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  test('W-22: a stream gives the same frames however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          expect(split(cut(stream, cuts))).toEqual(frames);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('W-22: a damaged stream gives the same frames and the same refusal however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (frames, cuts, where, flip) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          stream[where % stream.length] = (stream[where % stream.length] as number) ^ flip;
          expect(split(cut(stream, cuts))).toEqual(split([stream]));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('W-22: after a refused frame the stream is refused for good, good frames included', () => {
    const splitter = new FrameSplitter();
    const good = encodeFrame({ kind: 'credit', upTo: 1 });
    expect(() => [...splitter.push(Uint8Array.from([1, 0xff]))]).toThrow(WireError);
    expect(() => [...splitter.push(good)]).toThrow(WireError);
  });

  test('W-21: a length above the limit is refused before a byte of the frame is held', () => {
    const splitter = new FrameSplitter();
    // 65,537 as a varint.
    expect(() => [...splitter.push(new Uint8Array([0x81, 0x80, 0x04]))]).toThrow(WireError);
    expect(splitter.bufferedBytes).toBeLessThanOrEqual(LIMITS.prefixBytesMax);
    expect(() => [...splitter.push(encodeFrame({ kind: 'credit', upTo: 1 }))]).toThrow(WireError);
  });
});

describe('fields of frames', () => {
  const refusal = (given: Frame): string => {
    try {
      encodeFrame(given);
    } catch (error) {
      if (error instanceof WireError) return error.code;
      throw error;
    }
    return 'accepted';
  };
  const entry = (length: number): Frame => ({
    kind: 'entry',
    index: 0,
    bytes: new Uint8Array(length),
  });

  test('W-23: what the decoder would refuse is not written', () => {
    expect(refusal({ kind: 'credit', upTo: -1 })).toBe('out-of-range');
    expect(refusal({ kind: 'credit', upTo: 0.5 })).toBe('not-exact');
    expect(refusal({ kind: 'batch', first: 0, count: 257, checkpoint: 'a' })).toBe('out-of-range');
    expect(refusal({ kind: 'batch', first: 0, count: 1, checkpoint: '' })).toBe('bad-text');
    expect(refusal({ kind: 'batch', first: 0, count: 1, checkpoint: 'a\u0000' })).toBe('bad-text');
    expect(refusal({ kind: 'cosignature', size: 1, line: 'a'.repeat(1025) })).toBe('bad-text');
    expect(refusal({ kind: 'close', reason: 'because' as never })).toBe('unknown-enum');
  });

  test('W-23: an entry is a salt and a Release of at most 60 KiB', () => {
    const most = LIMITS.itemBytesMax + LIMITS.saltBytes;
    expect([16, 17, most, most + 1].map((length) => refusal(entry(length)))).toEqual([
      'bad-length',
      'accepted',
      'accepted',
      'too-large',
    ]);
    expect(encodeFrame(entry(most)).length).toBeLessThanOrEqual(LIMITS.frameBytesMax);
  });

  test('W-21: an empty frame and a length longer than needed are refused', () => {
    expect(() => decodeFrame(new Uint8Array([0]))).toThrow(WireError);
    const good = encodeFrame({ kind: 'credit', upTo: 1 });
    const long = Uint8Array.from([(good[0] as number) | 0x80, 0, ...good.slice(1)]);
    expect(() => decodeFrame(long)).toThrow(WireError);
    expect(() => decodeFrame(Uint8Array.from([...good, 0]))).toThrow(WireError);
  });
});
