// SPDX-License-Identifier: Apache-2.0
// The study of launch estimates runs, gives its fields, and gives the same again.

import { expect, test } from 'vitest';
import { launch, launchStudy } from '../../bench/warning/launch.ts';

test('the study of launches scores what the tracker says of a flight, the same for the same seed', () => {
  const run = () =>
    launchStudy({
      seed: 3,
      scale: 0.01,
      views: ['radar-coast'],
      profiles: ['depressed', 'lofted'],
    });
  const { scores, doubled } = run();
  expect(scores.map(({ profile }) => profile)).toEqual(['depressed', 'lofted']);
  expect(doubled).toBe(0);
  for (const { distance, axesM, timeSigmaS } of scores) {
    // Far outside all regions would be another launch; an arc alone never gives a point.
    expect(distance).toBeLessThan(30);
    expect(axesM[0]).toBeGreaterThan(5_000);
    expect(timeSigmaS).toBeGreaterThan(3);
  }
  expect(run().scores).toEqual(scores);
});

test('the part counts by profile, and the default exercise beside it', async () => {
  const told = await launch({
    seed: 3,
    scale: 0.01,
    views: ['radar-late'],
    profiles: ['lofted'],
  });
  expect(told).toMatchObject({
    launchEstimates: { byProfile: { lofted: { draws: 1 } }, severalLaunches: 0 },
    blackSea75: { draws: 2 },
  });
});
