// SPDX-License-Identifier: Apache-2.0
import { instant } from '@isthmus/earth';
import type { Picture, PictureObject } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { disagreement } from './disagreement.ts';

function picture(positions: readonly (readonly number[] | null)[]): Picture {
  const at = instant(0);
  const objects = positions.map((position, i): PictureObject => {
    const estimate =
      position === null ? null : { time: at, state: [...position, 0, 0, 0], covariance: [] };
    return { id: `${i}`, tracks: [], phase: 'coast', estimate, lastSeen: at, coastSeenS: 0 };
  });
  const event = { id: 'E', category: 'launch' as const, launch: null, objects, evidence: [] };
  return { at, events: [{ ...event, firstSeen: at, lastSeen: at }] };
}

test('what both hold counts by its distance, what one holds by half the cut-off', () => {
  const ours = picture([[7e6, 0, 0], [0, 7e6, 0], null]);
  const theirs = picture([[0, 7e6, 3e3]]);
  const options = { cutoffM: 10e3, order: 2 };
  const found = disagreement(ours, theirs, options);
  expect(found).toMatchObject({ missedCount: 0, falseCount: 1, localisation: 9e6 });
  expect(found.distanceM).toBeCloseTo(Math.sqrt(9e6 + 1e8 / 2), 6);
  expect(disagreement(theirs, ours, options).distanceM).toBeCloseTo(found.distanceM, 9);
  expect(disagreement(ours, ours, options).distanceM).toBe(0);
});
