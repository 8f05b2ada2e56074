// SPDX-License-Identifier: Apache-2.0
// What a gate coarsened stays honest: a hundred successive releases of one track, moved to the tick
// and rounded to the grid by the real gate, are received by the real fusion and joined with an own
// track. The fused covariance must cover the fused error, on average over many flights.

import {
  addSeconds,
  createRandom,
  type Instant,
  instantFromIso,
  multiply,
  packSymmetric,
  type Random,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, Picture, PictureEvent, TrackState } from '@isthmus/picture';
import { createMemory, decide, parseAgreement, type Terms } from '@isthmus/release';
import {
  aneesBand,
  combine,
  covarianceIntersection,
  createFusion,
  nees,
  propagateCoast,
  propagateState,
  receiveItem,
  stepFusion,
  systemPicture,
} from '@isthmus/tracking';
import { describe, expect, test } from 'vitest';

const START = instantFromIso('2012-06-01T12:00:00Z');
const RELEASES = 100;
const RUNS = 100;
const LIMIT = aneesBand({ dimension: 6, runs: RUNS, probability: 0.95 })[1];

interface Coarsening {
  readonly tickS: number;
  readonly gridKm: number;
}

function termsOf({ tickS, gridKm }: Coarsening): Terms {
  const clause = {
    id: 'west-launches',
    from: 'west',
    to: 'east',
    category: 'launch',
    level: 'track',
    impactRegions: false,
    tickS,
    gridKm: { report: 10, track: gridKm },
    delayS: 0,
    looksATracklet: 4,
  };
  const agreement = parseAgreement({
    name: 'test',
    version: 1,
    parties: ['west', 'east'],
    mode: 'exercise',
    validity: { from: '2012-01-01T00:00:00Z', until: '2013-01-01T00:00:00Z' },
    onwardRelease: 'never',
    clauses: [clause],
  });
  const identify = (id: string): string => Buffer.from(id).toString('hex').padStart(32, '0');
  return { agreement, from: 'west', to: 'east', agreementHash: 'ab'.repeat(32), identify };
}

/** One side's track: a look at the whole state each tick, and what all looks so far say. */
function follow(truth: Estimate, random: Random): (now: Instant) => Estimate {
  let held: Estimate | null = null;
  // The axes of the noise are the side's own: long across its line of sight.
  const root = Float64Array.from({ length: 36 }, (_, k) =>
    k % 6 > Math.floor(k / 6) ? 0 : (k < 18 ? 400 : 20) * random.normal(),
  );
  for (let i = 0; i < 6; i += 1) root[i * 7] = i < 3 ? 300 : 15;
  const spread = multiply(root, transposed(root), { n: 6, m: 6, p: 6 });
  return (now) => {
    const error = multiply(
      root,
      Float64Array.from({ length: 6 }, () => random.normal()),
      { n: 6, m: 6, p: 1 },
    );
    const place = propagateState(truth.state, (now - truth.time) / 1e6);
    const state = Array.from(place, (v, i) => v + (error[i] as number));
    const look = { time: now, state, covariance: packSymmetric(spread) };
    held = held === null ? look : combine(held, look);
    return held;
  };
}

function transposed(m: Float64Array): Float64Array {
  return Float64Array.from(m, (_, k) => m[(k % 6) * 6 + Math.floor(k / 6)] as number);
}

function pictureOf(estimate: Estimate, now: Instant): Picture {
  const event: PictureEvent = {
    id: 'own',
    category: 'launch',
    launch: null,
    objects: [
      { id: 'body', tracks: ['T'], phase: 'coast', estimate, lastSeen: now, coastSeenS: 60 },
    ],
    evidence: [],
    firstSeen: START,
    lastSeen: now,
  };
  return { at: now, events: [event] };
}

interface Outcome {
  readonly isFused: boolean;
  /** NEES / 6 of the system picture, of the last release alone, and of two ways to keep them all. */
  readonly fused: number;
  readonly released: number;
  readonly intersected: number;
  readonly added: number;
}

