// SPDX-License-Identifier: Apache-2.0
// Straight flight: nearly constant velocity and nearly constant acceleration, in any Cartesian frame
// of one to three axes. Linear, so that everything a filter says of them can be checked exactly.

import { identity, kinematicComponents, type MotionModel } from './motion-model.ts';
import { addWhiteNoise, chainResponses } from './white-noise.ts';

/**
 * Nearly constant velocity: p' = v, v' = white noise.
 *
 * State [p, v], `dimensions` numbers each, metres and metres a second.
 *
 * @param options.accelerationDensity spectral density of the white acceleration, m²/s³.
 */
export function constantVelocity(options: {
  readonly dimensions: 1 | 2 | 3;
  readonly accelerationDensity: number;
}): MotionModel {
  return straight(options.dimensions, 2, options.accelerationDensity);
}

/**
 * Nearly constant acceleration: p' = v, v' = a, a' = white noise.
 *
 * State [p, v, a], `dimensions` numbers each, metres, metres a second, metres a second squared.
 *
 * @param options.jerkDensity spectral density of the white jerk, m²/s⁵.
 */
export function constantAcceleration(options: {
  readonly dimensions: 1 | 2 | 3;
  readonly jerkDensity: number;
}): MotionModel {
  return straight(options.dimensions, 3, options.jerkDensity);
}

function straight(dimensions: number, links: number, density: number): MotionModel {
  const size = dimensions * links;
  const chains = Array.from({ length: dimensions }, (_, axis) =>
    chainResponses(
      size,
      Array.from({ length: links }, (_link, k) => axis + (links - 1 - k) * dimensions),
    ),
  );
  return {
    size,
    components: kinematicComponents(dimensions, links),
    advance: (state, seconds) => {
      const transition = identity(size);
      const out = Float64Array.from(state);
      for (let i = 0; i < size; i += 1) {
        let factor = 1;
        for (let k = 1; i + k * dimensions < size; k += 1) {
          factor *= seconds / k;
          const j = i + k * dimensions;
          transition[i * size + j] = factor;
          out[i] = (out[i] as number) + factor * (state[j] as number);
        }
      }
      return { state: out, transition };
    },
    noise: (_state, seconds) => {
      const out = new Float64Array(size * size);
      for (const chain of chains) addWhiteNoise(out, chain, density, seconds);
      return out;
    },
  };
}
