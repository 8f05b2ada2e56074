// SPDX-License-Identifier: Apache-2.0
// Batch estimate of a powered ascent from infrared lines of sight: Gauss-Newton with priors and step
// control over `boost-model`. Boresight bias is among the unknowns with its declared prior, so its
// share is in every covariance. What the model cannot follow shows as post-fit chi-square above
// what is expected, and widens everything.

import {
  add,
  addSeconds,
  dot,
  type Ecef,
  type Geodetic,
  geodeticFromEcef,
  type Instant,
  invertPositive,
  multiply,
  norm,
  packSymmetric,
  scale,
  secondsBetween,
  solvePositive,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate, InfraredSensor, LaunchEstimate } from '@isthmus/picture';
import { approximateHeightM, propagateState } from '../models/coast.ts';
import {
  AZIMUTH,
  ascend,
  type BoostAnchor,
  type BoostParameters,
  HEAD,
  knotsFor,
  LAUNCH_POINT_UNIT_M,
  LAUNCH_TIME_UNIT_S,
  launchPoint,
  launchTime,
  thrustMps2,
  withKnots,
} from './boost-model.ts';
import { sightAngles, sightLine } from './sight.ts';

/** What an ascent of few knots leaves unexplained on each angle, radians, one sigma. */
const MODEL_NOISE_RAD = 25e-6;
/** Least one sigma of a fitted state: metres, m/s. */
const FLOOR_M = 300;
const FLOOR_MPS = 5;
/**
 * Least one sigma of a fitted launch: metres (terrain under the ellipsoid's surface), seconds (the
 * climb to the first look is not seen, and slow starters are many).
 */
const LAUNCH_FLOOR_M = 500;
const LAUNCH_FLOOR_S = 7;
/** Height at which a flame is first seen: ignition in clear sky, or cloud break at 7 to 10 km. */
const LOOK_HEIGHT_M = 8_000;
const LOOK_HEIGHT_SIGMA_M = 4_000;
/** Chance that a scan misses a flame; for how long thrust may have gone on unseen. */
const MISS_PROBABILITY = 0.1;

/** One infrared line of sight as kept by a track. */
export interface Look {
  readonly plot: number;
  readonly time: Instant;
  readonly eastRad: number;
  readonly northRad: number;
}

/** A fitted ascent; plain data. */
export interface BoostFit {
  readonly anchor: BoostAnchor;
  readonly parameters: readonly number[];
  /** Post-fit chi-square over what was expected, at least 1: what covariances were multiplied by. */
  readonly excess: number;
  readonly launch: LaunchEstimate;
  /** At the last look, thrust going on. */
  readonly state: Estimate;
  /** Thrust acceleration at the last look, m/s². */
  readonly thrustMps2: number;
}

interface Problem {
  readonly sensor: InfraredSensor;
  readonly looks: readonly Look[];
  readonly anchor: BoostAnchor;
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
  const problem: Problem = { sensor, looks, anchor };
  const knots = knotsFor(secondsBetween(anchor.time, last.time));
  const solved =
    before === null
      ? bestOf(problem, knots)
      : solve(problem, withKnots(Float64Array.from(before.parameters), knots), 12);
  return solved === null ? null : conclude(problem, solved);
}

/** Where the first line of sight passes 8 km over the ellipsoid, taken down to the surface. */
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
  return point === null ? null : { point: { ...point, heightM: 0 }, time: look.time };
}

interface Solved {
  readonly parameters: BoostParameters;
  readonly cost: number;
}

function bestOf(problem: Problem, knots: number): Solved | null {
  let best: Solved | null = null;
  for (let k = 0; k < 6; k += 1) {
    const start = new Float64Array(HEAD + 2 * knots);
    start[AZIMUTH] = (k * Math.PI) / 3;
    const solved = solve(problem, start, 5);
    if (solved !== null && (best === null || solved.cost < best.cost)) best = solved;
  }
  return best === null ? null : solve(problem, best.parameters, 15);
}

