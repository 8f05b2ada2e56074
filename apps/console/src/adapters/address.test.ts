// SPDX-License-Identifier: Apache-2.0
import { geodeticFromDegrees } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { readAddress, writeAddress } from './address.ts';

test('what is written into the address is read back', () => {
  const place = {
    selected: 'system/W-1',
    map: 'flat',
    view: { centre: geodeticFromDegrees(40.25, 45.5), spanM: 4_000_000 },
  } as const;
  expect(readAddress(writeAddress(place))).toEqual(place);
});

test('an address that says nothing, or nonsense, is the beginning', () => {
  const start = { selected: null, map: 'globe', view: null };
  expect(readAddress('')).toEqual(start);
  expect(readAddress('#view=1,2&map=moon')).toEqual(start);
  expect(readAddress('#view=91,0,100')).toEqual(start);
});
