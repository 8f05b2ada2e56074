// SPDX-License-Identifier: Apache-2.0
// What a gate coarsened stays honest: a hundred successive releases of one track, moved to the tick
// and rounded to the grid by the real gate, are received by the real fusion and joined with an own
// track. Scored against the truth, for one release alone and for what the receiver holds at the end.

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
import { createMemory, decide, type Terms } from '@isthmus/release';
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
import { agreementOf } from './terms.ts';

const START = instantFromIso('2012-06-01T12:00:00Z');
const RELEASES = 100;
/** Looks come this part of a tick before it. */
const OFF_TICK = 0.3;

/** Upper end of the 95 % band of an ANEES of six dimensions that is exactly 1. */
export function upperLimit(runs: number): number {
  return aneesBand({ dimension: 6, runs, probability: 0.95 })[1];
}

export interface Coarsening {
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
  const agreement = agreementOf([clause]);
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

export interface Outcome {
  readonly isFused: boolean;
  /**
   * NEES / 6 of the system picture, of the first and the last release alone, and of two ways to keep
   * them all.
   */
  readonly fused: number;
  readonly first: number;
  readonly released: number;
  readonly intersected: number;
  readonly added: number;
}

/** One flight: what the receiver holds after a hundred releases. */
export function fly(run: number, coarsening: Coarsening): Outcome {
  const random = createRandom(`coarsened/${coarsening.tickS}/${coarsening.gridKm}/${run}`);
  // 600 km up and nearly level, so that it stays above the air for a hundred of the longest ticks.
  const centre = [4.1e6, 3.2e6, 4.6e6, -4400, 5700, 0];
  const state = centre.map((v, i) => v + (i < 3 ? 60e3 : 100) * random.normal());
  const truth: Estimate = { time: START, state, covariance: new Array<number>(21).fill(0) };
  const [own, theirs] = [follow(truth, random.fork('own')), follow(truth, random.fork('theirs'))];
  const terms = termsOf(coarsening);
  const fusion = createFusion();
  let memory = createMemory();
  let kept: Record<'first' | 'last' | 'intersected' | 'added', Estimate> | null = null;
  let now = START;
  let picture: Picture = { at: now, events: [] };
  for (let k = 0, released = 0; released < RELEASES; k += 1) {
    now = addSeconds(START, k * coarsening.tickS);
    picture = pictureOf(own(now), now);
    const estimate = theirs(addSeconds(now, -OFF_TICK * coarsening.tickS));
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
        ? { first: last, intersected: last, added: last, last }
        : {
            intersected: covarianceIntersection(kept.intersected, last),
            added: combine(kept.added, last),
            first: kept.first,
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
    first: honesty(kept.first),
    released: honesty(kept.last),
    intersected: honesty(kept.intersected),
    added: honesty(kept.added),
  };
}

/** What the benchmark scores. */
export const SETTINGS: readonly Coarsening[] = [
  ...[1, 5, 10, 25, 50].map((gridKm) => ({ tickS: 1, gridKm })),
  ...[1, 25].map((gridKm) => ({ tickS: 10, gridKm })),
];

/** ANEES by grid and tick, with the limit it has to stay below. */
export interface CoarseningAnees extends Coarsening {
  /** One release against the truth: the first of a track and the hundredth. */
  readonly single: number;
  readonly hundredth: number;
  /** What the receiver holds after a hundred: its system picture, and all of them intersected. */
  readonly fusedAfter100: number;
  readonly intersected100: number;
  /** The control: a hundred added up as if they were independent, which is dishonest and must show. */
  readonly added100: number;
}

export function coarseningAnees(runs: number, coarsening: Coarsening): CoarseningAnees {
  const outcomes = Array.from({ length: runs }, (_, run) => fly(run, coarsening));
  const mean = (of: (outcome: Outcome) => number): number =>
    Math.round((1000 * outcomes.reduce((sum, one) => sum + of(one), 0)) / runs) / 1000;
  return {
    ...coarsening,
    single: mean(({ first }) => first),
    hundredth: mean(({ released }) => released),
    fusedAfter100: mean(({ fused }) => fused),
    intersected100: mean(({ intersected }) => intersected),
    added100: mean(({ added }) => added),
  };
}
