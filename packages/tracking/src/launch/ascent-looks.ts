// SPDX-License-Identifier: Apache-2.0
// What was seen of a powered ascent, by infrared and by radar, and how far an ascent of the model is
// from it: residuals in their own sigmas, for one batch over all of it. Constant sensor errors are
// among the unknowns with their declared priors. Infrared sees the flame; radar sees a body that
// leaves the powered path at a burn-out of its own and coasts, be it the payload or a spent stage.

import {
  addSeconds,
  cholesky,
  type Instant,
  secondsBetween,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, InfraredSensor, RadarSensor } from '@isthmus/picture';
import { approximateHeightM, propagateCoast } from '../models/coast.ts';
import { lookDifference, predictLook } from '../sensors/radar.ts';
import { ascend, type BoostAnchor, type BoostParameters, HEAD, launchTime } from './boost-model.ts';
import { sightAngles } from './sight.ts';

/** What an ascent of few knots leaves unexplained: on each infrared angle, and in place. */
const MODEL_NOISE_RAD = 25e-6;
const MODEL_NOISE_M = 1_000;
/** Height of the first infrared look: ignition in clear sky, or cloud break at 7 to 10 km. */
const LOOK_HEIGHT_M = 7_000;
const LOOK_HEIGHT_SIGMA_M = 4_500;
/** Seconds from lift-off to the end of thrust: median, and one sigma of the logarithm. */
const BURN_S = 125;
const BURN_SIGMA = 0.45;
/** How sharply thrust is known to be over where coast is known to have begun, seconds. */
const OVER_S = 3;
/** Spacing of the arc's knots and how far back it is followed, seconds. */
const ARC_STEP_S = 10;
const ARC_BACK_S = 450;
const ARC_FLOOR_M = 10_000;
/** Least one sigma of a coasting state that an ascent is held against: metres, m/s. */
const ARC_FLOOR_SIGMA_M = 300;
const ARC_FLOOR_SIGMA_MPS = 5;

/** One infrared line of sight as kept by a track. */
export interface Look {
  readonly plot: number;
  readonly time: Instant;
  readonly eastRad: number;
  readonly northRad: number;
}

/** One radar look at a body that may be under power. */
export interface RiseLook {
  readonly sensor: RadarSensor;
  readonly time: Instant;
  readonly rangeM: number;
  readonly azimuthRad: number;
  readonly elevationRad: number;
}

/** The lines of sight of one sensor, in order of time. */
export interface EyeLooks {
  readonly sensor: InfraredSensor;
  readonly looks: readonly Look[];
}

/** Unpowered flight followed back from where radar saw it: knots in order of time. */
export interface Arc {
  readonly from: Instant;
  readonly states: readonly Float64Array[];
  /** Lower Cholesky factor of the covariance at each knot, 6x6. */
  readonly roots: readonly Float64Array[];
  /** Seconds after `from` at which it coasted for certain. */
  readonly coastsS: number;
}

/** All that was seen of one launch. */
export interface Seen {
  readonly eyes: readonly EyeLooks[];
  readonly rise: readonly RiseLook[];
  readonly arc: Arc | null;
}

/** An ascent to be found: what was seen, and from where its numbers are counted. */
export interface Problem extends Seen {
  readonly anchor: BoostAnchor;
  readonly knots: number;
}

/**
 * Follows a coasting estimate back to where the arc leaves the air.
 *
 * @param coasts a time at which the body coasted for certain, not after the estimate.
 * @returns null when it is no arc that left the ground.
 */
export function arcOf(estimate: Estimate, coasts: Instant): Arc | null {
  const states: Float64Array[] = [];
  const roots: Float64Array[] = [];
  let here = propagateCoast(estimate, coasts);
  for (let back = 0; back <= ARC_BACK_S; back += ARC_STEP_S) {
    const full = unpackSymmetric(here.covariance);
    for (let i = 0; i < 6; i += 1) {
      const floor = i < 3 ? ARC_FLOOR_SIGMA_M : ARC_FLOOR_SIGMA_MPS;
      full[i * 7] = (full[i * 7] as number) + floor * floor;
    }
    const root = cholesky(full, 6);
    if (root === null) return null;
    states.unshift(Float64Array.from(here.state));
    roots.unshift(root);
    if (approximateHeightM(here.state) < ARC_FLOOR_M) break;
    here = propagateCoast(here, addSeconds(here.time, -ARC_STEP_S));
  }
  if (states.length < 2) return null;
  const coastsS = (states.length - 1) * ARC_STEP_S;
  return { from: addSeconds(coasts, -coastsS), states, roots, coastsS };
}

