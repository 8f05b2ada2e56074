// SPDX-License-Identifier: Apache-2.0
// A network of one dialler and one listener inside one thread, for tests and the simulator. It
// models what TLS over TCP lets through: a byte stream each way that may be slow, stall, break, or
// stay open on one side alone. Loss, duplication and reordering below TLS show as delay or as a
// broken connection, so they are not faults of their own here. Bytes are real: every frame is
// encoded and decoded. The caller's scheduler decides when anything happens.

import { LinkError } from '../errors.ts';
import type { Connection, ConnectionHandlers, Dialler, Listener } from '../transport.ts';

/** What a scheduled step does, so that a scheduler can give each kind its own delay. */
export type NetworkStep = 'connect' | 'deliver' | 'close' | 'drained';

/** Which way bytes go. */
export type Direction = 'from-dialler' | 'from-listener';

export interface MemoryNetworkOptions {
  /** Runs `step` later, never at once. Steps may be run in any order: bytes stay in theirs. */
  readonly schedule: (step: () => void, kind: NetworkStep) => void;
  /** Cuts what is delivered in one step: a length, 1 to `available`. Default: all. */
  readonly chunk?: (available: number, direction: Direction) => number;
  /** Changes bytes below the protection of TLS; only for tests of decoders. */
  readonly corrupt?: (bytes: Uint8Array, direction: Direction) => Uint8Array;
  /** Bytes queued in one direction from which `send` returns false. Default 1 MiB. */
  readonly highWaterBytes?: number;
}

export interface MemoryNetwork {
  readonly dialler: Dialler;
  readonly listener: Listener;
  /** Nothing can be dialled while cut; what stands goes on until it is reset. */
  setReachable(reachable: boolean): void;
  /** Holds or releases delivery of bytes in one direction. */
  setStalled(direction: Direction, stalled: boolean): void;
  /** Breaks the connection that stands: both ends learn it. Queued bytes are lost. */
  reset(): void;
  /** Breaks it for one end alone; the other end is half open and learns nothing. */
  resetOneSided(informed: 'dialler' | 'listener'): void;
  /** Connections opened so far. */
  readonly opened: number;
  /** Bytes sent and not yet delivered on the connection that stands. */
  queuedBytes(direction: Direction): number;
}

/** Creates the network; see the module comment. */
export function createMemoryNetwork(options: MemoryNetworkOptions): MemoryNetwork {
  return new Network(options);
}

class Network implements MemoryNetwork {
  readonly options: MemoryNetworkOptions;
  readonly stalled: Record<Direction, boolean> = {
    'from-dialler': false,
    'from-listener': false,
  };
  opened = 0;
  #accept: ((connection: Connection) => void) | null = null;
  #reachable = true;
  /** Every end that was not told it is closed: several when an older one is half open. */
  readonly #standing: [End, End][] = [];

  constructor(options: MemoryNetworkOptions) {
    this.options = options;
  }

  readonly dialler: Dialler = {
    role: 'dial',
    dial: () => this.#dial(),
    close: () => Promise.resolve(),
  };

  readonly listener: Listener = {
    role: 'listen',
    listen: (accept) => {
      this.#accept = accept;
      return Promise.resolve();
    },
    close: () => {
      this.#accept = null;
      return Promise.resolve();
    },
  };

  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
  }

  setStalled(direction: Direction, stalled: boolean): void {
    this.stalled[direction] = stalled;
    if (stalled) return;
    for (const pair of this.#standing) for (const end of pair) end.pump();
  }

  reset(): void {
    for (const pair of this.#standing.splice(0)) for (const end of pair) end.lose('reset');
  }

  resetOneSided(informed: 'dialler' | 'listener'): void {
    for (const [dialled, accepted] of this.#standing) {
      const [told, halfOpen] = informed === 'dialler' ? [dialled, accepted] : [accepted, dialled];
      halfOpen.deaf = true;
      told.lose('reset');
    }
  }

  queuedBytes(direction: Direction): number {
    const last = this.#standing.at(-1);
    if (last === undefined) return 0;
    return (direction === 'from-dialler' ? last[0] : last[1]).queuedBytes;
  }

  #dial(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.options.schedule(() => {
        if (!this.#reachable || this.#accept === null) {
          reject(new LinkError('dial-failed', 'unreachable'));
          return;
        }
        this.opened += 1;
        const binding = bindingOf(this.opened);
        const dialled = new End(this, 'from-dialler', binding);
        const accepted = new End(this, 'from-listener', binding);
        dialled.peer = accepted;
        accepted.peer = dialled;
        const ended = this.#standing.filter((pair) => pair.every((end) => end.over));
        for (const pair of ended) this.#standing.splice(this.#standing.indexOf(pair), 1);
        this.#standing.push([dialled, accepted]);
        this.#accept(accepted);
        resolve(dialled);
      }, 'connect');
    });
  }
}

