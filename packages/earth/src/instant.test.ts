// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addSeconds, instant, instantFromIso, isoFromInstant, secondsBetween } from './instant.ts';

const LAST = Date.UTC(2255, 0, 1) * 1000;
const microseconds = fc.integer({ min: -LAST, max: LAST });

test('an instant is a safe integer and nothing else', () => {
  for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(() => instant(wrong)).toThrow(RangeError);
  }
  expect(instant(0)).toBe(0);
});

test('the epoch and a known day print and read as ISO 8601', () => {
  expect(isoFromInstant(instant(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(instantFromIso('2012-06-01T11:40:00Z')).toBe(1_338_550_800_000_000);
  expect(instantFromIso('2012-06-01T14:40:00.250+03:00')).toBe(1_338_550_800_250_000);
});

test('a text that does not name its offset, or is no date, is refused', () => {
  const wrong = ['2012-06-01T11:40:00', '2012-06-01', 'today', '', '2012-13-01T00:00:00Z'];
  for (const text of wrong) expect(() => instantFromIso(text)).toThrow(RangeError);
});

test('printing keeps the millisecond below, before and after 1970', () => {
  fc.assert(
    fc.property(microseconds, (us) => {
      const again = instantFromIso(isoFromInstant(instant(us)));
      expect(again).toBe(Math.floor(us / 1000) * 1000);
    }),
  );
});

test('adding seconds and taking the difference are inverse to half a microsecond', () => {
  fc.assert(
    fc.property(microseconds, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (us, seconds) => {
      const start = instant(us);
      const end = addSeconds(start, seconds);
      expect(Math.abs(secondsBetween(start, end) - seconds)).toBeLessThanOrEqual(0.5e-6 + 1e-9);
      expect(secondsBetween(end, start) + secondsBetween(start, end)).toBe(0);
    }),
  );
});