/** Where the arc is, `seconds` after its first knot; beyond its ends in a straight line. */
export function arcState(arc: Arc, seconds: number): Float64Array {
  const last = arc.states.length - 1;
  const k = Math.min(Math.max(Math.floor(seconds / ARC_STEP_S), 0), last - 1);
  const a = arc.states[k] as Float64Array;
  const b = arc.states[k + 1] as Float64Array;
  const h = ARC_STEP_S;
  const t = seconds - k * h;
  const out = new Float64Array(6);
  for (let i = 0; i < 3; i += 1) {
    const v = a[i + 3] as number;
    const w = b[i + 3] as number;
    out[i + 3] = v + (t / h) * (w - v);
    // Velocity is straight over a knot: what is left of the position is spread over it.
    const gap = (b[i] as number) - (a[i] as number) - (h * (v + w)) / 2;
    out[i] = (a[i] as number) + t * v + ((t * t) / (2 * h)) * (w - v) + (t / h) * gap;
  }
  return out;
}

/** Which unknown is where: ascent, then burn-out where radar saw coast, then sensor errors. */
export interface Layout {
  readonly ascent: number;
  /** -1 where there is none. */
  readonly burn: number;
  readonly eyes: number;
  readonly radars: readonly RadarSensor[];
  readonly radarErrors: number;
  readonly length: number;
}

export function layoutOf(problem: Problem): Layout {
  const ascent = HEAD + 2 * problem.knots;
  const burn = problem.arc === null ? -1 : ascent;
  const eyes = ascent + (burn < 0 ? 0 : 1);
  const radars = [...new Set(problem.rise.map(({ sensor }) => sensor))];
  const radarErrors = eyes + 2 * problem.eyes.length;
  return { ascent, burn, eyes, radars, radarErrors, length: radarErrors + 3 * radars.length };
}

/** Seconds from lift-off to the end of thrust of the body that radar saw. */
function burnSeconds(unknown: number): number {
  return BURN_S * Math.exp(BURN_SIGMA * unknown);
}

/** The unknown that stands for an end of thrust so long after lift-off. */
export function burnUnknown(seconds: number): number {
  return Math.log(seconds / BURN_S) / BURN_SIGMA;
}

/** When thrust of the radar's body ends under the unknowns; null where radar saw no coast. */
export function burnOut(problem: Problem, layout: Layout, unknowns: Float64Array): Instant | null {
  if (layout.burn < 0) return null;
  const ascent = unknowns.subarray(0, layout.ascent);
  const seconds = burnSeconds(unknowns[layout.burn] as number);
  return addSeconds(launchTime(problem.anchor, ascent), seconds);
}

/** Number of residuals. */
export function residualCount(problem: Problem): number {
  const looks = problem.eyes.reduce((sum, eye) => sum + eye.looks.length, 0);
  const first = problem.eyes.length > 0 ? 1 : 0;
  return 2 * looks + first + 3 * problem.rise.length + (problem.arc === null ? 0 : 7);
}

