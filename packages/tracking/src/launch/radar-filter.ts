// SPDX-License-Identifier: Apache-2.0
// One radar track as numbers: extended Kalman filter in the Earth-fixed frame over range, azimuth
// and elevation, with constant sensor errors CONSIDERED, not estimated (Schmidt 1966). The
// covariance kept is the whole one, with its cross-covariance to each sensor's errors: it never
// falls below what biases allow, and each look still only adds information, which is what lets
// tracklets be formed by subtraction.

import {
  addSeconds,
  type Instant,
  invertPositive,
  packSymmetric,
  secondsBetween,
} from '@isthmus/earth';
import type { Estimate, RadarPlot, RadarSensor, SensorId } from '@isthmus/picture';
import { addAccelerationNoise, type DragAllowance, propagateInPlace } from '../models/coast.ts';
import {
  CONSTANT_ERRORS,
  constantErrorVariances,
  lookDifference,
  noiseVariances,
  plotPosition,
  predictLook,
  type RadarPrediction,
} from '../sensors/radar.ts';
import { LIMITS } from './limits.ts';

const E = CONSTANT_ERRORS;

/**
 * How a radar track is moved in time; `vacuum` is coast without the allowance for drag, `falling` with
 * one that admits no lift.
 */
export type RadarMotion = 'coast' | 'powered' | 'air' | 'vacuum' | 'falling';

/** Plain data; numbers row-major. */
export interface RadarFilter {
  time: Instant;
  motion: RadarMotion;
  state: number[];
  /** 6x6. */
  covariance: number[];
  /** Range variance of a look over what the sensor declares: above 1 where returns are not single. */
  spread: number;
  /** 6x5 cross-covariance of the state error with each sensor's constant errors. */
  cross: { sensor: SensorId; values: number[] }[];
}

/** What a plot says of a track before it is used. */
export interface Innovation {
  /** Squared Mahalanobis distance, 3 degrees of freedom. */
  readonly distance: number;
  /** Log density of the plot under the prediction, in 1/(m rad²). */
  readonly logDensity: number;
  /** Squared range difference over its variance, were the return a single one. */
  readonly spread: number;
  /** Range, azimuth and elevation differences, each over its own one sigma. */
  readonly normalised: readonly number[];
}

/** What a look did to a filter, for tests that run beside it. */
export interface Correction {
  /** Corrected, 6. */
  readonly state: readonly number[];
  /** Plot minus prediction: range, azimuth, elevation. */
  readonly difference: ArrayLike<number>;
  /** 3x3, d(look)/d(position). */
  readonly byPosition: ArrayLike<number>;
  /** 3x3, inverse covariance of `difference`. */
  readonly inverse: ArrayLike<number>;
  /** 6x3. */
  readonly gain: ArrayLike<number>;
}

/** Opens a filter on one plot: position from the plot, velocity from the broad prior. */
export function openFilter(sensor: RadarSensor, plot: RadarPlot): RadarFilter {
  const position = plotPosition(sensor, plot);
  const state = [...position, 0, 0, 0];
  const { byPosition, byErrors } = predictLook(sensor, state);
  const inverse = invert3(byPosition);
  const errors = constantErrorVariances(sensor);
  const noise = noiseVariances(sensor);
  const covariance = new Array<number>(36).fill(0);
  const values = new Array<number>(6 * E).fill(0);
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      let sum = 0;
      for (let k = 0; k < 3; k += 1) {
        // With velocity unknown the clock error cannot be written as a look error yet.
        const look = (noise[k] as number) + (errors[k] as number) + extra(byErrors, errors, k);
        sum += (inverse[i * 3 + k] as number) * look * (inverse[j * 3 + k] as number);
      }
      covariance[i * 6 + j] = j < i ? (covariance[j * 6 + i] as number) : sum;
    }
    covariance[(i + 3) * 7] = LIMITS.velocityPriorMps ** 2;
    for (let c = 0; c < E - 1; c += 1) {
      let sum = 0;
      for (let k = 0; k < 3; k += 1) {
        sum += (inverse[i * 3 + k] as number) * (byErrors[k * E + c] as number);
      }
      values[i * E + c] = -sum * (errors[c] as number);
    }
  }
  return {
    time: plot.time,
    motion: 'coast',
    state,
    covariance,
    spread: 1,
    cross: [{ sensor: sensor.id, values }],
  };
}

