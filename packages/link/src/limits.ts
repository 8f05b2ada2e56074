// SPDX-License-Identifier: Apache-2.0
// Every bound of a session and of its driver, with the relations between them asserted once here.
// Bounds on frames and batches themselves belong to `wire`.

import { LIMITS as WIRE_LIMITS } from '@isthmus/wire';
import { LinkError } from './errors.ts';

/** The bounds one side sets for one link. All counts; time is counted in ticks, never in seconds. */
export interface LinkLimits {
  /** Entries the partner may send beyond those this side holds durably. */
  readonly windowEntries: number;
  /**
   * Entries and their bytes taken from the partner between two own ticks: its budget of our disk and
   * time. Above either it gets no more credit until the next tick, and nothing more is read from it.
   */
  readonly entriesPerTickMax: number;
  readonly bytesPerTickMax: number;
  /** Milliseconds of the link's own thread that one tick may cost; above it nothing more is read. */
  readonly busyMsPerTickMax: number;
  /** Heartbeats taken from the partner between two own ticks; more is a flood. */
  readonly heartbeatsPerTickMax: number;
  /** A connection whose partner has not said hello after this many ticks is closed. */
  readonly helloTicksMax: number;
  /** A session without a heartbeat for this many ticks is closed: the partner is frozen or gone. */
  readonly silenceTicksMax: number;
  /** Longest pause of the dialler between two attempts. */
  readonly backoffTicksMax: number;
  /** Received bytes waiting for the session before the connection is told to pause. */
  readonly inboundBytesMax: number;
  /** Entries handed to the owner and not yet taken by it before reading stops. */
  readonly undeliveredEntriesMax: number;
}

/**
 * The bounds used where the configuration names none. A link must sustain 5,000 entries of 400 bytes
 * a second with a tick of one second. The window holds that much over a round trip of more than a
 * second; a tick's budget lets two windows through; the bytes hold it twice over;
 * and hashing, storing and cosigning it take about a tenth of the share of the processor.
 */
export const DEFAULT_LIMITS: LinkLimits = {
  windowEntries: 8192,
  entriesPerTickMax: 16_384,
  bytesPerTickMax: 4 << 20,
  busyMsPerTickMax: 600,
  heartbeatsPerTickMax: 1024,
  helloTicksMax: 5,
  silenceTicksMax: 10,
  backoffTicksMax: 16,
  inboundBytesMax: 1 << 20,
  undeliveredEntriesMax: 8192,
};

/** Most entries a partner may ever be granted ahead, whatever it or the configuration asks. */
export const WINDOW_ENTRIES_MAX = 65_536;

/**
 * Completes and checks the bounds of one link.
 *
 * @throws LinkError `bad-configuration` when a bound is no positive integer, or a window could not
 *   hold one whole batch (the sender would wait for credit for ever).
 */
export function linkLimits(given: Partial<LinkLimits> = {}): LinkLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new LinkError('bad-configuration', `limit ${name} is a positive integer, not ${value}`);
    }
  }
  const batch = WIRE_LIMITS.batchEntriesMax;
  if (limits.windowEntries < batch || limits.windowEntries > WINDOW_ENTRIES_MAX) {
    throw new LinkError(
      'bad-configuration',
      `windowEntries lies between ${batch} and ${WINDOW_ENTRIES_MAX}, not ${limits.windowEntries}`,
    );
  }
  if (limits.entriesPerTickMax < batch) {
    throw new LinkError('bad-configuration', `entriesPerTickMax holds a batch of ${batch}`);
  }
  return limits;
}
