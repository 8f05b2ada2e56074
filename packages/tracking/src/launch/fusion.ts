// SPDX-License-Identifier: Apache-2.0
// The system picture: own events and objects, with what partners' sensors add. A partner's data
// acts here alone; nothing in this file can reach the own tracker. An own event to which no partner
// contributed stays the same object.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type {
  Estimate,
  EventId,
  EventJoin,
  Item,
  PartnerStanding,
  PartyName,
  Picture,
  PictureEvent,
  ReceivedReport,
  Track,
} from '@isthmus/picture';
import { assign } from '../association/assignment.ts';
import { separation } from '../fusion/information.ts';
import { carried, correlate, launchOfReport, partnerCategory } from './correlation.ts';
import type { EventPair, FusionState, ObjectPair } from './fusion-state.ts';
import { LIMITS } from './limits.ts';
import {
  estimatesOf,
  keep,
  keepEvents,
  type Partner,
  partnerEvents,
  reportOf,
  tracksOfEvent,
  trustOf,
} from './partner-inputs.ts';
import { seenOf } from './partner-track.ts';
import { fuseEvent, isSeenPowered, partnerOnlyEvent } from './system-event.ts';
import { forgetEvent, noteConfirmed, scoreEvent, scoreReport, standingOf } from './trust.ts';

export function createFusion(): FusionState {
  return { partners: [], events: [], objects: [], ages: [], contributed: [], sights: [] };
}

/**
 * Keeps one decoded item of a partner; items of one party come in sequence.
 *
 * @returns false for an item beyond the bounds on what is kept of one partner; nothing of it is
 */
export function receiveItem(state: FusionState, party: PartyName, item: Item): boolean {
  let partner = state.partners.find((other) => other.party === party);
  if (partner === undefined) {
    partner = { party, sequence: 0, reports: [], tracks: [] };
    state.partners.push(partner);
    state.partners.sort((a, b) => (a.party < b.party ? -1 : 1));
  }
  return keep(partner, item);
}

/** Identifiers of the events and tracks of a party of which something is kept; the caller's to change. */
export function knownOf(
  state: FusionState,
  party: PartyName,
): { readonly events: Set<string>; readonly tracks: Set<string> } {
  const partner = state.partners.find((other) => other.party === party);
  const events = new Set(partner?.reports.map((entry) => entry.event));
  const tracks = new Set<string>();
  for (const track of partner?.tracks ?? []) {
    tracks.add(track.id);
    const { event } = seenOf(track);
    if (event !== null) events.add(event);
  }
  return { events, tracks };
}

/**
 * Decides, once a tick, which events and objects of partners are which of the own, from the own
 * picture at `now`. A pair holds until it is clearly wrong, so that the picture does not flap.
 */
export function stepFusion(
  state: FusionState,
  own: { readonly picture: Picture; readonly tracks: readonly Track[] },
  now: Instant,
): void {
  const events: EventPair[] = [];
  const objects: ObjectPair[] = [];
  const named = new Set<EventId>();
  renewAges(state, own.picture, now);
  state.powered = own.tracks.flatMap(({ id, source, phase }) =>
    source === 'radar' && phase === 'boost' ? [id] : [],
  );
  for (const partner of state.partners) {
    forget(partner, now);
    stamp(partner, now);
    const theirs = partnerEvents(partner);
    const pairs = pairEvents({ state, partner, theirs, own: own.picture, now });
    theirs.forEach((id, row) => {
      const event = pairs[row];
      if (event === undefined) {
        named.add(`${partner.party}:${id}`);
        return;
      }
      events.push({ party: partner.party, theirs: id, own: event.id });
      objects.push(...pairObjects({ state, partner, event, now }, id));
      score({ state, partner, event, now }, id);
    });
  }
  state.events = events;
  state.objects = objects;
  state.sights = own.tracks.flatMap(({ event, id, source, phase, estimate }) =>
    event !== null && source === 'infrared' && phase === 'coast'
      ? [{ event, track: id, estimate }]
      : [],
  );
  for (const { own: id } of events) {
    const pairs = events.filter((pair) => pair.own === id);
    named.add(systemName(state, id, pairs));
  }
  state.contributed = [...named].sort();
}

/**
 * The system picture at `now`: own events by reference, replaced where a partner contributed, then
 * partner-only events by party and id. `own` is the own picture of the same tick.
 */
export function systemPicture(state: FusionState, own: Picture, now: Instant): Picture {
  const events: PictureEvent[] = own.events.map((event) => {
    let fused = event;
    const pairs = state.events.filter((pair) => pair.own === event.id);
    for (const { party, theirs } of pairs) {
      const partner = state.partners.find((other) => other.party === party);
      if (partner !== undefined) fused = fuseEvent({ state, partner, theirs, now }, fused);
    }
    return pairs.length === 0 ? event : { ...fused, id: systemName(state, event.id, pairs) };
  });
  const owned = new Set(own.events.map((event) => event.id));
  const alive = new Set(
    state.events
      .filter((pair) => owned.has(pair.own))
      .map(({ party, theirs }) => `${party}:${theirs}`),
  );
  for (const partner of state.partners) {
    for (const theirs of partnerEvents(partner)) {
      if (alive.has(`${partner.party}:${theirs}`)) continue;
      events.push(partnerOnlyEvent({ state, partner, theirs, now }));
    }
  }
  return { at: now, events };
}

