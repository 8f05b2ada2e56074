// SPDX-License-Identifier: Apache-2.0
// What a node sees of its link, whether the driver runs in the same thread or in a worker.

import type { PartnerHolds } from '@isthmus/ledger';
import type { ClockEstimate } from './clock.ts';
import type { CloseReason } from './errors.ts';
import type { Instant } from './time.ts';

/** One accepted entry of the partner's record: salt and payload, as it lies in the mirror. */
export interface LinkEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** What the link is doing. `closed` is followed by another attempt unless the port was closed. */
export interface LinkStatus {
  readonly state: 'connecting' | 'up' | 'closed';
  /** Why it closed: a code of the closed set, or what the transport said. */
  readonly reason?: CloseReason | 'transport';
  readonly by?: 'self' | 'partner' | 'transport';
  /** For people and logs of this side; never crosses. */
  readonly detail?: string;
  /** True when a person must look: one record was forked or restored, or a proof failed. */
  readonly alarm?: boolean;
}

/** The partner's receipt: its verified cosignature over our checkpoint of `size` entries. */
export interface LinkReceipt {
  readonly size: number;
  readonly line: string;
}

/** What the link tells its owner, in one order. */
export interface LinkEvents {
  /**
   * Entries of the partner, durable in the mirror, in order and without gaps since the mirror's
   * size at start. A returned promise is the owner's "taken": while more than the bound are not
   * taken, the link stops reading.
   */
  readonly onEntries: (entries: readonly LinkEntry[]) => void | Promise<void>;
  readonly onStatus: (status: LinkStatus) => void;
  /**
   * The partner's tick. Everything it sent before is durable and was handed to `onEntries` before
   * this is called. After a reconnection the last instant may come again.
   */
  readonly onMark: (at: Instant) => void;
  /** Entries of our record given to the transport so far; falls when a partner that lacks some comes back. */
  readonly onSent: (size: number) => void;
  /** After each heartbeat that tells something of the partner's clock. */
  readonly onClock: (estimate: ClockEstimate) => void;
  readonly onReceipt: (receipt: LinkReceipt) => void;
  /** The partner's claim about our record, found true or not, before the session comes up or ends. */
  readonly onHeld: (held: PartnerHolds) => void;
  /** A failure of this side that the link cannot mend: a disk, a key, a worker. */
  readonly onError: (error: Error) => void;
}

/** A running link to one partner. */
export interface LinkPort {
  /**
   * This side's tick: deadlines count, attempts are made, and the partner is told `now`. An owner
   * that waits for the partner's mark keeps ticking with the same instant, or nothing times out.
   */
  tick(now: Instant): void;
  /** Our own record is durable up to `size` entries. */
  recorded(size: number): void;
  /** Ends the session and makes no other until `resume`. */
  suspend(): void;
  resume(): void;
  /** Ends the session in order and lets go of the transport. */
  close(): Promise<void>;
}
