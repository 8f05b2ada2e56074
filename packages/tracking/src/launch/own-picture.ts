// SPDX-License-Identifier: Apache-2.0
// What own sensors say, as nouns of the picture: tracks at their last look, events predicted to now.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type {
  Estimate,
  Evidence,
  FlightPhase,
  Orbiting,
  Picture,
  PictureEvent,
  PictureObject,
  Track,
} from '@isthmus/picture';
import { fuseAtOrigin } from '../fusion/information.ts';
import {
  approximateHeightM,
  followCoast,
  INFRARED_HELPS_ABOVE_M,
  REENTRY_HEIGHT_M,
} from '../models/coast.ts';
import { predictBoost } from './boost-fit.ts';
import { isDown } from './events.ts';
import { LIMITS } from './limits.ts';
import { estimateOf, followFilter, predictFilter } from './radar-filter.ts';
import { flameStrides, radarsAgree, strides } from './standing-alone.ts';
import type {
  EventRecord,
  InfraredRecord,
  ObjectRecord,
  RadarRecord,
  TrackingState,
} from './state.ts';

/** Tracks worth telling, radar first, in the order they were found. */
export function tracksOf(state: TrackingState, now: Instant): Track[] {
  const tracks: Track[] = [];
  for (const record of state.radar) {
    const silent = secondsBetween(record.lastSeen, now);
    if (record.status === 'lost' && silent > LIMITS.lostShownS) continue;
    tracks.push(radarTrack(record));
  }
  for (const record of state.infrared) {
    if (record.id === '' || record.estimate === null) continue;
    tracks.push(infraredTrack(record, record.estimate));
  }
  return tracks;
}

function radarTrack(record: RadarRecord): Track {
  return {
    id: record.id,
    event: record.event,
    source: 'radar',
    sensors: record.sensors,
    phase: radarPhase(record),
    status: record.status === 'lost' ? 'lost' : 'firm',
    epoch: record.epoch,
    firstSeen: record.firstSeen,
    lastSeen: record.lastSeen,
    looks: record.looks,
    estimate: estimateOf(record.filter),
  };
}

function infraredTrack(record: InfraredRecord, estimate: Estimate): Track {
  const first = record.looks[0];
  const last = record.looks.at(-1);
  return {
    id: record.id,
    event: record.event,
    source: 'infrared',
    sensors: [record.sensor],
    phase: record.phase,
    status: record.status === 'lost' ? 'lost' : 'firm',
    epoch: record.epoch,
    firstSeen: first?.time ?? estimate.time,
    lastSeen: last?.time ?? estimate.time,
    looks: record.looks.length,
    estimate,
  };
}

function radarPhase(record: RadarRecord): FlightPhase {
  if (record.filter.motion === 'air') return 'air';
  if (record.filter.motion === 'powered') return 'boost';
  return coastPhase(record.filter.state);
}

/** `reentry` when below 90 km and coming down. */
function coastPhase(state: ArrayLike<number>): FlightPhase {
  if (approximateHeightM(state) > REENTRY_HEIGHT_M) return 'coast';
  let climb = 0;
  for (let i = 0; i < 3; i += 1) climb += (state[i] as number) * (state[i + 3] as number);
  return climb < 0 ? 'reentry' : 'coast';
}

/** The own picture, estimates predicted to `now`. */
export function pictureOf(state: TrackingState, now: Instant): Picture {
  return { at: now, events: state.events.map((event) => pictureEvent(state, event, now)) };
}

function pictureEvent(state: TrackingState, event: EventRecord, now: Instant): PictureEvent {
  return {
    id: event.id,
    category: event.category,
    ...(event.category === 'space-object' ? { orbiting: orbitingOf(event) } : {}),
    launch: event.launch,
    objects: event.objects.map((object) => pictureObject(state, { event, object, now })),
    evidence: evidenceOf(state, event),
    firstSeen: event.firstSeen,
    lastSeen: event.lastSeen,
  };
}

function orbitingOf({ satellite, decays }: EventRecord): Orbiting {
  return { satellite, decays };
}

