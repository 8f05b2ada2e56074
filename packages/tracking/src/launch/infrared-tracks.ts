// SPDX-License-Identifier: Apache-2.0
// The life of infrared tracks: lines of sight that follow each other become a cue, are fitted as a
// powered ascent look by look, and coast on when looks stop.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { InfraredPlot, InfraredSensor } from '@isthmus/picture';
import { coastAfterBurnOut, fitBoost, type Look, predictBoost } from './boost-fit.ts';
import { LIMITS } from './limits.ts';
import { sightAngles } from './sight.ts';
import type { InfraredRecord, TrackingState } from './state.ts';

/** Metres from a geostationary sensor to what it sees, for turning m/s into rad/s. */
const SIGHT_M = 3.6e7;
/** Fastest flame and strongest acceleration looked for: m/s, m/s². */
const FLAME_MPS = 6_000;
const FLAME_MPS2 = 120;

/** Takes the infrared plots of a step, cues, fits, and ends powered flight. */
export function stepInfrared(
  state: TrackingState,
  plots: readonly InfraredPlot[],
  now: Instant,
): void {
  const touched = new Set<InfraredRecord>();
  const ordered = [...plots].sort((a, b) => a.time - b.time || a.id - b.id);
  for (const plot of ordered) {
    const sensor = state.sensors.find((entry) => entry.id === plot.sensor);
    if (sensor?.kind === 'infrared') touched.add(place(state, sensor, plot));
  }
  for (const record of state.infrared) {
    const sensor = state.sensors.find((entry) => entry.id === record.sensor);
    if (sensor?.kind !== 'infrared') continue;
    if (touched.has(record)) learn(state, sensor, record);
    else if (record.id !== '') endBoost(sensor, record, now);
  }
  state.infrared = state.infrared.filter((record) => !isOver(state, record, now));
}

/** Gives a plot to the record it fits best, or opens one for it. */
function place(state: TrackingState, sensor: InfraredSensor, plot: InfraredPlot): InfraredRecord {
  let best: InfraredRecord | undefined;
  let least = 1;
  for (const record of state.infrared) {
    if (record.sensor !== sensor.id) continue;
    const distance = distanceOf(sensor, record, plot);
    // A track goes before a candidate that happens to be nearer.
    const ranked = record.id === '' ? distance : distance / 2;
    if (distance < 1 && ranked < least) {
      least = ranked;
      best = record;
    }
  }
  const look: Look = {
    plot: plot.id,
    time: plot.time,
    eastRad: plot.eastRad,
    northRad: plot.northRad,
  };
  if (best !== undefined) {
    best.looks.push(look);
    return best;
  }
  const record: InfraredRecord = {
    id: '',
    status: 'candidate',
    event: null,
    sensor: sensor.id,
    looks: [look],
    epoch: 0,
    phase: 'boost',
    fit: null,
    estimate: null,
    launch: null,
  };
  state.infrared.push(record);
  return record;
}

/** How far a plot is from where a record expects it, over the gate: below 1 is inside. */
function distanceOf(sensor: InfraredSensor, record: InfraredRecord, plot: InfraredPlot): number {
  const last = record.looks.at(-1);
  const before = record.looks.at(-2);
  if (last === undefined) return Number.POSITIVE_INFINITY;
  const dt = secondsBetween(last.time, plot.time);
  if (dt < sensor.revisitS / 2 || dt > LIMITS.infraredSilenceScans * 2 * sensor.revisitS) {
    return Number.POSITIVE_INFINITY;
  }
  const swerve = (0.5 * FLAME_MPS2 * dt * dt) / SIGHT_M;
  let east = last.eastRad;
  let north = last.northRad;
  let gate = 6 * sensor.noiseRad;
  if (record.fit !== null) {
    const ahead = predictBoost(record.fit, plot.time, 4 * sensor.revisitS);
    [east, north] = sightAngles(sensor, ahead.state);
    east += (record.fit.boresight[0] as number) * sensor.biasRad;
    north += (record.fit.boresight[1] as number) * sensor.biasRad;
    gate += swerve;
  } else if (before !== undefined) {
    const stride = dt / secondsBetween(before.time, last.time);
    east += stride * (last.eastRad - before.eastRad);
    north += stride * (last.northRad - before.northRad);
    gate += 6 * stride * sensor.noiseRad + swerve;
  } else {
    gate += (FLAME_MPS * dt) / SIGHT_M;
  }
  return Math.hypot(plot.eastRad - east, plot.northRad - north) / gate;
}

/** Cues and refits a record that has a new look. */
function learn(state: TrackingState, sensor: InfraredSensor, record: InfraredRecord): void {
  const first = record.looks[0] as Look;
  const last = record.looks.at(-1) as Look;
  if (record.looks.length < LIMITS.infraredLooksCue) return;
  const scans = secondsBetween(first.time, last.time) / sensor.revisitS;
  if (record.id === '' && scans > 2 * LIMITS.infraredLooksCue) return;
  const fit = fitBoost(sensor, record.looks, record.fit);
  if (fit === null) return;
  record.fit = fit;
  record.estimate = fit.state;
  record.launch = fit.launch;
  if (record.phase === 'coast') {
    record.phase = 'boost';
    record.epoch += 1;
  }
  if (record.id !== '') return;
  record.id = `I${state.next.infrared}`;
  record.status = 'firm';
  state.next.infrared += 1;
}

/** Looks have stopped for longer than a staging gap or missed scans explain: powered flight is over. */
function endBoost(sensor: InfraredSensor, record: InfraredRecord, now: Instant): void {
  const last = record.looks.at(-1);
  if (last === undefined || record.fit === null || record.phase === 'coast') return;
  const silence = secondsBetween(last.time, now) - LIMITS.latencyS;
  if (silence < LIMITS.infraredSilenceScans * sensor.revisitS) return;
  record.phase = 'coast';
  record.epoch += 1;
  record.estimate = coastAfterBurnOut(sensor, record.looks, record.fit);
}

function isOver(state: TrackingState, record: InfraredRecord, now: Instant): boolean {
  if (record.id !== '') return false;
  const sensor = state.sensors.find((entry) => entry.id === record.sensor);
  const last = record.looks.at(-1);
  if (sensor === undefined || last === undefined) return true;
  return secondsBetween(last.time, now) > LIMITS.infraredSilenceScans * sensor.revisitS + 5;
}