/** How far the unknowns are from what was seen, each in its own sigma. */
export function residuals(problem: Problem, layout: Layout, unknowns: Float64Array): Float64Array {
  const out = new Float64Array(residualCount(problem));
  const ascent: BoostParameters = unknowns.subarray(0, layout.ascent);
  const end = burnOut(problem, layout, unknowns);
  const times = timesOf(problem);
  const row = end === null ? -1 : rowFor(times, end);
  if (end !== null) times.splice(row, 0, end);
  // The flame goes on when a spent stage has parted: only without infrared does the path end with it.
  const states = ascend(problem.anchor, ascent, times, problem.eyes.length > 0 ? null : end);
  const stateAt = (time: Instant): Float64Array => {
    const k = times.indexOf(time);
    return states.subarray(6 * k, 6 * k + 6);
  };
  let next = 0;
  problem.eyes.forEach(({ sensor, looks }, k) => {
    const sigma = Math.hypot(sensor.noiseRad, MODEL_NOISE_RAD);
    const eastRad = (unknowns[layout.eyes + 2 * k] as number) * sensor.biasRad;
    const northRad = (unknowns[layout.eyes + 2 * k + 1] as number) * sensor.biasRad;
    for (const look of looks) {
      const [e, n] = sightAngles(sensor, stateAt(look.time));
      out[next] = (look.eastRad - e - eastRad) / sigma;
      out[next + 1] = (look.northRad - n - northRad) / sigma;
      next += 2;
    }
  });
  if (problem.eyes.length > 0) {
    const heightM = approximateHeightM(stateAt(firstLook(problem)));
    out[next] = (LOOK_HEIGHT_M - heightM) / LOOK_HEIGHT_SIGMA_M;
    next += 1;
  }
  for (const look of problem.rise) {
    const errors = layout.radarErrors + 3 * layout.radars.indexOf(look.sensor);
    out.set(riseResidual(look, stateAt(look.time), unknowns.subarray(errors, errors + 3)), next);
    next += 3;
  }
  if (problem.arc !== null && end !== null) {
    out.set(arcResidual(problem.arc, states.subarray(6 * row, 6 * row + 6), end), next);
  }
  return out;
}

function timesOf(problem: Problem): Instant[] {
  const times = [
    ...problem.eyes.flatMap(({ looks }) => looks.map(({ time }) => time)),
    ...problem.rise.map(({ time }) => time),
  ];
  return times.sort((a, b) => a - b);
}

function rowFor(times: readonly Instant[], end: Instant): number {
  const row = times.findIndex((time) => time > end);
  return row < 0 ? times.length : row;
}

function firstLook(problem: Problem): Instant {
  return problem.eyes.reduce<Instant | null>((first, { looks }) => {
    const time = (looks[0] as Look).time;
    return first === null || time < first ? time : first;
  }, null) as Instant;
}

/** Range, azimuth and elevation; what the ascent cannot follow counts as an error of place. */
function riseResidual(look: RiseLook, state: Float64Array, errors: Float64Array): Float64Array {
  const { sensor } = look;
  const v = lookDifference(look, predictLook(sensor, state).look);
  const across = MODEL_NOISE_M / look.rangeM;
  const noise = [sensor.noise.rangeM, sensor.noise.azimuthRad, sensor.noise.elevationRad] as const;
  const bias = [sensor.bias.rangeM, sensor.bias.azimuthRad, sensor.bias.elevationRad] as const;
  const model = [MODEL_NOISE_M, across / Math.cos(look.elevationRad), across] as const;
  return v.map((d, k) => {
    const off = (errors[k] as number) * (bias[k] as number);
    return (d - off) / Math.hypot(noise[k] as number, model[k] as number);
  });
}

/** At the end of thrust the ascent must be on the arc, and that must be before coast was seen. */
function arcResidual(arc: Arc, state: Float64Array, end: Instant): Float64Array {
  const seconds = secondsBetween(arc.from, end);
  const within = Math.min(Math.max(seconds, 0), arc.coastsS);
  const there = arcState(arc, within);
  // Roots pass from knot to knot evenly: a step between them would hold the end of thrust fast.
  const whole = within / ARC_STEP_S;
  const k = Math.min(Math.floor(whole), arc.roots.length - 2);
  const [before, after] = [arc.roots[k], arc.roots[k + 1]] as readonly Float64Array[];
  const root = (before as Float64Array).map(
    (v, i) => v + (whole - k) * (((after as Float64Array)[i] as number) - v),
  );
  const out = new Float64Array(7);
  for (let i = 0; i < 6; i += 1) {
    let sum = (state[i] as number) - (there[i] as number);
    for (let j = 0; j < i; j += 1) sum -= (root[i * 6 + j] as number) * (out[j] as number);
    out[i] = sum / (root[i * 7] as number);
  }
  out[6] = Math.max(0, seconds - arc.coastsS, -seconds) / OVER_S;
  return out;
}
