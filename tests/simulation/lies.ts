// SPDX-License-Identifier: Apache-2.0
// The lies of a partner, one profile an episode. Each says where it departs from an honest session;
// `records` marks those that get entries of their own into the victim's copy, after which only the
// same record can go on.

import type { Instant, Random } from '@isthmus/earth';
import type { HelloClaims } from '@isthmus/link';
import { encodeText } from '@isthmus/seal';
import {
  CLOSE_REASONS,
  type CloseReason,
  type CosignatureFrame,
  encodeFrame,
  type Frame,
  type HeartbeatFrame,
} from '@isthmus/wire';
import { forgedEntry, randomBytes, spoofedItem } from './forged-log.ts';
import type { Peer } from './liar.ts';

export interface Lie {
  readonly name: string;
  readonly records?: boolean;
  /** False: it grants no credit, so the victim's items never come. */
  readonly credits?: boolean;
  /** True when the connection is its own from here on: no hello is said. */
  connected?(peer: Peer): boolean;
  hello?(claims: HelloClaims, peer: Peer): HelloClaims;
  greeted?(peer: Peer): void;
  tick?(peer: Peer, ticks: number): void;
  heartbeat?(frame: HeartbeatFrame, peer: Peer): Frame | null;
  receipt?(frame: CosignatureFrame, peer: Peer): Frame | null;
  /** The victim has receipted our entries up to this size. */
  shown?(peer: Peer, size: number): void;
  closed?(peer: Peer, reason: CloseReason): void;
}

/** Keeps to the session, and sends what its log holds: what a liar becomes when it gives up. */
export const HONEST: Lie = {
  name: 'honest',
  tick: (peer) => {
    if (peer.up) peer.sendLog();
  },
};

const HOUR_US = 3600e6;

/** The profiles, drawn with equal chance. */
export const LIES: readonly ((random: Random) => Lie)[] = [
  equivocate,
  replay,
  flood,
  spoof,
  () => ({ name: 'withholds receipts', receipt: () => null }),
  badReceipts,
  aboutTime,
  badBatch,
  falseHave,
  () => ({ name: 'silent but heartbeating', credits: false, receipt: () => null }),
  () => ({ name: 'heartbeats without reading', greeted: (peer) => peer.connection.pause() }),
  halfFrames,
  otherTerms,
  garbage,
  invented,
];

/** Extends its log, then shows another root for a size it has already signed. */
function equivocate(random: Random): Lie {
  const accused = { size: 0 };
  return {
    name: 'equivocates',
    records: true,
    tick: (peer) => {
      if (!peer.up) return;
      const { log, shown } = peer.liar;
      if (accused.size === 0 || shown < accused.size) {
        const item = { kind: 'test', serial: random.integer(1000) } as const;
        if (log.size <= peer.sent) log.add(forgedEntry(item, peer.liar.said(), random));
        accused.size = log.size;
        peer.sendLog();
        return;
      }
      // The victim holds that size: the other history of it goes out on this connection.
      const checkpoint = log.checkpoint(accused.size, randomBytes(random, 32));
      peer.send({ kind: 'batch', first: peer.sent, count: 1, checkpoint });
      const item = { kind: 'test', serial: 7 } as const;
      const bytes = forgedEntry(item, peer.liar.said(), random);
      peer.send({ kind: 'entry', index: peer.sent, bytes });
    },
    closed: (peer, reason) => {
      if (reason === 'refused-batch' && peer.liar.shown >= accused.size) {
        peer.liar.convicted = true;
      }
    },
  };
}

/** Plays whole earlier sessions again, or single frames of them in a new one. */
function replay(random: Random): Lie {
  return {
    name: 'replays',
    connected: (peer) => {
      const taped = peer.liar.taped.slice();
      if (taped.length < 5 || random.chance(1, 2)) return false;
      for (const bytes of taped) peer.connection.send(bytes);
      return true;
    },
    tick: (peer) => {
      const { taped } = peer.liar;
      if (random.chance(1, 3)) peer.connection.send(taped[random.integer(taped.length)] ?? NOTHING);
      if (random.chance(1, 4)) peer.connection.close();
    },
  };
}

