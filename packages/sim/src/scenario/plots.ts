// SPDX-License-Identifier: Apache-2.0
// The feeds of the sides: every sensor sampled on its own stream of draws, merged by arrival.

import type { InfraredPlot, Plot, RadarPlot } from '@isthmus/picture';
import { sampleInfrared } from './infrared.ts';
import { sampleRadar, type Unnumbered } from './radar.ts';
import type { Scenario, SideName } from './schema.ts';
import { sideDocuments, sideNames } from './sensors.ts';
import type { Truth } from './truth.ts';

/** A plot with what it truly came from: several objects when unresolved, none when false. */
export interface LabelledPlot {
  readonly plot: Plot;
  /** Ids of truth objects. Never shown to a tracker. */
  readonly truth: readonly string[];
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
      (sensor): readonly (Unnumbered<RadarPlot> | Unnumbered<InfraredPlot>)[] =>
        sensor.kind === 'radar'
          ? sampleRadar(sensor, truth, seed)
          : sampleInfrared(sensor, truth, seed),
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
