// SPDX-License-Identifier: Apache-2.0
// The course of a launch whose place one side saw and whose flight the other: against the truth of the
// simulation.

import {
  addSeconds,
  createRandom,
  geodesicDestination,
  geodesicInverse,
  geodeticFromEcef,
} from '@isthmus/earth';
import type { LaunchEstimate, PictureObject } from '@isthmus/picture';
import { buildTruth, type TruthObject } from '@isthmus/sim/scenario';
import { expect, test } from 'vitest';
import { withCourse } from '../../packages/tracking/src/launch/course.ts';
import { scenarioOf } from './play.ts';

const SIGMA_M = 4_000;
const DRAWS = 100;

/** A body as radar has it `seenS` after its burn-out, when it was followed from `fromS` on. */
function seen(body: TruthObject, fromS: number, seenS: number): PictureObject {
  const burnout = body.burns.at(-1)?.to ?? body.from;
  const time = addSeconds(burnout, seenS);
  const state = body.stateAt(time);
  if (state === null) throw new RangeError('it flies');
  const estimate = { time, state: [...state], covariance: Array.from({ length: 21 }, () => 0) };
  const coastSeenS = seenS - fromS;
  return { id: 'O1', tracks: [], phase: 'coast', estimate, lastSeen: time, coastSeenS };
}

test.each(['black-sea', 'norwegian-sea', 'hwasong-15'])(
  'of %s it is as sure as it says',
  (name) => {
    const truth = buildTruth(scenarioOf(name), 5);
    const [flown] = truth.launches;
    const body = truth.objects.find(({ id }) => id === flown?.payload);
    if (flown === undefined || body === undefined) throw new RangeError('a launch was flown');
    const burnout = body.stateAt(body.burns.at(-1)?.to ?? body.from) as Float64Array;
    const [x = 0, y = 0, z = 0] = burnout;
    const course = geodesicInverse(flown.site, geodeticFromEcef([x, y, z])).azimuthRad;
    const random = createRandom(`course/${name}`);
    for (const fromS of [2, 120]) {
      let squared = 0;
      for (let i = 0; i < DRAWS; i += 1) {
        const off = Math.hypot(random.normal(), random.normal()) * SIGMA_M;
        const launch: LaunchEstimate = {
          time: addSeconds(flown.liftoff, 5 * random.normal()),
          timeSigmaS: 5,
          point: geodesicDestination(flown.site, 2 * Math.PI * random.uniform(), off),
          pointCovarianceM2: [SIGMA_M ** 2, 0, SIGMA_M ** 2],
          azimuthRad: 0,
          azimuthSigmaRad: 1,
          method: 'infrared',
        };
        const { azimuthRad, azimuthSigmaRad } = withCourse(launch, [seen(body, fromS, 200)]);
        if (azimuthRad === null || azimuthSigmaRad === null) throw new RangeError('a course');
        expect(azimuthSigmaRad).toBeLessThan(0.25);
        const apart = Math.atan2(Math.sin(azimuthRad - course), Math.cos(azimuthRad - course));
        squared += (apart / azimuthSigmaRad) ** 2 / DRAWS;
      }
      expect(squared).toBeGreaterThan(0.1);
      expect(squared).toBeLessThan(1.3);
    }
  },
);