/** Gauss-Newton with Levenberg's damping; null when the cost is not finite. */
function solve(problem: Problem, start: BoostParameters, iterations: number): Solved | null {
  let parameters = start;
  let cost = costOf(problem, parameters);
  if (!Number.isFinite(cost)) return null;
  let damping = 0;
  for (let i = 0; i < iterations; i += 1) {
    const { normal, pull } = linearise(problem, parameters);
    const n = parameters.length;
    let improved = false;
    for (let attempt = 0; attempt < 4 && !improved; attempt += 1) {
      const damped = Float64Array.from(normal);
      for (let d = 0; d < n; d += 1)
        damped[d * (n + 1)] = (damped[d * (n + 1)] as number) + damping;
      const shift = solvePositive(damped, pull, n);
      if (shift === null) return null;
      const next = parameters.map((v, d) => v + (shift[d] as number));
      const nextCost = costOf(problem, next);
      if (nextCost < cost) {
        improved = true;
        const gain = cost - nextCost;
        parameters = next;
        cost = nextCost;
        damping /= 10;
        if (gain < 1e-3) return { parameters, cost };
      } else {
        damping = Math.max(damping * 10, 1);
      }
    }
    if (!improved) break;
  }
  return { parameters, cost };
}

/** Residuals in sigmas: two a look, after the boresight bias; then the height of the first look. */
function residuals(problem: Problem, parameters: BoostParameters): Float64Array {
  const { sensor, looks, anchor } = problem;
  const states = ascend(
    anchor,
    parameters,
    looks.map((look) => look.time),
  );
  const sigma = Math.hypot(sensor.noiseRad, MODEL_NOISE_RAD);
  const out = new Float64Array(2 * looks.length + 1);
  looks.forEach((look, i) => {
    const [e, n] = sightAngles(sensor, states.subarray(6 * i, 6 * i + 3));
    out[2 * i] = (look.eastRad - e - (parameters[5] as number) * sensor.biasRad) / sigma;
    out[2 * i + 1] = (look.northRad - n - (parameters[6] as number) * sensor.biasRad) / sigma;
  });
  out[2 * looks.length] = (LOOK_HEIGHT_M - approximateHeightM(states)) / LOOK_HEIGHT_SIGMA_M;
  return out;
}

function costOf(problem: Problem, parameters: BoostParameters): number {
  let sum = 0;
  for (const r of residuals(problem, parameters)) sum += r * r;
  parameters.forEach((v, i) => {
    if (i !== AZIMUTH) sum += v * v;
  });
  return sum;
}

/** Information matrix and pull of the prior and the looks at the parameters. */
function linearise(
  problem: Problem,
  parameters: BoostParameters,
): { readonly normal: Float64Array; readonly pull: Float64Array } {
  const n = parameters.length;
  const base = residuals(problem, parameters);
  const slopes: Float64Array[] = [];
  for (let j = 0; j < n; j += 1) {
    const moved = residuals(problem, nudged(parameters, j));
    slopes.push(moved.map((v, i) => ((base[i] as number) - v) / NUDGE));
  }
  const normal = new Float64Array(n * n);
  const pull = new Float64Array(n);
  for (let j = 0; j < n; j += 1) {
    const column = slopes[j] as Float64Array;
    for (let k = j; k < n; k += 1) {
      const other = slopes[k] as Float64Array;
      let sum = 0;
      for (let i = 0; i < base.length; i += 1) sum += (column[i] as number) * (other[i] as number);
      normal[j * n + k] = sum;
      normal[k * n + j] = sum;
    }
    let sum = 0;
    for (let i = 0; i < base.length; i += 1) sum += (column[i] as number) * (base[i] as number);
    // The azimuth has no prior mean; a weak stay where it is keeps the matrix positive.
    const prior = j === AZIMUTH ? 0.5 : 1;
    normal[j * (n + 1)] = (normal[j * (n + 1)] as number) + prior;
    pull[j] = sum - (j === AZIMUTH ? 0 : (parameters[j] as number));
  }
  return { normal, pull };
}

const NUDGE = 1e-3;

function nudged(parameters: BoostParameters, index: number): BoostParameters {
  const moved = Float64Array.from(parameters);
  moved[index] = (moved[index] as number) + NUDGE;
  return moved;
}

