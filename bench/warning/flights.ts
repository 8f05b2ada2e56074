// SPDX-License-Identifier: Apache-2.0
// Two recorded flights of first stages that turn back in space: what is stated of where they come down,
// against a fall without air from the recorded flight, with the air of the statement left out as well.
//
// Measured were speed and altitude, in steps that make a coast of the record shake by 5 to 40 m/s².
// Between boostback and entry burn the record is therefore smoothed by the free arc that fits it best;
// how far it is from it is told beside (`fitM`, `fitMps`). Plane and sensors are those of the scenario
// `falcon-flight`. Skipped, saying so, where the recordings are absent.

import { existsSync, readFileSync } from 'node:fs';
import {
  coastAcceleration,
  type Ecef,
  ecefFromEnu,
  ecefFromGeodetic,
  enuFromEcef,
  geodesicDestination,
  geodesicInverse,
  geodeticFromDegrees,
  geodeticFromEcef,
  solvePositive,
  type Vector3,
} from '@isthmus/earth';
import type { ImpactRegion } from '@isthmus/picture';
import { type Flight, loadFlight, withFlight } from '@isthmus/sim/scenario';
import { impactRegion } from '@isthmus/warning';
import { play, scenarioOf } from '../../tests/tracking/play.ts';

const FOLDER = new URL('../../../shared/data/falcon9/', import.meta.url);
const FLIGHTS = ['NROL-76', 'SpaceX_CRS-11'] as const;
/** When what is stated is read: seconds after the end of boostback, and before the entry burn. */
const AFTER_BOOSTBACK_S = 60;
const BEFORE_ENTRY_S = 10;
const WITHIN_KM = 5;
const NO_AIR = { medianKgpm2: Number.POSITIVE_INFINITY, logSigma: 0 };
/** Steps of the record, for the weights of the fit. */
const ALTITUDE_STEP_M = 100;
const SPEED_STEP_MPS = 1;
/** The arc joins the record over so long, where burns end and begin. */
const JOIN_S = 4;
/** Of the recorded flights; the plane of the scenario `falcon-flight`. */
const PAD = geodeticFromDegrees(28.608, -80.604, 0);
const AZIMUTH_RAD = Math.PI / 4;

interface Events {
  readonly boostback_start: number;
  readonly boostback_end: number;
  readonly entry_start: number;
}

/** Each flight seen by each side of `falcon-flight`, over seeds (`scale` 1: 5). */
export async function recordedFlights(given: {
  readonly seed: number;
  readonly scale: number;
}): Promise<Record<string, unknown>> {
  if (!existsSync(FOLDER)) return { recordedFlights: 'skipped: ../shared/data/falcon9 is absent' };
  const seeds = Array.from({ length: Math.max(1, Math.round(5 * given.scale)) }, (_, i) => i);
  const told = FLIGHTS.map((name) => {
    const events = read(name, 'events.json') as Events;
    const { flight, fitM, fitMps } = smoothed(loadFlight(read(name, 'analysed.json')), events);
    const runs = seeds.flatMap((i) =>
      (['west', 'east'] as const).map((side) =>
        readRun(flight, events, { side, seed: given.seed + i }),
      ),
    );
    return [name, { fitM, fitMps, ...summary(runs) }] as const;
  });
  return { recordedFlights: Object.fromEntries(told) };
}

