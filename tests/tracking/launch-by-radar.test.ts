// SPDX-License-Identifier: Apache-2.0
// Where and when a launch was, as radar alone tells it.

import { ecefFromGeodetic, enuFromEcef, secondsBetween } from '@isthmus/earth';
import type { LaunchEstimate } from '@isthmus/picture';
import type { Truth } from '@isthmus/sim/scenario';
import { expect, test } from 'vitest';
import { type Play, play, scenarioOf } from './play.ts';

function launchAfter(run: Play): { readonly launch: LaunchEstimate; readonly truth: Truth } {
  const launches: LaunchEstimate[] = [];
  const { truth } = play(run, ({ picture }) => {
    const event = picture.events.find(({ category }) => category === 'launch');
    if (event !== undefined && event.launch !== null) launches.push(event.launch);
  });
  const launch = launches.at(-1);
  if (launch === undefined) throw new Error('no launch was seen');
  return { launch, truth };
}

/** Squared error of the launch point over its covariance, and that of the time. */
function errorsOf(launch: LaunchEstimate, truth: Truth): readonly [number, number] {
  const [flown] = truth.launches;
  if (flown === undefined) throw new Error('a launch was flown');
  const [x, y, z] = ecefFromGeodetic(flown.site);
  const [px, py, pz] = ecefFromGeodetic(launch.point);
  const [e, n] = enuFromEcef(launch.point, [x - px, y - py, z - pz]);
  const [ee, en, nn] = launch.pointCovarianceM2;
  const squared = (nn * e * e - 2 * en * e * n + ee * n * n) / (ee * nn - en * en);
  return [squared, (secondsBetween(flown.liftoff, launch.time) / launch.timeSigmaS) ** 2];
}

// Looks at which a launch is estimated anew grow by a factor: the last before the cap could be the one before
// there are enough for a batch, and the arc's own crossing of the ground, 75 km and half a minute off, stood
// for good.
test.each([3, 4, 5])('after half a minute of coast it is fitted; seed %d', (seed) => {
  const scenario = scenarioOf('black-sea');
  const { launch, truth } = launchAfter({ scenario, side: 'east', seed, untilS: 350 });
  const [place, time] = errorsOf(launch, truth);
  expect(launch.timeSigmaS).toBeLessThan(30);
  expect(launch.azimuthSigmaRad).toBeLessThan(0.02);
  expect(place).toBeLessThan(9);
  expect(time).toBeLessThan(9);
});

// Later looks say little of a climb that is followed, but the coast after it tells where it burnt out.
test('a climb is fitted once more when its coast has been seen, and is not given up where that fails', () => {
  const scenario = scenarioOf('hwasong-15');
  const sigmas = [3, 4].map((seed) => {
    const { launch, truth } = launchAfter({ scenario, side: 'west', seed, untilS: 300 });
    const [place] = errorsOf(launch, truth);
    expect(place).toBeLessThan(14);
    return launch.azimuthSigmaRad ?? 1;
  });
  // 0.065 by the climb alone; 0.17 where the arc's own crossing of the ground takes its place.
  expect(sigmas[0]).toBeLessThan(0.02);
  expect(sigmas[1]).toBeLessThan(0.1);
});
