// SPDX-License-Identifier: Apache-2.0
// Unpowered flight through the air: free fall and drag whose coefficient is estimated.
//   p' = v,  v' = g(p, v) - ½ ρ(h) e^c |v| v,  c' = white noise
// with c = ln(1/β), β = m/(C_d A) the ballistic coefficient (Li & Jilkov, Survey of Maneuvering
// Target Tracking, Part II: ballistic target models, 2001; Farina, Ristic, Benvenuti, IEEE T-AES
// 2002). In the logarithm the coefficient cannot turn negative and its error is a ratio.

import { addDrag, createFlow, follow, type Law, setFreeFall } from './flow.ts';
import { kinematicComponents, type MotionModel } from './motion-model.ts';
import { addWhiteNoise, flowResponses } from './white-noise.ts';

/** Density may change by a factor of e in a second of steep flight at 7 km/s: a fraction of that. */
const STEP_S_MAX = 0.2;
const DRAG = 6;
const SIZE = 7;

const law: Law = (state, flow) => {
  setFreeFall(state, flow);
  addDrag(state, flow, Math.exp(state[DRAG] as number), DRAG);
};

/**
 * Re-entry: state [p, v, ln(1/β)], Earth-fixed frame, metres, metres a second relative to the
 * turning Earth, logarithm of m²/kg. Air: US Standard Atmosphere 1976, at rest with the Earth.
 *
 * @param options.accelerationDensity white acceleration (lift, wind), m²/s³.
 * @param options.logDragDensity random walk of ln(1/β), 1/s.
 */
export function reentry(options: {
  readonly accelerationDensity: number;
  readonly logDragDensity: number;
}): MotionModel {
  return {
    size: SIZE,
    components: [...kinematicComponents(3, 2), 'logInverseBallisticM2pkg'],
    advance: (state, seconds) => follow(law, state, { seconds, stepSMax: STEP_S_MAX }),
    noise: (state, seconds) => {
      const flow = createFlow(SIZE);
      law(Float64Array.from(state), flow);
      const out = new Float64Array(SIZE * SIZE);
      for (let axis = 3; axis < 6; axis += 1) {
        const kick = flowResponses(flow.byState, SIZE, { component: axis, orders: 2 });
        addWhiteNoise(out, kick, options.accelerationDensity, seconds);
      }
      const walk = flowResponses(flow.byState, SIZE, { component: DRAG, orders: 3 });
      addWhiteNoise(out, walk, options.logDragDensity, seconds);
      return out;
    },
  };
}
