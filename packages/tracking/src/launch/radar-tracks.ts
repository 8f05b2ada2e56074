// SPDX-License-Identifier: Apache-2.0
// The life of radar tracks: cycles of plots, birth from competing hypotheses, loss. A late plot is used where it belongs in time: unpowered
// flight has no process noise, so going back, updating and coming forth again is exact.

import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type { RadarPlot, RadarSensor, Sensor } from '@isthmus/picture';
import { separation } from '../fusion/information.ts';
import { approximateHeightM } from '../models/coast.ts';
import { predictLook, watchedVolume } from '../sensors/radar.ts';
import { driftAfter, noDrift } from './drift.ts';
import { LIMITS } from './limits.ts';
import {
  estimateOf,
  followFilter,
  innovationOf,
  openFilter,
  predictFilter,
  updateFilter,
} from './radar-filter.ts';
import { beginThrustTest, followAnother, noteMotion } from './radar-motion.ts';
import {
  type Cycle,
  isCrowded,
  isFindable,
  near,
  type Open,
  type Pair,
  pairTracks,
  type Seen,
} from './radar-pairing.ts';
import type { RadarRecord, SensorRecord, TrackingState } from './state.ts';

/** Takes the radar plots of a step, then ends what was not seen for too long. */
export function stepRadar(state: TrackingState, plots: readonly RadarPlot[], now: Instant): void {
  for (const cycle of cyclesOf(state, plots)) processCycle(state, cycle);
  endCandidates(state, now);
  for (const record of state.radar) {
    if (record.status !== 'firm') continue;
    const silence = secondsBetween(record.lastSeen, now);
    if (silence > lostAfterS(state, record)) record.status = 'lost';
  }
  takeBackMistakes(state, now);
}

/**
 * Removes young tracks that fell silent beside better ones: chance pairings of plots of a cloud of
 * bodies. The only track of an event is never removed: a short sighting is still a sighting.
 */
function takeBackMistakes(state: TrackingState, now: Instant): void {
  const wrong = (record: RadarRecord): boolean => {
    if (record.looks >= LIMITS.youngLooks || record.event === null) return false;
    const silence = secondsBetween(record.lastSeen, now) - LIMITS.latencyS;
    if (silence < LIMITS.youngMisses * revisitOf(state, record)) return false;
    return state.radar.some(
      (other) => other.event === record.event && other.looks >= LIMITS.youngLooks,
    );
  };
  const gone = state.radar.filter(wrong).map((record) => record.id);
  if (gone.length === 0) return;
  state.radar = state.radar.filter((record) => !gone.includes(record.id));
  for (const event of state.events) {
    for (const object of event.objects) {
      object.radar = object.radar.filter((id) => !gone.includes(id));
    }
    event.objects = event.objects.filter(
      (object) => object.radar.length > 0 || object.infrared !== null,
    );
  }
}

function lostAfterS(state: TrackingState, record: RadarRecord): number {
  const misses = LIMITS.lostMisses * revisitOf(state, record);
  return Math.max(LIMITS.lostSecondsMin, misses) + LIMITS.latencyS;
}

/** The longest revisit of the radars that have seen a track, seconds. */
function revisitOf(state: TrackingState, record: RadarRecord): number {
  let revisit = 0;
  for (const sensor of state.sensors) {
    if (sensor.kind === 'radar' && record.lastLook.some((look) => look.sensor === sensor.id)) {
      revisit = Math.max(revisit, sensor.revisitS);
    }
  }
  return revisit;
}

function cyclesOf(state: TrackingState, plots: readonly RadarPlot[]): Cycle[] {
  const cycles: Cycle[] = [];
  for (const sensor of state.sensors) {
    if (sensor.kind !== 'radar') continue;
    const mine = plots.filter((plot) => plot.sensor === sensor.id);
    mine.sort((a, b) => a.time - b.time || a.id - b.id);
    let current: RadarPlot[] = [];
    for (const plot of mine) {
      const first = current[0];
      if (first !== undefined && secondsBetween(first.time, plot.time) >= sensor.revisitS / 2) {
        cycles.push({ sensor, plots: current });
        current = [];
      }
      current.push(plot);
    }
    if (current.length > 0) cycles.push({ sensor, plots: current });
  }
  const start = (cycle: Cycle): number => cycle.plots[0]?.time ?? 0;
  return cycles
    .map((cycle, order) => ({ cycle, order }))
    .sort((a, b) => start(a.cycle) - start(b.cycle) || a.order - b.order)
    .map(({ cycle }) => cycle);
}

