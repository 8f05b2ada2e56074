// SPDX-License-Identifier: Apache-2.0
// Two launches of one place at a side that has radar alone: East of the default exercise.

import { addSeconds } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { nearestTo, play, scenarioOf } from './play.ts';

const BOTH = scenarioOf('black-sea').sides;

/** The exercise of two launches under the whole of East's radars. */
function twice(second: {
  readonly liftoffS: number;
  readonly azimuthDeg: number;
  readonly longitudeDeg: number;
}) {
  return scenarioOf('two-launches', [
    { at: '/sides/east/sensors', to: BOTH['east']?.sensors },
    { at: '/launches/launch-2/liftoffS', to: second.liftoffS },
    { at: '/launches/launch-2/azimuthDeg', to: second.azimuthDeg },
    { at: '/launches/launch-2/site/longitudeDeg', to: second.longitudeDeg },
  ]);
}

// A naive tracker takes for one launch what comes from about one place at about one time, or flies near
// in place and speed: of two missiles a minute apart the officer saw one, with eleven bodies.
test.each([
  [
    'a minute after, on the same azimuth',
    21,
    { liftoffS: 60, azimuthDeg: 321.5, longitudeDeg: 62 },
  ],
  ['20 s after, 30 km away', 22, { liftoffS: 20, azimuthDeg: 321.5, longitudeDeg: 62.287 }],
  ['40 s after, 48 degrees to the right', 23, { liftoffS: 40, azimuthDeg: 10, longitudeDeg: 62.1 }],
] as const)('%s: two warnings, each of the bodies of its own launch', (_name, seed, second) => {
  let strays = 0;
  const scenario = twice(second);
  play({ scenario, side: 'east', seed, untilS: 460 }, ({ s, now, picture, warnings }, truth) => {
    const open = warnings.filter(({ stage }) => stage !== 'cancelled');
    expect(open.length, `${s} s`).toBeLessThanOrEqual(2);
    if (s < 400) return;
    expect(open).toHaveLength(2);
    const launches = picture.events.map(({ objects }) =>
      objects.flatMap(({ estimate, lastSeen }) => {
        if (estimate === null || now - lastSeen > 5e6) return [];
        const { id } = nearestTo(truth, addSeconds(truth.start, s), estimate.state);
        return id.startsWith('launch') ? [id.slice(0, 'launch-1'.length)] : [];
      }),
    );
    for (const of of launches) strays += new Set(of).size > 1 ? 1 : 0;
  });
  // A body is given to the wrong one while it is young, and seen to be of the other within ten looks.
  expect(strays).toBeLessThan(15);
});
