// SPDX-License-Identifier: Apache-2.0
// A powered ascent as the lines of sight of one infrared sensor give it, look by look: the state at
// the last look, the launch, and what becomes of both when looks stop.

import {
  add,
  addSeconds,
  dot,
  type Ecef,
  type Geodetic,
  geodeticFromEcef,
  type Instant,
  multiply,
  norm,
  packSymmetric,
  scale,
  secondsBetween,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate, InfraredSensor, LaunchEstimate } from '@isthmus/picture';
import { propagateState } from '../models/coast.ts';
import type { Look, Problem } from './ascent-looks.ts';
import { type Answer, NUDGE, nudged, type Solution, solveAscent } from './ascent-solve.ts';
import {
  AZIMUTH,
  ascend,
  type BoostAnchor,
  HEAD,
  launchTime,
  thrustMps2,
  withKnots,
} from './boost-model.ts';
import { endsOf, knotsUntil, launchOf } from './launch-fit.ts';
import { sightLine } from './sight.ts';

export type { Look } from './ascent-looks.ts';

/** Least one sigma of a fitted state: metres, m/s. */
const FLOOR_M = 300;
const FLOOR_MPS = 5;
/** Of the launch, about what lies below the first look; where that is on its line of sight. */
const PRIOR = { pointSigmaM: 40_000, leadS: 35, leadSigmaS: 25 } as const;
const LOOK_HEIGHT_M = 7_000;
/** Chance that a scan misses a flame; for how long thrust may have gone on unseen. */
const MISS_PROBABILITY = 0.1;
/** Looks at which other directions are tried again. */
const TRIED_AGAIN: readonly number[] = [5, 12];

/** A fitted ascent; plain data. */
export interface BoostFit {
  readonly anchor: BoostAnchor;
  /** Of the best answer: the ascent, and the boresight error on each angle in its sigmas. */
  readonly parameters: readonly number[];
  readonly boresight: readonly number[];
  /** Unknowns of other answers that fit nearly as well. */
  readonly rivals: readonly (readonly number[])[];
  readonly launch: LaunchEstimate;
  /** At the last look, thrust going on. */
  readonly state: Estimate;
  /** Thrust acceleration at the last look, m/s². */
  readonly thrustMps2: number;
}

/**
 * Fits an ascent to the looks of one sensor, in order of time, at least three.
 *
 * @param before the last fit of the same track, from which this one starts; null for the first,
 *   which tries several azimuths.
 * @returns null when no azimuth leads to a fit.
 */
export function fitBoost(
  sensor: InfraredSensor,
  looks: readonly Look[],
  before: BoostFit | null,
): BoostFit | null {
  const first = looks[0];
  const last = looks.at(-1);
  if (first === undefined || last === undefined) return null;
  const anchor = before?.anchor ?? anchorOf(sensor, first);
  if (anchor === null) return null;
  const knots = knotsUntil(anchor, last.time);
  const problem: Problem = { eyes: [{ sensor, looks }], rise: [], arc: null, anchor, knots };
  const solution =
    before === null
      ? solveAscent(problem, allRound(knots), { first: 6, last: 15 })
      : solveAscent(problem, goingOn(before, knots, looks.length), { first: 5, last: 0 });
  return solution === null ? null : conclude(solution, last.time);
}

/** Every direction, six of them, with little thrust and with more: near the sensor, and far. */
function allRound(knots: number): Float64Array[] {
  return Array.from({ length: 12 }, (_, k) => {
    const start = new Float64Array(HEAD + 2 * knots + 2);
    start[AZIMUTH] = (k * Math.PI) / 3;
    start[HEAD] = k < 6 ? 0 : -1;
    return start;
  });
}

