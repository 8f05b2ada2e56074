// SPDX-License-Identifier: Apache-2.0
// What a console receives: one snapshot, then a delta a turn. Small enough for a browser to take
// thousands of objects a second, and read-only: nothing in it is an answer to a question.

import type { Geodetic, Instant } from '@isthmus/earth';
import type { SensorState } from './coverage.ts';
import type {
  EventJoin,
  FeedCounts,
  FeedNote,
  LinkState,
  PartnerClock,
  PartnerStanding,
  ReceivedReport,
} from './feed.ts';
import type { NoticeStanding } from './notification.ts';
import type { Outlook } from './outlook.ts';
import type { Sensor } from './sensor.ts';
import type {
  EventCategory,
  EventId,
  Evidence,
  FlightPhase,
  LaunchEstimate,
  ObjectId,
  Orbiting,
  PartyName,
} from './track.ts';
import type { Warning } from './warning.ts';

/** Whose object it is: own sensors', the partner's word, or the fusion of both. */
export type ConsolePicture = 'own' | 'partner' | 'system';

/** Who serves this console. It does not change while the node runs. */
export interface ConsoleSide {
  readonly side: PartyName;
  readonly partner: PartyName | null;
  readonly mode: 'exercise' | 'live';
  readonly agreement: { readonly name: string; readonly version: number } | null;
  /** Own sensors, as declared; a partner's are never told. */
  readonly sensors: readonly Sensor[];
  /** The build that runs, or `unversioned`. */
  readonly build: string;
}

/** `over` once an exercise has ended and no further turn will come. */
export interface ConsoleClock {
  readonly at: Instant | null;
  /** Seconds of the picture a second of the wall clock; `max` as fast as both sides go; 1 live. */
  readonly speed: number | 'max';
  readonly over: boolean;
}

export interface ConsoleObject {
  readonly id: ObjectId;
  readonly event: EventId;
  readonly picture: ConsolePicture;
  readonly category: EventCategory;
  /** Of an own space object; absent of anything else. */
  readonly orbiting?: Orbiting;
  readonly phase: FlightPhase;
  /** Rounded to 1e-7 rad and a metre. */
  readonly point: Geodetic;
  readonly speedMps: number;
  readonly climbMps: number;
  /** Course over the ground, clockwise from north, [0, 2π). */
  readonly courseRad: number;
  /** One sigma of the position, root sum square of three axes. */
  readonly sigmaM: number;
  readonly lastSeen: Instant;
}

/** What supports an event of a picture, and what it is: for objects that raise no warning too. */
export interface ConsoleEvent {
  readonly id: EventId;
  readonly picture: ConsolePicture;
  readonly category: EventCategory;
  readonly launch: LaunchEstimate | null;
  readonly evidence: readonly Evidence[];
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

/** A warning of the own or the system picture. */
export interface ConsoleWarning {
  readonly picture: 'own' | 'system';
  readonly warning: Warning;
  /** What notices of launches say of it; absent where none fits. */
  readonly announced?: string;
  /** Why the two sides differ on it, and what speaks against it; absent where there is nothing. */
  readonly says?: readonly string[];
}

/** Where an object has been: one point more. */
export interface TrailPoint {
  /** `picture/id` of the object. */
  readonly key: string;
  readonly point: Geodetic;
}

/** The links' and ledgers' state in a few words. */
export interface ConsoleStatus {
  readonly link: LinkState;
  readonly counts: FeedCounts;
  /** False while the journal or a ledger cannot write: nothing is released. */
  readonly recording: boolean;
  /** Absent while nothing is known of it. */
  readonly partnerClock?: PartnerClock;
  /** Absent while nothing of the partner could be compared. */
  readonly standing?: PartnerStanding;
  /** Own sensors that say of themselves whether they work; absent where none does. */
  readonly sensors?: readonly SensorState[];
}

/** Everything a console shows, at once. */
export interface ConsoleSnapshot {
  readonly kind: 'snapshot';
  readonly side: ConsoleSide;
  readonly clock: ConsoleClock;
  readonly status: ConsoleStatus;
  readonly objects: readonly ConsoleObject[];
  readonly events: readonly ConsoleEvent[];
  readonly warnings: readonly ConsoleWarning[];
  readonly reports: readonly ReceivedReport[];
  readonly outlooks: readonly Outlook[];
  readonly joins: readonly EventJoin[];
  /** Launches that were announced, those whose windows are nearest first. */
  readonly notices: readonly NoticeStanding[];
  /** The newest 500, oldest first; a fold of deltas drops what is older. */
  readonly notes: readonly FeedNote[];
  /**
   * Oldest first. A fold of deltas forgets the trails of objects that are gone, then adds points;
   * a trail of more than 400 keeps its first, third, fifth and so on.
   */
  readonly trails: readonly { readonly key: string; readonly points: readonly Geodetic[] }[];
}

/**
 * What changed in one turn. A list holds what is new or changed, to be put in place of what has the
 * same key; `gone` holds the keys of what is no longer there.
 */
export interface ConsoleDelta {
  readonly kind: 'delta';
  readonly clock: ConsoleClock;
  readonly status: ConsoleStatus;
  readonly objects: readonly ConsoleObject[];
  readonly events: readonly ConsoleEvent[];
  readonly warnings: readonly ConsoleWarning[];
  readonly reports: readonly ReceivedReport[];
  readonly outlooks: readonly Outlook[];
  /** All of them where any changed, else null. */
  readonly joins: readonly EventJoin[] | null;
  /** Likewise. */
  readonly notices: readonly NoticeStanding[] | null;
  readonly notes: readonly FeedNote[];
  readonly trails: readonly TrailPoint[];
  readonly gone: {
    /** `picture/id`; a trail goes with its object. */
    readonly objects: readonly string[];
    /** `picture/id`. */
    readonly events: readonly string[];
    /** `picture/id` of the warning. */
    readonly warnings: readonly string[];
    /** `party/event` of the report. */
    readonly reports: readonly string[];
    /** `picture/event`. */
    readonly outlooks: readonly string[];
  };
}

export type ConsoleRecord = ConsoleSnapshot | ConsoleDelta;
