// SPDX-License-Identifier: Apache-2.0
// One side of a scenario played through the real tracker and the real warnings, over the truth and
// the samplers of the simulation, which share no model with either.

import { readFileSync } from 'node:fs';
import { addSeconds, type Instant, invertPositive, unpackSymmetric } from '@isthmus/earth';
import type { Estimate, ObjectId, Picture, Plot, Sensor, Warning } from '@isthmus/picture';
import {
  baseOf,
  buildTruth,
  deriveScenario,
  parseScenario,
  type Scenario,
  samplePlots,
  sideSensors,
  type Truth,
} from '@isthmus/sim/scenario';
import { createTracking, ownPicture, stepTracking, type TrackingState } from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';
import { parse } from 'yaml';

interface Change {
  readonly at: string;
  readonly to: unknown;
}

/** A ready-made scenario with some of it changed. */
export function scenarioOf(name: string, changes: readonly Change[] = []): Scenario {
  return parseScenario(deriveScenario({ base: name, changes }, documentOf(name)));
}

function documentOf(name: string): unknown {
  const file = new URL(`../../scenarios/${name}.yaml`, import.meta.url);
  const value: unknown = parse(readFileSync(file, 'utf8'));
  const base = baseOf(value);
  return base === null ? value : deriveScenario(value, documentOf(base));
}

/** What a side holds after one second. */
export interface Second {
  readonly s: number;
  readonly now: Instant;
  readonly picture: Picture;
  readonly warnings: readonly Warning[];
  /** What the first warning is about; null before an impact was computed. */
  readonly mainObject: ObjectId | null;
  readonly state: TrackingState;
}

export interface Play {
  readonly scenario: Scenario;
  readonly side: 'west' | 'east';
  readonly seed: number;
  readonly untilS: number;
  /** What reaches the side in place of the plots it would have got. */
  readonly plots?: (plots: readonly Plot[], truth: Truth) => readonly Plot[];
  /** What the side declares in place of its sensors. */
  readonly sensors?: (sensors: readonly Sensor[]) => readonly Sensor[];
}

/** Plays a side second by second; calls `each` after every one. */
export function play(
  run: Play,
  each: (second: Second, truth: Truth) => void,
): { readonly truth: Truth; readonly state: TrackingState } {
  const truth = buildTruth(run.scenario, run.seed);
  const sampled = samplePlots(run.scenario, truth, run.seed)[run.side];
  const plots = [...(run.plots?.(sampled, truth) ?? sampled)];
  plots.sort((a, b) => a.arrival - b.arrival || a.id - b.id);
  const declared = sideSensors(run.scenario, run.side);
  const state = createTracking(run.sensors?.(declared) ?? declared);
  const warnings = createWarnings('own');
  let next = 0;
  for (let s = 1; s <= run.untilS; s += 1) {
    const now = addSeconds(truth.start, s);
    const due: Plot[] = [];
    for (; (plots[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now; next += 1) {
      due.push(plots[next] as Plot);
    }
    stepTracking(state, due, now);
    const picture = ownPicture(state, now);
    stepWarnings(warnings, picture, now);
    const mainObject = warnings.records[0]?.primary?.object ?? null;
    each({ s, now, picture, warnings: currentWarnings(warnings), mainObject, state }, truth);
  }
  return { truth, state };
}

/** The body of the truth nearest to a state, and how far, metres. */
export function nearestTo(
  truth: Truth,
  at: Instant,
  state: ArrayLike<number>,
): { readonly id: string; readonly distanceM: number } {
  let best = { id: 'nothing', distanceM: Number.POSITIVE_INFINITY };
  for (const object of truth.objects) {
    const there = object.stateAt(at);
    if (there === null) continue;
    const distanceM = Math.hypot(
      ...[0, 1, 2].map((i) => (there[i] as number) - (state[i] as number)),
    );
    if (distanceM < best.distanceM) best = { id: object.id, distanceM };
  }
  return best;
}

/** Squared error over the claimed covariance, per degree of freedom. */
export function neesOf(estimate: Estimate, truth: ArrayLike<number>): number {
  const inverse = invertPositive(unpackSymmetric(estimate.covariance), 6);
  const d = estimate.state.map((v, i) => v - (truth[i] as number));
  let sum = 0;
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      sum += (inverse?.[i * 6 + j] ?? Number.NaN) * (d[i] as number) * (d[j] as number);
    }
  }
  return sum / 6;
}

/**
 * Squared distance of the true impact of the first launch from the region the first warning states, in
 * its own sigmas: 4.6 is 90 %. NaN while none is stated.
 */
export function impactMiss(warnings: readonly Warning[], truth: Truth): number {
  const impact = warnings[0]?.impact;
  const real = truth.launches[0]?.impact;
  if (impact?.statement !== 'region' || real === null || real === undefined) return Number.NaN;
  const north = (real.point.latitudeRad - impact.centre.latitudeRad) * 6.371e6;
  const turn = real.point.longitudeRad - impact.centre.longitudeRad;
  const east =
    Math.atan2(Math.sin(turn), Math.cos(turn)) * 6.371e6 * Math.cos(real.point.latitudeRad);
  const [ee, en, nn] = impact.covarianceM2;
  return (nn * east * east - 2 * en * east * north + ee * north * north) / (ee * nn - en * en);
}
