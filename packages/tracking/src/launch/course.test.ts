// SPDX-License-Identifier: Apache-2.0
// The course of a launch whose place one side saw and whose flight the other: of climbs flown by a model
// of the tests' own.

import {
  addSeconds,
  createRandom,
  geodesicDestination,
  geodesicInverse,
  geodeticFromEcef,
} from '@isthmus/earth';
import type { LaunchEstimate, PictureObject } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { type Ascent, LIFTOFF, watched } from './ascents.fixture.ts';
import { withCourse, withSurerCourse } from './course.ts';

const SIGMA_M = 4_000;
const DRAWS = 400;
/** One sight: the course could be anything within a radian. */
const OPEN_RAD = 1;

/** The body as radar has it that followed it from `fromS` to `toS` after burn-out. */
function seen({ states }: Ascent, fromS: number, toS: number): PictureObject {
  const time = addSeconds(LIFTOFF, states.length - 1 + toS);
  const state = [...propagateState(states.at(-1) as readonly number[], toS)];
  const estimate = { time, state, covariance: Array.from({ length: 21 }, () => 0) };
  const coastSeenS = toS - fromS;
  return { id: 'O1', tracks: [], phase: 'coast', estimate, lastSeen: time, coastSeenS };
}

function launchAt({ site }: Ascent, offM: number, bearingRad: number): LaunchEstimate {
  return {
    time: LIFTOFF,
    timeSigmaS: 5,
    point: geodesicDestination(site, bearingRad, offM),
    pointCovarianceM2: [SIGMA_M ** 2, 0, SIGMA_M ** 2],
    azimuthRad: 0,
    azimuthSigmaRad: OPEN_RAD,
    method: 'infrared',
  };
}

test.each([2, 100])('is as sure as it says; first seen %d s after burn-out', (fromS) => {
  const random = createRandom(`course/${fromS}`);
  const squared: number[] = [];
  for (let i = 0; i < DRAWS; i += 1) {
    const { flight } = watched(random);
    const [x = 0, y = 0, z = 0] = flight.states.at(-1) as readonly number[];
    const course = geodesicInverse(flight.site, geodeticFromEcef([x, y, z])).azimuthRad;
    const offM = Math.hypot(random.normal(), random.normal()) * SIGMA_M;
    const launch = launchAt(flight, offM, 2 * Math.PI * random.uniform());
    const { azimuthRad, azimuthSigmaRad } = withCourse(launch, [seen(flight, fromS, fromS + 60)]);
    if (azimuthSigmaRad === OPEN_RAD) continue;
    const apart = (azimuthRad ?? 0) - course;
    const turned = Math.atan2(Math.sin(apart), Math.cos(apart));
    squared.push((turned / (azimuthSigmaRad ?? 0)) ** 2);
  }
  expect(squared.length).toBeGreaterThan(0.8 * DRAWS);
  const mean = squared.reduce((sum, v) => sum + v, 0) / squared.length;
  expect(mean).toBeGreaterThan(0.2);
  expect(mean).toBeLessThan(1.2);
});

test('is left where it is surer, and where no body of the launch was seen to coast away from it', () => {
  const { flight } = watched(createRandom('course/left'));
  const launch = launchAt(flight, 0, 0);
  const body = seen(flight, 2, 62);
  const sure = { ...launch, azimuthSigmaRad: 0.001 };
  expect(withCourse(sure, [body])).toBe(sure);
  expect(withCourse(launch, [])).toBe(launch);
  expect(withCourse(launch, [{ ...body, phase: 'boost' }])).toBe(launch);
  expect(withCourse(launch, [{ ...body, coastSeenS: 0 }])).toBe(launch);
  expect(withCourse({ ...launch, time: addSeconds(body.lastSeen, 60) }, [body]).azimuthRad).toBe(0);
  const [x = 0, y = 0, z = 0] = flight.states.at(-1) as readonly number[];
  const below = { ...launch, point: geodeticFromEcef([x, y, z]) };
  expect(withCourse(below, [seen(flight, 0, 60)])).toBe(below);
});

test('is as open as the body is, which a partner that errs makes wider', () => {
  const { flight } = watched(createRandom('course/wide'));
  const launch = launchAt(flight, 0, 0);
  const body = seen(flight, 2, 62);
  const covariance = body.estimate?.covariance.with(0, 20_000 ** 2) ?? [];
  const wide = { ...body, estimate: body.estimate && { ...body.estimate, covariance } };
  const sigma = (one: PictureObject) => withCourse(launch, [one]).azimuthSigmaRad ?? 0;
  expect(sigma(wide)).toBeGreaterThan(1.5 * sigma(body));
});

test('of another side is taken where it is surer and agrees, and never against what own sensors say', () => {
  const { flight } = watched(createRandom('course/other'));
  const own = { ...launchAt(flight, 0, 0), azimuthSigmaRad: 0.5 };
  const told = (azimuthRad: number, azimuthSigmaRad: number) =>
    withSurerCourse(own, { ...own, azimuthRad, azimuthSigmaRad, method: 'partner' });
  expect(told(0.4, 0.1)).toEqual({ ...own, azimuthRad: 0.4, azimuthSigmaRad: 0.1 });
  expect(told(0.4, 0.6)).toBe(own);
  expect(told(1.6, 0.001)).toBe(own);
  expect(told(2 * Math.PI - 0.4, 0.1).azimuthSigmaRad).toBe(0.1);
});
