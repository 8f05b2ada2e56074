// SPDX-License-Identifier: Apache-2.0
// One system event: an own event with a partner's contribution, or a partner's alone. Only
// unpowered estimates are fused, and only where they agree; a partner's infrared and radar tracks of
// one body share nothing, so with own estimates all of them add as independent information.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type {
  Estimate,
  EventId,
  Evidence,
  FlightPhase,
  LaunchEstimate,
  PictureEvent,
  PictureObject,
  SourceKind,
} from '@isthmus/picture';
import { isEcho } from '../fusion/echo.ts';
import { fuseAtOrigin, fuseIndependent, separation } from '../fusion/information.ts';
import { approximateHeightM, followCoast, INFRARED_HELPS_ABOVE_M } from '../models/coast.ts';
import { carried, launchOfReport, partnerCategory } from './correlation.ts';
import { withCourse, withSurerCourse } from './course.ts';
import { isDown } from './events.ts';
import type { FusionState } from './fusion-state.ts';
import { LIMITS } from './limits.ts';
import {
  estimatesOf,
  type Partner,
  type PartnerEstimate,
  reportOf,
  tracksOfEvent,
} from './partner-inputs.ts';
import { type PartnerTrack, seenOf } from './partner-track.ts';
import { isLeftOut, wideningOf } from './trust.ts';
import { widenedLaunch, widenedObjects } from './widening.ts';

/** The contribution of one partner's event. */
export interface Contribution {
  readonly state: FusionState;
  readonly partner: Partner;
  readonly theirs: EventId;
  readonly now: Instant;
}

/**
 * An own (or already fused) event with one more contribution, as wide as the partner's record asks;
 * the event itself where the record leaves the partner out. What is whose is decided on what was told.
 */
export function fuseEvent(from: Contribution, event: PictureEvent): PictureEvent {
  if (isLeftOut(from.partner.trust)) return event;
  const { objects: fused, firstSeen, lastSeen } = bodies(from, event.objects, event);
  const objects = widenedObjects(fused, event.objects, wideningOf(from.partner.trust));
  return {
    id: event.id,
    category: event.category === 'undetermined' ? categoryOf(from) : event.category,
    ...(event.orbiting === undefined ? {} : { orbiting: event.orbiting }),
    launch: launched(better(event.launch, reported(from)), objects),
    objects,
    evidence: [...event.evidence, ...evidenceOf(from)],
    firstSeen: earlier(event.firstSeen, firstSeen),
    lastSeen: later(event.lastSeen, lastSeen),
  };
}

/** An event only a partner knows; its id says whose. */
export function partnerOnlyEvent(from: Contribution): PictureEvent {
  const { partner, theirs, now } = from;
  const { objects: told, firstSeen, lastSeen } = bodies(from, [], { id: null, firstSeen: now });
  const objects = widenedObjects(told, [], wideningOf(partner.trust));
  const evidence = evidenceOf(from);
  return {
    id: `${partner.party}:${theirs}`,
    category: categoryOf(from),
    launch: launched(reported(from), objects),
    objects,
    evidence,
    firstSeen: evidence.reduce((t, e) => earlier(t, e.firstSeen), firstSeen),
    lastSeen: evidence.reduce((t, e) => later(t, e.lastSeen), lastSeen),
  };
}

function categoryOf(from: Contribution): PictureEvent['category'] {
  return partnerCategory(estimatesOf(from.partner, from.theirs, from.now));
}

function reported(from: Contribution): LaunchEstimate | null {
  const entry = reportOf(from.partner, from.theirs);
  const launch = entry === undefined ? null : launchOfReport(entry.report);
  return launch === null ? null : widenedLaunch(launch, wideningOf(from.partner.trust));
}

/** A launch with the course that bodies tell of it. */
function launched(
  launch: LaunchEstimate | null,
  objects: readonly PictureObject[],
): LaunchEstimate | null {
  return launch === null ? null : withCourse(launch, objects);
}

/** Own infrared is kept; else the launch whose area is smaller. Of two courses that agree, the surer. */
function better(own: LaunchEstimate | null, theirs: LaunchEstimate | null): LaunchEstimate | null {
  if (own === null || theirs === null) return own ?? theirs;
  const size = (launch: LaunchEstimate): number =>
    launch.pointCovarianceM2[0] + launch.pointCovarianceM2[2];
  const isOwn = own.method === 'infrared' || size(own) <= size(theirs);
  return isOwn ? withSurerCourse(own, theirs) : withSurerCourse(theirs, own);
}

