// SPDX-License-Identifier: Apache-2.0
// What comes over the link: frames of each kind, their stream, and the Releases inside entries.

import { createRandom, type Instant, type Random } from '@isthmus/earth';
import { helloMessage } from '@isthmus/link';
import type { ItemKind } from '@isthmus/picture';
import {
  CLOSE_REASONS,
  decodeFrame,
  decodeRelease,
  encodeFrame,
  type Frame,
  FrameSplitter,
  LIMITS,
  WireError,
} from '@isthmus/wire';
import { several, spoilBytes, spoilMessage, varint } from './mutate.ts';
import { ITEM_KINDS, releaseOf } from './releases.ts';
import { expectSame, Finding, pick, type Target } from './target.ts';

const isRefusal = (error: unknown): boolean => error instanceof WireError;
const SEEDS = 64;

const hex = (random: Random, length: number): string =>
  Array.from({ length: 2 * length }, () => random.integer(16).toString(16)).join('');

const MAKERS: { readonly [K in Frame['kind']]: (random: Random) => Extract<Frame, { kind: K }> } = {
  hello: (random) => ({
    kind: 'hello',
    version: 1 + random.integer(3),
    from: 'west',
    to: 'east',
    mode: random.chance(1, 2) ? 'live' : 'exercise',
    agreementHash: hex(random, 32),
    epoch: random.integer(5),
    haveSize: random.integer(2 ** 32),
    haveRoot: hex(random, 32),
    signature: Uint8Array.from({ length: 64 }, () => random.integer(256)),
  }),
  batch: (random) => ({
    kind: 'batch',
    first: random.integer(2 ** 32),
    count: 1 + random.integer(256),
    checkpoint: `west/ledger/east\n${random.integer(999)}\n${'A'.repeat(44)}\n\n\u2014 west ${hex(random, 34)}\n`,
  }),
  entry: (random) => ({
    kind: 'entry',
    index: random.integer(2 ** 32),
    bytes: Uint8Array.from({ length: 17 + random.integer(200) }, () => random.integer(256)),
  }),
  credit: (random) => ({ kind: 'credit', upTo: random.integer(2 ** 32) }),
  heartbeat: (random) => ({
    kind: 'heartbeat',
    at: random.integer(2 ** 32) as Instant,
    sentSize: random.integer(2 ** 32),
    seen: random.integer(2 ** 32),
    clock: random.chance(1, 4)
      ? null
      : {
          sentAt: random.integer(2 ** 32) as Instant,
          echo: random.chance(1, 3)
            ? null
            : { sentAt: random.integer(2 ** 32) as Instant, ageUs: random.integer(2 ** 32) },
        },
  }),
  cosignature: (random) => ({
    kind: 'cosignature',
    size: random.integer(2 ** 32),
    line: `\u2014 east ${hex(random, 38)}\n`,
  }),
  close: (random) => ({ kind: 'close', reason: pick(random, CLOSE_REASONS) }),
};

const KINDS = Object.keys(MAKERS) as Frame['kind'][];

function frames(kind: Frame['kind']): Uint8Array[] {
  const random = createRandom(`frames ${kind}`);
  return Array.from({ length: SEEDS }, () => encodeFrame(MAKERS[kind](random)));
}

/** What stands behind the length prefix. */
function bodyOf(frame: Uint8Array): Uint8Array {
  const prefix = frame.findIndex((byte) => byte < 0x80);
  return frame.subarray(prefix + 1);
}

/** A frame spoilt inside with its length put right, or spoilt anywhere. */
function spoilFrame(frame: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  if (random.chance(1, 4)) return spoilBytes(frame, random, other);
  const body = several(bodyOf(frame), random, (bytes) =>
    spoilMessage(bytes, random, bodyOf(other)),
  );
  const longer = random.chance(1, 32) ? 1 + random.integer(3) : 0;
  return new Uint8Array(Buffer.concat([varint(BigInt(body.length), longer), body]));
}