function flood(random: Random): Lie {
  const what = random.integer(4);
  return {
    name: 'floods',
    tick: (peer) => {
      if (!peer.up) return;
      for (let i = 0; i < 1500; i += 1) peer.raw(floodFrame(peer, what, i));
    },
  };
}

function floodFrame(peer: Peer, what: number, i: number): Uint8Array {
  const { random } = peer.liar.options;
  switch (what) {
    case 0:
      return heartbeatOf(peer);
    case 1:
      return encodeFrame({ kind: 'credit', upTo: peer.granted + 1 + i });
    case 2:
      return encodeFrame({ kind: 'entry', index: peer.sent + i, bytes: randomBytes(random, 300) });
    default:
      return peer.liar.taped[0] ?? NOTHING;
  }
}

/** Up to thousands of items that no gate let go, under true checkpoints: the victim must take them. */
function spoof(random: Random): Lie {
  const each = [1, 20, 200][random.integer(3)] ?? 1;
  return {
    name: 'spoofs',
    records: true,
    tick: (peer) => {
      if (!peer.up) return;
      const said = peer.liar.said();
      const others = random.chance(1, 4) ? { ...said, agreementHash: '5a'.repeat(32) } : said;
      for (let i = 0; i < each; i += 1) {
        const entry = random.chance(1, 10)
          ? randomBytes(random, 17 + random.integer(300))
          : forgedEntry(spoofedItem(random, said.at), others, random);
        peer.liar.log.add(entry);
      }
      peer.sendLog();
    },
  };
}

function badReceipts(random: Random): Lie {
  const how = random.integer(4);
  return {
    name: 'gives bad receipts',
    receipt: (frame) => {
      if (how === 0) return { ...frame, line: 'no signature\n' };
      if (how === 1) return { ...frame, size: frame.size + 1 };
      if (how === 2) return { ...frame, size: Math.max(0, frame.size - 1) };
      const middle = Math.floor(frame.line.length / 2);
      const other = frame.line[middle] === 'A' ? 'B' : 'A';
      return { ...frame, line: frame.line.slice(0, middle) + other + frame.line.slice(middle + 1) };
    },
  };
}

/** An hour ahead, an hour behind, steps back and forth, or drifting. */
function aboutTime(random: Random): Lie {
  const how = random.integer(4);
  let beats = 0;
  return {
    name: 'lies about time',
    heartbeat: (frame) => {
      beats += 1;
      const off = [HOUR_US, -HOUR_US, beats % 2 === 0 ? 10e6 : -10e6, beats * 1e6][how] ?? 0;
      return { ...frame, at: (frame.at + off) as Instant };
    },
  };
}

/** A batch whose entries, root, signature, sequence or origin is not what its checkpoint says. */
function badBatch(random: Random): Lie {
  const how = random.integer(6);
  return {
    name: 'sends bad proofs and roots',
    tick: (peer) => {
      if (!peer.up) return;
      const { log } = peer.liar;
      const first = how === 0 ? peer.sent + 1 : peer.sent;
      const entry = forgedEntry({ kind: 'test', serial: 1 }, peer.liar.said(), random);
      const good = log.checkpoint(peer.sent);
      const checkpoint =
        [
          log.checkpoint(peer.sent + 1, randomBytes(random, 32)),
          log.checkpoint(peer.sent + 1, randomBytes(random, 32)),
          good.replace(/\n\d+\n/, `\n${peer.sent + 1}\n`),
          log.checkpoint(peer.sent + 2, randomBytes(random, 32)),
          good.replace(log.signer.name, 'north/isthmus/exercise/ledger/south'),
          'not a note',
        ][how] ?? good;
      peer.send({ kind: 'batch', first, count: 1, checkpoint });
      peer.send({ kind: 'entry', index: first, bytes: entry });
    },
  };
}

