// SPDX-License-Identifier: Apache-2.0
// Powered ascent as infrared sees it, in few numbers with broad priors: a launch point on the
// ellipsoid, a time, a plane, a kick out of the vertical, then a gravity turn; random walks over knots
// for the logarithm of thrust acceleration (drag and staging included) and for the angle between
// thrust and velocity. One model for every class: the walks' steps are what differs between a
// short-range missile and a space launcher. All parameters but the
// azimuth are in prior standard deviations, so that the prior is the unit matrix.

import {
  addSeconds,
  coastAcceleration,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  geodesicDestination,
  type Instant,
  secondsBetween,
} from '@isthmus/earth';

/** Spacing of the knots and the integration step, seconds. */
const KNOT_S = 25;
const STEP_S = 1.5;
/** Rising straight up, seconds. */
const VERTICAL_S = 8;

/** Priors: one sigma each, and the means of the walks. */
const PRIOR = {
  launchOffsetM: 40_000,
  /** From lift-off to the first look: cloud, scan phase. */
  firstLookS: 40,
  firstLookSigmaS: 20,
  /** Drift of the plane over 100 s. */
  yawRad: 0.05,
  logAccelerationStart: Math.log(16),
  logAccelerationStartSigma: 0.25,
  logAccelerationPerS: 0.006,
  logAccelerationStep: 0.22,
  /** Thrust under the velocity while the body leaves the vertical, and later steps of that angle. */
  kickRad: -0.07,
  kickSigmaRad: 0.045,
  angleStepRad: 0.06,
} as const;

/** Number of parameters that are not knots: north, east, time, azimuth, yaw, two biases. */
export const HEAD = 7;
/** Index of the azimuth, the one parameter in its own unit (radians) and without a prior. */
export const AZIMUTH = 3;

/** What the parameters are counted from. Plain data. */
export interface BoostAnchor {
  readonly point: Geodetic;
  /** First look. */
  readonly time: Instant;
}

/** Parameters laid out: HEAD numbers, then the acceleration knots, then as many pitch knots. */
export type BoostParameters = Float64Array;

/** Knots needed to reach `secondsSinceFirstLook`, with room for an early launch. */
export function knotsFor(secondsSinceFirstLook: number): number {
  return 2 + Math.ceil((secondsSinceFirstLook + PRIOR.firstLookS + 10) / KNOT_S);
}

/** The same parameters with more knots, each new one where its walk expects it. */
export function withKnots(parameters: BoostParameters, knots: number): BoostParameters {
  const had = (parameters.length - HEAD) / 2;
  const out = new Float64Array(HEAD + 2 * knots);
  out.set(parameters.subarray(0, HEAD));
  out.set(parameters.subarray(HEAD, HEAD + Math.min(had, knots)), HEAD);
  out.set(parameters.subarray(HEAD + had, HEAD + had + Math.min(had, knots)), HEAD + knots);
  return out;
}

/** Launch time of the parameters. */
export function launchTime(anchor: BoostAnchor, parameters: BoostParameters): Instant {
  return addSeconds(anchor.time, launchSeconds(parameters));
}

/** One sigma of the launch time when only the prior is known: what one unit of it is worth. */
export const LAUNCH_TIME_UNIT_S = PRIOR.firstLookSigmaS;
/** Metres of one unit of the launch point. */
export const LAUNCH_POINT_UNIT_M = PRIOR.launchOffsetM;

/** Launch point of the parameters. */
export function launchPoint(anchor: BoostAnchor, parameters: BoostParameters): Geodetic {
  const north = (parameters[0] as number) * PRIOR.launchOffsetM;
  const east = (parameters[1] as number) * PRIOR.launchOffsetM;
  return geodesicDestination(anchor.point, Math.atan2(east, north), Math.hypot(north, east));
}

function launchSeconds(parameters: BoostParameters): number {
  return -PRIOR.firstLookS + (parameters[2] as number) * PRIOR.firstLookSigmaS;
}

/** Thrust acceleration, m/s², `tau` seconds after lift-off. */
export function thrustMps2(parameters: BoostParameters, tau: number): number {
  const knots = (parameters.length - HEAD) / 2;
  const whole = Math.min(Math.max(tau, 0) / KNOT_S, knots - 1);
  const k = Math.min(Math.floor(whole), knots - 2);
  let walk = (parameters[HEAD] as number) * PRIOR.logAccelerationStartSigma;
  for (let i = 1; i <= k; i += 1) {
    walk += (parameters[HEAD + i] as number) * PRIOR.logAccelerationStep;
  }
  const step = (parameters[HEAD + k + 1] as number) * PRIOR.logAccelerationStep;
  const mean = PRIOR.logAccelerationStart + PRIOR.logAccelerationPerS * Math.max(tau, 0);
  return Math.exp(mean + walk + (whole - k) * step);
}

