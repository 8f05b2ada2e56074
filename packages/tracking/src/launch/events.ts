// SPDX-License-Identifier: Apache-2.0
// One launch is one event: which own tracks belong together, and what an event is. Infrared opens
// a launch; a radar track that coasts below orbit joins the launch it agrees with, or opens one.

import { geodesicDistanceM, type Instant, secondsBetween } from '@isthmus/earth';
import type { Estimate, EventCategory, EventId } from '@isthmus/picture';
import { separation } from '../fusion/information.ts';
import { approximateHeightM, followCoast, propagateCoast } from '../models/coast.ts';
import { matchSatellite } from '../satellites/catalogue.ts';
import { sightedBefore } from './infrared-pairs.ts';
import { backPropagatedLaunch, climbs, entryOf, perigeeAbove } from './kinematics.ts';
import { flyTogether, missedBy } from './kinship.ts';
import { renewLaunch } from './launch-of-event.ts';
import { LIMITS } from './limits.ts';
import { estimateOf } from './radar-filter.ts';
import type {
  EventRecord,
  InfraredRecord,
  ObjectRecord,
  RadarRecord,
  TrackingState,
} from './state.ts';

/** Gives every firm track its event, renews what events say, and forgets old ones. */
export function stepEvents(state: TrackingState, now: Instant): void {
  for (const track of state.infrared) {
    if (track.id !== '') placeInfrared(state, track);
  }
  let comparisons = 0;
  for (const track of state.radar) {
    if (comparisons < LIMITS.screenComparisons && screen(state, track)) {
      comparisons += state.catalogue.length;
    }
    placeRadar(state, track);
  }
  for (const event of state.events) renew(state, event);
  forget(state, now);
}

/**
 * Looks a track up in the catalogue of satellites, seldom and more seldom as it grows old; whether
 * it was due.
 */
function screen(state: TrackingState, track: RadarRecord): boolean {
  if (state.catalogue.length === 0 || track.status !== 'firm') return false;
  if (track.looks < Math.max(LIMITS.screenLooks, 2 * track.screenedLooks)) return false;
  track.screenedLooks = track.looks;
  const isBallistic = track.filter.motion === 'coast' && !isBraking(track);
  const match = isBallistic ? matchSatellite(state.catalogue, estimateOf(track.filter)) : null;
  track.satellite = match?.number ?? null;
  return true;
}

/** The event of a track, or undefined. */
function eventOf(state: TrackingState, id: EventId | null): EventRecord | undefined {
  return id === null ? undefined : state.events.find((event) => event.id === id);
}

function placeInfrared(state: TrackingState, track: InfraredRecord): void {
  if (track.event !== null || track.launch === null) return;
  const known = sightedBefore(state, track);
  if (known !== undefined) {
    track.event = known.id;
    return;
  }
  const event = openEvent(state, 'launch', track.looks[0]?.time ?? track.launch.time);
  track.event = event.id;
  addObject(state, event).infrared = track.id;
}

