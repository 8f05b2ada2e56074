// SPDX-License-Identifier: Apache-2.0
// How long a region stands that a body no longer flies to. Bodies are followed down by one radar until
// a region is stated; then some pull up in the air, glide, or burn again above it, and some do not.
// The truth is flown here, with lift, drag and thrust as forces: no model of the tracker is in it.
//
// `staleRegionS` counts from the moment the force that is neither gravity nor drag passes 3 m/s²
// (what a lift of that size does is a hundred metres in eight seconds) until no region is stated.

import {
  addSeconds,
  airDensityKgpm3,
  coastAcceleration,
  createRandom,
  type Ecef,
  ecefFromEnu,
  ecefFromGeodetic,
  type Geodetic,
  geodesicDestination,
  geodeticFromDegrees,
  geodeticFromEcef,
  type Instant,
  instantFromIso,
  type LookAngles,
  lookAngles,
  type Random,
  secondsBetween,
  type Vector3,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { RadarPlot, RadarSensor } from '@isthmus/picture';
import { createTracking, ownPicture, stepTracking } from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';

const START: Instant = instantFromIso('2020-03-01T00:00:00Z');
const STEP_S = 0.1;
/** From here on it counts as a manoeuvre. */
const FORCE_COUNTS_MPS2 = 3;
const LIFT_MPS2_MAX = 150;
const WITHIN_S = 15;
const WATCHED_AFTER_S = 60;
const WARNED_BEFORE_S = 12;
const TOLD_CHI_SQUARE = 30;
const FLIGHT_S_MAX = 500;
const COAST_S_MAX = 120;
/** Elevations between which a radar has it, from so long before the manoeuvre to 15 s after. */
const SEEN_FROM_RAD = 0.05;
const SEEN_TO_RAD = 1.4;
const SEEN_BEFORE_S = 20;
/** No engine is lit again on the way down through the air. */
const BURNS_AGAIN_ABOVE_M = 100e3;

const KINDS = ['pull-up', 'glide', 're-ignition'] as const;
export type Manoeuvre = (typeof KINDS)[number] | 'none';

/** One drawn flight: states at every second, and when its manoeuvre began; null for none. */
interface Flown {
  readonly states: readonly Float64Array[];
  readonly beganS: number | null;
  readonly plan: Plan;
}

/** What a body does besides falling. */
interface Plan {
  readonly kind: Manoeuvre;
  readonly ballisticCoefficientKgpm2: number;
  /** Pull-up: below this height, metres. */
  readonly belowM: number;
  readonly liftOverDrag: number;
  /** Turn of the lift about the velocity, from straight up. */
  readonly bankRad: number;
  readonly burnsFromS: number;
  readonly burnsForS: number;
  readonly thrust: Vector3<Ecef>;
}

/**
 * Draws of manoeuvres (`scale` 1: 300) and of coasts (2,000), each its own body, radar and noise.
 *
 * `bestPossible` is when a test could tell that knew beforehand when and how the body would leave its
 * path, with the same certainty (chi-square 30): what is later than that by geometry and noise alone.
 */
export async function pullUp(given: {
  readonly seed: number;
  readonly scale: number;
}): Promise<Record<string, unknown>> {
  const random = createRandom(`bench/warning/pull-up ${given.seed}`);
  const draws = Math.max(3, Math.round(300 * given.scale));
  const results: (Episode & { readonly kind: Manoeuvre })[] = [];
  for (let i = 0; i < draws; i += 1) {
    const kind = KINDS[i % KINDS.length] as Exclude<Manoeuvre, 'none'>;
    results.push({ kind, ...episode(random.fork(`${kind} ${i}`), kind) });
  }
  const coasts = Math.max(3, Math.round(2000 * given.scale));
  let left = 0;
  for (let i = 0; i < coasts; i += 1) if (leavesCoast(random.fork(`coast ${i}`))) left += 1;
  const stood = results.filter(({ staleS }) => staleS !== null);
  const staleOf = (some: typeof stood): number[] => some.map(({ staleS }) => staleS as number);
  return {
    staleRegionS: summary(staleOf(stood)),
    staleRegionSByKind: Object.fromEntries(
      KINDS.map((kind) => [kind, summary(staleOf(stood.filter((one) => one.kind === kind)))]),
    ),
    bestPossibleS: summary(stood.map(({ bestS }) => bestS)),
    staleRegionSWherePossible: summary(staleOf(stood.filter(({ bestS }) => bestS <= WITHIN_S))),
    manoeuvresWithoutRegion: results.length - stood.length,
    falseWithdrawals: { coasts, withdrawn: left },
  };
}

/** `worst` is null where a region stood as long as it was looked at. */
function summary(seconds: readonly number[]): Record<string, number | null> {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (share: number): number | null => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 10) / 10;
  };
  return {
    draws: sorted.length,
    median: at(0.5),
    p95: at(0.95),
    worst: at(1),
    shareWithin15: sorted.filter((s) => s <= WITHIN_S).length / Math.max(1, sorted.length),
  };
}

