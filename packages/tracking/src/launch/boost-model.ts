// SPDX-License-Identifier: Apache-2.0
// A powered ascent in few numbers with broad priors: a launch point on the ellipsoid, a time, a
// plane, a kick out of the vertical, then a gravity turn; random walks over knots for the logarithm
// of thrust acceleration (drag and staging included) and for the angle between thrust and velocity.
// One model for every class: the walks' steps are what differs between a short-range missile and a
// space launcher. All parameters but the azimuth are in prior standard deviations, so that the prior
// is the unit matrix.

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
export const KNOT_S = 25;
const STEP_S = 2.5;
/** Rising straight up, seconds. */
export const VERTICAL_S = 8;

/** Priors: one sigma each, and the means of the walks. */
export const PRIOR = {
  /** Drift of the plane over 100 s. */
  yawRad: 0.02,
  /** Liquid launchers leave the ground at 1.2 to 1.6 g, solid missiles at 2 to 4. */
  logAccelerationStart: Math.log(19),
  logAccelerationStartSigma: 0.45,
  logAccelerationPerS: 0.006,
  /** At staging it falls by a factor of two to three at once, every 60 to 100 s. */
  logAccelerationStep: 0.3,
  /** Thrust under the velocity while the body leaves the vertical, and later steps of that angle. */
  kickRad: -0.07,
  kickSigmaRad: 0.05,
  angleStepRad: 0.045,
} as const;

/** Number of parameters that are not knots: north, east, time, azimuth, yaw. */
export const HEAD = 5;
/** Index of the time of lift-off. */
export const TIME = 2;
/** Index of the azimuth, the one parameter in its own unit (radians) and without a prior. */
export const AZIMUTH = 3;

/** What the parameters are counted from, and what their units are. Plain data. */
export interface BoostAnchor {
  /** Mean of the launch point, and its one sigma on each axis. */
  readonly point: Geodetic;
  readonly pointSigmaM: number;
  /** Lift-off is so long before this, and its one sigma. */
  readonly time: Instant;
  readonly leadS: number;
  readonly leadSigmaS: number;
}

/** Parameters laid out: HEAD numbers, then the acceleration knots, then as many pitch knots. */
export type BoostParameters = Float64Array;

/** Knots that carry an ascent to `seconds` after lift-off. */
export function knotsFor(seconds: number): number {
  return 2 + Math.max(1, Math.ceil(seconds / KNOT_S));
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
  return addSeconds(anchor.time, launchSeconds(anchor, parameters));
}

/** Launch point of the parameters. */
export function launchPoint(anchor: BoostAnchor, parameters: BoostParameters): Geodetic {
  const north = (parameters[0] as number) * anchor.pointSigmaM;
  const east = (parameters[1] as number) * anchor.pointSigmaM;
  return geodesicDestination(anchor.point, Math.atan2(east, north), Math.hypot(north, east));
}

/** Lift-off under the parameters, seconds after the anchor's time. */
export function launchSeconds(anchor: BoostAnchor, parameters: BoostParameters): number {
  return -anchor.leadS + (parameters[2] as number) * anchor.leadSigmaS;
}

/** The start knot that stands for thrust of so many times the mean ascent's. */
export function startKnotFor(factor: number): number {
  return Math.log(factor) / PRIOR.logAccelerationStartSigma;
}

/** What thrust of the mean ascent adds up to in so many seconds, m/s. */
export function meanSpeedMps(seconds: number): number {
  const { logAccelerationStart: start, logAccelerationPerS: rate } = PRIOR;
  return (Math.exp(start) * (Math.exp(rate * seconds) - 1)) / rate;
}

/** Thrust acceleration, m/s², `tau` seconds after lift-off. */
export function thrustMps2(parameters: BoostParameters, tau: number): number {
  return thrustOf(walksOf(parameters), tau);
}

/** The two walks summed up to each knot. */
interface Walks {
  readonly thrust: Float64Array;
  readonly angle: Float64Array;
  readonly kickRad: number;
}

