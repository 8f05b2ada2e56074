// SPDX-License-Identifier: Apache-2.0
// Which plot of a cycle belongs to which radar track: gates under each way a track may have gone on,
// and the optimal assignment by log-likelihood ratio.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { RadarPlot, RadarSensor } from '@isthmus/picture';
import { assign } from '../association/assignment.ts';
import { addAccelerationNoise, approximateHeightM } from '../models/coast.ts';
import { plotPosition } from '../sensors/radar.ts';
import { LIMITS } from './limits.ts';
import { logOddsOfManoeuvre, strongestTest, withManoeuvre } from './manoeuvre-test.ts';
import { type Innovation, innovationOf, predictFilter, type RadarFilter } from './radar-filter.ts';
import type { RadarRecord, TrackingState } from './state.ts';
import { withThrust } from './thrust-test.ts';

/** Plots of one sensor close enough in time that one body gives at most one of them. */
export interface Cycle {
  readonly sensor: RadarSensor;
  readonly plots: readonly RadarPlot[];
}

/** A track that may take a plot, and its filter as near to the time of the cycle as it is kept. */
export interface Open {
  readonly record: RadarRecord;
  readonly filter: RadarFilter;
}

/** Whether it is known where a lost body is, and it is not down. */
export function isFindable(filter: RadarFilter): boolean {
  return spreadM(filter) < LIMITS.lostSpreadM && approximateHeightM(filter.state) > 0;
}

/** One sigma of the position, root sum square of the axes. */
function spreadM({ covariance: p }: RadarFilter): number {
  return Math.sqrt((p[0] as number) + (p[7] as number) + (p[14] as number));
}

/** A track of `open` and the plot of the cycle it takes, with the log odds that the plot is no false one. */
export interface Pair {
  readonly record: RadarRecord;
  readonly plot: RadarPlot;
  readonly logOdds: number;
}

export function pairTracks(open: readonly Open[], cycle: Cycle, logFalse: number): Pair[] {
  const columns = cycle.plots.length;
  const cost = new Float64Array(open.length * columns).fill(Number.POSITIVE_INFINITY);
  const seen = Math.log(LIMITS.detectionProbability / (1 - LIMITS.detectionProbability));
  open.forEach(({ record, filter }, row) => {
    cycle.plots.forEach((plot, column) => {
      if (!near(record, filter, { sensor: cycle.sensor, plot })) return;
      const there = predictFilter(filter, plot.time);
      if (record.status === 'lost' && !isFindable(there)) return;
      const logDensity = logDensityOf(record, there, { sensor: cycle.sensor, plot });
      if (logDensity === null) return;
      cost[row * columns + column] = -(seen + logDensity - logFalse);
    });
  });
  return assign(cost, open.length, columns).flatMap((column, row) => {
    const [record, plot] = [open[row]?.record, cycle.plots[column]];
    if (record === undefined || plot === undefined) return [];
    return [{ record, plot, logOdds: -(cost[row * columns + column] as number) }];
  });
}

export interface Seen {
  readonly sensor: RadarSensor;
  readonly plot: RadarPlot;
}

/**
 * Log density of a plot under the likeliest way a track may have gone on: unpowered, under a force that
 * is asked about, or, where neither explains it, swerved since the last look; null outside every gate.
 * What has left its path has against it how seldom that is.
 */
function logDensityOf(record: RadarRecord, there: RadarFilter, look: Seen): number | null {
  const { manoeuvre } = record;
  const odds = manoeuvre === null ? 0 : Math.min(0, logOddsOfManoeuvre(manoeuvre));
  const coasting = gated(there, look)?.logDensity ?? Number.NEGATIVE_INFINITY;
  const elsewhere = underForce(record, there);
  const forced = elsewhere === null ? null : gated(elsewhere, look);
  const best = Math.max(coasting, forced === null ? coasting : forced.logDensity + odds);
  if (best > Number.NEGATIVE_INFINITY) return best;
  const swerved = afterSwerve(record, there, look);
  return swerved === null ? null : swerved.logDensity + odds;
}

function gated(filter: RadarFilter, { sensor, plot }: Seen): Innovation | null {
  const innovation = innovationOf(filter, sensor, plot);
  return innovation !== null && innovation.distance <= LIMITS.gateRadarPlot ? innovation : null;
}

