// SPDX-License-Identifier: Apache-2.0
// What a radar measures of a state: range, azimuth, elevation, their derivatives, and how errors
// that stay constant enter them. Straight line in the Earth-fixed frame; refraction only as an error.

import {
  ecefFromGeodetic,
  ecefFromLookAngles,
  enuAxes,
  type Geodetic,
  type LookAngles,
} from '@isthmus/earth';
import type { RadarPlot, RadarSensor } from '@isthmus/picture';
import { LIMITS } from '../launch/limits.ts';

/** Constant errors of one radar: range, azimuth, elevation, refraction residue, clock. */
export const CONSTANT_ERRORS = 5;

const IDEAL: readonly number[] = [0, 0, 0, 0, 0];

/**
 * Variances of the constant errors, in the order of `CONSTANT_ERRORS`, of a body whose returns may be of
 * others, too, or of a single one.
 *
 * A sensor that declares no bias at all is taken for ideal: no refraction, no clock error either.
 */
export function constantErrorVariances(
  sensor: RadarSensor,
  of: 'any' | 'single' = 'any',
): readonly number[] {
  const { rangeM, azimuthRad, elevationRad } = sensor.bias;
  if (rangeM === 0 && azimuthRad === 0 && elevationRad === 0) return IDEAL;
  const unresolvedM = of === 'single' ? 0 : LIMITS.unresolvedRangeNoises * sensor.noise.rangeM;
  return [
    sensor.bias.rangeM ** 2 + unresolvedM ** 2,
    sensor.bias.azimuthRad ** 2,
    sensor.bias.elevationRad ** 2,
    LIMITS.refractionResidueRad ** 2,
    LIMITS.clockErrorS ** 2,
  ];
}

/** Variances of range, azimuth and elevation that are new in each look. */
export function noiseVariances(sensor: RadarSensor): readonly number[] {
  return [sensor.noise.rangeM ** 2, sensor.noise.azimuthRad ** 2, sensor.noise.elevationRad ** 2];
}

/** A predicted look and its derivatives. */
export interface RadarPrediction {
  readonly look: LookAngles;
  /** 3x3, d(range, azimuth, elevation)/d(position). The derivative by velocity is zero. */
  readonly byPosition: Float64Array;
  /** 3x5, d(range, azimuth, elevation)/d(constant errors). */
  readonly byErrors: Float64Array;
}

/** Kept beside the site: thousands of looks are predicted from one. */
const frames = new WeakMap<Geodetic, Frame>();

interface Frame {
  readonly axes: ReturnType<typeof enuAxes>;
  readonly origin: ReturnType<typeof ecefFromGeodetic>;
}

function frameOf(site: Geodetic): Frame {
  let frame = frames.get(site);
  if (frame === undefined) {
    frame = { axes: enuAxes(site), origin: ecefFromGeodetic(site) };
    frames.set(site, frame);
  }
  return frame;
}

/** The look a radar would take of `state`; the target is not at the zenith exactly. */
export function predictLook(sensor: RadarSensor, state: ArrayLike<number>): RadarPrediction {
  const { axes, origin } = frameOf(sensor.site);
  const east = axes[0];
  const north = axes[1];
  const up = axes[2];
  const x = (state[0] as number) - origin[0];
  const y = (state[1] as number) - origin[1];
  const z = (state[2] as number) - origin[2];
  const e = x * east[0] + y * east[1] + z * east[2];
  const n = x * north[0] + y * north[1] + z * north[2];
  const u = x * up[0] + y * up[1] + z * up[2];
  const ground2 = Math.max(e * e + n * n, 1);
  const ground = Math.sqrt(ground2);
  const range2 = ground2 + u * u;
  const rangeM = Math.sqrt(range2);
  const azimuth = Math.atan2(e, n);
  const byPosition = new Float64Array(9);
  for (let i = 0; i < 3; i += 1) {
    const ei = east[i] as number;
    const ni = north[i] as number;
    const ui = up[i] as number;
    byPosition[i] = (e * ei + n * ni + u * ui) / rangeM;
    byPosition[3 + i] = (n * ei - e * ni) / ground2;
    byPosition[6 + i] = (ground2 * ui - u * (e * ei + n * ni)) / (range2 * ground);
  }
  const byErrors = new Float64Array(3 * CONSTANT_ERRORS);
  byErrors[0] = 1;
  byErrors[CONSTANT_ERRORS + 1] = 1;
  byErrors[2 * CONSTANT_ERRORS + 2] = 1;
  // Bending of a ray that leaves the atmosphere goes with cot(elevation); bounded near the horizon.
  byErrors[2 * CONSTANT_ERRORS + 3] = ground / Math.max(u, 0.02 * ground);
  for (let k = 0; k < 3; k += 1) {
    for (let i = 0; i < 3; i += 1) {
      const c = k * CONSTANT_ERRORS + 4;
      byErrors[c] =
        (byErrors[c] as number) + (byPosition[k * 3 + i] as number) * (state[3 + i] as number);
    }
  }
  const look = {
    rangeM,
    azimuthRad: azimuth < 0 ? azimuth + 2 * Math.PI : azimuth,
    elevationRad: Math.atan2(u, ground),
  };
  return { look, byPosition, byErrors };
}

/** Plot minus prediction; azimuth the short way round. */
export function lookDifference(plot: LookAngles, predicted: LookAngles): Float64Array {
  const turn = plot.azimuthRad - predicted.azimuthRad;
  const out = new Float64Array(3);
  out[0] = plot.rangeM - predicted.rangeM;
  out[1] = Math.atan2(Math.sin(turn), Math.cos(turn));
  out[2] = plot.elevationRad - predicted.elevationRad;
  return out;
}

/** Earth-fixed position a plot points to. */
export function plotPosition(sensor: RadarSensor, plot: RadarPlot): readonly number[] {
  return ecefFromLookAngles(sensor.site, plot);
}

/** Number of resolution-free measurement units (m rad²) the sensor watches: for false plot density. */
export function watchedVolume(sensor: RadarSensor): number {
  const elevation = sensor.elevationMaxRad - sensor.elevationMinRad;
  return sensor.rangeMaxM * sectorWidthRad(sensor) * Math.max(elevation, 0.01);
}

function sectorWidthRad(sensor: RadarSensor): number {
  const width = (sensor.azimuthToRad - sensor.azimuthFromRad + 2 * Math.PI) % (2 * Math.PI);
  return width === 0 ? 2 * Math.PI : width;
}
