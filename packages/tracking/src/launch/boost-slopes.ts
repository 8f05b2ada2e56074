// SPDX-License-Identifier: Apache-2.0
// How an ascent changes with its parameters: the equations of `boost-model.ts` differentiated by them
// and flown along with the state, by the same steps. The launch point's longitude and the time of
// lift-off need no flying: a turn of everything about the axis of the Earth, and a shift in time.

import { coastAcceleration, coriolisMatrix, ecefFromGeodetic, type Instant } from '@isthmus/earth';
import {
  aimOf,
  at,
  type Body,
  type BoostAnchor,
  type BoostParameters,
  bodyOf,
  HEAD,
  isPowered,
  KNOT_S,
  kickShare,
  launchPoint,
  launchSeconds,
  PRIOR,
  stepOf,
  VERTICAL_S,
} from './boost-model.ts';

/** States of an ascent at some times, and their derivatives. */
export interface AscentSlopes {
  /** 6 numbers for each time. */
  readonly states: Float64Array;
  /**
   * d(state)/d(parameter) at a fixed time, while thrust ends a fixed time after lift-off: 6 numbers
   * for each parameter, for each time.
   */
  readonly byParameters: Float64Array;
  /** d(state)/d(seconds from lift-off to the end of thrust): 6 numbers for each time, that end included. */
  readonly byEnd: Float64Array;
  /** d(state)/d(time): 6 numbers for each time; from the end of thrust on that of the coast. */
  readonly byTime: Float64Array;
}

/** Steps for the derivative of the launch point, in sigmas, and of the ellipsoid, radians. */
const POINT_NUDGE = 1e-3;
const LATITUDE_NUDGE_RAD = 1e-6;

/**
 * What is flown, 6 numbers each: the state, its derivatives by latitude, azimuth, yaw and end of
 * thrust, then by the knots of thrust and of angle in turn, so that those not yet come to are last.
 */
const LATITUDE = 1;
const HEADING = 2;
const YAW = 3;
const END = 4;
const WALKS = 5;

interface Flight {
  readonly body: Body;
  readonly knots: number;
  readonly columns: Float64Array;
  readonly middle: Float64Array;
  /** What each column's velocities change by, 3 numbers each. */
  readonly pushes: Float64Array;
}

/** `ascend` with derivatives: the same states at the same ascending times. */
export function ascendWithSlopes(
  anchor: BoostAnchor,
  parameters: BoostParameters,
  times: readonly Instant[],
  cutOff: Instant | null = null,
): AscentSlopes {
  const flight = takeOff(anchor, parameters);
  const { columns, middle } = flight;
  const found: AscentSlopes = {
    states: new Float64Array(6 * times.length),
    byParameters: new Float64Array(6 * parameters.length * times.length),
    byEnd: new Float64Array(6 * times.length),
    byTime: new Float64Array(6 * times.length),
  };
  const moves = movesOf(anchor, parameters);
  const start = launchSeconds(anchor, parameters);
  const endTau = cutOff === null ? Number.POSITIVE_INFINITY : at(anchor, cutOff) - start;
  let tau = 0;
  times.forEach((time, row) => {
    const target = at(anchor, time) - start;
    while (tau < target - 1e-9) {
      const powered = isPowered(tau, endTau);
      const h = stepOf(tau, target, endTau);
      const reached = WALKS + 2 * Math.min(flight.knots, Math.floor((tau + h) / KNOT_S) + 2);
      differentiate(flight, columns, { tau, powered, reached });
      move(flight, { by: columns, to: middle, h: h / 2, reached });
      differentiate(flight, middle, { tau: tau + h / 2, powered, reached });
      move(flight, { by: middle, to: columns, h, reached });
      tau += h;
      if (powered && !isPowered(tau, endTau)) endThrust(flight, tau);
    }
    if (target > 0) {
      differentiate(flight, columns, { tau, powered: isPowered(tau, endTau), reached: 1 });
      copy(columns, { from: 3, to: 6 * row, length: 3 }, found.byTime);
      copy(flight.pushes, { from: 0, to: 6 * row + 3, length: 3 }, found.byTime);
    }
    record(flight, found, { row, moves, leadSigmaS: anchor.leadSigmaS });
  });
  return found;
}

function takeOff(anchor: BoostAnchor, parameters: BoostParameters): Flight {
  const point = { ...launchPoint(anchor, parameters), heightM: 0 };
  const knots = (parameters.length - HEAD) / 2;
  const columns = new Float64Array(6 * (WALKS + 2 * knots));
  const ground = ecefFromGeodetic(point);
  const latitudeRad = point.latitudeRad + LATITUDE_NUDGE_RAD;
  const north = ecefFromGeodetic({ ...point, latitudeRad });
  for (let i = 0; i < 3; i += 1) {
    columns[i] = ground[i] as number;
    columns[6 * LATITUDE + i] = ((north[i] as number) - (ground[i] as number)) / LATITUDE_NUDGE_RAD;
  }
  return {
    body: bodyOf(parameters, point),
    knots,
    columns,
    middle: new Float64Array(columns.length),
    pushes: new Float64Array(columns.length / 2),
  };
}

