// SPDX-License-Identifier: Apache-2.0
// One warning and what is remembered to carry it on: plain data, changed in place by the steps of
// this package alone. The stage is written here and nowhere else.

import type { Instant, PlaneCovariance } from '@isthmus/earth';
import type {
  ConfirmAct,
  ImpactRegion,
  ImpactStatement,
  ObjectId,
  TrackId,
  Warning,
  WarningStage,
  WarningStep,
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
  /** Set once a region was withdrawn because the body left the path it was stated for. */
  leftPath?: true;
  /** What the reachable region is about, and when it was last computed; absent where none was. */
  reach?: Primary;
  lost: boolean;
  endedAt: Instant | null;
  /** The officer who asks to confirm by hand, while a second may; absent where nobody did. */
  asked?: { readonly act: ConfirmAct; readonly at: Instant };
  /** Set where an officer withdrew it: the evidence there was, so that other evidence is heard. */
  withdrawnOn?: readonly string[];
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
/** Identifiers that one step names. */
const SUPPORTS_MAX = 16;

/** What is written with a step: the sentence, and who acted with what reason. */
export type Told = Pick<WarningStep, 'because' | 'by' | 'reason'>;

const ORDER: readonly WarningStage[] = ['cue', 'tracked', 'confirmed', 'concluded', 'cancelled'];

/** Moves a warning to a later stage, other than the one that needs a `Confirmation`. */
export function advance(
  record: WarningRecord,
  stage: Exclude<WarningStage, 'confirmed'>,
  at: Instant,
  told: string | Told,
): void {
  if (isEnded(record) || ORDER.indexOf(stage) <= ORDER.indexOf(record.warning.stage)) return;
  write(record, stage, at, { ...toldOf(told), on: supportsOf(record) });
  if (stage === 'concluded' || stage === 'cancelled') record.endedAt = at;
}

/** The only way to the stage `confirmed`: with a confirmation; two officers may confirm a cue, too. */
export function confirm(record: WarningRecord, confirmation: Confirmation, at: Instant): void {
  if (!Confirmation.isGenuine(confirmation)) return;
  const { grounds, because } = confirmation;
  const by = 'officers' in grounds ? grounds.officers : null;
  const { stage } = record.warning;
  if (stage !== 'tracked' && !(by !== null && stage === 'cue')) return;
  const on = supportsOf(record);
  write(record, 'confirmed', at, by === null ? { because, on } : { because, on, by });
}

/** Adds the first sentence of a warning. */
export function begin(record: WarningRecord, at: Instant, because: string): void {
  write(record, record.warning.stage, at, { because, on: supportsOf(record) });
}

/** Adds a sentence to the history without moving the stage. */
export function note(record: WarningRecord, at: Instant, because: string): void {
  if (record.warning.history.length >= NOTES_MAX) return;
  write(record, record.warning.stage, at, { because });
}

/** Adds what an officer did or said; no flickering track can have filled the history before it. */
export function noteAct(record: WarningRecord, at: Instant, told: Told): void {
  write(record, record.warning.stage, at, told);
}

export function isEnded(record: WarningRecord): boolean {
  return record.endedAt !== null;
}

/** Known from its flame and from nobody's radar: when that is out, nothing was lost yet. */
export function isOnlyFlame({ warning, coastSeen }: WarningRecord): boolean {
  return !coastSeen && warning.evidence.every(({ source }) => source === 'infrared');
}

/** Replaces the impact statement. */
export function setImpact(record: WarningRecord, impact: ImpactStatement): void {
  record.warning = { ...record.warning, impact };
}

function toldOf(told: string | Told): Told {
  return typeof told === 'string' ? { because: told } : told;
}

/** Tracks of the event, and the event itself where it is a partner's: then its report is one. */
function supportsOf({ warning, tracks }: WarningRecord): readonly string[] {
  const reports = warning.event.includes(':') ? [warning.event] : [];
  return [...reports, ...tracks].slice(0, SUPPORTS_MAX);
}

function write(
  record: WarningRecord,
  stage: WarningStage,
  at: Instant,
  { on = [], ...told }: Told & { readonly on?: readonly string[] },
): void {
  const step: WarningStep = { stage, at, ...told, ...(on.length === 0 ? {} : { on }) };
  const history = [...record.warning.history, step];
  record.warning = { ...record.warning, stage, history };
}
