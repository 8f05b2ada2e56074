// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  createRandom,
  ecefFromGeodetic,
  enuFromEcef,
  packSymmetric,
  type Random,
  secondsBetween,
  subtract,
} from '@isthmus/earth';
import type { Estimate, LaunchEstimate } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { propagateCoast } from '../models/coast.ts';
import { arcOf } from './ascent-looks.ts';
import { type Ascent, eye, LIFTOFF, watched } from './ascents.fixture.ts';
import { fitBoost } from './boost-fit.ts';
import { TIME } from './boost-model.ts';
import { fitLaunch } from './launch-fit.ts';

/** What a radar would say of the coast `afterS` after burn-out: 400 m and 8 m/s on each axis. */
function coastOf(flight: Ascent, afterS: number, random: Random): Estimate {
  const burnout = flight.states.length - 1;
  const sigma = (i: number): number => (i < 3 ? 400 : 8);
  const full = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) full[i * 7] = sigma(i) ** 2;
  const time = addSeconds(LIFTOFF, burnout);
  const exact = {
    time,
    state: flight.states[burnout] as readonly number[],
    covariance: packSymmetric(full),
  };
  const seen = propagateCoast(exact, addSeconds(time, afterS));
  return {
    ...seen,
    state: seen.state.map((v, i) => v + sigma(i) * random.normal()),
    covariance: packSymmetric(full),
  };
}

interface Miss {
  /** Squared distance of the true point over two, in sigmas of the ellipse; of the time; of the course. */
  readonly point: number;
  readonly time: number;
  readonly course: number;
  /** Root of the determinant, m²: the area of the ellipse but for a factor. */
  readonly size: number;
  /** Longest one sigma, metres. */
  readonly longestM: number;
  /** One sigma of the course, radians. */
  readonly courseSigmaRad: number;
}

function missOf(launch: LaunchEstimate | null, flight: Ascent): Miss {
  if (launch === null) throw new Error('no launch');
  const [e, n] = enuFromEcef(
    flight.site,
    subtract(ecefFromGeodetic(launch.point), ecefFromGeodetic(flight.site)),
  );
  const [ee, en, nn] = launch.pointCovarianceM2;
  const end = flight.states.at(-1) as readonly number[];
  const [x, y, z] = ecefFromGeodetic(flight.site);
  const [toE, toN] = enuFromEcef(flight.site, [
    (end[0] as number) - x,
    (end[1] as number) - y,
    (end[2] as number) - z,
  ]);
  const turn = (launch.azimuthRad as number) - Math.atan2(toE, toN);
  const det = ee * nn - en * en;
  return {
    point: (nn * e * e - 2 * en * e * n + ee * n * n) / det / 2,
    time: (secondsBetween(LIFTOFF, launch.time) / launch.timeSigmaS) ** 2,
    course: (Math.atan2(Math.sin(turn), Math.cos(turn)) / (launch.azimuthSigmaRad as number)) ** 2,
    size: Math.sqrt(det),
    longestM: Math.sqrt((ee + nn) / 2 + Math.hypot((ee - nn) / 2, en)),
    courseSigmaRad: launch.azimuthSigmaRad as number,
  };
}

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const eyes = [eye(20), eye(75)] as const;

test('from radar alone, from infrared alone, from two and from both: as wrong as claimed, and smaller with more', () => {
  const misses = { radar: [] as Miss[], eye: [] as Miss[], two: [] as Miss[], both: [] as Miss[] };
  // In run 10 infrared begins the wrong way, and answers weighed by their width too never turn round.
  for (let run = 5; run < 15; run += 1) {
    const random = createRandom(`launch-fit/${run}`);
    const { flight, looks } = watched(random, eyes);
    const coast = coastOf(flight, 40, random);
    const arc = arcOf(coast, addSeconds(coast.time, -30));
    const fit = fitBoost(eyes[0], looks[0] ?? [], null);
    if (fit === null || arc === null) throw new Error(`seed launch-fit/${run}: nothing to fit`);
    const ascents = [fit.parameters, ...fit.rivals.map((one) => one.slice(0, -2))];
    const begin = { anchor: fit.anchor, ascents: ascents.map((one) => Float64Array.from(one)) };
    const lines = eyes.map((sensor, k) => ({ sensor, looks: looks[k] ?? [] }));
    const first = lines.slice(0, 1);
    misses.radar.push(missOf(fitLaunch({ eyes: [], rise: [], arc }, null), flight));
    misses.eye.push(missOf(fit.launch, flight));
    misses.two.push(missOf(fitLaunch({ eyes: lines, rise: [], arc: null }, begin), flight));
    misses.both.push(missOf(fitLaunch({ eyes: first, rise: [], arc }, begin), flight));
  }
  // 99 % of a mean of 10 with 2 and 1 degrees of freedom lies under 1.88 and 2.32.
  for (const [name, list] of Object.entries(misses)) {
    const point = list.map((miss) => miss.point);
    const time = list.map((miss) => miss.time);
    expect(mean(point), `${name} ${point.join(' ')}`).toBeLessThan(1.88);
    expect(mean(time), `${name} ${time.join(' ')}`).toBeLessThan(2.32);
    const course = list.map((miss) => miss.course);
    expect(mean(course), `${name} ${course.join(' ')}`).toBeLessThan(2.32);
  }
  const size = (list: readonly Miss[]): number => mean(list.map((miss) => Math.log(miss.size)));
  expect(size(misses.both)).toBeLessThan(size(misses.eye));
  expect(size(misses.two)).toBeLessThan(size(misses.eye));
  expect(size(misses.eye)).toBeLessThan(size(misses.radar));
  // A climb that ends on the arc goes its way; one out and back, ended in the air below it, does not.
  expect(Math.max(...misses.both.map((miss) => miss.courseSigmaRad))).toBeLessThan(0.03);
  // An arc alone never gives a point.
  expect(Math.min(...misses.radar.map((miss) => miss.longestM))).toBeGreaterThan(5_000);
});

test('how sure a time is does not rest on the lead that the search begins with', () => {
  const ratios: number[] = [];
  for (let run = 5; run < 13; run += 1) {
    const { looks } = watched(createRandom(`launch-fit/${run}`), eyes);
    const fit = fitBoost(eyes[0], looks[0] ?? [], null);
    if (fit === null) throw new Error(`seed launch-fit/${run}: nothing to fit`);
    const lines = [{ sensor: eyes[0], looks: looks[0] ?? [] }];
    const sigmaS = (times: number): number => {
      const anchor = { ...fit.anchor, leadSigmaS: times * fit.anchor.leadSigmaS };
      const ascents = [fit.parameters].map((one) =>
        Float64Array.from(one, (v, i) => (i === TIME ? v / times : v)),
      );
      const launch = fitLaunch({ eyes: lines, rise: [], arc: null }, { anchor, ascents });
      if (launch === null) throw new Error(`seed launch-fit/${run}: no launch`);
      return launch.timeSigmaS;
    };
    ratios.push(sigmaS(1) / sigmaS(4));
  }
  // One batch in eight ends in another answer; counted, the lead's prior makes it 0.93.
  const middle = ratios.sort((a, b) => a - b)[4] as number;
  expect(middle, ratios.join(' ')).toBeGreaterThan(0.97);
  expect(middle, ratios.join(' ')).toBeLessThan(1.03);
});

test('an arc that never leaves the ground behind it, or none, makes no launch of nothing', () => {
  expect(fitLaunch({ eyes: [], rise: [], arc: null }, null)).toBeNull();
});