function falseHave(random: Random): Lie {
  const how = random.integer(4);
  return {
    name: 'claims what it has not',
    hello: (claims) => {
      if (how === 0) return { ...claims, haveSize: claims.haveSize + 1 + random.integer(1000) };
      if (how === 1) return { ...claims, haveSize: Math.max(0, claims.haveSize - 1) };
      if (how === 2) return { ...claims, haveRoot: '5a'.repeat(32) };
      return { ...claims, haveSize: Number.MAX_SAFE_INTEGER };
    },
  };
}

/** Part of a frame, then nothing for a while or for good; or a byte a tick. */
function halfFrames(random: Random): Lie {
  const how = random.integer(3);
  let rest: Uint8Array = NOTHING;
  return {
    name: 'stalls in the middle of frames',
    heartbeat: (frame) => {
      if (how === 0) return frame;
      if (rest.length === 0) rest = encodeFrame(frame);
      return null;
    },
    tick: (peer, ticks) => {
      const take = how === 1 ? 1 : Math.ceil(rest.length / 2);
      if (how === 0 && ticks % 4 === 0) peer.raw(new Uint8Array([0xff, 0xff, 0x03, 0x0a]));
      if (how !== 0 && rest.length > 0) {
        peer.raw(rest.subarray(0, take));
        rest = rest.subarray(take);
      }
    },
  };
}

function otherTerms(random: Random): Lie {
  const how = random.integer(6);
  return {
    name: 'comes under other terms',
    hello: (claims) => {
      if (how === 0) return { ...claims, mode: claims.mode === 'live' ? 'exercise' : 'live' };
      if (how === 1) return { ...claims, agreementHash: '5a'.repeat(32) };
      if (how === 2) return { ...claims, epoch: claims.epoch + 1 };
      if (how === 3) return { ...claims, version: claims.version + 1 };
      if (how === 4) return { ...claims, from: claims.to, to: claims.from };
      return { ...claims, from: 'north' };
    },
  };
}

function garbage(random: Random): Lie {
  const early = random.chance(1, 2);
  const mangled = (peer: Peer): void => {
    const bytes = (peer.liar.taped[random.integer(peer.liar.taped.length + 1)] ?? NOTHING).slice();
    if (bytes.length > 0) bytes[random.integer(bytes.length)] = random.integer(256);
    peer.connection.send(
      random.chance(1, 2) ? bytes : randomBytes(random, 1 + random.integer(900)),
    );
  };
  return {
    name: 'sends garbage',
    connected: (peer) => {
      if (early && random.chance(1, 2)) mangled(peer);
      return false;
    },
    tick: (peer) => {
      for (let i = random.integer(4); i > 0; i -= 1) mangled(peer);
    },
  };
}

/** Fields and kinds of frame that the schema does not have: an order, a setting, an address. */
function invented(random: Random): Lie {
  return {
    name: 'invents commands',
    tick: (peer) => {
      if (!peer.up) return;
      const order = encodeText('{"command":"fire","__proto__":{"admin":true}}');
      const field = new Uint8Array([0xfa, 0x07, order.length, ...order]);
      const frame = heartbeatOf(peer);
      const body = random.chance(1, 2) ? [...frame.slice(1), ...field] : [...field];
      const reason = CLOSE_REASONS[random.integer(CLOSE_REASONS.length)] ?? 'internal';
      if (random.chance(1, 5)) peer.send({ kind: 'close', reason });
      else peer.raw(new Uint8Array([body.length, ...body]));
    },
  };
}

function heartbeatOf(peer: Peer): Uint8Array {
  const seen = peer.liar.held?.size ?? 0;
  const at = peer.liar.options.now();
  return encodeFrame({ kind: 'heartbeat', at, sentSize: peer.sent, seen, clock: null });
}

const NOTHING = new Uint8Array(0);