interface Bodies {
  readonly objects: readonly PictureObject[];
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

/** Objects after the contribution: paired ones fused, the partner's others added. */
function bodies(
  from: Contribution,
  before: readonly PictureObject[],
  own: { readonly id: EventId | null; readonly firstSeen: Instant },
): Bodies {
  const { state, partner, theirs, now } = from;
  const estimates = estimatesOf(partner, theirs, now);
  const sights = state.sights.filter((sight) => sight.event === own.id);
  const objects: PictureObject[] = [...before];
  for (const told of estimates.filter(({ track }) => track.source === 'radar')) {
    const pair = state.objects.find(
      (other) => other.party === partner.party && other.track === told.track.id,
    );
    const at = objects.findIndex((object) => object.id === pair?.own);
    const held = objects[at];
    const target = held ?? (mayBe(objects, told, from) ? objects[0] : undefined);
    const added = target === undefined ? objectOf(told, from) : withTrack(target, told, from);
    // What own infrared says of the launch holds for a body that own radar has not joined with it.
    const isNew = target === undefined || target.coastSeenS === 0;
    const sharp = isNew
      ? sights.reduce((o, sight) => sharpened(o, sight.estimate, now), added)
      : added;
    if (target === undefined) objects.push(sharp);
    else objects[objects.indexOf(target)] = sharp;
  }
  for (const sight of estimates.filter(({ track }) => track.source === 'infrared')) {
    addSight(objects, sight, from);
  }
  const times = estimates.flatMap(({ track }) => timesOf(track));
  return {
    objects: objects.map((object) =>
      isToldToBurn(object, estimates, from) ? burning(object) : object,
    ),
    firstSeen: times.reduce(earlier, times[0] ?? own.firstSeen),
    lastSeen: times.reduce(later, times[0] ?? own.firstSeen),
  };
}

/** Whether a partner's radar sees it burn, which own radar has not followed for long enough to tell. */
function isToldToBurn(
  object: PictureObject,
  estimates: readonly PartnerEstimate[],
  { state, partner, now }: Contribution,
): boolean {
  if (object.phase !== 'coast' || object.coastSeenS >= LIMITS.heldByLaunchS) return false;
  return estimates.some(
    ({ track, phase, estimate }) =>
      phase === 'boost' &&
      track.source === 'radar' &&
      secondsBetween(estimate.time, now) <= LIMITS.burningSeenS &&
      state.objects.some(
        ({ party, track: id, own }) =>
          party === partner.party && id === track.id && own === object.id,
      ),
  );
}

function burning(object: PictureObject): PictureObject {
  return { ...object, phase: 'boost' satisfies FlightPhase };
}

/** A partner's infrared track: listed with the nearest object, and sharpening all that agree. */
function addSight(objects: PictureObject[], sight: PartnerEstimate, from: Contribution): void {
  const at = nearestObject(objects, sight, from.now);
  const held = objects[at];
  if (held === undefined) {
    if (objects.length === 0) objects.push(objectOf(sight, from));
    return;
  }
  objects[at] = withTrack(held, sight, from);
  if (sight.phase === 'boost') return;
  objects.forEach((object, i) => {
    objects[i] = sharpened(object, sight.estimate, from.now);
  });
}

/**
 * An object that radar follows in free flight, with what infrared saw of the launch that all bodies
 * of it share: they were in one place at burn-out. Unchanged where the two do not agree.
 */
function sharpened(object: PictureObject, sight: Estimate, now: Instant): PictureObject {
  const { estimate, coastSeenS } = object;
  if (estimate === null || coastSeenS === 0 || object.phase !== 'coast') return object;
  if (approximateHeightM(estimate.state) < INFRARED_HELPS_ABOVE_M) return object;
  const fused = fuseAtOrigin(estimate, sight, { gate: LIMITS.gateState, at: now });
  return fused === null ? object : { ...object, estimate: fused };
}

/**
 * Whether what a partner's radar sees is the one body that was seen in boost alone, further on. It is not
 * where that is known to be elsewhere: followed under power by own radar to another place, or by the
 * partner's while this one was seen too, be this the stage that the other dropped.
 */
function mayBe(
  objects: readonly PictureObject[],
  told: PartnerEstimate,
  from: Contribution,
): boolean {
  const [one] = objects;
  if (one === undefined || !isOnlyPowered(objects)) return false;
  const { state, partner, theirs, now } = from;
  if (isSeenPowered(state, one) && one.estimate !== null) {
    return separation(one.estimate, carried(told, now)) <= LIMITS.gateState;
  }
  const { first } = seenOf(told.track);
  return tracksOfEvent(partner, theirs).every((track) => {
    if (track.source !== 'radar' || !one.tracks.includes(`${partner.party}:${track.id}`))
      return true;
    const { last } = seenOf(track);
    return first !== null && last !== null && last < first;
  });
}

/** Whether own radar follows it under power. */
export function isSeenPowered({ powered = [] }: FusionState, object: PictureObject): boolean {
  return object.phase === 'boost' && object.tracks.some((track) => powered.includes(track));
}

/** One body alone, in boost. */
function isOnlyPowered(objects: readonly PictureObject[]): boolean {
  const [one] = objects;
  return objects.length === 1 && one !== undefined && one.phase === 'boost';
}

/** The object an infrared track belongs to: the nearest that agrees, or the only one; else -1. */
function nearestObject(
  objects: readonly PictureObject[],
  sight: PartnerEstimate,
  now: Instant,
): number {
  if (sight.phase === 'boost') return objects.length === 1 ? 0 : -1;
  let best = -1;
  let least = LIMITS.gateState as number;
  const there = followCoast(sight.estimate, now);
  objects.forEach((object, i) => {
    if (object.estimate === null || object.phase === 'boost') return;
    const distance = separation(there, object.estimate);
    if (distance < least) {
      least = distance;
      best = i;
    }
  });
  return best < 0 && isOnlyPowered(objects) ? 0 : best;
}

/** An object with one more track of a partner; fused where both coast and agree. */
function withTrack(
  object: PictureObject,
  theirs: PartnerEstimate,
  from: Contribution,
): PictureObject {
  const added = objectOf(theirs, from);
  const tracks = [...object.tracks, ...added.tracks];
  const seen = {
    tracks,
    lastSeen: later(object.lastSeen, added.lastSeen),
    coastSeenS: Math.max(object.coastSeenS, added.coastSeenS),
  };
  const isRadar = theirs.track.source === 'radar';
  if (added.estimate === null || added.phase === 'boost') return { ...object, ...seen };
  // What own radar sees burn burns: a partner finds that later.
  if (isSeenPowered(from.state, object)) return { ...object, ...seen };
  // Infrared alone is wide: radar takes its place, and what it knew is added where it knew it.
  if (
    object.estimate === null ||
    object.phase === 'boost' ||
    (isRadar && object.coastSeenS === 0)
  ) {
    return { ...object, ...seen, estimate: added.estimate, phase: added.phase };
  }
  if (!isRadar) return { ...object, ...seen };
  if (separation(object.estimate, added.estimate) > 2 * LIMITS.gateState) {
    return { ...object, ...seen };
  }
  // What is ours and comes back tells us nothing: it must not make us surer.
  if (isEcho(object.estimate, added.estimate)) return { ...object, ...seen };
  const estimate = fuseIndependent([object.estimate, added.estimate], from.now);
  return { ...object, ...seen, estimate };
}

/** A partner's track as an object of its own. */
function objectOf(theirs: PartnerEstimate, from: Contribution): PictureObject {
  const { track, phase } = theirs;
  const { now, partner } = from;
  const { coastSeenS, last } = seenOf(track);
  const estimate = carried(theirs, now);
  const down = phase !== 'boost' && isDown(estimate.state);
  return {
    id: `${partner.party}:${track.id}`,
    tracks: [`${partner.party}:${track.id}`],
    phase: down ? ('reentry' satisfies FlightPhase) : phase,
    estimate: down ? null : estimate,
    lastSeen: last ?? now,
    coastSeenS: track.source === 'radar' ? coastSeenS : 0,
  };
}

/** A partner's evidence: by source, from its tracks, and from its report where no track came. */
function evidenceOf(from: Contribution): Evidence[] {
  const { partner, theirs } = from;
  const evidence: Evidence[] = [];
  for (const source of ['infrared', 'radar'] satisfies SourceKind[]) {
    const tracks = tracksOfEvent(partner, theirs).filter((track) => track.source === source);
    const entry = reportOf(partner, theirs);
    const times = tracks.flatMap(timesOf);
    if (entry?.report.sources.includes(source) === true) {
      if (entry.firstSeen !== null) times.push(entry.firstSeen);
      if (entry.lastSeen !== null && times.length === 0) times.push(entry.lastSeen);
    }
    const first = times[0];
    if (first === undefined) continue;
    evidence.push({
      party: partner.party,
      source,
      sensors: [],
      firstSeen: times.reduce(earlier, first),
      lastSeen: times.reduce(later, first),
      looks: tracks.reduce((sum, track) => sum + seenOf(track).looks, 0),
    });
  }
  return evidence;
}

/** When a track was first and last seen. */
function timesOf(track: PartnerTrack): Instant[] {
  const { first, last } = seenOf(track);
  return first === null || last === null ? [] : [first, last];
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}