function read(name: string, file: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}/${file}`, FOLDER), 'utf8'));
}

/** What one side says at one time. */
interface Reading {
  /** From the centre without air to the fall without air; null where nothing is stated. */
  readonly missKm: number | null;
  /** That point within the 90 % region without air, and within the one stated. */
  readonly isInside: boolean;
  readonly isInStated: boolean;
}

interface Run {
  readonly afterBoostback: Reading;
  readonly beforeEntry: Reading;
  /** From ignition until no region is stated; null where none was stated then or since. */
  readonly staleS: number | null;
}

function summary(runs: readonly Run[]): Record<string, unknown> {
  const readings = (of: 'afterBoostback' | 'beforeEntry'): Record<string, unknown> => {
    const all = runs.map((run) => run[of]);
    const misses = all.flatMap(({ missKm }) => (missKm === null ? [] : [missKm]));
    return {
      runs: all.length,
      stated: misses.length,
      missKmMax: rounded(Math.max(...misses)),
      within5Km: misses.filter((km) => km <= WITHIN_KM).length,
      inside90: all.filter(({ isInside }) => isInside).length,
      insideStated90: all.filter(({ isInStated }) => isInStated).length,
    };
  };
  const stale = runs.flatMap(({ staleS }) => (staleS === null ? [] : [staleS]));
  return {
    afterBoostback: readings('afterBoostback'),
    beforeEntry: readings('beforeEntry'),
    staleRegionS: { regions: stale.length, worst: stale.length === 0 ? null : Math.max(...stale) },
  };
}

function rounded(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 100) / 100 : null;
}

function readRun(
  flight: Flight,
  events: Events,
  whose: { readonly side: 'west' | 'east'; readonly seed: number },
): Run {
  const scenario = withFlight(scenarioOf('falcon-flight'), flight);
  const readAt = {
    afterBoostback: events.boostback_end + AFTER_BOOSTBACK_S,
    beforeEntry: events.entry_start - BEFORE_ENTRY_S,
  };
  const nothing: Reading = { missKm: null, isInside: false, isInStated: false };
  const found = { afterBoostback: nothing, beforeEntry: nothing };
  let staleS: number | null = null;
  play({ scenario, ...whose, untilS: readAt.beforeEntry }, (second, truth) => {
    const { s, now, picture, warnings, mainObject } = second;
    const stated =
      warnings.flatMap(({ impact }) => (impact.statement === 'region' ? [impact] : []))[0] ?? null;
    const sinceS = s - events.boostback_start;
    if (stated !== null && sinceS >= 0 && s < events.boostback_end) staleS = sinceS + 1;
    for (const which of ['afterBoostback', 'beforeEntry'] as const) {
      if (s !== readAt[which] || stated === null) continue;
      const object = picture.events.flatMap((e) => e.objects).find(({ id }) => id === mainObject);
      const real = truth.objects[0]?.stateAt(now);
      const without = object?.estimate ? impactRegion(object.estimate, NO_AIR) : null;
      if (without === null || real === null || real === undefined) continue;
      const ground = fallWithoutAir(real);
      found[which] = {
        missKm: geodesicInverse(without.centre, ground).distanceM / 1000,
        isInside: holds(without, ground),
        isInStated: holds(stated, ground),
      };
    }
  });
  return { ...found, staleS };
}

function holds(region: ImpactRegion, point: ReturnType<typeof fallWithoutAir>): boolean {
  const { distanceM, azimuthRad } = geodesicInverse(region.centre, point);
  const [e, n] = [distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)];
  const [ee, en, nn] = region.covarianceM2;
  const square = (nn * e * e - 2 * en * e * n + ee * n * n) / (ee * nn - en * en);
  return square <= -2 * Math.log(1 - region.probability);
}

/** Down to the ellipsoid under gravity alone. */
function fallWithoutAir(start: ArrayLike<number>): ReturnType<typeof geodeticFromEcef> {
  let state: Float64Array = Float64Array.from(start);
  for (;;) {
    const next = coasted(state, 0.5);
    const [before, after] = [placeOf(state), placeOf(next)];
    if (after.heightM <= 0) {
      return placeOf(coasted(state, (0.5 * before.heightM) / (before.heightM - after.heightM)));
    }
    state = next;
  }
}

function placeOf(state: Float64Array): ReturnType<typeof geodeticFromEcef> {
  return geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]);
}

const field = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/** Free fall in midpoint steps of two seconds: to a metre after 250 s. */
function coasted(start: Float64Array, seconds: number): Float64Array {
  const steps = Math.max(1, Math.ceil(Math.abs(seconds) / 2));
  const h = seconds / steps;
  const state = Float64Array.from(start);
  for (let i = 0; i < steps; i += 1) {
    const middle = moved(state, state, h / 2);
    state.set(moved(state, middle, h));
  }
  return state;
}

function moved(from: Float64Array, slopesAt: Float64Array, h: number): Float64Array {
  coastAcceleration(slopesAt, field, false);
  return from.map(
    (v, i) => v + h * ((i < 3 ? slopesAt[i + 3] : field.acceleration[i - 3]) as number),
  );
}

/** The recording with its coast replaced by the free arc that fits it best, and how well it does. */
function smoothed(
  flight: Flight,
  events: Events,
): { readonly flight: Flight; readonly fitM: number; readonly fitMps: number } {
  const from = events.boostback_end + JOIN_S;
  const to = events.entry_start - 1;
  const rows = flight.timeS.flatMap((t, i) => (t >= from && t <= to ? [i] : []));
  const middle = (from + to) / 2;
  const arc = bestArc(flight, rows, middle);
  const seen = (t: number): Seen => seenOf(coasted(startOf(arc), t - middle));
  let [sumM, sumMps] = [0, 0];
  for (const i of rows) {
    const { heightM, speedMps } = seen(flight.timeS[i] as number);
    sumM += (heightM - 1000 * (flight.altitudeKm[i] as number)) ** 2;
    sumMps += (speedMps - (flight.speedMps[i] as number)) ** 2;
  }
  const share = (t: number): number =>
    Math.min(1, Math.max(0, (t - from) / JOIN_S)) * Math.min(1, Math.max(0, (to - t) / JOIN_S));
  const join = (t: number, own: number, arcs: (seen: Seen) => number): number =>
    share(t) === 0 ? own : own + share(t) * (arcs(seen(t)) - own);
  return {
    flight: {
      timeS: flight.timeS,
      speedMps: flight.speedMps.map((v, i) =>
        join(flight.timeS[i] as number, v, ({ speedMps }) => speedMps),
      ),
      altitudeKm: flight.altitudeKm.map((v, i) =>
        join(flight.timeS[i] as number, v, ({ heightM }) => heightM / 1000),
      ),
    },
    fitM: Math.round(Math.sqrt(sumM / rows.length)),
    fitMps: Math.round(10 * Math.sqrt(sumMps / rows.length)) / 10,
  };
}

interface Seen {
  readonly heightM: number;
  readonly speedMps: number;
}

/** Height, climb and horizontal speed, the last along the plane and negative on the way back. */
type Arc = readonly [heightM: number, climbMps: number, alongMps: number];

/** How far from the pad the arc is taken to be: gravity there is that everywhere near. */
const DOWNRANGE_M = 80e3;

function startOf([heightM, climbMps, alongMps]: Arc): Float64Array {
  const place = { ...geodesicDestination(PAD, AZIMUTH_RAD, DOWNRANGE_M), heightM };
  const velocity = ecefFromEnu(place, [
    alongMps * Math.sin(AZIMUTH_RAD),
    alongMps * Math.cos(AZIMUTH_RAD),
    climbMps,
  ]);
  return Float64Array.of(...ecefFromGeodetic(place), ...velocity);
}

function seenOf(state: Float64Array): Seen {
  const velocity: Vector3<Ecef> = [state[3] as number, state[4] as number, state[5] as number];
  return {
    heightM: placeOf(state).heightM,
    speedMps: Math.hypot(...enuFromEcef(placeOf(state), velocity)),
  };
}

/** Gauss-Newton from the recorded height and a guess of the way back. */
function bestArc(flight: Flight, rows: readonly number[], middle: number): Arc {
  const at = rows.reduce((a, b) =>
    Math.abs((flight.timeS[b] as number) - middle) < Math.abs((flight.timeS[a] as number) - middle)
      ? b
      : a,
  );
  const slowest = Math.min(...rows.map((i) => flight.speedMps[i] as number));
  let arc: Arc = [1000 * (flight.altitudeKm[at] as number), -300, -slowest];
  const residuals = (candidate: Arc): number[] => {
    const start = startOf(candidate);
    return rows.flatMap((i) => {
      const { heightM, speedMps } = seenOf(coasted(start, (flight.timeS[i] as number) - middle));
      return [
        (1000 * (flight.altitudeKm[i] as number) - heightM) / ALTITUDE_STEP_M,
        ((flight.speedMps[i] as number) - speedMps) / SPEED_STEP_MPS,
      ];
    });
  };
  for (let round = 0; round < 8; round += 1) {
    const base = residuals(arc);
    const slopes = arc.map((v, k) => {
      const step = k === 0 ? 10 : 0.1;
      const there = residuals(arc.with(k, v + step) as unknown as Arc);
      return base.map((r, i) => (r - (there[i] as number)) / step);
    });
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
    const normal = Float64Array.from(slopes.flatMap((a) => slopes.map((b) => dot(a, b))));
    const shift = solvePositive(normal, Float64Array.from(slopes.map((a) => dot(a, base))), 3);
    if (shift === null) break;
    arc = arc.map((v, k) => v + (shift[k] as number)) as unknown as Arc;
  }
  return arc;
}
