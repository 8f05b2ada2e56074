// SPDX-License-Identifier: Apache-2.0
// A radar on the ground as a measurement model: range, azimuth, elevation and, where it measures
// Doppler, range rate, of a target in the Earth-fixed frame. With (e, n, u) the target in the
// radar's east, north and up, g² = e² + n²:
//   range = √(g² + u²),  azimuth = atan2(e, n),  elevation = atan2(u, g),  rate = (p - p_0)·v / range
// then refraction on top of range and elevation, if the radar does not take it out itself. Range
// rate is left geometric: its own refraction is (velocity across) x (bending at the target).

import {
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  norm,
  type Vector3,
} from '@isthmus/earth';
import { minus } from '../gaussian.ts';
import { type BiasedMeasurementModel, independent, wrapped } from './measurement-model.ts';
import { exponentialRefraction, type Refraction } from './refraction.ts';

/** What a radar is like. */
export interface RadarOptions {
  readonly site: Geodetic;
  /** One sigma of independent noise. */
  readonly noise: {
    readonly rangeM: number;
    readonly azimuthRad: number;
    readonly elevationRad: number;
    /** Absent: no Doppler, a measurement is three numbers. */
    readonly rangeRateMps?: number;
  };
  /** Whether measurements hold refraction as the air gives it. */
  readonly refracted: boolean;
}

/** Constant errors of a radar, in the order of `byBias`. */
const BIASES = ['rangeM', 'azimuthRad', 'elevationRad', 'timeS'] as const;

/**
 * Measurement [range m, azimuth rad, elevation rad] or, with Doppler, [… , range rate m/s]: azimuth
 * clockwise from north in (-π, π], elevation from the ellipsoidal horizon, rate positive outward.
 *
 * Reads position (and velocity for rate and for the time bias) of an Earth-fixed state; where a
 * state has no velocity, D of the time bias is zero. Biases are added to what is measured; a time
 * bias is how much later the target was seen than the time stamp says, for a target that moves on
 * straight.
 *
 * The caller guarantees a target that is not exactly above the radar: azimuth means nothing there.
 */
export function radarModel(options: RadarOptions): BiasedMeasurementModel {
  const { noise } = options;
  const origin = ecefFromGeodetic(options.site);
  const radar: Radar = {
    origin,
    axes: enuAxes(options.site),
    withRate: noise.rangeRateMps !== undefined,
    refraction: options.refracted
      ? exponentialRefraction({ radiusM: norm(origin), heightM: options.site.heightM })
      : null,
  };
  const rate = noise.rangeRateMps === undefined ? [] : [noise.rangeRateMps];
  const sigmas = [noise.rangeM, noise.azimuthRad, noise.elevationRad, ...rate];
  const size = sigmas.length;
  return {
    size,
    noise: independent(sigmas),
    biases: BIASES,
    predict: (state) => look(radar, state),
    difference: (measured, predicted) => {
      const out = minus(measured, predicted);
      out[1] = wrapped(out[1] as number);
      return out;
    },
    byBias: (state) => {
      const out = new Float64Array(size * BIASES.length);
      for (let k = 0; k < 3; k += 1) out[k * BIASES.length + k] = 1;
      if (state.length < 6) return out;
      const { byState } = look(radar, state);
      for (let k = 0; k < size; k += 1) {
        let sum = 0;
        for (let i = 0; i < 3; i += 1) {
          sum += (byState[k * state.length + i] as number) * (state[i + 3] as number);
        }
        out[k * BIASES.length + 3] = sum;
      }
      return out;
    },
  };
}

interface Radar {
  readonly origin: Vector3<Ecef>;
  readonly axes: ReturnType<typeof enuAxes>;
  readonly withRate: boolean;
  readonly refraction: Refraction | null;
}

function look(
  radar: Radar,
  state: ArrayLike<number>,
): { readonly value: Float64Array; readonly byState: Float64Array } {
  const n = state.length;
  const line = radar.origin.map((value, i) => (state[i] as number) - value);
  const [east, north, up] = radar.axes.map((axis) =>
    axis.reduce((sum, value, i) => sum + value * (line[i] as number), 0),
  ) as [number, number, number];
  const ground2 = east * east + north * north;
  const ground = Math.sqrt(ground2);
  const rangeM = Math.sqrt(ground2 + up * up);
  const size = radar.withRate ? 4 : 3;
  const value = new Float64Array(size);
  value[0] = rangeM;
  value[1] = Math.atan2(east, north);
  value[2] = Math.atan2(up, ground);
  const byState = new Float64Array(size * n);
  for (let i = 0; i < 3; i += 1) {
    const [e, m, u] = radar.axes.map((axis) => axis[i]) as [number, number, number];
    byState[i] = (line[i] as number) / rangeM;
    byState[n + i] = (north * e - east * m) / ground2;
    byState[2 * n + i] = (ground2 * u - up * (east * e + north * m)) / (rangeM * rangeM * ground);
  }
  if (radar.withRate) addRate(line, state, { value, byState });
  if (radar.refraction !== null) refract(radar.refraction, { value, byState }, n);
  return { value, byState };
}

/** Row of the range rate: line·v / range. Its derivative by position is v across the line, over range. */
function addRate(
  line: readonly number[],
  state: ArrayLike<number>,
  out: { readonly value: Float64Array; readonly byState: Float64Array },
): void {
  const n = state.length;
  const rangeM = out.value[0] as number;
  let rate = 0;
  for (let i = 0; i < 3; i += 1) {
    rate += ((line[i] as number) * (state[i + 3] as number)) / rangeM;
  }
  out.value[3] = rate;
  for (let i = 0; i < 3; i += 1) {
    const along = (line[i] as number) / rangeM;
    out.byState[3 * n + i] = ((state[i + 3] as number) - rate * along) / rangeM;
    out.byState[3 * n + i + 3] = along;
  }
}

/** Adds refraction to a geometric look and, by the chain rule, to its derivatives. */
function refract(
  refraction: Refraction,
  out: { readonly value: Float64Array; readonly byState: Float64Array },
  n: number,
): void {
  const { value, byState } = out;
  const error = refraction(value[0] as number, value[2] as number);
  value[0] = (value[0] as number) + error.rangeM;
  value[2] = (value[2] as number) + error.elevationRad;
  for (let i = 0; i < 3; i += 1) {
    const range = byState[i] as number;
    const elevation = byState[2 * n + i] as number;
    byState[i] = range + error.rangeBy[0] * range + error.rangeBy[1] * elevation;
    byState[2 * n + i] =
      elevation + error.elevationBy[0] * range + error.elevationBy[1] * elevation;
  }
}
