// SPDX-License-Identifier: Apache-2.0
// A recorded flight turned into a truth in three dimensions. Measured: time, Earth-relative speed,
// altitude, with gaps and coarse steps. Derived: climb rate from the smoothed altitude, horizontal
// speed as what is left of the speed, turning its sign where it passes through zero (boostback).
// Synthetic: the plane (pad and azimuth are given), what the turning Earth moves a free body out of it,
// and any coast after the end.

import {
  EARTH_ROTATION_RADPS,
  ecefFromGeodetic,
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
} from '@isthmus/earth';
import { Errors } from 'typebox/schema';
import { flyToGround } from './ascent.ts';
import { createPath, type Knot, type Path } from './ephemeris.ts';
import { SimError } from './errors.ts';
import { checkColumns } from './parse.ts';
import { type Flight, flightSchema, type Scenario } from './schema.ts';
import { smooth } from './smooth.ts';

/** Steps of 0.1 to 1 km in altitude are smoothed over this half-width. */
const ALTITUDE_WINDOW_S = 8;
const SPEED_WINDOW_S = 1.5;
const HORIZONTAL_WINDOW_S = 4;
/** A record that ends higher than this ends in flight, and is coasted on. */
const ENDS_IN_FLIGHT_M = 20e3;
/** A spent stage or a satellite; only for the coast that nobody measured. */
const COAST_COEFFICIENT_KGPM2 = 3000;

/**
 * Reads the columns of a flight file: `time` s, `velocity` m/s, `altitude` km; others are ignored.
 *
 * @param value parsed JSON.
 * @throws SimError `bad-flight`, with a pointer to the column or row and what was expected there.
 */
export function loadFlight(value: unknown): Flight {
  const read = (name: string): number[] => {
    const column = (value as Record<string, unknown> | null)?.[name];
    if (!Array.isArray(column)) {
      throw new SimError('bad-flight', `/${name}`, `expected a column "${name}" of numbers`);
    }
    column.forEach((cell, i) => {
      if (typeof cell !== 'number' || !Number.isFinite(cell)) {
        throw new SimError('bad-flight', `/${name}/${i}`, 'expected a number');
      }
    });
    return column as number[];
  };
  const flight = { timeS: read('time'), speedMps: read('velocity'), altitudeKm: read('altitude') };
  const names = { timeS: 'time', speedMps: 'velocity', altitudeKm: 'altitude' } as const;
  const inFile = (path: string): string =>
    path.replace(/timeS|speedMps|altitudeKm/, (name) => names[name as keyof typeof names]);
  const problem = Errors(flightSchema, flight)[1][0];
  if (problem !== undefined) {
    throw new SimError('bad-flight', inFile(problem.instancePath), problem.message);
  }
  try {
    checkColumns(flight, '');
  } catch (error) {
    if (!(error instanceof SimError)) throw error;
    throw new SimError('bad-flight', inFile(error.path), error.message);
  }
  return flight;
}

/**
 * The scenario with its waiting launch flying `flight`, long enough to see its end; a new value.
 *
 * @throws SimError `flight-mismatch` when no launch of the scenario is of kind `recorded`.
 */
export function withFlight(scenario: Scenario, flight: Flight): Scenario {
  const index = scenario.launches.findIndex((launch) => launch.kind === 'recorded');
  const launch = scenario.launches[index];
  if (launch?.kind !== 'recorded') {
    throw new SimError(
      'flight-mismatch',
      '/launches',
      `scenario "${scenario.name}" has no launch of kind "recorded" for the flight`,
    );
  }
  const lastS = launch.liftoffS + (flight.timeS.at(-1) as number);
  return {
    ...scenario,
    durationS: Math.max(scenario.durationS, Math.ceil(lastS) + 60),
    launches: scenario.launches.with(index, { ...launch, flight }),
  };
}

/** Where a recorded flight is flown, and until when it is coasted on if it ends in the air. */
export interface FlightPlane {
  readonly pad: Geodetic;
  readonly azimuthRad: number;
  /** Seconds from lift-off. */
  readonly untilS: number;
}