/** One end of one connection; it owns the queue of the bytes it sends. */
class End implements Connection {
  readonly channelBinding: Uint8Array;
  peer: End | null = null;
  /** Half open: the other end is gone and nothing said so. */
  deaf = false;
  over = false;
  readonly #network: Network;
  readonly #direction: Direction;
  readonly #queue: Uint8Array[] = [];
  #handlers: ConnectionHandlers | null = null;
  #held: string | null = null;
  #paused = false;
  #closing = false;
  #full = false;
  #scheduled = false;
  queuedBytes = 0;

  constructor(network: Network, direction: Direction, channelBinding: Uint8Array) {
    this.#network = network;
    this.#direction = direction;
    this.channelBinding = channelBinding;
  }

  start(handlers: ConnectionHandlers): void {
    this.#handlers = handlers;
    if (this.#held !== null) handlers.closed(this.#held);
    this.peer?.pump();
  }

  send(bytes: Uint8Array): boolean {
    if (this.over || this.#closing) return true;
    this.#queue.push(bytes.slice());
    this.queuedBytes += bytes.length;
    this.pump();
    this.#full = this.queuedBytes > (this.#network.options.highWaterBytes ?? 1 << 20);
    return !this.#full;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.peer?.pump();
  }

  close(): void {
    if (this.over || this.#closing) return;
    this.#closing = true;
    this.pump();
  }

  /** This end learns that the connection is broken. */
  lose(reason: string): void {
    if (this.over) return;
    this.over = true;
    this.#queue.length = 0;
    this.queuedBytes = 0;
    if (this.#handlers === null) this.#held = reason;
    else this.#handlers.closed(reason);
  }

  /** Sees to it that one step is scheduled while there is something to carry to the other end. */
  pump(): void {
    if (this.#scheduled || this.over || this.deaf) return;
    const idle = this.queuedBytes === 0 && !this.#closing;
    if (idle || !this.#open()) return;
    this.#scheduled = true;
    const kind = this.queuedBytes === 0 ? 'close' : 'deliver';
    this.#network.options.schedule(() => {
      this.#scheduled = false;
      if (!this.over && this.#open()) this.#carry();
      this.pump();
    }, kind);
  }

  #open(): boolean {
    const peer = this.peer;
    const taking = peer !== null && !peer.#paused && peer.#handlers !== null;
    return taking && !this.#network.stalled[this.#direction];
  }

  #carry(): void {
    const peer = this.peer;
    if (this.queuedBytes === 0) {
      this.lose('closed');
      if (peer !== null && !peer.deaf) peer.lose('closed by the other end');
      return;
    }
    const { chunk, corrupt } = this.#network.options;
    const most = chunk?.(this.queuedBytes, this.#direction) ?? this.queuedBytes;
    const bytes = this.#take(Math.min(this.queuedBytes, Math.max(1, most)));
    if (peer !== null && !peer.over && !peer.deaf) {
      peer.#handlers?.data(corrupt?.(bytes, this.#direction) ?? bytes);
    }
    const low = (this.#network.options.highWaterBytes ?? 1 << 20) / 2;
    if (this.#full && this.queuedBytes <= low) {
      this.#full = false;
      this.#network.options.schedule(() => this.#handlers?.drained(), 'drained');
    }
  }

  /** The oldest `length` queued bytes, wherever the sender cut them. */
  #take(length: number): Uint8Array {
    const taken = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const head = this.#queue[0] as Uint8Array;
      const part = head.subarray(0, length - at);
      taken.set(part, at);
      at += part.length;
      if (part.length === head.length) this.#queue.shift();
      else this.#queue[0] = head.subarray(part.length);
    }
    this.queuedBytes -= length;
    return taken;
  }
}

/** Thirty-two bytes that no other connection of this network has. */
function bindingOf(connection: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(0xa5);
  new DataView(bytes.buffer).setUint32(0, connection);
  return bytes;
}
