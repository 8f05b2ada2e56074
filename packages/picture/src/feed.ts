// SPDX-License-Identifier: Apache-2.0
// What a node tells its own officers: one record a tick, and one for each thing worth a sentence.

import type { Instant } from '@isthmus/earth';
import type { SensorState } from './coverage.ts';
import type { LaunchReport } from './item.ts';
import type { NoticeFit, NoticeStanding } from './notification.ts';
import type { Outlook } from './outlook.ts';
import type { EventId, PartyName, Picture } from './track.ts';
import type { Warning } from './warning.ts';

/**
 * `degraded` after 3 s without the partner, `lost` after 10 s; `suspended` by an officer of this side;
 * `off` when no link is configured.
 */
export type LinkState = 'up' | 'degraded' | 'lost' | 'suspended' | 'off';

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

/**
 * How a partner's word has stood beside what own sensors saw, and what follows from it: its
 * covariances are multiplied by `widening`, never below 1, or its data stay out of own events.
 */
export interface PartnerStanding {
  readonly party: PartyName;
  readonly widening: number;
  readonly leftOut: boolean;
  /** Since when it is not taken at its word; null while it is. */
  readonly since: Instant | null;
  /** Reports compared with own data. */
  readonly scored: number;
  /** Mean squared distance from own over its degrees of freedom: about 1 where both err as they say. */
  readonly distance: number | null;
  /** Mean offset from own, theirs less ours: along the flight, to its right, up, and in time. */
  readonly offset: {
    readonly alongM: number;
    readonly acrossM: number;
    readonly upM: number;
    readonly timeS: number;
  } | null;
  /** How old its estimates are when they come. */
  readonly delayS: number | null;
  /** By how much its first word of an event came before own first sight; negative where after. */
  readonly leadS: number | null;
  /** Events own sensors saw too; that ended and were seen by nobody else; that it took back. */
  readonly events: {
    readonly confirmed: number;
    readonly unconfirmed: number;
    readonly withdrawn: number;
  };
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
  /** Launches that were announced to this side, and which warnings they fit; absent without notices. */
  readonly notices?: {
    readonly standings: readonly NoticeStanding[];
    readonly fits: readonly NoticeFit[];
  };
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
  /** Absent while nothing of the partner could be compared. */
  readonly standing?: PartnerStanding;
}

export interface FeedNote {
  readonly kind: 'note';
  readonly at: Instant;
  readonly about: 'sees' | 'warns' | 'sends' | 'withholds' | 'learns' | 'link' | 'system';
  readonly partner: PartyName | null;
  readonly text: string;
}

export type FeedRecord = FeedTick | FeedNote;
