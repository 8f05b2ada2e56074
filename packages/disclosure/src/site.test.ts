// SPDX-License-Identifier: Apache-2.0
// A radar stands where the attacks say, on streams where they must succeed: a world of one radar
// (`testing/one-radar.ts`), its own filter, and the real gate under terms as fine as they can be.

import { geodesicInverse } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { attack } from './attacks.ts';
import type { PlaceEstimate } from './estimate.ts';
import { pointingsOf } from './pointings.ts';
import { heldStates } from './received.ts';
import { sitesByAxes } from './site-by-axes.ts';
import { knownTerms } from './terms-family.ts';
import {
  agreementOf,
  type ClauseOptions,
  drawWorld,
  streamOf,
  type World,
} from './testing/one-radar.ts';

function placesIn(world: World, clause: ClauseOptions = {}) {
  const agreement = agreementOf(clause);
  return attack(streamOf(world, agreement), knownTerms(agreement, 'a')).places;
}

/** Kilometres to the truth, and the squared standardised error over its two dimensions. */
function judge({ place, covarianceM2 }: PlaceEstimate, world: World): { km: number; nees: number } {
  const { distanceM, azimuthRad } = geodesicInverse(place, world.radar.site);
  const [e, n] = [distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)];
  const [ee, en, nn] = covarianceM2;
  const chi = (nn * e * e - 2 * en * e * n + ee * n * n) / (ee * nn - en * en);
  return { km: distanceM / 1e3, nees: chi / 2 };
}

test('covariance axes locate the radar, and the stated error covers it, over 50 seeds', () => {
  const found = Array.from({ length: 50 }, (_, seed) => {
    const world = drawWorld({ seed, flights: 2, looksMax: 40 });
    const agreement = agreementOf({});
    const terms = knownTerms(agreement, 'a');
    const states = heldStates(streamOf(world, agreement), terms);
    const [site] = sitesByAxes(pointingsOf(states, terms));
    expect(site, `seed ${seed}`).toBeDefined();
    return judge(site as PlaceEstimate, world);
  });
  const errors = found.map(({ km }) => km).sort((a, b) => a - b);
  const nees = found.map((one) => one.nees);
  const mean = nees.reduce((sum, one) => sum + one, 0) / nees.length;
  expect(errors[25]).toBeLessThan(5);
  // 50 draws of a chi-square of two: below 1.36 in 99.5 % if the error is as stated, and no
  // nearer to nothing than a statement ten times too wide would be.
  expect(mean).toBeLessThan(1.36);
  expect(mean).toBeGreaterThan(0.01);
});

test('the horizon locates the radar within its stated error', () => {
  const world = drawWorld({ seed: 4, flights: 8 });
  const [site] = placesIn(world, { looksATracklet: 40 })['site-by-horizon'];
  const { km, nees } = judge(site as PlaceEstimate, world);
  expect(km).toBeLessThan(150);
  // The radius that holds it at 95 % (half of a chi-square of two).
  expect(nees).toBeLessThan(3);
});

test('a grid and a tick on tracks do not hide the radar, since the covariance goes exact', () => {
  const world = drawWorld({ seed: 1, flights: 2 });
  const fine = { level: 'track', gridKm: { report: 1, track: 0 } } as const;
  const coarse = { level: 'track', gridKm: { report: 1, track: 100 }, tickS: 20 } as const;
  const errors = [fine, coarse].map((clause) => {
    const [site] = placesIn(world, clause)['site-by-axes'];
    return judge(site as PlaceEstimate, world).km;
  });
  expect(errors[0]).toBeLessThan(1);
  expect(errors[1]).toBeLessThan(20);
  expect(errors[1]).toBeGreaterThan(errors[0] as number);
});

test('nothing but reports locates nothing', () => {
  const world = drawWorld({ seed: 1, flights: 2 });
  const { 'site-by-axes': axes, 'site-by-horizon': horizon } = placesIn(world, {
    level: 'report',
  });
  expect([...axes, ...horizon]).toEqual([]);
});
