// SPDX-License-Identifier: Apache-2.0
// What partners sent, kept as it came for the life of its event, and folded into one estimate a
// track: a rebase opens an epoch, tracklets of that epoch add to it in order of time, a full track
// state replaces. A late input makes the fold begin again, so the result never depends on arrival;
// a withdrawal removes the inputs, and with them every trace.

import { type Instant, invertPositive, secondsBetween, unpackSymmetric } from '@isthmus/earth';
import type {
  Estimate,
  EventId,
  FlightPhase,
  Item,
  LaunchReport,
  PartyName,
  Rebase,
  SourceKind,
  Tracklet,
  TrackState,
} from '@isthmus/picture';
import { TrackingError } from './errors.ts';
import { combine } from './information.ts';
import { LIMITS } from './limits.ts';

/** One item of a partner's track, as received. */
export interface PartnerInput {
  readonly kind: 'rebase' | 'tracklet' | 'track';
  readonly event: EventId;
  readonly epoch: number;
  readonly phase: FlightPhase;
  readonly looks: number;
  readonly sequence: number;
  readonly estimate: Estimate;
}

export interface PartnerTrack {
  id: string;
  source: SourceKind;
  inputs: PartnerInput[];
  dropped: 'lost' | 'merged' | 'split' | 'false' | 'ended' | null;
  /** The fold of `inputs`, renewed when they change; null while nothing can be said. */
  folded: Estimate | null;
  /** Inputs used by `folded` from the start of the ordered list; -1 asks for a new fold. */
  used: number;
}

export interface PartnerReport {
  event: EventId;
  report: LaunchReport;
  firstSeen: Instant | null;
  lastSeen: Instant | null;
}

export interface Partner {
  party: PartyName;
  sequence: number;
  reports: PartnerReport[];
  tracks: PartnerTrack[];
}

/** A partner's track as usable now. */
export interface PartnerEstimate {
  readonly track: PartnerTrack;
  readonly phase: ReturnType<typeof phaseOfTrack>;
  readonly estimate: Estimate;
}

/** Takes one item into what is kept of a partner. */
export function keep(partner: Partner, item: Item): void {
  partner.sequence += 1;
  switch (item.kind) {
    case 'launch-report':
      keepReport(partner, item);
      break;
    case 'track':
    case 'rebase':
    case 'tracklet':
      keepInput(partner, item);
      break;
    case 'drop': {
      const track = partner.tracks.find((other) => other.id === item.track);
      if (track !== undefined) track.dropped = item.reason;
      break;
    }
    case 'withdrawal':
      withdraw(partner, item.event);
      break;
    case 'test':
      break;
  }
}

/** A partner's tracks of an event with what they say, at their own last time. */
export function estimatesOf(partner: Partner, event: EventId, now: Instant): PartnerEstimate[] {
  const found: PartnerEstimate[] = [];
  for (const track of partner.tracks) {
    if (eventOfTrack(track) !== event || isGone(track)) continue;
    const estimate = fold(track);
    const apart = estimate === null ? 0 : Math.abs(secondsBetween(estimate.time, now));
    if (apart > LIMITS.launchKeptS) continue;
    if (estimate !== null && plausible(estimate))
      found.push({ track, phase: phaseOfTrack(track), estimate });
  }
  return found;
}

/** Whether a partner has said that a track was never there or lives on under another name. */
function isGone(track: PartnerTrack): boolean {
  return track.dropped === 'false' || track.dropped === 'merged' || track.dropped === 'split';
}

/** Ids of the events a partner has told of, in the order they came. */
export function partnerEvents(partner: Partner): EventId[] {
  const ids: EventId[] = partner.reports.map((entry) => entry.event);
  for (const track of partner.tracks) {
    const event = eventOfTrack(track);
    if (event !== null && !ids.includes(event)) ids.push(event);
  }
  return ids;
}

/** The event a track belongs to by its newest input. */
export function eventOfTrack(track: PartnerTrack): EventId | null {
  return newest(track)?.event ?? null;
}

/** The phase of the newest input. */
export function phaseOfTrack(track: PartnerTrack): FlightPhase {
  return newest(track)?.phase ?? 'coast';
}

function newest(track: PartnerTrack): PartnerInput | undefined {
  let last: PartnerInput | undefined;
  for (const input of track.inputs) {
    if (last === undefined || input.sequence > last.sequence) last = input;
  }
  return last;
}

