// SPDX-License-Identifier: Apache-2.0
// The transport over TLS 1.3. Each end shows one certificate and accepts exactly the certificates
// the other side enrolled: no authority, no system store, no name. Node's own refusal reaches the
// other end as a bare close and its reasons get lost, so verification is done here, in full, before
// one byte of the session is read or written.

import type { AddressInfo, Socket } from 'node:net';
import tls from 'node:tls';
import { encodeHex, sha256 } from '@isthmus/seal';
import { LinkError } from '../errors.ts';
import type { Connection, ConnectionHandlers, Dialler, Listener } from '../transport.ts';

/** The one protocol name both ends offer and insist on. */
export const ALPN_PROTOCOL = 'isthmus/1';

const EXPORTER_LABEL = 'EXPORTER-isthmus-hello-v1';
/** What the end that listens, and the end that dials, shows its certificate for (RFC 5280, 4.2.1.12). */
const SERVER_USE = '1.3.6.1.5.5.7.3.1';
const CLIENT_USE = '1.3.6.1.5.5.7.3.2';
const HANDSHAKE_MS_MAX = 5_000;
const CLOSE_MS_MAX = 2_000;
/** Sockets that have not finished their handshake; beyond this the oldest goes. */
const PENDING_MAX = 64;
/** Low, since a launch report waits behind what is queued here; the system's own buffers fill the path. */
const HIGH_WATER_BYTES = 1 << 18;
/** One whole batch fits above the high water mark; more means that the partner does not read. */
const QUEUED_BYTES_MAX = 32 << 20;

/** Who we are and whom we accept. */
export interface TlsIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
  /**
   * SHA-256 of the partner's certificates in hex, as `certificateFingerprint` gives it: one, or two
   * while one replaces the other.
   */
  readonly partnerPins: readonly string[];
}

export interface TlsDialOptions extends TlsIdentity {
  readonly host: string;
  readonly port: number;
}

export interface TlsListenOptions extends TlsIdentity {
  readonly host: string;
  /** 0 lets the system choose; see `port` of the listener. */
  readonly port: number;
  /** Told why somebody was refused, for this side's own log. */
  readonly onRefused?: (reason: string) => void;
}

/** What both ends over TLS can do besides. */
interface Repinned {
  /**
   * Takes the partner's certificates that are good from now on, SHA-256 in hex. A connection that
   * showed another is cut, since TLS would keep it open.
   */
  repin(partnerPins: readonly string[]): void;
}

/** A dialler whose partner's certificates can change. */
export type TlsDialler = Dialler & Repinned;

/** A listener that knows where it listens. */
export interface TlsListener extends Listener, Repinned {
  /** The port in use, once `listen` has resolved. */
  readonly port: number;
}

/** A dialler to one partner. */
export function createTlsDialler(options: TlsDialOptions): TlsDialler {
  let pins = pinsOf(options);
  const open = new Set<tls.TLSSocket>();
  return {
    role: 'dial',
    async dial() {
      const socket = await dial(options, () => pins);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return new TlsConnection(socket);
    },
    repin(partnerPins) {
      pins = new Set(partnerPins);
      cut(open, pins);
    },
    async close() {
      await Promise.all([...open].map(ended));
    },
  };
}

/** A listener for one partner. */
export function createTlsListener(options: TlsListenOptions): TlsListener {
  return new TlsServer(options);
}

function contextOf(identity: TlsIdentity): tls.SecureContextOptions {
  return {
    cert: identity.certificatePem,
    key: identity.keyPem,
    // Our own certificate stands in for an authority, so that the system's never do.
    ca: [identity.certificatePem],
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
  };
}

function pinsOf(identity: TlsIdentity): ReadonlySet<string> {
  const { partnerPins } = identity;
  if (partnerPins.length === 0 || partnerPins.some((pin) => !/^[0-9a-f]{64}$/.test(pin))) {
    throw new LinkError('bad-certificate', 'no certificate of the partner is enrolled');
  }
  return new Set(partnerPins);
}

