// SPDX-License-Identifier: Apache-2.0
// Whether two bodies in free flight can be of one launch: all of its bodies were in one place, and went
// apart from there as fast as they still do. Two launches of one place seconds apart fly the same arc
// one behind the other, and were never together.

import { invertPositive, unpackSymmetric } from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { approximateHeightM, followCoast, propagateInPlace } from '../models/coast.ts';
import { LIMITS } from './limits.ts';

/** One leg of the way back, and how near in time is near enough, seconds; legs of the longest way. */
const LEG_S = 20;
const NEAREST_S = 1;
const LEGS_MAX = 100;

/**
 * Squared distance, about chi-square with 2 degrees of freedom, by which two bodies missed each other
 * when they were nearest in the past: small for bodies of one launch, however far apart they are now.
 *
 * Both are followed back unpowered, at most to `kinHeightM`. What goes on under thrust after they part
 * misses by a share of its way: `kinBurnShare` of it over the longest burn that makes it so much faster.
 * Either estimate is of free flight above the air.
 */
export function missedBy(a: Estimate, b: Estimate): number {
  const time = a.time >= b.time ? a.time : b.time;
  const one = movable(followCoast(a, time));
  const two = movable(followCoast(b, time));
  let left = sinceNearest(one, two);
  for (let leg = 0; leg < LEGS_MAX && left > NEAREST_S && isHigh(one) && isHigh(two); leg += 1) {
    const step = Math.min(LEG_S, left);
    for (const body of [one, two]) propagateInPlace(body.state, body.covariance, -step, 'none');
    left = sinceNearest(one, two);
  }
  return distanceAt(one, two, left <= NEAREST_S);
}

/** Whether two bodies fly side by side, as those do that parted at a few metres a second. */
export function flyTogether(a: Estimate, b: Estimate): boolean {
  const { awayM, partingMps } = relation(a, b);
  return awayM < LIMITS.kinTogetherM && partingMps < LIMITS.kinTogetherMps;
}

/** How far two bodies are from each other and how fast they go apart, at the later of their times. */
export function relation(
  a: Estimate,
  b: Estimate,
): { readonly awayM: number; readonly partingMps: number } {
  const time = a.time >= b.time ? a.time : b.time;
  const [one, two] = [followCoast(a, time), followCoast(b, time)];
  return {
    awayM: between(one.state, two.state, 0).size,
    partingMps: between(one.state, two.state, 3).size,
  };
}

interface Body {
  readonly state: Float64Array;
  readonly covariance: Float64Array;
}

function movable({ state, covariance }: Estimate): Body {
  return { state: Float64Array.from(state), covariance: unpackSymmetric(covariance) };
}

function isHigh({ state }: Body): boolean {
  return approximateHeightM(state) > LIMITS.kinHeightM;
}

function between(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  from: number,
): { readonly of: readonly [number, number, number]; readonly size: number } {
  const part = (i: number): number => (b[from + i] as number) - (a[from + i] as number);
  const of = [part(0), part(1), part(2)] as const;
  return { of, size: Math.hypot(...of) };
}

/** How long ago two bodies were nearest if they go apart evenly, seconds; below 0 where they still approach. */
function sinceNearest(one: Body, two: Body): number {
  const apart = between(one.state, two.state, 0).of;
  const parting = between(one.state, two.state, 3);
  const along = apart.reduce((sum, d, i) => sum + d * (parting.of[i] as number), 0);
  return along / Math.max(1, parting.size ** 2);
}

function distanceAt(one: Body, two: Body, isNearest: boolean): number {
  const { of: apart } = between(one.state, two.state, 0);
  const parting = between(one.state, two.state, 3);
  const speedOf = ({ state }: Body): number => Math.hypot(...state.subarray(3));
  const gainedMps = Math.abs(speedOf(one) - speedOf(two));
  const burnt = (LIMITS.kinBurnShare * parting.size * gainedMps) / LIMITS.kinBurnMps2;
  const allowed = LIMITS.kinFloorM ** 2 + burnt ** 2;
  // When they were nearest is free within the burn, so what is along their parting tells nothing.
  const free = isNearest ? 1e15 / Math.max(1, parting.size ** 2) : 0;
  const sum = new Float64Array(9);
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      const both = (one.covariance[i * 6 + j] as number) + (two.covariance[i * 6 + j] as number);
      const along = free * (parting.of[i] as number) * (parting.of[j] as number);
      sum[i * 3 + j] = both + along + (i === j ? allowed : 0);
    }
  }
  const inverse = invertPositive(sum, 3);
  if (inverse === null) return 0;
  let distance = 0;
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      distance += (inverse[i * 3 + j] as number) * (apart[i] as number) * (apart[j] as number);
    }
  }
  return distance;
}