function extra(byErrors: Float64Array, errors: readonly number[], k: number): number {
  return (byErrors[k * E + 3] as number) ** 2 * (errors[3] as number);
}

const DRAG: Record<Exclude<RadarMotion, 'air'>, DragAllowance> = {
  coast: 'any',
  powered: 'any',
  falling: 'along',
  vacuum: 'none',
};

/** Moves a filter to `to`, forward or (for a late plot) backward. */
export function predictFilter(filter: RadarFilter, to: Instant): RadarFilter {
  const seconds = secondsBetween(filter.time, to);
  if (seconds === 0) return filter;
  const state = new Float64Array(filter.state);
  const covariance = new Float64Array(filter.covariance);
  const transition =
    filter.motion === 'air'
      ? moveStraight(state, covariance, seconds)
      : propagateInPlace(state, covariance, seconds, DRAG[filter.motion]);
  if (filter.motion === 'powered') addAccelerationNoise(covariance, LIMITS.poweredDensity, seconds);
  return {
    time: to,
    motion: filter.motion,
    spread: filter.spread,
    state: plain(state),
    covariance: plain(covariance),
    cross: filter.cross.map(({ sensor, values }) => ({
      sensor,
      values: product(transition, values, 6, E),
    })),
  };
}

/** How well a plot fits a filter predicted to its time. */
export function innovationOf(
  filter: RadarFilter,
  sensor: RadarSensor,
  plot: RadarPlot,
): Innovation | null {
  const errors = constantErrorVariances(sensor);
  const step = gainOf(filter, { sensor, errors }, predictLook(sensor, filter.state));
  if (step === null) return null;
  const v = lookDifference(plot, step.prediction.look);
  const distance = quadratic3(step.inverse, v);
  const logDensity = -0.5 * (distance + Math.log(step.determinant) + 3 * Math.log(2 * Math.PI));
  const normalised = [0, 1, 2].map(
    (k) => (v[k] as number) / Math.sqrt(step.total[k * 4] as number),
  );
  const excess = (filter.spread - 1) * sensor.noise.rangeM ** 2;
  const spread = (v[0] as number) ** 2 / ((step.total[0] as number) - excess);
  return { distance, logDensity, spread, normalised };
}

/**
 * Uses a plot on a filter predicted to its time, relinearising `iterations` times (a young track
 * has a velocity so uncertain that one linearisation would not do).
 *
 * @returns null when the innovation covariance is not positive definite.
 */
export function updateFilter(
  filter: RadarFilter,
  look: {
    readonly sensor: RadarSensor;
    readonly plot: RadarPlot;
    readonly iterations: number;
  },
): Updated | null {
  const { sensor, plot } = look;
  const errors = constantErrorVariances(sensor);
  const innovation = innovationOf(filter, sensor, plot);
  if (innovation === null) return null;
  let state = filter.state;
  let step: Gain | null = null;
  for (let i = 0; i < look.iterations; i += 1) {
    step = gainOf(filter, { sensor, errors }, predictLook(sensor, state));
    if (step === null) return null;
    const v = lookDifference(plot, step.prediction.look);
    for (let k = 0; k < 3; k += 1) {
      for (let j = 0; j < 3; j += 1) {
        const back = (filter.state[j] as number) - (state[j] as number);
        v[k] = (v[k] as number) - (step.prediction.byPosition[k * 3 + j] as number) * back;
      }
    }
    const shift = product(step.gain, v, 3, 1);
    state = filter.state.map((value, j) => value + (shift[j] as number));
  }
  if (step === null) return null;
  const { gain, inverse, prediction } = step;
  const difference = lookDifference(plot, predictLook(sensor, filter.state).look);
  return {
    filter: { ...applyGain(filter, { sensor, errors }, step), state },
    innovation,
    correction: { state, difference, byPosition: prediction.byPosition, inverse, gain },
  };
}

/** A filter after a look. */
export interface Updated {
  readonly filter: RadarFilter;
  readonly innovation: Innovation;
  readonly correction: Correction;
}

