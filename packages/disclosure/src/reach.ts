// SPDX-License-Identifier: Apache-2.0
// How far a radar sees: bodies that enter or leave at one and the same distance from the site do so
// at its limit; else what was seen is a lower bound.

import {
  type Ecef,
  ecefFromGeodetic,
  type Geodetic,
  norm,
  subtract,
  type Vector3,
} from '@isthmus/earth';
import type { ValueEstimate } from './estimate.ts';
import type { HeldState } from './received.ts';

/** Edges within this share of the farthest are at one distance. */
const SAME_SHARE = 0.04;
/** Edges at one distance that make a limit. */
const EDGES_MIN = 2;
/** One sigma, as a share, where it is a lower bound alone. */
const BOUND_SHARE = 0.5;
/** Edges less than this apart in time are one. */
const SHARED_S = 60;

/** Metres; null without radar states. */
export function reachOf(states: readonly HeldState[], site: Geodetic): ValueEstimate | null {
  const at = ecefFromGeodetic(site);
  const radar = states.filter(({ source }) => source === 'radar');
  const first = new Map<string, HeldState>();
  const last = new Map<string, HeldState>();
  for (const state of radar) {
    if (!first.has(state.track)) first.set(state.track, state);
    last.set(state.track, state);
  }
  const distanceM = ({ estimate }: HeldState): number =>
    norm(subtract(estimate.state.slice(0, 3) as unknown as Vector3<Ecef>, at));
  const farthest = radar.reduce((most, state) => Math.max(most, distanceM(state)), 0);
  if (farthest === 0) return null;
  const times: number[] = [];
  for (const edge of [...first.values(), ...last.values()]) {
    const { time } = edge.estimate;
    const known = times.some((other) => Math.abs(other - time) < SHARED_S * 1e6);
    if (!known && distanceM(edge) >= (1 - SAME_SHARE) * farthest) times.push(time);
  }
  const share = times.length >= EDGES_MIN ? SAME_SHARE / 2 : BOUND_SHARE;
  return { value: farthest, sigma: share * farthest };
}
