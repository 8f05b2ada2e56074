// SPDX-License-Identifier: Apache-2.0
// For tests only: rockets of one to three stages, drawn at random and flown from a pad to the ground
// (gravity turn, drag, gravity to J4 over the turning Earth). Nothing is searched for: whatever
// comes out is a true flight.

import {
  airDensityKgpm3,
  coastAcceleration,
  type Ecef,
  ecefFromEnu,
  ecefFromGeodetic,
  type Geodetic,
  geodeticFromDegrees,
  geodeticFromEcef,
  norm,
  type Random,
  type Vector3,
} from '@isthmus/earth';
import { radialHeightM } from '../descent.ts';

/** What is true of a flight that came down. */
export interface TrueFlight {
  readonly launch: Geodetic;
  readonly impact: Geodetic;
  readonly azimuthRad: number;
  readonly apogeeM: number;
  readonly timeS: number;
  readonly burnS: number;
}

interface Rocket {
  readonly site: Geodetic;
  readonly azimuthRad: number;
  readonly kickRad: number;
  readonly stages: readonly {
    readonly burnS: number;
    readonly ratio: number;
    readonly g0: number;
  }[];
}

/** A flight of 150 to 16,000 km, as the draw has it; draws that go into orbit or nowhere are left out. */
export function randomFlight(random: Random): TrueFlight {
  for (;;) {
    const flight = fly(randomRocket(random));
    if (flight !== null) return flight;
  }
}

function randomRocket(random: Random): Rocket {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const stages = Array.from({ length: 1 + random.integer(3) }, (_, i) => ({
    burnS: between(30, i === 0 ? 130 : 90),
    ratio: between(1.8, 4),
    g0: between(i === 0 ? 1.4 : 1, 3),
  }));
  return {
    site: geodeticFromDegrees(between(-75, 75), between(-180, 180)),
    azimuthRad: between(0, 2 * Math.PI),
    kickRad: between(0.01, 0.35),
    stages,
  };
}

const KICK_FROM_S = 8;
const KICK_UNTIL_S = 20;
const COEFFICIENT_KGPM2 = 6000;
const TOP_M = 9e6;
const G_MPS2 = 9.81;

const out = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

function fly(rocket: Rocket): TrueFlight | null {
  const start = ecefFromGeodetic(rocket.site);
  let state = [...start, 0, 0, 0];
  let apogeeM = 0;
  const burnS = rocket.stages.reduce((sum, stage) => sum + stage.burnS, 0);
  for (let timeS = 0; timeS < 14_000; ) {
    const heightM = radialHeightM(state);
    const stepS = timeS < burnS ? 0.5 : heightM < 120e3 ? 0.5 : 4;
    const next = step(state, rocket, { timeS, stepS });
    const nextM = radialHeightM(next);
    if (!(nextM < TOP_M)) return null;
    if (nextM < 0) {
      if (timeS < burnS) return null;
      const share = heightM / (heightM - nextM);
      const at = state.map((v, i) => v + share * ((next[i] as number) - v));
      const impact = geodeticFromEcef(positionOf(at));
      const { launch, azimuthRad } = { launch: rocket.site, azimuthRad: rocket.azimuthRad };
      const far = norm(positionOf(at.map((v, i) => (i < 3 ? v - (start[i] as number) : v))));
      if (far < 150e3 || far > 12e6) return null;
      return { launch, impact, azimuthRad, apogeeM, timeS: timeS + share * stepS, burnS };
    }
    // The ellipsoid's height, which is what people quote.
    apogeeM = Math.max(apogeeM, geodeticFromEcef(positionOf(next)).heightM);
    state = next;
    timeS += stepS;
  }
  return null;
}

function positionOf(state: readonly number[]): Vector3<Ecef> {
  return [state[0] as number, state[1] as number, state[2] as number];
}

function step(
  state: readonly number[],
  rocket: Rocket,
  { timeS, stepS }: { readonly timeS: number; readonly stepS: number },
): number[] {
  const k1 = slope(state, rocket, timeS);
  const k2 = slope(along(state, k1, stepS / 2), rocket, timeS + stepS / 2);
  const k3 = slope(along(state, k2, stepS / 2), rocket, timeS + stepS / 2);
  const k4 = slope(along(state, k3, stepS), rocket, timeS + stepS);
  return state.map(
    (v, i) =>
      v +
      (stepS / 6) *
        ((k1[i] as number) + 2 * (k2[i] as number) + 2 * (k3[i] as number) + (k4[i] as number)),
  );
}

function along(state: readonly number[], by: readonly number[], seconds: number): number[] {
  return state.map((v, i) => v + seconds * (by[i] as number));
}

function slope(state: readonly number[], rocket: Rocket, timeS: number): number[] {
  coastAcceleration(state, out, false);
  const velocity = state.slice(3);
  const speed = Math.hypot(...velocity);
  const heightM = radialHeightM(state);
  const drag =
    heightM > 120e3 ? 0 : (airDensityKgpm3(Math.max(0, heightM)) * speed) / (2 * COEFFICIENT_KGPM2);
  const thrust = thrustOf(state, rocket, timeS);
  return [
    ...velocity,
    ...velocity.map((v, i) => (out.acceleration[i] as number) - drag * v + (thrust[i] as number)),
  ];
}

/** Straight up, then leaning over, then along the velocity. */
function thrustOf(state: readonly number[], rocket: Rocket, timeS: number): readonly number[] {
  let begun = 0;
  for (const { burnS, ratio, g0 } of rocket.stages) {
    const burning = timeS - begun;
    if (burning < burnS) {
      const size = (g0 * G_MPS2) / (1 - (1 - 1 / ratio) * (burning / burnS));
      if (timeS >= KICK_UNTIL_S) {
        const speed = Math.hypot(...state.slice(3));
        return state.slice(3).map((v) => (size * v) / speed);
      }
      const lean = timeS < KICK_FROM_S ? 0 : rocket.kickRad;
      return ecefFromEnu(rocket.site, [
        size * Math.sin(lean) * Math.sin(rocket.azimuthRad),
        size * Math.sin(lean) * Math.cos(rocket.azimuthRad),
        size * Math.cos(lean),
      ]);
    }
    begun += burnS;
  }
  return [0, 0, 0];
}
