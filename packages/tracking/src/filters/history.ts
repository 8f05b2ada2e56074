// SPDX-License-Identifier: Apache-2.0
// Measurements out of sequence, exactly: the last looks are kept with the belief after each, and one
// that comes late is put where it belongs and all after it are used again. The result is to the bit
// that of having received everything in order (`history.test.ts`), for any model and any lag within
// the history, which no retrodiction formula is (Bar-Shalom 2002 is exact for one lag and linear
// models).

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Gaussian } from '../gaussian.ts';
import type { MotionModel } from '../models/motion-model.ts';
import type { MeasurementModel } from '../sensors/measurement-model.ts';
import { predictExtended, updateExtended } from './extended.ts';

/** A measurement with its place in the order of things. */
export interface DatedLook {
  readonly time: Instant;
  /** Decides between looks of one instant, e.g. the serial number of the plot; never equal there. */
  readonly order: number;
  readonly model: MeasurementModel;
  readonly measured: ArrayLike<number>;
}

/** A belief and the time it is of. */
export interface DatedBelief {
  readonly time: Instant;
  readonly belief: Gaussian;
}

/** A filter that remembers. Plain data; functions give a new one and leave the old as it was. */
export interface History {
  readonly motion: MotionModel;
  /** Looks kept at most; older ones can no longer be told apart from the belief. */
  readonly looksMax: number;
  /** Before the oldest look that is kept. */
  readonly base: DatedBelief;
  /** In order of time, each with the belief after it. */
  readonly looks: readonly (DatedLook & { readonly belief: Gaussian })[];
}

/** Starts a history at a belief that no late look will reach behind. */
export function openHistory(motion: MotionModel, base: DatedBelief, looksMax: number): History {
  return { motion, looksMax, base, looks: [] };
}

/** The belief after the newest look. */
export function latestOf(history: History): DatedBelief {
  return history.looks.at(-1) ?? history.base;
}

/**
 * Uses a look, whenever it comes.
 *
 * @returns null when it is older than what is kept, or kept already: nothing is changed then.
 */
export function useLook(history: History, look: DatedLook): History | null {
  const { looks, base, motion, looksMax } = history;
  const later = looks.findIndex((one) => comparePlace(one, look) >= 0);
  const place = later < 0 ? looks.length : later;
  const next = looks[place];
  if (next !== undefined && comparePlace(next, look) === 0) return null;
  // Of a look at the instant of the base nobody knows whether it is in it, once looks fell out.
  if (look.time < base.time || (look.time === base.time && looks.length === looksMax)) return null;
  const redone = looks.slice(0, place);
  for (const one of [look, ...looks.slice(place)]) {
    const before = redone.at(-1) ?? base;
    const seconds = secondsBetween(before.time, one.time);
    const predicted = seconds === 0 ? before : predictExtended(motion, before.belief, seconds);
    const { belief } = updateExtended(one.model, predicted.belief, one.measured);
    redone.push({ ...one, belief });
  }
  if (redone.length <= looksMax) return { ...history, looks: redone };
  const [oldest, ...kept] = redone as [History['looks'][number], ...History['looks']];
  return { ...history, base: { time: oldest.time, belief: oldest.belief }, looks: kept };
}

function comparePlace(a: DatedLook, b: DatedLook): number {
  return a.time - b.time || a.order - b.order;
}
