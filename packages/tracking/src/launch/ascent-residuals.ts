// SPDX-License-Identifier: Apache-2.0
// How far an ascent of the model is from what was seen, each residual in its own sigma, and how that
// changes with every unknown.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { InfraredSensor } from '@isthmus/picture';
import { approximateHeightM } from '../models/coast.ts';
import { lookDifference, predictLook } from '../sensors/radar.ts';
import {
  ARC_STEP_S,
  type Arc,
  arcState,
  burnOut,
  burnSlope,
  endSlope,
  type Layout,
  logDiagonal,
  type Problem,
  type RiseLook,
} from './ascent-looks.ts';
import { ascend } from './boost-model.ts';
import { type AscentSlopes, ascendWithSlopes } from './boost-slopes.ts';
import { sightAngles, sightSlopes } from './sight.ts';

/**
 * What an ascent of few knots leaves unexplained of a place that radar measures. An infrared angle has
 * no such share: what does not fit shows in the post-fit chi-square, and would count twice.
 */
const MODEL_NOISE_M = 100;
/**
 * Height of the first infrared look: ignition in clear sky, or cloud break at 7 to 10 km. Where a sensor
 * states the height from which cloud hides nothing, shares of it: a flame comes out there in two of three
 * launches and is seen up to a scan later, and in the third anywhere below. At least what a scan climbs.
 */
const LOOK_HEIGHT_M = 7_000;
const LOOK_HEIGHT_SIGMA_M = 4_500;
const LOOK_SHARE = 0.9;
const LOOK_SHARE_SIGMA = 0.34;
const LOOK_FLOOR_M = 1_000;
/** How sharply thrust is known to be over where coast is known to have begun, seconds. */
const OVER_S = 3;
/** A step in the end of thrust for a difference along the arc, seconds. */
const END_NUDGE_S = 0.01;

/** Number of residuals. */
export function residualCount(problem: Problem): number {
  const looks = problem.eyes.reduce((sum, eye) => sum + eye.looks.length, 0);
  const first = problem.eyes.length > 0 ? 1 : 0;
  return 2 * looks + first + 3 * problem.rise.length + (problem.arc === null ? 0 : 7);
}

/** How far the unknowns are from what was seen, each in its own sigma. */
export function residuals(problem: Problem, layout: Layout, unknowns: Float64Array): Float64Array {
  const { times, cutOff, end, endRow } = timetable(problem, layout, unknowns);
  const ascent = unknowns.subarray(0, layout.ascent);
  const states = ascend(problem.anchor, ascent, times, cutOff);
  return compare(problem, layout, { unknowns, states, end, endRow, slopes: null });
}

/** `residuals`, and d(residual)/d(unknown): a row for each residual. */
export function residualsWithSlopes(
  problem: Problem,
  layout: Layout,
  unknowns: Float64Array,
): { readonly values: Float64Array; readonly slopes: Float64Array } {
  const { times, cutOff, end, endRow } = timetable(problem, layout, unknowns);
  const ascent = unknowns.subarray(0, layout.ascent);
  const flown = ascendWithSlopes(problem.anchor, ascent, times, cutOff);
  const matrix = new Float64Array(residualCount(problem) * layout.length);
  const { states } = flown;
  const slopes = { flown, matrix, endByBurn: burnSlope(layout, unknowns) };
  const values = compare(problem, layout, { unknowns, states, end, endRow, slopes });
  return { values, slopes: matrix };
}

interface Timetable {
  readonly times: readonly Instant[];
  /** End of thrust of the radar's body, and its place among the times; null and -1 without one. */
  readonly end: Instant | null;
  readonly endRow: number;
  readonly cutOff: Instant | null;
}

function timetable(problem: Problem, layout: Layout, unknowns: Float64Array): Timetable {
  const end = burnOut(problem, layout, unknowns);
  if (end === null) return { times: layout.times, end, endRow: -1, cutOff: null };
  const later = layout.times.findIndex((time) => time > end);
  const endRow = later < 0 ? layout.times.length : later;
  const times = layout.times.toSpliced(endRow, 0, end);
  // The flame goes on when a spent stage has parted: only without infrared does the path end with it.
  return { times, end, endRow, cutOff: problem.eyes.length > 0 ? null : end };
}

/** An ascent flown under unknowns; with slopes where they are asked for. */
interface Flown {
  readonly unknowns: Float64Array;
  readonly states: Float64Array;
  readonly end: Instant | null;
  readonly endRow: number;
  readonly slopes: {
    readonly flown: AscentSlopes;
    readonly endByBurn: number;
    /** What is asked for. */
    readonly matrix: Float64Array;
  } | null;
}

function compare(problem: Problem, layout: Layout, flown: Flown): Float64Array {
  const out = new Float64Array(residualCount(problem));
  const next = compareRise(problem, layout, {
    flown,
    out,
    from: compareEyes(problem, layout, { flown, out, from: 0 }),
  });
  compareArc(problem, layout, { flown, out, from: next });
  return out;
}