/**
 * What partners alone have told at `now`, by party and in the order it came: no own event, track or
 * look has part in it, and an event that is joined with an own one is here as it was told.
 *
 * @param system the system picture at `now` where it is at hand: events that only a partner knows
 *   are then taken from it and not computed twice.
 */
export function partnerPicture(state: FusionState, now: Instant, system?: Picture): Picture {
  const known = new Map(system?.events.map((event) => [event.id, event]));
  const joined = new Set(state.events.map(({ party, theirs }) => `${party}:${theirs}`));
  const events = state.partners.flatMap((partner) =>
    partnerEvents(partner).map((theirs) => {
      const name = `${partner.party}:${theirs}`;
      const held = joined.has(name) ? undefined : known.get(name);
      return held ?? partnerOnlyEvent({ state, partner, theirs, now });
    }),
  );
  return { at: now, events };
}

/**
 * The newest launch report of each event of a partner, by party and in the order the events came;
 * those that no `stepFusion` has seen yet are left out.
 */
export function receivedReports(state: FusionState): ReceivedReport[] {
  return state.partners.flatMap(({ party, reports }) =>
    reports.flatMap(({ report, firstSeen, lastSeen }) =>
      firstSeen === null || lastSeen === null ? [] : [{ party, report, firstSeen, lastSeen }],
    ),
  );
}

/**
 * The name of a fused event: that of whichever was there first, so that a warning raised on a
 * partner's word alone goes on as the same warning when own sensors see the launch.
 */
function systemName(
  state: FusionState,
  own: EventId,
  pairs: readonly { readonly party: PartyName; readonly theirs: EventId }[],
): EventId {
  const ageOf = (party: PartyName | null, event: EventId): number =>
    state.ages.find((age) => age.party === party && age.event === event)?.since ??
    Number.POSITIVE_INFINITY;
  let name = own;
  let oldest = ageOf(null, own);
  for (const { party, theirs } of pairs) {
    const since = ageOf(party, theirs);
    if (since >= oldest) continue;
    oldest = since;
    name = `${party}:${theirs}`;
  }
  return name;
}

/** Notes events seen for the first time, and forgets those that are gone. */
function renewAges(state: FusionState, own: Picture, now: Instant): void {
  const known = [
    ...own.events.map(({ id }) => ({ party: null, event: id })),
    ...state.partners.flatMap((partner) =>
      partnerEvents(partner).map((event) => ({ party: partner.party, event })),
    ),
  ];
  const held = new Map(state.ages.map((age) => [ageKey(age), age]));
  state.ages = known.map((one) => held.get(ageKey(one)) ?? { ...one, since: now });
}

function ageKey(of: { readonly party: PartyName | null; readonly event: EventId }): string {
  return `${of.party ?? ''}:${of.event}`;
}

/** Which own and partner's events are taken for one, with the name each has in the system picture. */
export function joinsOf(state: FusionState): EventJoin[] {
  return state.events.map(({ party, theirs, own }) => ({
    own,
    partner: `${party}:${theirs}`,
    system: systemName(
      state,
      own,
      state.events.filter((pair) => pair.own === own),
    ),
  }));
}

/** How each partner's word has stood beside own data, by name; those not yet compared are left out. */
export function standings(state: FusionState): PartnerStanding[] {
  return state.partners.flatMap(({ party, trust }) =>
    trust === undefined ? [] : [standingOf(party, trust)],
  );
}

/** Ids of the system events to which a partner contributed, ascending. */
export function contributed(state: FusionState): readonly EventId[] {
  return state.contributed;
}

