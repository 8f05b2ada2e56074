// SPDX-License-Identifier: Apache-2.0
// Launch point, time and direction from all that was seen of a launch: lines of sight of one or more
// infrared sensors, radar looks at the climb, and the arc that radar saw afterwards, in one batch
// with the broad ascent as prior, so that the prior counts once.

import {
  addSeconds,
  ecefFromGeodetic,
  enuFromEcef,
  type Geodetic,
  geodesicDestination,
  geodeticFromEcef,
  type Instant,
  secondsBetween,
} from '@isthmus/earth';
import type { Estimate, LaunchEstimate } from '@isthmus/picture';
import { approximateHeightM } from '../models/coast.ts';
import {
  type Arc,
  arcState,
  burnOut,
  burnUnknown,
  endSlope,
  layoutOf,
  type Problem,
  type Seen,
} from './ascent-looks.ts';
import { type Answer, NUDGE, nudged, type Solution, solveAscent } from './ascent-solve.ts';
import {
  AZIMUTH,
  type BoostAnchor,
  HEAD,
  knotsFor,
  launchPoint,
  launchTime,
  meanSpeedMps,
  startKnotFor,
  TIME,
  withKnots,
} from './boost-model.ts';
import { ascendWithSlopes } from './boost-slopes.ts';

/**
 * Least one sigma of a fitted launch: metres (a climb begins upright, so that terrain above the
 * ellipsoid moves its time more than its place), seconds (nobody sees the climb to the first look).
 */
const FLOOR_M = 100;
const FLOOR_S = 3;
/**
 * One sigma of a direction that one line of sight alone tells, radians, besides what an answer says: it
 * trades with the lean of the climb along a bent ridge, of which an answer knows its own stretch.
 */
const COURSE_FROM_ONE_RAD = 0.3;
const COURSE_FLOOR_RAD = 0.005;
/**
 * How long a climb to the first look takes follows from how high that is and from how rockets begin, of which
 * the batch has priors: the one of the lead says the same again. It steadies the search and the place, and is
 * no information on the time: its unit is taken from what is known, down to this share.
 */
const LEAD_UNSEEN = 0.25;
/** One sigma of the way of a climb that nobody saw, as a share of it, beyond what the prior holds. */
const WAY_UNSEEN = 0.2;
/** Of a launch that radar alone saw, before anything is known: as good as nothing. */
const RADAR_PRIOR = { pointSigmaM: 300_000, leadS: 0, leadSigmaS: 150 } as const;
const RADAR_KNOTS = 10;
/** Ascents tried first: seconds of thrust. */
const BURNS_S = [75, 130, 210] as const;
/**
 * Of a powered climb, the height and the way over the ground at its end, as shares of what the final
 * speed would have covered: an even acceleration is a half, the turn out of the vertical makes the
 * height more of it and the way less.
 */
const HEIGHT_SHARE = 0.46;
const WAY_SHARE = 0.36;
/** Of a climb that goes on, shares of its time by that rule that are tried. */
const BURNED_SHARES = [0.75, 1, 1.35] as const;
/** What gravity takes from a climb that leans over. */
const GRAVITY_TAKES_MPS2 = 6;
/** Cosine of the angle from a heading within which a search finds it. */
const NEAR_COSINE = 0.7;
/** More post-fit chi-square than this, over what was expected, is not one flight. */
const EXCESS_MAX = 5;

/**
 * A launch as the answers of a batch have it, each by its share.
 *
 * @param until the last look at the climb; where radar saw the arc, the climb ends on that.
 */
