// SPDX-License-Identifier: Apache-2.0
// How far the partner's clock is from ours, from the heartbeats of both. For people and for the age
// of what the partner says; nothing is ordered or kept alive by it. Nobody has to believe it: a
// partner that lies here changes what is said of its own clock.

import type { ClockReading } from '@isthmus/wire';
import type { Instant } from './time.ts';

/** Bounds of what a clock may say, microseconds. */
const OFFSET_US_MAX = 500_000;
const FUTURE_US_MAX = 2_000_000;
const OFFSET_BELIEVED_US_MAX = 3_600_000_000;
/** Round trips of which the shortest is believed, as in RFC 5905 section 10. */
const WINDOW = 8;

/** The partner's clock less ours. The truth lies within `uncertaintyUs` if the partner is honest. */
export interface ClockEstimate {
  readonly offsetUs: number;
  /** Half the round trip that the offset was taken from. */
  readonly uncertaintyUs: number;
  /** How far one of the two clocks has just jumped; null in all other cases. */
  readonly steppedUs: number | null;
}

/** The exchange of readings on one session. */
export class ClockExchange {
  #theirs: { readonly sentAt: Instant; readonly heardAt: Instant } | null = null;
  /** Newest last. */
  #window: { readonly offsetUs: number; readonly uncertaintyUs: number }[] = [];

  /** What our heartbeat says when it leaves at `now`, on our clock. */
  reading(now: Instant): ClockReading {
    const theirs = this.#theirs;
    if (theirs === null) return { sentAt: now, echo: null };
    // A clock that went back since would make an age that cannot be said.
    const ageUs = Math.max(0, now - theirs.heardAt);
    return { sentAt: now, echo: { sentAt: theirs.sentAt, ageUs } };
  }

  /**
   * Takes the partner's reading, heard at `now` on our clock.
   *
   * @returns the estimate, or null while the partner has heard nothing of ours
   */
  heard(reading: ClockReading, now: Instant): ClockEstimate | null {
    this.#theirs = { sentAt: reading.sentAt, heardAt: now };
    if (reading.echo === null) return null;
    const sample = sampleOf(reading.sentAt, reading.echo, now);
    const before = best(this.#window);
    const jumpUs = before === null ? 0 : sample.offsetUs - before.offsetUs;
    const slackUs = sample.uncertaintyUs + (before?.uncertaintyUs ?? 0) + OFFSET_US_MAX;
    // Two honest round trips whose intervals do not meet have a jump of a clock between them.
    const hasStepped = Math.abs(jumpUs) > slackUs;
    this.#window = hasStepped ? [sample] : [...this.#window, sample].slice(-WINDOW);
    const believed = best(this.#window) ?? sample;
    return { ...believed, steppedUs: hasStepped ? jumpUs : null };
  }
}

/** RFC 5905 section 8: T1 ours was sent, T2 it was heard there, T3 theirs was sent, T4 heard here. */
function sampleOf(
  sentThere: Instant,
  echo: NonNullable<ClockReading['echo']>,
  t4: Instant,
): { readonly offsetUs: number; readonly uncertaintyUs: number } {
  const t1 = echo.sentAt;
  const t2 = sentThere - echo.ageUs;
  const t3 = sentThere;
  const offsetUs = Math.round((t2 - t1 + (t3 - t4)) / 2) + 0;
  // Below zero where a clock stands still or went back meanwhile: as little to be relied on.
  const uncertaintyUs = Math.ceil(Math.abs(t4 - t1 - (t3 - t2)) / 2);
  return { offsetUs, uncertaintyUs };
}

/** The sample of the shortest round trip; of equals the newest. */
function best<T extends { readonly uncertaintyUs: number }>(window: readonly T[]): T | null {
  let found: T | null = null;
  for (const one of window) {
    if (found === null || one.uncertaintyUs <= found.uncertaintyUs) found = one;
  }
  return found;
}

/** Whether the two clocks are further apart than 500 ms beyond what is uncertain. */
export function isClockOff(estimate: Omit<ClockEstimate, 'steppedUs'>): boolean {
  return Math.abs(estimate.offsetUs) > OFFSET_US_MAX + estimate.uncertaintyUs;
}

/**
 * The latest instant of the partner's that can be meant when our clock says `now`: 2 s on, and later
 * by as much as its clock is ahead, an hour at most. Of an unknown clock the hour is granted.
 */
export function latestCredible(
  estimate: Omit<ClockEstimate, 'steppedUs'> | null,
  now: Instant,
): number {
  const aheadUs =
    estimate === null
      ? OFFSET_BELIEVED_US_MAX
      : Math.max(0, estimate.offsetUs + estimate.uncertaintyUs);
  return now + FUTURE_US_MAX + Math.min(aheadUs, OFFSET_BELIEVED_US_MAX);
}