function processCycle(state: TrackingState, cycle: Cycle): void {
  const memory = state.bySensor.find((entry) => entry.sensor === cycle.sensor.id);
  if (memory === undefined) return;
  const logFalse = Math.log(memory.falsePerCycle / watchedVolume(cycle.sensor));
  const open = associable(state, cycle);
  const used = new Set<number>();
  for (const pair of pairTracks(open, cycle, logFalse)) {
    if (isDoubtful(pair, cycle.sensor)) continue;
    const { record, plot } = pair;
    const isAlone = !isCrowded(state, record);
    const look = { sensor: cycle.sensor, plot, isAlone, sensors: state.sensors };
    if (useLook(record, look)) used.add(plot.id);
  }
  const left = cycle.plots.filter((plot) => !used.has(plot.id));
  memory.falsePerCycle = Math.max(0.2, 0.98 * memory.falsePerCycle + 0.02 * left.length);
  growCandidates(state, { sensor: cycle.sensor, plots: left }, logFalse);
  promote(state);
}

/**
 * Whether only a force explains a look, and it may as well be of another body: the track has not been
 * seen for so long that much has room in that gate. It is left to begin a track of its own.
 */
function isDoubtful({ record, plot, logOdds }: Pair, sensor: RadarSensor): boolean {
  if (logOdds > LIMITS.surpriseLogOdds) return false;
  const there = predictFilter(record.filter, plot.time);
  const innovation = innovationOf(there, sensor, plot);
  return innovation === null || innovation.distance > LIMITS.gateRadarPlot;
}

/** Lost tracks may be found again while it is still known where to look: not once they are down. */
function associable(state: TrackingState, cycle: Cycle): Open[] {
  const at = cycle.plots[0]?.time;
  const open: Open[] = [];
  for (const record of state.radar) {
    if (record.status === 'firm') {
      open.push({ record, filter: record.filter });
    } else if (at !== undefined && record.looks >= LIMITS.youngLooks) {
      const filter = followFilter(record.filter, at);
      if (isFindable(filter)) open.push({ record, filter });
    }
  }
  return open;
}

/** Uses a plot on a track; false when the mathematics refuses it. */
function useLook(
  record: RadarRecord,
  seen: Seen & { readonly isAlone: boolean; readonly sensors: readonly Sensor[] },
): boolean {
  const { sensor, plot } = seen;
  const held = record.filter.time;
  const updated = updateFilter(predictFilter(record.filter, plot.time), {
    sensor,
    plot,
    iterations: record.looks < 5 ? 3 : 1,
  });
  if (updated === null) return false;
  record.filter = held > plot.time ? predictFilter(updated.filter, held) : updated.filter;
  record.looks += 1;
  record.nis = 0.9 * record.nis + (0.1 * updated.innovation.distance) / 3;
  record.drift = driftAfter(record.drift, updated.innovation.normalised);
  const spread = 0.95 * record.rangeSpread + 0.05 * updated.innovation.spread;
  record.rangeSpread = spread;
  record.filter.spread = Math.min(LIMITS.spreadMax, Math.max(1, spread));
  record.lastSeen = plot.time > record.lastSeen ? plot.time : record.lastSeen;
  if (record.status === 'lost') record.status = 'firm';
  if (!record.sensors.includes(sensor.id)) record.sensors.push(sensor.id);
  const last = record.lastLook.find((look) => look.sensor === sensor.id);
  if (last === undefined) record.lastLook.push({ sensor: sensor.id, time: plot.time });
  else if (plot.time > last.time) last.time = plot.time;
  keepRise(record, plot);
  noteMotion(record, { ...seen, correction: updated.correction });
  return true;
}

/**
 * Keeps a look at what may be a climb: up to a number of them, then every second, every fourth. What
 * has long coasted is not asked any more.
 */
function keepRise(record: RadarRecord, { sensor, time, rangeM, ...angles }: RadarPlot): void {
  const young = record.looks < LIMITS.youngLooks;
  const burning = record.filter.motion === 'powered' && record.looks < LIMITS.riseLooksUntil;
  if (!young && !burning && record.thrust === null) return;
  const stride = 2 ** Math.max(0, Math.floor(Math.log2(record.looks / LIMITS.riseLooksMax)) + 1);
  if (record.rise.length >= LIMITS.riseLooksMax) {
    record.rise = record.rise.filter((_, i) => i % 2 === 0);
  }
  if (record.looks % stride !== 0 && record.rise.length > 0) return;
  const { azimuthRad, elevationRad } = angles;
  record.rise.push({ sensor, time, rangeM, azimuthRad, elevationRad });
}

/**
 * A body found close beside tracks of the same radar was one return with them before: what those
 * tracks learnt was of the two together.
 */
