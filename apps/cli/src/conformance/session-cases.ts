// SPDX-License-Identifier: Apache-2.0
// The session itself: hellos that are wrong in one place, frames before their time, heartbeats, credit
// and receipts.

import { type HelloClaims, WINDOW_ENTRIES_MAX } from '@isthmus/link';
import { encodeHex, randomBytes } from '@isthmus/seal';
import { type CloseReason, encodeFrame } from '@isthmus/wire';
import {
  type Case,
  closes,
  closing,
  FAIL,
  NOT_APPLICABLE,
  NOTHING,
  PASS,
  type Said,
} from './case.ts';
import type { Kit } from './kit.ts';
import type { Player } from './player.ts';

const OTHER_HASH = '5a'.repeat(32);
/** More than 1,024 in a tick, wherever the tick falls. */
const FLOOD = 4096;

/** A hello wrong in one place, on a connection of its own; the session that stands does not suffer. */
function hello(
  clauses: Case['clauses'],
  sent: string,
  reason: CloseReason,
  say: (player: Player, kit: Kit) => Promise<void>,
): Case {
  return {
    clauses,
    sent,
    expected: `close: ${reason}, and nothing else for an answer`,
    play: async ({ kit }) => {
      const player = await kit.connect();
      await say(player, kit);
      const end = await player.ending();
      const said = player.heard.filter((one) => one.kind !== 'close').map((one) => one.kind);
      // Who calls has said hello before anything was answered.
      if (kit.role === 'listen') said.shift();
      if (said.length > 0) return FAIL(`${said.join(', ')} and then ${end?.says ?? NOTHING}`);
      return end?.reason === reason ? PASS(end.says) : FAIL(end?.says ?? NOTHING);
    },
  };
}

const claims = (
  clause: string,
  sent: string,
  reason: CloseReason,
  changed: (claims: HelloClaims) => Partial<HelloClaims>,
): Case =>
  hello([clause], sent, reason, (player, kit) => player.sayHello(changed(kit.helloClaims())));

const HELLOS: readonly Case[] = [
  claims('W-103', 'a hello of version 2', 'version', () => ({ version: 2 })),
  claims('W-103', 'a hello from somebody else', 'party', () => ({ from: 'north' })),
  claims('W-103', 'a hello to somebody else', 'party', () => ({ to: 'north' })),
  claims('W-103', 'a hello of the other mode', 'mode', () => ({ mode: 'live' })),
  claims('W-103', 'a hello under another agreement', 'agreement', () => ({
    agreementHash: OTHER_HASH,
  })),
  claims('W-103', 'a hello of the next epoch', 'epoch', ({ epoch }) => ({ epoch: epoch + 1 })),
  hello(['W-102'], 'a hello signed for another channel', 'hello-signature', (player) =>
    player.sayHello({}, randomBytes(32)),
  ),
  hello(
    ['W-102'],
    'a hello whose signature is of what it does not say',
    'hello-signature',
    async (player, kit) => {
      const honest = kit.helloClaims();
      const signature = await kit.signHello(
        { ...honest, haveSize: 7 },
        player.connection.channelBinding,
      );
      player.send({ kind: 'hello', ...honest, signature });
    },
  ),
  ...(['heartbeat', 'credit', 'batch'] as const).map((kind) =>
    hello(
      ['W-101', 'W-114'],
      `a ${kind} before any hello`,
      'unexpected-frame',
      async (player, kit) => {
        const frames = await kit.batchFrames([kit.testMessage()]);
        const batch = frames[0];
        if (kind === 'heartbeat') player.send(player.heartbeat());
        else if (kind === 'credit') player.send({ kind, upTo: 100 });
        else if (batch !== undefined) player.send(batch);
      },
    ),
  ),
];

