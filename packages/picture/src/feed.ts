// SPDX-License-Identifier: Apache-2.0
// What a node tells its own officers: one record a tick, and one for each thing worth a sentence.

import type { Instant } from '@isthmus/earth';
import type { SensorState } from './coverage.ts';
import type { LaunchReport } from './item.ts';
import type { Outlook } from './outlook.ts';
import type { EventId, PartyName, Picture } from './track.ts';
import type { Warning } from './warning.ts';

/** `degraded` after 3 s without the partner, `lost` after 10 s; `off` when no link is configured. */
export type LinkState = 'up' | 'degraded' | 'lost' | 'off';

/** The partner's clock less ours, as far as the two sides can tell. */
export interface PartnerClock {
  readonly offsetUs: number;
  readonly uncertaintyUs: number;
  /** Further apart than the two may be: the officer is told. */
  readonly isOff: boolean;
}

export interface FeedCounts {
  readonly released: number;
  readonly withheld: number;
  readonly received: number;
  readonly refused: number;
}

/** The newest launch report of a partner's event, as received; identifiers are the agreement's. */
export interface ReceivedReport {
  readonly party: PartyName;
  readonly report: LaunchReport;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

/** An own and a partner's event that are taken for one, and the name it has in the system picture. */
export interface EventJoin {
  readonly own: EventId;
  /** `party:id`, as in the partner's picture. */
  readonly partner: EventId;
  readonly system: EventId;
}

/** Why the two sides differ on a warning, and who covered the place and saw nothing: sentences. */
export interface Explained {
  /** Identifier of the warning. */
  readonly warning: string;
  readonly says: readonly string[];
}

export interface FeedTick {
  readonly kind: 'tick';
  readonly at: Instant;
  readonly own: Picture;
  readonly ownWarnings: readonly Warning[];
  /** System events to which a partner contributed, and own events by reference. */
  readonly system: Picture;
  readonly systemWarnings: readonly Warning[];
  /** What the partner alone has told, before it is joined with anything own. */
  readonly partner: Picture;
  readonly joins: readonly EventJoin[];
  readonly reports: readonly ReceivedReport[];
  /** Of the events with open warnings, own ones first. */
  readonly outlooks: readonly Outlook[];
  /** Of open warnings, those there is anything to say of. */
  readonly explained: readonly Explained[];
  /** Of the own sensors, those that have ever said anything of themselves. */
  readonly sensors: readonly SensorState[];
  readonly link: LinkState;
  readonly counts: FeedCounts;
  /** False while the journal or a ledger cannot write: nothing is released. */
  readonly recording: boolean;
  /** Absent while nothing is known of it. */
  readonly partnerClock?: PartnerClock;
}

export interface FeedNote {
  readonly kind: 'note';
  readonly at: Instant;
  readonly about: 'sees' | 'warns' | 'sends' | 'withholds' | 'learns' | 'link' | 'system';
  readonly partner: PartyName | null;
  readonly text: string;
}

export type FeedRecord = FeedTick | FeedNote;
