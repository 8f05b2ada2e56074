// SPDX-License-Identifier: Apache-2.0
// The port through which a driver reaches its partner: a stream of bytes each way, bound to a
// channel. What it is not: it knows no frame, no key of the link and no time.

/** Receives what happens on one connection, in order; nothing arrives after `closed`. */
export interface ConnectionHandlers {
  /** Bytes of the partner, cut anywhere. The callee keeps no reference after it returns. */
  readonly data: (bytes: Uint8Array) => void;
  /** There is room again after `send` returned false. */
  readonly drained: () => void;
  /** The connection is gone, for a reason people can read. Fires exactly once. */
  readonly closed: (reason: string) => void;
}

/** One connection to the partner, both ends of which the transport has authenticated. */
export interface Connection {
  /**
   * At least 32 bytes that only the two ends of this very channel know and that no other channel
   * shares: the TLS exporter value. Equal at both ends.
   */
  readonly channelBinding: Uint8Array;
  /** Begins delivery. Nothing is delivered before; called exactly once. */
  start(handlers: ConnectionHandlers): void;
  /**
   * Queues bytes in order. False means: more is queued than the transport likes, wait for
   * `drained` before sending what can wait. Ignored once closed.
   */
  send(bytes: Uint8Array): boolean;
  /** Stops delivery of data until `resume`; what is under way is held by the sender's side. */
  pause(): void;
  resume(): void;
  /** Ends the connection after what was queued; `closed` follows. */
  close(): void;
}

/** The side that opens connections. */
export interface Dialler {
  readonly role: 'dial';
  /** One attempt; rejects when the partner cannot be reached or is not who it should be. */
  dial(): Promise<Connection>;
  close(): Promise<void>;
}

/** The side that waits for connections. */
export interface Listener {
  readonly role: 'listen';
  /** Begins to accept; each authenticated connection is handed over once. */
  listen(accept: (connection: Connection) => void): Promise<void>;
  close(): Promise<void>;
}

/** How one driver reaches its one partner. */
export type Transport = Dialler | Listener;