/** Where a coasting track would be if it burns, or has left its path; null where neither is asked. */
function underForce(record: RadarRecord, there: RadarFilter): RadarFilter | null {
  if (record.filter.motion !== 'coast') return null;
  if (record.thrust !== null) return withThrust(record.thrust, there);
  const suspected = suspectedManoeuvre(record);
  return suspected === null ? null : suspected(there.time);
}

/** How a track would go on under the acceleration it is suspected of; null where there is none. */
function suspectedManoeuvre(record: RadarRecord): ((at: Instant) => RadarFilter) | null {
  const watch = record.manoeuvre;
  const best = watch === null ? null : strongestTest(watch);
  if (watch === null || best === null) return null;
  if (best.found.explained < LIMITS.manoeuvreSuspected) return null;
  return (at) => withManoeuvre(watch, best, at);
}

/**
 * How a plot fits a track that has swerved since it was last seen, where nothing but that explains it.
 */
function afterSwerve(record: RadarRecord, there: RadarFilter, look: Seen): Innovation | null {
  if (record.manoeuvre === null || record.status !== 'firm') return null;
  const before = suspectedManoeuvre(record)?.(there.time) ?? there;
  const covariance = Float64Array.from(before.covariance);
  const seconds = secondsBetween(record.lastSeen, there.time);
  // A constant acceleration over the time unseen, written as the white noise that spreads as far.
  addAccelerationNoise(covariance, 0.75 * LIMITS.swerveMps2 ** 2 * seconds, seconds);
  return gated({ ...before, covariance: Array.from(covariance) }, look);
}

/** Between two tracks at the time of the second, by straight flight of the first. */
function distanceM(other: RadarFilter, there: RadarFilter): number {
  const dt = secondsBetween(other.time, there.time);
  const apart = [0, 1, 2].map((i) => {
    const at = (other.state[i] as number) + dt * (other.state[i + 3] as number);
    return at - (there.state[i] as number);
  });
  return Math.hypot(...apart);
}

/** A cheap test before the exact gate: straight flight, spread of position and velocity. */
export function near(
  record: RadarRecord,
  filter: RadarFilter,
  { sensor, plot }: { readonly sensor: RadarSensor; readonly plot: RadarPlot },
): boolean {
  const dt = secondsBetween(filter.time, plot.time);
  if (dt < -LIMITS.lateSecondsMax) return false;
  if (dt < 0 && filter.motion !== 'coast') return false;
  const last = record.lastLook.find((look) => look.sensor === sensor.id);
  if (last !== undefined && Math.abs(secondsBetween(last.time, plot.time)) < sensor.revisitS / 2) {
    return false;
  }
  const p = filter.covariance;
  const speed = Math.sqrt((p[21] as number) + (p[28] as number) + (p[35] as number));
  const position = plotPosition(sensor, plot);
  let distance2 = 0;
  for (let i = 0; i < 3; i += 1) {
    const at = (filter.state[i] as number) + dt * (filter.state[i + 3] as number);
    distance2 += ((position[i] as number) - at) ** 2;
  }
  const across = plot.rangeM * Math.max(sensor.noise.azimuthRad, sensor.noise.elevationRad);
  // A track that is followed may swerve; one that was lost long ago is looked for where it fell.
  const swerve = record.status === 'firm' && record.manoeuvre !== null ? LIMITS.swerveMps2 : 10;
  const bound =
    5 * (spreadM(filter) + across + speed * Math.abs(dt)) +
    swerve * dt * dt +
    10 * sensor.noise.rangeM;
  return distance2 < bound * bound;
}

/**
 * Whether other bodies of the launch fly so near that their plots are taken for those of this one:
 * innovations then say nothing of forces.
 */
export function isCrowded(state: TrackingState, record: RadarRecord): boolean {
  return state.radar.some(
    (other) =>
      other !== record &&
      other.event === record.event &&
      Math.abs(secondsBetween(other.lastSeen, record.lastSeen)) < LIMITS.crowdSeenS &&
      distanceM(other.filter, record.filter) < LIMITS.crowdM,
  );
}