interface Into {
  readonly flown: Flown;
  readonly out: Float64Array;
  /** The first residual to be written. */
  readonly from: number;
}

/** Row of a look among the flown times, the end of thrust being one more. */
function rowIn(flown: Flown, row: number): number {
  return flown.endRow >= 0 && row >= flown.endRow ? row + 1 : row;
}

function stateAt(flown: Flown, row: number): Float64Array {
  return flown.states.subarray(6 * row, 6 * row + 6);
}

/** Two angles of each look, and the height of the first; returns the next residual. */
function compareEyes(problem: Problem, layout: Layout, { flown, out, from }: Into): number {
  const { unknowns, slopes } = flown;
  let next = from;
  problem.eyes.forEach(({ sensor, looks }, k) => {
    const sigma = sensor.noiseRad;
    const bias = layout.eyes + 2 * k;
    const eastRad = (unknowns[bias] as number) * sensor.biasRad;
    const northRad = (unknowns[bias + 1] as number) * sensor.biasRad;
    looks.forEach((look, i) => {
      const row = rowIn(flown, layout.eyeRows[k]?.[i] as number);
      const state = stateAt(flown, row);
      const [e, n] = sightAngles(sensor, state);
      out[next] = (look.eastRad - e - eastRad) / sigma;
      out[next + 1] = (look.northRad - n - northRad) / sigma;
      if (slopes !== null) {
        const by = sightSlopes(sensor, state);
        for (const angle of [0, 1]) {
          const gradient = by.subarray(3 * angle, 3 * angle + 3);
          write(layout, slopes, { residual: next + angle, row, gradient, factor: -1 / sigma });
          slopes.matrix[(next + angle) * layout.length + bias + angle] = -sensor.biasRad / sigma;
        }
      }
      next += 2;
    });
  });
  if (problem.eyes.length === 0) return next;
  const firsts = layout.eyeRows.map((rows) => rows[0] as number);
  const first = Math.min(...firsts);
  const row = rowIn(flown, first);
  const state = stateAt(flown, row);
  const [heightM, sigmaM] = lookHeight(problem.eyes[firsts.indexOf(first)]?.sensor);
  out[next] = (heightM - approximateHeightM(state)) / sigmaM;
  if (slopes !== null) {
    // Height rises along the radius, but for the flattening.
    const place = state.subarray(0, 3);
    const factor = -1 / (sigmaM * Math.hypot(...place));
    write(layout, slopes, { residual: next, row, gradient: place, factor });
  }
  return next + 1;
}

/** Of the first look of a sensor: mean and one sigma, metres. */
function lookHeight(sensor: InfraredSensor | undefined): readonly [number, number] {
  const top = sensor?.detection?.cloudTopM;
  if (top === undefined) return [LOOK_HEIGHT_M, LOOK_HEIGHT_SIGMA_M];
  return [LOOK_SHARE * top, Math.max(LOOK_SHARE_SIGMA * top, LOOK_FLOOR_M)];
}

/** Range, azimuth and elevation of each radar look at the climb; returns the next residual. */
function compareRise(problem: Problem, layout: Layout, { flown, out, from }: Into): number {
  problem.rise.forEach((look, i) => {
    const row = rowIn(flown, layout.riseRows[i] as number);
    const errors = layout.radarErrors + 3 * layout.radars.indexOf(look.sensor);
    const predicted = predictLook(look.sensor, stateAt(flown, row));
    const difference = lookDifference(look, predicted.look);
    const { sigmas, biases } = scaleOf(look);
    for (let k = 0; k < 3; k += 1) {
      const residual = from + 3 * i + k;
      const sigma = sigmas[k] as number;
      const bias = biases[k] as number;
      const off = (flown.unknowns[errors + k] as number) * bias;
      out[residual] = ((difference[k] as number) - off) / sigma;
      if (flown.slopes === null) continue;
      const gradient = predicted.byPosition.subarray(3 * k, 3 * k + 3);
      write(layout, flown.slopes, { residual, row, gradient, factor: -1 / sigma });
      flown.slopes.matrix[residual * layout.length + errors + k] = -bias / sigma;
    }
  });
  return from + 3 * problem.rise.length;
}

/** Of range, azimuth and elevation; what the ascent cannot follow counts as an error of place. */
function scaleOf(look: RiseLook): {
  readonly sigmas: readonly number[];
  readonly biases: readonly number[];
} {
  const { noise, bias } = look.sensor;
  const across = MODEL_NOISE_M / look.rangeM;
  return {
    sigmas: [
      Math.hypot(noise.rangeM, MODEL_NOISE_M),
      Math.hypot(noise.azimuthRad, across / Math.cos(look.elevationRad)),
      Math.hypot(noise.elevationRad, across),
    ],
    biases: [bias.rangeM, bias.azimuthRad, bias.elevationRad],
  };
}

