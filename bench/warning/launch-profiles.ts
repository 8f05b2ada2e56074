// SPDX-License-Identifier: Apache-2.0
// Flights for the study of launch estimates: some flown by the simulation's own gravity turns, the
// others by nothing the tracker knows: a rise and then a pitch programme in time, solids that burn
// fast, three stages with pauses, flat and steep climbs.

import { readFileSync } from 'node:fs';
import {
  addSeconds,
  coastAcceleration,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  geodeticFromDegrees,
  geodeticFromEcef,
  type Instant,
  instant,
  type Random,
  secondsBetween,
} from '@isthmus/earth';
import {
  baseOf,
  buildTruth,
  deriveScenario,
  parseScenario,
  type TruthLaunch,
  type TruthObject,
} from '@isthmus/sim/scenario';
import { parse } from 'yaml';

export const PROFILES = [
  'simulation',
  'pitch-programme',
  'fast-solid',
  'three-stage',
  'depressed',
  'lofted',
] as const;
export type Profile = (typeof PROFILES)[number];

/** One launch as it was. */
export interface Flown {
  readonly profile: Profile;
  readonly site: Geodetic;
  readonly liftoff: Instant;
  readonly burnoutS: number;
  readonly isBurning: (seconds: number) => boolean;
  /** Earth-fixed position and velocity, seconds from lift-off, until ten minutes after burn-out. */
  readonly stateAt: (seconds: number) => Float64Array;
}

const LIFTOFF = instant(1_700_000_000_000_000);
const STEP_S = 0.5;

/** Of one profile, the first draw that flies as a missile does: out of the air, and not into orbit. */
export function drawFlight(profile: Profile, random: Random): Flown {
  if (profile === 'simulation') return simulated(random);
  for (;;) {
    const flown = fly(profile, random);
    if (isPlausible(flown)) return flown;
  }
}

function isPlausible({ burnoutS, stateAt }: Flown): boolean {
  const state = stateAt(burnoutS);
  const later = stateAt(burnoutS + 60);
  const heightM = heightOf(state);
  const speed = Math.hypot(state[3] ?? 0, state[4] ?? 0, state[5] ?? 0);
  return heightM > 40e3 && heightM < 500e3 && speed > 1300 && speed < 7000 && heightOf(later) > 9e4;
}

function heightOf(state: ArrayLike<number>): number {
  return geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]).heightM;
}

/** Ready-made scenarios whose first launch is a gravity turn of the simulation. */
const READY_MADE = ['black-sea', 'hwasong-15', 'norwegian-sea'] as const;
const solved = new Map<string, Flown>();

function simulated(random: Random): Flown {
  const name = READY_MADE[random.integer(READY_MADE.length)] as string;
  const known = solved.get(name) ?? readyMade(name);
  solved.set(name, known);
  return known;
}

/** The first launch of a ready-made scenario. */
export function readyMade(name: string): Flown {
  const truth = buildTruth(parseScenario(documentOf(name)), 1);
  const launch = truth.launches[0] as TruthLaunch;
  const payload = truth.objects.find(({ id }) => id === launch.payload) as TruthObject;
  const at = (seconds: number): Instant => addSeconds(launch.liftoff, seconds);
  const ends = payload.burns.map(({ to }) => secondsBetween(launch.liftoff, to));
  return {
    profile: 'simulation',
    site: launch.site,
    liftoff: launch.liftoff,
    burnoutS: Math.max(...ends),
    isBurning: (t) => payload.burns.some(({ from, to }) => at(t) >= from && at(t) < to),
    stateAt: (t) => payload.stateAt(at(t)) as Float64Array,
  };
}

function documentOf(name: string): unknown {
  const file = new URL(`../../scenarios/${name}.yaml`, import.meta.url);
  const value: unknown = parse(readFileSync(file, 'utf8'));
  const base = baseOf(value);
  return base === null ? value : deriveScenario(value, documentOf(base));
}

