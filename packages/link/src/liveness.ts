// SPDX-License-Identifier: Apache-2.0
// How long a partner may be silent before its side is told: on the receiver's own clock, counted
// from the last heartbeat, which only the loop that does the partner's work can send.

import type { Instant } from './time.ts';

/** Silence after which the link is shown as degraded, and as lost, microseconds. */
const DEGRADED_AFTER_US = 3_000_000;
const LOST_AFTER_US = 10_000_000;

/** The state of a configured link; never having heard anything is lost. */
export function linkStateAt(heard: Instant | null, now: Instant): 'up' | 'degraded' | 'lost' {
  const silentUs = heard === null ? Number.POSITIVE_INFINITY : now - heard;
  if (silentUs < DEGRADED_AFTER_US) return 'up';
  return silentUs < LOST_AFTER_US ? 'degraded' : 'lost';
}
