// SPDX-License-Identifier: Apache-2.0
// Bad handshakes over real TLS on the loopback, against the whole link: a driver behind the listener,
// so that not one byte, not even of a hello, is read or said before the partner is who it must be.

import net from 'node:net';
import tls from 'node:tls';
import { instant } from '@isthmus/earth';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../transport.ts';
import {
  certificateFingerprint,
  createSideCertificate,
  type SideCertificate,
} from './certificate.ts';
import { provideReflectMetadata } from './reflect-metadata.ts';
import { ALPN_PROTOCOL, createTlsDialler, createTlsListener } from './tls-transport.ts';

const HOUR_US = 3_600_000_000;
const now = Date.now() * 1000;
const from = instant(now - HOUR_US);
const until = instant(now + HOUR_US);

type Pair = Pick<SideCertificate, 'certificatePem' | 'keyPem'>;

let west: SideCertificate;
let east: SideCertificate;
let renewed: SideCertificate;
const bad = {} as Record<'name' | 'expired' | 'early' | 'signed' | 'usage', Pair>;

beforeAll(async () => {
  const of = (name: string, period = { from, until }) => createSideCertificate({ name, ...period });
  [west, east, renewed] = await Promise.all([of('west'), of('east'), of('west')]);
  bad.name = await of('north');
  bad.expired = await of('west', { from, until: instant(now - 60_000_000) });
  bad.early = await of('west', { from: instant(now + 60_000_000), until });
  bad.signed = await certificateOf('CN=west', 'CN=some authority', SERVER_AND_CLIENT);
  bad.usage = await certificateOf('CN=west', 'CN=west', ['1.3.6.1.5.5.7.3.3']);
});