function walksOf(parameters: BoostParameters): Walks {
  const knots = (parameters.length - HEAD) / 2;
  const thrust = new Float64Array(knots);
  const angle = new Float64Array(knots);
  thrust[0] = (parameters[HEAD] as number) * PRIOR.logAccelerationStartSigma;
  for (let i = 1; i < knots; i += 1) {
    const step = (parameters[HEAD + i] as number) * PRIOR.logAccelerationStep;
    thrust[i] = (thrust[i - 1] as number) + step;
    // The first knot of the angle is the kick.
    const turn = (parameters[HEAD + knots + i] as number) * PRIOR.angleStepRad;
    angle[i] = (angle[i - 1] as number) + turn;
  }
  const kickRad = PRIOR.kickRad + (parameters[HEAD + knots] as number) * PRIOR.kickSigmaRad;
  return { thrust, angle, kickRad };
}

function along(walk: Float64Array, tau: number): number {
  const whole = Math.min(Math.max(tau, 0) / KNOT_S, walk.length - 1);
  const k = Math.min(Math.floor(whole), walk.length - 2);
  const from = walk[k] as number;
  return from + (whole - k) * ((walk[k + 1] as number) - from);
}

function thrustOf(walks: Walks, tau: number): number {
  const mean = PRIOR.logAccelerationStart + PRIOR.logAccelerationPerS * Math.max(tau, 0);
  return Math.exp(mean + along(walks.thrust, tau));
}

/** How much of the kick is given `tau` seconds after lift-off, 0 to 1. */
export function kickShare(tau: number): number {
  return (
    Math.min(1, Math.max(0, (tau - VERTICAL_S) / 4)) * Math.min(1, Math.max(0, (35 - tau) / 10))
  );
}

/** An ascent that is flown: its parameters, and what is asked of them at every step. */
export interface Body {
  readonly parameters: BoostParameters;
  readonly walks: Walks;
  /** East, north and up at the launch point, Earth-fixed. */
  readonly axes: ReturnType<typeof enuAxes>;
}

export function bodyOf(parameters: BoostParameters, point: Geodetic): Body {
  return { parameters, walks: walksOf(parameters), axes: enuAxes(point) };
}

/** Where thrust points, in the axes of the launch point. */
interface Aim {
  sizeMps2: number;
  sinYaw: number;
  cosYaw: number;
  sinPitch: number;
  cosPitch: number;
  /** Of the velocity, along the yaw and up, m/s. */
  forwardMps: number;
  climbMps: number;
}

const aim: Aim = {
  sizeMps2: 0,
  sinYaw: 0,
  cosYaw: 1,
  sinPitch: 1,
  cosPitch: 0,
  forwardMps: 0,
  climbMps: 0,
};

/**
 * Thrust at a state `tau` seconds after lift-off: straight up, then about the velocity. One object, written again
 * by the next call: a fit asks a thousand times.
 */
export function aimOf(body: Body, state: Float64Array, tau: number): Readonly<Aim> {
  const { walks, parameters } = body;
  const drift = ((parameters[4] as number) * PRIOR.yawRad * tau) / 100;
  const yaw = (parameters[AZIMUTH] as number) + drift;
  const sinYaw = Math.sin(yaw);
  const cosYaw = Math.cos(yaw);
  // By index: to take arrays apart by pattern goes through their iterators, at every step of every climb.
  const east = body.axes[0];
  const north = body.axes[1];
  const up = body.axes[2];
  const vx = state[3] as number;
  const vy = state[4] as number;
  const vz = state[5] as number;
  const forwardMps =
    sinYaw * (vx * east[0] + vy * east[1] + vz * east[2]) +
    cosYaw * (vx * north[0] + vy * north[1] + vz * north[2]);
  const climbMps = vx * up[0] + vy * up[1] + vz * up[2];
  const sizeMps2 = thrustOf(walks, tau);
  let sinPitch = 1;
  let cosPitch = 0;
  if (tau > VERTICAL_S) {
    const angle = walks.kickRad * kickShare(tau) + along(walks.angle, tau);
    const sin = Math.sin(angle);
    const cos = Math.cos(angle);
    const speed = Math.max(1e-6, Math.sqrt(forwardMps * forwardMps + climbMps * climbMps));
    sinPitch = (climbMps * cos + forwardMps * sin) / speed;
    cosPitch = (forwardMps * cos - climbMps * sin) / speed;
  }
  aim.sizeMps2 = sizeMps2;
  aim.sinYaw = sinYaw;
  aim.cosYaw = cosYaw;
  aim.sinPitch = sinPitch;
  aim.cosPitch = cosPitch;
  aim.forwardMps = forwardMps;
  aim.climbMps = climbMps;
  return aim;
}

