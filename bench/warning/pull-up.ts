// SPDX-License-Identifier: Apache-2.0
// How long a region stands that a body no longer flies to. Bodies are followed down by one radar until
// a region is stated; then some pull up in the air, glide, or burn again above it, and some do not.
// The truth is in manoeuvres.ts: no model of the tracker is in it.
//
// `staleRegionS` counts from the moment the force that is neither gravity nor drag passes 3 m/s²
// (what a lift of that size does is a hundred metres in eight seconds) until no region is stated.

import {
  addSeconds,
  createRandom,
  type Ecef,
  ecefFromGeodetic,
  type Geodetic,
  geodesicDestination,
  geodeticFromEcef,
  type Instant,
  instantFromIso,
  lookAngles,
  type Random,
  secondsBetween,
  solvePositive,
  type Vector3,
} from '@isthmus/earth';
import type { RadarPlot, RadarSensor } from '@isthmus/picture';
import { createTracking, ownPicture, stepTracking } from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';
import {
  drawFlight,
  type Flown,
  fly,
  KINDS,
  type Kind,
  placeAt,
  WATCHED_AFTER_S,
} from './manoeuvres.ts';

const START: Instant = instantFromIso('2020-03-01T00:00:00Z');
const WITHIN_S = 15;
const WARNED_BEFORE_S = 12;
/**
 * A detector that is told the manoeuvre has one number to look at, and errs as seldom as the tracker's
 * test (chi-square 30 of three degrees, once in 700,000) when it asks 4.7 sigma of it. Half of the time
 * a mean of as much gives it.
 */
const TOLD_CHI_SQUARE = 22;
/** Elevations between which a radar has it, from so long before the manoeuvre to 15 s after. */
const SEEN_FROM_RAD = 0.05;
const SEEN_TO_RAD = 1.4;
const SEEN_BEFORE_S = 20;
const SITES_TRIED = 400;

/**
 * Draws of manoeuvres (`scale` 1: 240) and of coasts (1,500), each its own body, radar and noise.
 *
 * `bestPossibleS` is when a test could tell that knew beforehand when, where and how strongly the body
 * would leave its path, and had only the path to learn from the looks: at even odds and with the same
 * certainty. Nothing of the tracker is in it. What it tells later than 15 s after is out of any detector's
 * reach, by geometry and noise alone; those stand in `staleRegionS` all the same.
 */
