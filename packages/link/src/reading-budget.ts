// SPDX-License-Identifier: Apache-2.0
// How much of what the partner sends may be read now: entries the owner has yet to take are bounded,
// and so is the time that a tick's worth of frames costs.

import type { BusyMeter } from './driver-options.ts';
import type { LinkLimits } from './limits.ts';

/** The budget of one link; without a meter the time is not bounded. */
export class ReadingBudget {
  readonly #limits: LinkLimits;
  readonly #meter: BusyMeter | undefined;
  #undelivered = 0;
  /** What the meter said at the last tick. */
  #busyAtTick = 0;

  constructor(limits: LinkLimits, meter: BusyMeter | undefined) {
    this.#limits = limits;
    this.#meter = meter;
  }

  /** False until the owner has taken entries, or the next tick gives time anew. */
  get hasRoom(): boolean {
    if (this.#undelivered >= this.#limits.undeliveredEntriesMax) return false;
    if (this.#meter === undefined) return true;
    return this.#meter.busyMs() - this.#busyAtTick < this.#limits.busyMsPerTickMax;
  }

  tick(): void {
    this.#busyAtTick = this.#meter?.busyMs() ?? 0;
  }

  /** Entries were given to the owner, who has yet to take them. */
  deliver(entries: number): void {
    this.#undelivered += entries;
  }

  /** The owner has taken entries that were delivered. */
  taken(entries: number): void {
    this.#undelivered -= entries;
  }
}
