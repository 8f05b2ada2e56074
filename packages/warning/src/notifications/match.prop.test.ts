// SPDX-License-Identifier: Apache-2.0
// Is a probability what it says? A world drawn by the assumptions of `limits.ts`: announced launches
// that come or do not, launches that nobody announces, both seen with errors. Of the pairs called
// likely by so much, so many are true.

import {
  addSeconds,
  createRandom,
  type Geodetic,
  geodesicDestination,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
  type Random,
} from '@isthmus/earth';
import type { PreLaunchNotification } from '@isthmus/picture';
import { expect, test } from 'vitest';
import type { SeenLaunch } from './fit.ts';
import { circleOf, NOTHING } from './fixture.ts';
import { noticeHistories } from './history.ts';
import { ANNOUNCED_IS_SEEN, UNANNOUNCED_EVERY_S, UNANNOUNCED_WITHIN_M } from './limits.ts';
import { matchNotices } from './match.ts';

const WORLDS = 1500;
const SEED = 'announced or not';
const DAY_S = 86_400;
const START: Instant = instantFromIso('2026-03-01T00:00:00Z');
/** Launches that nobody announced are drawn this far around, and this long before and after. */
const WORLD_M = 900_000;
const AROUND_S = DAY_S;

interface World {
  readonly notice: PreLaunchNotification;
  readonly seen: readonly SeenLaunch[];
  readonly announced: string | null;
}

function world(random: Random): World {
  const centre = geodeticFromDegrees(
    140 * random.uniform() - 70,
    // About the date line, where longitudes jump.
    random.chance(1, 2) ? 179.5 : 360 * random.uniform() - 180,
  );
  const reachKm = 30 + 470 * random.uniform();
  const windowS = DAY_S * (1 + 29 * random.uniform());
  const hasDirection = random.chance(1, 2);
  const directionDeg = 360 * random.uniform();
  const sigmaM = 5000 + 60_000 * random.uniform();
  const azimuthSigmaDeg = 2 + 30 * random.uniform();
  const notice: PreLaunchNotification = {
    kind: 'notice',
    id: 'n',
    regime: 'other',
    from: 'north',
    given: addSeconds(START, -10 * DAY_S),
    launch: {
      ...NOTHING,
      window: { from: START, until: addSeconds(START, windowS) },
      launchArea: circleOf(
        (centre.latitudeRad * 180) / Math.PI,
        (centre.longitudeRad * 180) / Math.PI,
        reachKm,
      ),
      direction: hasDirection ? { valueDeg: directionDeg, toleranceDeg: 20 } : null,
    },
  };
  const observe = (
    event: string,
    truth: { readonly seconds: number; readonly place: Geodetic; readonly azimuthDeg: number },
  ): SeenLaunch => ({
    event,
    assessment: 'undetermined',
    launch: {
      time: addSeconds(START, truth.seconds + 30 * random.normal()),
      timeSigmaS: 30,
      point: geodesicDestination(
        truth.place,
        2 * Math.PI * random.uniform(),
        sigmaM * Math.sqrt(-2 * Math.log(1 - random.uniform())),
      ),
      pointCovarianceM2: [sigmaM ** 2, 0, sigmaM ** 2],
      azimuthRad: ((truth.azimuthDeg + azimuthSigmaDeg * random.normal()) * Math.PI) / 180,
      azimuthSigmaRad: (azimuthSigmaDeg * Math.PI) / 180,
      method: 'infrared',
    },
  });
  const within = (metres: number): Geodetic =>
    geodesicDestination(
      centre,
      2 * Math.PI * random.uniform(),
      metres * Math.sqrt(random.uniform()),
    );
  const spanS = windowS + 2 * AROUND_S;
  const rate = (spanS / UNANNOUNCED_EVERY_S) * (WORLD_M / UNANNOUNCED_WITHIN_M) ** 2;
  const seen = Array.from({ length: random.poisson(rate) }, (_, i) =>
    observe(`other-${i}`, {
      seconds: spanS * random.uniform() - AROUND_S,
      place: within(WORLD_M),
      azimuthDeg: 360 * random.uniform(),
    }),
  );
  const isSeen = random.uniform() < ANNOUNCED_IS_SEEN;
  if (isSeen) {
    const azimuthDeg = directionDeg + 40 * (random.uniform() - 0.5) + 5 * random.normal();
    const seconds = windowS * random.uniform();
    seen.push(observe('announced', { seconds, place: within(reachKm * 1000), azimuthDeg }));
  }
  return { notice, seen, announced: isSeen ? 'announced' : null };
}

test(`over ${WORLDS} worlds, pairs called likely by so much are true so often`, () => {
  const random = createRandom(SEED);
  const bins = Array.from({ length: 5 }, () => ({ count: 0, said: 0, held: 0, variance: 0 }));
  for (let i = 0; i < WORLDS; i += 1) {
    const { notice, seen } = world(random.fork(`world ${i}`));
    const { launches } = matchNotices({
      histories: noticeHistories([notice]),
      seen,
      watched: [],
      at: addSeconds(START, 60 * DAY_S),
    });
    for (const launch of launches) {
      const said = launch.announcedProbability;
      if (said < 0.02) continue;
      const bin = bins[Math.min(4, Math.floor(5 * said))] as (typeof bins)[number];
      bin.count += 1;
      bin.said += said;
      bin.held += launch.event === 'announced' ? 1 : 0;
      bin.variance += said * (1 - said);
    }
  }
  for (const { count, said, held, variance } of bins) {
    const what = `seed "${SEED}": of ${count} pairs ${said.toFixed(0)} should hold, ${held} do`;
    expect(count, what).toBeGreaterThan(60);
    // A little more than chance: places and rings stand for a distribution.
    expect(Math.abs(held - said), what).toBeLessThan(3.5 * Math.sqrt(variance) + 0.02 * count);
  }
}, 120_000);
