// SPDX-License-Identifier: Apache-2.0
// The column of TLS in the matrix of EN 50159: every threat on the path itself, against a receiver
// that has no other defence at all. What reaches it is a true beginning of what was sent.

import net from 'node:net';
import { instant } from '@isthmus/earth';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  certificateFingerprint,
  createSideCertificate,
  type SideCertificate,
} from './certificate.ts';
import { createTlsDialler, createTlsListener } from './tls-transport.ts';

const now = Date.now() * 1000;
const period = { from: instant(now - 3_600_000_000), until: instant(now + 3_600_000_000) };
let west: SideCertificate;
let east: SideCertificate;
let stranger: SideCertificate;
beforeAll(async () => {
  [west, east, stranger] = (await Promise.all(
    ['west', 'east', 'west'].map((name) => createSideCertificate({ name, ...period })),
  )) as [SideCertificate, SideCertificate, SideCertificate];
});

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act();
});

const MESSAGES = ['m0.', 'm1.', 'm2.', 'm3.', 'm4.'];

/** Changes the records of the five messages on their way. */
type Tamper = (records: readonly Buffer[]) => readonly Buffer[];

/** A relay that lets the handshake by and tampers with the records of the dialler once it is armed. */
async function relay(to: number, tamper: Tamper): Promise<{ port: number; arm: () => void }> {
  let armed = false;
  const server = net.createServer((inner) => {
    const outer = net.connect(to, '127.0.0.1');
    let held = Buffer.alloc(0);
    const records: Buffer[] = [];
    for (const socket of [inner, outer]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        inner.destroy();
        outer.destroy();
      });
    }
    outer.pipe(inner);
    inner.on('data', (bytes: Buffer) => {
      if (!armed) {
        outer.write(bytes);
        return;
      }
      held = Buffer.concat([held, bytes]);
      // A TLS record: type, version, length in two bytes, and as many bytes.
      while (held.length >= 5 && held.length >= 5 + held.readUInt16BE(3)) {
        const end = 5 + held.readUInt16BE(3);
        records.push(held.subarray(0, end));
        held = held.subarray(end);
      }
      if (records.length < MESSAGES.length) return;
      outer.write(Buffer.concat([...tamper(records)]));
      records.length = 0;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  return {
    port,
    arm: () => {
      armed = true;
    },
  };
}

/** What east reads of west's five messages through the relay, and whether the connection was cut. */
async function through(tamper: Tamper): Promise<{ read: string; isCut: boolean }> {
  let read = '';
  let isCut = false;
  const listener = createTlsListener({
    certificatePem: east.certificatePem,
    keyPem: east.keyPem,
    partnerPins: [certificateFingerprint(west.certificatePem)],
    host: '127.0.0.1',
    port: 0,
  });
  await listener.listen((connection) => {
    connection.start({
      data: (bytes) => {
        read += new TextDecoder().decode(bytes);
      },
      drained: () => undefined,
      closed: () => {
        isCut = true;
      },
    });
  });
  undo.push(() => listener.close());
  const path = await relay(listener.port, tamper);
  const dialler = createTlsDialler({
    certificatePem: west.certificatePem,
    keyPem: west.keyPem,
    partnerPins: [certificateFingerprint(east.certificatePem)],
    host: '127.0.0.1',
    port: path.port,
  });
  const connection = await dialler.dial();
  undo.push(() => connection.close());
  connection.start({ data: () => undefined, drained: () => undefined, closed: () => undefined });
  connection.send(new TextEncoder().encode('first.'));
  for (let i = 0; i < 400 && read === ''; i += 1) await new Promise((r) => setTimeout(r, 5));
  path.arm();
  for (const message of MESSAGES) {
    connection.send(new TextEncoder().encode(message));
    // A record each: what is written together is sealed together.
    await new Promise((r) => setTimeout(r, 20));
  }
  const whole = ['first.', ...MESSAGES].join('');
  for (let i = 0; i < 400 && !isCut && read !== whole; i += 1) {
    await new Promise((r) => setTimeout(r, 5));
  }
  return { read, isCut };
}

const flip = (record: Buffer): Buffer => {
  const copy = Buffer.from(record);
  copy[7] = (copy[7] as number) ^ 1;
  return copy;
};

describe('W-123 TLS alone', () => {
  it('carries what nobody touched', async () => {
    expect(await through((records) => records)).toEqual({
      read: 'first.m0.m1.m2.m3.m4.',
      isCut: false,
    });
  });

  const threats: readonly [string, Tamper, string][] = [
    ['repetition', (r) => r.toSpliced(2, 0, r[1] as Buffer), 'first.m0.m1.'],
    ['deletion', (r) => r.toSpliced(1, 1), 'first.m0.'],
    ['insertion', (r) => r.toSpliced(1, 0, flip(r[4] as Buffer)), 'first.m0.'],
    ['re-sequencing', (r) => r.toSpliced(1, 2, r[2] as Buffer, r[1] as Buffer), 'first.m0.'],
    ['corruption', (r) => r.with(1, flip(r[1] as Buffer)), 'first.m0.'],
  ];
  it.each(threats)('cuts the connection at a %s on the path', async (_title, tamper, read) => {
    expect(await through(tamper)).toEqual({ read, isCut: true });
  });

  it('lets no masquerade in: who has not the enrolled key gets no byte through', async () => {
    let isAccepted = false;
    const listener = createTlsListener({
      certificatePem: east.certificatePem,
      keyPem: east.keyPem,
      partnerPins: [certificateFingerprint(west.certificatePem)],
      host: '127.0.0.1',
      port: 0,
    });
    await listener.listen(() => {
      isAccepted = true;
    });
    undo.push(() => listener.close());
    const dialler = createTlsDialler({
      certificatePem: stranger.certificatePem,
      keyPem: stranger.keyPem,
      partnerPins: [certificateFingerprint(east.certificatePem)],
      host: '127.0.0.1',
      port: listener.port,
    });
    const gone = await dialler.dial().then(
      (connection) =>
        new Promise<string>((resolve) => {
          connection.start({
            data: () => undefined,
            drained: () => undefined,
            closed: resolve,
          });
        }),
      (error: unknown) => String(error),
    );
    expect(gone).not.toBe('');
    expect(isAccepted).toBe(false);
  });
});
