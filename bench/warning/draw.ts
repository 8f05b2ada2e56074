// SPDX-License-Identifier: Apache-2.0
// One draw: a flight seen by sensors placed at random around it, their plots put through the product
// itself (own tracker, own picture, warnings), and what the warning then states held against the
// truth. The product is stepped whenever plots arrive, and stopped at a time drawn beforehand.

import {
  addSeconds,
  type Geodetic,
  geodesicInverse,
  geodeticFromEcef,
  type Instant,
  instantFromIso,
  type PlaneCovariance,
  type Random,
  secondsBetween,
} from '@isthmus/earth';
import type { Picture, Plot, Sensor, Warning } from '@isthmus/picture';
import {
  type GuidedLaunch,
  radarView,
  type Scenario,
  samplePlots,
  sideSensors,
  type Truth,
  type TruthObject,
} from '@isthmus/sim/scenario';
import { createTracking, ownPicture, stepTracking } from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';
import { drawInfrared, drawRadar, type RadarDocument } from './sensors-drawn.ts';

export const START: Instant = instantFromIso('2012-06-01T09:00:00Z');

export const WATCHES = ['infrared', 'radar', 'both'] as const;
export type Watch = (typeof WATCHES)[number];

/** How far a stated Gaussian is from the truth, and how large it is at 90 %. */
export interface Reading {
  /** Squared distance in its own covariance: chi-square of two degrees where it is honest. */
  readonly distance2: number;
  readonly area90Km2: number;
}

/** Seconds from lift-off; null is never. */
export interface Times {
  readonly tCue: number | null;
  readonly tTracked: number | null;
  readonly tUseful: number | null;
}

export interface DrawResult {
  readonly watch: Watch;
  readonly launch: Reading | null;
  readonly impact: Reading | null;
  /** Of a draw that was followed to the ground; null where it was not. */
  readonly times: Times | null;
}

/** What flies, as far as a draw needs it. */
export interface Flown {
  readonly launch: GuidedLaunch;
  readonly truth: Truth;
  readonly payload: TruthObject;
  /** Seconds after lift-off at which the last burn ends. */
  readonly burnoutS: number;
}

/** Radar looks at coast for so long before an impact region is read: drawn evenly in the logarithm. */
const COAST_READ_S = [11, 120] as const;
/** Boost is read from about the first cue to a scan after burn-out. */
const BOOST_READ_FROM_S = 50;
const BOOST_READ_AFTER_S = 15;
const USEFUL_AREA_KM2 = 10_000;
/** Where nothing arrives the product is stepped this often. */
const IDLE_STEP_S = 5;
/**
 * Warnings hold no estimate of their own: those of draws that end at a reading are stepped seldom
 * until shortly before it, which computes the regions that are read and spares those that are not.
 */
const WARNED_BEFORE_S = 15;
const WARNED_EVERY_S = 15;
const PLACES_MAX = 200;

/** Flies one draw. `isWhole` follows it to the ground, which takes many times as long. */
export function flyDraw(
  flown: Flown,
  given: { readonly watch: Watch; readonly isWhole: boolean },
  random: Random,
): DrawResult {
  const { watch, isWhole } = given;
  const radar = watch === 'infrared' ? null : placeRadar(flown, random.fork('radar'));
  const sensors: Scenario['sides']['west']['sensors'] = [
    ...(watch === 'radar' ? [] : [drawInfrared(flown.launch, random.fork('infrared'))]),
    ...(radar === null ? [] : [radar.document]),
  ];
  const [least, most] = COAST_READ_S;
  const chosen = random.fork('read').uniform();
  const readS =
    radar === null
      ? BOOST_READ_FROM_S + chosen * (flown.burnoutS + BOOST_READ_AFTER_S - BOOST_READ_FROM_S)
      : radar.coastFromS + least * (most / least) ** chosen;
  const endS = isWhole ? secondsBetween(flown.truth.liftoff, flown.truth.end) : readS;
  const plots = plotsOf(flown, sensors, { untilS: endS, random });
  return run(flown, { plots, readS, endS, watch, isWhole });
}

interface Placed {
  readonly document: RadarDocument;
  /** Seconds after lift-off from which it sees unpowered flight. */
  readonly coastFromS: number;
}

/** A radar from which the payload is seen within two minutes of burn-out, and for the longest reading. */
function placeRadar(flown: Flown, random: Random): Placed {
  for (let i = 0; i < PLACES_MAX; i += 1) {
    const there = flown.payload.stateAt(
      addSeconds(flown.truth.liftoff, flown.burnoutS + 100 * random.uniform()),
    );
    if (there === null) continue;
    const below = geodeticFromEcef([there[0], there[1], there[2]] as [number, number, number]);
    const document = drawRadar(below, random);
    const sensor = sideSensors(scenarioOf(flown, [document]), 'west')[0];
    if (sensor?.kind !== 'radar') continue;
    const sees = (s: number): boolean => {
      const state = flown.payload.stateAt(addSeconds(flown.truth.liftoff, s));
      return state !== null && radarView(sensor, [state[0], state[1], state[2]] as never) !== null;
    };
    let from = flown.burnoutS;
    while (from < flown.burnoutS + 120 && !sees(from)) from += 4;
    if (sees(from) && sees(from + COAST_READ_S[1])) return { document, coastFromS: from };
  }
  throw new RangeError(`no place for a radar beside "${flown.launch.title}"`);
}