function frameTarget(kind: Frame['kind']): Target {
  const seeds = frames(kind);
  return {
    name: `frame-${kind}`,
    oneIn: 1,
    isRefusal,
    make: (random) => spoilFrame(pick(random, seeds), random, pick(random, seeds)),
    read(input) {
      const frame = decodeFrame(input);
      expectSame(input, encodeFrame(frame));
      if (frame.kind === 'hello') checkHello(frame);
      return true;
    },
  };
}

/** No field of a hello may make a line of its own in what is signed. */
function checkHello(frame: Extract<Frame, { kind: 'hello' }>): void {
  const signed = new TextDecoder().decode(helloMessage(frame, new Uint8Array(32)));
  const names = signed.split('\n').map((line) => line.split(' ', 1)[0]);
  if (names.length !== HELLO_LINES) throw new Finding(`signs the lines ${names.join()}`);
}

const HELLO_LINES = new TextDecoder()
  .decode(helloMessage(MAKERS.hello(createRandom(0)), new Uint8Array(32)))
  .split('\n').length;

/** The same stream, whole and in pieces, gives the same frames and the same refusal. */
function splitterTarget(): Target {
  const seeds = KINDS.flatMap(frames);
  return {
    name: 'frame-splitter',
    oneIn: 4,
    // As others for what is small; 64 KiB can hold 13,000 frames, each decoded and encoded twice here.
    msMaxPerKib: 2,
    isRefusal,
    make(random) {
      const parts: Uint8Array[] = [];
      for (let left = 1 + random.integer(4); left > 0; left -= 1) {
        const seed = pick(random, seeds);
        parts.push(random.chance(1, 3) ? spoilFrame(seed, random, pick(random, seeds)) : seed);
      }
      return new Uint8Array(Buffer.concat(parts));
    },
    read(input) {
      const whole = split(input, input.length);
      const step = 1 + ((input[input.length >> 1] ?? 0) % 40);
      const pieces = split(input, step);
      if (whole.told !== pieces.told) throw new Finding(`${whole.told}; in pieces ${pieces.told}`);
      if (whole.refusal !== null) throw whole.refusal;
      return true;
    },
  };
}

function split(input: Uint8Array, step: number): { told: string; refusal: WireError | null } {
  const splitter = new FrameSplitter();
  const told: string[] = [];
  try {
    for (let at = 0; at < input.length; at += step) {
      for (const frame of splitter.push(input.subarray(at, at + step))) {
        told.push(Buffer.from(encodeFrame(frame)).toString('latin1'));
      }
      if (splitter.bufferedBytes > LIMITS.frameBytesMax) throw new Finding('buffers too much');
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { told: `${told.join('')} then ${error.code}`, refusal: error };
  }
  return { told: told.join(''), refusal: null };
}

/** Values seen of accepted bytes: two encodings of one value would leave room to hide bits in. */
const SEEN_MAX = 20_000;

function releaseTarget(kind: ItemKind): Target {
  const seeds = Array.from({ length: SEEDS }, (_, i) => releaseOf(kind, i));
  const seen = new Map<string, string>();
  return {
    name: `release-${kind}`,
    oneIn: 1,
    isRefusal,
    make: (random) =>
      several(pick(random, seeds), random, (bytes) =>
        spoilMessage(bytes, random, pick(random, seeds)),
      ),
    read(input) {
      const value = JSON.stringify(decodeRelease(input));
      const bytes = Buffer.from(input).toString('latin1');
      const earlier = seen.get(value);
      if (earlier !== undefined && earlier !== bytes) {
        const others = Buffer.from(earlier, 'latin1').toString('hex');
        throw new Finding(`has the value of the other bytes ${others}`);
      }
      if (seen.size < SEEN_MAX) seen.set(value, bytes);
      return true;
    },
  };
}

export const frameTargets: readonly (() => Target)[] = [
  ...KINDS.map((kind) => () => frameTarget(kind)),
  splitterTarget,
];

export const releaseTargets: readonly (() => Target)[] = ITEM_KINDS.map(
  (kind) => () => releaseTarget(kind),
);
