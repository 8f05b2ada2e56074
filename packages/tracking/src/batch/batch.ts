// SPDX-License-Identifier: Apache-2.0
// Extended Kalman filters by the thousand: unpowered flight above the air, seen by radar in range,
// azimuth and elevation, all tracks moved and updated in one call that allocates nothing.
// Not here: sensor biases, drag, association. The product's own tracks use `launch/radar-filter.ts`.

import {
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  multiply,
  transpose,
  type Vector3,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import { TrackingError } from '../errors.ts';
import { type Kernel, type KernelName, kernelOf } from './kernel.ts';
import { createStore, MARGIN, PARAMETER, ROW, type Store } from './layout.ts';

/** Longest integration step, seconds: the method's error is then below a micrometre. */
const STEP_S_MAX = 1;
/** Largest gradient of gravity outside the Earth, 1/s². */
const GRADIENT_MAX = (2 * EARTH_MU_M3PS2) / WGS84_SEMI_MAJOR_AXIS_M ** 3;

/** Filters of one time. Made by `createTrackBatch`; only `looks` is the caller's to write. */
export interface TrackBatch {
  readonly size: number;
  /**
   * What `updateTracks` uses: element i is the look of track i. A range of NaN says that there is
   * none, and leaves the track as it is. Angles in radians, any turn.
   */
  readonly looks: {
    readonly rangeM: Float64Array;
    readonly azimuthRad: Float64Array;
    readonly elevationRad: Float64Array;
  };
  readonly store: Store;
  readonly kernel: Kernel;
  /** Seconds that the batch has been moved. */
  clockS: number;
}

/** A radar as the batch uses it. Made by `batchRadar`. */
export interface BatchRadar {
  readonly position: Vector3<Ecef>;
  /** East, north, up. */
  readonly axes: readonly [Vector3<Ecef>, Vector3<Ecef>, Vector3<Ecef>];
  /** Of range, azimuth, elevation. */
  readonly variances: readonly number[];
}

/** One track of a batch, Earth-fixed, velocity relative to the rotating Earth. */
export interface BatchTrack {
  /** [x, y, z, vx, vy, vz], m and m/s. */
  readonly state: ArrayLike<number>;
  /** 6x6 row-major, symmetric and positive definite. */
  readonly covariance: ArrayLike<number>;
}

/**
 * A batch of `size` tracks, each of them to be set before it means anything.
 *
 * @param kernel `vector` computes two tracks at a time and gives the same as `plain`, bit for bit.
 * @throws TrackingError `size-mismatch` when size is not a whole number from 1 to 10 million.
 */
export function createTrackBatch(size: number, kernel: KernelName = 'vector'): TrackBatch {
  if (!Number.isInteger(size) || size < 1 || size > 1e7) {
    throw new TrackingError('size-mismatch', `a batch of ${size} tracks`);
  }
  const store = createStore(size);
  const row = (r: number): Float64Array =>
    store.rows.subarray(r * store.stride, r * store.stride + size);
  return {
    size,
    looks: {
      rangeM: row(ROW.rangeM),
      azimuthRad: row(ROW.azimuthRad),
      elevationRad: row(ROW.elevationRad),
    },
    store,
    kernel: kernelOf(store, kernel),
    clockS: 0,
  };
}

/** A radar at `site` with independent errors of one sigma `sigma`, all above 0. */
export function batchRadar(
  site: Geodetic,
  sigma: {
    readonly rangeM: number;
    readonly azimuthRad: number;
    readonly elevationRad: number;
  },
): BatchRadar {
  return {
    position: ecefFromGeodetic(site),
    axes: enuAxes(site),
    variances: [sigma.rangeM ** 2, sigma.azimuthRad ** 2, sigma.elevationRad ** 2],
  };
}

/** Writes a track at the batch's time; index from 0 to size - 1. */
export function setTrack(batch: TrackBatch, index: number, track: BatchTrack): void {
  const { rows, stride } = batch.store;
  const turn = frameChange(batch.clockS, 'into');
  const state = multiply(turn, track.state, { n: 6, m: 6, p: 1 });
  const covariance = congruence(turn, track.covariance);
  let row = ROW.covariance;
  for (let i = 0; i < 6; i += 1) {
    rows[i * stride + index] = state[i] as number;
    for (let j = i; j < 6; j += 1) {
      rows[row * stride + index] = covariance[i * 6 + j] as number;
      row += 1;
    }
  }
}

/** Reads a track at the batch's time. */
export function readTrack(
  batch: TrackBatch,
  index: number,
): { readonly state: Float64Array; readonly covariance: Float64Array } {
  const { rows, stride } = batch.store;
  const state = new Float64Array(6);
  const covariance = new Float64Array(36);
  let row = ROW.covariance;
  for (let i = 0; i < 6; i += 1) {
    state[i] = rows[i * stride + index] as number;
    for (let j = i; j < 6; j += 1) {
      covariance[i * 6 + j] = rows[row * stride + index] as number;
      covariance[j * 6 + i] = covariance[i * 6 + j] as number;
      row += 1;
    }
  }
  const turn = frameChange(batch.clockS, 'outOf');
  return {
    state: multiply(turn, state, { n: 6, m: 6, p: 1 }),
    covariance: congruence(turn, covariance),
  };
}

/**
 * Moves every track by `seconds`, forward or (negative) backward, under gravity with J2 in the
 * rotating frame. No process noise.
 */
export function predictTracks(batch: TrackBatch, seconds: number): void {
  const steps = Math.ceil(Math.abs(seconds) / STEP_S_MAX);
  if (steps > 0) setStep(batch.store, seconds / steps);
  for (let step = 0; step < steps; step += 1) batch.kernel.predict();
  batch.clockS += seconds;
}

/** Uses the looks that `radar` took at the batch's time. One linearisation, at the predicted state. */
export function updateTracks(batch: TrackBatch, radar: BatchRadar): void {
  setRadar(batch, radar);
  batch.kernel.update();
}

/** `predictTracks` and then `updateTracks`, in one pass through memory. */
export function advanceTracks(batch: TrackBatch, seconds: number, radar: BatchRadar): void {
  const steps = Math.ceil(Math.abs(seconds) / STEP_S_MAX);
  if (steps > 0) setStep(batch.store, seconds / steps);
  for (let step = 1; step < steps; step += 1) batch.kernel.predict();
  batch.clockS += seconds;
  setRadar(batch, radar);
  if (steps > 0) batch.kernel.advance();
  else batch.kernel.update();
}

/** Nyström's weights for a step of h seconds, in the order `PARAMETER.stages` tells. */
function setStep({ parameters }: Store, h: number): void {
  parameters[PARAMETER.stepS] = h;
  parameters[PARAMETER.halfStepS] = h / 2;
  parameters[PARAMETER.velocityByPlace] = (h * GRADIENT_MAX) ** 2;
  const h2 = h * h;
  let to = PARAMETER.stages;
  for (const weights of [
    [h / 12, h2 / 6, h / 6, h / 2, h2 / 8, 0],
    [h / 3, h2 / 3, (2 * h) / 3, h, h2 / 2, (h * h2) / 72],
    [h / 12, 0, h / 6, 0, 0, 0],
  ]) {
    parameters.set(weights, to);
    to += PARAMETER.stageLength;
  }
}

/** The radar where the Earth has turned it to. */
function setRadar({ store: { parameters }, clockS }: TrackBatch, radar: BatchRadar): void {
  const angle = EARTH_ROTATION_RADPS * clockS;
  const turn = { sin: Math.sin(angle), cos: Math.cos(angle) };
  const [east, north, up] = radar.axes;
  setTurned(parameters, PARAMETER.site, radar.position, turn);
  // East is horizontal: its third coordinate is not kept, and north's overwrites it.
  setTurned(parameters, PARAMETER.east, east, turn);
  setTurned(parameters, PARAMETER.north, north, turn);
  setTurned(parameters, PARAMETER.up, up, turn);
  parameters.set(radar.variances, PARAMETER.variances);
}

function setTurned(
  parameters: Float64Array,
  to: number,
  vector: Vector3<Ecef>,
  turn: { readonly sin: number; readonly cos: number },
): void {
  parameters[to] = turn.cos * vector[0] - turn.sin * vector[1];
  parameters[to + 1] = turn.sin * vector[0] + turn.cos * vector[1];
  parameters[to + 2] = vector[2];
}

/**
 * 6x6 from Earth-fixed coordinates into the batch's inertial ones, or back, `clockS` after they were
 * the same: r' = T·r, v' = T·(v + ω×r), T the turn of the Earth.
 */
function frameChange(clockS: number, way: 'into' | 'outOf'): Float64Array {
  const sign = way === 'into' ? 1 : -1;
  const angle = sign * EARTH_ROTATION_RADPS * clockS;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const w = sign * EARTH_ROTATION_RADPS;
  // ω and T turn about one axis, so their order does not matter.
  const rows = [
    [cos, -sin, 0, 0, 0, 0],
    [sin, cos, 0, 0, 0, 0],
    [0, 0, 1, 0, 0, 0],
    [-w * sin, -w * cos, 0, cos, -sin, 0],
    [w * cos, -w * sin, 0, sin, cos, 0],
    [0, 0, 0, 0, 0, 1],
  ];
  return Float64Array.from(rows.flat());
}

/** m · covariance · mᵀ, 6x6, symmetric to the last bit, with the margin that every step leaves. */
function congruence(m: Float64Array, covariance: ArrayLike<number>): Float64Array {
  const size = { n: 6, m: 6, p: 6 };
  const out = multiply(multiply(m, covariance, size), transpose(m, 6, 6), size);
  for (let i = 0; i < 6; i += 1) {
    let sigma = 0;
    for (let j = 0; j < 6; j += 1) {
      sigma += Math.abs(m[i * 6 + j] as number) * Math.sqrt(covariance[j * 7] as number);
      if (j > i) out[j * 6 + i] = out[i * 6 + j] as number;
    }
    out[i * 7] = (out[i * 7] as number) + MARGIN * sigma * sigma;
  }
  return out;
}