interface Episode {
  /** Seconds from the manoeuvre until no region is stated; null where none stood. */
  readonly staleS: number | null;
  /** See `pullUp`. */
  readonly bestS: number;
}

/** One manoeuvre, followed by one radar through tracker and warnings. */
export function episode(random: Random, kind: Exclude<Manoeuvre, 'none'>): Episode {
  const flown = drawFlight(random.fork('flight'), kind);
  const sensor = drawRadar(random.fork('radar'), flown);
  const plots = plotsOf(random.fork('plots'), sensor, flown);
  const beganS = flown.beganS as number;
  const bestS = bestPossibleS(flown, sensor, plots);
  const tracking = createTracking([sensor]);
  const warnings = createWarnings('own');
  let isStanding = false;
  for (const { s, now, due } of seconds(flown, plots)) {
    stepTracking(tracking, due, now);
    // Regions of earlier seconds are of no interest, and cost most.
    if (s < beganS - WARNED_BEFORE_S) continue;
    stepWarnings(warnings, ownPicture(tracking, now), now);
    const isStated = currentWarnings(warnings).some(
      ({ impact, stage }) => impact.statement === 'region' && stage !== 'concluded',
    );
    if (s <= beganS) isStanding = isStated;
    else if (!isStanding) return { staleS: null, bestS };
    else if (!isStated) return { staleS: s - beganS, bestS };
  }
  return { staleS: isStanding ? Number.POSITIVE_INFINITY : null, bestS };
}

/** Whether a track of a body that only falls is taken for anything else, once it was known to coast. */
function leavesCoast(random: Random): boolean {
  const flown = drawFlight(random.fork('flight'), 'none');
  const sensor = drawRadar(random.fork('radar'), flown);
  const plots = plotsOf(random.fork('plots'), sensor, flown);
  const tracking = createTracking([sensor]);
  const coasted = new Set<string>();
  for (const { now, due } of seconds(flown, plots)) {
    stepTracking(tracking, due, now);
    for (const { id, filter, thrust } of tracking.radar) {
      if (filter.motion === 'coast' && thrust === null) coasted.add(id);
      else if (filter.motion !== 'coast' && coasted.has(id)) return true;
    }
  }
  return false;
}