function conclude(problem: Problem, solved: Solved): BoostFit | null {
  const { parameters } = solved;
  const { normal } = linearise(problem, parameters);
  const n = parameters.length;
  const covariance = invertPositive(normal, n);
  if (covariance === null) return null;
  const excess = Math.max(1, solved.cost / (2 * problem.looks.length + 1));
  const last = (problem.looks.at(-1) as Look).time;
  const stateOf = (p: BoostParameters): Float64Array => ascend(problem.anchor, p, [last]);
  const tau = secondsBetween(launchTime(problem.anchor, parameters), last);
  return {
    anchor: problem.anchor,
    parameters: Array.from(parameters),
    excess,
    launch: launchOf(
      problem,
      parameters,
      covariance.map((v) => v * excess),
    ),
    state: carried({ parameters, covariance, excess, time: last }, stateOf),
    thrustMps2: thrustMps2(parameters, tau),
  };
}

interface Carried {
  readonly parameters: BoostParameters;
  readonly covariance: Float64Array;
  readonly excess: number;
  readonly time: Instant;
}

/** A state that depends on the parameters, with the covariance they give it, and the floor. */
function carried(from: Carried, stateOf: (p: BoostParameters) => Float64Array): Estimate {
  const n = from.parameters.length;
  const state = stateOf(from.parameters);
  const slope = new Float64Array(6 * n);
  for (let j = 0; j < n; j += 1) {
    const moved = stateOf(nudged(from.parameters, j));
    for (let i = 0; i < 6; i += 1) {
      slope[i * n + j] = ((moved[i] as number) - (state[i] as number)) / NUDGE;
    }
  }
  const half = multiply(slope, from.covariance, { n: 6, m: n, p: n });
  const full = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < n; k += 1) {
        sum += (half[i * n + k] as number) * (slope[j * n + k] as number);
      }
      full[i * 6 + j] = sum * from.excess;
    }
    const floor = i < 3 ? FLOOR_M : FLOOR_MPS;
    full[i * 7] = (full[i * 7] as number) + floor * floor;
  }
  return { time: from.time, state: Array.from(state), covariance: packSymmetric(full) };
}

function launchOf(
  problem: Problem,
  parameters: BoostParameters,
  covariance: Float64Array,
): LaunchEstimate {
  const n = parameters.length;
  const unit = LAUNCH_POINT_UNIT_M ** 2;
  const at = (i: number, j: number): number => covariance[i * n + j] as number;
  const turns = (parameters[AZIMUTH] as number) / (2 * Math.PI);
  return {
    time: launchTime(problem.anchor, parameters),
    timeSigmaS: Math.hypot(LAUNCH_TIME_UNIT_S * Math.sqrt(at(2, 2)), LAUNCH_FLOOR_S),
    point: { ...launchPoint(problem.anchor, parameters), heightM: 0 },
    pointCovarianceM2: [
      unit * at(1, 1) + LAUNCH_FLOOR_M ** 2,
      unit * at(0, 1),
      unit * at(0, 0) + LAUNCH_FLOOR_M ** 2,
    ],
    azimuthRad: 2 * Math.PI * (turns - Math.round(turns)),
    azimuthSigmaRad: Math.min(Math.PI / Math.sqrt(3), Math.hypot(Math.sqrt(at(3, 3)), 0.005)),
    method: 'infrared',
  };
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
  const anchor = fit.anchor;
  const parameters = withKnots(
    Float64Array.from(fit.parameters),
    knotsFor(secondsBetween(anchor.time, last) + 3 * sensor.revisitS),
  );
  const problem: Problem = { sensor, looks, anchor };
  const covariance = invertPositive(linearise(problem, parameters).normal, parameters.length);
  if (covariance === null) return fit.state;
  const p = MISS_PROBABILITY;
  const mean = sensor.revisitS * (0.5 + p / (1 - p));
  const sigma = sensor.revisitS * Math.sqrt(1 / 12 + p / (1 - p) ** 2);
  const after = (extraS: number) => (q: BoostParameters) => {
    const end = addSeconds(last, extraS);
    return propagateState(ascend(anchor, q, [end], end), -extraS);
  };
  const coast = carried({ parameters, covariance, excess: fit.excess, time: last }, after(mean));
  const longer = after(mean + sigma)(parameters);
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
  const parameters = withKnots(
    Float64Array.from(fit.parameters),
    knotsFor(secondsBetween(fit.anchor.time, now)),
  );
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
