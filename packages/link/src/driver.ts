// SPDX-License-Identifier: Apache-2.0
// Carries out what sessions ask: bytes to and from the transport, batches from the ledger's reader,
// batches to the mirror, events to the owner. One loop does everything, one step after the other,
// so that given the same transport events it does the same. No timer: ticks and the transport
// drive it.

import { encodeHex } from '@isthmus/seal';
import type { ClockReading } from '@isthmus/wire';
import type { Channel } from './channel.ts';
import { ClockExchange } from './clock.ts';
import { Connections } from './connections.ts';
import type { LinkDriver, LinkDriverOptions, LinkSeals } from './driver-options.ts';
import { linkLimits } from './limits.ts';
import { PartnerClaims } from './partner-claims.ts';
import type { LinkEvents } from './port.ts';
import { ReadingBudget } from './reading-budget.ts';
import { asError, messageOf, refusalReason } from './reasons.ts';
import type { IncomingBatch, LinkSession, SessionAction, Standing } from './session.ts';
import type { Instant } from './time.ts';

/** What a session asks, of one kind. */
type Asked<K extends SessionAction['kind']> = Extract<SessionAction, { readonly kind: K }>;

/** Creates the driver of one link; nothing happens before `start`. */
export function createLinkDriver(options: LinkDriverOptions): LinkDriver {
  return new Driver(options);
}

class Driver implements LinkDriver {
  readonly #options: LinkDriverOptions;
  readonly #events: LinkEvents;
  readonly #connections: Connections;
  readonly #claims: PartnerClaims;
  readonly #budget: ReadingBudget;
  #seals: LinkSeals;
  #revised = false;

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

  constructor(options: LinkDriverOptions) {
    this.#options = options;
    const limits = linkLimits(options.limits);
    this.#events = options.events;
    this.#claims = new PartnerClaims(options, (tree, line) =>
      this.#seals.verifyReceipt(tree, line),
    );
    this.#budget = new ReadingBudget(limits, options.meter);
    this.#seals = options.seals;
    this.#connections = new Connections({
      terms: options.terms,
      transport: options.transport,
      limits,
      onStatus: (status) => this.#events.onStatus(status),
      verifyHello: (message, signature) => this.#seals.verifyHello(message, signature),
      isOff: () => this.#ended || this.#suspended,
      wake: () => this.#wake(),
    });
    this.#recordedSize = options.reader.size;
    this.#refreshedSize = options.reader.size;
  }

  async start(now: Instant): Promise<void> {
    this.#now = now;
    this.#budget.tick();
    this.#events.onStatus({ state: 'connecting' });
    await this.#connections.open();
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
    this.#connections.forgive();
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
    worked = (await this.#greet(this.#connections.candidate)) || worked;
    worked = (await this.#takeFrame(this.#connections.candidate)) || worked;
    worked = (await this.#takeFrame(this.#connections.current)) || worked;
    worked = (await this.#sendBatch()) || worked;
    this.#sayMark();
    return worked;
  }

  async #dropAll(): Promise<boolean> {
    await this.#onAll((session) => session.end('shutdown'));
    return false;
  }

  async #recheck(): Promise<void> {
    if (!this.#revised) return;
    this.#revised = false;
    await this.#onAll((session) => session.recheck());
  }

  async #takeRecorded(): Promise<boolean> {
    if (this.#recordedSize <= this.#refreshedSize) return false;
    await this.#options.reader.refresh();
    this.#refreshedSize = Math.max(this.#recordedSize, this.#options.reader.size);
    this.#connections.current?.session.recorded(this.#options.reader.size);
    return true;
  }

  async #takeTick(): Promise<boolean> {
    if (this.#pendingTicks === 0 || this.#now === null) return false;
    const ticks = this.#pendingTicks;
    this.#pendingTicks = 0;
    this.#budget.tick();
    this.#markDue = { at: this.#now, size: this.#options.reader.size };
    // Ticks that piled up behind a slow disk are one tick of the partner's deadlines: it was we who
    // did not listen.
    await this.#onAll((session) => session.tick());
    this.#connections.tick(ticks);
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
      const detail = channel.lost;
      if (detail === null) return false;
      this.#connections.gone(channel, { reason: 'transport', by: 'transport', detail });
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
    return channel.session.hasRoom && this.#budget.hasRoom;
  }

  async #sendBatch(): Promise<boolean> {
    const channel = this.#connections.current;
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
    const channel = this.#connections.current;
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
          if (await this.#claims.checkReceipt(action.size, action.line)) break;
          await this.#carryOut(channel, channel.session.end('bad-receipt'));
          break;
        case 'close':
          channel.close();
          this.#connections.gone(channel, {
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

  async #onAll(ask: (session: LinkSession) => readonly SessionAction[]): Promise<void> {
    for (const channel of this.#connections.all()) {
      await this.#carryOut(channel, ask(channel.session));
    }
  }

  /** The loop waits for the signature, so that no frame overtakes the hello. */
  async #sayHello(channel: Channel, hello: Asked<'say-hello'>): Promise<boolean> {
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

  async #checkHave(channel: Channel, have: Asked<'check-have'>): Promise<void> {
    const { mirror, reader } = this.#options;
    const finding = await this.#claims.checkHave(have);
    const held = mirror.checkpoint;
    const at = this.#now as Instant;
    const receipt = held === null ? null : await this.#seals.cosign(held, at);
    const actions = channel.session.haveChecked(finding === 'beginning', this.#standing(), receipt);
    const detail =
      finding === 'more'
        ? `the partner holds ${have.size} entries of ours, we have ${reader.size}`
        : undefined;
    await this.#carryOut(channel, actions, detail);
  }

  /** The newer authenticated connection takes the older one's place. */
  async #promote(channel: Channel): Promise<void> {
    const older = this.#connections.current;
    if (older !== null && older !== channel) {
      await this.#carryOut(older, older.session.end('replaced'));
    }
    this.#connections.promote(channel);
  }

  #hearClock(reading: ClockReading | null): void {
    const now = this.#options.clock?.();
    if (reading === null || now === undefined) return;
    const estimate = this.#clocks.heard(reading, now);
    if (estimate !== null) this.#events.onClock(estimate);
  }

  #isUp(channel: Channel): void {
    this.#connections.forgive();
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
    this.#budget.deliver(entries.length);
    taken.then(
      () => {
        this.#budget.taken(entries.length);
        this.#wake();
      },
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    this.#events.onError(asError(error));
    for (const channel of this.#connections.all()) {
      for (const action of channel.session.end('internal')) {
        if (action.kind === 'send') channel.send(action.frame);
      }
      this.#connections.gone(channel, { reason: 'internal', by: 'self', detail: messageOf(error) });
    }
  }

  #standing(): Standing {
    const { mirror, reader } = this.#options;
    return { mirrorSize: mirror.size, mirrorRoot: encodeHex(mirror.root), ledgerSize: reader.size };
  }
}
