// SPDX-License-Identifier: Apache-2.0
// The launch of an event from its tracks: from one infrared sensor as its track has it, from more, or
// with radar, in one batch over all looks; from radar alone as its climb or its arc allows.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Estimate, InfraredSensor, LaunchEstimate } from '@isthmus/picture';
import { type Arc, arcOf, type EyeLooks, type RiseLook } from './ascent-looks.ts';
import type { BoostFit } from './boost-fit.ts';
import { backPropagatedLaunch } from './kinematics.ts';
import { type AscentStart, fitLaunch } from './launch-fit.ts';
import { LIMITS } from './limits.ts';
import { estimateOf } from './radar-filter.ts';
import type { EventRecord, InfraredRecord, RadarRecord, TrackingState } from './state.ts';

/** An infrared track that has been fitted, with its sensor. */
interface Eye {
  readonly track: InfraredRecord;
  readonly fit: BoostFit;
  readonly sensor: InfraredSensor;
}

/** Estimates the launch of an event anew when enough has been seen since; changes `event`. */
export function renewLaunch(state: TrackingState, event: EventRecord): void {
  const eyes = eyesOf(state, event);
  const radar = radarOf(state, event);
  const seen = eyes.reduce((sum, { track }) => sum + track.looks.length, 0);
  const looks = seen + (radar === null ? 0 : Math.min(radar.looks, LIMITS.launchRadarLooks));
  const [first] = eyes;
  if (first !== undefined && eyes.length === 1 && radar === null) {
    event.launch = first.track.launch ?? event.launch;
    event.launchLooks = looks;
    return;
  }
  const hasArc = radar !== null && hasBurntOut(radar);
  const given = { looks, radar, isAlone: first === undefined };
  if (looks === 0 || !(isDue(event, given) || (hasArc && !event.launchTried.withArc))) return;
  event.launchLooks = looks;
  event.launchTried.withArc ||= hasArc;
  const fitted = first === undefined ? radarAlone(state, radar) : together(state, eyes, radar);
  // What looks that fitted gave is not given up for less where later ones do not.
  if (fitted === null && event.launchTried.hasFitted) return;
  event.launchTried.hasFitted ||= fitted !== null;
  event.launch = fitted ?? first?.track.launch ?? byArc(radar) ?? event.launch;
}

/** Whether there are so many more looks, or just enough for the first batch of radar alone. */
function isDue(
  event: EventRecord,
  seen: { readonly looks: number; readonly radar: RadarRecord | null; readonly isAlone: boolean },
): boolean {
  const { looks, radar, isAlone } = seen;
  if (event.launch === null) return true;
  const before = event.launchLooks;
  if (!isAlone || radar === null) return looks >= LIMITS.launchLooksGrowth * before;
  const isFirstBatch = isEnough(radar, looks) && !isEnough(radar, before);
  return looks >= LIMITS.launchRadarGrowth * before || isFirstBatch;
}

/** Whether a body that radar saw climb has been seen to coast for long enough to tell where it burnt out. */
function hasBurntOut({ rose, rise, coastFirst, coastLast, filter }: RadarRecord): boolean {
  if (!rose || rise.length === 0 || filter.motion !== 'coast') return false;
  if (coastFirst === null || coastLast === null) return false;
  return secondsBetween(coastFirst, coastLast) >= LIMITS.launchCoastS;
}

function eyesOf(state: TrackingState, event: EventRecord): Eye[] {
  return state.infrared.flatMap((track) => {
    if (track.event !== event.id || track.fit === null) return [];
    const sensor = state.sensors.find(({ id }) => id === track.sensor);
    return sensor?.kind === 'infrared' ? [{ track, fit: track.fit, sensor }] : [];
  });
}

/** The track that radar found first, while it is young enough to say more than was said. */
function radarOf(state: TrackingState, event: EventRecord): RadarRecord | null {
  const track = state.radar.find((one) => one.event === event.id);
  return track === undefined || track.filter.motion === 'air' ? null : track;
}

function radarAlone(state: TrackingState, radar: RadarRecord | null): LaunchEstimate | null {
  if (radar === null || !isEnough(radar, radar.looks)) return null;
  const estimate = estimateOf(radar.filter);
  const rise = riseOf(state, radar);
  const burning = radar.filter.motion === 'powered';
  const seen = { eyes: [], rise, arc: burning ? null : arcBehind(radar, estimate) };
  return fitLaunch(seen, burning ? estimate : null);
}

function byArc(radar: RadarRecord | null): LaunchEstimate | null {
  if (radar === null) return null;
  const estimate = estimateOf(radar.filter);
  return backPropagatedLaunch(estimate, coastsFrom(radar, estimate));
}

/** Whether so many looks of radar alone are worth a batch: of a climb fewer are. */
function isEnough({ rose, rise, filter }: RadarRecord, looks: number): boolean {
  const climbed = rise.length > 0 && (rose || filter.motion === 'powered');
  return looks >= (climbed ? LIMITS.launchClimbLooksMin : LIMITS.launchArcLooksMin);
}

/** The first sensor's ascents begin the batch: what the others saw decides between them. */
function together(state: TrackingState, eyes: readonly Eye[], radar: RadarRecord | null) {
  const { fit } = eyes[0] as Eye;
  const burning = radar?.filter.motion === 'powered';
  const arc = radar === null || burning ? null : arcBehind(radar, estimateOf(radar.filter));
  const lines: EyeLooks[] = eyes.map((eye) => ({ sensor: eye.sensor, looks: eye.track.looks }));
  const rise = radar === null ? [] : riseOf(state, radar);
  const begin: AscentStart = {
    anchor: fit.anchor,
    ascents: [fit.parameters, ...fit.rivals.map((unknowns) => unknowns.slice(0, -2))].map(
      (ascent) => Float64Array.from(ascent),
    ),
  };
  return fitLaunch({ eyes: lines, rise, arc }, begin);
}

/** Radar looks at a climb: of a body that was seen under power, or may have been. */
function riseOf(state: TrackingState, radar: RadarRecord): RiseLook[] {
  if (!radar.rose && radar.filter.motion !== 'powered') return [];
  return radar.rise.flatMap((look) => {
    const sensor = state.sensors.find(({ id }) => id === look.sensor);
    return sensor?.kind === 'radar' ? [{ ...look, sensor }] : [];
  });
}

function arcBehind(radar: RadarRecord, estimate: Estimate): Arc | null {
  return arcOf(estimate, coastsFrom(radar, estimate));
}

/** When a body was first seen to coast; of one that may burn still, the time of the estimate. */
function coastsFrom(radar: RadarRecord, estimate: Estimate): Instant {
  const since = radar.coastFirst ?? (radar.rose ? estimate.time : radar.firstSeen);
  return since > estimate.time ? estimate.time : since;
}
