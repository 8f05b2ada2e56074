// SPDX-License-Identifier: Apache-2.0
// Tracks, objects and events: what tracking and fusion say is there.

import type { Geodetic, Instant } from '@isthmus/earth';
import type { SensorId } from './sensor.ts';

export type TrackId = string;
export type EventId = string;
export type ObjectId = string;
export type PartyName = string;

/** A Gaussian in the Earth-fixed frame (WGS 84). */
export interface Estimate {
  readonly time: Instant;
  /** [x, y, z, vx, vy, vz]: metres and metres a second, velocity relative to the rotating Earth. */
  readonly state: readonly number[];
  /** Upper triangle by rows (00, 01 … 05, 11 … 55), 21 numbers; symmetric positive definite. */
  readonly covariance: readonly number[];
}

export type FlightPhase = 'boost' | 'coast' | 'reentry' | 'orbit' | 'air';
export type SourceKind = 'infrared' | 'radar';

/**
 * One own track: what one kind of own sensor says of one object.
 *
 * Infrared and radar tracks of one object share no information, so they may be fused as independent.
 */
export interface Track {
  readonly id: TrackId;
  /** Set once the track is known to belong to an event. */
  readonly event: EventId | null;
  readonly source: SourceKind;
  readonly sensors: readonly SensorId[];
  readonly phase: FlightPhase;
  readonly status: 'tentative' | 'firm' | 'lost';
  /**
   * Rises by one when the estimate stops being the earlier one plus new information (burn-out, a
   * manoeuvre): tracklets of one epoch add up, those of two do not.
   */
  readonly epoch: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly looks: number;
  /** What the sensors warrant at `estimate.time` = the last look, biases included in the covariance. */
  readonly estimate: Estimate;
}

/** Where, when and in which direction something was launched. */
export interface LaunchEstimate {
  readonly time: Instant;
  readonly timeSigmaS: number;
  readonly point: Geodetic;
  /** East-east, east-north, north-north, m^2. */
  readonly pointCovarianceM2: readonly [number, number, number];
  readonly azimuthRad: number | null;
  readonly azimuthSigmaRad: number | null;
  readonly method: 'infrared' | 'back-propagated' | 'partner';
}

/** One piece of support for an event, from one party's sensors of one kind. */
export interface Evidence {
  /** `own`, or the partner that reported it. */
  readonly party: PartyName | 'own';
  readonly source: SourceKind;
  /** Own sensors by name; empty for a partner's, which are not told. */
  readonly sensors: readonly SensorId[];
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly looks: number;
  /**
   * Own evidence of a launch only: by itself, and with no cue from anyone, it is more than noise,
   * glints, weather and aircraft make. Absent where it is not, or not yet.
   */
  readonly stands?: true;
  /**
   * Own evidence of several radars only: each follows something, and no two agree on a body. They count
   * as one. Absent where two do.
   */
  readonly apart?: true;
}

export interface PictureObject {
  readonly id: ObjectId;
  readonly tracks: readonly TrackId[];
  readonly phase: FlightPhase;
  /** At the time of the picture, predicted from the last look; null while too little is known. */
  readonly estimate: Estimate | null;
  readonly lastSeen: Instant;
  /** Seconds between the first and the last radar look at unpowered flight, whoever's radar. */
  readonly coastSeenS: number;
}

export type EventCategory = 'launch' | 'space-object' | 'aircraft' | 'undetermined';

/** What is known of a body in orbit. */
export interface Orbiting {
  /** Catalogue number of the satellite it flies as; null where the catalogue has none like it. */
  readonly satellite: string | null;
  /** Its perigee is in the air for all that is known: it is on its last revolutions. */
  readonly decays: boolean;
}

/** One launch, or one other thing, with its objects and what supports it. */
export interface PictureEvent {
  readonly id: EventId;
  readonly category: EventCategory;
  /** Of a space object that own sensors see; absent of anything else. */
  readonly orbiting?: Orbiting;
  readonly launch: LaunchEstimate | null;
  readonly objects: readonly PictureObject[];
  readonly evidence: readonly Evidence[];
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

/** An own or system picture at one instant. */
export interface Picture {
  readonly at: Instant;
  readonly events: readonly PictureEvent[];
}