export function launchOf(
  solution: Solution,
  method: LaunchEstimate['method'],
  until: Instant,
): LaunchEstimate {
  const { anchor, eyes, rise, arc } = solution.problem;
  const { answers, excess } = solution;
  const courses = answers.map((answer) => courseOf(solution, answer, until));
  const mean = (of: (answer: Answer, k: number) => number): number =>
    answers.reduce((sum, answer, k) => sum + answer.share * of(answer, k), 0);
  const centre = [0, 1, 2].map((i) => mean(({ unknowns }) => unknowns[i] as number));
  const n = solution.layout.length;
  // Nobody saw the climb: how soon it leant over is not told by how it ended.
  const blind = eyes.length === 0 && rise.length === 0 ? WAY_UNSEEN / anchor.pointSigmaM : 0;
  const spread = (i: number, j: number): number =>
    mean(({ unknowns, covariance }, k) => {
      const a = (unknowns[i] as number) - (centre[i] as number);
      const b = (unknowns[j] as number) - (centre[j] as number);
      const { azimuthRad, wayM } = courses[k] as Course;
      const along = [Math.cos(azimuthRad), Math.sin(azimuthRad), 0] as const;
      const unseen = (blind * wayM) ** 2 * (along[i] as number) * (along[j] as number);
      return excess * (covariance[i * n + j] as number) + a * b + unseen;
    });
  const isOneSight = eyes.length === 1 && rise.length === 0 && arc === null;
  const unit = anchor.pointSigmaM ** 2;
  const [north, east, seconds] = centre as unknown as readonly [number, number, number];
  const seen = spread(TIME, TIME) / Math.max(LEAD_UNSEEN, 1 - spread(TIME, TIME) / excess);
  const point = geodesicDestination(
    anchor.point,
    Math.atan2(east, north),
    anchor.pointSigmaM * Math.hypot(north, east),
  );
  return {
    time: addSeconds(anchor.time, seconds * anchor.leadSigmaS - anchor.leadS),
    timeSigmaS: Math.hypot(anchor.leadSigmaS * Math.sqrt(seen), FLOOR_S),
    point: { ...point, heightM: 0 },
    pointCovarianceM2: [
      unit * spread(1, 1) + FLOOR_M ** 2,
      unit * spread(0, 1),
      unit * spread(0, 0) + FLOOR_M ** 2,
    ],
    ...azimuthOf(answers, courses, isOneSight ? COURSE_FROM_ONE_RAD : COURSE_FLOOR_RAD),
    method,
  };
}

type Pair = readonly [number, number];

/** Where a climb leads. */
interface Course {
  /** From the launch point to below its end, and the variance. */
  readonly azimuthRad: number;
  readonly variance: number;
  readonly wayM: number;
}

/** The course of one answer: the plane of its thrust may be turned over by a lean backwards. */
function courseOf({ problem, layout, excess }: Solution, answer: Answer, until: Instant): Course {
  const { unknowns, covariance } = answer;
  const anchored = problem.anchor;
  const { state, slopes } = endsOf({ problem, layout }, answer, until);
  const way = (at: Float64Array, from: Float64Array): Pair => {
    const origin = launchPoint(anchored, at.subarray(0, layout.ascent));
    const [x, y, z] = ecefFromGeodetic(origin);
    const [e, n] = enuFromEcef(origin, [
      (from[0] as number) - x,
      (from[1] as number) - y,
      (from[2] as number) - z,
    ]);
    return [e, n];
  };
  const [e, n] = way(unknowns, state);
  const slope = slopes.map((by, j) => {
    const there = state.map((v, i) => v + NUDGE * (by[i] as number));
    const [a, b] = way(nudged(unknowns, j), there);
    return Math.atan2(a * n - b * e, a * e + b * n) / NUDGE;
  });
  let variance = 0;
  for (let i = 0; i < slope.length; i += 1) {
    for (let j = 0; j < slope.length; j += 1) {
      const own = covariance[i * slope.length + j] as number;
      variance += excess * (slope[i] as number) * own * (slope[j] as number);
    }
  }
  return { azimuthRad: Math.atan2(e, n), variance, wayM: Math.hypot(e, n) };
}

interface Ends {
  readonly until: Instant;
  readonly state: Float64Array;
  /** d(state)/d(unknown), for each of the unknowns. */
  readonly slopes: readonly Float64Array[];
}

/** Kept beside the answer: direction and state are both asked of it. */
const ends = new WeakMap<Answer, Ends>();

/** State at the end of the climb and its derivatives: at burn-out where radar saw the arc. */
export function endsOf(
  { problem, layout }: Pick<Solution, 'problem' | 'layout'>,
  answer: Answer,
  until: Instant,
): Ends {
  const known = ends.get(answer);
  if (known?.until === until) return known;
  const { unknowns } = answer;
  const burnt = burnOut(problem, layout, unknowns);
  const ascent = unknowns.subarray(0, layout.ascent);
  const { states, byParameters, byTime } = ascendWithSlopes(problem.anchor, ascent, [
    burnt ?? until,
  ]);
  const slopes = Array.from(unknowns, (_, j) => {
    const by = byParameters.slice(6 * j, 6 * j + 6);
    const end = burnt === null ? 0 : endSlope(problem, layout, { unknowns, of: j });
    return j < layout.ascent
      ? by.map((v, i) => v + end * (byTime[i] as number))
      : byTime.map((v) => end * v);
  });
  const found = { until, state: states, slopes };
  ends.set(answer, found);
  return found;
}