/** Seconds of one leg of `followFilter`. */
const LEG_S = 60;

/** How far each filter has been followed, in whole legs. Kept beside the filter: it follows from it. */
const followed = new WeakMap<RadarFilter, { legs: number; filter: RadarFilter }>();

/**
 * A filter carried on by whole legs of a minute to less than one before `to`: what a track that
 * nobody sees is compared with, look by look, without going the whole way each time. It depends on
 * filter and time alone.
 */
export function followFilter(filter: RadarFilter, to: Instant): RadarFilter {
  const legs = Math.floor(secondsBetween(filter.time, to) / LEG_S);
  if (legs < 1) return filter;
  let kept = followed.get(filter);
  if (kept === undefined || kept.legs > legs) {
    kept = { legs: 0, filter };
    followed.set(filter, kept);
  }
  while (kept.legs < legs) {
    kept.legs += 1;
    kept.filter = predictFilter(kept.filter, addSeconds(filter.time, kept.legs * LEG_S));
  }
  return kept.filter;
}

const estimates = new WeakMap<RadarFilter, Estimate>();

/** The estimate a filter warrants, sensor errors included; the same object for the same filter. */
export function estimateOf(filter: RadarFilter): Estimate {
  let estimate = estimates.get(filter);
  if (estimate === undefined) {
    estimate = {
      time: filter.time,
      state: [...filter.state],
      covariance: packSymmetric(filter.covariance),
    };
    estimates.set(filter, estimate);
  }
  return estimate;
}

interface Gain {
  readonly prediction: RadarPrediction;
  /** 6x3. */
  readonly gain: Float64Array;
  /** 6x3: covariance of state error and innovation. */
  readonly common: Float64Array;
  /** 3x3 covariance of the innovation, and its inverse. */
  readonly total: Float64Array;
  readonly inverse: Float64Array;
  readonly determinant: number;
}

/** A radar, and the variances of its constant errors. */
interface Erring {
  readonly sensor: RadarSensor;
  readonly errors: readonly number[];
}

function gainOf(
  filter: RadarFilter,
  { sensor, errors }: Erring,
  prediction: RadarPrediction,
): Gain | null {
  const { byPosition: h, byErrors: d } = prediction;
  const [range, azimuth, elevation] = noiseVariances(sensor);
  const noise = [(range as number) * filter.spread, azimuth, elevation];
  const cross = filter.cross.find((entry) => entry.sensor === sensor.id)?.values ?? null;
  const common = new Float64Array(18);
  for (let i = 0; i < 6; i += 1) {
    for (let k = 0; k < 3; k += 1) {
      let sum = 0;
      for (let j = 0; j < 3; j += 1) {
        sum += (filter.covariance[i * 6 + j] as number) * (h[k * 3 + j] as number);
      }
      if (cross !== null) {
        for (let c = 0; c < E; c += 1) {
          sum += (cross[i * E + c] as number) * (d[k * E + c] as number);
        }
      }
      common[i * 3 + k] = sum;
    }
  }
  const total = new Float64Array(9);
  for (let k = 0; k < 3; k += 1) {
    for (let l = 0; l < 3; l += 1) {
      let sum = k === l ? (noise[k] as number) : 0;
      for (let j = 0; j < 3; j += 1)
        sum += (h[k * 3 + j] as number) * (common[j * 3 + l] as number);
      for (let c = 0; c < E; c += 1) {
        let coupled = (errors[c] as number) * (d[l * E + c] as number);
        if (cross !== null) {
          for (let j = 0; j < 3; j += 1) {
            coupled += (cross[j * E + c] as number) * (h[l * 3 + j] as number);
          }
        }
        sum += (d[k * E + c] as number) * coupled;
      }
      total[k * 3 + l] = sum;
    }
  }
  const inverse = invertPositive(total, 3);
  if (inverse === null) return null;
  const gain = new Float64Array(product(common, inverse, 3, 3));
  return { prediction, gain, common, total, inverse, determinant: determinant3(total) };
}