interface Stage {
  readonly ignitionS: number;
  readonly burnS: number;
  readonly startMps2: number;
  readonly ratio: number;
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** Burn, thrust over weight at ignition in g, mass ratio, pause before it: ranges of each stage. */
const STAGES: Record<Exclude<Profile, 'simulation'>, () => readonly (readonly number[])[]> = {
  'pitch-programme': () => [
    [70, 130, 1.3, 2, 2.4, 3.4, 0, 0],
    [50, 110, 1, 2, 2, 3.2, 2, 8],
  ],
  'fast-solid': () => [
    [35, 60, 2.2, 4, 2, 2.8, 0, 0],
    [35, 60, 2, 3.5, 1.8, 2.6, 0.5, 3],
  ],
  'three-stage': () => [
    [50, 80, 1.8, 2.8, 2, 2.6, 0, 0],
    [45, 80, 1.5, 2.5, 1.8, 2.4, 1, 20],
    [40, 70, 1, 2, 1.4, 2, 2, 45],
  ],
  depressed: () => [
    [50, 110, 1.5, 3, 2.2, 3.2, 0, 0],
    [40, 80, 1.2, 2.5, 1.6, 2.6, 1, 6],
  ],
  lofted: () => [
    [60, 120, 1.4, 2.4, 2.4, 3.4, 0, 0],
    [50, 110, 1.2, 2.2, 1.8, 3, 1, 6],
  ],
};

/** Elevation of thrust at the end of the programme, degrees. */
const FINAL_DEG: Record<Exclude<Profile, 'simulation'>, readonly [number, number]> = {
  'pitch-programme': [18, 45],
  'fast-solid': [20, 45],
  'three-stage': [15, 40],
  depressed: [3, 15],
  lofted: [50, 75],
};

function stagesOf(profile: Exclude<Profile, 'simulation'>, random: Random): Stage[] {
  let clock = 0;
  return STAGES[profile]().map((r) => {
    const at = (k: number): number => between(random, r[2 * k] as number, r[2 * k + 1] as number);
    const ignitionS = clock + at(3);
    const burnS = at(0);
    clock = ignitionS + burnS;
    return { ignitionS, burnS, startMps2: 9.81 * at(1), ratio: at(2) };
  });
}

function fly(profile: Exclude<Profile, 'simulation'>, random: Random): Flown {
  const all = stagesOf(profile, random);
  // A single stage in a third of the flights that have two.
  const stages = all.length === 2 && random.chance(1, 3) ? all.slice(0, 1) : all;
  const last = stages.at(-1) as Stage;
  const burnoutS = last.ignitionS + last.burnS;
  const site = geodeticFromDegrees(between(random, -40, 55), between(random, 20, 80));
  const axes = enuAxes(site);
  const azimuth = 2 * Math.PI * random.uniform();
  const driftRadPs = (0.02 * random.normal()) / 100;
  const verticalS = between(random, 3, 14);
  const finalRad = (between(random, ...FINAL_DEG[profile]) * Math.PI) / 180;
  const bend = between(random, 0.5, 1.1);
  const coefficient = between(random, 5_000, 14_000);
  const states: Float64Array[] = [Float64Array.of(...ecefFromGeodetic(site), 0, 0, 0)];
  const force = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };
  const slopeAt = (t: number, state: Float64Array): Float64Array => {
    coastAcceleration(state, force, false);
    const out = Float64Array.of(...state.subarray(3), ...force.acceleration);
    const speed = Math.hypot(out[0] as number, out[1] as number, out[2] as number);
    const density = 1.225 * Math.exp(-heightOf(state) / 7_500);
    const stage = stages.find((s) => t >= s.ignitionS && t < s.ignitionS + s.burnS);
    const thrust =
      stage === undefined
        ? 0
        : stage.startMps2 / (1 - ((1 - 1 / stage.ratio) * (t - stage.ignitionS)) / stage.burnS);
    const turned = Math.max(0, Math.min(1, (t - verticalS) / (burnoutS - verticalS))) ** bend;
    const pitch = Math.PI / 2 + (finalRad - Math.PI / 2) * turned;
    const heading = azimuth + driftRadPs * t;
    const along = [
      Math.cos(pitch) * Math.sin(heading),
      Math.cos(pitch) * Math.cos(heading),
      Math.sin(pitch),
    ];
    for (let i = 0; i < 3; i += 1) {
      const push = axes.reduce((sum, axis, k) => sum + (along[k] as number) * axis[i as 0], 0);
      const drag = (0.5 * density * speed * (out[i] as number)) / coefficient;
      out[3 + i] = (out[3 + i] as number) + thrust * push - (t < burnoutS ? drag : 0);
    }
    return out;
  };
  for (let t = 0; t < burnoutS + 600; t += STEP_S) {
    states.push(rungeKutta(states.at(-1) as Float64Array, t, slopeAt));
  }
  return {
    profile,
    site,
    liftoff: LIFTOFF,
    burnoutS,
    isBurning: (t) => stages.some((s) => t >= s.ignitionS && t < s.ignitionS + s.burnS),
    stateAt: (seconds) => {
      const k = Math.min(states.length - 2, Math.max(0, Math.floor(seconds / STEP_S)));
      const a = states[k] as Float64Array;
      const b = states[k + 1] as Float64Array;
      return a.map((v, i) => v + ((seconds - k * STEP_S) / STEP_S) * ((b[i] as number) - v));
    },
  };
}

function rungeKutta(
  state: Float64Array,
  t: number,
  slopeAt: (t: number, state: Float64Array) => Float64Array,
): Float64Array {
  const moved = (slope: Float64Array, s: number): Float64Array =>
    state.map((v, i) => v + s * (slope[i] as number));
  const a = slopeAt(t, state);
  const b = slopeAt(t + STEP_S / 2, moved(a, STEP_S / 2));
  const c = slopeAt(t + STEP_S / 2, moved(b, STEP_S / 2));
  const d = slopeAt(t + STEP_S, moved(c, STEP_S));
  return state.map(
    (v, i) =>
      v +
      (STEP_S / 6) *
        ((a[i] as number) + 2 * (b[i] as number) + 2 * (c[i] as number) + (d[i] as number)),
  );
}
