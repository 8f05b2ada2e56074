// SPDX-License-Identifier: Apache-2.0
// An infrared sensor in orbit as a measurement model: two angles about the line to nadir, the frame
// of `InfraredPlot`. With the sensor at q, n = -q/|q| to the Earth's centre, e east and m = e x n
// north at the point below, and d the unit line of sight:
//   east angle = atan2(d·e, d·n),  north angle = asin(d·m)
// Bending of light is left out: it acts on the last kilometres of a line of thousands.

import { cross, type Ecef, scale, unit, type Vector3 } from '@isthmus/earth';
import { minus } from '../gaussian.ts';
import { type BiasedMeasurementModel, independent, wrapped } from './measurement-model.ts';

/** Constant errors: boresight about both axes, roll about the line to nadir, clock. */
const BIASES = ['eastRad', 'northRad', 'rollRad', 'timeS'] as const;

/**
 * Measurement [east angle, north angle], radians, of a target in the Earth-fixed frame, by a sensor
 * that was at `position` (Earth-fixed, metres) at the time of the look; not above a pole.
 *
 * Roll is positive where the picture is turned from east to north. The time bias is as for
 * `radarModel`; the motion of the sensor in that time is left out.
 */
export function infraredModel(options: {
  readonly position: Vector3<Ecef>;
  readonly noiseRad: number;
}): BiasedMeasurementModel {
  const nadir = unit(scale(options.position, -1));
  const east = unit(cross<Ecef>([0, 0, 1], scale(nadir, -1)));
  const frame: Frame = { origin: options.position, axes: [east, cross(east, nadir), nadir] };
  return {
    size: 2,
    noise: independent([options.noiseRad, options.noiseRad]),
    biases: BIASES,
    predict: (state) => sight(frame, state),
    difference: (measured, predicted) => minus(measured, predicted).map((value) => wrapped(value)),
    byBias: (state) => {
      const { value, byState } = sight(frame, state);
      const out = new Float64Array(2 * BIASES.length);
      const [eastRad, northRad] = value as unknown as readonly [number, number];
      out[0] = 1;
      out[BIASES.length + 1] = 1;
      // The line (sin E cos N, sin N, cos E cos N) turned about nadir, to first order.
      out[2] = -Math.cos(eastRad) * Math.tan(northRad);
      out[BIASES.length + 2] = Math.sin(eastRad);
      if (state.length < 6) return out;
      for (let k = 0; k < 2; k += 1) {
        for (let i = 0; i < 3; i += 1) {
          const at = k * BIASES.length + 3;
          const moved = (byState[k * state.length + i] as number) * (state[i + 3] as number);
          out[at] = (out[at] as number) + moved;
        }
      }
      return out;
    },
  };
}

interface Frame {
  readonly origin: Vector3<Ecef>;
  /** East, north, nadir. */
  readonly axes: readonly [Vector3<Ecef>, Vector3<Ecef>, Vector3<Ecef>];
}

function sight(
  frame: Frame,
  state: ArrayLike<number>,
): { readonly value: Float64Array; readonly byState: Float64Array } {
  const n = state.length;
  const line = frame.origin.map((value, i) => (state[i] as number) - value);
  const [e, m, d] = frame.axes.map((axis) =>
    axis.reduce((sum, value, i) => sum + value * (line[i] as number), 0),
  ) as [number, number, number];
  const plane2 = e * e + d * d;
  const plane = Math.sqrt(plane2);
  const range2 = plane2 + m * m;
  // asin(m / range), written so that it keeps its digits everywhere.
  const value = Float64Array.of(Math.atan2(e, d), Math.atan2(m, plane));
  const byState = new Float64Array(2 * n);
  for (let i = 0; i < 3; i += 1) {
    const [ei, mi, di] = frame.axes.map((axis) => axis[i]) as [number, number, number];
    byState[i] = (d * ei - e * di) / plane2;
    byState[n + i] = (plane2 * mi - m * (e * ei + d * di)) / (range2 * plane);
  }
  return { value, byState };
}