/** Mean direction and its spread round the circle; as good as unknown at most. */
function azimuthOf(
  answers: readonly Answer[],
  courses: readonly Course[],
  floorRad: number,
): { readonly azimuthRad: number; readonly azimuthSigmaRad: number } {
  const sum = (of: (course: Course) => number): number =>
    answers.reduce((total, { share }, k) => total + share * of(courses[k] as Course), 0);
  const azimuthRad = Math.atan2(
    sum((course) => Math.sin(course.azimuthRad)),
    sum((course) => Math.cos(course.azimuthRad)),
  );
  const variance = sum((course) => {
    const apart = course.azimuthRad - azimuthRad;
    const turn = Math.atan2(Math.sin(apart), Math.cos(apart));
    return course.variance + turn * turn;
  });
  const azimuthSigmaRad = Math.min(
    Math.PI / Math.sqrt(3),
    Math.hypot(Math.sqrt(variance), floorRad),
  );
  return { azimuthRad, azimuthSigmaRad };
}

/** An ascent to begin from: its anchor and its unknowns but for sensor errors. */
export interface AscentStart {
  readonly anchor: BoostAnchor;
  /** Ascent parameters for any number of knots. */
  readonly ascents: readonly Float64Array[];
}

/**
 * Fits a launch to all that was seen of it.
 *
 * @param begin where infrared has got to, or for a launch that radar alone saw and that still burns
 *   where it is now; null where radar saw it coast.
 * @returns null when nothing was seen, nothing fits, or the parts cannot be of one flight.
 */
export function fitLaunch(seen: Seen, begin: AscentStart | Estimate | null): LaunchEstimate | null {
  const together = begin !== null && 'anchor' in begin;
  const solution = together ? solveTogether(seen, begin) : solveRadar(seen, begin);
  if (solution === null || solution.excess > EXCESS_MAX) return null;
  return launchOf(solution, together ? 'infrared' : 'back-propagated', lastLook(solution.problem));
}

function solveTogether(seen: Seen, begin: AscentStart): Solution | null {
  const last = lastLook({ ...seen, anchor: begin.anchor });
  const problem: Problem = {
    ...seen,
    anchor: begin.anchor,
    knots: knotsUntil(begin.anchor, last),
  };
  const { knots } = problem;
  const layout = layoutOf(problem);
  const ascents = [...begin.ascents, ...turnedOnto(seen.arc, begin.ascents)];
  const starts = ascents.flatMap((ascent) => {
    const whole = secondsBetween(launchTime(begin.anchor, ascent), last) + 4;
    // A spent stage left earlier: the lower one at about six tenths of the whole.
    return (seen.arc === null ? [1] : [1, 0.6]).map((share) => {
      const unknowns = new Float64Array(layout.length);
      unknowns.set(withKnots(ascent, knots));
      if (layout.burn >= 0) unknowns[layout.burn] = burnUnknown(Math.max(20, share * whole));
      return unknowns;
    });
  });
  return solveAscent(problem, starts, { first: 10, last: 5 });
}

/** The first ascent turned round to the arc's heading, which one line of sight leaves open, if none has it. */
function turnedOnto(arc: Arc | null, ascents: readonly Float64Array[]): Float64Array[] {
  const [first] = ascents;
  if (arc === null || first === undefined) return [];
  const [x, y, z, vx, vy, vz] = arc.states.at(-1) as unknown as Six;
  const [e, n] = enuFromEcef(geodeticFromEcef([x, y, z]), [vx, vy, vz]);
  const heading = Math.atan2(e, n);
  const isNear = (one: Float64Array) => Math.cos((one[AZIMUTH] as number) - heading) > NEAR_COSINE;
  return ascents.some(isNear) ? [] : [first.with(AZIMUTH, heading)];
}

