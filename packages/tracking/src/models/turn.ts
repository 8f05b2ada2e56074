// SPDX-License-Identifier: Apache-2.0
// The coordinated turn: level flight on a circle whose turn rate is part of the state.
//   p' = v,  v' = w K v,  w' = white noise
// with K the turn by a right angle about the vertical axis (K v = k x v). Over T seconds, θ = w T:
//   v(T) = v + sin θ K v + (1 - cos θ) K² v
//   p(T) = p + T v + T A(θ) K v + T B(θ) K² v,  A = (1 - cos θ)/θ,  B = 1 - sin θ/θ
// (Li & Jilkov, Survey of Maneuvering Target Tracking, Part I, IEEE T-AES 2003, section V; here for
// an axis in space, so that it serves in a plane and in the Earth-fixed frame alike.)

import type { Vector3 } from '@isthmus/earth';
import { identity, kinematicComponents, type MotionModel } from './motion-model.ts';
import { addWhiteNoise, chainResponses } from './white-noise.ts';

/** Turn rate positive: anticlockwise seen against the axis. */
const TURN_RATE = 'turnRateRadps';

/**
 * Nearly coordinated turn: state [p, v, w], metres, metres a second, radians a second.
 *
 * @param options.vertical unit vector about which the target turns, e.g. up at the place in the
 * Earth-fixed frame (its change on the way is not followed); null: two dimensions, in the plane.
 * @param options.accelerationDensity white acceleration, m²/s³.
 * @param options.turnRateDensity random walk of the turn rate, rad²/s³.
 */
export function coordinatedTurn(options: {
  readonly vertical: Vector3<string> | null;
  readonly accelerationDensity: number;
  readonly turnRateDensity: number;
}): MotionModel {
  const dimensions = options.vertical === null ? 2 : 3;
  const size = 2 * dimensions + 1;
  const turn = options.vertical === null ? [0, -1, 1, 0] : crossMatrix(options.vertical);
  const axes = Array.from({ length: dimensions }, (_, axis) =>
    chainResponses(size, [dimensions + axis, axis]),
  );
  const walk = chainResponses(size, [size - 1]);
  return {
    size,
    components: [...kinematicComponents(dimensions, 2), TURN_RATE],
    advance: (state, seconds) => advance(turn, dimensions, state, seconds),
    noise: (_state, seconds) => {
      const out = new Float64Array(size * size);
      for (const axis of axes) addWhiteNoise(out, axis, options.accelerationDensity, seconds);
      addWhiteNoise(out, walk, options.turnRateDensity, seconds);
      return out;
    },
  };
}

function crossMatrix(k: Vector3<string>): readonly number[] {
  return [0, -k[2], k[1], k[2], 0, -k[0], -k[1], k[0], 0];
}

function advance(
  turn: readonly number[],
  dimensions: number,
  state: ArrayLike<number>,
  seconds: number,
): ReturnType<MotionModel['advance']> {
  const d = dimensions;
  const size = 2 * d + 1;
  const out = Float64Array.from(state);
  const transition = identity(size);
  const angle = (state[2 * d] as number) * seconds;
  const { a, b, aSlope, bSlope } = turnFactors(angle);
  const sin = Math.sin(angle);
  // Not 1 - cos, which loses half the digits of a slow turn.
  const versine = 2 * Math.sin(angle / 2) ** 2;
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j < d; j += 1) {
      const k = turn[i * d + j] as number;
      let k2 = 0;
      for (let l = 0; l < d; l += 1) {
        k2 += (turn[i * d + l] as number) * (turn[l * d + j] as number);
      }
      const speed = state[d + j] as number;
      const intoPlace = seconds * ((i === j ? 1 : 0) + a * k + b * k2);
      const intoSpeed = sin * k + versine * k2;
      bump(out, i, intoPlace * speed);
      bump(out, d + i, intoSpeed * speed);
      transition[i * size + d + j] = intoPlace;
      bump(transition, (d + i) * size + d + j, intoSpeed);
      bump(transition, i * size + 2 * d, seconds ** 2 * (aSlope * k + bSlope * k2) * speed);
      bump(transition, (d + i) * size + 2 * d, seconds * (Math.cos(angle) * k + sin * k2) * speed);
    }
  }
  return { state: out, transition };
}

function bump(array: Float64Array, index: number, by: number): void {
  array[index] = (array[index] as number) + by;
}

/** Terms of the series below one radian: the last is under 1e-17. */
const SERIES_TERMS = 9;

/** A = (1 - cos θ)/θ and B = 1 - sin θ/θ with their derivatives; by series where those would cancel. */
function turnFactors(angle: number): {
  readonly a: number;
  readonly b: number;
  readonly aSlope: number;
  readonly bSlope: number;
} {
  if (Math.abs(angle) >= 1) {
    const sin = Math.sin(angle);
    const cos = Math.cos(angle);
    return {
      a: (1 - cos) / angle,
      b: 1 - sin / angle,
      aSlope: (angle * sin - 1 + cos) / angle ** 2,
      bSlope: (sin - angle * cos) / angle ** 2,
    };
  }
  let [a, b, aSlope, bSlope] = [0, 0, 0, 0];
  // A = θ/2! - θ³/4! + …,  B = θ²/3! - θ⁴/5! + …
  let term = 1;
  for (let k = 1; k <= SERIES_TERMS; k += 1) {
    const odd = 2 * k - 1;
    term /= odd === 1 ? 2 : odd + 1;
    aSlope += odd * term * angle ** (odd - 1);
    a += term * angle ** odd;
    term /= odd + 2;
    bSlope += (odd + 1) * term * angle ** odd;
    b += term * angle ** (odd + 1);
    term = -term;
  }
  return { a, b, aSlope, bSlope };
}