/** d(latitude, longitude of the launch point)/d(parameter), for the two that move it. */
type Moves = readonly (readonly [number, number])[];

function movesOf(anchor: BoostAnchor, parameters: BoostParameters): Moves {
  const here = launchPoint(anchor, parameters);
  return [0, 1].map((k) => {
    const moved = Float64Array.from(parameters);
    moved[k] = (moved[k] as number) + POINT_NUDGE;
    const there = launchPoint(anchor, moved);
    const turn = there.longitudeRad - here.longitudeRad;
    return [
      (there.latitudeRad - here.latitudeRad) / POINT_NUDGE,
      Math.atan2(Math.sin(turn), Math.cos(turn)) / POINT_NUDGE,
    ];
  });
}

/** to := columns + h · (velocities of `by`, pushes), column by column. */
function move(
  { columns, pushes }: Flight,
  step: {
    readonly by: Float64Array;
    readonly to: Float64Array;
    readonly h: number;
    readonly reached: number;
  },
): void {
  const { by, to, h, reached } = step;
  const end = 6 * reached;
  for (let k = 0, p = 0; k < end; k += 6, p += 3) {
    // Read before anything is written: `by` or `to` may be the columns themselves.
    const vx = by[k + 3] as number;
    const vy = by[k + 4] as number;
    const vz = by[k + 5] as number;
    to[k] = (columns[k] as number) + h * vx;
    to[k + 1] = (columns[k + 1] as number) + h * vy;
    to[k + 2] = (columns[k + 2] as number) + h * vz;
    to[k + 3] = (columns[k + 3] as number) + h * (pushes[p] as number);
    to[k + 4] = (columns[k + 4] as number) + h * (pushes[p + 1] as number);
    to[k + 5] = (columns[k + 5] as number) + h * (pushes[p + 2] as number);
  }
}

interface Moment {
  readonly tau: number;
  readonly powered: boolean;
  /** Columns that anything happens to yet. */
  readonly reached: number;
}

const force = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };
/** Of thrust by pitch, and of pitch by velocity. */
const byPitch = new Float64Array(3);
const pitchBy = new Float64Array(3);
const thrust = new Float64Array(3);

/** Acceleration of the state and of its derivatives, into `pushes`. */
function differentiate(flight: Flight, columns: Float64Array, moment: Moment): void {
  const { pushes } = flight;
  coastAcceleration(columns, force, moment.reached > 1);
  for (let i = 0; i < 3; i += 1) pushes[i] = force.acceleration[i] as number;
  pushes.fill(0, 3);
  if (moment.powered) addThrust(flight, columns, moment);
  addCoupling(columns, pushes, moment);
}

/**
 * What the derivatives do to each other: gravity changes with place, thrust with the direction of the velocity.
 * Out of variables, not out of arrays: most of a fit is spent here.
 */
function addCoupling(columns: Float64Array, pushes: Float64Array, moment: Moment): void {
  const g = force.gradient;
  const xx = g[0] as number;
  const xy = g[1] as number;
  const xz = g[2] as number;
  const yx = g[3] as number;
  const yy = g[4] as number;
  const yz = g[5] as number;
  const zx = g[6] as number;
  const zy = g[7] as number;
  const zz = g[8] as number;
  const isPitched = moment.powered ? 1 : 0;
  const px = isPitched * (pitchBy[0] as number);
  const py = isPitched * (pitchBy[1] as number);
  const pz = isPitched * (pitchBy[2] as number);
  const bx = byPitch[0] as number;
  const by = byPitch[1] as number;
  const bz = byPitch[2] as number;
  const turn = coriolisMatrix[1] as number;
  const end = 6 * moment.reached;
  for (let k = 6, p = 3; k < end; k += 6, p += 3) {
    const x = columns[k] as number;
    const y = columns[k + 1] as number;
    const z = columns[k + 2] as number;
    const vx = columns[k + 3] as number;
    const vy = columns[k + 4] as number;
    const pitch = px * vx + py * vy + pz * (columns[k + 5] as number);
    pushes[p] = (pushes[p] as number) + xx * x + xy * y + xz * z + bx * pitch + turn * vy;
    pushes[p + 1] = (pushes[p + 1] as number) + yx * x + yy * y + yz * z + by * pitch - turn * vx;
    pushes[p + 2] = (pushes[p + 2] as number) + zx * x + zy * y + zz * z + bz * pitch;
  }
}

