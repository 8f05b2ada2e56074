// SPDX-License-Identifier: Apache-2.0
// What partners sent, kept as it came for the life of its event, and folded into one estimate a
// track: a rebase opens an epoch, tracklets of that epoch add to it in order of time, a full track
// state replaces. A late input makes the fold begin again, so the result never depends on arrival;
// a withdrawal removes the inputs, and with them every trace. What a newer base of the same event
// has replaced can never count again: of it only the times are kept. All of it is bounded, and what
// is beyond a bound is refused; a partner that floods costs this side no more than one that fills it.

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
import { TrackingError } from '../errors.ts';
import { combine } from '../fusion/information.ts';
import { LIMITS } from './limits.ts';
import {
  bothPasts,
  forgetSeen,
  lastBase,
  type PartnerInput,
  type PartnerTrack,
  pastOf,
  seenOf,
} from './partner-track.ts';
import { createTrust, forgetEvent, type TrustRecord } from './trust.ts';

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
  /** Absent until something of it could be scored. */
  trust?: TrustRecord;
}

/** A partner's track as usable now. */
export interface PartnerEstimate {
  readonly track: PartnerTrack;
  readonly phase: FlightPhase;
  readonly estimate: Estimate;
}

/**
 * Takes one item into what is kept of a partner.
 *
 * @returns false for an item beyond the bounds on what is kept; nothing of it is
 */
export function keep(partner: Partner, item: Item): boolean {
  partner.sequence += 1;
  switch (item.kind) {
    case 'launch-report':
      return keepReport(partner, item);
    case 'track':
    case 'rebase':
    case 'tracklet':
      return keepInput(partner, item);
    case 'drop': {
      const track = indexOf(partner).tracks.get(item.track);
      if (track !== undefined) track.dropped = item.reason;
      return true;
    }
    case 'withdrawal':
      withdraw(partner, item.event);
      return true;
    // Of no event: what covered nothing adds nothing to what is there.
    case 'coverage-report':
    case 'test':
      return true;
  }
}

/** The record of a partner's word, begun where there is none. */
export function trustOf(partner: Partner): TrustRecord {
  partner.trust ??= createTrust();
  return partner.trust;
}

/** A partner's tracks of an event with what they say, at their own last time. */
export function estimatesOf(partner: Partner, event: EventId, now: Instant): PartnerEstimate[] {
  const found: PartnerEstimate[] = [];
  for (const track of tracksOfEvent(partner, event)) {
    if (isGone(track)) continue;
    const estimate = fold(track);
    const apart = estimate === null ? 0 : Math.abs(secondsBetween(estimate.time, now));
    if (apart > LIMITS.launchKeptS) continue;
    if (estimate !== null && isPlausible(estimate)) {
      found.push({ track, phase: seenOf(track).phase, estimate });
    }
  }
  return found;
}

/** A partner's tracks of an event, gone ones too, in the order they came. */
export function tracksOfEvent(partner: Partner, event: EventId): readonly PartnerTrack[] {
  return indexOf(partner).events.get(event) ?? [];
}

/** A partner's newest report of an event. */
export function reportOf(partner: Partner, event: EventId): PartnerReport | undefined {
  return indexOf(partner).reports.get(event);
}

/** Whether a partner has said that a track was never there or lives on under another name. */
function isGone(track: PartnerTrack): boolean {
  return track.dropped === 'false' || track.dropped === 'merged' || track.dropped === 'split';
}

/** Ids of the events a partner has told of, in the order they came. */
export function partnerEvents(partner: Partner): EventId[] {
  const { reports, events } = indexOf(partner);
  return [...new Set([...reports.keys(), ...events.keys()])];
}

interface PartnerIndex {
  readonly tracks: Map<string, PartnerTrack>;
  readonly events: Map<EventId, PartnerTrack[]>;
  readonly reports: Map<EventId, PartnerReport>;
}

/** Follows from the state; made anew when something goes or moves, added to when something comes. */
const indexCache = new WeakMap<Partner, PartnerIndex>();

function indexOf(partner: Partner): PartnerIndex {
  let index = indexCache.get(partner);
  if (index === undefined) {
    index = {
      tracks: new Map(partner.tracks.map((track) => [track.id, track])),
      events: new Map(),
      reports: new Map(partner.reports.map((entry) => [entry.event, entry])),
    };
    for (const track of partner.tracks) addToIndex(index, track);
    indexCache.set(partner, index);
  }
  return index;
}

function addToIndex(index: PartnerIndex, track: PartnerTrack): void {
  const { event } = seenOf(track);
  if (event === null) return;
  const held = index.events.get(event);
  if (held === undefined) index.events.set(event, [track]);
  else held.push(track);
}

