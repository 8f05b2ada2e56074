// SPDX-License-Identifier: Apache-2.0
// What times tell: how often a sensor looks, how long its side takes, and when it did not look.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { SourceKind } from '@isthmus/picture';
import type { ValueEstimate } from './estimate.ts';
import type { HeldState, KnownTerms } from './received.ts';

/** Pairs of states that an estimate of the revisit time needs. */
const PAIRS_MIN = 5;
/** Of a revisit time: one sigma is at least this share of it. */
const LEAST_SHARE = 0.02;

/**
 * Seconds between looks of one kind of sensor: of the time between two states by the looks between
 * them, the lower quartile, since a missed look lengthens it. Null with too few states. Several
 * sensors that look at one body count as one that looks so much oftener.
 */
export function revisitOf(states: readonly HeldState[], source: SourceKind): ValueEstimate | null {
  const paces: number[] = [];
  for (const [before, now] of pairs(states.filter((state) => state.source === source))) {
    const looks = now.looks - before.looks;
    const overS = secondsBetween(before.estimate.time, now.estimate.time);
    if (looks > 0 && overS > 0) paces.push(overS / looks);
  }
  if (paces.length < PAIRS_MIN) return null;
  paces.sort((a, b) => a - b);
  const at = (share: number): number => paces[Math.floor(share * (paces.length - 1))] as number;
  const value = at(0.25);
  return { value, sigma: Math.max(LEAST_SHARE * value, value - at(0.1), at(0.5) - value) };
}

/** Seconds from a look to the gate, beside the agreed delay. Null without states. */
export function delayOf(states: readonly HeldState[], terms: KnownTerms): ValueEstimate | null {
  const lags = states.map(({ arrival, estimate }) => secondsBetween(estimate.time, arrival));
  if (lags.length === 0) return null;
  const least = lags.reduce((a, b) => Math.min(a, b)) - terms.delayS;
  // Turns are a second apart; a state moved to a tick tells its lag no finer than the tick.
  const step = states.some(({ onTick }) => onTick) ? terms.tickS : 1;
  return { value: Math.max(0, least - step / 2), sigma: step / Math.sqrt(12) };
}

/** A time in which nothing radar had seen was looked at. */
export interface Gap {
  readonly from: Instant;
  readonly until: Instant;
}

/** A silence is a gap when it is so many times the usual one, and so long. */
const GAP_TIMES = 5;
const GAP_S = 30;

/** Times between the first and the last radar state of any body in which none came, oldest first. */
export function gapsOf(looks: readonly Instant[]): readonly Gap[] {
  const times = [...new Set(looks)].sort((a, b) => a - b);
  const steps = times.slice(1).map((time, i) => secondsBetween(times[i] as Instant, time));
  const usual = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;
  const least = Math.max(GAP_S, GAP_TIMES * usual);
  return steps.flatMap((step, i) =>
    step >= least ? [{ from: times[i] as Instant, until: times[i + 1] as Instant }] : [],
  );
}

/** Seconds of all gaps together, and how well their edges are known; null without states. */
export function gapSeconds(states: readonly HeldState[]): ValueEstimate | null {
  const radar = states.filter(({ source }) => source === 'radar');
  if (radar.length === 0) return null;
  const times = radar.map(({ estimate }) => estimate.time);
  const gaps = gapsOf(times);
  const value = gaps.reduce((sum, { from, until }) => sum + secondsBetween(from, until), 0);
  const steps = [...new Set(times)].sort((a, b) => a - b);
  const usual = steps.slice(1).map((time, i) => secondsBetween(steps[i] as Instant, time));
  const median = usual.sort((a, b) => a - b)[usual.length >> 1] ?? GAP_S;
  return { value, sigma: Math.max(1, median) * Math.sqrt(2 * Math.max(1, gaps.length)) };
}

/** Each state with the one before it of the same track. */
function* pairs(states: readonly HeldState[]): Generator<readonly [HeldState, HeldState]> {
  const last = new Map<string, HeldState>();
  for (const state of states) {
    const before = last.get(state.track);
    if (before !== undefined) yield [before, state];
    last.set(state.track, state);
  }
}