/** From the answers so far, and now and then from the best turned round. */
function goingOn(before: BoostFit, knots: number, looks: number): Float64Array[] {
  const best = [...before.parameters, ...before.boresight];
  const starts = [best, ...before.rivals].map((unknowns) => {
    const ascent = withKnots(Float64Array.from(unknowns.slice(0, -2)), knots);
    return Float64Array.of(...ascent, ...unknowns.slice(-2));
  });
  if (!TRIED_AGAIN.includes(looks)) return starts;
  const turned = [1, 2, 3].map((quarter) => {
    const start = Float64Array.from(starts[0] as Float64Array);
    start[AZIMUTH] = (start[AZIMUTH] as number) + (quarter * Math.PI) / 2;
    return start;
  });
  return [...starts, ...turned];
}

/** Where the first line of sight passes 7 km over the ellipsoid, taken down to the surface. */
function anchorOf(sensor: InfraredSensor, look: Look): BoostAnchor | null {
  const { from: site, along: line } = sightLine(sensor, look);
  // The near crossing of a sphere, its radius corrected for the latitude found.
  let point: Geodetic | null = null;
  let radius = 6_371_000 + LOOK_HEIGHT_M;
  for (let i = 0; i < 4; i += 1) {
    const b = dot(site, line);
    const inside = b * b - dot(site, site) + radius * radius;
    if (inside < 0) return null;
    const place: Vector3<Ecef> = add(site, scale(line, -b - Math.sqrt(inside)));
    point = geodeticFromEcef(place);
    radius += LOOK_HEIGHT_M - point.heightM;
    radius = Math.min(Math.max(radius, norm(place) - 50_000), norm(place) + 50_000);
  }
  return point === null ? null : { point: { ...point, heightM: 0 }, time: look.time, ...PRIOR };
}

function conclude(solution: Solution, last: Instant): BoostFit | null {
  const { answers, layout, problem } = solution;
  const best = answers[0]?.unknowns;
  if (best === undefined) return null;
  const ascent = best.subarray(0, layout.ascent);
  return {
    anchor: problem.anchor,
    parameters: Array.from(ascent),
    boresight: Array.from(best.subarray(layout.eyes)),
    rivals: answers.slice(1).map(({ unknowns }) => Array.from(unknowns)),
    launch: launchOf(solution, 'infrared', last),
    state: carried(solution, last, (answer) => endsOf(solution, answer, last)),
    thrustMps2: thrustMps2(ascent, secondsBetween(launchTime(problem.anchor, ascent), last)),
  };
}

/**
 * A state that depends on the ascent: that of the best answer, with the covariance of all of them
 * about it, and the floor.
 *
 * @param endsAt the state of an answer, and its derivatives by the unknowns.
 */
function carried(
  solution: Solution,
  time: Instant,
  endsAt: (answer: Answer) => {
    readonly state: Float64Array;
    readonly slopes: readonly Float64Array[];
  },
): Estimate {
  const { answers, layout, excess } = solution;
  const { ascent: n, length } = layout;
  const full = new Float64Array(36);
  let best: Float64Array | null = null;
  for (const answer of answers) {
    const { covariance, share } = answer;
    const { state, slopes } = endsAt(answer);
    best ??= state;
    const slope = new Float64Array(6 * n);
    for (let j = 0; j < n; j += 1) {
      const by = slopes[j] as Float64Array;
      for (let i = 0; i < 6; i += 1) slope[i * n + j] = by[i] as number;
    }
    const mine = new Float64Array(n * n);
    for (let i = 0; i < n; i += 1) {
      mine.set(covariance.subarray(i * length, i * length + n), i * n);
    }
    const half = multiply(slope, mine, { n: 6, m: n, p: n });
    for (let i = 0; i < 6; i += 1) {
      for (let j = 0; j < 6; j += 1) {
        let sum = 0;
        for (let k = 0; k < n; k += 1) {
          sum += (half[i * n + k] as number) * (slope[j * n + k] as number);
        }
        const apart =
          ((state[i] as number) - (best[i] as number)) *
          ((state[j] as number) - (best[j] as number));
        full[i * 6 + j] = (full[i * 6 + j] as number) + share * (excess * sum + apart);
      }
    }
  }
  for (let i = 0; i < 6; i += 1) {
    const floor = i < 3 ? FLOOR_M : FLOOR_MPS;
    full[i * 7] = (full[i * 7] as number) + floor * floor;
  }
  return { time, state: Array.from(best ?? []), covariance: packSymmetric(full) };
}

