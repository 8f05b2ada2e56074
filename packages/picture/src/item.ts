// SPDX-License-Identifier: Apache-2.0
// What may cross the border: a closed set, none of which can command anything.
// `Id` is a local identifier in a draft, and the 16-byte identifier of the agreement (32 hex
// digits) once released.

import type { Geodetic, Instant } from '@isthmus/earth';
import type { CoverageReport } from './coverage.ts';
import type { Estimate, FlightPhase, SourceKind } from './track.ts';
import type { WarningStage } from './warning.ts';

/** A circle on the ellipsoid that holds the true point at 95 %. */
export interface Area {
  readonly centre: Geodetic;
  readonly radiusM: number;
}

/** The message of the 2000 data exchange, with uncertainty, updates and an end. */
export interface LaunchReport {
  readonly kind: 'launch-report';
  readonly event: string;
  /** 1 for the first report of an event, then ascending. */
  readonly update: number;
  readonly final: boolean;
  readonly launchTime: Instant | null;
  readonly launchTimeSigmaS: number | null;
  readonly launchArea: Area | null;
  readonly azimuthRad: number | null;
  readonly azimuthSigmaRad: number | null;
  readonly objectCountAtLeast: number;
  readonly impactArea: Area | null;
  readonly impactTime: Instant | null;
  readonly impactTimeSigmaS: number | null;
  readonly sources: readonly SourceKind[];
  readonly assessment: WarningStage;
}

/** The newest full state of a track; it replaces the one before and adds no information to it. */
export interface TrackState {
  readonly kind: 'track';
  readonly track: string;
  readonly event: string;
  readonly source: SourceKind;
  readonly phase: FlightPhase;
  readonly looks: number;
  readonly estimate: Estimate;
}

/** A full state that opens an epoch: everything sent of the track before it is superseded. */
export interface Rebase {
  readonly kind: 'rebase';
  readonly track: string;
  readonly event: string;
  readonly source: SourceKind;
  readonly phase: FlightPhase;
  readonly epoch: number;
  readonly looks: number;
  readonly estimate: Estimate;
}

/**
 * The information own sensors added since `base`, as an equivalent measurement of the whole state
 * at `estimate.time`, independent of everything sent before.
 */
export interface Tracklet {
  readonly kind: 'tracklet';
  readonly track: string;
  readonly event: string;
  readonly source: SourceKind;
  readonly phase: FlightPhase;
  readonly epoch: number;
  /** The end of the tracklet, or the time of the rebase, that this one follows. */
  readonly base: Instant;
  readonly looks: number;
  readonly estimate: Estimate;
}

export interface Drop {
  readonly kind: 'drop';
  readonly track: string;
  readonly event: string;
  readonly reason: 'lost' | 'merged' | 'split' | 'false' | 'ended';
}

/** Takes back everything ever released of an event. */
export interface Withdrawal {
  readonly kind: 'withdrawal';
  readonly event: string;
  readonly reason: 'false' | 'mistaken-identity' | 'released-in-error';
}

/** Carries nothing but a number; can be read as nothing else. */
export interface TestMessage {
  readonly kind: 'test';
  readonly serial: number;
}

export type Item =
  | LaunchReport
  | TrackState
  | Rebase
  | Tracklet
  | Drop
  | Withdrawal
  | CoverageReport
  | TestMessage;

export type ItemKind = Item['kind'];
