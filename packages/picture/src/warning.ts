// SPDX-License-Identifier: Apache-2.0
// What the watch officer is told about one event.

import type { Geodetic, Instant } from '@isthmus/earth';
import type { CancelReason, ConfirmReason } from './officer.ts';
import type { EventId, Evidence, LaunchEstimate } from './track.ts';

export type WarningStage = 'cue' | 'tracked' | 'confirmed' | 'concluded' | 'cancelled';

/**
 * What a warning rests on. `partner-only` never confirms, though officers may (rule 7 of the border);
 * `dual-phenomenology` is infrared and radar, at least one of them own.
 */
export type WarningBasis =
  | 'partner-only'
  | 'infrared-only'
  | 'single-radar'
  | 'several-radars'
  | 'dual-phenomenology';

/** An impact region that covers the impact point with the stated probability. */
export interface ImpactRegion {
  readonly statement: 'region';
  readonly centre: Geodetic;
  /** East-east, east-north, north-north at `centre`, m^2. */
  readonly covarianceM2: readonly [number, number, number];
  readonly probability: number;
  readonly areaKm2: number;
  readonly time: Instant;
  readonly timeSigmaS: number;
}

/** The honest alternative to a region. */
export interface NoImpactStatement {
  readonly statement: 'none';
  readonly because:
    | 'launch not yet tracked'
    | 'still powered'
    | 'too little of the coast seen by radar'
    | 'not ballistic'
    | 'space object'
    | 'flame out, not yet seen by radar'
    | 'track lost';
}

/**
 * Where it comes down on a condition nobody has seen met: that the force on it ends in time. It is
 * no impact region: it has no probability, time or covariance, never crosses the border, and `because`
 * says why there is no region.
 */
export interface ReachableRegion {
  readonly statement: 'reachable';
  readonly because: 'still powered' | 'not ballistic';
  readonly condition: {
    /** Thrust along its path, or any force on what left a ballistic path. */
    readonly motion: 'thrust' | 'manoeuvre';
    /** The force ends between. */
    readonly from: Instant;
    readonly until: Instant;
  };
  /** Where it comes down on the middle of the ways it may go on. */
  readonly centre: Geodetic;
  /** Corners of the convex outline, anticlockwise, three or more, on the ground. */
  readonly outline: readonly Geodetic[];
  readonly areaKm2: number;
}

/** What is said of the impact: a region, or none, or none and what can be reached. */
export type ImpactStatement = ImpactRegion | NoImpactStatement | ReachableRegion;

export interface WarningStep {
  readonly stage: WarningStage;
  readonly at: Instant;
  /** One plain sentence. */
  readonly because: string;
  /** Tracks and reports the step rests on, by identifier, at most 16; absent where there are none. */
  readonly on?: readonly string[];
  /** Officers who acted; absent where evidence alone did. */
  readonly by?: readonly string[];
  /** What they gave as their reason. */
  readonly reason?: CancelReason | ConfirmReason;
}

/** US Department of Defense classes by the range a missile can reach. */
export type RangeClass = 'SRBM' | 'MRBM' | 'IRBM' | 'ICBM';

/**
 * What a flight is by how it flies, as far as that tells. `suborbital so far`: it comes down unless it
 * burns again, and an upper stage on its way to orbit would fly the same arc up to here. `steep
 * flight`: a sounding rocket flies so, and a missile tried on a lofted arc. Which of several bodies
 * carries what is never told: a decoy flies like a warhead.
 */
export type FlightKind =
  | 'not yet known'
  | 'under power'
  | 'suborbital so far'
  | 'ballistic missile'
  | 'steep flight'
  | 'space launch'
  | 'powered again'
  | 'manoeuvring'
  | 'gliding'
  | 'left its orbit'
  | 'aircraft'
  | 'space object'
  | 'catalogued satellite'
  | 'decaying object';

/** What it is: the kind, this flight's own figures, and what the missile could do. */
export interface FlightAccount {
  readonly kind: FlightKind;
  /** Of the osculating orbit, that its perigee is above 100 km; null before cut-off is seen. */
  readonly orbitProbability: number | null;
  /** Along the ground from the launch to where it comes down, one sigma; null while either is unknown. */
  readonly range: { readonly metres: number; readonly sigmaM: number } | null;
  /** Over the equatorial radius; null before cut-off is seen, and of what does not come down. */
  readonly apogeeM: number | null;
  /**
   * By the energy at burn-out: how far the same missile reaches on the best arc (median, and the
   * bounds of 90 %), and how probably it is of each class. Null with `apogeeM`.
   */
  readonly reach: {
    readonly metres: number;
    readonly fromM: number;
    readonly toM: number;
    readonly classes: Readonly<Record<RangeClass, number>>;
  } | null;
}

export interface Warning {
  readonly id: string;
  readonly event: EventId;
  readonly stage: WarningStage;
  readonly basis: WarningBasis;
  /** Every stage reached, oldest first; never shortened. */
  readonly history: readonly WarningStep[];
  /** `suborbital rocket`: a missile or a sounding rocket, which no arc of its height tells apart. */
  readonly assessment: 'missile' | 'space launch' | 'suborbital rocket' | 'undetermined';
  /** Absent in a warning that an earlier build wrote. */
  readonly flight?: FlightAccount;
  readonly objectCountAtLeast: number;
  readonly launch: LaunchEstimate | null;
  readonly impact: ImpactStatement;
  readonly evidence: readonly Evidence[];
}
