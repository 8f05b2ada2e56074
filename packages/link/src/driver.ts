// SPDX-License-Identifier: Apache-2.0
// Carries out what sessions ask: bytes to and from the transport, batches from the ledger's reader,
// batches to the mirror, events to the owner. One loop does everything, one step after the other,
// so that given the same transport events it does the same. No timer: ticks and the transport
// drive it.

import { encodeHex } from '@isthmus/seal';
import type { ClockReading } from '@isthmus/wire';
import { Channel } from './channel.ts';
import { ClockExchange } from './clock.ts';
import type { LinkDriver, LinkDriverOptions, LinkSeals } from './driver-options.ts';
import { type LinkLimits, linkLimits } from './limits.ts';
import type { LinkEvents, LinkStatus } from './port.ts';
import { ALARMING, asError, LASTING, messageOf, refusalReason } from './reasons.ts';
import { RecordRoots } from './record-roots.ts';
import { type IncomingBatch, LinkSession, type SessionAction, type Standing } from './session.ts';
import type { Instant } from './time.ts';
import type { Connection, Transport } from './transport.ts';

type CheckHave = Extract<SessionAction, { readonly kind: 'check-have' }>;

/** Creates the driver of one link; nothing happens before `start`. */
export function createLinkDriver(options: LinkDriverOptions): LinkDriver {
  return new Driver(options);
}

class Driver implements LinkDriver {
  readonly #options: LinkDriverOptions;
  readonly #limits: LinkLimits;
  readonly #events: LinkEvents;
  readonly #roots: RecordRoots;
  #seals: LinkSeals;
  #revised = false;

  /** The session the partner proved itself on, and one that has yet to. */
  #current: Channel | null = null;
  #candidate: Channel | null = null;

  #running: Promise<void> | null = null;
  #awake = false;
  #ended = false;
  #suspended = false;

  #recordedSize = 0;
  #refreshedSize = 0;
  #pendingTicks = 0;
  #now: Instant | null = null;
  /** The mark not yet said on the current session, and what must be sent before it. */
  #markDue: { at: Instant; size: number } | null = null;
  #clocks = new ClockExchange();
  #undelivered = 0;
  /** What the meter said at the last tick. */
  #busyAtTick = 0;

  #dialling = false;
  #failures = 0;
  #waitTicks = 0;

  constructor(options: LinkDriverOptions) {
    this.#options = options;
    this.#limits = linkLimits(options.limits);
    this.#events = options.events;
    this.#roots = new RecordRoots(options.reader);
    this.#seals = options.seals;
    this.#recordedSize = options.reader.size;
    this.#refreshedSize = options.reader.size;
  }

