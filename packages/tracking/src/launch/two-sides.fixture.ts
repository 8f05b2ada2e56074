// SPDX-License-Identifier: Apache-2.0
// Origin: made here. Two sides that see one coasting body, each with errors that are what its
// covariance says, or a multiple: the input of tests of the partner's record.

import { addSeconds, cholesky, type Instant, type Random, unpackSymmetric } from '@isthmus/earth';
import type { Estimate, Evidence, PictureEvent } from '@isthmus/picture';
import { propagateCoast } from '../models/coast.ts';
import { MISSILE, START } from './synthetic-feed.fixture.ts';

/** Reports of a flight are so far apart. */
export const REPORT_EVERY_S = 10;

export type Side = 'own' | 'theirs';

/** Sigmas along the axes at the start of the flight: each side sees best where the other does not. */
const SIGMAS: Record<Side, readonly number[]> = {
  own: [300, 900, 500, 3, 6, 4],
  theirs: [700, 400, 600, 5, 3, 4],
};

const flight: Record<Side, Estimate[]> = { own: [], theirs: [] };

/** The truth, with what a side's covariance has become, at its `report`th report; kept once computed. */
function trueFlight(side: Side, report: number): Estimate {
  const known = flight[side];
  if (known.length === 0) {
    known.push({ time: START, state: MISSILE, covariance: covarianceOf(SIGMAS[side]) });
  }
  for (let i = known.length; i <= report; i += 1) {
    known.push(propagateCoast(known[i - 1] as Estimate, addSeconds(START, REPORT_EVERY_S * i)));
  }
  return known[report] as Estimate;
}

/** What a side says at its `report`th report; its error is `times` what its covariance says. */
export function drawnEstimate(side: Side, report: number, random: Random, times = 1): Estimate {
  const there = trueFlight(side, report);
  const root = cholesky(unpackSymmetric(there.covariance), 6);
  if (root === null) throw new RangeError('no covariance');
  const z = Array.from({ length: 6 }, () => random.normal());
  const state = there.state.map((v, i) => {
    let sum = v;
    for (let k = 0; k <= i; k += 1) sum += times * (root[i * 6 + k] as number) * (z[k] as number);
    return sum;
  });
  return { ...there, state };
}

/** An own event of one body that radar has followed for a minute. */
export function ownEvent(estimate: Estimate, options: Partial<PictureEvent> = {}): PictureEvent {
  const seen: { firstSeen: Instant; lastSeen: Instant } = {
    firstSeen: START,
    lastSeen: estimate.time,
  };
  const evidence: Evidence = {
    party: 'own',
    source: 'radar',
    sensors: ['north'],
    looks: 30,
    ...seen,
  };
  return {
    id: 'E1',
    category: 'launch',
    launch: null,
    objects: [
      {
        id: 'O1',
        tracks: ['R1'],
        phase: 'coast',
        estimate,
        lastSeen: seen.lastSeen,
        coastSeenS: 60,
      },
    ],
    evidence: [evidence],
    ...seen,
    ...options,
  };
}

function covarianceOf(sigmas: readonly number[]): number[] {
  const covariance: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    for (let j = i; j < 6; j += 1) {
      const share = i === j ? 1 : j === i + 3 ? 0.6 : 0.1;
      covariance.push(share * (sigmas[i] as number) * (sigmas[j] as number));
    }
  }
  return covariance;
}