const EARLY: readonly Case[] = [
  {
    clauses: ['W-101', 'W-105'],
    sent: 'nothing to its call for a second, then the hello',
    expected: 'its hello and nothing else until then; then a credit before any other frame',
    as: 'listen',
    play: async ({ kit }) => {
      const player = await kit.connect();
      await player.until(() => player.heard.length > 1, 1000);
      const early = player.heard.map((one) => one.kind).join(', ');
      if (early !== 'hello') return FAIL(`${early}, before it was answered`);
      await player.sayHello();
      await player.until(() => player.heard.length >= 2);
      const next = player.heard[1]?.kind;
      await player.leave();
      return next === 'credit' ? PASS('hello, credit') : FAIL(`hello, ${next ?? NOTHING}`);
    },
  },
  {
    clauses: ['W-101'],
    sent: 'nothing for half a second, then the hello',
    expected: 'nothing until then; then a hello, a credit, and no other frame before that',
    as: 'dial',
    play: async ({ kit }) => {
      const player = await kit.connect();
      await player.until(() => player.heard.length > 0, 500);
      if (player.heard.length > 0) return FAIL(`it spoke first: ${player.heard[0]?.kind}`);
      await player.sayHello();
      await player.until(() => player.heard.length >= 2);
      const order = player.heard.map((one) => one.kind).slice(0, 2);
      await player.leave();
      return order.join() === 'hello,credit' ? PASS(order.join(', ')) : FAIL(order.join(', '));
    },
  },
  {
    clauses: ['W-106'],
    sent: 'a new session by one whose log it holds in part',
    expected: 'after its first credit its cosignature over all it holds, again',
    play: async ({ kit, session }) => {
      const { size } = kit.log;
      const isThere = () => session.frames('cosignature').some((one) => one.size === size);
      const player = await kit.link();
      const again = () => player.frames('cosignature')[0];
      await player.until(() => again() !== undefined);
      await player.leave();
      const receipt = again();
      if (size === 0 && !isThere()) return NOT_APPLICABLE('it holds nothing yet');
      const isGood =
        receipt?.size === size &&
        kit.seals.verifyReceipt({ size, root: kit.log.rootAt(size) }, receipt.line);
      return isGood ? PASS(`the receipt for ${size}`) : FAIL(`a receipt for ${receipt?.size}`);
    },
  },
  ...(['heartbeat', 'batch'] as const).map(
    (kind): Case => ({
      clauses: ['W-105'],
      sent: `a ${kind} before the first credit`,
      expected: 'close: unexpected-frame',
      play: async ({ kit }) => {
        const player = await kit.connect();
        await player.sayHello();
        await player.until(() => player.frames('credit').length > 0);
        const [batch] = await kit.batchFrames([kit.testMessage()]);
        const said: Said = kind === 'batch' && batch ? [batch] : [player.heartbeat()];
        return closes(player, said, 'unexpected-frame');
      },
    }),
  ),
  {
    clauses: ['W-113'],
    sent: 'a second session while one stands',
    expected: 'the older one: close: replaced',
    as: 'dial',
    play: async ({ kit, session }) => {
      const newer = await kit.link();
      const end = await session.ending();
      await newer.leave();
      return end?.reason === 'replaced' ? PASS(end.says) : FAIL(end?.says ?? 'both stand');
    },
  },
];

const UNDER_WAY: readonly Case[] = [
  closing(['W-114'], 'a second hello', 'unexpected-frame', async ({ kit, session }) => {
    const honest = kit.helloClaims();
    const signature = await kit.signHello(honest, session.connection.channelBinding);
    return [{ kind: 'hello', ...honest, signature }];
  }),
  closing(['W-109'], 'a credit no larger than the one before', 'credit', ({ session }) => [
    { kind: 'credit', upTo: session.granted },
  ]),
  closing(['W-109'], 'a credit too far ahead', 'credit', ({ kit }) => [
    { kind: 'credit', upTo: kit.mirror.size + 10 * WINDOW_ENTRIES_MAX },
  ]),
  closing(
    ['W-111'],
    'a heartbeat that says one entry more was sent',
    'out-of-sequence',
    ({ kit, session }) => [session.heartbeat({ sentSize: kit.log.size + 1 })],
  ),
  closing(
    ['W-111'],
    'a heartbeat that is earlier than the one before',
    'out-of-sequence',
    ({ session }) => {
      const beat = session.heartbeat();
      return [beat, { ...beat, at: (beat.at - 1) as typeof beat.at }];
    },
  ),
  closing(['W-111'], 'a heartbeat that has seen more than there is', 'fork', ({ session }) => [
    session.heartbeat({ seen: Number.MAX_SAFE_INTEGER }),
  ]),
  closing(
    ['W-119'],
    'an echo of an instant it never said',
    'out-of-sequence',
    ({ kit, session }) => [
      session.heartbeat({ clock: { sentAt: kit.now(), echo: { sentAt: kit.now(), ageUs: 1 } } }),
    ],
  ),
  closing(['W-110'], 'a cosignature of a size that is not next', 'out-of-sequence', ({ kit }) => [
    { kind: 'cosignature', size: kit.mirror.size + 70_000, line: '— nobody AAAA\n' },
  ]),
  closing(['W-114'], `${FLOOD} heartbeats at once`, 'flood', ({ session }) => {
    const bytes = encodeFrame(session.heartbeat());
    return Array.from({ length: FLOOD }, () => bytes);
  }),
  {
    clauses: ['W-110'],
    sent: 'as receipt for what it gave, a line that its key did not sign',
    expected: 'close: bad-receipt',
    play: async ({ kit }) => {
      const { checkpoint, size } = kit.mirror;
      if (checkpoint === null) return NOT_APPLICABLE('it gave no entry');
      const player = await kit.connect();
      await player.sayHello();
      await player.until(() => player.frames('credit').length > 0);
      const honest = await kit.receipt(checkpoint);
      const at = honest.line.length - 20;
      const other = honest.line[at] === 'A' ? 'B' : 'A';
      const line = honest.line.slice(0, at) + other + honest.line.slice(at + 1);
      const credit = { kind: 'credit', upTo: size + 1 } as const;
      return closes(player, [credit, { ...honest, line }], 'bad-receipt');
    },
  },
];

