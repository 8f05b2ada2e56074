// SPDX-License-Identifier: Apache-2.0
// What this side could tell its partner at this turn: drafts for the gate, made from own tracks and
// own warnings alone (rule 2 of the border). Whether any of it goes is the gate's decision.

import { enclosingRadiusM, secondsBetween } from '@isthmus/earth';
import type {
  Area,
  CancelReason,
  EventCategory,
  Item,
  ItemKind,
  LaunchEstimate,
  LaunchReport,
  OfficerAct,
  Picture,
  PictureEvent,
  Track,
  Warning,
  Withdrawal,
} from '@isthmus/picture';
import type { Agreement, Draft, GateMemory } from '@isthmus/release';
import { trackletBase } from '@isthmus/release';
import { trackletBetween } from '@isthmus/tracking';
import { LIMITS } from './limits.ts';

/** The share of cases in which a reported circle holds the true point, as the message defines it. */
const AREA_PROBABILITY = 0.95;

export interface OwnSide {
  readonly picture: Picture;
  readonly tracks: readonly Track[];
  readonly warnings: readonly Warning[];
  /** What officers did to them in this turn. */
  readonly acts: readonly OfficerAct[];
}

/**
 * Drafts in the order in which they are decided: reports and withdrawals first, since they go even
 * without credit; then tracks, newest state of each, only while `tracksToo`.
 */
export function draftsOf(
  own: OwnSide,
  memory: GateMemory,
  options: {
    readonly mode: Draft['mode'];
    readonly tracksToo: boolean;
    /** Categories of which no clause gives tracklets: whole states go of them, in free flight too. */
    readonly wholeStates?: readonly EventCategory[];
  },
): Draft[] {
  const events = new Map(own.picture.events.map((event) => [event.id, event]));
  const drafts: Draft[] = [];
  for (const warning of own.warnings) {
    drafts.push({
      item: warning.stage === 'cancelled' ? withdrawalOf(warning) : reportOf(warning),
      category: 'launch',
      region: warning.launch?.point ?? null,
      current: null,
      mode: options.mode,
    });
  }
  if (!options.tracksToo) return drafts;
  for (const track of own.tracks) {
    const event = track.event === null ? undefined : events.get(track.event);
    if (event === undefined || track.status === 'tentative') continue;
    const whole = options.wholeStates?.includes(event.category) === true;
    const item = whole ? wholeStateOf(track, event) : trackItemOf(track, event, memory);
    if (item === null) continue;
    drafts.push({
      item,
      category: event.category,
      region: event.launch?.point ?? null,
      current: track.estimate,
      mode: options.mode,
    });
  }
  return drafts;
}

/**
 * Drafts in the order in which they are decided and recorded: by the identifiers of the agreement,
 * within coverage reports, then what warns or takes back, then tracks. The order in which plots came
 * or tracks were begun would tell the partner of our sensors; this one tells what the items do.
 */
export function inReleaseOrder(
  drafts: readonly Draft[],
  identify: (localId: string) => string,
): Draft[] {
  return drafts
    .map((draft) => ({ draft, rank: rankOf(draft.item), name: nameOf(draft.item, identify) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ draft }) => draft);
}

function rankOf({ kind }: Item): number {
  return kind === 'coverage-report' ? 0 : isTrackState(kind) || kind === 'drop' ? 2 : 1;
}

function nameOf(item: Item, identify: (localId: string) => string): string {
  if ('track' in item) return identify(item.track);
  if ('event' in item) return identify(item.event);
  return item.kind === 'test' ? `${item.serial}` : '';
}

/** What waits and conflates on a link that is behind; everything else warns, takes back or ends. */
export function isTrackState(kind: ItemKind): boolean {
  return kind === 'track' || kind === 'rebase' || kind === 'tracklet';
}

/** Why an officer took a warning back, in the words the message has for it. */
const WITHDRAWALS: Record<CancelReason, Withdrawal['reason']> = {
  'false-detection': 'false',
  'exercise-data': 'false',
  'equipment-fault': 'false',
  'announced-launch': 'mistaken-identity',
  duplicate: 'mistaken-identity',
  'sent-in-error': 'released-in-error',
};