function pairEvents(work: {
  readonly state: FusionState;
  readonly partner: Partner;
  readonly theirs: readonly EventId[];
  readonly own: Picture;
  readonly now: Instant;
}): (PictureEvent | undefined)[] {
  const { state, partner, theirs, own, now } = work;
  const columns = own.events.length;
  const paired = new Map(
    state.events
      .filter((pair) => pair.party === partner.party)
      .map((pair) => [pair.theirs, pair.own]),
  );
  const settled = new Map(
    (state.byBodies ?? [])
      .filter((pair) => pair.party === partner.party)
      .map((pair) => [pair.theirs, pair.own]),
  );
  const bodied = new Set<string>();
  // Most of what a partner tells is near nothing of ours: those rows stay out of the assignment.
  const rows: number[] = [];
  const costs: number[] = [];
  theirs.forEach((id, row) => {
    const report = reportOf(partner, id)?.report ?? null;
    const estimates = estimatesOf(partner, id, now);
    const category = partnerCategory(estimates);
    const cost = own.events.map((event) => {
      if (event.category !== category && event.category !== 'undetermined') {
        return Number.POSITIVE_INFINITY;
      }
      const held = paired.get(id) === event.id;
      const { distance, byBodies } = correlate({ report, estimates }, event, { now, held });
      // Two launches of one place, seconds apart, fit each other's time and place: what its bodies told
      // apart is not given to the other one when all that is left of them is that.
      const known = settled.get(id) ?? event.id;
      if (!byBodies && known !== event.id) return Number.POSITIVE_INFINITY;
      if (byBodies) bodied.add(`${id} ${event.id}`);
      return (held ? distance / 2 : distance) - 1;
    });
    if (!cost.some((one) => one < 0)) return;
    rows.push(row);
    costs.push(...cost);
  });
  const pairs: (PictureEvent | undefined)[] = theirs.map(() => undefined);
  assign(costs, rows.length, columns).forEach((column, i) => {
    pairs[rows[i] as number] = own.events[column];
  });
  theirs.forEach((id, row) => {
    const event = pairs[row];
    if (event !== undefined && bodied.has(`${id} ${event.id}`)) settled.set(id, event.id);
  });
  const others = (state.byBodies ?? []).filter((pair) => pair.party !== partner.party);
  const mine = theirs.flatMap((id) => {
    const event = settled.get(id);
    return event === undefined ? [] : [{ party: partner.party, theirs: id, own: event }];
  });
  state.byBodies = [...others, ...mine];
  return pairs;
}

function pairObjects(
  work: {
    readonly state: FusionState;
    readonly partner: Partner;
    readonly event: PictureEvent;
    readonly now: Instant;
  },
  theirs: EventId,
): ObjectPair[] {
  const { state, partner, event, now } = work;
  const told = estimatesOf(partner, theirs, now).filter(({ track }) => track.source === 'radar');
  const objects = event.objects.filter(
    (object) =>
      object.estimate !== null && (object.phase !== 'boost' || isSeenPowered(state, object)),
  );
  const columns = objects.length;
  const cost = new Float64Array(told.length * columns);
  told.forEach((one, row) => {
    const { track } = one;
    const there = carried(one, now);
    objects.forEach((object, column) => {
      const held = state.objects.some(
        (pair) => pair.party === partner.party && pair.track === track.id && pair.own === object.id,
      );
      const distance = separation(there, object.estimate as Estimate);
      cost[row * columns + column] =
        distance - LIMITS.gateState - (held ? LIMITS.pairHeldBonus : 0);
    });
  });
  return assign(cost, told.length, columns).flatMap((column, row) => {
    const object = objects[column];
    const track = told[row]?.track;
    if (object === undefined || track === undefined) return [];
    return [{ party: partner.party, track: track.id, own: object.id }];
  });
}

/** Compares what a partner tells of an event with what own sensors have of it, as it was told. */
function score(
  work: {
    readonly state: FusionState;
    readonly partner: Partner;
    readonly event: PictureEvent;
    readonly now: Instant;
  },
  theirs: EventId,
): void {
  const { state, partner, event, now } = work;
  const record = trustOf(partner);
  const ageOf = (party: PartyName | null, id: EventId): Instant =>
    state.ages.find((age) => age.party === party && age.event === id)?.since ?? now;
  noteConfirmed(record, {
    event: theirs,
    own: event.id,
    ownSince: ageOf(null, event.id),
    theirsSince: ageOf(partner.party, theirs),
  });
  const told = estimatesOf(partner, theirs, now).flatMap(({ track, phase, estimate }) =>
    phase === 'boost' ? [] : [{ source: track.source, estimate }],
  );
  scoreEvent(record, { theirs, own: event, told }, now);
  const entry = reportOf(partner, theirs);
  const launch = entry === undefined ? null : launchOfReport(entry.report);
  if (launch === null || event.launch === null) return;
  const at = entry?.lastSeen ?? now;
  scoreReport(record, { theirs, ownEvent: event.id, at, own: event.launch, told: launch }, now);
}

/** Reports carry no time of their own: they are seen when fusion first and last sees them. */
function stamp(partner: Partner, now: Instant): void {
  for (const entry of partner.reports) {
    entry.firstSeen ??= now;
    entry.lastSeen ??= now;
  }
}

/** Ends what a partner has not spoken of for as long as own events would be kept. */
function forget(partner: Partner, now: Instant): void {
  const lastOf = (event: EventId): number => {
    const entry = reportOf(partner, event);
    const told = entry === undefined ? Number.NEGATIVE_INFINITY : (entry.lastSeen ?? now);
    const seen = tracksOfEvent(partner, event).map((track) => seenOf(track).last ?? told);
    return Math.max(told, ...seen);
  };
  const old = new Set(
    partnerEvents(partner).filter(
      // As far in the future is no better: nothing of it is ever used.
      (event) => Math.abs(secondsBetween(lastOf(event) as Instant, now)) > LIMITS.launchKeptS,
    ),
  );
  if (old.size === 0) return;
  for (const event of old) forgetEvent(trustOf(partner), event, 'over');
  keepEvents(partner, (event) => !old.has(event));
}
