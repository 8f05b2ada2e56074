// SPDX-License-Identifier: Apache-2.0
// Has it left the path it fell on? A coasting body is followed along with what a constant acceleration
// in any direction, begun some looks ago, would do to the innovations (generalised likelihood ratio:
// Willsky & Jones, IEEE T-AC 21, 1976). Thrust again, a pull-up, a glide: each is one, to begin with.
// A jump is not: a track that has gone over to another body shows the same innovations, but does not
// fit an acceleration, which is asked too. The looks are compared with the flight of a body that is alone, and in
// air falls with drag along its path and hardly any lift: what the track itself allows for would hide a pull-up of ten g.

import {
  airDensityKgpm3,
  type Instant,
  invertPositive,
  multiply,
  secondsBetween,
} from '@isthmus/earth';
import type { RadarPlot, RadarSensor, Sensor } from '@isthmus/picture';
import { AIR_HEIGHT_M, approximateHeightM } from '../models/coast.ts';
import { driftAfter, noDrift } from './drift.ts';
import {
  type EstimatedErrors,
  type JointCorrection,
  statedErrors,
  updateJointly,
} from './estimated-errors.ts';
import { LIMITS } from './limits.ts';
import { predictFilter, type RadarFilter } from './radar-filter.ts';

/** One test of an acceleration that began at `since`. Plain data, row-major. */
export interface ManoeuvreTest {
  since: Instant;
  /** Looks taken, and the sum of their squared innovations. */
  looks: number;
  misfit: number;
  /** Nx3: error of the unaccelerated state, and of the radars' errors, for each m/s² since then. */
  sensitivity: number[];
  /** 3x3 information on the acceleration, and 3, the information times the one found. */
  information: number[];
  pull: number[];
}

/** Plain data. */
export interface ManoeuvreWatch {
  /** Time of the last look taken. */
  at: Instant;
  /** Oldest first. */
  tests: ManoeuvreTest[];
  /** The body as one that is alone and only falls: see `singleFilter`. */
  single: RadarFilter;
  /** What its radars are off by, as far as the looks at it tell. */
  errors: EstimatedErrors;
  /** Running means of the normalised innovation, as of a track. */
  drift: number[];
}

/** An acceleration as the looks tell it. */
export interface Found {
  /** m/s². */
  readonly acceleration: readonly number[];
  /** 3x3. */
  readonly covariance: ArrayLike<number>;
  /** By how much the innovations are explained by it, chi-square of three degrees. */
  readonly explained: number;
}

/** @param single the body as it flies now, in a filter of its own. */
export function openManoeuvreWatch(
  single: RadarFilter,
  sensors: readonly Sensor[],
): ManoeuvreWatch {
  const errors = statedErrors(single, sensors);
  return { at: single.time, tests: [openTest(single.time)], single, errors, drift: noDrift() };
}

function openTest(since: Instant): ManoeuvreTest {
  return {
    since,
    looks: 0,
    misfit: 0,
    sensitivity: new Array<number>(18).fill(0),
    information: new Array<number>(9).fill(0),
    pull: [0, 0, 0],
  };
}

/** Takes one look at a track; changes `watch`. */
export function watchManoeuvre(
  watch: ManoeuvreWatch,
  look: { readonly sensor: RadarSensor; readonly plot: RadarPlot },
): void {
  const { plot } = look;
  const dt = secondsBetween(watch.at, plot.time);
  // A late look says little of what has been since; the next in order says it better.
  if (dt < 0) return;
  const there = predictFilter(fallingOn(watch.single), plot.time);
  const updated = updateJointly({ filter: there, errors: watch.errors }, look);
  watch.at = plot.time;
  watch.single = updated?.filter ?? there;
  if (updated === null) return;
  watch.errors = updated.errors;
  watch.drift = driftAfter(watch.drift, updated.correction.normalised);
  for (const test of watch.tests) take(test, updated.correction, dt);
  const newest = watch.tests.at(-1);
  if (newest === undefined || newest.looks < LIMITS.manoeuvreLooks) return;
  if (watch.tests.length === LIMITS.manoeuvreTests) watch.tests.shift();
  watch.tests.push(openTest(plot.time));
}

