// SPDX-License-Identifier: Apache-2.0
// How well a radar measures, from the covariances of states that rest on few looks: their axes are
// the errors of range and of the two angles, seen from the site.

import {
  type Ecef,
  ecefFromGeodetic,
  type Geodetic,
  norm,
  subtract,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { ValueEstimate } from './estimate.ts';
import { positionBlock } from './pointings.ts';
import { principalAxes } from './principal-axes.ts';
import type { HeldState, KnownTerms } from './received.ts';

/** States that rest on more looks than this have a history in them. */
const LOOKS_MAX = 8;
/** A sender's filter states up to twice its sensor's own error: refraction, timing, doubt of the model. */
const OWN_PART = 0.8;
/** One sigma of that, as a share. */
const MODEL_SHARE = 0.35;

export interface Accuracy {
  /** Of range, metres; null where a floor hides it. */
  readonly rangeM: ValueEstimate | null;
  /** Of an angle, radians; null without a site to see it from. */
  readonly angleRad: ValueEstimate | null;
}

/**
 * One look's errors, noise and bias together.
 *
 * @param site where the looks are thought to come from; null when that is not known
 */
export function accuracyOf(
  states: readonly HeldState[],
  site: Geodetic | null,
  terms: KnownTerms,
): Accuracy {
  const young = firstOfEach(states.filter((s) => s.source === 'radar' && s.looks <= LOOKS_MAX));
  const at = site === null ? null : ecefFromGeodetic(site);
  const ranges: Bounds[] = [];
  const angles: Bounds[] = [];
  for (const { estimate, looks } of young) {
    const { sigmas } = principalAxes(positionBlock(unpackSymmetric(estimate.covariance)));
    ranges.push(bounds(sigmas[0], looks));
    if (at === null) continue;
    const from = estimate.state.slice(0, 3) as unknown as Vector3<Ecef>;
    // What a floor adds is the same on every axis: the difference is without it.
    const acrossM = Math.sqrt(Math.max(0, sigmas[1] ** 2 - sigmas[0] ** 2));
    angles.push(bounds(acrossM / norm(subtract(at, from)), looks));
  }
  return { rangeM: terms.floorM > 0 ? null : between(ranges), angleRad: between(angles) };
}

function firstOfEach(states: readonly HeldState[]): readonly HeldState[] {
  const first = new Map<string, HeldState>();
  for (const state of states) if (!first.has(state.track)) first.set(state.track, state);
  return [...first.values()];
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Between an error that is all bias, which looks do not lessen, and one that is all noise: then a
 * line through n looks has at its end (4 n - 2) / (n (n + 1)) of the variance of one.
 */
function bounds(sigma: number, looks: number): Bounds {
  const ofOneLook = Math.min(1, (4 * looks - 2) / (looks * (looks + 1)));
  return { low: sigma, high: sigma / Math.sqrt(ofOneLook) };
}

function between(all: readonly Bounds[]): ValueEstimate | null {
  const low = medianOf(all.map((one) => one.low));
  const high = medianOf(all.map((one) => one.high));
  if (low === null || high === null) return null;
  const middle = (low + high) / 2;
  const sigma = Math.hypot((high - low) / Math.sqrt(12), MODEL_SHARE * middle);
  return { value: OWN_PART * middle, sigma };
}

/** The middle one; null of none. */
function medianOf(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}
