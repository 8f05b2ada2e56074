// SPDX-License-Identifier: Apache-2.0
// The feeds of the sides: every sensor sampled on its own stream of draws, merged by arrival.

import { addSeconds, type Instant } from '@isthmus/earth';
import type { InfraredPlot, Plot, RadarPlot, SensorReport } from '@isthmus/picture';
import { sampleInfrared } from './infrared.ts';
import { sampleRadar, type Unnumbered } from './radar.ts';
import type { Scenario, SensorDocument, SideName } from './schema.ts';
import { sideDocuments, sideNames } from './sensors.ts';
import type { Truth } from './truth.ts';

/** A plot with what it truly came from: several objects when unresolved, none when false. */
export interface LabelledPlot {
  readonly plot: Plot;
  /** Ids of truth objects. Never shown to a tracker. */
  readonly truth: readonly string[];
}

/** How often a sensor says that it works, s: below the 30 s after which it is not known to. */
const SAYS_EVERY_S = 20;

/**
 * The whole feed of every side, what its sensors say of themselves among its plots, in order of
 * arrival and numbered from 0.
 */
export function sampleFeeds(
  scenario: Scenario,
  truth: Truth,
  seed: number | string,
): Record<SideName, (Plot | SensorReport)[]> {
  const plots = samplePlots(scenario, truth, seed);
  const feed = (side: SideName): (Plot | SensorReport)[] => {
    const said = sideDocuments(scenario, side).flatMap((sensor) => reportsOf(sensor, truth));
    const all = [...plots[side], ...said].sort(byArrival);
    return all.map((one, id) => ({ ...one, id }));
  };
  return { west: feed('west'), east: feed('east') };
}

function reportsOf(sensor: SensorDocument, truth: Truth): Omit<SensorReport, 'id'>[] {
  const reports: Omit<SensorReport, 'id'>[] = [];
  for (let n = 0; ; n += 1) {
    const time = addSeconds(truth.start, n * SAYS_EVERY_S);
    if (time > truth.end) return reports;
    const arrival = addSeconds(time, sensor.timing.latencyS);
    const state = isDown(sensor, truth, time) ? 'down' : 'working';
    reports.push({ kind: 'state', sensor: sensor.id, time, arrival, state });
  }
}

function isDown({ outages }: SensorDocument, { start }: Truth, at: Instant): boolean {
  const isIn = (one: { readonly fromS: number; readonly untilS: number }): boolean =>
    addSeconds(start, one.fromS) <= at && at < addSeconds(start, one.untilS);
  return outages?.some(isIn) ?? false;
}

/**
 * The plots of every side in order of arrival (then sensor, then time), numbered from 0.
 *
 * The same scenario, truth and seed give the same plots; each sensor draws from its own stream, so
 * a change of one leaves the others' plots as they were.
 */
export function samplePlots(
  scenario: Scenario,
  truth: Truth,
  seed: number | string,
): Record<SideName, Plot[]> {
  const labelled = sampleLabelledPlots(scenario, truth, seed);
  return {
    west: labelled.west.map(({ plot }) => plot),
    east: labelled.east.map(({ plot }) => plot),
  };
}

/** `samplePlots` with what each plot came from: for metrics and tests. */
export function sampleLabelledPlots(
  scenario: Scenario,
  truth: Truth,
  seed: number | string,
): Record<SideName, LabelledPlot[]> {
  const sides: Record<SideName, LabelledPlot[]> = { west: [], east: [] };
  for (const side of sideNames(scenario)) {
    const plots = sideDocuments(scenario, side).flatMap(
      (sensor): readonly (Unnumbered<RadarPlot> | Unnumbered<InfraredPlot>)[] => {
        const seen =
          sensor.kind === 'radar'
            ? sampleRadar(sensor, truth, seed)
            : sampleInfrared(sensor, truth, seed);
        return seen.filter(({ time }) => !isDown(sensor, truth, time));
      },
    );
    plots.sort(byArrival);
    sides[side] = plots.map(({ truth: from, ...plot }, id) => ({
      plot: { ...plot, id },
      truth: from,
    }));
  }
  return sides;
}

function byArrival(
  a: Pick<Plot, 'arrival' | 'sensor' | 'time'>,
  b: Pick<Plot, 'arrival' | 'sensor' | 'time'>,
): number {
  if (a.arrival !== b.arrival) return a.arrival - b.arrival;
  if (a.sensor !== b.sensor) return a.sensor < b.sensor ? -1 : 1;
  return a.time - b.time;
}
