// SPDX-License-Identifier: Apache-2.0
// Real TLS on the loopback. Every refusal spoils one thing of a pair that works, and none of them
// may let one byte of the session through.

import net from 'node:net';
import tls from 'node:tls';
import { instant } from '@isthmus/earth';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../transport.ts';
import { createSideCertificate, type SideCertificate } from './certificate.ts';
import {
  ALPN_PROTOCOL,
  createTlsDialler,
  createTlsListener,
  type TlsIdentity,
} from './tls-transport.ts';

const HOUR_US = 3_600_000_000;
const now = Date.now() * 1000;
const from = instant(now - HOUR_US);
const until = instant(now + HOUR_US);

let west: SideCertificate;
let east: SideCertificate;
let stranger: SideCertificate;
let expired: SideCertificate;
let early: SideCertificate;
let serverOnly: SideCertificate;
let clientOnly: SideCertificate;

beforeAll(async () => {
  [west, east, stranger, expired, early, serverOnly, clientOnly] = await Promise.all([
    createSideCertificate({ name: 'west', from, until }),
    createSideCertificate({ name: 'east', from, until }),
    createSideCertificate({ name: 'west', from, until }),
    createSideCertificate({ name: 'west', from, until: instant(now - 60_000_000) }),
    createSideCertificate({ name: 'west', from: instant(now + 60_000_000), until }),
    createSideCertificate({ name: 'west', from, until, only: 'server' }),
    createSideCertificate({ name: 'east', from, until, only: 'client' }),
  ]);
});

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act();
});

function identity(own: SideCertificate, ...partners: SideCertificate[]): TlsIdentity {
  const { certificatePem, keyPem } = own;
  const partnerPins = partners.map((one) => one.fingerprint);
  return { certificatePem, keyPem, partnerPins };
}

/** East's listener for the given partners: what it accepted, what it read, whom it refused. */
async function listening(...partners: SideCertificate[]) {
  const accepted: Connection[] = [];
  const read: Uint8Array[] = [];
  const refused: string[] = [];
  const listener = createTlsListener({
    ...identity(east, ...partners),
    host: '127.0.0.1',
    port: 0,
    onRefused: (reason) => refused.push(reason),
  });
  await listener.listen((connection) => {
    accepted.push(connection);
    connection.start({
      data: (bytes) => read.push(bytes.slice()),
      drained: () => undefined,
      closed: () => undefined,
    });
  });
  undo.push(() => listener.close());
  return { listener, accepted, read, refused, port: listener.port };
}

function dialler(port: number, own: TlsIdentity) {
  return createTlsDialler({ ...own, host: '127.0.0.1', port });
}

/** A client that is not ours: it sends a byte as soon as Node lets it. Resolves when it is cut. */
function rawClient(port: number, options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  return new Promise((resolve) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    socket.on('error', () => undefined);
    socket.on('secureConnect', () => socket.write('first byte'));
    socket.on('close', () => resolve(socket));
    socket.resume();
    undo.push(() => socket.destroy());
  });
}

async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i += 1) await new Promise((r) => setTimeout(r, 5));
  expect(condition()).toBe(true);
}

describe('TLS between two enrolled sides', () => {
  it('carries bytes both ways over one channel that both ends name alike', async () => {
    const { accepted, read, port } = await listening(west);
    const connection = await dialler(port, identity(west, east)).dial();
    const got: Uint8Array[] = [];
    connection.start({
      data: (bytes) => got.push(bytes.slice()),
      drained: () => undefined,
      closed: () => undefined,
    });
    connection.send(Uint8Array.of(1, 2, 3));
    await eventually(() => read.length > 0);
    accepted[0]?.send(Uint8Array.of(4));
    await eventually(() => got.length > 0);
    expect([...(read[0] as Uint8Array)]).toEqual([1, 2, 3]);
    expect([...(got[0] as Uint8Array)]).toEqual([4]);
    expect(connection.channelBinding).toEqual(accepted[0]?.channelBinding);
    expect(connection.channelBinding.length).toBe(32);
    connection.close();
  });

  it('gives each connection a binding of its own', async () => {
    const { port } = await listening(west);
    const pair = dialler(port, identity(west, east));
    const [one, two] = [await pair.dial(), await pair.dial()];
    expect(one.channelBinding).not.toEqual(two.channelBinding);
    one.close();
    two.close();
  });

  it('accepts either of two enrolled certificates while one replaces the other', async () => {
    const { accepted, port } = await listening(stranger, west);
    const connection = await dialler(port, identity(west, east)).dial();
    await eventually(() => accepted.length === 1);
    expect(accepted[0]?.channelBinding).toEqual(connection.channelBinding);
    connection.close();
  });

  it('says when more is queued than it likes, and when there is room again', async () => {
    const { accepted, port } = await listening(west);
    const connection = await dialler(port, identity(west, east)).dial();
    let drained = 0;
    connection.start({
      data: () => undefined,
      drained: () => {
        drained += 1;
      },
      closed: () => undefined,
    });
    await eventually(() => accepted.length === 1);
    accepted[0]?.pause();
    const block = new Uint8Array(1 << 18);
    let sent = 0;
    while (connection.send(block) && sent < 100) sent += 1;
    for (let i = 0; i < 40; i += 1) connection.send(block);
    expect(sent).toBeLessThan(100);
    accepted[0]?.resume();
    await eventually(() => drained > 0);
    connection.close();
  });

  it('cuts a partner that does not read at all, at a bounded number of bytes', async () => {
    const { accepted, port } = await listening(west);
    const connection = await dialler(port, identity(west, east)).dial();
    let reason = '';
    connection.start({
      data: () => undefined,
      drained: () => undefined,
      closed: (why) => {
        reason = why;
      },
    });
    await eventually(() => accepted.length === 1);
    accepted[0]?.pause();
    const block = new Uint8Array(1 << 20);
    for (let i = 0; i < 64; i += 1) connection.send(block);
    await eventually(() => reason !== '');
    expect(reason).toBe('the partner does not read');
  });
});

