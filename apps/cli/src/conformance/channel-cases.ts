// SPDX-License-Identifier: Apache-2.0
// Below the session: handshakes that must not stand, connections in crowds, and those that take their
// time.

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { addSeconds } from '@isthmus/earth';
import { ALPN_PROTOCOL, createSideCertificate } from '@isthmus/link/adapters';
import { randomBytes } from '@isthmus/seal';
import { encodeFrame } from '@isthmus/wire';
import { type Came, type Case, FAIL, PASS, type Stage } from './case.ts';
import type { Kit } from './kit.ts';

/** W-122 gives a connection 5 s; what is later than this is too late. */
export const ENDED_WITHIN_MS = 7000;
const CROWD = 80;
const HELLO_TICKS = 5;
const SILENT_TICKS = 10;
/** A tick is a second, and both clocks may be a tick off. */
const SLACK_MS = 2500;

export const NOT_A_BYTE = 'the end of the connection, and not a byte of the session';

export interface Shaken {
  readonly ended: boolean;
  readonly bytes: number;
  readonly isReused: boolean;
  readonly session: Buffer | null;
}

/** A handshake of whatever sort, then a hello-like rest; what came of it. */
export function shake(
  kit: Kit,
  options: tls.ConnectionOptions,
  keepMs = ENDED_WITHIN_MS,
): Promise<Shaken> {
  return new Promise((resolve) => {
    const came = { bytes: 0, isReused: false, session: null as Buffer | null };
    const socket = tls.connect({
      ...kit.address,
      cert: kit.tls.certificatePem,
      key: kit.tls.keyPem,
      ALPNProtocols: [ALPN_PROTOCOL],
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...options,
    });
    const timer = setTimeout(() => settle(false), keepMs);
    const settle = (ended: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ended, ...came });
    };
    socket.on('secureConnect', () => {
      came.isReused = socket.isSessionReused();
    });
    socket.on('session', (session) => {
      came.session = session;
    });
    socket.on('data', (bytes: Buffer) => {
      came.bytes += bytes.length;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => settle(true));
  });
}

function refusedHandshake(
  sent: string,
  options: (kit: Kit) => Promise<tls.ConnectionOptions> | tls.ConnectionOptions,
): Case {
  return {
    clauses: ['W-100'],
    sent,
    expected: NOT_A_BYTE,
    as: 'dial',
    play: async ({ kit }) => judged(await shake(kit, await options(kit))),
  };
}

export function judged({ ended, bytes }: Shaken): Came {
  if (bytes > 0) return FAIL(`${bytes} bytes of a session`);
  return ended ? PASS('ended') : FAIL(`open after ${ENDED_WITHIN_MS / 1000} s`);
}

const HANDSHAKES: readonly Case[] = [
  refusedHandshake('no certificate', () => ({ cert: undefined, key: undefined })),
  refusedHandshake('a certificate of the same name that is not enrolled', async (kit) => {
    const { certificatePem, keyPem } = await createSideCertificate({
      name: kit.side.document.side,
      from: addSeconds(kit.now(), -3600),
      until: addSeconds(kit.now(), 3600),
    });
    return { cert: certificatePem, key: keyPem };
  }),
  refusedHandshake('TLS 1.2', () => ({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })),
  refusedHandshake('no application protocol', () => ({ ALPNProtocols: undefined })),
  refusedHandshake('another application protocol', () => ({ ALPNProtocols: ['http/1.1'] })),
  {
    clauses: ['W-100'],
    sent: 'a session resumed from an earlier connection',
    expected: 'a whole handshake anew, or the end of the connection',
    as: 'dial',
    play: async ({ kit }) => {
      const before = await shake(kit, {}, 300);
      if (before.session === null) return PASS('it gives no ticket to resume with');
      const again = await shake(kit, { session: before.session }, 300);
      if (!again.isReused) return PASS('a whole handshake');
      return judged(again);
    },
  },
  {
    clauses: ['W-100', 'W-114'],
    sent: '4 KiB of chance in place of a handshake',
    expected: 'the end of the connection',
    as: 'dial',
    play: async ({ kit }) => {
      const socket = await opened(kit);
      socket.end(randomBytes(4096));
      return (await closedWithin(socket, ENDED_WITHIN_MS)) === null ? FAIL('open') : PASS('ended');
    },
  },
  {
    clauses: ['W-122'],
    sent: `${CROWD} connections that say nothing, and a true partner beside them`,
    expected: 'the partner has its session at once',
    as: 'dial',
    play: async ({ kit }) => {
      const crowd = await Promise.all(Array.from({ length: CROWD }, () => opened(kit)));
      const from = performance.now();
      try {
        const player = await kit.link();
        await kit.exchange(player);
        await player.leave();
      } finally {
        for (const socket of crowd) socket.destroy();
      }
      return PASS(`a session and a receipt in ${seconds(performance.now() - from)}`);
    },
  },
];

