// SPDX-License-Identifier: Apache-2.0
// Named regions of the ground, and how an impact region touches them. Computed anew each time it is
// asked: what touched once says nothing of now.

import type { Geodetic } from '@isthmus/earth';

/** A closed line of points; the last is joined to the first and not repeated. */
export type PlaceRing = readonly Geodetic[];

/** One named region: parts, each an outer ring and then its holes. */
export interface Place {
  readonly name: string;
  readonly parts: readonly (readonly PlaceRing[])[];
}

/** The named regions a side works with. */
export interface Places {
  /** What the file was, as hex of its hash: two lists of one version are the same. */
  readonly version: string;
  readonly places: readonly Place[];
}

/** How one impact region touches one place. */
export interface PlaceAtRisk {
  readonly name: string;
  /** The smaller of the regions that touch it, as the share of cases in which it holds the point. */
  readonly within: 0.5 | 0.9;
  /** Probability that it comes down in the place, if it comes down as stated; [0, 1]. */
  readonly probability: number;
}
