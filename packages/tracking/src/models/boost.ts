// SPDX-License-Identifier: Apache-2.0
// Powered ascent as a gravity turn: thrust along the velocity relative to the turning Earth, constant
// thrust and mass flow until they change as noise.
//   p' = v,  v' = g(p, v) + a v/|v| - ½ ρ(h) s |v| v,  a' = a b,  b' = b²
// with a = thrust over mass, b = mass flow over mass: the mass falls linearly, so that
// a(T) = a/(1 - b T) (Li & Jilkov, Survey of Maneuvering Target Tracking, Part II, 2001, gravity-turn
// model). Not here: the vertical rise off the pad, where the velocity does not say where thrust
// points, and staging, which is a jump.

import { addDrag, createFlow, type Flow, follow, type Law, setFreeFall, speedOf } from './flow.ts';
import { kinematicComponents, type MotionModel } from './motion-model.ts';
import { addWhiteNoise, flowResponses } from './white-noise.ts';

const STEP_S_MAX = 0.5;
const THRUST = 6;
const MASS_FLOW = 7;
const SIZE = 8;

/** What the model is told; densities per second of each component's squared unit. */
export interface BoostOptions {
  /** White acceleration across and along (winds, steering), m²/s³. */
  readonly accelerationDensity: number;
  /** Random walk of thrust over mass, m²/s⁵. */
  readonly thrustDensity: number;
  /** Random walk of mass flow over mass, 1/s³. */
  readonly massFlowDensity: number;
  /** Inverse ballistic coefficient while powered, m²/kg; 0 leaves drag out. */
  readonly inverseBallisticM2pkg: number;
}

/**
 * Gravity turn: state [p, v, a, b], Earth-fixed frame, metres, metres a second relative to the
 * turning Earth, metres a second squared, 1/s.
 *
 * The caller guarantees a velocity that is not zero and b T < 1: no rocket burns more than itself.
 */
export function boost(options: BoostOptions): MotionModel {
  const law: Law = (state, flow) => {
    setFreeFall(state, flow);
    if (options.inverseBallisticM2pkg > 0) {
      addDrag(state, flow, options.inverseBallisticM2pkg, null);
    }
    addThrust(state, flow);
  };
  return {
    size: SIZE,
    components: [...kinematicComponents(3, 2), 'thrustMps2', 'massFlowPerS'],
    advance: (state, seconds) => follow(law, state, { seconds, stepSMax: STEP_S_MAX }),
    noise: (state, seconds) => {
      const flow = createFlow(SIZE);
      law(Float64Array.from(state), flow);
      const out = new Float64Array(SIZE * SIZE);
      const add = (component: number, orders: number, density: number): void => {
        const kick = flowResponses(flow.byState, SIZE, { component, orders });
        addWhiteNoise(out, kick, density, seconds);
      };
      for (let axis = 3; axis < 6; axis += 1) add(axis, 2, options.accelerationDensity);
      add(THRUST, 3, options.thrustDensity);
      add(MASS_FLOW, 4, options.massFlowDensity);
      return out;
    },
  };
}

/** d(v/|v|)/dv = (I - v vᵀ/|v|²)/|v|. */
function addThrust(state: Float64Array, flow: Flow): void {
  const speed = speedOf(state);
  const thrust = state[THRUST] as number;
  const massFlow = state[MASS_FLOW] as number;
  for (let i = 3; i < 6; i += 1) {
    const along = (state[i] as number) / speed;
    flow.rate[i] = (flow.rate[i] as number) + thrust * along;
    for (let j = 3; j < 6; j += 1) {
      const across = (i === j ? 1 : 0) - (along * (state[j] as number)) / speed;
      flow.byState[i * SIZE + j] =
        (flow.byState[i * SIZE + j] as number) + (thrust * across) / speed;
    }
    flow.byState[i * SIZE + THRUST] = along;
  }
  flow.rate[THRUST] = thrust * massFlow;
  flow.rate[MASS_FLOW] = massFlow * massFlow;
  flow.byState[THRUST * SIZE + THRUST] = massFlow;
  flow.byState[THRUST * SIZE + MASS_FLOW] = thrust;
  flow.byState[MASS_FLOW * SIZE + MASS_FLOW] = 2 * massFlow;
}
