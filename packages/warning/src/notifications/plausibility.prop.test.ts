// SPDX-License-Identifier: Apache-2.0
// A true flight, announced as people announce (rounded, with an area and a direction or without), is
// never called impossible. The same flight told quicker than a throw is.

import { createRandom, degreesFromRadians, geodesicInverse, type Random } from '@isthmus/earth';
import type { AnnouncedLaunch, GivenLength } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { circleOf, NOTHING } from './fixture.ts';
import { checkFlight } from './plausibility.ts';
import { randomFlight, type TrueFlight } from './powered-flight.fixture.ts';

const FLIGHTS = 300;
const SEED = 'announced as flown';

function roundedTo(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(6));
}

/** To 100 m, a kilometre, ten or fifty of them, or miles; what is not in the digits is said. */
function given(metres: number, random: Random): GivenLength {
  if (random.chance(1, 4)) {
    return { value: roundedTo(metres / 1852, 1), unit: 'nautical miles', tolerance: null };
  }
  const step = [0.1, 1, 10, 50][random.integer(4)] as number;
  const tolerance = step > 1 ? step / 2 : null;
  return { value: roundedTo(metres / 1000, step), unit: 'km', tolerance };
}

function announcedBy(flight: TrueFlight, random: Random): AnnouncedLaunch {
  const line = geodesicInverse(flight.launch, flight.impact);
  const [latitude, longitude] = [flight.launch.latitudeRad, flight.launch.longitudeRad];
  const end = flight.impact;
  const isByAreas = random.chance(1, 3);
  const launchArea = circleOf(
    roundedTo(degreesFromRadians(latitude), 0.01),
    roundedTo(degreesFromRadians(longitude), 0.01),
    20,
  );
  const impactArea = circleOf(
    roundedTo(degreesFromRadians(end.latitudeRad), 0.1),
    roundedTo(degreesFromRadians(end.longitudeRad), 0.1),
    50,
  );
  const direction = {
    valueDeg: Math.round(degreesFromRadians(line.azimuthRad)),
    toleranceDeg: null,
  };
  return {
    ...NOTHING,
    launchArea: random.chance(1, 4) && !isByAreas ? null : launchArea,
    direction: random.chance(1, 3) ? null : direction,
    impactAreas: isByAreas ? [impactArea] : null,
    range: isByAreas ? null : given(line.distanceM, random),
    apogee: given(flight.apogeeM, random),
    flightTime: random.chance(1, 2)
      ? { value: Math.round(flight.timeS), unit: 's', tolerance: null }
      : { value: roundedTo(flight.timeS / 60, 1), unit: 'min', tolerance: null },
  };
}

test(`of ${FLIGHTS} random true flights none is impossible as announced, and each is if told quicker`, () => {
  const random = createRandom(SEED);
  const tally = { plausible: 0, unusual: 0 };
  for (let i = 0; i < FLIGHTS; i += 1) {
    const flight = randomFlight(random.fork(`flight ${i}`));
    const told = announcedBy(flight, random.fork(`notice ${i}`));
    const check = checkFlight(told);
    const what = `seed "${SEED}", flight ${i}: ${JSON.stringify(told)}: ${check.because}`;
    expect(check.verdict === 'plausible' || check.verdict === 'unusual', what).toBe(true);
    if (check.verdict === 'plausible') tally.plausible += 1;
    else tally.unusual += 1;
    // The control: a second less than any throw.
    const value = Math.floor((check.turning?.leastThrowS ?? 0) * 0.998) - 2;
    const quicker = { ...told, flightTime: { value, unit: 's', tolerance: null } } as const;
    expect(checkFlight(quicker).verdict, what).toBe('impossible');
  }
  // Most true flights are usual ones, or the word would mean nothing.
  expect(tally.unusual / FLIGHTS).toBeLessThan(0.1);
}, 120_000);
