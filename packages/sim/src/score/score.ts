// SPDX-License-Identifier: Apache-2.0
// What a run was worth to one side: the figures of DESIGN section 5 ("Words for figures"), read
// from the records its officers saw, alone (own picture) and linked (system picture).

import { geodesicDistanceM, geodesicInverse, type Instant, secondsBetween } from '@isthmus/earth';
import type {
  FeedTick,
  ImpactRegion,
  LaunchEstimate,
  Picture,
  PictureObject,
  Warning,
  WarningStage,
} from '@isthmus/picture';
import type { Truth, TruthImpact, TruthLaunch, TruthObject } from '../scenario/truth.ts';

/** Seconds from lift-off at which the impact statement is read. */
export const IMPACT_READ_S = [60, 180, 330, 420, 600] as const;

/** A region of the stated probability no larger than this is useful, km^2. */
const USEFUL_AREA_KM2 = 10_000;
/** An estimate farther from the truth than this is not an estimate of it. */
const GATE_M = 50e3;
/** An event whose better estimates are farther than this from all of a launch is another event… */
const EVENT_GATE_M = 150e3;
/** …unless its launch point and time are as near as this: infrared alone drifts far in coast. */
const LAUNCH_GATE_M = 300e3;
const LAUNCH_GATE_S = 60;
/** Concluding this long before the true impact is concluding at impact. */
const CONCLUDED_EARLY_S = 60;

export interface ImpactReading {
  /** From the centre of the region to the true impact point. */
  readonly errorKm: number;
  /** Of the region, brought to 90 % if it states another probability. */
  readonly area90Km2: number;
  /** Whether the true impact point lies in that region. */
  readonly covered: boolean;
}

/** Times in seconds from lift-off; null is never. */
export interface Measures {
  readonly tCue: number | null;
  readonly tTracked: number | null;
  readonly tConfirmed: number | null;
  /** First warning of the launch that rests on a radar, whoever's. */
  readonly tRadar: number | null;
  readonly tUseful: number | null;
  readonly leadTimeS: number | null;
  /** By seconds from lift-off; null is no statement. */
  readonly impact: Readonly<Record<`${(typeof IMPACT_READ_S)[number]}`, ImpactReading | null>>;
  /** Of position, over the seconds in which both pictures hold the payload. */
  readonly rmseKm: number | null;
  /** Share of the seconds from lift-off to impact with an estimate of the payload, 0 to 1; 0 of none. */
  readonly completeness: number;
  /** Warnings about anything but the launch: all of them where nothing was launched. */
  readonly falseWarnings: number;
}

/**
 * Scores one side's run on the first launch of a truth. Without one nothing is measured, and every
 * warning is a false one.
 *
 * @param run.ticks every tick record of the side, in order, one a second.
 */
export function scoreRun(run: { readonly truth: Truth; readonly ticks: readonly FeedTick[] }): {
  readonly alone: Measures;
  readonly linked: Measures;
} {
  const course = courseOf(run.truth);
  if (course === null) {
    const warned = (warnings: (tick: FeedTick) => readonly Warning[]): Measures =>
      nothingLaunched(run.ticks.flatMap(warnings));
    return { alone: warned((t) => t.ownWarnings), linked: warned((t) => t.systemWarnings) };
  }
  const alone = run.ticks.map((t): View => ({ picture: t.own, warnings: t.ownWarnings, at: t.at }));
  const linked = run.ticks.map(
    (t): View => ({ picture: t.system, warnings: t.systemWarnings, at: t.at }),
  );
  const aloneRun = followLaunch(course, alone);
  const linkedRun = followLaunch(course, linked);
  const both = aloneRun.errorsM.map((error, i) => error !== null && linkedRun.errorsM[i] !== null);
  return {
    alone: measure(course, aloneRun, both),
    linked: measure(course, linkedRun, both),
  };
}

/** The part of a truth that a run is scored on. */
interface Course {
  readonly launch: TruthLaunch;
  readonly payload: TruthObject;
  /** The payload and everything that left it. */
  readonly objects: readonly TruthObject[];
  readonly end: Instant;
}

interface View {
  readonly at: Instant;
  readonly picture: Picture;
  readonly warnings: readonly Warning[];
}

/** One picture of a run, with what in it is the launch. */
interface Followed {
  readonly views: readonly View[];
  /** Events that are the launch, and how far off they typically were. */
  readonly distances: ReadonlyMap<string, number>;
  /** Of the nearest object to the payload, for each view; null outside the gate or the flight. */
  readonly errorsM: readonly (number | null)[];
}

function nothingLaunched(warnings: readonly Warning[]): Measures {
  return {
    tCue: null,
    tTracked: null,
    tConfirmed: null,
    tRadar: null,
    tUseful: null,
    leadTimeS: null,
    // The keys are IMPACT_READ_S, one by one.
    impact: Object.fromEntries(IMPACT_READ_S.map((s) => [String(s), null])) as Measures['impact'],
    rmseKm: null,
    completeness: 0,
    falseWarnings: new Set(warnings.map((w) => w.id)).size,
  };
}

