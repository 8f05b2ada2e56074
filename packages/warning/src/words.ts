// SPDX-License-Identifier: Apache-2.0
// Words that several sentences of this package share.

import { type Instant, isoFromInstant } from '@isthmus/earth';

/** Time of day, UTC, to the second: what an officer reads beside a wall clock. */
export function clock(at: Instant): string {
  return `${isoFromInstant(at).slice(11, 19)} UTC`;
}

/** A party's name as a sentence begins with it. */
export function named(party: string): string {
  return party.charAt(0).toUpperCase() + party.slice(1);
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