/** The flight second by second, with the plots that arrive in each. */
function* seconds(
  flown: Flown,
  plots: readonly RadarPlot[],
): Generator<{ readonly s: number; readonly now: Instant; readonly due: readonly RadarPlot[] }> {
  let next = 0;
  for (let s = 1; s < flown.states.length; s += 1) {
    const now = addSeconds(START, s);
    const from = next;
    while ((plots[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now) next += 1;
    yield { s, now, due: plots.slice(from, next) };
  }
}

/** From the manoeuvre until its looks are, in sum, so far from those of a body that only falls. */
function bestPossibleS(flown: Flown, sensor: RadarSensor, plots: readonly RadarPlot[]): number {
  const beganS = flown.beganS as number;
  const s = Math.floor(beganS);
  const ahead = WATCHED_AFTER_S + 2;
  const fall = fly(flown.states[s] as Float64Array, { ...flown.plan, kind: 'none' }, ahead);
  let sum = 0;
  for (const { time, arrival } of plots) {
    const t = secondsBetween(START, time);
    if (t <= beganS || t - s >= fall.states.length - 1) continue;
    const [there, fell] = [placeAt(flown, t), placeAt(fall, t - s)].map((place) =>
      lookAngles(sensor.site, place),
    ) as [LookAngles, LookAngles];
    const turn = there.azimuthRad - fell.azimuthRad;
    const across = Math.atan2(Math.sin(turn), Math.cos(turn));
    sum += ((there.rangeM - fell.rangeM) / sensor.noise.rangeM) ** 2;
    sum += (across / sensor.noise.azimuthRad) ** 2;
    sum += ((there.elevationRad - fell.elevationRad) / sensor.noise.elevationRad) ** 2;
    if (sum >= TOLD_CHI_SQUARE) return secondsBetween(START, arrival) - beganS;
  }
  return Number.POSITIVE_INFINITY;
}

function drawFlight(random: Random, kind: Manoeuvre): Flown {
  for (;;) {
    const untilS = kind === 'none' ? COAST_S_MAX : FLIGHT_S_MAX;
    const flown = fly(drawStart(random, kind), drawPlan(random, kind), untilS);
    const { beganS } = flown;
    // A manoeuvre in the last seconds over the ground, or before a track can be, tests nothing.
    const isUsable =
      kind === 'none'
        ? flown.states.length > 60
        : beganS !== null &&
          beganS > 45 &&
          flown.states.length > beganS + WITHIN_S &&
          (kind !== 're-ignition' || heightAt(flown, beganS) > BURNS_AGAIN_ABOVE_M);
    if (isUsable) return flown;
  }
}

function heightAt(flown: Flown, s: number): number {
  return heightOf(flown.states[Math.floor(s)] as Float64Array);
}

/** Over the ellipsoid to some tens of metres: whose air it is matters, and not how high it begins. */
function heightOf(position: ArrayLike<number>): number {
  const [x, y, z] = [position[0] as number, position[1] as number, position[2] as number];
  const r = Math.hypot(x, y, z);
  return r - WGS84_SEMI_MAJOR_AXIS_M * (1 - WGS84_FLATTENING * (z / r) ** 2);
}

/** Coming down into the air, flatter for what glides; or anywhere on a free arc for what burns again. */
function drawStart(random: Random, kind: Manoeuvre): Float64Array {
  const between = (a: number, b: number): number => a + (b - a) * random.uniform();
  const inSpace = kind === 're-ignition' || (kind === 'none' && random.chance(1, 3));
  const heightM = inSpace ? between(130e3, 700e3) : between(110e3, 260e3);
  const speed = between(1600, 6500);
  const down = kind === 'glide' ? between(6, 18) : between(12, 50);
  const climbRad = ((inSpace ? between(-35, 35) : -down) * Math.PI) / 180;
  const azimuth = 2 * Math.PI * random.uniform();
  const place = geodeticFromDegrees(between(-60, 60), between(-180, 180), heightM);
  const velocity = ecefFromEnu(place, [
    speed * Math.cos(climbRad) * Math.sin(azimuth),
    speed * Math.cos(climbRad) * Math.cos(azimuth),
    speed * Math.sin(climbRad),
  ]);
  return Float64Array.of(...ecefFromGeodetic(place), ...velocity);
}

function drawPlan(random: Random, kind: Manoeuvre): Plan {
  const between = (a: number, b: number): number => a + (b - a) * random.uniform();
  const towards = [random.normal(), random.normal(), random.normal()];
  const size = Math.hypot(...towards);
  const thrustMps2 = 5 * 10 ** random.uniform();
  return {
    kind,
    ballisticCoefficientKgpm2: 2000 * 5 ** random.uniform(),
    belowM: between(20e3, 60e3),
    liftOverDrag: between(0.8, 3),
    bankRad: between(-1, 1),
    burnsFromS: between(50, 120),
    burnsForS: between(15, 60),
    thrust: towards.map((t) => (t / size) * thrustMps2) as unknown as Vector3<Ecef>,
  };
}

function fly(start: Float64Array, plan: Plan, secondsMax = FLIGHT_S_MAX): Flown {
  const states: Float64Array[] = [start.slice()];
  const state = start.slice();
  let beganS: number | null = null;
  for (let i = 0; i < secondsMax / STEP_S; i += 1) {
    const force = step(state, i * STEP_S, plan);
    if (force >= FORCE_COUNTS_MPS2 && beganS === null) beganS = i * STEP_S;
    if (
      geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]).heightM < 0
    ) {
      break;
    }
    if ((i + 1) % Math.round(1 / STEP_S) === 0) states.push(state.slice());
    if (beganS !== null && (i + 1) * STEP_S > beganS + WATCHED_AFTER_S) break;
  }
  return { states, beganS, plan };
}

