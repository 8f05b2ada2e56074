// SPDX-License-Identifier: Apache-2.0
// One connection on which the kit plays the partner: it keeps what it hears, mirrors and cosigns what it
// is given, and says whatever it is told to say.

import type { Instant } from '@isthmus/earth';
import type { ReceivedBatch } from '@isthmus/ledger';
import { type Connection, type HelloClaims, WINDOW_ENTRIES_MAX } from '@isthmus/link';
import {
  type CloseReason,
  type CosignatureFrame,
  encodeFrame,
  type Frame,
  FrameSplitter,
  WireError,
} from '@isthmus/wire';

/** How long an answer may take that waits for a disk and no tick, ms. */
export const ANSWER_MS = 5000;

type Heard<K extends Frame['kind']> = Extract<Frame, { readonly kind: K }>;

/** What the end of a connection was. */
export interface End {
  /** Null where it ended without a close frame. */
  readonly reason: CloseReason | null;
  /** For people. */
  readonly says: string;
}

interface Incoming {
  readonly frame: Heard<'batch'>;
  readonly entries: Uint8Array[];
}

/** Who plays: what is the same on all its connections. */
export interface Playing {
  readonly log: { readonly size: number };
  readonly mirror: { readonly size: number };
  /** Entries of the kit's log that were sent, receipted or not. */
  readonly sentSize: number;
  now(): Instant;
  helloClaims(): HelloClaims;
  signHello(claims: HelloClaims, binding: Uint8Array): Promise<Uint8Array>;
  /** Takes over a batch; null where it is refused. */
  receive(batch: ReceivedBatch): Promise<CosignatureFrame | null>;
  /** What the other side did wrong unasked. */
  blame(clause: string, what: string): void;
}

export class Player {
  readonly kit: Playing;
  readonly connection: Connection;
  /** Every frame heard, in order. */
  readonly heard: Frame[] = [];
  /** When each heartbeat of ours left: only those may be echoed. */
  readonly said: number[] = [];
  /** The other side's newest reading of its clock, and when it came by ours. */
  heardLast: { readonly sentAt: Instant; readonly cameAt: Instant } | null = null;
  end: End | null = null;
  /** The largest credit given on it. */
  granted = 0;
  /** False: what it is given is kept here alone, and neither mirrored nor cosigned. */
  mirrors = true;
  /** True: what it says goes out in pieces of one byte. */
  byteByByte = false;
  readonly #splitter = new FrameSplitter();
  /** Entries of its log that it has given on this connection and before: what the hello said, and since. */
  #given = 0;
  /** The largest credit it gave. */
  #credit = 0;
  #batch: Incoming | null = null;
  #work: Promise<void> = Promise.resolve();
  #woken: (() => void)[] = [];

  constructor(kit: Playing, connection: Connection) {
    this.kit = kit;
    this.connection = connection;
    connection.start({
      data: (bytes) => this.#data(bytes),
      drained: () => undefined,
      closed: (why) => this.#ended({ reason: null, says: `the connection ended (${why})` }),
    });
  }

  send(frame: Frame): void {
    const bytes = encodeFrame(frame);
    if (this.byteByByte) for (const byte of bytes) this.connection.send(Uint8Array.of(byte));
    else this.connection.send(bytes);
  }

  grant(upTo: number): void {
    this.granted = upTo;
    this.send({ kind: 'credit', upTo });
  }

  raw(bytes: Uint8Array): void {
    this.connection.send(bytes);
  }

  /** The one hello that is true here, but for what is changed; signed for this channel. */
  async sayHello(
    changed: Partial<HelloClaims> = {},
    binding = this.connection.channelBinding,
  ): Promise<void> {
    const claims = { ...this.kit.helloClaims(), ...changed };
    this.#given = claims.haveSize;
    const signature = await this.kit.signHello(claims, binding);
    this.send({ kind: 'hello', ...claims, signature });
  }

  heartbeat(changed: Partial<Omit<Heard<'heartbeat'>, 'kind'>> = {}): Heard<'heartbeat'> {
    const at = this.kit.now();
    this.said.push(changed.clock?.sentAt ?? at);
    const [sentSize, seen] = [this.kit.log.size, this.kit.mirror.size];
    const clock = { sentAt: at, echo: null };
    return { kind: 'heartbeat', at, sentSize, seen, clock, ...changed };
  }

  frames<K extends Frame['kind']>(kind: K): Heard<K>[] {
    return this.heard.filter((frame): frame is Heard<K> => frame.kind === kind);
  }

  /** Waits until it holds, the connection has ended, or the time is up; whether it holds. */
  async until(holds: () => boolean, withinMs = ANSWER_MS): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (!holds() && this.end === null) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#woken.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return holds();
  }

  /** How the connection ended, or null when it stands after the time. */
  async ending(withinMs = ANSWER_MS): Promise<End | null> {
    await this.until(() => false, withinMs);
    return this.end;
  }

  /** Leaves as an honest side does. */
  async leave(): Promise<void> {
    await this.#work;
    if (this.end === null) this.send({ kind: 'close', reason: 'shutdown' });
    this.connection.close();
    this.end ??= { reason: null, says: 'we left' };
  }

  #data(bytes: Uint8Array): void {
    try {
      for (const frame of this.#splitter.push(bytes)) this.#frame(frame);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.kit.blame('W-23', `it sent what is no frame: ${error.message}`);
      this.connection.close();
    }
    this.#wake();
  }

  #frame(frame: Frame): void {
    this.heard.push(frame);
    if (frame.kind === 'close') {
      this.#ended({ reason: frame.reason, says: `closed: ${frame.reason}` });
      this.connection.close();
      return;
    }
    if (frame.kind === 'credit') this.#credited(frame.upTo);
    if (frame.kind === 'heartbeat') this.#beaten(frame);
    if (this.#batch !== null) this.#entry(this.#batch, frame);
    else if (frame.kind === 'batch') this.#batch = { frame, entries: [] };
    else if (frame.kind === 'entry') this.kit.blame('W-107', 'an entry without a batch');
  }

  #beaten({ sentSize, clock }: Heard<'heartbeat'>): void {
    if (clock !== null) this.heardLast = { sentAt: clock.sentAt, cameAt: this.kit.now() };
    if (sentSize !== this.#given) {
      this.kit.blame('W-111', `a heartbeat says ${sentSize} entries, where it gave ${this.#given}`);
    }
  }

  #credited(upTo: number): void {
    if (upTo <= this.#credit) this.kit.blame('W-109', `a credit of ${upTo} after ${this.#credit}`);
    const { sentSize } = this.kit;
    if (upTo > sentSize + WINDOW_ENTRIES_MAX) {
      this.kit.blame('W-109', `a credit of ${upTo}, where ${sentSize} entries were sent`);
    }
    this.#credit = upTo;
  }

  #entry(batch: Incoming, frame: Frame): void {
    const { frame: announced, entries } = batch;
    if (frame.kind !== 'entry' || frame.index !== announced.first + entries.length) {
      this.kit.blame('W-107', 'between a batch and its last entry something else came');
      this.#batch = null;
      return;
    }
    entries.push(frame.bytes);
    this.#given += 1;
    if (entries.length < announced.count) return;
    this.#batch = null;
    if (!this.mirrors) return;
    const received = { first: announced.first, entries, checkpoint: announced.checkpoint };
    this.#work = this.#work.then(async () => {
      const receipt = await this.kit.receive(received);
      if (receipt !== null && this.end === null) this.send(receipt);
      this.#wake();
    });
  }

  #ended(end: End): void {
    this.end ??= end;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#woken.splice(0)) wake();
  }
}