/** The path of a recorded flight in seconds from lift-off, and when it seems to burn. */
export function recordedPath(
  flight: Flight,
  plane: FlightPlane,
): { readonly path: Path; readonly burns: readonly (readonly [number, number])[] } {
  const profile = profileOf(flight);
  const burns = burnsOf(profile);
  const knots = knotsOf(profile, plane, burns);
  const last = knots.at(-1) as Knot;
  if ((profile.heightM.at(-1) as number) > ENDS_IN_FLIGHT_M && last.timeS < plane.untilS) {
    flyToGround(knots, COAST_COEFFICIENT_KGPM2, plane.untilS);
  }
  return { path: createPath(knots), burns };
}

/** One value a second. */
interface Profile {
  readonly timeS: readonly number[];
  readonly heightM: readonly number[];
  readonly climbMps: readonly number[];
  readonly speedMps: readonly number[];
  /** Rate of the speed, m/s^2. */
  readonly speedingMps2: readonly number[];
  /** Along the azimuth; negative on the way back. */
  readonly horizontalMps: readonly number[];
}

function profileOf(flight: Flight): Profile {
  const last = flight.timeS.at(-1) as number;
  // Whole seconds, and the end of the record itself.
  const timeS = Array.from({ length: Math.floor(last) + 1 }, (_, i) => i);
  if (last > (timeS.at(-1) as number) + 0.1) timeS.push(last);
  const altitude = timeS.map((t) =>
    smooth(flight.timeS, flight.altitudeKm, { at: t, halfWidth: ALTITUDE_WINDOW_S }),
  );
  const speed = timeS.map((t) =>
    smooth(flight.timeS, flight.speedMps, { at: t, halfWidth: SPEED_WINDOW_S }),
  );
  const speedMps = speed.map((s) => Math.max(0, s.value));
  const climbMps = altitude.map((a, i) => {
    const most = speedMps[i] as number;
    return Math.min(most, Math.max(-most, a.slope * 1000));
  });
  const size = speedMps.map((v, i) => Math.sqrt(Math.max(0, v * v - (climbMps[i] as number) ** 2)));
  const heightM = altitude.map((a) => Math.max(0, a.value * 1000));
  const sign = signsOf(size, heightM);
  const raw = size.map((v, i) => v * (sign[i] as number));
  return {
    timeS,
    heightM,
    climbMps,
    speedMps,
    speedingMps2: speed.map((s) => s.slope),
    horizontalMps: timeS.map(
      (t) => smooth(timeS, raw, { at: t, halfWidth: HORIZONTAL_WINDOW_S }).value,
    ),
  };
}

/**
 * +1 or -1 for each second: it changes at the bottom of each dip of the horizontal speed close to
 * zero, high up. Near the ground a dip is the start or the landing, not a way back.
 */
function signsOf(size: readonly number[], heightM: readonly number[]): number[] {
  const low = 0.15 * Math.max(...size);
  const turns: number[] = [];
  for (let i = 1; i < size.length; i += 1) {
    if (!((size[i] as number) < low && (size[i - 1] as number) >= low)) continue;
    let bottom = i;
    let end = i;
    while (end < size.length && (size[end] as number) < low) {
      if ((size[end] as number) < (size[bottom] as number)) bottom = end;
      end += 1;
    }
    if (end < size.length && (heightM[bottom] as number) > ENDS_IN_FLIGHT_M) turns.push(bottom);
  }
  let sign = 1;
  return size.map((_, i) => {
    if (turns.includes(i)) sign = -sign;
    return sign;
  });
}

/**
 * Knots along the geodesic through the pad, with the velocity that their positions imply. A free body does not
 * stay over it: at 1 km/s the turning Earth leaves it 0.1 m/s^2 behind, which a radar tells from a fall.
 */
