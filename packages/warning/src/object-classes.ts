// SPDX-License-Identifier: Apache-2.0
// What a coverage report means by a class: the least that every flight of it does, whatever its
// direction. These are definitions. A flight that stays lower (a depressed or a gliding one) is of no
// class, so that no report speaks of it; `tests/program/coverage.test.ts` flies the simulator's
// launches against them.

import type { ObjectClass } from '@isthmus/picture';

/** A stretch of every flight of a class. */
export interface Stretch {
  /** From so many seconds after lift-off, for so many. */
  readonly fromS: number;
  readonly forS: number;
  /** All that time between these heights, and above a point no farther than this from lift-off. */
  readonly heightM: number;
  readonly heightMaxM: number;
  readonly withinM: number;
  /** Of a powered one: between two stages there is no flame for so long at most; none if absent. */
  readonly gapS?: number;
}

export interface ClassDefinition {
  /** In words: `range 300 to 1,100 km`. */
  readonly words: string;
  /** While it burns: what an infrared sensor may count on. */
  readonly powered: readonly Stretch[];
  /** What a radar may count on, the earliest first. */
  readonly flight: readonly Stretch[];
  /** Mean radar cross-section, at least. */
  readonly sizeM2: number;
}

/**
 * Heights of minimum-energy flights and lofted ones (the lowest of a class tops at a quarter of its
 * least range), boosts of 60 to 200 s, and distances of the fastest that does not fly further than
 * its class. 0.1 m² is a re-entry vehicle or a spent stage seen from its worse side.
 */
export const OBJECT_CLASSES: Readonly<Record<ObjectClass, ClassDefinition>> = {
  'short-range': {
    words: 'range 300 to 1,100 km',
    powered: [{ fromS: 45, forS: 15, heightM: 12e3, heightMaxM: 100e3, withinM: 60e3 }],
    flight: [
      { fromS: 90, forS: 30, heightM: 30e3, heightMaxM: 200e3, withinM: 200e3 },
      { fromS: 140, forS: 40, heightM: 55e3, heightMaxM: 350e3, withinM: 380e3 },
    ],
    sizeM2: 0.1,
  },
  'medium-range': {
    words: 'range 1,100 to 5,500 km',
    powered: [{ fromS: 60, forS: 30, heightM: 12e3, heightMaxM: 150e3, withinM: 120e3, gapS: 6 }],
    flight: [
      { fromS: 150, forS: 40, heightM: 55e3, heightMaxM: 500e3, withinM: 450e3 },
      { fromS: 240, forS: 60, heightM: 130e3, heightMaxM: 900e3, withinM: 1000e3 },
    ],
    sizeM2: 0.1,
  },
  'long-range': {
    words: 'range over 5,500 km',
    powered: [{ fromS: 75, forS: 60, heightM: 12e3, heightMaxM: 300e3, withinM: 250e3, gapS: 6 }],
    flight: [
      { fromS: 160, forS: 40, heightM: 50e3, heightMaxM: 500e3, withinM: 600e3 },
      { fromS: 300, forS: 60, heightM: 130e3, heightMaxM: 1500e3, withinM: 1800e3 },
    ],
    sizeM2: 0.1,
  },
};
