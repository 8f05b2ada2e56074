// SPDX-License-Identifier: Apache-2.0
// What a given figure may be: from its tolerance where one is stated, else from its digits. A value
// given as 1,090 km is 1,089.5 to 1,090.5 km; one given as 6,248.5 km is good to 50 m.

import type { GivenDuration, GivenLength } from '@isthmus/picture';

/** From `low` to `high`, in SI; `nominal` lies in it. */
export interface Interval {
  readonly low: number;
  readonly nominal: number;
  readonly high: number;
}

/** By definition (Monaco, 1929). */
const NAUTICAL_MILE_M = 1852;

export function metresOf(length: GivenLength): Interval {
  return spread(length, length.unit === 'km' ? 1000 : NAUTICAL_MILE_M);
}

export function secondsOf(duration: GivenDuration): Interval {
  return spread(duration, duration.unit === 's' ? 1 : 60);
}

/** Half a unit of the last decimal of `value`: 0.5 for a whole number, whatever its trailing zeros. */
export function halfLastDigit(value: number): number {
  const decimals = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
  return 0.5 * 10 ** -decimals;
}

function spread(
  given: { readonly value: number; readonly tolerance: number | null },
  unit: number,
): Interval {
  const tolerance = given.tolerance ?? halfLastDigit(given.value);
  return {
    low: Math.max(0, given.value - tolerance) * unit,
    nominal: given.value * unit,
    high: (given.value + tolerance) * unit,
  };
}
