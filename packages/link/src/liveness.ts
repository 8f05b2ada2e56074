// SPDX-License-Identifier: Apache-2.0
// How long a partner may be silent before its side is told: on the receiver's own clock, counted
// from the last heartbeat, which only the loop that does the partner's work can send.

import type { Instant } from './time.ts';

/** Silence after which the link is shown as degraded, and as lost, microseconds. */
const DEGRADED_AFTER_US = 3_000_000;
const LOST_AFTER_US = 10_000_000;

/** What a tick counts at least, whatever the clock says of it, microseconds. */
const TICK_US = 1_000_000;

/**
 * The state of a configured link; never having heard anything is lost.
 *
 * @param silentTicks ticks since `heard`: silence is counted in them too, so that a clock that
 *   stands still or goes back cannot keep a silent partner alive
 */
export function linkStateAt(
  heard: Instant | null,
  now: Instant,
  silentTicks = 0,
): 'up' | 'degraded' | 'lost' {
  const silentUs =
    heard === null ? Number.POSITIVE_INFINITY : Math.max(now - heard, silentTicks * TICK_US);
  if (silentUs < DEGRADED_AFTER_US) return 'up';
  return silentUs < LOST_AFTER_US ? 'degraded' : 'lost';
}