describe('W-100 a listener refuses before the first byte of the session', () => {
  const cases: readonly {
    readonly title: string;
    readonly enrolled: () => SideCertificate[];
    readonly client: () => tls.ConnectionOptions;
    readonly says: RegExp;
  }[] = [
    {
      title: 'a certificate that is not the enrolled one, whatever name it bears',
      enrolled: () => [west],
      client: () => ({ cert: stranger.certificatePem, key: stranger.keyPem }),
      says: /not the enrolled/,
    },
    {
      title: 'its own certificate shown by somebody else',
      enrolled: () => [west],
      client: () => ({ cert: east.certificatePem, key: east.keyPem }),
      says: /not the enrolled/,
    },
    {
      title: 'a client without a certificate',
      enrolled: () => [west],
      client: () => ({}),
      says: /no certificate/,
    },
    {
      title: 'an enrolled certificate that has expired',
      enrolled: () => [expired],
      client: () => ({ cert: expired.certificatePem, key: expired.keyPem }),
      says: /expired/,
    },
    {
      title: 'an enrolled certificate that is not valid yet',
      enrolled: () => [early],
      client: () => ({ cert: early.certificatePem, key: early.keyPem }),
      says: /not valid yet/,
    },
    {
      title: 'an enrolled certificate that serves a server alone',
      enrolled: () => [serverOnly],
      client: () => ({ cert: serverOnly.certificatePem, key: serverOnly.keyPem }),
      says: /for another use/,
    },
    {
      title: 'TLS 1.2',
      enrolled: () => [west],
      client: () => ({ cert: west.certificatePem, key: west.keyPem, maxVersion: 'TLSv1.2' }),
      says: /./,
    },
    {
      title: 'a client that offers another application protocol',
      enrolled: () => [west],
      client: () => ({ cert: west.certificatePem, key: west.keyPem, ALPNProtocols: ['h2'] }),
      says: /./,
    },
    {
      title: 'a client that offers no application protocol, which Node lets in',
      enrolled: () => [west],
      client: () => ({ cert: west.certificatePem, key: west.keyPem, ALPNProtocols: [] }),
      says: /not agreed/,
    },
  ];
  const named = cases.map((one) => [one.title, one] as const);
  it.each(named)('%s', async (_title, { enrolled, client, says }) => {
    const { accepted, read, refused, port } = await listening(...enrolled());
    await rawClient(port, { ALPNProtocols: [ALPN_PROTOCOL], ...client() });
    await eventually(() => refused.length > 0);
    expect(refused[0]).toMatch(says);
    expect(accepted).toEqual([]);
    expect(read).toEqual([]);
  });

  it('a session resumed with a ticket of an earlier one', async () => {
    const { accepted, refused, read, port } = await listening(west);
    const client = {
      ALPNProtocols: [ALPN_PROTOCOL],
      cert: west.certificatePem,
      key: west.keyPem,
    };
    const ticket = await new Promise<Buffer>((resolve) => {
      const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...client });
      socket.on('session', resolve);
      undo.push(() => socket.destroy());
    });
    await eventually(() => accepted.length === 1);
    await rawClient(port, { ...client, session: ticket });
    await eventually(() => refused.length > 0);
    expect(accepted.length).toBe(1);
    expect(refused).toEqual(['resumed session']);
    expect(read).toEqual([]);
  });

  it('plain bytes, and a connection that says nothing does not keep others out', async () => {
    const { accepted, refused, port } = await listening(west);
    const silent = Array.from({ length: 100 }, () => net.connect(port, '127.0.0.1'));
    for (const socket of silent) {
      socket.on('error', () => undefined);
      undo.push(() => socket.destroy());
    }
    const plain = net.connect(port, '127.0.0.1', () => plain.write('GET / HTTP/1.1\r\n\r\n'));
    plain.on('error', () => undefined);
    undo.push(() => plain.destroy());
    await eventually(() => refused.length > 0);
    expect(accepted).toEqual([]);
    const connection = await dialler(port, identity(west, east)).dial();
    await eventually(() => accepted.length === 1);
    connection.close();
  });
});

