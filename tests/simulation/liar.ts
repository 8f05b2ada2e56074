// SPDX-License-Identifier: Apache-2.0
// A partner that lies, with the partner's real keys, over the simulated network. It keeps the
// session going as an honest one would, with code of its own, and lies where its profile says
// (lies.ts). What wire can encode it encodes with wire; the rest it sends as raw bytes.

import type { Instant, Random } from '@isthmus/earth';
import { parseCheckpoint } from '@isthmus/ledger';
import { type Connection, type HelloClaims, helloMessage, PROTOCOL_VERSION } from '@isthmus/link';
import type { MemoryNetwork } from '@isthmus/link/adapters';
import type { SideKeys } from '@isthmus/node';
import { encodeHex, noteText } from '@isthmus/seal';
import { type CloseReason, encodeFrame, type Frame, FrameSplitter } from '@isthmus/wire';
import type { ForgedLog, Said } from './forged-log.ts';
import { forgedCosignature, forgedHello } from './liar-keys.ts';
import type { Lie } from './lies.ts';

/** Entries it lets the victim send ahead. */
const WINDOW = 512;
/** Ticks of silence after which it takes a connection for dead, as an honest side does. */
const SILENCE_TICKS = 10;

export interface LiarOptions {
  readonly self: string;
  readonly victim: string;
  readonly role: 'dial' | 'listen';
  readonly network: MemoryNetwork;
  readonly keys: SideKeys;
  readonly mode: 'live' | 'exercise';
  readonly agreementHash: string;
  readonly clause: string;
  readonly random: Random;
  readonly now: () => Instant;
  readonly log: ForgedLog;
  /** The victim's last checkpoint that the honest partner held; null when none. */
  readonly held: string | null;
}

export class Liar {
  readonly options: LiarOptions;
  readonly random: Random;
  readonly log: ForgedLog;
  /** Sessions that came up. */
  sessions = 0;
  /** Entries of ours the victim has acknowledged as its own to hold. */
  shown = 0;
  /** Bytes sent on earlier connections, for replay; bounded. */
  readonly taped: Uint8Array[] = [];
  /** A pair of contradicting checkpoints was refused by the victim to our face. */
  convicted = false;
  lie: Lie;
  held: { readonly size: number; readonly root: Uint8Array; readonly note: string } | null;
  #peer: Peer | null = null;
  #dialling = false;
  #gone = false;
  #ticks = 0;

  constructor(options: LiarOptions, lie: Lie) {
    this.options = options;
    this.random = options.random;
    this.log = options.log;
    this.lie = lie;
    this.held = options.held === null ? null : heldOf(options.held);
  }