function applyGain(filter: RadarFilter, { sensor, errors }: Erring, step: Gain): RadarFilter {
  const { gain, common } = step;
  const covariance = [...filter.covariance];
  for (let i = 0; i < 6; i += 1) {
    for (let j = i; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < 3; k += 1) {
        sum += (gain[i * 3 + k] as number) * (common[j * 3 + k] as number);
      }
      const value = (covariance[i * 6 + j] as number) - sum;
      covariance[i * 6 + j] = value;
      covariance[j * 6 + i] = value;
    }
  }
  const known = filter.cross.some((entry) => entry.sensor === sensor.id);
  const before = known
    ? filter.cross
    : [...filter.cross, { sensor: sensor.id, values: new Array<number>(6 * E).fill(0) }];
  const cross = before.map(({ sensor: id, values }) => {
    const seen = new Float64Array(3 * E);
    for (let k = 0; k < 3; k += 1) {
      for (let c = 0; c < E; c += 1) {
        let sum =
          id === sensor.id
            ? (step.prediction.byErrors[k * E + c] as number) * (errors[c] as number)
            : 0;
        for (let j = 0; j < 3; j += 1) {
          sum += (step.prediction.byPosition[k * 3 + j] as number) * (values[j * E + c] as number);
        }
        seen[k * E + c] = sum;
      }
    }
    const taken = product(gain, seen, 3, E);
    return { sensor: id, values: values.map((value, i) => value - (taken[i] as number)) };
  });
  return { ...filter, covariance, cross };
}

/** Straight flight with white acceleration: aircraft. */
function moveStraight(
  state: Float64Array,
  covariance: Float64Array,
  seconds: number,
): Float64Array {
  const transition = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) transition[i * 7] = 1;
  for (let i = 0; i < 3; i += 1) {
    transition[i * 6 + i + 3] = seconds;
    state[i] = (state[i] as number) + seconds * (state[i + 3] as number);
  }
  const half = product(transition, covariance, 6, 6);
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < 6; k += 1) {
        sum += (half[i * 6 + k] as number) * (transition[j * 6 + k] as number);
      }
      covariance[i * 6 + j] = j < i ? (covariance[j * 6 + i] as number) : sum;
    }
  }
  addAccelerationNoise(covariance, LIMITS.airDensity, seconds);
  return transition;
}

/** The same numbers in an array: `Array.from` goes through an iterator, for each plot and each track. */
function plain(values: Float64Array): number[] {
  const out = new Array<number>(values.length);
  for (let i = 0; i < values.length; i += 1) out[i] = values[i] as number;
  return out;
}

/** (rows x m) · (m x p), rows from the length. */
function product(a: ArrayLike<number>, b: ArrayLike<number>, m: number, p: number): number[] {
  const rows = a.length / m;
  const out = new Array<number>(rows * p).fill(0);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < p; j += 1) {
      let sum = 0;
      for (let k = 0; k < m; k += 1) sum += (a[i * m + k] as number) * (b[k * p + j] as number);
      out[i * p + j] = sum;
    }
  }
  return out;
}

function quadratic3(m: Float64Array, v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      sum += (m[i * 3 + j] as number) * (v[i] as number) * (v[j] as number);
    }
  }
  return sum;
}

function determinant3(m: Float64Array): number {
  const at = (i: number): number => m[i] as number;
  return (
    at(0) * (at(4) * at(8) - at(5) * at(7)) -
    at(1) * (at(3) * at(8) - at(5) * at(6)) +
    at(2) * (at(3) * at(7) - at(4) * at(6))
  );
}

function invert3(m: Float64Array): Float64Array {
  const at = (i: number): number => m[i] as number;
  const det = determinant3(m);
  return Float64Array.of(
    (at(4) * at(8) - at(5) * at(7)) / det,
    (at(2) * at(7) - at(1) * at(8)) / det,
    (at(1) * at(5) - at(2) * at(4)) / det,
    (at(5) * at(6) - at(3) * at(8)) / det,
    (at(0) * at(8) - at(2) * at(6)) / det,
    (at(2) * at(3) - at(0) * at(5)) / det,
    (at(3) * at(7) - at(4) * at(6)) / det,
    (at(1) * at(6) - at(0) * at(7)) / det,
    (at(0) * at(4) - at(1) * at(3)) / det,
  );
}