const force = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/**
 * States at ascending times under the parameters, 6 numbers each; the launch point at rest before
 * lift-off. Midpoint rule: a hundred metres over an ascent, below what an infrared look resolves.
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
  const out = new Float64Array(6 * times.length);
  const state = new Float64Array(6);
  state.set(ecefFromGeodetic({ ...point, heightM: 0 }));
  const start = launchSeconds(anchor, parameters);
  const endTau = cutOff === null ? Number.POSITIVE_INFINITY : at(anchor, cutOff) - start;
  const body = bodyOf(parameters, point);
  let tau = 0;
  const middle = new Float64Array(6);
  const slope = new Float64Array(3);
  for (let row = 0; row < times.length; row += 1) {
    const target = at(anchor, times[row] as Instant) - start;
    while (tau < target - 1e-9) {
      const powered = isPowered(tau, endTau);
      const h = stepOf(tau, target, endTau);
      push(body, { state, tau, powered }, slope);
      for (let i = 0; i < 3; i += 1) {
        middle[i] = (state[i] as number) + (h / 2) * (state[i + 3] as number);
        middle[i + 3] = (state[i + 3] as number) + (h / 2) * (slope[i] as number);
      }
      push(body, { state: middle, tau: tau + h / 2, powered }, slope);
      for (let i = 0; i < 3; i += 1) {
        state[i] = (state[i] as number) + h * (middle[i + 3] as number);
        state[i + 3] = (state[i + 3] as number) + h * (slope[i] as number);
      }
      tau += h;
    }
    for (let i = 0; i < 6; i += 1) out[6 * row + i] = state[i] as number;
  }
  return out;
}

/** Seconds after the anchor's time. */
export function at(anchor: BoostAnchor, time: Instant): number {
  return secondsBetween(anchor.time, time);
}

export function isPowered(tau: number, endTau: number): boolean {
  return tau < endTau - 1e-9;
}

/** A step never straddles the end of thrust. */
export function stepOf(tau: number, target: number, endTau: number): number {
  const limit = isPowered(tau, endTau) ? Math.min(target, endTau) : target;
  return Math.min(STEP_S, limit - tau);
}

interface Here {
  readonly state: Float64Array;
  readonly tau: number;
  readonly powered: boolean;
}

/** Acceleration at a state: gravity and the turning Earth, and thrust while it lasts. */
function push(body: Body, { state, tau, powered }: Here, slope: Float64Array): void {
  coastAcceleration(state, force, false);
  for (let i = 0; i < 3; i += 1) slope[i] = force.acceleration[i] as number;
  if (!powered) return;
  const { sizeMps2, sinYaw, cosYaw, sinPitch, cosPitch } = aimOf(body, state, tau);
  const e = sizeMps2 * cosPitch * sinYaw;
  const n = sizeMps2 * cosPitch * cosYaw;
  const u = sizeMps2 * sinPitch;
  const east = body.axes[0];
  const north = body.axes[1];
  const up = body.axes[2];
  slope[0] = (slope[0] as number) + e * east[0] + n * north[0] + u * up[0];
  slope[1] = (slope[1] as number) + e * east[1] + n * north[1] + u * up[1];
  slope[2] = (slope[2] as number) + e * east[2] + n * north[2] + u * up[2];
}