  start(): void {
    const { network, role } = this.options;
    if (role === 'listen') void network.listener.listen((connection) => this.#arrived(connection));
    else this.#dial();
  }

  tick(): void {
    this.#ticks += 1;
    if (this.#gone) return;
    if (this.#peer === null || this.#peer.over) this.#dial();
    else this.#peer.tick(this.#ticks);
  }

  /** It breaks off and is never heard of again. */
  leave(): void {
    this.#gone = true;
    this.#peer?.connection.close();
    if (this.options.role === 'listen') {
      void this.options.network.listener.listen((connection) => connection.close());
    }
  }

  /** Where and when it says that something was released. */
  said(): Said {
    const { agreementHash, clause, now } = this.options;
    return { agreementHash, clause, at: now() };
  }

  holds(note: string): void {
    this.held = heldOf(note);
  }

  #dial(): void {
    const { network, role } = this.options;
    if (role !== 'dial' || this.#dialling) return;
    this.#dialling = true;
    network.dialler.dial().then(
      (connection) => {
        this.#dialling = false;
        this.#arrived(connection);
      },
      () => {
        this.#dialling = false;
      },
    );
  }

  #arrived(connection: Connection): void {
    if (this.#gone) {
      connection.close();
      return;
    }
    this.#peer = new Peer(this, connection);
    this.#peer.start();
  }
}

/** One connection of a liar. */
export class Peer {
  readonly liar: Liar;
  readonly connection: Connection;
  over = false;
  up = false;
  /** Entries sent on this connection, the victim's claim included. */
  sent = 0;
  creditUpTo = 0;
  granted = 0;
  readonly #splitter = new FrameSplitter();
  #silent = 0;
  #pending: { end: number; left: number; note: string } | null = null;

  constructor(liar: Liar, connection: Connection) {
    this.liar = liar;
    this.connection = connection;
  }

  get lie(): Lie {
    return this.liar.lie;
  }

  start(): void {
    this.connection.start({
      data: (bytes) => this.#data(bytes),
      drained: () => undefined,
      closed: () => {
        this.over = true;
      },
    });
    if (this.lie.connected?.(this) === true) return;
    if (this.liar.options.role === 'dial') this.#hello();
  }

  tick(ticks: number): void {
    this.#silent += 1;
    if (this.#silent > SILENCE_TICKS) {
      this.over = true;
      this.connection.close();
      return;
    }
    if (this.up) {
      const { now } = this.liar.options;
      const seen = this.liar.held?.size ?? 0;
      const sentSize = this.sent;
      const beat = { kind: 'heartbeat', at: now(), sentSize, seen, clock: null } as const;
      const said = this.lie.heartbeat === undefined ? beat : this.lie.heartbeat(beat, this);
      if (said !== null) this.send(said);
      this.#grant();
    }
    this.lie.tick?.(this, ticks);
  }

  send(frame: Frame): void {
    this.raw(encodeFrame(frame));
  }

  raw(bytes: Uint8Array): void {
    if (this.liar.taped.length < 200) this.liar.taped.push(bytes);
    this.connection.send(bytes);
  }

  /** Sends what its log holds beyond what was sent, as one batch under a true checkpoint. */
  sendLog(): void {
    const { log } = this.liar;
    const end = Math.min(log.size, this.sent + 200, this.creditUpTo);
    if (end <= this.sent) return;
    const count = end - this.sent;
    this.send({ kind: 'batch', first: this.sent, count, checkpoint: log.checkpoint(end) });
    for (let index = this.sent; index < end; index += 1) {
      this.send({ kind: 'entry', index, bytes: log.entries[index] as Uint8Array });
    }
    this.sent = end;
  }

  #hello(): void {
    const { options, held } = this.liar;
    const claims: HelloClaims = {
      version: PROTOCOL_VERSION,
      from: options.self,
      to: options.victim,
      mode: options.mode,
      agreementHash: options.agreementHash,
      epoch: 1,
      haveSize: held?.size ?? 0,
      haveRoot: encodeHex(held?.root ?? EMPTY_ROOT),
    };
    const said = this.lie.hello?.(claims, this) ?? claims;
    const message = helloMessage(said, this.connection.channelBinding);
    const context = { party: options.self, mode: options.mode, epoch: 1 };
    const signature = forgedHello(options.keys.hello, context, message);
    this.send({ kind: 'hello', ...said, signature });
  }

  #data(bytes: Uint8Array): void {
    if (this.over) return;
    this.#silent = 0;
    for (const frame of this.#splitter.push(bytes)) this.#frame(frame);
  }

  #frame(frame: Frame): void {
    switch (frame.kind) {
      case 'hello':
        this.sent = frame.haveSize;
        this.creditUpTo = frame.haveSize;
        this.liar.shown = Math.max(this.liar.shown, frame.haveSize);
        if (this.liar.options.role === 'listen') this.#hello();
        if (this.liar.held !== null) this.#receipt(this.liar.held.note, this.liar.held.size);
        this.#grant();
        return;
      case 'credit':
        this.creditUpTo = frame.upTo;
        if (this.up) return;
        this.up = true;
        this.liar.sessions += 1;
        this.lie.greeted?.(this);
        return;
      case 'batch':
        this.#pending = {
          end: frame.first + frame.count,
          left: frame.count,
          note: frame.checkpoint,
        };
        return;
      case 'entry':
        this.#entry();
        return;
      case 'cosignature':
        this.liar.shown = Math.max(this.liar.shown, frame.size);
        this.lie.shown?.(this, frame.size);
        return;
      case 'close':
        this.#closed(frame.reason);
        break;
      default:
    }
  }

  #closed(reason: CloseReason): void {
    this.over = true;
    this.lie.closed?.(this, reason);
  }

  #entry(): void {
    if (this.#pending === null) return;
    this.#pending.left -= 1;
    if (this.#pending.left > 0) return;
    const { note, end } = this.#pending;
    this.#pending = null;
    this.liar.holds(note);
    this.#receipt(note, end);
    this.#grant();
  }

  #receipt(note: string, size: number): void {
    const { keys, now } = this.liar.options;
    const line = forgedCosignature(note, keys.cosign, Math.floor(now() / 1e6));
    const frame = { kind: 'cosignature', size, line } as const;
    const said = this.lie.receipt === undefined ? frame : this.lie.receipt(frame, this);
    if (said !== null) this.send(said);
  }

  #grant(): void {
    if (this.lie.credits === false) return;
    const upTo = (this.liar.held?.size ?? 0) + WINDOW;
    if (upTo <= this.granted) return;
    this.granted = upTo;
    this.send({ kind: 'credit', upTo });
  }
}

const EMPTY_ROOT = parseEmptyRoot();

function parseEmptyRoot(): Uint8Array {
  const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function heldOf(note: string): { size: number; root: Uint8Array; note: string } {
  const { size, root } = parseCheckpoint(noteText(note));
  return { size, root, note };
}
