// SPDX-License-Identifier: Apache-2.0
// The launch of an event from its tracks: from one infrared sensor as its track has it, from more, or
// with radar, in one batch over all looks; from radar alone as its climb or its arc allows.

import type { Instant } from '@isthmus/earth';
import type { Estimate, InfraredSensor } from '@isthmus/picture';
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
  const growth = first === undefined ? LIMITS.launchRadarGrowth : LIMITS.launchLooksGrowth;
  const grown = looks >= growth * event.launchLooks;
  if (looks === 0 || (event.launch !== null && !grown)) return;
  event.launchLooks = looks;
  const launch = first === undefined ? fromRadar(state, radar) : together(state, eyes, radar);
  event.launch = launch ?? first?.track.launch ?? event.launch;
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

function fromRadar(state: TrackingState, radar: RadarRecord | null) {
  if (radar === null) return null;
  const estimate = estimateOf(radar.filter);
  const rise = riseOf(state, radar);
  const burning = radar.filter.motion === 'powered';
  const least = rise.length > 0 ? LIMITS.launchClimbLooksMin : LIMITS.launchArcLooksMin;
  if (radar.looks < least) return backPropagatedLaunch(estimate, coastsFrom(radar, estimate));
  const seen = { eyes: [], rise, arc: burning ? null : arcBehind(radar, estimate) };
  const fitted = fitLaunch(seen, burning ? estimate : null);
  return fitted ?? backPropagatedLaunch(estimate, coastsFrom(radar, estimate));
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
