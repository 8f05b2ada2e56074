// SPDX-License-Identifier: Apache-2.0
// One warning and what is remembered to carry it on: plain data, changed in place by the steps of
// this package alone. The stage is written in two functions here and nowhere else.

import type { Instant, PlaneCovariance } from '@isthmus/earth';
import type {
  ImpactRegion,
  NoImpactStatement,
  ObjectId,
  TrackId,
  Warning,
  WarningStage,
} from '@isthmus/picture';
import { Confirmation } from './evidence.ts';

/** The object the impact statement is about, and when it was last computed from what. */
export interface Primary {
  readonly object: ObjectId;
  readonly lastSeen: Instant;
  readonly computedAt: Instant;
}

/** One body of the launch, and where it comes down as far as it was last computed. */
export interface Fragment {
  readonly object: ObjectId;
  readonly lastSeen: Instant;
  readonly computedAt: Instant;
  readonly region: ImpactRegion | null;
}

export interface WarningRecord {
  warning: Warning;
  primary: Primary | null;
  /** Every body computed so far, the primary too. */
  fragments: Fragment[];
  /** Spread on the ground of bodies that parted at burn-out, by the flight of the object named. */
  separation: { object: ObjectId; covarianceM2: PlaneCovariance } | null;
  /** Tracks under the event when it was last in the picture: how a renamed event is recognised. */
  tracks: TrackId[];
  lastSeen: Instant;
  /** True once radar followed its unpowered flight. */
  coastSeen: boolean;
  lost: boolean;
  endedAt: Instant | null;
}

/** Serialisable state of one picture's warnings. */
export interface WarningState {
  readonly picture: 'own' | 'system';
  /** Number of the next warning. */
  next: number;
  records: WarningRecord[];
}

/** Notes beside stages stop here, so that a flickering track cannot grow a history without end. */
const NOTES_MAX = 64;
const ORDER: readonly WarningStage[] = ['cue', 'tracked', 'confirmed', 'concluded', 'cancelled'];

/** Moves a warning to a later stage, other than the one that needs a `Confirmation`. */
export function advance(
  record: WarningRecord,
  stage: Exclude<WarningStage, 'confirmed'>,
  at: Instant,
  because: string,
): void {
  if (isEnded(record) || ORDER.indexOf(stage) <= ORDER.indexOf(record.warning.stage)) return;
  write(record, stage, at, because);
  if (stage === 'concluded' || stage === 'cancelled') record.endedAt = at;
}

/** The only way to the stage `confirmed`: with a confirmation, which holds own evidence. */
export function confirm(record: WarningRecord, confirmation: Confirmation, at: Instant): void {
  if (record.warning.stage !== 'tracked' || !Confirmation.isGenuine(confirmation)) return;
  write(record, 'confirmed', at, confirmation.because);
}

/** Adds a sentence to the history without moving the stage. */
export function note(record: WarningRecord, at: Instant, because: string): void {
  if (record.warning.history.length >= NOTES_MAX) return;
  write(record, record.warning.stage, at, because);
}

export function isEnded(record: WarningRecord): boolean {
  return record.endedAt !== null;
}

/** Replaces the impact statement. */
export function setImpact(record: WarningRecord, impact: ImpactRegion | NoImpactStatement): void {
  record.warning = { ...record.warning, impact };
}

function write(record: WarningRecord, stage: WarningStage, at: Instant, because: string): void {
  const history = [...record.warning.history, { stage, at, because }];
  record.warning = { ...record.warning, stage, history };
}