/** In air it falls without lift. */
function fallingOn(single: RadarFilter): RadarFilter {
  const motion = isInAir(single) ? 'falling' : 'coast';
  return motion === single.motion ? single : { ...single, motion };
}

function isInAir({ state }: RadarFilter): boolean {
  return approximateHeightM(state) <= AIR_HEIGHT_M;
}

function take(test: ManoeuvreTest, correction: JointCorrection, dt: number): void {
  const { slopes, inverse, gain, difference } = correction;
  const n = slopes.length / 3;
  const s = sensitivityAfter(test, dt);
  // Of a radar that has joined since, the errors are as they would be.
  while (s.length < 3 * n) s.push(0);
  const seen = multiply(slopes, s, { n: 3, m: n, p: 3 });
  for (let k = 0; k < 3; k += 1) {
    for (let l = 0; l < 3; l += 1) {
      const weight = inverse[k * 3 + l] as number;
      const v = difference[l] as number;
      test.misfit += (difference[k] as number) * weight * v;
      for (let a = 0; a < 3; a += 1) {
        const weighed = (seen[k * 3 + a] as number) * weight;
        test.pull[a] = (test.pull[a] as number) + weighed * v;
        for (let b = 0; b < 3; b += 1) {
          test.information[a * 3 + b] =
            (test.information[a * 3 + b] as number) + weighed * (seen[l * 3 + b] as number);
        }
      }
    }
  }
  const taken = multiply(gain, seen, { n, m: 3, p: 3 });
  test.sensitivity = s.map((value, i) => value - (taken[i] as number));
  test.looks += 1;
}

/** Carried on by seconds in which gravity's gradient does nothing yet. */
function sensitivityAfter(test: ManoeuvreTest, dt: number): number[] {
  const s = [...test.sensitivity];
  for (let i = 0; i < 3; i += 1) {
    for (let a = 0; a < 3; a += 1) {
      const own = a === i ? 1 : 0;
      s[i * 3 + a] =
        (s[i * 3 + a] as number) + dt * (s[(i + 3) * 3 + a] as number) + 0.5 * dt * dt * own;
      s[(i + 3) * 3 + a] = (s[(i + 3) * 3 + a] as number) + dt * own;
    }
  }
  return s;
}

/** (rows x 3) · (3 x 3), the upper three rows of `right`. */
function product3(left: ArrayLike<number>, right: readonly number[]): number[] {
  const out = new Array<number>(left.length).fill(0);
  for (let i = 0; i < left.length / 3; i += 1) {
    for (let a = 0; a < 3; a += 1) {
      for (let k = 0; k < 3; k += 1) {
        out[i * 3 + a] =
          (out[i * 3 + a] as number) + (left[i * 3 + k] as number) * (right[k * 3 + a] as number);
      }
    }
  }
  return out;
}

/** The acceleration one test finds, its size bounded by what bodies stand. */
function accelerationFound(test: ManoeuvreTest): Found {
  const information = Float64Array.from(test.information);
  for (let i = 0; i < 9; i += 4) {
    information[i] = (information[i] as number) + 1 / LIMITS.manoeuvrePriorMps2 ** 2;
  }
  const covariance = invertPositive(information, 3) ?? new Float64Array(9);
  const acceleration = product3(
    covariance,
    test.pull.flatMap((v) => [v, 0, 0]),
  );
  const found = [0, 1, 2].map((i) => acceleration[i * 3] as number);
  const explained = found.reduce((sum, a, i) => sum + a * (test.pull[i] as number), 0);
  return { acceleration: found, covariance, explained };
}

/** A test with what it found. */
interface Finding {
  readonly test: ManoeuvreTest;
  readonly found: Found;
}