function placeRadar(state: TrackingState, track: RadarRecord): void {
  if (track.status !== 'firm') return;
  const { category, opens } = categoryOf(track);
  const event = eventOf(state, track.event);
  if (track.satellite !== null && event?.satellite !== track.satellite) {
    placeSatellite(state, { track, event, number: track.satellite });
    return;
  }
  if (event === undefined) {
    const entered = enteredAs(state, track);
    if (entered !== undefined) {
      place(state, track, entered);
      return;
    }
    const joined = category === 'launch' ? launchOf(state, track) : goesOnFrom(state, track);
    if (joined === undefined && !opens && track.looks < 8) return;
    const alone = opens ? category : 'undetermined';
    place(state, track, joined ?? openEvent(state, alone, track.firstSeen));
    return;
  }
  if (event.category === 'launch' && track.looks < 100 && track.looks % 5 === 0) {
    const right = isStranger(state, event, track)
      ? (launchOf(state, track) ?? openEvent(state, 'launch', track.firstSeen))
      : rightLaunchOf(state, track, event);
    if (right !== undefined) {
      leave(event, track);
      place(state, track, right);
      return;
    }
  }
  // An event of one radar track that was opened before its kind was known may still find its launch.
  const alone = event.objects.length === 1 && event.objects[0]?.infrared === null;
  if (!alone || category === 'undetermined') return;
  const same = event.category === category;
  if (same && (category !== 'launch' || track.looks > 100 || track.looks % 5 !== 0)) return;
  // What has just been found to leave its path is known so loosely that it would fit any other launch.
  if (same && isPowered(track) && !track.rose) return;
  if (!same && event.category === 'launch' && (track.looks < 20 || track.rose)) return;
  // What is in orbit and burns is a satellite that moves, and what came from it is braked out of it: that
  // its arc now meets the ground makes no launch of either.
  if (event.category === 'space-object' && (isBraking(track) || isPowered(track))) return;
  const joined = category === 'launch' ? launchOf(state, track) : undefined;
  if (joined === undefined) {
    if (same || !opens) return;
    event.category = category;
    event.launch = null;
    return;
  }
  state.events = state.events.filter((other) => other !== event);
  place(state, track, joined);
}

/**
 * A track of a catalogued satellite gets the event of that satellite: out of a launch that it was
 * given to while it was young, and whatever was made of it alone.
 */
function placeSatellite(
  state: TrackingState,
  of: {
    readonly track: RadarRecord;
    readonly event: EventRecord | undefined;
    readonly number: string;
  },
): void {
  const { track, event, number } = of;
  if (event !== undefined) {
    leave(event, track);
    if (event.objects.length === 0) {
      event.category = 'space-object';
      event.launch = null;
      event.satellite = number;
      addObject(state, event).radar.push(track.id);
      return;
    }
  }
  const known = state.events.find(({ satellite }) => satellite === number);
  const own = known ?? openEvent(state, 'space-object', track.firstSeen);
  own.satellite = number;
  track.event = own.id;
  if (known === undefined) addObject(state, own).radar.push(track.id);
  else own.objects[0]?.radar.push(track.id);
}

function place(state: TrackingState, track: RadarRecord, event: EventRecord): void {
  track.event = event.id;
  const free = event.objects.find((object) => object.radar.length === 0);
  const infrared = state.infrared.find((other) => other.id === free?.infrared);
  const fits =
    infrared?.estimate !== null &&
    infrared !== undefined &&
    infrared.phase === 'coast' &&
    separation(infrared.estimate, estimateOf(track.filter)) < LIMITS.gateState;
  // While nothing else claims it, the body seen by infrared is the nearest seen by radar.
  const object = free !== undefined && (fits || event.objects.length === 1) ? free : undefined;
  (object ?? addObject(state, event)).radar.push(track.id);
}

/** What a radar track is by how it moves, and whether that opens an event of its kind by itself. */
function categoryOf(track: RadarRecord): {
  readonly category: EventCategory;
  readonly opens: boolean;
} {
  if (track.satellite !== null) return { category: 'space-object', opens: true };
  if (track.filter.motion === 'air') return { category: 'aircraft', opens: true };
  if (track.filter.motion === 'powered') {
    return isBraking(track)
      ? { category: 'undetermined', opens: false }
      : { category: 'launch', opens: true };
  }
  if (isBraking(track, LIMITS.entersBelowM)) {
    const entry = entryOf(estimateOf(track.filter));
    if (entry === 'from orbit' && track.looks >= LIMITS.entryLooks) {
      return { category: 'space-object', opens: true };
    }
    if (entry !== 'from an arc') return { category: 'undetermined', opens: false };
  }
  const above = perigeeAbove(estimateOf(track.filter), LIMITS.groundPerigeeM);
  if (above > LIMITS.orbitSigmas && track.looks >= 10) {
    return { category: 'space-object', opens: true };
  }
  if (above > -LIMITS.joinLaunchSigmas) return { category: 'undetermined', opens: false };
  return { category: 'launch', opens: above < -LIMITS.openLaunchSigmas };
}