function knotsOf(
  profile: Profile,
  plane: FlightPlane,
  burns: readonly (readonly [number, number])[],
): Knot[] {
  let downrangeM = 0;
  let across = { offM: 0, offMps: 0 };
  const positions = profile.timeS.map((t, i) => {
    const heightM = profile.heightM[i] as number;
    const seconds = i === 0 ? 0 : t - (profile.timeS[i - 1] as number);
    const mean =
      ((profile.horizontalMps[i] as number) +
        (profile.horizontalMps[Math.max(0, i - 1)] as number)) /
      2;
    // On the ground below: the flight's own circle is wider by its height.
    downrangeM += (mean * seconds) / (1 + heightM / 6371e3);
    const foot = footOf(plane, downrangeM);
    const alongRad = geodesicInverse(foot, footOf(plane, downrangeM + AHEAD_M)).azimuthRad;
    const isFree = heightM > AIR_BRAKES_BELOW_M && !burns.some(([from, to]) => t >= from && t < to);
    const motion = { alongMps: mean, climbMps: profile.climbMps[i] as number, alongRad };
    across = movedAcross(across, seconds, isFree ? leftBehindMps2(foot, motion) : null);
    const place = geodesicDestination(foot, alongRad + Math.PI / 2, across.offM);
    return ecefFromGeodetic({ ...place, heightM: plane.pad.heightM + heightM });
  });
  return positions.map((position, i) => {
    const before = Math.max(0, i - 1);
    const after = Math.min(positions.length - 1, i + 1);
    const seconds = (profile.timeS[after] as number) - (profile.timeS[before] as number);
    const velocity = position.map(
      (_, axis) =>
        ((positions[after]?.[axis] as number) - (positions[before]?.[axis] as number)) / seconds,
    );
    return { timeS: profile.timeS[i] as number, state: Float64Array.of(...position, ...velocity) };
  });
}

/** A place ahead, for the direction of the geodesic. */
const AHEAD_M = 1000;
/** What flies under force is steered back along the plane in so long. */
const STEERED_S = 10;

function footOf({ pad, azimuthRad }: FlightPlane, downrangeM: number): Geodetic {
  const way = downrangeM < 0 ? azimuthRad + Math.PI : azimuthRad;
  return geodesicDestination(pad, way, Math.abs(downrangeM));
}

/** Off the plane to the right, and how fast. */
interface Across {
  readonly offM: number;
  readonly offMps: number;
}

/** After some seconds of an acceleration to the right, m/s^2; null of what is steered. */
function movedAcross({ offM, offMps }: Across, seconds: number, mps2: number | null): Across {
  const after = mps2 === null ? offMps * Math.exp(-seconds / STEERED_S) : offMps + mps2 * seconds;
  return { offM: offM + ((offMps + after) / 2) * seconds, offMps: after };
}

/** Coriolis acceleration to the right of a course, m/s^2: -2 w x v, in local axes. */
function leftBehindMps2(
  { latitudeRad }: Geodetic,
  motion: { readonly alongMps: number; readonly climbMps: number; readonly alongRad: number },
): number {
  const { alongMps, climbMps, alongRad } = motion;
  const turning = Math.sin(latitudeRad) * alongMps;
  const rising = Math.cos(latitudeRad) * Math.cos(alongRad) * climbMps;
  return 2 * EARTH_ROTATION_RADPS * (turning - rising);
}

/** Acceleration along the path beyond gravity's, above which an engine must be running, m/s^2. */
const BURNING_MPS2 = 4;
/** Coming down below this, the air brakes as hard as an engine: no burn begins there. */
const AIR_BRAKES_BELOW_M = 55e3;

/** Intervals, seconds from lift-off, in which the speed changes as gravity alone cannot explain. */
function burnsOf(profile: Profile): (readonly [number, number])[] {
  const burns: [number, number][] = [];
  let burning = false;
  profile.timeS.forEach((t, i) => {
    const speed = Math.max(1, profile.speedMps[i] as number);
    const climb = profile.climbMps[i] as number;
    const height = profile.heightM[i] as number;
    const gravity = 9.81 * (6371e3 / (6371e3 + height)) ** 2;
    const force = (profile.speedingMps2[i] as number) + (gravity * climb) / speed;
    const mayBegin = climb > 0 || height > AIR_BRAKES_BELOW_M;
    burning = Math.abs(force) > BURNING_MPS2 && (burning || mayBegin);
    const open = burns.at(-1);
    if (!burning) return;
    // A dip of up to two seconds is a staging of nothing but the smoothing.
    if (open !== undefined && t - open[1] <= 2) open[1] = t + 1;
    else burns.push([t, t + 1]);
  });
  return burns.filter(([from, to]) => to - from >= 4);
}
