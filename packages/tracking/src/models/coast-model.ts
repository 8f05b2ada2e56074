// SPDX-License-Identifier: Apache-2.0
// Unpowered flight without drag as a motion model: the propagation of `coast.ts`, which the launch
// tracker uses as well, behind the interface of the filters.

import { propagateWithTransition } from './coast.ts';
import { kinematicComponents, type MotionModel } from './motion-model.ts';
import { addWhiteNoise, chainResponses } from './white-noise.ts';

/**
 * Free fall: p' = v, v' = gravity to J4, Coriolis and centrifugal acceleration, plus white noise.
 *
 * State [p, v], Earth-fixed frame, metres and metres a second relative to the turning Earth.
 *
 * @param accelerationDensity of the white acceleration, m²/s³; 0 where the law is exact.
 */
export function coastModel(accelerationDensity: number): MotionModel {
  const size = 6;
  const axes = [0, 1, 2].map((axis) => chainResponses(size, [axis + 3, axis]));
  return {
    size,
    components: kinematicComponents(3, 2),
    advance: propagateWithTransition,
    noise: (_state, seconds) => {
      const out = new Float64Array(size * size);
      for (const axis of axes) addWhiteNoise(out, axis, accelerationDensity, seconds);
      return out;
    },
  };
}
