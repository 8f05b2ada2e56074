// SPDX-License-Identifier: Apache-2.0
// Below the session, of a side that calls: answers by TLS that it must not take for its partner's.

import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { addSeconds } from '@isthmus/earth';
import { ALPN_PROTOCOL, createSideCertificate } from '@isthmus/link/adapters';
import { randomBytes } from '@isthmus/seal';
import { type Case, FAIL, PASS } from './case.ts';
import { ENDED_WITHIN_MS, judged, NOT_A_BYTE, type Shaken } from './channel-cases.ts';
import type { Kit } from './kit.ts';

/** A call taken by a TLS server of whatever sort; what came of it. */
export function answered(kit: Kit, options: tls.TlsOptions): Promise<Shaken> {
  return answeredBy(kit, serverOf(kit, options), ENDED_WITHIN_MS);
}

function serverOf(kit: Kit, options: tls.TlsOptions): tls.Server {
  return tls.createServer({
    cert: kit.tls.certificatePem,
    key: kit.tls.keyPem,
    ALPNProtocols: [ALPN_PROTOCOL],
    requestCert: true,
    rejectUnauthorized: false,
    ...options,
  });
}

async function answeredBy(kit: Kit, server: tls.Server, keepMs: number): Promise<Shaken> {
  await kit.hangUp();
  const call = await kit.nextCall();
  const came = { bytes: 0, isReused: false, session: null };
  const taken = (socket: tls.TLSSocket): void => {
    came.isReused = socket.isSessionReused();
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      came.bytes += bytes.length;
    });
  };
  server.on('secureConnection', taken);
  server.on('tlsClientError', () => undefined);
  const closed = new Promise<boolean>((resolve) => {
    call.once('close', () => resolve(true));
  });
  server.emit('connection', call);
  const ended = await Promise.race([closed, sleep(keepMs).then(() => false)]);
  server.off('secureConnection', taken);
  call.destroy();
  return { ended, ...came };
}

function refusedAnswer(
  sent: string,
  options: (kit: Kit) => Promise<tls.TlsOptions> | tls.TlsOptions,
): Case {
  return {
    clauses: ['W-100'],
    sent,
    expected: NOT_A_BYTE,
    as: 'listen',
    play: async ({ kit }) => judged(await answered(kit, await options(kit))),
  };
}

export const CALL_CASES: readonly Case[] = [
  refusedAnswer('to its call a certificate of the same name that is not enrolled', async (kit) => {
    const { certificatePem, keyPem } = await createSideCertificate({
      name: kit.side.document.side,
      from: addSeconds(kit.now(), -3600),
      until: addSeconds(kit.now(), 3600),
    });
    return { cert: certificatePem, key: keyPem };
  }),
  refusedAnswer('to its call TLS 1.2', () => ({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })),
  refusedAnswer('to its call no application protocol', () => ({ ALPNProtocols: undefined })),
  {
    clauses: ['W-100'],
    sent: 'a ticket on its call, and an offer to go on with it at the next',
    expected: 'a whole handshake anew, or the end of the connection',
    as: 'listen',
    play: async ({ kit }) => {
      const server = serverOf(kit, {});
      await answeredBy(kit, server, 500);
      const again = await answeredBy(kit, server, 500);
      return again.isReused ? judged(again) : PASS('a whole handshake');
    },
  },
  {
    clauses: ['W-100', 'W-114'],
    sent: 'to its call 4 KiB of chance in place of a handshake',
    expected: 'the end of the connection',
    as: 'listen',
    play: async ({ kit }) => {
      await kit.hangUp();
      const call = await kit.nextCall();
      const closed = new Promise<boolean>((resolve) => {
        call.resume().once('close', () => resolve(true));
      });
      call.write(randomBytes(4096));
      const ended = await Promise.race([closed, sleep(ENDED_WITHIN_MS).then(() => false)]);
      call.destroy();
      return ended ? PASS('ended') : FAIL('open');
    },
  },
];
