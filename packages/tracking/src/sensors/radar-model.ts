// SPDX-License-Identifier: Apache-2.0
// A radar on the ground as a measurement model: range, azimuth, elevation and, where it measures
// Doppler, range rate, of a target in the Earth-fixed frame. With (e, n, u) the target in the
// radar's east, north and up, g² = e² + n²:
//   range = √(g² + u²),  azimuth = atan2(e, n),  elevation = atan2(u, g),  rate = d(range)/dt
// then refraction on top of range and elevation, if the radar does not take it out itself, and the
// rate is that of the refracted range: metres a second for what crosses fast near the horizon.

import {
  dot,
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  norm,
  type Vector3,
} from '@isthmus/earth';
import { minus } from '../gaussian.ts';
import { type BiasedMeasurementModel, independent, wrapped } from './measurement-model.ts';
import { CLEAR, exponentialRefraction, type Jet, type Refraction } from './refraction.ts';

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
 * The caller guarantees a target that is not exactly above the radar, where azimuth means nothing,
 * and a state with velocity where there is Doppler.
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
  const [x, y, z] = radar.origin;
  const place = inAxes(radar.axes, [at(state, 0) - x, at(state, 1) - y, at(state, 2) - z]);
  const sight = sightOf(place);
  const air = radar.refraction?.(sight.rangeM, sight.elevationRad) ?? CLEAR;
  const rows = [
    mix(1 + air.range.byRange, sight.byRange, air.range.byElevation, sight.byElevation),
    sight.byAzimuth,
    mix(air.elevation.byRange, sight.byRange, 1 + air.elevation.byElevation, sight.byElevation),
  ];
  const values = [
    sight.rangeM + air.range.value,
    Math.atan2(place[0], place[1]),
    sight.elevationRad + air.elevation.value,
  ];
  const n = state.length;
  const byState = new Float64Array((radar.withRate ? 4 : 3) * n);
  if (radar.withRate) {
    const speed = inAxes(radar.axes, [at(state, 3), at(state, 4), at(state, 5)]);
    const { rateMps, byPlace, bySpeed } = rateOf(sight, { place, speed }, air.range);
    values.push(rateMps);
    rows.push(byPlace);
    turn(bySpeed, radar.axes, byState, 3 * n + 3);
  }
  rows.forEach((row, k) => {
    turn(row, radar.axes, byState, k * n);
  });
  return { value: Float64Array.from(values), byState };
}

/** East, north, up. */
type Triple = readonly [number, number, number];

function at(state: ArrayLike<number>, index: number): number {
  return state[index] as number;
}

function inAxes([east, north, up]: Radar['axes'], vector: Vector3<Ecef>): Triple {
  return [dot(east, vector), dot(north, vector), dot(up, vector)];
}

/** A row by east, north and up, written as a row by Earth-fixed axes. */
function turn(row: Triple, axes: Radar['axes'], out: Float64Array, from: number): void {
  for (let i = 0; i < 3; i += 1) {
    let sum = 0;
    for (let a = 0; a < 3; a += 1) sum += (row[a] as number) * (axes[a]?.[i] as number);
    out[from + i] = sum;
  }
}

/** f a + g b. */
function mix(f: number, a: Triple, g: number, b: Triple): Triple {
  return [f * a[0] + g * b[0], f * a[1] + g * b[1], f * a[2] + g * b[2]];
}

/** Range, azimuth and elevation of a straight line, and their derivatives by east, north and up. */
interface Sight {
  readonly rangeM: number;
  readonly elevationRad: number;
  readonly groundM: number;
  readonly byRange: Triple;
  readonly byAzimuth: Triple;
  readonly byElevation: Triple;
}

function sightOf([east, north, up]: Triple): Sight {
  const ground2 = east * east + north * north;
  const groundM = Math.sqrt(ground2);
  const range2 = ground2 + up * up;
  const rangeM = Math.sqrt(range2);
  const tilt = -up / (groundM * range2);
  return {
    rangeM,
    elevationRad: Math.atan2(up, groundM),
    groundM,
    byRange: [east / rangeM, north / rangeM, up / rangeM],
    byAzimuth: [north / ground2, -east / ground2, 0],
    byElevation: [tilt * east, tilt * north, groundM / range2],
  };
}

/**
 * The rate of the apparent range R + Δ(R, E): R' (1 + Δ_R) + E' Δ_E, with R' = q·w / R and
 * E' = (g u' - u g') / R² of a place q = (e, n, u) and speed w.
 */
function rateOf(
  sight: Sight,
  of: { readonly place: Triple; readonly speed: Triple },
  delay: Jet,
): { readonly rateMps: number; readonly byPlace: Triple; readonly bySpeed: Triple } {
  const { rangeM, groundM, byRange, byElevation } = sight;
  const [east, north, up] = of.place;
  const [eastMps, northMps, upMps] = of.speed;
  const out = byRange[0] * eastMps + byRange[1] * northMps + byRange[2] * upMps;
  const groundMps = (east * eastMps + north * northMps) / groundM;
  const climb = (groundM * upMps - up * groundMps) / rangeM ** 2;
  // d(R')/dq = (w - R' q/R)/R, and d(E')/dq by the rule for quotients.
  const outBy = mix(1 / rangeM, of.speed, -out / rangeM, byRange);
  const level = (side: number, sideMps: number): number =>
    ((upMps * side) / groundM -
      (up * (sideMps - (groundMps * side) / groundM)) / groundM -
      2 * climb * side) /
    rangeM ** 2;
  const climbBy: Triple = [
    level(east, eastMps),
    level(north, northMps),
    (-groundMps - 2 * climb * up) / rangeM ** 2,
  ];
  const delayBy = mix(
    out * delay.byRange2 + climb * delay.byBoth,
    byRange,
    out * delay.byBoth + climb * delay.byElevation2,
    byElevation,
  );
  const moving = mix(1 + delay.byRange, outBy, delay.byElevation, climbBy);
  return {
    rateMps: out * (1 + delay.byRange) + climb * delay.byElevation,
    byPlace: mix(1, moving, 1, delayBy),
    bySpeed: mix(1 + delay.byRange, byRange, delay.byElevation, byElevation),
  };
}