function courseOf(truth: Truth): Course | null {
  const launch = truth.launches[0];
  if (launch === undefined) return null;
  const objects = truth.objects.filter((object) => object.launch === launch.id);
  const payload = objects.find((object) => object.id === launch.payload) as TruthObject;
  return { launch, payload, objects, end: launch.impact?.time ?? truth.end };
}

function followLaunch(course: Course, views: readonly View[]): Followed {
  const distances = launchEvents(course, views);
  const errorsM = views.map((view) => {
    if (view.at < course.launch.liftoff || view.at > course.end) return null;
    const objects = view.picture.events
      .filter((event) => distances.has(event.id))
      .flatMap((event) => event.objects);
    const error = nearestM(objects, [course.payload], view.at);
    return error !== null && error <= GATE_M ? error : null;
  });
  return { views, distances, errorsM };
}

/**
 * The events that are the launch: by the lower quartile over the run of how near their nearest
 * object was to any object of it, or by their last launch estimate.
 */
function launchEvents(course: Course, views: readonly View[]): Map<string, number> {
  const samples = new Map<string, number[]>();
  const launchPoints = new Map<string, number>();
  for (const { picture, at } of views) {
    for (const event of picture.events) {
      const distance = nearestM(event.objects, course.objects, at);
      if (distance !== null) {
        const list = samples.get(event.id) ?? [];
        list.push(distance);
        samples.set(event.id, list);
      }
      if (event.launch !== null) launchPoints.set(event.id, launchMissM(course, event.launch));
    }
  }
  const found = new Map<string, number>();
  for (const [id, distance] of launchPoints) {
    if (distance <= LAUNCH_GATE_M) found.set(id, distance);
  }
  for (const [id, list] of samples) {
    list.sort((a, b) => a - b);
    const quartile = list[list.length >> 2] as number;
    if (quartile <= EVENT_GATE_M || found.has(id)) found.set(id, quartile);
  }
  return found;
}

/** How far a launch estimate is from the true site; Infinity when the time is another launch's. */
function launchMissM(course: Course, launch: LaunchEstimate): number {
  const seconds = Math.abs(secondsBetween(course.launch.liftoff, launch.time));
  if (seconds > LAUNCH_GATE_S) return Number.POSITIVE_INFINITY;
  return geodesicDistanceM(launch.point, course.launch.site);
}

/** The least distance between estimates of `objects` and the true `bodies`; null without either. */
function nearestM(
  objects: readonly PictureObject[],
  bodies: readonly TruthObject[],
  at: Instant,
): number | null {
  let least: number | null = null;
  for (const { estimate } of objects) {
    if (estimate === null) continue;
    // Pictures predict to their own time; a straight line covers a rounding of it.
    const lag = secondsBetween(estimate.time, at);
    for (const body of bodies) {
      const state = body.stateAt(at);
      if (state === null) continue;
      let sum = 0;
      for (let i = 0; i < 3; i += 1) {
        const predicted = (estimate.state[i] as number) + lag * (estimate.state[i + 3] as number);
        sum += (predicted - (state[i] as number)) ** 2;
      }
      const distance = Math.sqrt(sum);
      if (least === null || distance < least) least = distance;
    }
  }
  return least;
}

function measure(course: Course, run: Followed, both: readonly boolean[]): Measures {
  const { impact } = course.launch;
  const tUseful = impact === null ? null : usefulFrom(course, run);
  const leadTimeS =
    impact === null || tUseful === null
      ? null
      : secondsBetween(course.launch.liftoff, impact.time) - tUseful;
  const readings = IMPACT_READ_S.map((s) => [String(s), readImpact(course, run, s)] as const);
  const other = new Set(
    run.views.flatMap(({ warnings }) =>
      warnings.filter((w) => !run.distances.has(w.event)).map((w) => w.id),
    ),
  );
  return {
    tCue: firstTime(course, run, (w) => reached(w, 'cue')),
    tTracked: firstTime(course, run, (w) => reached(w, 'tracked')),
    tConfirmed: firstTime(course, run, (w) => reached(w, 'confirmed')),
    tRadar: firstTime(course, run, (w) => w.evidence.some((e) => e.source === 'radar')),
    tUseful: rounded(tUseful),
    leadTimeS: rounded(leadTimeS),
    // The keys are IMPACT_READ_S, one by one.
    impact: Object.fromEntries(readings) as Measures['impact'],
    rmseKm: rmseKm(run, both),
    completeness: completeness(course, run),
    falseWarnings: other.size,
  };
}

