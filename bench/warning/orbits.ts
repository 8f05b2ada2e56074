// SPDX-License-Identifier: Apache-2.0
// A made-up sky: elements of a few hundred satellites, what a catalogue of an age says of them, and
// bodies that come down from orbit through the air.

import {
  airDensityKgpm3,
  coastAcceleration,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  ecefFromEnu,
  ecefFromGeodetic,
  type Geodetic,
  geodesicDestination,
  geodesicDistanceM,
  geodeticFromEcef,
  type Instant,
  type Random,
} from '@isthmus/earth';
import type { ElementSet } from '@isthmus/tracking';

/** Kinds of orbit with their shares, in the proportions of what is up there and low ones beside. */
const SKY = [
  { name: 'low, round', share: 0.7 },
  { name: 'low and soon to come down', share: 0.1 },
  { name: 'transfer, low perigee', share: 0.1 },
  { name: 'Molniya', share: 0.1 },
] as const;

/** Elements of `count` satellites at an epoch. */
export function drawSky(count: number, epoch: Instant, random: Random): ElementSet[] {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  return Array.from({ length: count }, (_, i) => {
    let rest = (i + 0.5) / count;
    const kind = SKY.find(({ share }) => {
      rest -= share;
      return rest < 0;
    })?.name;
    const [perigeeKm, apogeeKm, inclinationDeg] =
      kind === 'low and soon to come down'
        ? [between(165, 220), between(200, 320), between(30, 98)]
        : kind === 'transfer, low perigee'
          ? [between(180, 400), between(3000, 36_000), between(5, 65)]
          : kind === 'Molniya'
            ? [between(250, 900), 39_500, between(62, 65)]
            : [between(350, 1500), 0, random.chance(1, 2) ? between(96, 99) : between(40, 90)];
    const low = 6378.137 + perigeeKm;
    const high = 6378.137 + Math.max(apogeeKm, perigeeKm + between(0, 30));
    const axisM = 500 * (low + high);
    return {
      number: String(80_001 + i),
      name: '',
      epoch,
      meanMotionRevPerDay: (86_400 / (2 * Math.PI)) * Math.sqrt(EARTH_MU_M3PS2 / axisM ** 3),
      eccentricity: (high - low) / (high + low),
      inclinationDeg,
      nodeDeg: between(0, 360),
      argumentOfPerigeeDeg: between(0, 360),
      meanAnomalyDeg: between(0, 360),
      bstar: kind === 'low and soon to come down' ? 3e-4 : 3e-5,
    };
  });
}

/** What a catalogue says of a satellite: an along-track error of some kilometres, others smaller. */
export function catalogued(elements: ElementSet, random: Random): ElementSet {
  return {
    ...elements,
    meanAnomalyDeg: elements.meanAnomalyDeg + 0.015 * random.normal(),
    meanMotionRevPerDay: elements.meanMotionRevPerDay * (1 + 2e-6 * random.normal()),
    inclinationDeg: elements.inclinationDeg + 0.004 * random.normal(),
    nodeDeg: elements.nodeDeg + 0.004 * random.normal(),
  };
}

/** A path through the air: states two seconds apart from `from` on. */
export interface Entry {
  readonly from: Instant;
  readonly states: readonly Float64Array[];
}

const STEP_S = 2;
/** Lower than this nothing circles once more. */
const START_HEIGHT_M = 112_000;
/** Where it shall be when it passes over the radar's country. */
const OVER_HEIGHT_M = 75_000;

/** A body that comes down from a round orbit so that its fall ends in the neighbourhood of `near`. */
export function drawEntry(near: Geodetic, from: Instant, random: Random): Entry {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const coefficient = 40 * 8 ** random.uniform();
  const bearing = 2 * Math.PI * random.uniform();
  const over = geodesicDestination(near, bearing, 700e3 * Math.sqrt(random.uniform()));
  const course = 2 * Math.PI * random.uniform();
  // Flown once from there to learn how long the way down is, then from so far before it.
  const trial = fall(over, course, coefficient);
  const passes = trial.find((state) => heightM(state) < OVER_HEIGHT_M) as Float64Array;
  const wayM = geodesicDistanceM(over, placeOf(passes)) + between(-200e3, 200e3);
  const start = geodesicDestination(over, course + Math.PI, Math.max(0, wayM));
  return { from, states: fall(start, course, coefficient) };
}

/** Level at circular speed, then gravity and drag. */
function fall(place: Geodetic, course: number, coefficient: number): readonly Float64Array[] {
  const site = { ...place, heightM: START_HEIGHT_M };
  const [x, y, z] = ecefFromGeodetic(site);
  const speed = Math.sqrt(EARTH_MU_M3PS2 / Math.hypot(x, y, z));
  const [vx, vy, vz] = ecefFromEnu(site, [speed * Math.sin(course), speed * Math.cos(course), 0]);
  let state: Float64Array = Float64Array.of(
    x,
    y,
    z,
    vx + EARTH_ROTATION_RADPS * y,
    vy - EARTH_ROTATION_RADPS * x,
    vz,
  );
  const states: Float64Array[] = [state];
  while (heightM(state) > 0 && states.length < 4000) {
    for (let k = 0; k < 4; k += 1) state = midpoint(state, STEP_S / 4, coefficient);
    states.push(state);
  }
  return states;
}

const force = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

function midpoint(state: Float64Array, stepS: number, coefficient: number): Float64Array {
  const half = moved(state, slopeOf(state, coefficient), stepS / 2);
  return moved(state, slopeOf(half, coefficient), stepS);
}

function moved(state: Float64Array, slope: Float64Array, stepS: number): Float64Array {
  return state.map((v, i) => v + stepS * (slope[i] as number));
}

function slopeOf(state: Float64Array, coefficient: number): Float64Array {
  coastAcceleration(state, force, false);
  const velocity = state.subarray(3);
  const speed = Math.hypot(...velocity);
  const drag = (airDensityKgpm3(Math.max(0, heightM(state))) * speed) / (2 * coefficient);
  const out = new Float64Array(6);
  for (let i = 0; i < 3; i += 1) {
    out[i] = velocity[i] as number;
    out[i + 3] = (force.acceleration[i] as number) - drag * (velocity[i] as number);
  }
  return out;
}

function placeOf(state: ArrayLike<number>): Geodetic {
  return geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]);
}

function heightM(state: ArrayLike<number>): number {
  return placeOf(state).heightM;
}