const field = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/** One midpoint step in place; returns the size of lift and thrust. */
function step(state: Float64Array, timeS: number, plan: Plan): number {
  const slope = new Float64Array(6);
  const middle = new Float64Array(6);
  const size = slopes(state, timeS, plan, slope);
  for (let i = 0; i < 6; i += 1) {
    middle[i] = (state[i] as number) + (STEP_S / 2) * (slope[i] as number);
  }
  slopes(middle, timeS + STEP_S / 2, plan, slope);
  for (let i = 0; i < 6; i += 1) {
    state[i] = (state[i] as number) + STEP_S * (slope[i] as number);
  }
  return size;
}

function slopes(state: Float64Array, timeS: number, plan: Plan, slope: Float64Array): number {
  coastAcceleration(state, field, false);
  const r = [state[0] as number, state[1] as number, state[2] as number] as const;
  const v = [state[3] as number, state[4] as number, state[5] as number] as const;
  const radius = Math.hypot(...r);
  const speed = Math.hypot(...v);
  const heightM = heightOf(r);
  const drag = (0.5 * airDensityKgpm3(heightM) * speed * speed) / plan.ballisticCoefficientKgpm2;
  const up = r.map((x) => x / radius);
  const along = v.map((x) => x / speed);
  const climb = up.reduce((sum, u, i) => sum + u * (along[i] as number), 0);
  const force = forceOf({ heightM, drag, climb, speed, radius, timeS }, plan, { up, along });
  for (let i = 0; i < 3; i += 1) {
    slope[i] = v[i] as number;
    slope[i + 3] =
      (field.acceleration[i] as number) - drag * (along[i] as number) + (force[i] as number);
  }
  return Math.hypot(...force);
}

interface Here {
  readonly heightM: number;
  readonly drag: number;
  /** Sine of the climb. */
  readonly climb: number;
  readonly speed: number;
  readonly radius: number;
  readonly timeS: number;
}

/** Lift across the velocity, banked, or thrust. */
function forceOf(
  here: Here,
  plan: Plan,
  axes: { readonly up: readonly number[]; readonly along: readonly number[] },
): Vector3<Ecef> {
  if (plan.kind === 're-ignition') {
    const burns = here.timeS >= plan.burnsFromS && here.timeS < plan.burnsFromS + plan.burnsForS;
    return burns ? plan.thrust : [0, 0, 0];
  }
  const most = Math.min(LIFT_MPS2_MAX, plan.liftOverDrag * here.drag);
  let lift = 0;
  if (plan.kind === 'pull-up' && here.heightM < plan.belowM) lift = most;
  if (plan.kind === 'glide') {
    // What holds the height, and damps the climb or the sink that is left.
    const level = 9.81 - (here.speed * here.speed) / here.radius;
    lift = Math.min(most, Math.max(0, level - 0.04 * here.climb * here.speed));
  }
  if (lift === 0) return [0, 0, 0];
  const { up, along } = axes;
  const lifted = up.map((u, i) => u - here.climb * (along[i] as number));
  const length = Math.hypot(...lifted);
  const normal = lifted.map((x) => x / length);
  const bank = plan.kind === 'glide' ? 0 : plan.bankRad;
  const side = [0, 1, 2].map(
    (i) =>
      (along[(i + 1) % 3] as number) * (normal[(i + 2) % 3] as number) -
      (along[(i + 2) % 3] as number) * (normal[(i + 1) % 3] as number),
  );
  return normal.map(
    (n, i) => lift * (Math.cos(bank) * n + Math.sin(bank) * (side[i] as number)),
  ) as unknown as Vector3<Ecef>;
}