function splitFrom(state: TrackingState, born: RadarRecord): void {
  const sensor = state.sensors.find((entry) => entry.id === born.sensors[0]);
  if (sensor?.kind !== 'radar') return;
  const there = predictLook(sensor, born.filter.state).look.rangeM;
  for (const record of state.radar) {
    if (record.status !== 'firm' || record.filter.motion !== 'coast' || record.looks < 6) continue;
    if (!record.sensors.includes(sensor.id)) continue;
    const here = predictFilter(record.filter, born.filter.time);
    const apart = here.state.map((v, i) => v - (born.filter.state[i] as number));
    const distance = Math.hypot(apart[0] as number, apart[1] as number, apart[2] as number);
    if (distance > LIMITS.companionDistanceM / 10) continue;
    const inRange = Math.abs(predictLook(sensor, here.state).look.rangeM - there);
    if (inRange < LIMITS.splitNearRangeNoises * sensor.noise.rangeM) followAnother(record, sensor);
  }
}

function growCandidates(state: TrackingState, cycle: Cycle, logFalse: number): void {
  const { sensor, plots } = cycle;
  const seen = Math.log(LIMITS.detectionProbability / (1 - LIMITS.detectionProbability));
  const grown: RadarRecord[] = [];
  const kept: RadarRecord[] = [];
  for (const candidate of state.candidates) {
    const mine = candidate.sensors[0] === sensor.id;
    let children = 0;
    for (const plot of mine ? plots : []) {
      const child = extend(candidate, sensor, plot);
      if (child === null) continue;
      child.score += seen - logFalse;
      grown.push(child);
      children += 1;
    }
    if (children === 0 || candidate.looks === 1) kept.push(candidate);
  }
  for (const plot of plots) grown.push(openRecord(sensor, plot));
  state.candidates = strongest([...kept, ...grown]);
}

/** A copy of a candidate with one more plot, or null when the plot does not belong to it. */
function extend(candidate: RadarRecord, sensor: RadarSensor, plot: RadarPlot): RadarRecord | null {
  if (plot.time <= candidate.filter.time || !near(candidate, candidate.filter, { sensor, plot }))
    return null;
  const innovation = innovationOf(predictFilter(candidate.filter, plot.time), sensor, plot);
  if (innovation === null || innovation.distance > LIMITS.gateRadarPlot) return null;
  const child = structuredCopy(candidate);
  if (!useLook(child, { sensor, plot, isAlone: true, sensors: [sensor] })) return null;
  const v = child.filter.state;
  const speed = Math.hypot(v[3] as number, v[4] as number, v[5] as number);
  const p = child.filter.covariance;
  const spread = Math.sqrt((p[21] as number) + (p[28] as number) + (p[35] as number));
  if (speed - 3 * spread > LIMITS.speedMpsMax) return null;
  const low = approximateHeightM(v) < LIMITS.airHeightMMax;
  if (child.looks === 3 && low && speed < LIMITS.airSpeedMpsMax) child.filter.motion = 'air';
  child.plots.push(plot.id);
  child.score += innovation.logDensity;
  return child;
}

function structuredCopy(record: RadarRecord): RadarRecord {
  return {
    ...record,
    filter: { ...record.filter },
    sensors: [...record.sensors],
    lastLook: record.lastLook.map((look) => ({ ...look })),
    plots: [...record.plots],
    rise: [...record.rise],
  };
}

function openRecord(sensor: RadarSensor, plot: RadarPlot): RadarRecord {
  return {
    id: '',
    status: 'candidate',
    event: null,
    filter: openFilter(sensor, plot),
    epoch: 0,
    firstSeen: plot.time,
    lastSeen: plot.time,
    looks: 1,
    score: LIMITS.scoreAtBirth,
    sensors: [sensor.id],
    lastLook: [{ sensor: sensor.id, time: plot.time }],
    plots: [plot.id],
    nis: 1,
    drift: noDrift(),
    rangeSpread: 1,
    coastFirst: plot.time,
    coastLast: plot.time,
    thrust: null,
    manoeuvre: null,
    rise: [{ sensor: sensor.id, time: plot.time, ...lookOf(plot) }],
    rose: false,
    satellite: null,
    screenedLooks: 0,
    shadow: null,
  };
}

function lookOf({
  rangeM,
  azimuthRad,
  elevationRad,
}: RadarPlot): Omit<RadarRecord['rise'][number], 'sensor' | 'time'> {
  return { rangeM, azimuthRad, elevationRad };
}

/** Best first, one for each pair of newest plots, and not more than memory is meant for. */
function strongest(candidates: RadarRecord[]): RadarRecord[] {
  const rank = (a: RadarRecord, b: RadarRecord): number =>
    b.score - a.score || b.looks - a.looks || (b.plots.at(-1) ?? 0) - (a.plots.at(-1) ?? 0);
  const seen = new Set<string>();
  const kept: RadarRecord[] = [];
  for (const candidate of candidates.sort(rank)) {
    const key = candidate.plots.slice(-2).join('/');
    if (candidate.looks > 1 && seen.has(key)) continue;
    seen.add(key);
    kept.push(candidate);
    if (kept.length === LIMITS.candidatesMax) break;
  }
  return kept;
}