function isPowered({ filter }: RadarRecord): boolean {
  return filter.motion === 'powered';
}

/** Low enough for the air to slow it, and not clearly on the way up. */
function isBraking(track: RadarRecord, belowM: number = LIMITS.brakesBelowM): boolean {
  return approximateHeightM(track.filter.state) < belowM && !climbs(estimateOf(track.filter));
}

/**
 * The launch of which a track that may be in orbit goes on, or undefined: near a body of it in place
 * and speed, just after that was last seen. So a second stage stays with its launch at cut-off.
 */
function goesOnFrom(state: TrackingState, track: RadarRecord): EventRecord | undefined {
  if (track.filter.motion !== 'coast') return undefined;
  const estimate = estimateOf(track.filter);
  return state.events.find((event) => {
    if (event.category !== 'launch') return false;
    const burnt = state.radar.some(
      ({ event: id, filter }) => id === event.id && filter.motion === 'powered',
    );
    const within = burnt ? LIMITS.burnedOnS : LIMITS.lostShownS;
    return (
      secondsBetween(event.lastSeen, track.firstSeen) < within &&
      companionDistance(state, { event, track, estimate }) <= 1
    );
  });
}

/**
 * The launch or space object of which a track that begins in the air goes on, or undefined: near it in
 * place alone, since the air has taken speed that no prediction knows of.
 */
function enteredAs(state: TrackingState, track: RadarRecord): EventRecord | undefined {
  if (!isBraking(track) || track.filter.motion === 'air') return undefined;
  const one = estimateOf(track.filter);
  const near = state.radar.find((other) => {
    const apartM = LIMITS.enteredApartM[eventOf(state, other.event)?.category ?? 'undetermined'];
    if (apartM === 0 || !isBraking(other)) return false;
    if (secondsBetween(other.lastSeen, track.lastSeen) > LIMITS.lostShownS) return false;
    const theirs = followCoast(estimateOf(other.filter), one.time);
    const apart = theirs.state.map((value, i) => value - (one.state[i] as number));
    const [x, y, z] = apart as unknown as readonly [number, number, number];
    return Math.hypot(x, y, z) < apartM;
  });
  return eventOf(state, near?.event ?? null);
}

/** The launch event a suborbital track belongs to: the best that agrees, or undefined. */
function launchOf(state: TrackingState, track: RadarRecord): EventRecord | undefined {
  const estimate = estimateOf(track.filter);
  const back = backPropagatedLaunch(estimate, estimate.time);
  let best: EventRecord | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const event of state.events) {
    if (event.category !== 'launch' || event.id === track.event) continue;
    if (isStranger(state, event, track)) continue;
    const distance = Math.min(
      infraredDistance(state, event, estimate),
      companionDistance(state, { event, track, estimate }),
      launchDistance(event, back),
    );
    if (distance < bestDistance) {
      bestDistance = distance;
      best = event;
    }
  }
  return bestDistance <= 1 ? best : undefined;
}

/**
 * Another launch whose flame was on the path of a track that was on nobody's path of its own event:
 * of two launches of one place, young tracks are easily given to the wrong one.
 */
function rightLaunchOf(
  state: TrackingState,
  track: RadarRecord,
  event: EventRecord,
): EventRecord | undefined {
  const others = state.events.filter((one) => one.category === 'launch' && one !== event);
  if (others.length === 0 || event.objects.length < 2 || track.filter.motion !== 'coast') {
    return undefined;
  }
  const estimate = estimateOf(track.filter);
  // Without a flame of its own event to compare with, nothing speaks against where it is.
  const here = infraredDistance(state, event, estimate);
  if (here <= 1 || here === Number.POSITIVE_INFINITY) return undefined;
  return others.find((one) => {
    const there = infraredDistance(state, one, estimate);
    return there < LIMITS.relaunchDistance && there < here / LIMITS.relaunchLead;
  });
}

/**
 * Whether a track was never where another body of a launch was: it is of another one. What flies beside a
 * body of the launch is of it nevertheless, and the younger is the stranger.
 */