/** Brings the fold of a track up to its inputs and returns it. */
function fold(track: PartnerTrack): Estimate | null {
  if (track.used === track.inputs.length) return track.folded;
  if (track.used < 0) {
    track.folded = null;
    track.used = 0;
  }
  const base = lastBase(track.inputs);
  for (let i = track.used; i < track.inputs.length; i += 1) {
    const input = track.inputs[i] as PartnerInput;
    if (base === null) continue;
    if (input === base) track.folded = input.estimate;
    else if (adds(input, base) && track.folded !== null) {
      track.folded = added(track.folded, input.estimate);
    }
  }
  track.used = track.inputs.length;
  return track.folded;
}

/** The fold with one more tracklet; as it was where the numbers of the tracklet cannot be used. */
function added(folded: Estimate, tracklet: Estimate): Estimate {
  const apart = Math.abs(secondsBetween(folded.time, tracklet.time));
  if (apart > LIMITS.launchKeptS) return folded;
  try {
    return combine(folded, tracklet);
  } catch (error) {
    if (error instanceof TrackingError) return folded;
    throw error;
  }
}

/**
 * Whether an estimate can be of a body near the Earth. A partner may lie or err: what it sends must
 * not make this side loop, divide by zero or throw.
 */
function plausible(estimate: Estimate): boolean {
  const { state, covariance } = estimate;
  if (state.length !== 6 || covariance.length !== 21) return false;
  if (!state.every(Number.isFinite) || !covariance.every(Number.isFinite)) return false;
  const size = (from: number): number =>
    Math.hypot(state[from] as number, state[from + 1] as number, state[from + 2] as number);
  if (size(0) < LIMITS.partnerRadiusMMin || size(0) > LIMITS.partnerRadiusMMax) return false;
  return (
    size(3) < LIMITS.partnerSpeedMpsMax && invertPositive(unpackSymmetric(covariance), 6) !== null
  );
}

/** The newest rebase or full state in force: by epoch, then by sequence. */
function lastBase(inputs: readonly PartnerInput[]): PartnerInput | null {
  let base: PartnerInput | null = null;
  for (const input of inputs) {
    if (input.kind === 'tracklet') continue;
    if (base === null || input.sequence > base.sequence) base = input;
  }
  return base;
}

/** Tracklets of the epoch that end after its base; those before it are in the base already. */
function adds(input: PartnerInput, base: PartnerInput): boolean {
  return (
    input.kind === 'tracklet' &&
    base.kind === 'rebase' &&
    input.epoch === base.epoch &&
    input.estimate.time > base.estimate.time
  );
}

function keepReport(partner: Partner, report: LaunchReport): void {
  const held = partner.reports.find((entry) => entry.event === report.event);
  if (held === undefined) {
    partner.reports.push({ event: report.event, report, firstSeen: null, lastSeen: null });
  } else if (report.update > held.report.update) {
    held.report = report;
    held.lastSeen = null;
  }
}

function keepInput(partner: Partner, item: TrackState | Rebase | Tracklet): void {
  if (item.kind !== 'tracklet' && !plausible(item.estimate)) return;
  let track = partner.tracks.find((other) => other.id === item.track);
  if (track === undefined) {
    track = {
      id: item.track,
      source: item.source,
      inputs: [],
      dropped: null,
      folded: null,
      used: 0,
    };
    partner.tracks.push(track);
  }
  track.dropped = null;
  const input: PartnerInput = {
    kind: item.kind,
    event: item.event,
    epoch: item.kind === 'track' ? 0 : item.epoch,
    phase: item.phase,
    looks: item.looks,
    sequence: partner.sequence,
    estimate: item.estimate,
  };
  const last = track.inputs.at(-1);
  const inOrder = last === undefined || last.estimate.time < input.estimate.time;
  track.inputs.push(input);
  if (!inOrder) {
    track.inputs.sort((a, b) => a.estimate.time - b.estimate.time || a.sequence - b.sequence);
  }
  // A new base, or one that belongs further back, changes what the earlier inputs mean.
  if (!inOrder || input.kind !== 'tracklet') track.used = -1;
}

function withdraw(partner: Partner, event: EventId): void {
  partner.reports = partner.reports.filter((entry) => entry.event !== event);
  for (const track of partner.tracks) {
    const left = track.inputs.filter((input) => input.event !== event);
    if (left.length === track.inputs.length) continue;
    track.inputs = left;
    track.used = -1;
  }
  partner.tracks = partner.tracks.filter((track) => track.inputs.length > 0);
}