/** One flight: what the receiver holds after a hundred releases. */
function fly(run: number, coarsening: Coarsening): Outcome {
  const random = createRandom(`coarsened/${coarsening.tickS}/${coarsening.gridKm}/${run}`);
  // 600 km up and nearly level, so that it stays above the air for a hundred of the longest ticks.
  const centre = [4.1e6, 3.2e6, 4.6e6, -4400, 5700, 0];
  const state = centre.map((v, i) => v + (i < 3 ? 60e3 : 300) * random.normal());
  const truth: Estimate = { time: START, state, covariance: new Array<number>(21).fill(0) };
  const [own, theirs] = [follow(truth, random.fork('own')), follow(truth, random.fork('theirs'))];
  const terms = termsOf(coarsening);
  const fusion = createFusion();
  let memory = createMemory();
  let kept: { intersected: Estimate; added: Estimate; last: Estimate } | null = null;
  let now = START;
  let picture: Picture = { at: now, events: [] };
  for (let k = 0, released = 0; released < RELEASES; k += 1) {
    now = addSeconds(START, k * coarsening.tickS);
    picture = pictureOf(own(now), now);
    const estimate = theirs(now);
    const item: TrackState = {
      kind: 'track',
      track: 'P',
      event: 'launch',
      source: 'radar',
      phase: 'coast',
      looks: k + 1,
      estimate,
    };
    const draft = { item, category: 'launch', region: null, current: null } as const;
    const decision = decide(memory, { ...draft, mode: 'exercise' }, terms, now);
    memory = decision.memory;
    if (decision.outcome !== 'release') continue;
    released += 1;
    const sent = decision.released.item as TrackState;
    receiveItem(fusion, 'west', sent);
    const last = sent.estimate;
    kept =
      kept === null
        ? { intersected: last, added: last, last }
        : {
            intersected: covarianceIntersection(kept.intersected, last),
            added: combine(kept.added, last),
            last,
          };
  }
  stepFusion(fusion, { picture, tracks: [] }, now);
  const system = systemPicture(fusion, picture, now);
  const fused = system.events[0]?.objects[0];
  if (kept === null || fused?.estimate === null || fused === undefined) {
    throw new TypeError('the flight gave no picture');
  }
  const honesty = (of: Estimate): number => {
    const there = propagateCoast(of, now);
    const place = propagateState(state, (now - START) / 1e6);
    const error = there.state.map((v, i) => v - (place[i] as number));
    return nees(error, unpackSymmetric(there.covariance)) / 6;
  };
  return {
    isFused: fused.tracks.length === 2,
    fused: honesty(fused.estimate),
    released: honesty(kept.last),
    intersected: honesty(kept.intersected),
    added: honesty(kept.added),
  };
}

describe.each([
  { tickS: 1, gridKm: 1 },
  { tickS: 10, gridKm: 5 },
  { tickS: 1, gridKm: 25 },
])('a hundred releases at a tick of $tickS s and a grid of $gridKm km', (coarsening) => {
  const outcomes = Array.from({ length: RUNS }, (_, run) => fly(run, coarsening));
  const mean = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / RUNS;

  test('leave the system picture honest: ANEES below its upper 95 % limit', () => {
    // The gate of 99.9 % may turn one away: then the own track stands, which is honest too.
    expect(outcomes.filter(({ isFused }) => isFused).length).toBeGreaterThan(RUNS - 3);
    expect(mean(({ fused }) => fused)).toBeLessThan(LIMIT);
    expect(mean(({ released }) => released)).toBeLessThan(LIMIT);
  });

  test('folded by covariance intersection stay honest, whatever they share', () => {
    expect(mean(({ intersected }) => intersected)).toBeLessThan(LIMIT);
  });

  test('would be found out if they were added up as a hundred independent ones', () => {
    expect(mean(({ added }) => added)).toBeGreaterThan(1.3 * LIMIT);
  });
});
