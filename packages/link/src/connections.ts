// SPDX-License-Identifier: Apache-2.0
// The connections of one link: dialled with a pause that doubles, or arriving; one the partner proved
// itself on, and at most one it has yet to. It says nothing on them.

import { Channel } from './channel.ts';
import type { LinkDriverOptions } from './driver-options.ts';
import type { LinkLimits } from './limits.ts';
import type { LinkStatus } from './port.ts';
import { ALARMING, LASTING, messageOf } from './reasons.ts';
import { LinkSession } from './session.ts';
import type { Connection } from './transport.ts';

/** What the owner of the connections gives them. */
interface ConnectionsOptions extends Pick<LinkDriverOptions, 'terms' | 'transport'> {
  readonly limits: LinkLimits;
  readonly onStatus: (status: LinkStatus) => void;
  readonly verifyHello: (message: Uint8Array, signature: Uint8Array) => boolean;
  /** True while no connection is wanted: none is dialled, and what arrives is closed. */
  readonly isOff: () => boolean;
  /** Called when there is something to do on a connection. */
  readonly wake: () => void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  #current: Channel | null = null;
  #candidate: Channel | null = null;
  #dialling = false;
  #failures = 0;
  #waitTicks = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** The connection of the session the partner proved itself on. */
  get current(): Channel | null {
    return this.#current;
  }

  /** The newest connection on which it has yet to. */
  get candidate(): Channel | null {
    return this.#candidate;
  }

  /** Those there are at this moment, the candidate first. */
  all(): Channel[] {
    return [this.#candidate, this.#current].filter((channel) => channel !== null);
  }

  /** Listens, or dials for the first time. Rejects `listen-failed`. */
  async open(): Promise<void> {
    const { transport } = this.#options;
    if (transport.role === 'listen') {
      await transport.listen((connection) => this.#arrived(connection));
    } else {
      this.#dial();
    }
  }

  /** Counts the pause before the next attempt, and dials when it is over and nothing is there. */
  tick(ticks: number): void {
    this.#waitTicks -= ticks;
    this.#dial();
  }

  /** Forgets earlier failures: the next attempt needs no pause. */
  forgive(): void {
    this.#failures = 0;
    this.#waitTicks = 0;
  }

  /** The partner proved itself on the channel; the caller has ended the one before. */
  promote(channel: Channel): void {
    if (this.#candidate === channel) this.#candidate = null;
    this.#current = channel;
  }

  /** Closes a channel and tells why, unless another has taken its place. */
  gone(channel: Channel, status: Omit<LinkStatus, 'state'>): void {
    channel.close();
    const known = channel === this.#current || channel === this.#candidate;
    if (channel === this.#current) this.#current = null;
    if (channel === this.#candidate) this.#candidate = null;
    if (!known) return;
    const reason = status.reason ?? '';
    if (LASTING.has(reason)) this.#failures = 16;
    this.#failedAttempt();
    const alarm = ALARMING.has(reason) ? { alarm: true } : {};
    this.#options.onStatus({ state: 'closed', ...status, ...alarm });
  }

  #dial(): void {
    const { transport } = this.#options;
    if (transport.role !== 'dial') return;
    const busy = this.#dialling || this.#current !== null || this.#candidate !== null;
    if (busy || this.#options.isOff() || this.#waitTicks > 0) return;
    this.#dialling = true;
    transport.dial().then(
      (connection) => {
        this.#dialling = false;
        this.#arrived(connection);
      },
      (error: unknown) => {
        this.#dialling = false;
        this.#failedAttempt();
        this.#options.onStatus({
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
    const { terms, transport, limits, verifyHello, wake } = this.#options;
    if (this.#options.isOff()) {
      connection.close();
      return;
    }
    const session = new LinkSession({ ...terms, role: transport.role, limits, verifyHello });
    const channel = new Channel(connection, session, { limits, wake });
    // Of two that have not proved themselves the newer one stays: the older may be half open.
    this.#candidate?.close();
    this.#candidate = channel;
    wake();
  }

  /** The pause doubles with each failure in a row, up to its limit, and is counted in ticks. */
  #failedAttempt(): void {
    const { backoffTicksMax } = this.#options.limits;
    this.#waitTicks = Math.min(2 ** Math.min(this.#failures, 16), backoffTicksMax);
    this.#failures += 1;
  }
}
