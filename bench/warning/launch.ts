// SPDX-License-Identifier: Apache-2.0
// The study of launch estimates: simulated lines of sight and radar looks of flights inside and outside
// what the tracker knows go through the real tracker, and the stated ellipses and times are counted
// against the truth. Part `launch` of the benchmark `warning`; alone:
//   node --conditions=isthmus-source bench/warning/launch.ts [--seed N] [--scale X]

import { pathToFileURL } from 'node:url';
import {
  addSeconds,
  createRandom,
  ecefFromGeodetic,
  enuFromEcef,
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
  geodeticFromDegrees,
  geodeticFromEcef,
  lookAngles,
  type Random,
  secondsBetween,
  subtract,
} from '@isthmus/earth';
import type { InfraredSensor, LaunchEstimate, Plot, RadarSensor, Sensor } from '@isthmus/picture';
import { createTracking, ownPicture, stepTracking } from '@isthmus/tracking';
import { drawFlight, type Flown, PROFILES, type Profile, readyMade } from './launch-profiles.ts';

/** What was seen of a launch. */
export const VIEWS = [
  'infrared-75',
  'infrared',
  'infrared-two',
  'radar-boost',
  'radar-coast',
  'radar-late',
  'both',
] as const;
export type View = (typeof VIEWS)[number];

/** Flights of one profile under one view at scale 1. */
const DRAWS = 4;
/** Chi-square, 2 degrees of freedom, at 90 % and 50 %. */
const INSIDE_90 = 4.605;
const INSIDE_50 = 1.386;

/** One estimate against the truth. */
export interface Score {
  readonly view: View;
  readonly profile: Profile;
  /** Squared distance of the true point in sigmas of the stated covariance. */
  readonly distance: number;
  /** Error of the launch time in its sigmas, and in seconds. */
  readonly timeSigmas: number;
  readonly timeS: number;
  /** Error of the azimuth in its sigmas; NaN where none is stated. */
  readonly azimuthSigmas: number;
  /** Semi-axes of the stated 90 % ellipse, the longer first, metres; stated sigmas. */
  readonly axesM: readonly [number, number];
  readonly timeSigmaS: number;
  readonly azimuthSigmaRad: number;
}

/** Runs the study; scale 1 is four flights of each profile under each view. */
export function launchStudy(given: {
  readonly seed: number;
  readonly scale: number;
  readonly views?: readonly View[];
  readonly profiles?: readonly Profile[];
}): { readonly scores: Score[]; readonly silent: number; readonly doubled: number } {
  const scores: Score[] = [];
  let silent = 0;
  let doubled = 0;
  for (const view of given.views ?? VIEWS) {
    for (const profile of given.profiles ?? PROFILES) {
      const draws = Math.max(1, Math.round(DRAWS * given.scale));
      for (let k = 0; k < draws; k += 1) {
        const random = createRandom(`launch/${given.seed}/${view}/${profile}/${k}`);
        const told = observe(view, drawFlight(profile, random), random);
        if (told.launches > 1) doubled += 1;
        if (told.score === null) silent += 1;
        else scores.push(told.score);
      }
    }
  }
  return { scores, silent, doubled };
}

/** The part: coverage over the mix, by view and by profile, with sizes beside it. */
export async function launch(given: {
  readonly seed: number;
  readonly scale: number;
  readonly views?: readonly View[];
  readonly profiles?: readonly Profile[];
}): Promise<Record<string, unknown>> {
  const { scores, silent, doubled } = launchStudy(given);
  const by = (of: (s: Score) => string): Record<string, unknown> =>
    Object.fromEntries(
      [...new Set(scores.map(of))].map((name) => [
        name,
        summary(scores.filter((s) => of(s) === name)),
      ]),
    );
  return {
    launchEstimates: {
      mix: summary(scores),
      byView: by((s) => s.view),
      byProfile: by((s) => s.profile),
      byBoth: by((s) => `${s.view}/${s.profile}`),
      withoutEstimate: silent,
      severalLaunches: doubled,
    },
    blackSea75: blackSea(given),
  };
}