function scenarioOf(flown: Flown, sensors: Scenario['sides']['west']['sensors']): Scenario {
  return {
    name: 'draw',
    title: flown.launch.title,
    mode: 'exercise',
    start: '2012-06-01T09:00:00Z',
    durationS: 86_400,
    sides: { west: { title: 'West', sensors }, east: { title: 'East', sensors: [] } },
    launches: [flown.launch],
    satellites: [],
  };
}

interface Fed {
  readonly sensors: readonly Sensor[];
  readonly plots: readonly Plot[];
}

function plotsOf(
  flown: Flown,
  sensors: Scenario['sides']['west']['sensors'],
  until: { readonly untilS: number; readonly random: Random },
): Fed {
  const scenario = scenarioOf(flown, sensors);
  const truth = { ...flown.truth, end: addSeconds(flown.truth.start, until.untilS) };
  const seed = String(until.random.integer(2 ** 32));
  return {
    sensors: sideSensors(scenario, 'west'),
    plots: samplePlots(scenario, truth, seed).west,
  };
}

interface Asked {
  readonly plots: Fed;
  readonly readS: number;
  readonly endS: number;
  readonly watch: Watch;
  readonly isWhole: boolean;
}

function run(flown: Flown, asked: Asked): DrawResult {
  const { liftoff } = flown.truth;
  const { plots } = asked.plots;
  const tracking = createTracking(asked.plots.sensors);
  const warnings = createWarnings('own');
  let next = 0;
  let read: Pick<DrawResult, 'launch' | 'impact'> | null = null;
  let times: Times = { tCue: null, tTracked: null, tUseful: null };
  for (let s = 1; ; s += 1) {
    const now = addSeconds(liftoff, Math.min(s, asked.endS));
    const due: Plot[] = [];
    while ((plots[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now) {
      due.push(plots[next] as Plot);
      next += 1;
    }
    const isRead = read === null && (s >= asked.readS || s >= asked.endS);
    if (due.length > 0 || isRead || s % IDLE_STEP_S === 0) {
      stepTracking(tracking, due, now);
      const picture = ownPicture(tracking, now);
      if (asked.isWhole || s >= asked.readS - WARNED_BEFORE_S || s % WARNED_EVERY_S === 0) {
        stepWarnings(warnings, picture, now);
      }
      const warning = standing(currentWarnings(warnings), picture, flown);
      if (asked.isWhole) times = noted(times, warning, s);
      if (isRead) read = readingOf(warning, flown);
    }
    if (s >= asked.endS && read !== null) break;
  }
  return { watch: asked.watch, ...(read ?? NOTHING), times: asked.isWhole ? times : null };
}

const NOTHING = { launch: null, impact: null } as const;

/** The warning of the event that holds the nearest object to the payload; undefined without any. */
function standing(
  warnings: readonly Warning[],
  picture: Picture,
  flown: Flown,
): Warning | undefined {
  const open = warnings.filter((warning) => warning.stage !== 'cancelled');
  if (open.length <= 1) return open[0];
  const there = flown.payload.stateAt(picture.at);
  const distances = open.map((warning) => {
    const event = picture.events.find(({ id }) => id === warning.event);
    const near = (event?.objects ?? []).flatMap(({ estimate }) =>
      estimate === null || there === null
        ? []
        : [
            Math.hypot(
              ...[0, 1, 2].map((i) => (estimate.state[i] as number) - (there[i] as number)),
            ),
          ],
    );
    return Math.min(Number.POSITIVE_INFINITY, ...near);
  });
  return open[distances.indexOf(Math.min(...distances))];
}

function noted(times: Times, warning: Warning | undefined, s: number): Times {
  const isTracked = warning?.history.some(
    ({ stage }) => stage === 'tracked' || stage === 'confirmed',
  );
  const impact = warning?.impact;
  const isUseful =
    impact?.statement === 'region' && area90Km2(impact.covarianceM2) <= USEFUL_AREA_KM2;
  return {
    tCue: times.tCue ?? (warning === undefined ? null : s),
    tTracked: times.tTracked ?? (isTracked === true ? s : null),
    tUseful: isUseful ? (times.tUseful ?? s) : null,
  };
}

function readingOf(
  warning: Warning | undefined,
  flown: Flown,
): Pick<DrawResult, 'launch' | 'impact'> {
  const { launch = null, impact } = warning ?? {};
  const [launched] = flown.truth.launches;
  const ground = flown.truth.impact;
  return {
    launch:
      launch === null || launched === undefined
        ? null
        : reading(launch.point, launch.pointCovarianceM2, launched.site),
    impact:
      impact?.statement !== 'region' || ground === null
        ? null
        : reading(impact.centre, impact.covarianceM2, ground.point),
  };
}

/** Where a truth lies in a Gaussian stated around a point of the ground. */
export function reading(centre: Geodetic, covarianceM2: PlaneCovariance, truth: Geodetic): Reading {
  const line = geodesicInverse(centre, truth);
  const east = line.distanceM * Math.sin(line.azimuthRad);
  const north = line.distanceM * Math.cos(line.azimuthRad);
  const [ee, en, nn] = covarianceM2;
  const determinant = ee * nn - en * en;
  return {
    distance2: (nn * east * east - 2 * en * east * north + ee * north * north) / determinant,
    area90Km2: area90Km2(covarianceM2),
  };
}

function area90Km2([ee, en, nn]: PlaneCovariance): number {
  return (Math.PI * -2 * Math.log(0.1) * Math.sqrt(Math.max(0, ee * nn - en * en))) / 1e6;
}