/** A radar that sees the manoeuvre from before to 15 s on, or the middle of a coast. */
function drawRadar(random: Random, flown: Flown): RadarSensor {
  const between = (a: number, b: number): number => a + (b - a) * random.uniform();
  const beganS = Math.floor(flown.beganS ?? flown.states.length / 2);
  const places = [beganS, beganS - SEEN_BEFORE_S, beganS + WITHIN_S].map((s) => {
    const at = flown.states[Math.max(0, Math.min(s, flown.states.length - 1))] as Float64Array;
    return geodeticFromEcef([at[0] as number, at[1] as number, at[2] as number]);
  });
  const rangeM = 15 * 10 ** random.uniform();
  const angleRad = 2e-4 * 5 ** random.uniform();
  return {
    kind: 'radar',
    id: 'radar',
    site: siteFor(random, places),
    azimuthFromRad: 0,
    azimuthToRad: 0,
    elevationMinRad: 0.03,
    elevationMaxRad: 1.5,
    rangeMaxM: 5e6,
    revisitS: random.chance(1, 2) ? 1 : between(1, 2),
    noise: { rangeM, azimuthRad: angleRad, elevationRad: angleRad },
    bias: { rangeM: rangeM / 3, azimuthRad: angleRad / 3, elevationRad: angleRad / 3 },
  };
}

function siteFor(random: Random, places: readonly Geodetic[]): Geodetic {
  const [place] = places as [Geodetic];
  for (;;) {
    const distanceM = 30e3 + 2e6 * random.uniform() ** 2;
    const site = {
      ...geodesicDestination(place, 2 * Math.PI * random.uniform(), distanceM),
      heightM: 100,
    };
    const isSeen = places.every((at) => {
      const { elevationRad } = lookAngles(site, ecefFromGeodetic(at));
      return elevationRad > SEEN_FROM_RAD && elevationRad < SEEN_TO_RAD;
    });
    if (isSeen) return site;
  }
}

function plotsOf(random: Random, sensor: RadarSensor, flown: Flown): RadarPlot[] {
  const { noise, bias } = sensor;
  const [dr, da, de] = [random.normal(), random.normal(), random.normal()];
  const plots: RadarPlot[] = [];
  for (let t = 0.3; t < flown.states.length - 1; t += sensor.revisitS) {
    const look = lookAngles(sensor.site, placeAt(flown, t));
    const isSeen =
      look.elevationRad > sensor.elevationMinRad && look.elevationRad < sensor.elevationMaxRad;
    if (!isSeen || random.chance(1, 10)) continue;
    const time = addSeconds(START, t);
    plots.push({
      kind: 'radar',
      id: plots.length,
      sensor: sensor.id,
      time,
      arrival: addSeconds(time, 0.3),
      rangeM: look.rangeM + bias.rangeM * dr + noise.rangeM * random.normal(),
      azimuthRad: look.azimuthRad + bias.azimuthRad * da + noise.azimuthRad * random.normal(),
      elevationRad:
        look.elevationRad + bias.elevationRad * de + noise.elevationRad * random.normal(),
    });
  }
  return plots;
}

/** Between the whole seconds by a cubic through places and velocities: to a metre at 15 g. */
function placeAt(flown: Flown, t: number): Vector3<Ecef> {
  const s = Math.floor(t);
  const [a, b] = [flown.states[s] as Float64Array, flown.states[s + 1] as Float64Array];
  const u = t - s;
  const [u2, u3] = [u * u, u * u * u];
  return [0, 1, 2].map(
    (i) =>
      (2 * u3 - 3 * u2 + 1) * (a[i] as number) +
      (u3 - 2 * u2 + u) * (a[i + 3] as number) +
      (3 * u2 - 2 * u3) * (b[i] as number) +
      (u3 - u2) * (b[i + 3] as number),
  ) as unknown as Vector3<Ecef>;
}