function isStranger(state: TrackingState, event: EventRecord, track: RadarRecord): boolean {
  if (!showsArc(track)) return false;
  const estimate = estimateOf(track.filter);
  const others = state.radar.filter(
    (other) => other.event === event.id && other !== track && showsArc(other),
  );
  if (others.some((other) => flyTogether(estimateOf(other.filter), estimate))) return false;
  return others.some(
    (other) =>
      other.firstSeen <= track.firstSeen &&
      missedBy(estimateOf(other.filter), estimate) > LIMITS.kinGate,
  );
}

/** Followed long enough in free flight above the air to say where it came from. */
function showsArc(track: RadarRecord): boolean {
  return (
    track.filter.motion === 'coast' &&
    track.looks >= LIMITS.kinLooks &&
    track.status !== 'candidate' &&
    approximateHeightM(track.filter.state) > LIMITS.brakesBelowM
  );
}

/** Takes a track out of an event that keeps others. */
function leave(event: EventRecord, track: RadarRecord): void {
  for (const object of event.objects) {
    object.radar = object.radar.filter((id) => id !== track.id);
  }
  event.objects = event.objects.filter(
    ({ radar, infrared }) => radar.length > 0 || infrared !== null,
  );
}

/**
 * Below 1 when the infrared coast of the event and the estimate may be one body. Compared where the
 * infrared one was made: there it is thin across the line of sight, and tells two launches of one
 * place apart that it could not once it is bent along their arc.
 */
function infraredDistance(state: TrackingState, event: EventRecord, estimate: Estimate): number {
  let least = Number.POSITIVE_INFINITY;
  for (const object of event.objects) {
    const track = state.infrared.find((other) => other.id === object.infrared);
    if (track === undefined || track.estimate === null || track.phase !== 'coast') continue;
    const there = propagateCoast(estimate, track.estimate.time);
    least = Math.min(least, separation(track.estimate, there) / LIMITS.gateState);
  }
  return least;
}

/** Below 1 when another radar track of the event is near in place and speed at a common time. */
function companionDistance(
  state: TrackingState,
  one: {
    readonly event: EventRecord;
    readonly track: RadarRecord;
    readonly estimate: Estimate;
  },
): number {
  let least = Number.POSITIVE_INFINITY;
  for (const other of state.radar) {
    if (other.event !== one.event.id || other === one.track) continue;
    const theirs = followCoast(estimateOf(other.filter), one.estimate.time);
    const d = theirs.state.map((value, i) => value - (one.estimate.state[i] as number));
    const away = Math.hypot(d[0] as number, d[1] as number, d[2] as number);
    const faster = Math.hypot(d[3] as number, d[4] as number, d[5] as number);
    const sum = (k: number): number =>
      (theirs.covariance[k] as number) + (one.estimate.covariance[k] as number);
    const spread = Math.sqrt(sum(15) + sum(18) + sum(20));
    const blur = Math.sqrt(sum(0) + sum(6) + sum(11));
    const burned = burnedOn(other, one, theirs.state);
    least = Math.min(
      least,
      Math.max(
        away / (LIMITS.companionDistanceM + 2 * blur + burned.metres),
        faster / (LIMITS.companionSpeedMps + 2 * spread + burned.mps),
      ),
    );
  }
  return least;
}

/**
 * How far and how much faster than its coast a body may be that was lost under power, by the time
 * another track begins: nothing unless that one flies on in about the same direction, and faster.
 */
