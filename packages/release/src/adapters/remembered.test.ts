// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { remembered } from './remembered.ts';

test('what was asked is not asked again, until there were more questions than are remembered', () => {
  const asked: number[] = [];
  const double = remembered(({ of }: { readonly of: number }) => {
    asked.push(of);
    return { twice: 2 * of };
  }, 3);
  const first = double({ of: 1 });
  expect(first).toEqual({ twice: 2 });
  expect([1, 2, 3, 2, 1].map((of) => double({ of }).twice)).toEqual([2, 4, 6, 4, 2]);
  expect(double({ of: 1 })).toBe(first);
  expect(asked).toEqual([1, 2, 3]);
  expect([4, 4, 1, 4].map((of) => double({ of }).twice)).toEqual([8, 8, 2, 8]);
  expect(asked).toEqual([1, 2, 3, 4, 1]);
});
