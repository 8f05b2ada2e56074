// SPDX-License-Identifier: Apache-2.0
// Pre-launch notifications: what a person announces before a launch, what changes it afterwards, and
// the report after the launch. Lengths keep the unit in which they were given: a notice is a
// statement of the party that gave it, and its digits say how exact it is.

import type { Geodetic, Instant } from '@isthmus/earth';
import type { PartyName } from './track.ts';

export type NotificationId = string;

/**
 * Under which agreement a notice is given. `other` is a letter, a NOTAM or a word to the press: it
 * owes nothing to anybody, and may be checked and matched all the same.
 */
export type NotificationRegime = 'launches-1988' | 'memorandum-2000' | 'hague-code-2002' | 'other';

/**
 * Classes as the regimes name them: ICBM and SLBM (1988, Article I), ballistic missile or space
 * launch vehicle by generic class (Hague Code, 4 a iii). The others are range classes in common use.
 */
export type GenericClass =
  | 'ICBM'
  | 'SLBM'
  | 'IRBM'
  | 'MRBM'
  | 'SRBM'
  | 'space launch vehicle'
  | 'sounding rocket';

/** A length as it was given; 1988, Article III.3 leaves the unit of a radius to the notifying party. */
export interface GivenLength {
  readonly value: number;
  readonly unit: 'km' | 'nautical miles';
  /** Half the width of what it may be, in the same unit; null leaves it to the digits of `value`. */
  readonly tolerance: number | null;
}

export interface GivenDuration {
  readonly value: number;
  readonly unit: 's' | 'min';
  readonly tolerance: number | null;
}

export interface GivenBearing {
  readonly valueDeg: number;
  readonly toleranceDeg: number | null;
}

/** Centre and radius; 1988, Article III.3. */
export interface CircleArea {
  readonly kind: 'circle';
  readonly centre: Geodetic;
  readonly radius: GivenLength;
}

/**
 * Boundary points in order, the last joined to the first; 1988, Article III.3. Which line joins two
 * of them no source says: here it is the great circle.
 */
export interface PolygonArea {
  readonly kind: 'polygon';
  readonly points: readonly Geodetic[];
}

export type BoundedArea = CircleArea | PolygonArea;

/** A named site, or body of water such as a sea or bay (1988, Article III.1 and 2). */
export interface NamedArea {
  readonly kind: 'named';
  readonly name: string;
  /** What the reader of the notice takes the name to cover; null where nobody has said. */
  readonly outline: BoundedArea | null;
}

/**
 * A ninety-degree sector of about a quarter of an ocean (1988, Article III.2). No source says where
 * the sectors of an ocean meet, so without an outline it bounds nothing.
 */
export interface QuadrantArea {
  readonly kind: 'quadrant';
  readonly ocean: string;
  readonly quadrant: 'north-east' | 'south-east' | 'south-west' | 'north-west';
  readonly outline: BoundedArea | null;
}

export type LaunchArea = BoundedArea | NamedArea | QuadrantArea;

/** Half open. */
export interface LaunchWindow {
  readonly from: Instant;
  readonly until: Instant;
}

/** What is announced of a launch; null where the notice does not say. */
export interface AnnouncedLaunch {
  readonly missileClass: GenericClass | null;
  /** 1988, Article I: a day, here its first instant UTC; the source names no time zone. */
  readonly plannedDate: Instant | null;
  readonly window: LaunchWindow | null;
  readonly launchArea: LaunchArea | null;
  /** Planned direction (Hague Code, 4 a iii), clockwise from north. */
  readonly direction: GivenBearing | null;
  readonly impactAreas: readonly BoundedArea[] | null;
  /** Figures that no regime asks for and that are often said: along the ground, above it, in flight. */
  readonly range: GivenLength | null;
  readonly apogee: GivenLength | null;
  readonly flightTime: GivenDuration | null;
}

export interface PreLaunchNotification {
  readonly kind: 'notice';
  readonly id: NotificationId;
  readonly regime: NotificationRegime;
  /** Who launches, and says so. */
  readonly from: PartyName;
  readonly given: Instant;
  readonly launch: AnnouncedLaunch;
}

/** Replaces what it names of an earlier notice, field by field. */
export interface NotificationAmendment {
  readonly kind: 'amendment';
  readonly of: NotificationId;
  readonly given: Instant;
  readonly changes: Partial<AnnouncedLaunch>;
}

/** The launch waits: nothing is announced until an amendment names its time again. */
export interface NotificationHold {
  readonly kind: 'hold';
  readonly of: NotificationId;
  readonly given: Instant;
}

export interface NotificationCancellation {
  readonly kind: 'cancellation';
  readonly of: NotificationId;
  readonly given: Instant;
}

export interface PostLaunchReport {
  readonly kind: 'post-launch report';
  readonly of: NotificationId;
  readonly given: Instant;
  readonly launched: Instant;
}

export type NotificationMessage =
  | PreLaunchNotification
  | NotificationAmendment
  | NotificationHold
  | NotificationCancellation
  | PostLaunchReport;

/** How a notice stands on the board of a side that was given it. */
export interface NoticeStanding {
  readonly notice: NotificationId;
  readonly from: PartyName;
  readonly answer:
    | 'to come'
    | 'window open'
    | 'seen'
    | 'not seen'
    | 'held'
    | 'cancelled'
    | 'no time announced';
  /** Null where no time is announced. */
  readonly window: LaunchWindow | null;
  /** Whether its figures can be true; null until they were looked at. */
  readonly verdict: 'impossible' | 'unusual' | 'plausible' | 'not checkable' | null;
  /** The warning of the launch that it is taken for, and how probably; null for none. */
  readonly seen: {
    readonly picture: 'own' | 'system';
    readonly warning: string;
    readonly probability: number;
  } | null;
}

/** What the notices of a side say of one warning. It never lowers it. */
export interface NoticeFit {
  readonly picture: 'own' | 'system';
  readonly warning: string;
  /** For the officer; null where no notice fits. */
  readonly sentence: string | null;
}
