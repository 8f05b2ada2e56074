// SPDX-License-Identifier: Apache-2.0
// What a driver is given and what it is.

import type { LinkLimits } from './limits.ts';
import type { LinkEvents, LinkPort } from './port.ts';
import type { RecordMirror, RecordReader } from './records.ts';
import type { SessionTerms } from './session.ts';
import type { Instant } from './time.ts';
import type { Transport } from './transport.ts';

/** Keys and checks of the link, as functions: no key material is held here. */
export interface LinkSeals {
  /** Signs with this side's hello key, wherever that is. */
  readonly signHello: (message: Uint8Array) => Promise<Uint8Array>;
  /** Checks with the partner's enrolled hello key. */
  readonly verifyHello: (message: Uint8Array, signature: Uint8Array) => boolean;
  /** Our cosignature line over a checkpoint of the partner's that the mirror holds. */
  readonly cosign: (checkpoint: string, at: Instant) => Promise<string>;
  /** Does the partner's cosignature line cover our record's tree of that size and root? */
  readonly verifyReceipt: (
    tree: { readonly size: number; readonly root: Uint8Array },
    line: string,
  ) => boolean;
}

/** How much the thread of the link has worked. */
export interface BusyMeter {
  /** Milliseconds of work since some fixed moment; never falls. */
  busyMs(): number;
}

export interface LinkDriverOptions {
  readonly terms: SessionTerms;
  readonly limits?: Partial<LinkLimits>;
  readonly transport: Transport;
  /** Reads our own record from disk; nothing else is ever sent. */
  readonly reader: RecordReader;
  /** Keeps the partner's record. */
  readonly mirror: RecordMirror;
  readonly seals: LinkSeals;
  readonly events: LinkEvents;
  /**
   * Marks wait until all that was recorded before them is sent (a conducted run at any speed).
   * Otherwise they are prompt, and a long backlog does not look like silence.
   */
  readonly holdMarks?: boolean;
  /** Our clock, for estimating the partner's; none where both keep the time of a conductor. */
  readonly clock?: () => Instant;
  /** Measures what the partner costs; without one the share of the processor is not bounded. */
  readonly meter?: BusyMeter;
}

/** A driver is a port that is started once and can say when it has nothing to do. */
export interface LinkDriver extends LinkPort {
  /** Listens, or dials for the first time, at this side's time. Rejects `listen-failed`; a failed dial is retried. */
  start(now: Instant): Promise<void>;
  /** Takes the functions of the partner's changed keys; a session on a key that has ended ends. */
  revise(seals: LinkSeals): void;
  /** Resolves when no step is under way or possible; for simulators and tests. */
  idle(): Promise<void>;
}
