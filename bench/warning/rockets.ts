// SPDX-License-Identifier: Apache-2.0
// Rockets drawn at random and flown from a pad to cut-off (gravity turn, drag, gravity to J4 over the
// turning Earth), and how far each could go at best. Nothing here knows how a class is found.

import {
  airDensityKgpm3,
  coastAcceleration,
  ecefFromEnu,
  ecefFromGeodetic,
  type Geodetic,
  geodesicDistanceM,
  geodeticFromDegrees,
  geodeticFromEcef,
  type Random,
} from '@isthmus/earth';

interface Stage {
  readonly burnS: number;
  /** Mass at ignition over that at cut-off. */
  readonly ratio: number;
  /** Thrust over weight at ignition. */
  readonly thrustG: number;
}

export interface Rocket {
  readonly stages: readonly Stage[];
  /** Longest range over every lean, flown north from 40 N, where the turn of the Earth adds nothing. */
  readonly bestRangeM: number;
  /** Leans off the vertical with which it comes down again, radians. */
  readonly leansRad: readonly number[];
}

export interface Ascent {
  readonly site: Geodetic;
  /** Earth-fixed, at the last cut-off. */
  readonly cutOff: Float64Array;
  readonly burnS: number;
}

const LEAN_FROM_S = 8;
const LEAN_UNTIL_S = 20;
const ON_THE_WAY_UP_KGPM2 = 8000;
const G_MPS2 = 9.81;
const STEP_S = 1;
const LEANS = 24;
/** Shorter than this it went up and came down beside its pad, or fell over. */
const RANGE_M_MIN = 50_000;

const force = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/** A rocket of so many stages, with all that it can do found by flying it; null where it can do nothing. */
export function drawRocket(random: Random, stageCount: number): Rocket | null {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const stages = Array.from({ length: stageCount }, (_, i) => ({
    burnS: between(40, i === 0 ? 130 : 90),
    ratio: between(1.8, 3.8),
    thrustG: between(i === 0 ? 1.4 : 1, 2.8),
  }));
  const site = geodeticFromDegrees(40, 0);
  const leansRad: number[] = [];
  let bestRangeM = 0;
  for (let i = 1; i <= LEANS; i += 1) {
    const leanRad = 0.35 * (i / LEANS) ** 1.5;
    const ascent = ascend(stages, { site, azimuthRad: 0, leanRad });
    const rangeM = ascent === null ? 0 : freeRangeM(ascent);
    if (rangeM < RANGE_M_MIN) continue;
    leansRad.push(leanRad);
    bestRangeM = Math.max(bestRangeM, rangeM);
  }
  return leansRad.length < 4 ? null : { stages, bestRangeM, leansRad };
}

/** From the pad to the last cut-off; null where it comes down before. */
export function ascend(
  stages: readonly Stage[],
  from: { readonly site: Geodetic; readonly azimuthRad: number; readonly leanRad: number },
): Ascent | null {
  const burnS = stages.reduce((sum, stage) => sum + stage.burnS, 0);
  const state = Float64Array.of(...ecefFromGeodetic(from.site), 0, 0, 0);
  for (let timeS = 0; timeS < burnS; timeS += STEP_S) {
    const stepS = Math.min(STEP_S, burnS - timeS);
    rungeKutta(state, stepS, (at, k, out) =>
      addThrust(at, { stages, ...from }, timeS + k * stepS, out),
    );
    if (heightOf(state) < 0) return null;
  }
  return { site: from.site, cutOff: state, burnS };
}

/** Along the ground from the pad to where it comes down without air; 0 for what does not. */
function freeRangeM(ascent: Ascent): number {
  const state = ascent.cutOff.slice();
  for (let timeS = 0; timeS < 12_000; timeS += 5) {
    rungeKutta(state, 5, null);
    if (heightOf(state) < 0) {
      const [x, y, z] = state as unknown as [number, number, number];
      return geodesicDistanceM(ascent.site, geodeticFromEcef([x, y, z]));
    }
  }
  return 0;
}

function heightOf(state: ArrayLike<number>): number {
  return geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]).heightM;
}

type Push = (at: Float64Array, share: number, out: Float64Array) => void;

const stage = new Float64Array(6);
const slope = new Float64Array(6);
const sum = new Float64Array(6);

/** One classical step in place; `push` adds what is not gravity. */
function rungeKutta(state: Float64Array, stepS: number, push: Push | null): void {
  stage.set(state);
  sum.set(state);
  for (let k = 0; k < 4; k += 1) {
    coastAcceleration(stage, force, false);
    slope.set(stage.subarray(3), 0);
    slope.set(force.acceleration, 3);
    push?.(stage, k === 0 ? 0 : k === 3 ? 1 : 0.5, slope);
    const weight = k === 0 || k === 3 ? stepS / 6 : stepS / 3;
    const ahead = k === 2 ? stepS : stepS / 2;
    for (let i = 0; i < 6; i += 1) {
      sum[i] = (sum[i] as number) + weight * (slope[i] as number);
      stage[i] = (state[i] as number) + ahead * (slope[i] as number);
    }
  }
  state.set(sum);
}

/** Straight up, leaning over, then along the velocity; and drag on the way. */
function addThrust(
  state: Float64Array,
  rocket: {
    readonly stages: readonly Stage[];
    readonly site: Geodetic;
    readonly azimuthRad: number;
    readonly leanRad: number;
  },
  timeS: number,
  out: Float64Array,
): void {
  const velocity = [state[3] as number, state[4] as number, state[5] as number];
  const speed = Math.hypot(...velocity);
  const density = airDensityKgpm3(Math.max(0, heightOf(state)));
  const drag = (density * speed) / (2 * ON_THE_WAY_UP_KGPM2);
  const size = thrustMps2(rocket.stages, timeS);
  const lean = timeS < LEAN_FROM_S ? 0 : rocket.leanRad;
  const along =
    timeS >= LEAN_UNTIL_S
      ? velocity.map((v) => v / Math.max(1, speed))
      : ecefFromEnu(rocket.site, [
          Math.sin(lean) * Math.sin(rocket.azimuthRad),
          Math.sin(lean) * Math.cos(rocket.azimuthRad),
          Math.cos(lean),
        ]);
  for (let i = 0; i < 3; i += 1) {
    out[i + 3] =
      (out[i + 3] as number) + size * (along[i] as number) - drag * (velocity[i] as number);
  }
}

function thrustMps2(stages: readonly Stage[], timeS: number): number {
  let begunS = 0;
  for (const { burnS, ratio, thrustG } of stages) {
    const share = (timeS - begunS) / burnS;
    if (share < 1) return (thrustG * G_MPS2) / (1 - (1 - 1 / ratio) * share);
    begunS += burnS;
  }
  return 0;
}