function dial(options: TlsDialOptions, pins: () => ReadonlySet<string>): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      ...contextOf(options),
      host: options.host,
      port: options.port,
      ALPNProtocols: [ALPN_PROTOCOL],
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const fail = (detail: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new LinkError('dial-failed', detail));
    };
    const timer = setTimeout(() => fail('no handshake in time'), HANDSHAKE_MS_MAX);
    const onClose = (): void => fail('closed during the handshake');
    const onError = (error: Error): void => fail(error.message);
    socket.once('close', onClose);
    socket.once('error', onError);
    socket.once('secureConnect', () => {
      const refusal = refusalOf(socket, pins(), SERVER_USE);
      if (refusal !== null) {
        fail(refusal);
        return;
      }
      clearTimeout(timer);
      socket.off('close', onClose);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

/** Ends every connection whose certificate is no longer good. */
function cut(open: ReadonlySet<tls.TLSSocket>, pins: ReadonlySet<string>): void {
  for (const socket of open) {
    if (!pins.has(pinOf(socket))) socket.destroy(new Error('certificate is revoked'));
  }
}

/** Which certificate a connection was accepted for; '' where it was not. */
function pinOf(socket: tls.TLSSocket): string {
  return acceptedPins.get(socket) ?? '';
}

/** Kept from the one look at the handshake's end: Node gives a dialler the certificate once only. */
const acceptedPins = new WeakMap<tls.TLSSocket, string>();

/** What was said last still leaves: resolves when it has, or when time is up. */
function ended(socket: tls.TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    if (!socket.writableEnded) socket.destroy();
  });
}

/**
 * Why this peer is not our partner, or null. The handshake has proved that it holds the private
 * key of the certificate it showed; everything else is checked here.
 */
function refusalOf(socket: tls.TLSSocket, pins: ReadonlySet<string>, use: string): string | null {
  if (socket.getProtocol() !== 'TLSv1.3') return `protocol ${socket.getProtocol()}`;
  if (socket.alpnProtocol !== ALPN_PROTOCOL) return 'application protocol not agreed';
  // A resumed session was authenticated then, not now: a pin taken back would still be honoured.
  if (socket.isSessionReused()) return 'resumed session';
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined) return 'no certificate';
  const pin = encodeHex(sha256(shown.raw));
  if (!pins.has(pin)) {
    return 'certificate is not the enrolled one';
  }
  // Node names the extended uses so; a certificate without any is for all.
  const uses = shown.keyUsage as readonly string[] | undefined;
  if (uses !== undefined && !uses.includes(use)) return 'certificate is for another use';
  acceptedPins.set(socket, pin);
  const now = Date.now();
  if (now < shown.validFromDate.getTime()) return 'certificate is not valid yet';
  // What OpenSSL thinks of the chain is not asked: the pin is the whole certificate, and two enrolled
  // ones of the same name, while one replaces the other, look to it like a broken chain.
  return now > shown.validToDate.getTime() ? 'certificate has expired' : null;
}

class TlsServer implements TlsListener {
  readonly role = 'listen';
  readonly #options: TlsListenOptions;
  #pins: ReadonlySet<string>;
  /** With the timer that ends each. */
  readonly #pending = new Map<Socket, NodeJS.Timeout>();
  readonly #open = new Set<tls.TLSSocket>();
  #server: tls.Server | null = null;

  constructor(options: TlsListenOptions) {
    this.#options = options;
    this.#pins = pinsOf(options);
  }

  get port(): number {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address?.port ?? this.#options.port;
  }