/** Makes firm tracks of candidates beyond doubt; candidates that share a plot with one go. */
function promote(state: TrackingState): void {
  const taken = new Set<number>();
  for (const candidate of state.candidates) {
    if (!isFirm(state, candidate) || candidate.plots.some((plot) => taken.has(plot))) continue;
    const twin = steppedTwin(state, candidate);
    if (twin !== null && candidate.looks < LIMITS.clockStepNewLooks) continue;
    for (const plot of candidate.plots) taken.add(plot);
    if (twin !== null) {
      twin.sensor.shifted += 1;
      twin.sensor.shift = { at: candidate.lastSeen, seconds: twin.seconds };
      continue;
    }
    splitFrom(state, candidate);
    const record: RadarRecord = {
      ...candidate,
      id: `R${state.next.radar}`,
      status: 'firm',
      plots: [],
      nis: 1,
      drift: noDrift(),
    };
    beginThrustTest(record);
    state.radar.push(record);
    state.next.radar += 1;
  }
  if (taken.size === 0) return;
  state.candidates = state.candidates.filter(
    (candidate) => !candidate.plots.some((plot) => taken.has(plot)),
  );
}

/**
 * Whether a new track is a known body under a clock that has stepped, and by how much: it flies where
 * a track of the same sensor was or will be some seconds away, which fell silent as it began. Which of
 * the two clocks is right nobody here knows: the old track stands, and the new one is not opened.
 */
function steppedTwin(
  state: TrackingState,
  candidate: RadarRecord,
): { readonly sensor: SensorRecord; readonly seconds: number } | null {
  const sensor = state.bySensor.find((entry) => entry.sensor === candidate.sensors[0]);
  if (sensor === undefined || candidate.filter.motion !== 'coast') return null;
  const born = estimateOf(candidate.filter);
  const isSuspected =
    sensor.shift !== null &&
    secondsBetween(sensor.shift.at, candidate.lastSeen) < LIMITS.clockStepSuspectedS;
  const gate = LIMITS.clockStepGate * (isSuspected ? LIMITS.clockStepSuspectedFactor : 1);
  for (const record of state.radar) {
    const last = record.lastLook.find((look) => look.sensor === sensor.sensor)?.time;
    if (last === undefined || record.filter.motion !== 'coast') continue;
    if (record.looks < LIMITS.clockStepOldLooks || record.thrust !== null) continue;
    if (secondsBetween(candidate.firstSeen, last) > LIMITS.clockStepSecondsMax) continue;
    const now = predictFilter(followFilter(record.filter, born.time), born.time);
    if (!isFindable(now)) continue;
    const seconds = secondsAhead(now.state, born.state);
    if (Math.abs(seconds) < LIMITS.clockStepSecondsMin) continue;
    if (Math.abs(seconds) > LIMITS.clockStepSecondsMax) continue;
    const then = estimateOf(predictFilter(now, addSeconds(born.time, seconds)));
    if (separation({ ...then, time: born.time }, born) < gate) {
      return { sensor, seconds };
    }
  }
  return null;
}

/** By how many seconds of flight a state is ahead of another along its path. */
function secondsAhead(from: readonly number[], to: readonly number[]): number {
  let along = 0;
  let speed2 = 0;
  for (let i = 0; i < 3; i += 1) {
    const v = from[i + 3] as number;
    along += ((to[i] as number) - (from[i] as number)) * v;
    speed2 += v * v;
  }
  return along / speed2;
}

function isFirm(state: TrackingState, candidate: RadarRecord): boolean {
  if (candidate.looks < LIMITS.looksFirm || candidate.score < LIMITS.scoreFirm) return false;
  const sensor = state.sensors.find((entry) => entry.id === candidate.sensors[0]);
  const span = secondsBetween(candidate.firstSeen, candidate.lastSeen);
  const chances = 1 + span / (sensor?.revisitS ?? 1);
  return candidate.looks / chances >= LIMITS.hitShareFirm;
}

function endCandidates(state: TrackingState, now: Instant): void {
  state.candidates = state.candidates.filter((candidate) => {
    const sensor = state.sensors.find((entry) => entry.id === candidate.sensors[0]);
    const allowed = LIMITS.candidateMissesMax * (sensor?.revisitS ?? 1) + LIMITS.latencyS;
    return secondsBetween(candidate.lastSeen, now) <= allowed;
  });
}