/** Thrust on the state, and what of it changes with the parameters while the state stays. */
function addThrust({ body, knots, pushes }: Flight, columns: Float64Array, moment: Moment): void {
  const { tau, reached } = moment;
  const { sizeMps2, sinYaw, cosYaw, sinPitch, cosPitch, forwardMps, climbMps } = aimOf(
    body,
    columns,
    tau,
  );
  const east = body.axes[0];
  const north = body.axes[1];
  const up = body.axes[2];
  const isTurning = tau > VERTICAL_S;
  const speed2 = Math.max(1e-12, forwardMps * forwardMps + climbMps * climbMps);
  let sideMps = 0;
  let northMps = 0;
  for (let i = 0; i < 3; i += 1) {
    const forward = sinYaw * (east[i] as number) + cosYaw * (north[i] as number);
    const side = cosYaw * (east[i] as number) - sinYaw * (north[i] as number);
    const climb = up[i] as number;
    thrust[i] = sizeMps2 * (cosPitch * forward + sinPitch * climb);
    byPitch[i] = isTurning ? sizeMps2 * (cosPitch * climb - sinPitch * forward) : 0;
    pitchBy[i] = (forwardMps * climb - climbMps * forward) / speed2;
    sideMps += (columns[i + 3] as number) * side;
    northMps += (columns[i + 3] as number) * (north[i] as number);
    pushes[i] = (pushes[i] as number) + (thrust[i] as number);
  }
  if (reached === 1) return;
  // A launch point further north has its up leant north and its north leant down.
  const pitchByLatitude = (forwardMps * northMps + climbMps * climbMps * cosYaw) / speed2;
  const pitchByYaw = (-climbMps * sideMps) / speed2;
  const drift = (PRIOR.yawRad * tau) / 100;
  const kick = PRIOR.kickSigmaRad * kickShare(tau);
  for (let i = 0; i < 3; i += 1) {
    const bent = byPitch[i] as number;
    const leant = sinPitch * (north[i] as number) - cosPitch * cosYaw * (up[i] as number);
    const side = cosYaw * (east[i] as number) - sinYaw * (north[i] as number);
    const turned = sizeMps2 * cosPitch * side + bent * pitchByYaw;
    pushes[3 * LATITUDE + i] = sizeMps2 * leant + bent * pitchByLatitude;
    pushes[3 * HEADING + i] = turned;
    pushes[3 * YAW + i] = turned * drift;
    for (let c = WALKS, knot = 0; c < reached; c += 2, knot += 1) {
      const share = knot === 0 ? 1 : shareOf(knot, tau, knots);
      const sigma = knot === 0 ? PRIOR.logAccelerationStartSigma : PRIOR.logAccelerationStep;
      pushes[3 * c + i] = (thrust[i] as number) * sigma * share;
      pushes[3 * c + 3 + i] = bent * (knot === 0 ? kick : PRIOR.angleStepRad * share);
    }
  }
}

/** How much of a step of a walk at a knot has been made by `tau`. */
function shareOf(knot: number, tau: number, knots: number): number {
  return Math.min(1, Math.max(0, Math.min(tau / KNOT_S, knots - 1) - (knot - 1)));
}

/** From here on a later end of thrust would be so much more speed. */
function endThrust({ body, columns, pushes }: Flight, tau: number): void {
  pushes.fill(0);
  addThrust({ body, columns, pushes, knots: 0, middle: columns }, columns, {
    tau,
    powered: true,
    reached: 1,
  });
  columns.set(pushes.subarray(0, 3), 6 * END + 3);
}

/** The derivatives at one time, in the order of the parameters. */
function record(
  { columns, knots }: Flight,
  found: AscentSlopes,
  to: { readonly row: number; readonly moves: Moves; readonly leadSigmaS: number },
): void {
  const { row, moves, leadSigmaS } = to;
  const n = HEAD + 2 * knots;
  copy(columns, { from: 0, to: 6 * row, length: 6 }, found.states);
  copy(columns, { from: 6 * END, to: 6 * row, length: 6 }, found.byEnd);
  const out = found.byParameters;
  const start = 6 * n * row;
  for (let k = 0; k < 2; k += 1) {
    const [latitude, longitude] = moves[k] as readonly [number, number];
    for (let i = 0; i < 6; i += 1) {
      out[start + 6 * k + i] = latitude * (columns[6 * LATITUDE + i] as number);
    }
    // A turn about the axis of the Earth.
    for (const half of [0, 3]) {
      const first = start + 6 * k + half;
      out[first] = (out[first] as number) - longitude * (columns[half + 1] as number);
      out[first + 1] = (out[first + 1] as number) + longitude * (columns[half] as number);
    }
  }
  for (let i = 0; i < 6; i += 1) {
    out[start + 12 + i] = -leadSigmaS * (found.byTime[6 * row + i] as number);
  }
  copy(columns, { from: 6 * HEADING, to: start + 18, length: 12 }, out);
  for (let knot = 0; knot < knots; knot += 1) {
    const from = 6 * (WALKS + 2 * knot);
    copy(columns, { from, to: start + 6 * (HEAD + knot), length: 6 }, out);
    copy(columns, { from: from + 6, to: start + 6 * (HEAD + knots + knot), length: 6 }, out);
  }
}

/** A few numbers from one array to another: views of them, to be set, cost ten times as much. */
function copy(
  values: Float64Array,
  place: { readonly from: number; readonly to: number; readonly length: number },
  out: Float64Array,
): void {
  const { from, to, length } = place;
  for (let i = 0; i < length; i += 1) out[to + i] = values[from + i] as number;
}
