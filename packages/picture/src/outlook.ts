// SPDX-License-Identifier: Apache-2.0
// What an officer may expect of an event: where its main object goes, and which own sensors can see
// it, now and later. Geometry only: that a sensor could see says nothing of whether it did.

import type { Geodetic, Instant } from '@isthmus/earth';
import type { SensorId } from './sensor.ts';
import type { EventId, ObjectId } from './track.ts';

/** Why a sensor can or cannot see a point, by its declared limits and the Earth's limb. */
export type SightReason =
  | 'in view'
  | 'below the horizon'
  | 'below the least elevation'
  | 'above the greatest elevation'
  | 'outside the sector'
  | 'beyond the range'
  | 'no flame to see';

/** One own sensor and the main object of an event. */
export interface SensorOutlook {
  readonly sensor: SensorId;
  readonly now: SightReason;
  /**
   * When the object comes into view on the path ahead, `computedAt` where it is in view already;
   * null where it does not, or is unknown.
   */
  readonly inViewFrom: Instant | null;
  /**
   * One sigma of `inViewFrom`, seconds: from infrared alone it can be minutes. Absent where the
   * object is in view already, and where the spread is too wide to say.
   */
  readonly inViewSigmaS?: number;
  /** When it leaves view again, or came down; null where it does not come into view or stays. */
  readonly inViewUntil: Instant | null;
  /** What kept it from view longest since the event began, with when it first could be seen. */
  readonly before: { readonly reason: SightReason; readonly until: Instant | null } | null;
}

/** One point of a path: when, and where. */
export interface PathPoint {
  readonly at: Instant;
  readonly point: Geodetic;
}

/** The outlook of one event in one picture. */
export interface Outlook {
  readonly picture: 'own' | 'system';
  readonly event: EventId;
  readonly object: ObjectId;
  readonly computedAt: Instant;
  /** From `computedAt` to the ground, by free flight; empty while powered or too little is known. */
  readonly path: readonly PathPoint[];
  readonly sensors: readonly SensorOutlook[];
}
