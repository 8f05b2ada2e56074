// SPDX-License-Identifier: Apache-2.0
import { geodeticFromDegrees } from '@isthmus/earth';
import { expect, test } from 'vitest';
import {
  bearing,
  countdown,
  duration,
  grouped,
  kilometres,
  listed,
  place,
  squareKilometres,
} from './words.ts';

/** With plain spaces: how lines break is not what is tested. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('spans of time have at most two units, and never round up to sixty', () => {
  const spans = [0.4, 59.4, 59.6, 119.7, 3600, 7260].map(duration).map(plain);
  expect(spans).toEqual(['0 s', '59 s', '1 min 00 s', '2 min 00 s', '1 h 00 min', '2 h 01 min']);
});

test('a countdown is negative before the instant and positive after', () => {
  expect([751, 0, -4].map(countdown)).toEqual(['\u221212:31', '\u221200:00', '+00:04']);
});

test('places name their hemisphere and bearings have three digits', () => {
  expect(plain(place(geodeticFromDegrees(-20.04, -62)))).toBe('20.0° S 62.0° W');
  expect([0, -0.01, 6.2832].map(bearing)).toEqual(['000°', '359°', '000°']);
});

test('numbers are grouped and rounded to what they mean', () => {
  expect(grouped(1234567)).toBe('1\u202f234\u202f567');
  expect(plain(kilometres(9_400))).toBe('9.4 km');
  expect(plain(kilometres(-12_400))).toBe('\u221212 km');
  expect(plain(squareKilometres(12_437))).toBe('12\u202f400 km²');
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
});