function solveRadar(seen: Seen, burning: Estimate | null): Solution | null {
  const begins =
    burning === null
      ? BURNS_S.flatMap((burnS) => (seen.arc === null ? [] : [ascentOnto(seen.arc, burnS)]))
      : BURNED_SHARES.map((share) =>
          ascentTo(burning.time, burning.state, share * burnedFor(burning.state)),
        );
  const middle = begins[begins.length >> 1];
  if (middle === undefined) return null;
  const anchor: BoostAnchor = { point: middle.point, time: middle.time, ...RADAR_PRIOR };
  const problem: Problem = { ...seen, anchor, knots: RADAR_KNOTS };
  const layout = layoutOf(problem);
  const starts = begins.map((begin) => {
    const unknowns = new Float64Array(layout.length);
    const [east, north] = enuFromPoint(anchor.point, begin.point);
    unknowns[0] = north / anchor.pointSigmaM;
    unknowns[1] = east / anchor.pointSigmaM;
    unknowns[2] = secondsBetween(anchor.time, begin.time) / anchor.leadSigmaS;
    unknowns[AZIMUTH] = begin.azimuthRad;
    unknowns[HEAD] = Math.min(3, Math.max(-3, startKnotFor(begin.vigour)));
    if (layout.burn >= 0) unknowns[layout.burn] = burnUnknown(begin.burnS);
    return unknowns;
  });
  return solveAscent(problem, starts, { first: 5, last: 8 });
}

function enuFromPoint(origin: Geodetic, point: Geodetic): readonly [number, number] {
  const north = (point.latitudeRad - origin.latitudeRad) * 6.371e6;
  const turn = point.longitudeRad - origin.longitudeRad;
  const east = Math.atan2(Math.sin(turn), Math.cos(turn)) * 6.371e6 * Math.cos(origin.latitudeRad);
  return [east, north];
}

interface Begin {
  readonly point: Geodetic;
  readonly time: Instant;
  readonly azimuthRad: number;
  readonly burnS: number;
  /** Thrust over that of the mean ascent. */
  readonly vigour: number;
}

/** A climb of `burnS` seconds that ends on the arc, where that is as high as such a climb gets. */
function ascentOnto(arc: Arc, burnS: number): Begin {
  let best = { off: Number.POSITIVE_INFINITY, seconds: 0, state: arcState(arc, 0) };
  for (let seconds = 0; seconds <= arc.coastsS; seconds += 5) {
    const state = arcState(arc, seconds);
    const off = Math.abs(burnedFor(state) - burnS);
    if (off < best.off) best = { off, seconds, state };
  }
  return ascentTo(addSeconds(arc.from, best.seconds), best.state, burnS);
}

/** Seconds of thrust by rule of thumb, from the height and the rate of climb. */
function burnedFor(state: ArrayLike<number>): number {
  const [x, y, z, vx, vy, vz] = state as unknown as Six;
  const climbMps = (x * vx + y * vy + z * vz) / Math.hypot(x, y, z);
  const seconds = approximateHeightM(state) / (HEIGHT_SHARE * Math.max(climbMps, 100));
  return Math.min(Math.max(seconds, 20), 400);
}

/** The climb of `burnS` seconds that ends in a state, by rule of thumb. */
function ascentTo(time: Instant, state: ArrayLike<number>, burnS: number): Begin {
  const [x, y, z, vx, vy, vz] = state as unknown as Six;
  const below = geodeticFromEcef([x, y, z]);
  const [e, n, u] = enuFromEcef(below, [vx, vy, vz]);
  const azimuthRad = Math.atan2(e, n);
  const point = geodesicDestination(
    below,
    azimuthRad + Math.PI,
    WAY_SHARE * Math.hypot(e, n) * burnS,
  );
  return {
    point: { ...point, heightM: 0 },
    time: addSeconds(time, -burnS),
    azimuthRad,
    burnS,
    vigour: (Math.hypot(e, n, u) + GRAVITY_TAKES_MPS2 * burnS) / meanSpeedMps(burnS),
  };
}

type Six = readonly [number, number, number, number, number, number];

/** Knots that reach from the earliest lift-off an anchor allows for to a time. */
export function knotsUntil(anchor: BoostAnchor, time: Instant): number {
  return knotsFor(secondsBetween(anchor.time, time) + anchor.leadS + 10);
}

/** When the climb was last looked at; the anchor's time where it never was. */
function lastLook(seen: Omit<Problem, 'knots'>): Instant {
  const times = [...seen.eyes.flatMap(({ looks }) => looks), ...seen.rise].map(({ time }) => time);
  return times.reduce((last, time) => (time > last ? time : last), seen.anchor.time);
}
