// SPDX-License-Identifier: Apache-2.0
// What was seen of a powered ascent, by infrared and by radar, for one batch over all of it, and what
// is unknown of it. Constant sensor errors are among the unknowns with their declared priors.
// Infrared sees the flame; radar sees a body that leaves the powered path at a burn-out of its own and
// coasts, be it the payload or a spent stage.

import { addSeconds, cholesky, type Instant, unpackSymmetric } from '@isthmus/earth';
import type { Estimate, InfraredSensor, RadarSensor } from '@isthmus/picture';
import { approximateHeightM, propagateCoast } from '../models/coast.ts';
import { type BoostAnchor, HEAD, launchTime, TIME } from './boost-model.ts';

/** Seconds from lift-off to the end of thrust: median, and one sigma of the logarithm. */
const BURN_S = 125;
const BURN_SIGMA = 0.45;
/** Spacing of the arc's knots and how far back it is followed, seconds. */
export const ARC_STEP_S = 10;
const ARC_BACK_S = 450;
const ARC_FLOOR_M = 10_000;
/** Least one sigma of a coasting state that an ascent is held against: metres, m/s. */
const ARC_FLOOR_SIGMA_M = 100;
const ARC_FLOOR_SIGMA_MPS = 1.5;

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
  /** Logarithm of the root's determinant at the narrowest knot. */
  readonly logWidthMin: number;
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
  const logWidthMin = Math.min(...roots.map(logDiagonal));
  return { from: addSeconds(coasts, -coastsS), states, roots, coastsS, logWidthMin };
}

/** Logarithm of the determinant of a lower 6x6. */
export function logDiagonal(root: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < 6; i += 1) sum += Math.log(root[i * 7] as number);
  return sum;
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
  /** Times of all looks, ascending, and which of them those of each eye and of radar are. */
  readonly times: readonly Instant[];
  readonly eyeRows: readonly (readonly number[])[];
  readonly riseRows: readonly number[];
}

export function layoutOf(problem: Problem): Layout {
  const { eyes: seenBy, rise, arc, knots } = problem;
  const ascent = HEAD + 2 * knots;
  const burn = arc === null ? -1 : ascent;
  const eyes = ascent + (burn < 0 ? 0 : 1);
  const radars = [...new Set(rise.map(({ sensor }) => sensor))];
  const radarErrors = eyes + 2 * seenBy.length;
  const all = [...seenBy.flatMap(({ looks }) => looks), ...rise];
  const times = [...new Set(all.map(({ time }) => time))].sort((a, b) => a - b);
  const rowOf = new Map(times.map((time, row) => [time, row]));
  const rowsOf = (looks: readonly { readonly time: Instant }[]): number[] =>
    looks.map(({ time }) => rowOf.get(time) as number);
  return {
    ascent,
    burn,
    eyes,
    radars,
    radarErrors,
    length: radarErrors + 3 * radars.length,
    times,
    eyeRows: seenBy.map(({ looks }) => rowsOf(looks)),
    riseRows: rowsOf(rise),
  };
}

/** Seconds from lift-off to the end of thrust of the body that radar saw. */
function burnSeconds(unknown: number): number {
  return BURN_S * Math.exp(BURN_SIGMA * unknown);
}

/** d(seconds from lift-off to the end of thrust)/d(its unknown); 0 where radar saw no coast. */
export function burnSlope(layout: Layout, unknowns: Float64Array): number {
  return layout.burn < 0 ? 0 : BURN_SIGMA * burnSeconds(unknowns[layout.burn] as number);
}

/** d(time of the end of thrust)/d(unknown), seconds: it comes later with lift-off, too. */
export function endSlope(
  { anchor }: Pick<Problem, 'anchor'>,
  layout: Layout,
  by: { readonly unknowns: Float64Array; readonly of: number },
): number {
  if (by.of === TIME) return anchor.leadSigmaS;
  return by.of === layout.burn ? burnSlope(layout, by.unknowns) : 0;
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