/** The default exercise, 75 s after lift-off, from its one satellite. */
function blackSea(given: { readonly seed: number; readonly scale: number }) {
  const flown = readyMade('black-sea');
  const scores: Score[] = [];
  for (let k = 0; k < Math.max(2, Math.round(DRAWS * given.scale)); k += 1) {
    const random = createRandom(`launch/${given.seed}/black-sea/${k}`);
    const told = observe('infrared-75', flown, random, {
      site: geodeticFromDegrees(0, 20, 35_786_000),
      cloudM: 9_000,
    });
    if (told.score !== null) scores.push(told.score);
  }
  return summary(scores);
}

function summary(scores: readonly Score[]) {
  const share = (of: (s: Score) => boolean): number =>
    round(scores.filter(of).length / scores.length, 3);
  const middle = (of: (s: Score) => number, digits = 0): number => {
    const sorted = scores
      .map(of)
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    return round(sorted[sorted.length >> 1] ?? Number.NaN, digits);
  };
  const mean = (of: (s: Score) => number): number => {
    const values = scores.map(of).filter(Number.isFinite);
    return round(values.reduce((a, b) => a + b, 0) / values.length, 2);
  };
  return {
    draws: scores.length,
    coverage90: share((s) => s.distance <= INSIDE_90),
    coverage50: share((s) => s.distance <= INSIDE_50),
    pointNees: mean((s) => s.distance / 2),
    timeCoverage90: share((s) => Math.abs(s.timeSigmas) <= 1.645),
    timeNees: mean((s) => s.timeSigmas ** 2),
    timeBiasS: mean((s) => s.timeS),
    azimuthNees: mean((s) => s.azimuthSigmas ** 2),
    medianAxesKm: [middle((s) => s.axesM[0] / 1e3, 1), middle((s) => s.axesM[1] / 1e3, 1)],
    medianTimeSigmaS: middle((s) => s.timeSigmaS, 1),
    medianAzimuthSigmaDeg: middle((s) => (s.azimuthSigmaRad * 180) / Math.PI, 1),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

interface Setting {
  readonly site: Geodetic;
  readonly cloudM: number;
}

/** Flies the plots of a view through the tracker and scores what it says at the end. */
function observe(
  view: View,
  flown: Flown,
  random: Random,
  setting: Setting | null = null,
): { readonly score: Score | null; readonly launches: number } {
  const cloudM = setting?.cloudM ?? (random.chance(1, 3) ? 500 : between(random, 7e3, 10e3));
  const endS = view === 'infrared-75' ? 75 : flown.burnoutS + 25;
  const eyes = [setting?.site ?? slot(flown, random), slot(flown, random)].map((site, k) =>
    infraredSensor(`eye-${k}`, site, random),
  );
  const sees = view === 'both' ? ['eye-0'] : view === 'infrared-two' ? ['eye-0', 'eye-1'] : [];
  const used = eyes.filter(({ id }) =>
    view.startsWith('infrared') ? id === 'eye-0' || view === 'infrared-two' : sees.includes(id),
  );
  const watched = view.startsWith('radar') || view === 'both' ? radarOf(view, flown, random) : null;
  const sensors: Sensor[] = [...used, ...(watched === null ? [] : [watched.radar])];
  const plots = [
    ...used.flatMap((eye) => linesOfSight(eye, flown, { random, cloudM, endS })),
    ...(watched === null ? [] : radarLooks(watched, flown, random)),
  ]
    .sort((a, b) => a.time - b.time)
    .map((plot, id) => ({ ...plot, id }) as Plot);
  return scoreOf(view, flown, { sensors, plots });
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A geostationary slot from which the launch is well above the horizon. */
function slot(flown: Flown, random: Random): Geodetic {
  for (;;) {
    const site: Geodetic = {
      latitudeRad: 0,
      longitudeRad: flown.site.longitudeRad + between(random, -1, 1),
      heightM: 35_786_000,
    };
    const apart = geodesicInverse(flown.site, { ...site, heightM: 0 }).distanceM;
    if (apart < 7.2e6) return site;
  }
}

function infraredSensor(id: string, site: Geodetic, random: Random): InfraredSensor {
  const revisitS = random.chance(2, 3) ? 5 : 10;
  return { kind: 'infrared', id, site, revisitS, noiseRad: 40e-6, biasRad: 20e-6 };
}

type Unnumbered = Omit<Plot, 'id'>;

function linesOfSight(
  eye: InfraredSensor,
  flown: Flown,
  given: { readonly random: Random; readonly cloudM: number; readonly endS: number },
): Unnumbered[] {
  const { random } = given;
  const plots: Unnumbered[] = [];
  const bias = [eye.biasRad * random.normal(), eye.biasRad * random.normal()] as const;
  for (let t = random.uniform() * eye.revisitS; t < given.endS; t += eye.revisitS) {
    if (!flown.isBurning(t) || random.chance(1, 10)) continue;
    const at = placeOf(flown.stateAt(t));
    if (geodeticFromEcef(at).heightM < given.cloudM) continue;
    const [e, n, u] = enuFromEcef(eye.site, subtract(at, ecefFromGeodetic(eye.site)));
    const time = addSeconds(flown.liftoff, t);
    plots.push({
      kind: 'infrared',
      sensor: eye.id,
      time,
      arrival: addSeconds(time, 1),
      eastRad: Math.atan2(e, -u) + bias[0] + eye.noiseRad * random.normal(),
      northRad: Math.asin(n / Math.hypot(e, n, u)) + bias[1] + eye.noiseRad * random.normal(),
    } as Unnumbered);
  }
  return plots;
}

function placeOf(state: ArrayLike<number>): ReturnType<typeof ecefFromGeodetic> {
  return [state[0] as number, state[1] as number, state[2] as number];
}

interface Watched {
  readonly radar: RadarSensor;
  readonly fromS: number;
  readonly toS: number;
}

/** A radar beside the path, and the seconds from lift-off in which it looks. */
function radarOf(view: View, flown: Flown, random: Random): Watched {
  for (;;) {
    const { burnoutS } = flown;
    const late = view === 'radar-late';
    const after = late ? between(random, 120, 300) : between(random, 3, 60);
    const fromS = view === 'radar-boost' ? burnoutS * between(random, 0.35, 0.8) : burnoutS + after;
    const toS = view === 'radar-boost' ? burnoutS + 30 : fromS + 40;
    const below = geodeticFromEcef(placeOf(flown.stateAt(fromS + between(random, 20, 200))));
    const away =
      view === 'radar-boost' ? between(random, 150e3, 700e3) : between(random, 2e5, 1.8e6);
    const site = {
      ...geodesicDestination(below, 2 * Math.PI * random.uniform(), away),
      heightM: 200,
    };
    const visible = [fromS, toS].every((t) => {
      const { elevationRad, rangeM } = lookAngles(site, placeOf(flown.stateAt(t)));
      return elevationRad > 0.05 && elevationRad < 1.4 && rangeM < 4e6;
    });
    const down = geodeticFromEcef(placeOf(flown.stateAt(toS))).heightM < 130e3;
    if (visible && !(down && late)) return { radar: radarSensor(site, random), fromS, toS };
    if (down && late) return { radar: radarSensor(site, random), fromS, toS: fromS };
  }
}

function radarSensor(site: Geodetic, random: Random): RadarSensor {
  const rangeM = between(random, 30, 100);
  const angleRad = between(random, 5e-4, 9e-4);
  return {
    kind: 'radar',
    id: 'radar',
    site,
    azimuthFromRad: 0,
    azimuthToRad: 0,
    elevationMinRad: 0.03,
    elevationMaxRad: 1.5,
    rangeMaxM: 5e6,
    revisitS: 1,
    noise: { rangeM, azimuthRad: angleRad, elevationRad: angleRad },
    bias: { rangeM: rangeM / 3, azimuthRad: angleRad / 3, elevationRad: angleRad / 3 },
  };
}

function radarLooks({ radar, fromS, toS }: Watched, flown: Flown, random: Random): Unnumbered[] {
  const { noise, bias } = radar;
  const off = {
    rangeM: bias.rangeM * random.normal(),
    azimuthRad: bias.azimuthRad * random.normal(),
    elevationRad: bias.elevationRad * random.normal(),
  };
  const plots: Unnumbered[] = [];
  for (let t = fromS; t < toS; t += radar.revisitS) {
    if (random.chance(1, 10)) continue;
    const look = lookAngles(radar.site, placeOf(flown.stateAt(t)));
    const time = addSeconds(flown.liftoff, t);
    plots.push({
      kind: 'radar',
      sensor: radar.id,
      time,
      arrival: addSeconds(time, 0.3),
      rangeM: look.rangeM + off.rangeM + noise.rangeM * random.normal(),
      azimuthRad:
        (look.azimuthRad + off.azimuthRad + noise.azimuthRad * random.normal() + 2 * Math.PI) %
        (2 * Math.PI),
      elevationRad: look.elevationRad + off.elevationRad + noise.elevationRad * random.normal(),
    } as Unnumbered);
  }
  return plots;
}

/** Seconds of one step of the tracker: coarser than in service, since only the end counts. */
const STEP_S = 2;

function scoreOf(
  view: View,
  flown: Flown,
  given: { readonly sensors: readonly Sensor[]; readonly plots: readonly Plot[] },
): { readonly score: Score | null; readonly launches: number } {
  const first = given.plots[0];
  const last = given.plots.at(-1);
  if (first === undefined || last === undefined) return { score: null, launches: 0 };
  const state = createTracking(given.sensors);
  let now = first.time;
  let next = 0;
  while (next < given.plots.length) {
    now = addSeconds(now, STEP_S);
    const due: Plot[] = [];
    for (; (given.plots[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now; next += 1) {
      due.push(given.plots[next] as Plot);
    }
    stepTracking(state, due, now);
  }
  const told = ownPicture(state, now).events.filter(({ category }) => category === 'launch');
  const stated = told.find((event) => event.launch !== null)?.launch ?? null;
  if (stated === null) return { score: null, launches: told.length };
  return { score: score(view, flown, stated), launches: told.length };
}

function score(view: View, flown: Flown, stated: LaunchEstimate): Score {
  const [e, n] = enuFromEcef(
    flown.site,
    subtract(ecefFromGeodetic(stated.point), ecefFromGeodetic(flown.site)),
  );
  const [ee, en, nn] = stated.pointCovarianceM2;
  const half = (ee + nn) / 2;
  const apart = Math.hypot((ee - nn) / 2, en);
  const timeS = secondsBetween(flown.liftoff, stated.time);
  const later = geodeticFromEcef(placeOf(flown.stateAt(flown.burnoutS)));
  const { azimuthRad } = geodesicInverse(flown.site, later);
  const turn = (stated.azimuthRad ?? Number.NaN) - azimuthRad;
  return {
    view,
    profile: flown.profile,
    distance: (nn * e * e - 2 * en * e * n + ee * n * n) / (ee * nn - en * en),
    timeS,
    timeSigmas: timeS / stated.timeSigmaS,
    azimuthSigmas:
      Math.atan2(Math.sin(turn), Math.cos(turn)) / (stated.azimuthSigmaRad ?? Number.NaN),
    axesM: [Math.sqrt(INSIDE_90 * (half + apart)), Math.sqrt(INSIDE_90 * (half - apart))],
    timeSigmaS: stated.timeSigmaS,
    azimuthSigmaRad: stated.azimuthSigmaRad ?? Number.NaN,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const option = (name: string, otherwise: number): number => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(process.argv[at + 1]);
  };
  const views = VIEWS.filter((view) => process.argv.includes(view));
  const result = await launch({
    seed: option('seed', 1),
    scale: option('scale', 1),
    ...(views.length > 0 ? { views } : {}),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