async function opened(kit: Kit): Promise<Socket> {
  const socket = connect(kit.address);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

/** When the other side ended it, ms; null where it has not. */
async function closedWithin(socket: Socket, ms: number): Promise<number | null> {
  const from = performance.now();
  const closed = new Promise<number>((resolve) => {
    socket.resume().once('close', () => resolve(performance.now() - from));
  });
  const result = await Promise.race([closed, sleep(ms).then(() => null)]);
  socket.destroy();
  return socket.destroyed && result === null ? null : result;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const SLOW_HANDSHAKE: Case = {
  clauses: ['W-122'],
  sent: 'a handshake a byte every 400 ms',
  expected: 'the end of the connection after 5 s',
  as: 'dial',
  play: async ({ kit }) => {
    const socket = await opened(kit);
    // The head of a TLS record that announces a client's hello of 512 bytes.
    const head = Uint8Array.from([
      0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03,
    ]);
    let at = 0;
    const trickle = setInterval(() => {
      socket.write(head.subarray(at % head.length, (at % head.length) + 1));
      at += 1;
    }, 400);
    const ended = await closedWithin(socket, ENDED_WITHIN_MS);
    clearInterval(trickle);
    return ended === null
      ? FAIL(`open after ${seconds(ENDED_WITHIN_MS)}`)
      : PASS(`ended after ${seconds(ended)}`);
  },
};

const NO_HELLO: Case = {
  clauses: ['W-112'],
  sent: 'no hello',
  expected: `close: hello-timeout after ${HELLO_TICKS} ticks`,
  play: (stage) => helloTimeout(stage, async () => undefined),
};

const SLOW_HELLO: Case = {
  clauses: ['W-112', 'W-122'],
  sent: 'a hello a byte every 100 ms',
  expected: `close: hello-timeout after ${HELLO_TICKS} ticks`,
  play: (stage) =>
    helloTimeout(stage, async (send) => {
      const claims = stage.kit.helloClaims();
      const signature = await stage.kit.signHello(claims, randomBytes(32));
      let at = 0;
      const bytes = encodeFrame({ kind: 'hello', ...claims, signature });
      const trickle = setInterval(() => {
        send(bytes.subarray(at, at + 1));
        at += 1;
      }, 100);
      return () => clearInterval(trickle);
    }),
};

const NO_HEARTBEAT: Case = {
  clauses: ['W-112'],
  sent: 'on a session, no heartbeat: credits in their place',
  expected: `close: silent after ${SILENT_TICKS} ticks`,
  play: async ({ session }) => {
    const from = performance.now();
    const other = setInterval(() => {
      if (session.end === null) session.grant(session.granted + 1);
    }, 1000);
    const end = await session.ending(SILENT_TICKS * 1000 + SLACK_MS);
    clearInterval(other);
    return timely(end, 'silent', performance.now() - from);
  },
};

async function helloTimeout(
  { kit }: Stage,
  speak: (send: (bytes: Uint8Array) => void) => Promise<(() => void) | undefined>,
): Promise<Came> {
  const player = await kit.connect();
  const from = performance.now();
  const stop = await speak((bytes) => player.raw(bytes));
  const end = await player.ending(HELLO_TICKS * 1000 + SLACK_MS);
  stop?.();
  return timely(end, 'hello-timeout', performance.now() - from);
}

function timely(
  end: { readonly reason: string | null; readonly says: string } | null,
  reason: string,
  ms: number,
): Came {
  if (end === null) return FAIL(`open after ${seconds(ms)}`);
  return end.reason === reason ? PASS(`${end.says} after ${seconds(ms)}`) : FAIL(end.says);
}

export const CHANNEL_CASES: readonly Case[] = HANDSHAKES;

/** Cases that wait. The lines are played at once: a listener may keep one newcomer without a hello. */
export const PATIENT_LINES: readonly (readonly Case[])[] = [
  [SLOW_HANDSHAKE],
  [NO_HELLO, SLOW_HELLO],
  [NO_HEARTBEAT],
];