export async function pullUp(given: {
  readonly seed: number;
  readonly scale: number;
}): Promise<Record<string, unknown>> {
  const random = createRandom(`bench/warning/pull-up ${given.seed}`);
  const draws = Math.max(3, Math.round(240 * given.scale));
  const results: (Episode & { readonly kind: Kind })[] = [];
  for (let i = 0; i < draws; i += 1) {
    const kind = KINDS[i % KINDS.length] as Kind;
    results.push({ kind, ...episode(random.fork(`${kind} ${i}`), kind) });
  }
  const coasts = Math.max(3, Math.round(1500 * given.scale));
  let left = 0;
  for (let i = 0; i < coasts; i += 1) if (leavesCoast(random.fork(`coast ${i}`))) left += 1;
  const stood = results.filter(({ staleS }) => staleS !== null);
  const staleOf = (some: typeof stood): number[] => some.map(({ staleS }) => staleS as number);
  const possible = stood.filter(({ bestS }) => bestS <= WITHIN_S);
  return {
    staleRegionS: summary(staleOf(stood)),
    staleRegionSByKind: Object.fromEntries(
      KINDS.map((kind) => [kind, summary(staleOf(stood.filter((one) => one.kind === kind)))]),
    ),
    bestPossibleS: summary(stood.map(({ bestS }) => bestS)),
    staleRegionSWherePossible: summary(staleOf(possible)),
    staleRegionSByKindWherePossible: Object.fromEntries(
      KINDS.map((kind) => [kind, summary(staleOf(possible.filter((one) => one.kind === kind)))]),
    ),
    staleRegionSOutOfReach: summary(staleOf(stood.filter(({ bestS }) => bestS > WITHIN_S))),
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
function episode(random: Random, kind: Kind): Episode {
  const flown = drawFlight(random.fork('flight'), kind);
  const sensor = drawRadar(random.fork('radar'), flown);
  const plots = plotsOf(random.fork('plots'), sensor, flown);
  const beganS = flown.beganS as number;
  const bestS = bestPossibleS(flown, sensor, plots);
  const tracking = createTracking([sensor]);
  const warnings = createWarnings('own');
  let isStanding = false;
  for (const { s, now, due } of ticksOf(flown, plots)) {
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
  for (const { now, due } of ticksOf(flown, plots)) {
    stepTracking(tracking, due, now);
    for (const { id, filter, thrust } of tracking.radar) {
      if (filter.motion === 'coast' && thrust === null) coasted.add(id);
      else if (filter.motion !== 'coast' && coasted.has(id)) return true;
    }
  }
  return false;
}

/** The flight second by second, with the plots that arrive in each. */
function* ticksOf(
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

/**
 * From the manoeuvre until what it does to the looks is larger, beyond what another path of a body that
 * only falls would do to all looks so far, than certainty asks. Over these minutes errors of a path grow
 * in proportion to time, to some hundredths.
 */
function bestPossibleS(flown: Flown, sensor: RadarSensor, plots: readonly RadarPlot[]): number {
  const beganS = flown.beganS as number;
  const s = Math.floor(beganS);
  const ahead = WATCHED_AFTER_S + 2;
  const fall = fly(flown.states[s] as Float64Array, { ...flown.plan, kind: 'none' }, ahead);
  const information = new Float64Array(36);
  const common = new Float64Array(6);
  let sum = 0;
  for (const { time, arrival } of plots) {
    const t = secondsBetween(START, time);
    const there = placeAt(flown, t);
    if (t > beganS && t - s >= fall.states.length - 1) continue;
    const fell = t <= beganS ? there : placeAt(fall, t - s);
    const apart = inSigmas(sensor, there, fell);
    const [x, y, z] = fell;
    const slopes = [inSigmas(sensor, [x + 1, y, z], fell), inSigmas(sensor, [x, y + 1, z], fell)];
    slopes.push(inSigmas(sensor, [x, y, z + 1], fell));
    apart.forEach((difference, k) => {
      const row = [0, 1, 2, 3, 4, 5].map(
        (i) => (slopes[i % 3]?.[k] as number) * (i < 3 ? 1 : t - beganS),
      );
      sum += difference ** 2;
      row.forEach((value, i) => {
        common[i] = (common[i] as number) + value * difference;
        row.forEach((other, j) => {
          information[i * 6 + j] = (information[i * 6 + j] as number) + value * other;
        });
      });
    });
    if (t <= beganS) continue;
    const path = solvePositive(information, common, 6);
    const known = path?.reduce((all, value, i) => all + value * (common[i] as number), 0);
    if (sum - (known ?? sum) >= TOLD_CHI_SQUARE) return secondsBetween(START, arrival) - beganS;
  }
  return Number.POSITIVE_INFINITY;
}

/** Range, azimuth and elevation of a place less those of another, each over its noise. */
function inSigmas(
  sensor: RadarSensor,
  place: Vector3<Ecef>,
  other: Vector3<Ecef>,
): readonly number[] {
  const [a, b] = [lookAngles(sensor.site, place), lookAngles(sensor.site, other)];
  const turn = a.azimuthRad - b.azimuthRad;
  return [
    (a.rangeM - b.rangeM) / sensor.noise.rangeM,
    Math.atan2(Math.sin(turn), Math.cos(turn)) / sensor.noise.azimuthRad,
    (a.elevationRad - b.elevationRad) / sensor.noise.elevationRad,
  ];
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
  for (let attempt = 0; attempt < SITES_TRIED; attempt += 1) {
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
  // No ground sees all of a path that ends low: it is seen where the manoeuvre begins.
  return siteFor(random, [place]);
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
