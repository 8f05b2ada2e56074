// SPDX-License-Identifier: Apache-2.0
// The own tracker: plots of own sensors in, own tracks and the own picture out. It is never told
// anything a partner said.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { InfraredPlot, Picture, Plot, RadarPlot, Sensor, Track } from '@isthmus/picture';
import type { ElementSet } from '../satellites/element-sets.ts';
import { stepEvents } from './events.ts';
import { stepInfrared } from './infrared-tracks.ts';
import { LIMITS } from './limits.ts';
import { pictureOf, tracksOf } from './own-picture.ts';
import { stepRadar } from './radar-tracks.ts';
import type { TrackingState } from './state.ts';

/**
 * A tracker that has seen nothing, for these sensors. The state is plain JSON data.
 *
 * @param catalogue satellites that are known to be there: what flies as one of them is never a launch.
 */
export function createTracking(
  sensors: readonly Sensor[],
  catalogue: readonly ElementSet[] = [],
): TrackingState {
  return {
    sensors: [...sensors],
    catalogue: [...catalogue],
    now: null,
    bySensor: sensors.map(({ id }) => ({
      sensor: id,
      falsePerCycle: 3,
      shifted: 0,
      shift: null,
    })),
    radar: [],
    candidates: [],
    infrared: [],
    events: [],
    next: { radar: 1, infrared: 1, event: 1, object: 1 },
    counts: { plots: 0, late: 0, ahead: 0, unknownSensor: 0 },
  };
}

/**
 * Takes the plots that arrived since the last step, in order of arrival, and brings the state to
 * `now`. Changes `state`. The result depends on the state, the plots and `now` alone.
 *
 * A plot up to `lateSecondsMax` older than its track is used where it belongs in time; older ones,
 * those of a time to come, and plots of sensors never declared, are counted and left.
 */
export function stepTracking(state: TrackingState, plots: readonly Plot[], now: Instant): void {
  const radar: RadarPlot[] = [];
  const infrared: InfraredPlot[] = [];
  for (const plot of plots) {
    state.counts.plots += 1;
    const sensor = state.sensors.find((entry) => entry.id === plot.sensor);
    if (sensor === undefined || sensor.kind !== plot.kind) {
      state.counts.unknownSensor += 1;
    } else if (secondsBetween(plot.time, now) > LIMITS.lateSecondsMax + LIMITS.latencyS) {
      state.counts.late += 1;
    } else if (secondsBetween(now, plot.time) > LIMITS.aheadSecondsMax) {
      state.counts.ahead += 1;
    } else if (plot.kind === 'radar') {
      radar.push(plot);
    } else {
      infrared.push(plot);
    }
  }
  stepInfrared(state, infrared, now);
  stepRadar(state, radar, now);
  stepEvents(state, now);
  state.now = now;
}

/** A state that an earlier build wrote, with what it did not know of yet; the caller gives it away. */
export function restoreTracking(kept: TrackingState): TrackingState {
  for (const record of [...kept.radar, ...kept.candidates]) {
    record.thrust ??= null;
    // A watch of an earlier build did not estimate errors: a new one is opened with the next look.
    if (record.manoeuvre?.errors === undefined) record.manoeuvre = null;
    record.rose ??= false;
    record.rise ??= [];
    record.satellite ??= null;
    record.screenedLooks ??= 0;
    // The shadow of an earlier build is not asked about thrust: a new one is begun with the next look.
    if (record.shadow?.thrust === undefined) record.shadow = null;
  }
  for (const record of kept.bySensor) {
    record.shifted ??= 0;
    record.shift ??= null;
  }
  for (const event of kept.events) {
    event.satellite ??= null;
    event.decays ??= false;
    event.launchLooks ??= 0;
    event.launchTried ??= { hasFitted: false, withArc: false };
  }
  // A fit of an earlier build has other unknowns: the next look fits anew.
  for (const record of kept.infrared) {
    if (record.fit?.rivals === undefined) record.fit = null;
  }
  kept.catalogue ??= [];
  kept.counts.ahead ??= 0;
  return kept;
}

/** Firm tracks, and lost ones for a minute, radar first; estimates at the last look. */
export function ownTracks(state: TrackingState): readonly Track[] {
  return state.now === null ? [] : tracksOf(state, state.now);
}

/** Events with their objects, estimates predicted to `now`; evidence is all own. */
export function ownPicture(state: TrackingState, now: Instant): Picture {
  return pictureOf(state, now);
}