describe('W-100 a dialler refuses', () => {
  it('a listener whose certificate is not the enrolled one', async () => {
    const { port } = await listening(west);
    const attempt = dialler(port, identity(west, stranger)).dial();
    await expect(attempt).rejects.toMatchObject({
      code: 'dial-failed',
      message: 'certificate is not the enrolled one',
    });
  });

  it('a listener whose enrolled certificate serves a client alone', async () => {
    const listener = createTlsListener({
      ...identity(clientOnly, west),
      host: '127.0.0.1',
      port: 0,
    });
    await listener.listen((connection) => connection.close());
    undo.push(() => listener.close());
    const attempt = dialler(listener.port, identity(west, clientOnly)).dial();
    await expect(attempt).rejects.toMatchObject({ message: 'certificate is for another use' });
  });

  it('a listener that speaks no application protocol, or TLS 1.2', async () => {
    for (const spoiled of [{ ALPNProtocols: undefined }, { maxVersion: 'TLSv1.2' as const }]) {
      const server = tls.createServer({
        cert: east.certificatePem,
        key: east.keyPem,
        ALPNProtocols: [ALPN_PROTOCOL],
        ...spoiled,
      } as tls.TlsOptions);
      server.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      undo.push(() => server.close());
      const { port } = server.address() as net.AddressInfo;
      const attempt = dialler(port, identity(west, east)).dial();
      await expect(attempt).rejects.toMatchObject({ code: 'dial-failed' });
    }
  });

  it('to begin without an enrolled partner, or with what is no certificate', () => {
    expect(() => dialler(1, identity(west))).toThrow(/no certificate of the partner/);
    const broken = { ...identity(west), partnerPins: ['nothing'] };
    expect(() => dialler(1, broken)).toThrow(/no certificate of/);
  });
});

describe('K-18 a certificate that was revoked', () => {
  it('cuts the connection that stands on it, and lets no other in, whichever end revokes', async () => {
    const { accepted, listener, port, refused } = await listening(west);
    const connection = await dialler(port, identity(west, east)).dial();
    const gone = new Promise<string>((resolve) => {
      connection.start({ data: () => undefined, drained: () => undefined, closed: resolve });
    });
    await expect.poll(() => accepted.length).toBe(1);
    const at = performance.now();
    listener.repin([stranger.fingerprint]);
    await gone;
    expect(performance.now() - at).toBeLessThan(2_000);
    expect(accepted).toHaveLength(1);
    const again = await dialler(port, identity(west, east)).dial();
    await new Promise<string>((resolve) => {
      again.start({ data: () => undefined, drained: () => undefined, closed: resolve });
    });
    await expect.poll(() => refused).toEqual(['certificate is not the enrolled one']);
    expect(accepted).toHaveLength(1);
    // The other end, and the control: what is still enrolled stays.
    listener.repin([west.fingerprint]);
    const dialling = dialler(port, identity(west, east));
    const last = await dialling.dial();
    const cut = new Promise<string>((resolve) => {
      last.start({ data: () => undefined, drained: () => undefined, closed: resolve });
    });
    dialling.repin([east.fingerprint, stranger.fingerprint]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await Promise.race([cut, Promise.resolve('stands')])).toBe('stands');
    dialling.repin([stranger.fingerprint]);
    expect(await cut).toBe('certificate is revoked');
    await expect(dialling.dial()).rejects.toMatchObject({ code: 'dial-failed' });
  });
});

describe('a side certificate', () => {
  it('refuses a name or a period that makes none', async () => {
    const bad = [
      { name: 'West, O=x', from, until },
      { name: 'west', from: until, until: from },
    ];
    for (const options of bad) {
      await expect(createSideCertificate(options)).rejects.toMatchObject({
        code: 'bad-certificate',
      });
    }
  });
});