function evidenceOf(state: TrackingState, event: EventRecord): Evidence[] {
  const evidence: Evidence[] = [];
  const seenBy = (
    source: 'infrared' | 'radar',
    tracks: readonly Track[],
    { stands, apart }: { readonly stands: boolean; readonly apart: boolean },
  ): void => {
    const [one] = tracks;
    if (one === undefined) return;
    const sensors = [...new Set(tracks.flatMap((track) => track.sensors))].sort();
    evidence.push({
      party: 'own',
      source,
      sensors,
      firstSeen: tracks.reduce((t, x) => (x.firstSeen < t ? x.firstSeen : t), one.firstSeen),
      lastSeen: tracks.reduce((t, x) => (x.lastSeen > t ? x.lastSeen : t), one.lastSeen),
      looks: tracks.reduce((sum, x) => sum + x.looks, 0),
      ...(stands && event.category === 'launch' ? { stands } : {}),
      ...(apart && sensors.length > 1 ? { apart } : {}),
    });
  };
  const sights = state.infrared.filter(
    (record) => record.event === event.id && record.estimate !== null,
  );
  seenBy(
    'infrared',
    sights.map((record) => infraredTrack(record, record.estimate as Estimate)),
    { stands: sights.some((record) => flameStrides(state, record)), apart: false },
  );
  const radar = state.radar.filter((record) => record.event === event.id);
  seenBy('radar', radar.map(radarTrack), {
    stands: radar.some(strides),
    apart: !radarsAgree(radar),
  });
  return evidence;
}

function pictureObject(
  state: TrackingState,
  place: { readonly event: EventRecord; readonly object: ObjectRecord; readonly now: Instant },
): PictureObject {
  const { event, object, now } = place;
  const radar = state.radar.filter((record) => object.radar.includes(record.id));
  const infrared = state.infrared.find((record) => record.id === object.infrared);
  const tracks = [...(infrared === undefined ? [] : [infrared.id]), ...object.radar];
  let lastSeen = event.firstSeen;
  let coastFirst: Instant | null = null;
  let coastLast: Instant | null = null;
  for (const record of radar) {
    if (record.lastSeen > lastSeen) lastSeen = record.lastSeen;
    const { coastFirst: first, coastLast: last } = record;
    if (first !== null && (coastFirst === null || first < coastFirst)) coastFirst = first;
    if (last !== null && (coastLast === null || last > coastLast)) coastLast = last;
  }
  const look = infrared?.looks.at(-1);
  if (look !== undefined && look.time > lastSeen) lastSeen = look.time;
  const told = estimateAt({
    radar,
    infrared,
    now,
    category: event.category,
    infraredRevisitS:
      state.sensors.find((sensor) => sensor.id === infrared?.sensor)?.revisitS ?? 10,
  });
  return {
    id: object.id,
    tracks,
    phase: told.phase,
    estimate: told.estimate,
    lastSeen,
    coastSeenS:
      coastFirst === null || coastLast === null ? 0 : secondsBetween(coastFirst, coastLast),
  };
}

interface Sources {
  readonly radar: readonly RadarRecord[];
  readonly infrared: InfraredRecord | undefined;
  readonly now: Instant;
  readonly category: EventRecord['category'];
  readonly infraredRevisitS: number;
}

function estimateAt(sources: Sources): { estimate: Estimate | null; phase: FlightPhase } {
  const { infrared, now } = sources;
  const record = sources.radar.at(-1);
  if (record !== undefined && record.filter.motion !== 'coast') {
    const there = predictFilter(followFilter(record.filter, now), now);
    return { estimate: estimateOf(there), phase: radarPhase(record) };
  }
  const radar = record === undefined ? null : estimateOf(record.filter);
  const coast = infrared?.phase === 'coast' ? infrared.estimate : null;
  if (radar === null && coast === null) {
    if (infrared === undefined) return { estimate: null, phase: 'coast' };
    const { fit } = infrared;
    if (fit === null) return { estimate: null, phase: 'boost' };
    return { estimate: predictBoost(fit, now, sources.infraredRevisitS), phase: 'boost' };
  }
  const known = radar === null ? coast : joined(radar, coast);
  const estimate = followCoast(known as Estimate, now);
  if (isDown(estimate.state)) return { estimate: null, phase: 'reentry' };
  const phase = sources.category === 'space-object' ? 'orbit' : coastPhase(estimate.state);
  return { estimate, phase };
}

/** What a radar estimate was last joined with, and to what: kept while neither is renewed. */
const joins = new WeakMap<Estimate, { readonly infrared: Estimate; readonly joined: Estimate }>();

/** Radar and infrared as one where they agree, radar alone where they do not, and in the air. */
function joined(radar: Estimate, infrared: Estimate | null): Estimate {
  if (infrared === null || approximateHeightM(radar.state) < INFRARED_HELPS_ABOVE_M) return radar;
  const known = joins.get(radar);
  if (known?.infrared === infrared) return known.joined;
  const at = radar.time >= infrared.time ? radar.time : infrared.time;
  const both = fuseAtOrigin(radar, infrared, { gate: LIMITS.gateState, at }) ?? radar;
  joins.set(radar, { infrared, joined: both });
  return both;
}
