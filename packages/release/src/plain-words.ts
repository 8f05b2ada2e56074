// SPDX-License-Identifier: Apache-2.0
// Places, times and lists as people say them.

import type { Region } from './agreement-parts.ts';

/** `within 500 km of 40° N 30° E`. */
export function regionWords(region: Region): string {
  if (region.kind === 'circle') {
    const { latitudeDeg, longitudeDeg, radiusKm } = region;
    return `within ${radiusKm} km of ${degrees(latitudeDeg, 'NS')} ${degrees(longitudeDeg, 'EW')}`;
  }
  const { southDeg, northDeg, westDeg, eastDeg } = region;
  return `between ${degrees(southDeg, 'NS')} and ${degrees(northDeg, 'NS')}, eastward from ${degrees(westDeg, 'EW')} to ${degrees(eastDeg, 'EW')}`;
}

function degrees(value: number, [plus, minus]: string): string {
  return `${Math.abs(value)}° ${value < 0 ? minus : plus}`;
}

/** `2012-01-01 00:00:00 UTC`. */
export function dateWords(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

const DAY_S = 86_400;

/** `1 second`, `2 minutes`, `90 seconds`, `24 hours`, `30 days`. */
export function secondsWords(seconds: number): string {
  const [value, unit] =
    seconds > DAY_S && seconds % DAY_S === 0
      ? [seconds / DAY_S, 'day']
      : seconds >= 3600 && seconds % 3600 === 0
        ? [seconds / 3600, 'hour']
        : seconds >= 60 && seconds % 60 === 0
          ? [seconds / 60, 'minute']
          : [seconds, 'second'];
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const [before, last] = [words.slice(0, -1).join(', '), words.slice(-1).join()];
  return before === '' ? last : `${before} and ${last}`;
}