/** Keeps of a partner only the events for which `isKept` says so. */
export function keepEvents(partner: Partner, isKept: (event: EventId) => boolean): void {
  partner.reports = partner.reports.filter((entry) => isKept(entry.event));
  partner.tracks = partner.tracks.filter((track) => {
    const { event } = seenOf(track);
    return event !== null && isKept(event);
  });
  indexCache.delete(partner);
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

const plausibleCache = new WeakMap<Estimate, boolean>();

/**
 * Whether an estimate can be of a body near the Earth. A partner may lie or err: what it sends must
 * not make this side loop, divide by zero or throw.
 */
function isPlausible(estimate: Estimate): boolean {
  let answer = plausibleCache.get(estimate);
  if (answer === undefined) {
    answer = plausible(estimate);
    plausibleCache.set(estimate, answer);
  }
  return answer;
}

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

/** Tracklets of the epoch that end after its base; those before it are in the base already. */
function adds(input: PartnerInput, base: PartnerInput): boolean {
  return (
    input.kind === 'tracklet' &&
    base.kind === 'rebase' &&
    input.epoch === base.epoch &&
    input.estimate.time > base.estimate.time
  );
}

function keepReport(partner: Partner, report: LaunchReport): boolean {
  const held = reportOf(partner, report.event);
  if (held === undefined) {
    if (partner.reports.length >= LIMITS.partnerReportsMax) return false;
    const entry = { event: report.event, report, firstSeen: null, lastSeen: null };
    partner.reports.push(entry);
    indexOf(partner).reports.set(report.event, entry);
  } else if (report.update > held.report.update) {
    held.report = report;
    held.lastSeen = null;
  }
  return true;
}

function keepInput(partner: Partner, item: TrackState | Rebase | Tracklet): boolean {
  if (item.kind !== 'tracklet' && !isPlausible(item.estimate)) return true;
  const index = indexOf(partner);
  const track = index.tracks.get(item.track) ?? begin(partner, item);
  const isFull = item.kind === 'tracklet' && track !== null && isFullTrack(track);
  if (track === null || isFull) return false;
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
  const before = seenOf(track).event;
  if (input.kind !== 'tracklet') replaceInputs(track, input);
  const last = track.inputs.at(-1);
  const inOrder = last === undefined || last.estimate.time < input.estimate.time;
  track.inputs.push(input);
  if (!inOrder) {
    track.inputs.sort((a, b) => a.estimate.time - b.estimate.time || a.sequence - b.sequence);
  }
  // A new base, or one that belongs further back, changes what the earlier inputs mean.
  if (!inOrder || input.kind !== 'tracklet') track.used = -1;
  forgetSeen(track);
  if (before === null) addToIndex(index, track);
  else if (before !== input.event) indexCache.delete(partner);
  return true;
}

/** A new track; null when a partner has as many as it may. */
function begin(
  partner: Partner,
  item: { readonly track: string; readonly source: SourceKind },
): PartnerTrack | null {
  if (partner.tracks.length >= LIMITS.partnerTracksMax) return null;
  const track: PartnerTrack = {
    id: item.track,
    source: item.source,
    inputs: [],
    past: [],
    dropped: null,
    folded: null,
    used: 0,
  };
  partner.tracks.push(track);
  indexOf(partner).tracks.set(track.id, track);
  return track;
}

/** A partner that has sent so many tracklets since its last full state owes another. */
function isFullTrack(track: PartnerTrack): boolean {
  return track.inputs.length >= LIMITS.partnerInputsMax;
}

/**
 * Lets go of what a new base replaces. An older input of the same event could count again only if
 * this base went, and what takes this base back takes all of its event. Tracklets of the new base's
 * own epoch may have come before it, and stay; so does whatever is of another event, up to the bound.
 */
function replaceInputs(track: PartnerTrack, base: PartnerInput): void {
  const kept = track.inputs.filter((input) => input.event !== base.event || adds(input, base));
  const replaced = track.inputs.filter((input) => !kept.includes(input));
  const full = kept.length >= LIMITS.partnerInputsMax ? kept.splice(0) : [];
  track.inputs = kept;
  for (const input of [...replaced, ...full]) {
    const at = track.past.findIndex((past) => past.event === input.event);
    const past = bothPasts(track.past[at] ?? null, pastOf(input));
    if (at >= 0) track.past[at] = past;
    else if (track.past.length < LIMITS.partnerInputsMax) track.past.push(past);
  }
}

function withdraw(partner: Partner, event: EventId): void {
  const { reports, events } = indexOf(partner);
  if (reports.has(event) || events.has(event)) forgetEvent(trustOf(partner), event, 'withdrawn');
  partner.reports = partner.reports.filter((entry) => entry.event !== event);
  for (const track of partner.tracks) {
    track.past = track.past.filter((past) => past.event !== event);
    forgetSeen(track);
    const left = track.inputs.filter((input) => input.event !== event);
    if (left.length === track.inputs.length) continue;
    track.inputs = left;
    track.used = -1;
  }
  indexCache.delete(partner);
  partner.tracks = partner.tracks.filter((track) => track.inputs.length > 0);
}