function burnedOn(
  lost: RadarRecord,
  found: { readonly track: RadarRecord; readonly estimate: Estimate },
  coasted: readonly number[],
): { readonly metres: number; readonly mps: number } {
  const seconds = secondsBetween(lost.lastSeen, found.track.firstSeen);
  const none = { metres: 0, mps: 0 };
  if (lost.filter.motion !== 'powered' || seconds <= 0 || seconds > LIMITS.burnedOnS) return none;
  const [x, y, z] = coasted.slice(3) as [number, number, number];
  const [a, b, c] = found.estimate.state.slice(3) as [number, number, number];
  const speeds = [Math.hypot(x, y, z), Math.hypot(a, b, c)] as const;
  const turn = Math.acos(Math.min(1, (x * a + y * b + z * c) / (speeds[0] * speeds[1])));
  if (turn > LIMITS.burnedOnTurnRad || speeds[1] < speeds[0]) return none;
  return {
    metres: (LIMITS.burnedOnMps2 * seconds * seconds) / 2,
    mps: LIMITS.burnedOnMps2 * seconds,
  };
}

/** Below 1 when launch time and place agree within what both claim. */
function launchDistance(event: EventRecord, back: ReturnType<typeof backPropagatedLaunch>): number {
  if (back === null || event.launch === null) return Number.POSITIVE_INFINITY;
  const timeSigma = Math.hypot(back.timeSigmaS, event.launch.timeSigmaS);
  const time = Math.abs(secondsBetween(back.time, event.launch.time)) / (2.5 * timeSigma);
  const theirs = event.launch.pointCovarianceM2;
  const sigma = Math.sqrt(LIMITS.backwardPointSigmaM ** 2 + (theirs[0] + theirs[2]) / 2);
  return Math.max(time, geodesicDistanceM(back.point, event.launch.point) / (2.5 * sigma));
}

function openEvent(state: TrackingState, category: EventCategory, at: Instant): EventRecord {
  const event: EventRecord = {
    id: `E${state.next.event}`,
    category,
    launch: null,
    launchLooks: 0,
    launchTried: { hasFitted: false, withArc: false },
    satellite: null,
    decays: false,
    objects: [],
    firstSeen: at,
    lastSeen: at,
  };
  state.next.event += 1;
  state.events.push(event);
  return event;
}

function addObject(state: TrackingState, event: EventRecord): ObjectRecord {
  const object: ObjectRecord = { id: `O${state.next.object}`, infrared: null, radar: [] };
  state.next.object += 1;
  event.objects.push(object);
  return object;
}

/** Times of an event from its tracks, its launch, and whether what is in orbit comes down. */
function renew(state: TrackingState, event: EventRecord): void {
  for (const track of state.infrared) {
    if (track.event !== event.id) continue;
    const last = track.looks.at(-1);
    if (last !== undefined && last.time > event.lastSeen) event.lastSeen = last.time;
  }
  for (const track of state.radar) {
    if (track.event !== event.id) continue;
    if (track.lastSeen > event.lastSeen) {
      event.lastSeen = track.lastSeen;
      if (event.category === 'space-object') event.decays = decays(track, event.decays);
    }
    if (track.firstSeen < event.firstSeen) event.firstSeen = track.firstSeen;
  }
  if (event.category === 'launch') renewLaunch(state, event);
}

/** Whether a body in orbit meets the air at its perigee: sure, or sure before and no less likely than not. */
function decays({ filter }: RadarRecord, before: boolean): boolean {
  return perigeeAbove(estimateOf(filter), LIMITS.decaysBelowM) < (before ? 0 : -LIMITS.decaySigmas);
}

function forget(state: TrackingState, now: Instant): void {
  const old = (event: EventRecord): boolean => {
    const kept = event.category === 'launch' ? LIMITS.launchKeptS : LIMITS.otherKeptS;
    return secondsBetween(event.lastSeen, now) > kept;
  };
  const gone = new Set(state.events.filter(old).map((event) => event.id));
  const homeless = (track: RadarRecord): boolean => track.event === null && track.status === 'lost';
  if (gone.size > 0) {
    state.events = state.events.filter((event) => !gone.has(event.id));
    state.infrared = state.infrared.filter((t) => t.event === null || !gone.has(t.event));
  }
  state.radar = state.radar.filter((t) => !(t.event !== null && gone.has(t.event)) && !homeless(t));
}

/** Whether an estimate has come down: nothing is said of a body after that. */
export function isDown(state: ArrayLike<number>): boolean {
  return approximateHeightM(state) < 0;
}