/**
 * The fitted ascent as unpowered flight, at the last look: thrust went on for an unknown part of the
 * time until the next look would have come, or of several if scans missed.
 */
export function coastAfterBurnOut(
  sensor: InfraredSensor,
  looks: readonly Look[],
  fit: BoostFit,
): Estimate {
  const last = (looks.at(-1) as Look).time;
  const { anchor } = fit;
  const knots = knotsUntil(anchor, addSeconds(last, 3 * sensor.revisitS));
  const problem: Problem = { eyes: [{ sensor, looks }], rise: [], arc: null, anchor, knots };
  const solution = solveAscent(problem, goingOn(fit, knots, 0), { first: 0, last: 0 });
  if (solution === null) return fit.state;
  const p = MISS_PROBABILITY;
  const mean = sensor.revisitS * (0.5 + p / (1 - p));
  const sigma = sensor.revisitS * Math.sqrt(1 / 12 + p / (1 - p) ** 2);
  const after = (extraS: number) => (q: Float64Array) => {
    const end = addSeconds(last, extraS);
    return propagateState(ascend(anchor, q, [end], end), -extraS);
  };
  const { ascent } = solution.layout;
  const coast = carried(solution, last, ({ unknowns }) => {
    const q = unknowns.subarray(0, ascent);
    const state = after(mean)(q);
    const slopes = Array.from(q, (_, j) =>
      after(mean)(nudged(q, j)).map((v, i) => (v - (state[i] as number)) / NUDGE),
    );
    return { state, slopes };
  });
  const best = (solution.answers[0] as Answer).unknowns.subarray(0, solution.layout.ascent);
  const longer = after(mean + sigma)(best);
  const full = unpackSymmetric(coast.covariance);
  const d = coast.state.map((v, i) => (longer[i] as number) - v);
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      full[i * 6 + j] = (full[i * 6 + j] as number) + (d[i] as number) * (d[j] as number);
    }
  }
  return { time: last, state: coast.state, covariance: packSymmetric(full) };
}

/**
 * A powered ascent carried on from its last look to `now`: thrust goes on for a scan, then nobody
 * knows; the covariance holds both.
 */
export function predictBoost(fit: BoostFit, now: Instant, revisitS: number): Estimate {
  const seconds = secondsBetween(fit.state.time, now);
  if (seconds <= 0) return fit.state;
  const parameters = withKnots(Float64Array.from(fit.parameters), knotsUntil(fit.anchor, now));
  const cutOff = addSeconds(fit.state.time, Math.min(seconds, revisitS));
  const state = ascend(fit.anchor, parameters, [now], cutOff);
  const full = unpackSymmetric(fit.state.covariance);
  const moved = new Float64Array(36);
  const unsure = Math.max(10, fit.thrustMps2 * Math.min(1, seconds / (2 * revisitS)));
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      const at = (r: number, c: number): number => full[r * 6 + c] as number;
      let value = at(i, j);
      if (i < 3) value += seconds * at(i + 3, j);
      if (j < 3) value += seconds * at(i, j + 3);
      if (i < 3 && j < 3) value += seconds * seconds * at(i + 3, j + 3);
      if (i % 3 === j % 3) {
        const di = i < 3 ? (seconds * seconds) / 2 : seconds;
        const dj = j < 3 ? (seconds * seconds) / 2 : seconds;
        value += unsure * unsure * di * dj;
      }
      moved[i * 6 + j] = value;
    }
  }
  return { time: now, state: Array.from(state), covariance: packSymmetric(moved) };
}