/** A residual that changes with the place at one time: its derivatives by the ascent and its end. */
function write(
  layout: Layout,
  { flown, matrix, endByBurn }: NonNullable<Flown['slopes']>,
  by: {
    readonly residual: number;
    readonly row: number;
    readonly gradient: Float64Array;
    readonly factor: number;
  },
): void {
  const { row, factor } = by;
  const [gx, gy, gz] = by.gradient as unknown as readonly [number, number, number];
  const to = by.residual * layout.length;
  let k = 6 * layout.ascent * row;
  const { byParameters, byEnd } = flown;
  for (let j = 0; j < layout.ascent; j += 1, k += 6) {
    matrix[to + j] =
      factor *
      (gx * (byParameters[k] as number) +
        gy * (byParameters[k + 1] as number) +
        gz * (byParameters[k + 2] as number));
  }
  if (layout.burn < 0) return;
  const ended = 6 * row;
  matrix[to + layout.burn] =
    factor *
    endByBurn *
    (gx * (byEnd[ended] as number) +
      gy * (byEnd[ended + 1] as number) +
      gz * (byEnd[ended + 2] as number));
}

/** At the end of thrust the ascent must be on the arc, and that must be before coast was seen. */
function compareArc(problem: Problem, layout: Layout, { flown, out, from }: Into): void {
  const { arc } = problem;
  const { end, endRow: row, slopes } = flown;
  if (arc === null || end === null) return;
  const state = stateAt(flown, row);
  const seconds = secondsBetween(arc.from, end);
  const values = out.subarray(from, from + 7);
  arcResidual(arc, seconds, { state, out: values });
  if (slopes === null) return;
  const later = new Float64Array(7);
  arcResidual(arc, seconds + END_NUDGE_S, { state, out: later });
  const root = rootAt(arc, seconds);
  const { byParameters, byEnd, byTime } = slopes.flown;
  const n = layout.ascent;
  for (let j = 0; j <= layout.burn; j += 1) {
    const isEnd = j === layout.burn;
    const endS = endSlope(problem, layout, { unknowns: flown.unknowns, of: j });
    const moved = new Float64Array(6);
    for (let i = 0; i < 6; i += 1) {
      const own = isEnd
        ? slopes.endByBurn * (byEnd[6 * row + i] as number)
        : (byParameters[6 * (n * row + j) + i] as number);
      moved[i] = own + endS * (byTime[6 * row + i] as number);
    }
    solveLower(root, moved);
    for (let i = 0; i < 7; i += 1) {
      const along = ((later[i] as number) - (values[i] as number)) / END_NUDGE_S;
      slopes.matrix[(from + i) * layout.length + j] =
        (i < 6 ? (moved[i] as number) : 0) + endS * along;
    }
  }
}

function arcResidual(
  arc: Arc,
  seconds: number,
  { state, out }: { readonly state: Float64Array; readonly out: Float64Array },
): void {
  const there = arcState(arc, Math.min(Math.max(seconds, 0), arc.coastsS));
  for (let i = 0; i < 6; i += 1) out[i] = (state[i] as number) - (there[i] as number);
  solveLower(rootAt(arc, seconds), out);
  out[6] = Math.max(0, seconds - arc.coastsS, -seconds) / OVER_S;
}

/**
 * Twice the logarithm of how much wider the arc is where thrust ends than where it is narrowest: what a
 * density costs besides its squares. Without it thrust would best end deep in the air, where an arc
 * followed back is known to be anywhere. With its derivative by the end of thrust, 1/s.
 */
export function arcWidth(
  problem: Problem,
  layout: Layout,
  unknowns: Float64Array,
): { readonly value: number; readonly byEnd: number } {
  const { arc } = problem;
  const end = burnOut(problem, layout, unknowns);
  if (arc === null || end === null) return { value: 0, byEnd: 0 };
  const seconds = secondsBetween(arc.from, end);
  const here = logDiagonal(rootAt(arc, seconds));
  const later = logDiagonal(rootAt(arc, seconds + END_NUDGE_S));
  return { value: 2 * (here - arc.logWidthMin), byEnd: (2 * (later - here)) / END_NUDGE_S };
}

/** Roots pass from knot to knot evenly: a step between them would hold the end of thrust fast. */
function rootAt(arc: Arc, seconds: number): Float64Array {
  const whole = Math.min(Math.max(seconds, 0), arc.coastsS) / ARC_STEP_S;
  const k = Math.min(Math.floor(whole), arc.roots.length - 2);
  const [before, after] = [arc.roots[k], arc.roots[k + 1]] as readonly Float64Array[];
  return (before as Float64Array).map(
    (v, i) => v + (whole - k) * (((after as Float64Array)[i] as number) - v),
  );
}

/** v := root⁻¹ v for the first six of v and a lower 6x6. */
function solveLower(root: Float64Array, v: Float64Array): void {
  for (let i = 0; i < 6; i += 1) {
    let sum = v[i] as number;
    for (let j = 0; j < i; j += 1) sum -= (root[i * 6 + j] as number) * (v[j] as number);
    v[i] = sum / (root[i * 7] as number);
  }
}
