// SPDX-License-Identifier: Apache-2.0
// Instants: integer microseconds UTC since 1970, as a branded number. Monotonic time is not here:
// it never leaves the shell of a node. A leap second is not represented (POSIX convention).

declare const instantBrand: unique symbol;

/** Microseconds UTC since 1970-01-01T00:00:00Z; an integer, exact in a double until the year 2255. */
export type Instant = number & { readonly [instantBrand]: 'Instant' };

/**
 * Brands a count of microseconds as an instant.
 *
 * @throws RangeError when `microseconds` is not a safe integer.
 */
export function instant(microseconds: number): Instant {
  if (!Number.isSafeInteger(microseconds)) {
    throw new RangeError(`an instant is a safe integer of microseconds, not ${microseconds}`);
  }
  return microseconds as Instant;
}

/** Reads an ISO 8601 date-time that names its offset ("Z" or "+03:00"). */
export function instantFromIso(text: string): Instant {
  const milliseconds = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new RangeError(`expected an ISO 8601 instant with its offset, got "${text}"`);
  }
  return instant(milliseconds * 1000);
}

/** Prints an instant as ISO 8601 UTC with milliseconds, which is what people read. */
export function isoFromInstant(at: Instant): string {
  return new Date(Math.floor(at / 1000)).toISOString();
}

/** Seconds from `from` to `to`; negative when `to` is earlier. */
export function secondsBetween(from: Instant, to: Instant): number {
  return (to - from) / 1e6;
}

/** The instant `seconds` after `at`, rounded to the microsecond. */
export function addSeconds(at: Instant, seconds: number): Instant {
  return instant(at + Math.round(seconds * 1e6));
}