function withdrawalOf(warning: Warning): Item {
  const reasons: Readonly<Record<string, Withdrawal['reason']>> = WITHDRAWALS;
  const given = warning.history.findLast(
    (step) => step.stage === 'cancelled' && step.reason,
  )?.reason;
  return {
    kind: 'withdrawal',
    event: warning.event,
    reason: (given === undefined ? undefined : reasons[given]) ?? 'false',
  };
}

function reportOf(warning: Warning): LaunchReport {
  const { launch, impact } = warning;
  const region = impact.statement === 'region' ? impact : null;
  return {
    kind: 'launch-report',
    event: warning.event,
    update: 1,
    final: warning.stage === 'concluded',
    launchTime: launch?.time ?? null,
    launchTimeSigmaS: launch?.timeSigmaS ?? null,
    launchArea: launch === null ? null : launchAreaOf(launch),
    azimuthRad: launch?.azimuthRad ?? null,
    azimuthSigmaRad: launch?.azimuthSigmaRad ?? null,
    objectCountAtLeast: warning.objectCountAtLeast,
    impactArea:
      region === null
        ? null
        : {
            centre: region.centre,
            radiusM: enclosingRadiusM(region.covarianceM2, AREA_PROBABILITY),
          },
    impactTime: region?.time ?? null,
    impactTimeSigmaS: region?.timeSigmaS ?? null,
    sources: [...new Set(warning.evidence.map((piece) => piece.source))].sort(),
    assessment: warning.stage,
  };
}

function launchAreaOf(launch: LaunchEstimate): Area {
  return {
    centre: launch.point,
    radiusM: enclosingRadiusM(launch.pointCovarianceM2, AREA_PROBABILITY),
  };
}

/** Categories of which a party gives tracks and nothing finer. */
export function wholeStateCategories(
  clauses: Agreement['clauses'],
  from: string,
): readonly EventCategory[] {
  const given = clauses.filter((clause) => clause.from === from && clause.level !== 'report');
  return [...new Set(given.map(({ category }) => category))].filter((category) =>
    given.every((clause) => clause.category !== category || clause.level === 'track'),
  );
}

/** The newest state of a track as a whole, whatever went before; a lost one has none. */
function wholeStateOf(track: Track, event: PictureEvent): Item | null {
  if (track.status === 'lost') return null;
  const { id, source, phase, looks, estimate } = track;
  return { kind: 'track', track: id, event: event.id, source, phase, looks, estimate };
}

/** The newest state of a track in the form its history at the gate calls for, or null for nothing new. */
function trackItemOf(track: Track, event: PictureEvent, memory: GateMemory): Item | null {
  const common = {
    track: track.id,
    event: event.id,
    source: track.source,
    phase: track.phase,
    estimate: track.estimate,
  };
  const base = trackletBase(memory, track.id);
  if (track.status === 'lost') {
    // A body in free flight goes on where physics takes it: what was said of it still holds.
    return base === null || track.phase === 'coast'
      ? null
      : { kind: 'drop', track: track.id, event: event.id, reason: 'lost' };
  }
  if (track.phase === 'boost') return { kind: 'track', ...common, looks: track.looks };
  if (base === null || base.epoch !== track.epoch) {
    return { kind: 'rebase', ...common, epoch: track.epoch, looks: track.looks };
  }
  if (track.estimate.time <= base.estimate.time) return null;
  const equivalent = trackletBetween(base.estimate, track.estimate);
  if (equivalent === null) {
    const silentS = secondsBetween(base.estimate.time, track.estimate.time);
    if (silentS < LIMITS.trackSilentS) return null;
    return { kind: 'rebase', ...common, epoch: track.epoch, looks: track.looks };
  }
  return {
    kind: 'tracklet',
    ...common,
    epoch: track.epoch,
    base: base.estimate.time,
    looks: track.looks - base.looks,
    estimate: equivalent,
  };
}
