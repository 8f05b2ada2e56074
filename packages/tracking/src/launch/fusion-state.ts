// SPDX-License-Identifier: Apache-2.0
// What fusion remembers between ticks: partners' inputs, and who was taken for whom. Plain JSON data.

import type { Instant } from '@isthmus/earth';
import type { Estimate, EventId, ObjectId, PartyName, TrackId } from '@isthmus/picture';
import type { Partner } from './partner-inputs.ts';

/** One event of a partner, and the own event it is taken for. */
export interface EventPair {
  readonly party: PartyName;
  readonly theirs: EventId;
  readonly own: EventId;
}

/** One track of a partner, and the own object it is taken for. */
export interface ObjectPair {
  readonly party: PartyName;
  readonly track: string;
  readonly own: ObjectId;
}

/** When an event was first there, own (`party` null) or of a partner: the older one gives its name. */
export interface EventAge {
  readonly party: PartyName | null;
  readonly event: EventId;
  readonly since: Instant;
}

/** An own infrared track that coasts: what it says of a launch is added to a partner's radar too. */
export interface OwnSight {
  readonly event: EventId;
  readonly track: TrackId;
  /** At burn-out, where it is a Gaussian. */
  readonly estimate: Estimate;
}

/** What fusion remembers. Plain JSON data. */
export interface FusionState {
  /** By name. */
  partners: Partner[];
  events: EventPair[];
  /**
   * The own event each partner's event was last taken for by its bodies, whether it still is or not;
   * absent before the first, and from an earlier build.
   */
  byBodies?: EventPair[];
  objects: ObjectPair[];
  ages: EventAge[];
  contributed: EventId[];
  sights: OwnSight[];
  /** Own radar tracks under power; absent from an earlier build. */
  powered?: TrackId[];
}