/** Warnings of the launch at a view, the one nearest to the truth first. */
function launchWarnings(run: Followed, view: View): Warning[] {
  return view.warnings
    .filter((w) => run.distances.has(w.event))
    .sort(
      (a, b) =>
        (run.distances.get(a.event) as number) - (run.distances.get(b.event) as number) ||
        (a.id < b.id ? -1 : 1),
    );
}

/** The warning an officer would act on: not cancelled, nearest to the truth. */
function standingWarning(run: Followed, view: View): Warning | undefined {
  return launchWarnings(run, view).find((w) => w.stage !== 'cancelled');
}

const LADDER: readonly WarningStage[] = ['cue', 'tracked', 'confirmed'];

/** Whether a warning has ever stood at a stage or above it. */
function reached(warning: Warning, stage: WarningStage): boolean {
  const steps = [warning.stage, ...warning.history.map((step) => step.stage)];
  return Math.max(...steps.map((step) => LADDER.indexOf(step))) >= LADDER.indexOf(stage);
}

function firstTime(
  course: Course,
  run: Followed,
  holds: (warning: Warning) => boolean,
): number | null {
  const view = run.views.find(
    (v) => v.at >= course.launch.liftoff && launchWarnings(run, v).some(holds),
  );
  return view === undefined ? null : rounded(secondsBetween(course.launch.liftoff, view.at));
}

/** First time from which every later view until impact states a small enough region. */
function usefulFrom(course: Course, run: Followed): number | null {
  let from: number | null = null;
  for (const view of run.views) {
    if (view.at < course.launch.liftoff) continue;
    if (view.at > course.end) break;
    const warning = standingWarning(run, view);
    const left = secondsBetween(view.at, course.end);
    if (warning?.stage === 'concluded' && left <= CONCLUDED_EARLY_S) break;
    const area = warning === undefined ? null : area90Km2(warning);
    if (area === null || area > USEFUL_AREA_KM2) from = null;
    else from ??= secondsBetween(course.launch.liftoff, view.at);
  }
  return from;
}

function readImpact(course: Course, run: Followed, atS: number): ImpactReading | null {
  const { impact } = course.launch;
  if (impact === null) return null;
  const view = run.views.findLast((v) => secondsBetween(course.launch.liftoff, v.at) <= atS + 1e-3);
  // A picture older than two seconds is not a reading at that time.
  if (view === undefined || secondsBetween(course.launch.liftoff, view.at) < atS - 2) return null;
  const warning = standingWarning(run, view);
  return warning === undefined ? null : readRegion(warning, impact);
}

function readRegion(warning: Warning, truth: TruthImpact): ImpactReading | null {
  const area = area90Km2(warning);
  if (area === null || warning.impact.statement !== 'region') return null;
  return {
    errorKm: round(geodesicDistanceM(warning.impact.centre, truth.point) / 1e3, 3),
    area90Km2: round(area, 3),
    covered: covers(warning.impact, truth),
  };
}

/** Chi-square of two degrees of freedom at 90 %. */
const CHI_SQUARE_90 = -2 * Math.log(0.1);

function covers(region: ImpactRegion, truth: TruthImpact): boolean {
  const [ee, en, nn] = region.covarianceM2;
  const { distanceM, azimuthRad } = geodesicInverse(region.centre, truth.point);
  const e = distanceM * Math.sin(azimuthRad);
  const n = distanceM * Math.cos(azimuthRad);
  const determinant = ee * nn - en * en;
  return (nn * e * e - 2 * en * e * n + ee * n * n) / determinant <= CHI_SQUARE_90;
}

/** Area of a warning's region at 90 %: a Gaussian's areas go as -ln(1 - probability). */
function area90Km2(warning: Warning): number | null {
  const { impact } = warning;
  if (impact.statement !== 'region') return null;
  if (impact.probability === 0.9) return impact.areaKm2;
  return (impact.areaKm2 * Math.log(0.1)) / Math.log(1 - impact.probability);
}

function rmseKm(run: Followed, both: readonly boolean[]): number | null {
  const shared = run.errorsM.filter((_, i) => both[i]) as readonly number[];
  if (shared.length === 0) return null;
  const meanM2 = shared.reduce((sum, error) => sum + error * error, 0) / shared.length;
  return round(Math.sqrt(meanM2) / 1e3, 4);
}

function completeness(course: Course, run: Followed): number {
  const flying = run.views.filter((v) => v.at >= course.launch.liftoff && v.at <= course.end);
  if (flying.length === 0) return 0;
  const held = run.errorsM.filter((error) => error !== null).length;
  // Seconds without a record are seconds without a picture: a node that fell silent is not complete.
  const seconds = Math.floor(secondsBetween(course.launch.liftoff, course.end)) + 1;
  return round(held / Math.max(seconds, flying.length), 4);
}

function rounded(seconds: number | null): number | null {
  return seconds === null ? null : round(seconds, 3);
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
