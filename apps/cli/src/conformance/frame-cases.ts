// SPDX-License-Identifier: Apache-2.0
// Bytes that are no frame: each is refused as malformed, a length before anything of its frame is there.

import { concatBytes } from '@isthmus/seal';
import { encodeFrame } from '@isthmus/wire';
import { type Case, closing, FAIL, NOTHING, PASS, type Said, type Stage } from './case.ts';
import { bytesField, framed, integerField, varint } from './raw.ts';

const HELLO = 1;
const BATCH = 2;
const ENTRY = 3;
const CREDIT = 4;
const HEARTBEAT = 5;
const COSIGNATURE = 6;
const CLOSE = 7;
const ORDER = '{"command":"launch","__proto__":{"admin":true}}';

function malformed(clause: string, sent: string, said: (stage: Stage) => Said): Case {
  return closing([clause, 'W-114'], sent, 'malformed', said);
}

/** The fields of a heartbeat that would be taken. */
function beat({ kit }: Stage): Uint8Array[] {
  return [
    integerField(1, kit.now()),
    ...(kit.log.size === 0 ? [] : [integerField(2, kit.log.size)]),
  ];
}

function heartbeat(...parts: readonly Uint8Array[]): Uint8Array {
  return framed(bytesField(HEARTBEAT, concatBytes(...parts)));
}

const LENGTHS: readonly Case[] = [
  malformed('W-21', 'the length 65,537 and nothing behind it', () => [varint(65_537)]),
  malformed('W-21', 'a length of 4 bytes and nothing behind it', () => [
    Uint8Array.of(0xff, 0xff, 0xff, 0x7f),
  ]),
  malformed('W-21', 'the length 0', () => [Uint8Array.of(0)]),
  malformed('W-21', 'a length in one byte more than it needs', (stage) => {
    const whole = encodeFrame(stage.session.heartbeat());
    return [concatBytes(varint(whole.length - 1, 2), whole.subarray(1))];
  }),
];

const FORMS: readonly Case[] = [
  malformed('W-20', 'a frame of a kind there is none of, with an order in it', () => [
    framed(bytesField(15, ORDER)),
  ]),
  malformed('W-20', 'a frame of two kinds', (stage) => [
    framed(
      bytesField(CREDIT, integerField(1, stage.kit.mirror.size + 9000)),
      bytesField(HEARTBEAT, concatBytes(...beat(stage))),
    ),
  ]),
  malformed('W-3', 'a heartbeat with a field there is none of, an order', (stage) => [
    heartbeat(...beat(stage), bytesField(127, ORDER)),
  ]),
  malformed('W-3', 'a heartbeat that writes a field at its default', (stage) => [
    heartbeat(
      integerField(1, stage.kit.now()),
      integerField(2, stage.kit.log.size),
      integerField(3, 0),
    ),
  ]),
  malformed('W-3', 'a heartbeat with its fields in another order', (stage) => [
    heartbeat(...beat(stage).toReversed(), integerField(1, stage.kit.now())),
  ]),
  malformed('W-3', 'a heartbeat that says a field twice', (stage) => [
    heartbeat(integerField(1, 1), ...beat(stage)),
  ]),
  malformed('W-3', 'a heartbeat with a number in more bytes than it needs', ({ kit }) => [
    heartbeat(varint(1 << 3), varint(kit.now(), 9)),
  ]),
  malformed('W-2', 'a heartbeat whose instant is a text', () => [heartbeat(bytesField(1, 'now'))]),
  malformed('W-2', 'a frame cut short inside its length', () => [
    framed(concatBytes(varint((HEARTBEAT << 3) | 2), varint(40), varint(1 << 3))),
  ]),
  malformed('W-2', 'a cosignature line that is no UTF-8', () => [
    framed(bytesField(COSIGNATURE, bytesField(2, Uint8Array.of(0xc3, 0x28)))),
  ]),
];

const BOUNDS: readonly Case[] = [
  malformed('W-23', 'a batch of no entries', ({ kit }) => [batch(kit.log.size, 0, 'note')]),
  malformed('W-23', 'a batch of 257 entries', ({ kit }) => [batch(kit.log.size, 257, 'note')]),
  malformed('W-23', 'a checkpoint of 4,097 bytes', ({ kit }) => [
    batch(kit.log.size, 1, 'x'.repeat(4097)),
  ]),
  malformed('W-23', 'a checkpoint with a tab in it', ({ kit }) => [batch(kit.log.size, 1, 'a\tb')]),
  malformed('W-23', 'an entry of 16 bytes', ({ kit }) => [entry(kit.log.size, 16)]),
  malformed('W-1', 'an entry of 61,457 bytes', ({ kit }) => [entry(kit.log.size, 61_457)]),
  malformed('W-23', 'a size of 2^53', () => [
    framed(bytesField(CREDIT, integerField(1, 2n ** 53n))),
  ]),
  malformed('W-23', 'a cosignature line of 1,025 bytes', () => [
    framed(
      bytesField(COSIGNATURE, concatBytes(integerField(1, 1), bytesField(2, 'x'.repeat(1025)))),
    ),
  ]),
  malformed('W-23', 'a hello with a signature of 63 bytes', () => [
    framed(bytesField(HELLO, bytesField(9, new Uint8Array(63).fill(1)))),
  ]),
  malformed('W-11', 'a close for a reason there is none of', () => [
    framed(bytesField(CLOSE, integerField(1, 99))),
  ]),
];

function batch(first: number, count: number, checkpoint: string): Uint8Array {
  const parts = [integerField(1, first), integerField(2, count)].filter((one) => one[1] !== 0);
  return framed(bytesField(BATCH, concatBytes(...parts, bytesField(3, checkpoint))));
}

function entry(index: number, length: number): Uint8Array {
  const parts = [integerField(1, index), bytesField(2, new Uint8Array(length).fill(1))];
  return framed(bytesField(ENTRY, concatBytes(...parts.filter((one) => one[1] !== 0))));
}

const STREAMS: readonly Case[] = [
  {
    clauses: ['W-22'],
    sent: 'a heartbeat and a batch of one test message, a byte at a time',
    expected: 'the receipt, as if they had come whole',
    play: async ({ kit, session }) => {
      session.byteByByte = true;
      await kit.exchange(session);
      session.byteByByte = false;
      return PASS('the receipt');
    },
  },
  {
    clauses: ['W-22', 'W-114'],
    sent: 'a frame without a kind, and in the same bytes a batch that is good',
    expected: 'close: malformed, and nothing of what follows is taken',
    play: async ({ kit, session }) => {
      const frames = await kit.batchFrames([kit.testMessage()]);
      const bad = framed(bytesField(15, ORDER));
      session.raw(Uint8Array.from(Buffer.concat([bad, ...frames.map(encodeFrame)])));
      const end = await session.ending();
      // A receipt would show at the next link too: it would hold what we did not give.
      const isTaken = session.frames('cosignature').some(({ size }) => size > kit.log.size);
      if (isTaken) return FAIL('a receipt for what came behind the refusal');
      return end?.reason === 'malformed' ? PASS(end.says) : FAIL(end?.says ?? NOTHING);
    },
  },
  {
    clauses: ['W-2', 'W-114'],
    sent: 'half a frame, and the end of the connection',
    expected: 'the next session is as good as any',
    play: async ({ session }) => {
      const whole = encodeFrame(session.heartbeat());
      session.raw(whole.subarray(0, whole.length - 3));
      session.connection.close();
      await session.ending();
      return PASS('ended');
    },
  },
];

export const FRAME_CASES: readonly Case[] = [...LENGTHS, ...FORMS, ...BOUNDS, ...STREAMS];