  async start(now: Instant): Promise<void> {
    this.#now = now;
    this.#busyAtTick = this.#options.meter?.busyMs() ?? 0;
    const { transport } = this.#options;
    this.#events.onStatus({ state: 'connecting' });
    if (transport.role === 'listen') {
      await transport.listen((connection) => this.#arrived(connection));
    } else {
      this.#dial(transport);
    }
  }

  tick(now: Instant): void {
    this.#now = now;
    this.#pendingTicks += 1;
    this.#wake();
  }

  recorded(size: number): void {
    this.#recordedSize = Math.max(this.#recordedSize, size);
    this.#wake();
  }

  revise(seals: LinkSeals): void {
    this.#seals = seals;
    this.#revised = true;
    this.#wake();
  }

  suspend(): void {
    this.#suspended = true;
    this.#wake();
  }

  resume(): void {
    this.#suspended = false;
    this.#failures = 0;
    this.#waitTicks = 0;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#wake();
    await this.idle();
    await this.#options.transport.close();
  }

  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  // ------------------------------------------------------------------ the loop

  #wake(): void {
    this.#awake = true;
    if (this.#running !== null) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (this.#awake) this.#wake();
    });
  }

  async #run(): Promise<void> {
    while (this.#awake) {
      this.#awake = false;
      try {
        while (await this.#step()) {
          // Each step is small; the order within a step is what makes runs repeatable.
        }
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** Facts of our own first, then one frame in, then one batch out. */
  async #step(): Promise<boolean> {
    if (this.#ended || this.#suspended) {
      this.#pendingTicks = 0;
      return await this.#dropAll();
    }
    await this.#recheck();
    let worked = await this.#takeRecorded();
    worked = (await this.#takeTick()) || worked;
    worked = (await this.#greet(this.#candidate)) || worked;
    worked = (await this.#takeFrame(this.#candidate)) || worked;
    worked = (await this.#takeFrame(this.#current)) || worked;
    worked = (await this.#sendBatch()) || worked;
    this.#sayMark();
    return worked;
  }

  async #dropAll(): Promise<boolean> {
    for (const channel of [this.#candidate, this.#current]) {
      if (channel !== null) await this.#carryOut(channel, channel.session.end('shutdown'));
    }
    return false;
  }

  async #recheck(): Promise<void> {
    if (!this.#revised) return;
    this.#revised = false;
    for (const channel of [this.#candidate, this.#current]) {
      if (channel !== null) await this.#carryOut(channel, channel.session.recheck());
    }
  }

  async #takeRecorded(): Promise<boolean> {
    if (this.#recordedSize <= this.#refreshedSize) return false;
    await this.#options.reader.refresh();
    this.#refreshedSize = Math.max(this.#recordedSize, this.#options.reader.size);
    this.#current?.session.recorded(this.#options.reader.size);
    return true;
  }

  async #takeTick(): Promise<boolean> {
    if (this.#pendingTicks === 0 || this.#now === null) return false;
    const ticks = this.#pendingTicks;
    this.#pendingTicks = 0;
    this.#busyAtTick = this.#options.meter?.busyMs() ?? 0;
    this.#markDue = { at: this.#now, size: this.#options.reader.size };
    // Ticks that piled up behind a slow disk are one tick of the partner's deadlines: it was we who
    // did not listen.
    for (const channel of [this.#candidate, this.#current]) {
      if (channel !== null) await this.#carryOut(channel, channel.session.tick());
    }
    this.#waitTicks -= ticks;
    const { transport } = this.#options;
    if (transport.role === 'dial') this.#dial(transport);
    return true;
  }

  /** A session begins in the loop, since its first word may have to be signed elsewhere. */
  async #greet(channel: Channel | null): Promise<boolean> {
    if (channel === null || !channel.session.isIdle) return false;
    const actions = channel.session.connected(channel.channelBinding, this.#standing());
    await this.#carryOut(channel, actions);
    return true;
  }

  async #takeFrame(channel: Channel | null): Promise<boolean> {
    if (channel === null) return false;
    const next = this.#mayRead(channel) ? channel.next() : null;
    if (next === null) {
      if (channel.lost === null) return false;
      this.#gone(channel, { reason: 'transport', by: 'transport', detail: channel.lost });
      return true;
    }
    const actions =
      next.kind === 'frame' ? channel.session.frame(next.frame) : channel.session.end(next.reason);
    await this.#carryOut(channel, actions, next.kind === 'frame' ? undefined : next.detail);
    return true;
  }

  /**
   * While a budget of the partner's is used up, what it sends stays in its own queue. Its bytes and
   * the time it costs are given anew with the next tick, which is waited for reading nothing.
   */
  #mayRead(channel: Channel): boolean {
    if (this.#undelivered >= this.#limits.undeliveredEntriesMax) return false;
    if (!channel.session.hasRoom) return false;
    const { meter } = this.#options;
    return meter === undefined || meter.busyMs() - this.#busyAtTick < this.#limits.busyMsPerTickMax;
  }

  async #sendBatch(): Promise<boolean> {
    const channel = this.#current;
    if (channel === null || channel.congested || !channel.session.wantsBatch) return false;
    const batch = await this.#options.reader.batchAfter(channel.session.nextToSend);
    if (batch === null) return false;
    const actions = channel.session.offer(batch);
    if (actions === null) return false;
    await this.#carryOut(channel, actions);
    this.#events.onSent(channel.session.nextToSend);
    return true;
  }

  #sayMark(): void {
    const channel = this.#current;
    const due = this.#markDue;
    if (channel === null || due === null || !channel.session.isUp) return;
    if (this.#options.holdMarks === true && channel.session.nextToSend < due.size) return;
    this.#markDue = null;
    const now = this.#options.clock?.();
    const reading = now === undefined ? null : this.#clocks.reading(now);
    for (const action of channel.session.mark(due.at, reading)) {
      if (action.kind === 'send') channel.send(action.frame);
    }
  }

  // ------------------------------------------------------------------ actions

  async #carryOut(
    channel: Channel,
    actions: readonly SessionAction[],
    detail?: string,
  ): Promise<void> {
    for (const action of actions) {
      switch (action.kind) {
        case 'send':
          channel.send(action.frame);
          break;
        case 'say-hello':
          if (!(await this.#sayHello(channel, action))) return;
          break;
        case 'check-have':
          await this.#checkHave(channel, action);
          break;
        case 'authenticated':
          await this.#promote(channel);
          break;
        case 'up':
          this.#isUp(channel);
          break;
        case 'accept':
          await this.#accept(channel, action.batch);
          break;
        case 'mark':
          this.#hearClock(action.clock);
          this.#events.onMark(action.at);
          break;
        case 'receipt':
          await this.#receipt(channel, action.size, action.line);
          break;
        case 'close':
          channel.close();
          this.#gone(channel, {
            reason: action.reason,
            by: action.by,
            ...(detail === undefined ? {} : { detail }),
          });
          break;
        default:
          action satisfies never;
      }
    }
  }

  /** The loop waits for the signature, so that no frame overtakes the hello. */
  async #sayHello(
    channel: Channel,
    hello: Extract<SessionAction, { readonly kind: 'say-hello' }>,
  ): Promise<boolean> {
    try {
      const signature = await this.#seals.signHello(hello.message);
      channel.send({ kind: 'hello', ...hello.claims, signature });
      return true;
    } catch (error) {
      await this.#carryOut(channel, channel.session.end('internal'), messageOf(error));
      this.#events.onError(asError(error));
      return false;
    }
  }

  async #checkHave(channel: Channel, have: CheckHave): Promise<void> {
    const { reader, mirror, events } = this.#options;
    const { size } = have;
    await reader.refresh();
    const fits = size <= reader.size && encodeHex(await this.#roots.rootAt(size)) === have.root;
    const finding = fits ? 'beginning' : size > reader.size ? 'more' : 'other';
    events.onHeld({ size, finding });
    if (!fits) await mirror.keepEvidence(await reader.against({ size, ...have.claim }));
    const held = mirror.checkpoint;
    const at = this.#now as Instant;
    const receipt = held === null ? null : await this.#seals.cosign(held, at);
    const actions = channel.session.haveChecked(fits, this.#standing(), receipt);
    const detail =
      finding === 'more'
        ? `the partner holds ${size} entries of ours, we have ${reader.size}`
        : undefined;
    await this.#carryOut(channel, actions, detail);
  }

  /** The newer authenticated connection takes the older one's place. */
  async #promote(channel: Channel): Promise<void> {
    const older = this.#current;
    if (older !== null && older !== channel) {
      await this.#carryOut(older, older.session.end('replaced'));
    }
    if (this.#candidate === channel) this.#candidate = null;
    this.#current = channel;
  }

  #hearClock(reading: ClockReading | null): void {
    const now = this.#options.clock?.();
    if (reading === null || now === undefined) return;
    const estimate = this.#clocks.heard(reading, now);
    if (estimate !== null) this.#events.onClock(estimate);
  }

  #isUp(channel: Channel): void {
    this.#failures = 0;
    this.#waitTicks = 0;
    this.#clocks = new ClockExchange();
    this.#events.onSent(channel.session.nextToSend);
    this.#events.onStatus({ state: 'up' });
    // The last mark may have been lost with the connection before: say it again.
    if (this.#markDue === null && this.#now !== null) {
      this.#markDue = { at: this.#now, size: this.#options.reader.size };
    }
  }

  async #accept(channel: Channel, batch: IncomingBatch): Promise<void> {
    const { mirror } = this.#options;
    try {
      await mirror.accept(batch);
    } catch (error) {
      const reason = refusalReason(error);
      await this.#carryOut(channel, channel.session.end(reason), messageOf(error));
      if (reason === 'internal') this.#events.onError(asError(error));
      return;
    }
    this.#deliver(batch);
    const line = await this.#seals.cosign(batch.checkpoint, this.#now as Instant);
    await this.#carryOut(channel, channel.session.accepted(this.#standing(), line));
  }

  #deliver(batch: IncomingBatch): void {
    const entries = batch.entries.map((bytes, at) => ({ index: batch.first + at, bytes }));
    const taken = this.#events.onEntries(entries);
    if (taken === undefined) return;
    this.#undelivered += entries.length;
    taken.then(
      () => {
        this.#undelivered -= entries.length;
        this.#wake();
      },
      (error: unknown) => this.#failed(error),
    );
  }

  async #receipt(channel: Channel, size: number, line: string): Promise<void> {
    const root = await this.#roots.rootAt(size);
    if (this.#seals.verifyReceipt({ size, root }, line)) {
      this.#events.onReceipt({ size, line });
      return;
    }
    const checkpoint = await this.#options.reader.noteAt(size);
    if (checkpoint !== null) {
      await this.#options.mirror.keepEvidence({ kind: 'bad-receipt', checkpoint, line });
    }
    await this.#carryOut(channel, channel.session.end('bad-receipt'));
  }

  // ------------------------------------------------------------------ connections

  #dial(transport: Extract<Transport, { role: 'dial' }>): void {
    const busy = this.#dialling || this.#current !== null || this.#candidate !== null;
    if (busy || this.#ended || this.#suspended || this.#waitTicks > 0) return;
    this.#dialling = true;
    transport.dial().then(
      (connection) => {
        this.#dialling = false;
        this.#arrived(connection);
      },
      (error: unknown) => {
        this.#dialling = false;
        this.#failedAttempt();
        this.#events.onStatus({
          state: 'closed',
          reason: 'transport',
          by: 'transport',
          detail: messageOf(error),
        });
      },
    );
  }

  /** A connection the transport vouches for; the partner has yet to prove itself on it. */
  #arrived(connection: Connection): void {
    if (this.#ended || this.#suspended) {
      connection.close();
      return;
    }
    const { terms, transport } = this.#options;
    const session = new LinkSession({
      ...terms,
      role: transport.role,
      limits: this.#limits,
      verifyHello: (message, signature) => this.#seals.verifyHello(message, signature),
    });
    const channel = new Channel(connection, session, {
      limits: this.#limits,
      wake: () => this.#wake(),
    });
    // Of two that have not proved themselves the newer one stays: the older may be half open.
    this.#candidate?.close();
    this.#candidate = channel;
    this.#wake();
  }

  #gone(channel: Channel, status: Omit<LinkStatus, 'state'>): void {
    channel.close();
    const known = channel === this.#current || channel === this.#candidate;
    if (channel === this.#current) this.#current = null;
    if (channel === this.#candidate) this.#candidate = null;
    if (!known) return;
    const reason = status.reason ?? '';
    if (LASTING.has(reason)) this.#failures = 16;
    this.#failedAttempt();
    const alarm = ALARMING.has(reason) ? { alarm: true } : {};
    this.#events.onStatus({ state: 'closed', ...status, ...alarm });
  }

  /** The pause doubles with each failure in a row, up to its limit, and is counted in ticks. */
  #failedAttempt(): void {
    this.#waitTicks = Math.min(2 ** Math.min(this.#failures, 16), this.#limits.backoffTicksMax);
    this.#failures += 1;
  }

  #failed(error: unknown): void {
    this.#events.onError(asError(error));
    for (const channel of [this.#candidate, this.#current]) {
      if (channel === null) continue;
      for (const action of channel.session.end('internal')) {
        if (action.kind === 'send') channel.send(action.frame);
      }
      this.#gone(channel, { reason: 'internal', by: 'self', detail: messageOf(error) });
    }
  }

  #standing(): Standing {
    const { mirror, reader } = this.#options;
    return { mirrorSize: mirror.size, mirrorRoot: encodeHex(mirror.root), ledgerSize: reader.size };
  }
}