  listen(accept: (connection: Connection) => void): Promise<void> {
    const server = tls.createServer({
      ...contextOf(this.#options),
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: [ALPN_PROTOCOL],
      handshakeTimeout: HANDSHAKE_MS_MAX,
      sessionTimeout: 1,
    });
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#limitPending(socket));
    server.on('tlsClientError', (error: Error) => this.#options.onRefused?.(error.message));
    server.on('secureConnection', (socket) => this.#secured(socket, accept));
    return new Promise((resolve, reject) => {
      const failed = (cause: Error): void =>
        reject(new LinkError('listen-failed', cause.message, { cause }));
      server.once('error', failed);
      server.listen(this.#options.port, this.#options.host, () => {
        server.off('error', failed);
        server.on('error', (error: Error) => this.#options.onRefused?.(error.message));
        resolve();
      });
    });
  }

  repin(partnerPins: readonly string[]): void {
    this.#pins = new Set(partnerPins);
    cut(this.#open, this.#pins);
  }

  close(): Promise<void> {
    const server = this.#server;
    if (server === null) return Promise.resolve();
    return new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of this.#pending.keys()) socket.destroy();
      // What was said last still leaves; who does not listen is cut by its own timer.
      for (const socket of this.#open) if (!socket.writableEnded) socket.destroy();
    });
  }

  #limitPending(socket: Socket): void {
    // Node's own time-out of a handshake begins anew with each byte.
    const timer = setTimeout(() => {
      this.#options.onRefused?.('no handshake in time');
      socket.destroy();
    }, HANDSHAKE_MS_MAX);
    this.#pending.set(socket, timer);
    socket.once('close', () => this.#settled(socket));
    const oldest = this.#pending.keys().next().value;
    if (this.#pending.size > PENDING_MAX) oldest?.destroy();
  }

  #settled(socket: Socket): void {
    clearTimeout(this.#pending.get(socket));
    this.#pending.delete(socket);
  }

  #secured(socket: tls.TLSSocket, accept: (connection: Connection) => void): void {
    const refusal = refusalOf(socket, this.#pins, CLIENT_USE);
    socket.on('error', () => undefined);
    if (refusal !== null) {
      socket.destroy();
      this.#options.onRefused?.(refusal);
      return;
    }
    for (const raw of this.#pending.keys()) {
      if (raw.remotePort === socket.remotePort && raw.remoteAddress === socket.remoteAddress) {
        this.#settled(raw);
      }
    }
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    accept(new TlsConnection(socket));
  }
}

class TlsConnection implements Connection {
  readonly channelBinding: Uint8Array;
  readonly #socket: tls.TLSSocket;
  #queuedBytes = 0;
  #full = false;
  #reason: string | null = null;
  #handlers: ConnectionHandlers | null = null;

  constructor(socket: tls.TLSSocket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const exported = socket.exportKeyingMaterial(32, EXPORTER_LABEL, Buffer.alloc(0));
    this.channelBinding = new Uint8Array(exported);
    socket.on('error', (error: Error) => {
      this.#reason ??= error.message;
      // A record that does not verify is an error to the platform, and no end of the connection.
      socket.destroy();
    });
    socket.on('close', () => {
      this.#reason ??= 'closed';
      this.#handlers?.closed(this.#reason);
    });
  }

  start(handlers: ConnectionHandlers): void {
    this.#handlers = handlers;
    if (this.#socket.destroyed) {
      handlers.closed(this.#reason ?? 'closed');
      return;
    }
    // Half-closed streams are of no use to us: the end of the partner's is the end of both.
    this.#socket.on('end', () => this.#socket.end());
    this.#socket.on('data', (bytes: Buffer) => handlers.data(bytes));
  }

  send(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed || this.#socket.writableEnded) return true;
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > QUEUED_BYTES_MAX) {
      this.#reason = 'the partner does not read';
      this.#socket.destroy();
      return true;
    }
    this.#socket.write(bytes, () => this.#written(bytes.length));
    if (this.#queuedBytes > HIGH_WATER_BYTES) this.#full = true;
    return !this.#full;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    if (this.#socket.destroyed) return;
    this.#socket.end();
    this.#socket.resume();
    setTimeout(() => this.#socket.destroy(), CLOSE_MS_MAX).unref();
  }

  /** Node's own high-water mark is a hint it does not keep; the bytes are counted here. */
  #written(length: number): void {
    this.#queuedBytes -= length;
    if (this.#full && this.#queuedBytes < HIGH_WATER_BYTES / 2) {
      this.#full = false;
      this.#handlers?.drained();
    }
  }
}