/** What each test of `watch` found, the one that explains most first. */
function findingsOf({ tests }: ManoeuvreWatch): Finding[] {
  const findings = tests.map((test) => ({ test, found: accelerationFound(test) }));
  return findings.sort((a, b) => b.found.explained - a.found.explained);
}

/** The test of `watch` that explains most, and what it found. */
export function strongestTest(watch: ManoeuvreWatch): Finding | null {
  return findingsOf(watch)[0] ?? null;
}

/**
 * The strongest test that has found an acceleration beyond doubt, or null: a force that grows is too small in
 * the mean of a longer time, and another test finds it.
 */
export function manoeuvreFound(watch: ManoeuvreWatch): Finding | null {
  return findingsOf(watch).find((one) => isManoeuvre(watch, one)) ?? null;
}

/** Log odds, from the looks so far, that a body has left its path: above 0 it is likelier than not. */
export function logOddsOfManoeuvre(watch: ManoeuvreWatch): number {
  return LIMITS.manoeuvreLogOdds + (strongestTest(watch)?.found.explained ?? 0) / 2;
}

/**
 * Whether a test has found an acceleration beyond doubt, and one that explains what it saw. In air that is
 * asked beside drag, and not of what is left: a lift doubles every few seconds and is none that is constant.
 */
function isManoeuvre({ single }: ManoeuvreWatch, { test, found }: Finding): boolean {
  const { explained } = found;
  if (test.looks < LIMITS.manoeuvreLooksMin || explained < LIMITS.manoeuvreExplained) return false;
  if (Math.hypot(...found.acceleration) < LIMITS.thrustMps2Min) return false;
  if (single.motion === 'falling') {
    return explained - dragExplains(test, single.state) > LIMITS.manoeuvreExplained;
  }
  const expected = 3 * test.looks;
  const left = test.misfit - explained;
  return left < expected + 4 * Math.sqrt(2 * expected) + LIMITS.manoeuvreMisfitShare * explained;
}

/**
 * By how much drag explains the innovations: a force against the velocity, as strong as the air makes it on the
 * lightest body there is. An engine that brakes is stronger, high up.
 */
function dragExplains({ information, pull }: ManoeuvreTest, state: readonly number[]): number {
  const velocity = state.slice(3);
  const speed = Math.hypot(...velocity);
  const sum = (of: (i: number) => number): number =>
    velocity.reduce((total, v, i) => total + (v / speed) * of(i), 0);
  const against = -sum((i) => pull[i] as number);
  if (against <= 0) return 0;
  const known = sum((i) => sum((j) => information[i * 3 + j] as number));
  const most =
    (airDensityKgpm3(approximateHeightM(state)) * speed ** 2) / (2 * LIMITS.brakedCoefficientMin);
  const drag = Math.min(most, against / (known + 1 / LIMITS.manoeuvrePriorMps2 ** 2));
  return 2 * drag * against - drag ** 2 * known;
}

/** The body at the time of a look, as it would be under what a test found so far. */
export function withManoeuvre(
  watch: ManoeuvreWatch,
  { test, found }: Finding,
  at: Instant,
): RadarFilter {
  const there = predictFilter(watch.single, at);
  return accelerated(there, sensitivityAfter(test, secondsBetween(watch.at, at)), found);
}

function accelerated(
  filter: RadarFilter,
  sensitivity: readonly number[],
  found: Found,
): RadarFilter {
  const moved = product3(
    sensitivity,
    found.acceleration.flatMap((v) => [v, 0, 0]),
  );
  const spread = product3(sensitivity, Array.from(found.covariance));
  return {
    ...filter,
    state: filter.state.map((v, i) => v + (moved[i * 3] as number)),
    covariance: filter.covariance.map((v, k) => {
      const [i, j] = [Math.floor(k / 6), k % 6];
      let sum = v;
      for (let a = 0; a < 3; a += 1) {
        sum += (spread[i * 3 + a] as number) * (sensitivity[j * 3 + a] as number);
      }
      return sum;
    }),
  };
}
