// SPDX-License-Identifier: Apache-2.0
// An extended Kalman filter as a textbook has it, for one track, to hold the batch to: Earth-fixed,
// classical Runge-Kutta of one second over state and full transition matrix, gravity differentiated
// by dual numbers, Φ·P·Φᵀ, Joseph's form. It shares no formula with the batch.

import assert from 'node:assert/strict';
import {
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  EARTH_ZONALS,
  type Geodetic,
  invertPositive,
  type LookAngles,
  multiply,
  transpose,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { RadarSensor } from '@isthmus/picture';
import { lookDifference, predictLook } from '../sensors/radar.ts';

export interface ReferenceTrack {
  state: Float64Array;
  covariance: Float64Array;
}

/** Value and derivatives by x, y, z. */
type Dual = readonly [number, number, number, number];

const times = (a: Dual, b: Dual): Dual => [
  a[0] * b[0],
  a[1] * b[0] + a[0] * b[1],
  a[2] * b[0] + a[0] * b[2],
  a[3] * b[0] + a[0] * b[3],
];
const plus = (a: Dual, b: Dual): Dual => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
const scaled = (a: Dual, c: number): Dual => [a[0] * c, a[1] * c, a[2] * c, a[3] * c];
const power = (a: Dual, n: number): Dual => {
  const slope = n * a[0] ** (n - 1);
  return [a[0] ** n, slope * a[1], slope * a[2], slope * a[3]];
};

/** Acceleration and its 3x6 derivative by position and velocity, in the rotating frame. */
function motion(state: ArrayLike<number>): { rate: number[]; matrix: Float64Array } {
  const [x, y, z, vx, vy, vz] = Array.from(state) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const w = EARTH_ROTATION_RADPS;
  const position: Dual[] = [
    [x, 1, 0, 0],
    [y, 0, 1, 0],
    [z, 0, 0, 1],
  ];
  const [dx, dy, dz] = position as [Dual, Dual, Dual];
  const r2 = plus(plus(times(dx, dx), times(dy, dy)), times(dz, dz));
  const central = scaled(power(r2, -1.5), -EARTH_MU_M3PS2);
  const j = scaled(power(r2, -1), 1.5 * EARTH_ZONALS[0] * WGS84_SEMI_MAJOR_AXIS_M ** 2);
  const sine2 = times(times(dz, dz), power(r2, -1));
  const along = (constant: number): Dual =>
    plus([1, 0, 0, 0], times(j, plus([constant, 0, 0, 0], scaled(sine2, -5))));
  const rate = [vx, vy, vz];
  const matrix = new Float64Array(36);
  for (let i = 0; i < 3; i += 1) {
    const pull = times(times(central, position[i] as Dual), along(i === 2 ? 3 : 1));
    rate.push(pull[0]);
    matrix[i * 6 + 3 + i] = 1;
    for (let c = 0; c < 3; c += 1) matrix[(i + 3) * 6 + c] = pull[c + 1] as number;
  }
  rate[3] = (rate[3] as number) + 2 * w * vy + w * w * x;
  rate[4] = (rate[4] as number) - 2 * w * vx + w * w * y;
  matrix[18] = (matrix[18] as number) + w * w;
  matrix[25] = (matrix[25] as number) + w * w;
  matrix[22] = 2 * w;
  matrix[27] = -2 * w;
  return { rate, matrix };
}

const SIX = { n: 6, m: 6, p: 6 };

/** Moves state, and covariance where there is one, by whole seconds. */
export function predictReference(track: ReferenceTrack, seconds: number): void {
  const h = Math.sign(seconds);
  for (let done = 0; done < Math.abs(seconds); done += 1) {
    const whole = Float64Array.of(...track.state, ...identity());
    const sum = Float64Array.from(whole);
    let stage = whole;
    for (let k = 0; k < 4; k += 1) {
      const { rate, matrix } = motion(stage.subarray(0, 6));
      const slope = Float64Array.of(...rate, ...multiply(matrix, stage.subarray(6), SIX));
      const weight = k === 0 || k === 3 ? h / 6 : h / 3;
      const next = k === 2 ? h : h / 2;
      for (let i = 0; i < 42; i += 1) sum[i] = (sum[i] as number) + weight * (slope[i] as number);
      stage = whole.map((value, i) => value + next * (slope[i] as number));
    }
    const transition = sum.slice(6);
    track.state = sum.slice(0, 6);
    const half = multiply(transition, track.covariance, SIX);
    track.covariance = multiply(half, transpose(transition, 6, 6), SIX);
  }
}

/** Uses one look, all three measurements at once, in radians. */
export function updateReference(
  track: ReferenceTrack,
  look: LookAngles,
  radar: { readonly site: Geodetic; readonly sigma: LookAngles },
): void {
  // Only the site is asked for.
  const predicted = predictLook({ site: radar.site } as RadarSensor, track.state);
  const h = new Float64Array(18);
  for (let k = 0; k < 3; k += 1) {
    for (let i = 0; i < 3; i += 1) h[k * 6 + i] = predicted.byPosition[k * 3 + i] as number;
  }
  const { sigma } = radar;
  const noise = new Float64Array(9);
  noise[0] = sigma.rangeM ** 2;
  noise[4] = sigma.azimuthRad ** 2;
  noise[8] = sigma.elevationRad ** 2;
  const ph = multiply(track.covariance, transpose(h, 3, 6), { n: 6, m: 6, p: 3 });
  const total = multiply(h, ph, { n: 3, m: 6, p: 3 }).map((v, i) => v + (noise[i] as number));
  const inverse = invertPositive(total, 3);
  assert(inverse !== null);
  const gain = multiply(ph, inverse, { n: 6, m: 3, p: 3 });
  const shift = multiply(gain, lookDifference(look, predicted.look), { n: 6, m: 3, p: 1 });
  track.state = track.state.map((v, i) => v + (shift[i] as number));
  const kh = multiply(gain, h, { n: 6, m: 3, p: 6 });
  const left = Float64Array.from(identity(), (v, i) => v - (kh[i] as number));
  const joseph = multiply(multiply(left, track.covariance, SIX), transpose(left, 6, 6), SIX);
  const kr = multiply(gain, noise, { n: 6, m: 3, p: 3 });
  const added = multiply(kr, transpose(gain, 6, 3), { n: 6, m: 3, p: 6 });
  track.covariance = joseph.map((v, i) => v + (added[i] as number));
}

function identity(): number[] {
  return Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 1 : 0));
}