const SERVER_AND_CLIENT = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate of our form but for its issuer and what it may be used for. */
async function certificateOf(subject: string, issuer: string, usage: string[]): Promise<Pair> {
  provideReflectMetadata();
  const x509 = await import('@peculiar/x509');
  const authority = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '51',
    subject,
    issuer,
    notBefore: new Date(from / 1000),
    notAfter: new Date(until / 1000),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: subject === issuer ? keys.privateKey : authority.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usage, true),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  const body =
    Buffer.from(pkcs8)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    keyPem: `-----BEGIN PRIVATE KEY-----\n${body.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act();
});

interface Listening {
  readonly port: number;
  readonly accepted: Connection[];
  /** Bytes given to the application. */
  readonly read: { bytes: number };
  readonly refused: string[];
}

async function listening(...enrolled: Pair[]): Promise<Listening> {
  const accepted: Connection[] = [];
  const read = { bytes: 0 };
  const refused: string[] = [];
  const listener = createTlsListener({
    certificatePem: east.certificatePem,
    keyPem: east.keyPem,
    partnerPins: enrolled.map((one) => certificateFingerprint(one.certificatePem)),
    host: '127.0.0.1',
    port: 0,
    onRefused: (reason) => refused.push(reason),
  });
  await listener.listen((connection) => {
    accepted.push(connection);
    connection.start({
      data: (bytes) => {
        read.bytes += bytes.length;
      },
      drained: () => undefined,
      closed: () => undefined,
    });
    // What the application would say at once.
    connection.send(new TextEncoder().encode('hello'));
  });
  undo.push(() => listener.close());
  return { port: listener.port, accepted, read, refused };
}

/** A client that is not ours and speaks as soon as it can. Resolves to the bytes it heard, once it is cut. */
function intrude(port: number, options: tls.ConnectionOptions): Promise<number> {
  return new Promise((resolve) => {
    let heard = 0;
    const socket = tls.connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      ALPNProtocols: [ALPN_PROTOCOL],
      ...options,
    });
    undo.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('secureConnect', () => socket.write('first byte'));
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.length;
    });
    socket.on('close', () => resolve(heard));
  });
}

async function eventually(condition: () => boolean, tries = 2000): Promise<void> {
  for (let i = 0; i < tries && !condition(); i += 1) await new Promise((r) => setTimeout(r, 5));
  expect(condition()).toBe(true);
}

const as = ({ certificatePem, keyPem }: Pair): tls.ConnectionOptions => ({
  cert: certificatePem,
  key: keyPem,
});

async function letsIn(one: Listening, own: Pair = west): Promise<void> {
  const before = one.accepted.length;
  const dialler = createTlsDialler({
    ...own,
    partnerPins: [certificateFingerprint(east.certificatePem)],
    host: '127.0.0.1',
    port: one.port,
  });
  const connection = await dialler.dial();
  await eventually(() => one.accepted.length === before + 1);
  connection.close();
}

describe('W-100 a handshake is refused before the first byte of the session', () => {
  const table: readonly {
    readonly title: string;
    readonly enrolled?: () => Pair[];
    readonly client: () => tls.ConnectionOptions;
    readonly says: RegExp;
  }[] = [
    {
      title: 'signed by a wrong authority',
      client: () => as(bad.signed),
      says: /not the enrolled/,
    },
    { title: 'of a wrong name', client: () => as(bad.name), says: /not the enrolled/ },
    {
      title: 'for a wrong use, also where it was enrolled',
      enrolled: () => [bad.usage],
      client: () => as(bad.usage),
      says: /use/,
    },
    {
      title: 'expired, also where it was enrolled',
      enrolled: () => [bad.expired],
      client: () => as(bad.expired),
      says: /expired/,
    },
    {
      title: 'not yet valid, also where it was enrolled',
      enrolled: () => [bad.early],
      client: () => as(bad.early),
      says: /not valid yet/,
    },
    {
      title: 'revoked: no longer enrolled, though it was',
      enrolled: () => [renewed],
      client: () => as(west),
      says: /not the enrolled/,
    },
    { title: 'without a certificate', client: () => ({}), says: /no certificate/ },
    {
      title: 'with no application protocol',
      client: () => ({ ...as(west), ALPNProtocols: [] }),
      says: /not agreed/,
    },
    {
      title: 'with another application protocol',
      client: () => ({ ...as(west), ALPNProtocols: ['h2'] }),
      says: /./,
    },
    {
      title: 'of TLS 1.2',
      client: () => ({ ...as(west), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }),
      says: /./,
    },
    {
      title: 'with the other partner’s certificate: our own, shown back',
      client: () => as(east),
      says: /not the enrolled/,
    },
  ];
  it.each(table.map((one) => [one.title, one] as const))('%s', async (_title, given) => {
    const one = await listening(...(given.enrolled?.() ?? [west]));
    const heard = await intrude(one.port, given.client());
    await eventually(() => one.refused.length > 0);
    expect(one.refused[0]).toMatch(given.says);
    expect(one.accepted).toEqual([]);
    expect(one.read.bytes).toBe(0);
    expect(heard).toBe(0);
  });

  it('resumed from an earlier session', async () => {
    const one = await listening(west);
    const ticket = await new Promise<Buffer>((resolve) => {
      const socket = tls.connect({
        host: '127.0.0.1',
        port: one.port,
        rejectUnauthorized: false,
        ALPNProtocols: [ALPN_PROTOCOL],
        ...as(west),
      });
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
      socket.on('session', resolve);
      undo.push(() => socket.destroy());
    });
    await eventually(() => one.accepted.length === 1);
    const heard = await intrude(one.port, { ...as(west), session: ticket });
    await eventually(() => one.refused.length > 0);
    expect(one.refused).toEqual(['resumed session']);
    expect(one.accepted.length).toBe(1);
    expect([heard, one.read.bytes]).toEqual([0, 0]);
  });

  it('renegotiated: there is no such thing in TLS 1.3, and it cannot be asked for', async () => {
    const one = await listening(west);
    const socket = await new Promise<tls.TLSSocket>((resolve) => {
      const client = tls.connect(
        {
          host: '127.0.0.1',
          port: one.port,
          rejectUnauthorized: false,
          ALPNProtocols: [ALPN_PROTOCOL],
          ...as(west),
        },
        () => resolve(client),
      );
      client.on('error', () => undefined);
      undo.push(() => client.destroy());
    });
    const refusal = await new Promise<Error | null>((resolve) => {
      const wasSent = socket.renegotiate({ rejectUnauthorized: false }, resolve);
      if (wasSent === false) resolve(new RangeError('refused at once'));
    });
    expect(refusal).not.toBe(null);
    expect(one.read.bytes).toBe(0);
  });
});

describe('W-122 a connection that is not yet the partner’s', () => {
  it('is cut after five seconds, also when it sends a byte a second', async () => {
    const one = await listening(west);
    const cut: number[] = [];
    const began = performance.now();
    for (const drip of [false, true]) {
      const socket = net.connect(one.port, '127.0.0.1');
      undo.push(() => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('close', () => cut.push(performance.now() - began));
      socket.resume();
      // The first bytes of a handshake record that never ends.
      const record = [0x16, 0x03, 0x01, 0x40, 0x00, 0x01, 0x00];
      if (!drip) continue;
      const timer = setInterval(() => socket.write(Uint8Array.of(record.shift() ?? 0)), 1000);
      undo.push(() => clearInterval(timer));
    }
    await letsIn(one);
    await eventually(() => cut.length === 2);
    for (const ms of cut) expect(ms).toBeGreaterThan(4500);
    for (const ms of cut) expect(ms).toBeLessThan(9000);
  });

  it('is one of 64: a thousand half-open ones hold no more sockets than that, little memory, and keep nobody out', async () => {
    const one = await listening(west);
    const before = process.memoryUsage().rss;
    let closed = 0;
    const sockets = Array.from({ length: 1000 }, () => {
      const socket = net.connect(one.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => {
        closed += 1;
      });
      return socket;
    });
    undo.push(() => sockets.forEach((socket) => socket.destroy()));
    await letsIn(one);
    await eventually(() => closed >= 1000 - 64);
    await letsIn(one);
    // Both ends are in this process: a kilobyte or so each is nothing beside a mebibyte each.
    expect(process.memoryUsage().rss - before).toBeLessThan(256 << 20);
  });
});