/** Angle of thrust over the velocity in the plane of flight, radians. */
function angleRad(parameters: BoostParameters, tau: number): number {
  const knots = (parameters.length - HEAD) / 2;
  const start = HEAD + knots;
  const kick = PRIOR.kickRad + (parameters[start] as number) * PRIOR.kickSigmaRad;
  const shape =
    Math.min(1, Math.max(0, (tau - VERTICAL_S) / 4)) * Math.min(1, Math.max(0, (35 - tau) / 10));
  const whole = Math.min(Math.max(tau, 0) / KNOT_S, knots - 1);
  const k = Math.min(Math.floor(whole), knots - 2);
  let walk = 0;
  for (let i = 2; i <= k; i += 1) walk += (parameters[start + i] as number) * PRIOR.angleStepRad;
  const step = k === 0 ? 0 : (parameters[start + k + 1] as number) * PRIOR.angleStepRad;
  return kick * shape + walk + (whole - k) * step;
}

const force = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/**
 * States at ascending times under the parameters, 6 numbers each; the launch point at rest before
 * lift-off. Midpoint rule: tens of metres over an ascent, below what an infrared look resolves.
 *
 * @param cutOff thrust ends then; null for never.
 */
export function ascend(
  anchor: BoostAnchor,
  parameters: BoostParameters,
  times: readonly Instant[],
  cutOff: Instant | null = null,
): Float64Array {
  const point = launchPoint(anchor, parameters);
  const axes = enuAxes(point);
  const out = new Float64Array(6 * times.length);
  const state = new Float64Array(6);
  state.set(ecefFromGeodetic({ ...point, heightM: 0 }));
  const start = launchSeconds(parameters);
  const endTau = cutOff === null ? Number.POSITIVE_INFINITY : at(anchor, cutOff) - start;
  let tau = 0;
  const middle = new Float64Array(6);
  const slope = new Float64Array(3);
  times.forEach((time, row) => {
    const target = at(anchor, time) - start;
    while (tau < target - 1e-9) {
      // A step never straddles the end of thrust.
      const limit = tau < endTau - 1e-9 ? Math.min(target, endTau) : target;
      const h = Math.min(STEP_S, limit - tau);
      const powered = tau < endTau - 1e-9;
      push(state, { parameters, tau, powered, axes }, slope);
      for (let i = 0; i < 3; i += 1) {
        middle[i] = (state[i] as number) + (h / 2) * (state[i + 3] as number);
        middle[i + 3] = (state[i + 3] as number) + (h / 2) * (slope[i] as number);
      }
      push(middle, { parameters, tau: tau + h / 2, powered, axes }, slope);
      for (let i = 0; i < 3; i += 1) {
        state[i] = (state[i] as number) + h * (middle[i + 3] as number);
        state[i + 3] = (state[i + 3] as number) + h * (slope[i] as number);
      }
      tau += h;
    }
    out.set(state, 6 * row);
  });
  return out;
}

function at(anchor: BoostAnchor, time: Instant): number {
  return secondsBetween(anchor.time, time);
}

interface Push {
  readonly parameters: BoostParameters;
  readonly tau: number;
  readonly powered: boolean;
  readonly axes: ReturnType<typeof enuAxes>;
}

/** Acceleration at a state: gravity and the turning Earth, and thrust while it lasts. */
function push(state: Float64Array, here: Push, slope: Float64Array): void {
  coastAcceleration(state, force, false);
  slope.set(force.acceleration);
  if (!here.powered) return;
  const { parameters, tau, axes } = here;
  const thrust = thrustMps2(parameters, tau);
  const yaw =
    (parameters[AZIMUTH] as number) + ((parameters[4] as number) * PRIOR.yawRad * tau) / 100;
  const pitch = pitchRad(state, here, yaw);
  const e = thrust * Math.cos(pitch) * Math.sin(yaw);
  const n = thrust * Math.cos(pitch) * Math.cos(yaw);
  const u = thrust * Math.sin(pitch);
  for (let i = 0; i < 3; i += 1) {
    slope[i] =
      (slope[i] as number) +
      e * (axes[0][i] as number) +
      n * (axes[1][i] as number) +
      u * (axes[2][i] as number);
  }
}

/** Elevation of thrust in the axes of the launch point. */
function pitchRad(state: Float64Array, here: Push, yaw: number): number {
  const { parameters, tau, axes } = here;
  if (tau <= VERTICAL_S) return Math.PI / 2;
  const along = (axis: readonly number[]): number =>
    (axis[0] as number) * (state[3] as number) +
    (axis[1] as number) * (state[4] as number) +
    (axis[2] as number) * (state[5] as number);
  const forward = along(axes[0]) * Math.sin(yaw) + along(axes[1]) * Math.cos(yaw);
  return Math.atan2(along(axes[2]), forward) + angleRad(parameters, tau);
}
