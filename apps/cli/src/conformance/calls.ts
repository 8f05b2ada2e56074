// SPDX-License-Identifier: Apache-2.0
// Where the kit waits for the other side to call. Each call is bytes until somebody takes it: an honest
// listener, or a TLS server that is wrong in one place.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { type Connection, LinkError } from '@isthmus/link';
import { createTlsListener, type TlsIdentity, type TlsListener } from '@isthmus/link/adapters';
import { UserError } from '../user-error.ts';

/**
 * How long a call is waited for, ms. No clause says how soon a side that dials tries again; ours waits 16
 * ticks after a refusal that no second attempt can mend.
 */
const CALL_MS = 60_000;
/** Where somebody listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How long an honest handshake may take, ms. */
const HANDSHAKE_MS = 5000;

export class Calls {
  readonly #server: Server;
  readonly #honest: TlsListener;
  #accepted: ((connection: Connection) => void) | null = null;
  #refused: ((why: string) => void) | null = null;
  /** A call nobody has taken yet: the newest. */
  #waiting: Socket | null = null;
  #taker: ((socket: Socket) => void) | null = null;

  private constructor(server: Server, tls: TlsIdentity) {
    this.#server = server;
    this.#honest = createTlsListener({
      ...tls,
      host: '127.0.0.1',
      port: 0,
      onRefused: (why) => this.#refused?.(why),
    });
  }

  /** Listens. Throws UserError where nobody can. */
  static async open(address: Address, tls: TlsIdentity): Promise<Calls> {
    const server = createServer({ allowHalfOpen: false });
    const calls = new Calls(server, tls);
    server.on('connection', (socket) => calls.#came(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(
          new UserError(`${address.host}:${address.port}: cannot listen (${cause.message})`, {
            cause,
          }),
        ),
      );
      server.listen(address.port, address.host, resolve);
    });
    await calls.#honest.listen((connection) => calls.#accepted?.(connection));
    return calls;
  }

  /** The next call, before a byte of it was read. Throws LinkError when none comes. */
  next(): Promise<Socket> {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null && !waiting.destroyed) return Promise.resolve(waiting);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#taker = null;
        reject(new LinkError('dial-failed', `nobody called for ${CALL_MS / 1000} s`));
      }, CALL_MS);
      this.#taker = (socket) => {
        clearTimeout(timer);
        resolve(socket);
      };
    });
  }

  /** The next call as an honest side takes it. Throws LinkError. */
  async accept(): Promise<Connection> {
    const call = await this.next();
    return new Promise((resolve, reject) => {
      const failed = (why: string): void => {
        settle();
        call.destroy();
        reject(new LinkError('dial-failed', `its call came to nothing: ${why}`));
      };
      const timer = setTimeout(() => failed('no handshake in time'), HANDSHAKE_MS);
      const ended = (): void => failed('it ended it');
      const settle = (): void => {
        clearTimeout(timer);
        call.off('close', ended);
        this.#accepted = null;
        this.#refused = null;
      };
      this.#refused = failed;
      this.#accepted = (connection) => {
        settle();
        resolve(connection);
      };
      call.once('close', ended);
      const inner = connect(this.#honest.port, '127.0.0.1');
      pipeline(call, inner, call, () => undefined);
    });
  }

  async close(): Promise<void> {
    this.#waiting?.destroy();
    await this.#honest.close();
    this.#server.close();
  }

  #came(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    const taker = this.#taker;
    this.#taker = null;
    if (taker !== null) {
      taker(socket);
      return;
    }
    this.#waiting?.destroy();
    this.#waiting = socket;
  }
}
