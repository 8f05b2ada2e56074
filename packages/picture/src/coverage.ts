// SPDX-License-Identifier: Apache-2.0
// What own sensors would have seen, had it been there: the state of each sensor, and the report that
// a region was covered for a while. Silence is neither.

import type { Instant } from '@isthmus/earth';
import type { SensorId } from './sensor.ts';

/** What a sensor says of itself in the side's own feed. */
export interface SensorReport {
  readonly kind: 'state';
  /** Serial number in the side's own feed, one count with its plots. */
  readonly id: number;
  readonly sensor: SensorId;
  readonly time: Instant;
  readonly arrival: Instant;
  readonly state: 'working' | 'down';
}

/** What is known of a sensor now; `not known` while it says nothing. */
export interface SensorState {
  readonly sensor: SensorId;
  readonly state: 'working' | 'down' | 'not known';
  /** Since when it is what it is; null where it was never heard. */
  readonly since: Instant | null;
  /** When it last said so; null where it was never heard. */
  readonly heardAt: Instant | null;
}

/** By the range a flight may have; what that means in heights and times is `warning`'s. */
export type ObjectClass = 'short-range' | 'medium-range' | 'long-range';

/**
 * Whether a launch of a class, in a period, would have been seen, and was not. The region is that of
 * the clause it is released under: no place crosses with it.
 *
 * `nothing-seen`: covered, working, and nothing seen. `not-covered` says nothing of what flew; its
 * height and probability are null.
 */
export interface CoverageReport {
  readonly kind: 'coverage-report';
  readonly objectClass: ObjectClass;
  /** Launches from `from` to before `until`: later ones would not yet have come into view. */
  readonly from: Instant;
  readonly until: Instant;
  readonly state: 'nothing-seen' | 'not-covered';
  /** What flies lower is not seen everywhere over the region. */
  readonly leastHeightM: number | null;
  /** That one such launch would have been seen; at least. */
  readonly detectionProbability: number | null;
}