/** What it says of itself, watched for some of its ticks. */
const WATCHED: Case = {
  clauses: ['W-111', 'W-119'],
  sent: 'heartbeats as an honest side, for three seconds',
  expected: 'its own, one a tick: the instant never falls, true sizes, and an echo of ours',
  play: async ({ kit, session }) => {
    const before = session.frames('heartbeat').length;
    session.send(session.heartbeat());
    const enough = () => session.frames('heartbeat').length >= before + 3;
    if (!(await session.until(enough, 5000))) {
      return FAIL(`${session.frames('heartbeat').length - before} heartbeats in 5 s`);
    }
    const beats = session.frames('heartbeat');
    const last = beats.at(-1);
    if (beats.some((one, i) => one.at < (beats[i - 1]?.at ?? one.at)))
      return FAIL('an instant fell');
    if (last?.seen !== kit.log.size)
      return FAIL(`seen ${last?.seen}, where it holds ${kit.log.size}`);
    const echo = last.clock?.echo ?? null;
    if (last.clock === null) return FAIL('no instant of its own clock');
    if (echo === null || !session.said.includes(echo.sentAt)) return FAIL('no echo of ours');
    if (echo.ageUs > kit.now() - echo.sentAt)
      return FAIL('an echo that is older than what it echoes');
    return PASS(`${beats.length - before} heartbeats, with echo`);
  },
};

/** What it gave, asked for again by one who says that he lost it. */
const AGAIN: readonly Case[] = [
  {
    clauses: ['W-115', 'W-108'],
    sent: 'a hello that holds nothing of its log, and a credit of one entry; then of all',
    expected: 'none beyond the credit; then the same entries again, from the first on',
    play: async ({ kit }) => {
      const wanted = kit.received.length;
      if (wanted === 0) return NOT_APPLICABLE('it gave no entry');
      const player = await kit.connect();
      player.mirrors = false;
      await player.sayHello({ haveSize: 0, haveRoot: encodeHex(EMPTY_ROOT) });
      await player.until(() => player.frames('credit').length > 0);
      player.send({ kind: 'credit', upTo: 1 });
      player.send(player.heartbeat({ seen: 0 }));
      await player.until(() => player.frames('entry').length > 1, 1500);
      const early = player.frames('entry').length;
      player.send({ kind: 'credit', upTo: WINDOW_ENTRIES_MAX });
      await player.until(() => player.frames('entry').length >= wanted);
      const given = player.frames('entry').map(({ bytes }) => encodeHex(bytes));
      await player.leave();
      if (early > 1) return FAIL(`${early} entries under a credit of one`);
      const isSame = kit.received.every((bytes, i) => encodeHex(bytes) === given[i]);
      return isSame
        ? PASS(`${wanted} entries again`)
        : FAIL(`${given.length} entries, not the same`);
    },
  },
];

const EMPTY_ROOT = Uint8Array.from(
  Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'),
);

export const SESSION_CASES: readonly Case[] = [
  ...HELLOS,
  ...EARLY,
  WATCHED,
  ...UNDER_WAY,
  ...AGAIN,
];

/** Claims about its own log, after which a side may well record nothing more until a person looked. */
export const FORK_CASES: readonly Case[] = [
  hello(['W-104'], 'a hello with another root of its log than it signed', 'fork', (player) =>
    player.sayHello({ haveRoot: OTHER_HASH }),
  ),
  hello(['W-104'], 'a hello that holds more of its log than there is', 'fork', (player) =>
    player.sayHello({ haveSize: Number.MAX_SAFE_INTEGER, haveRoot: OTHER_HASH }),
  ),
];
