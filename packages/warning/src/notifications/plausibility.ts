// SPDX-License-Identifier: Apache-2.0
// Can an announced flight be flown? Range, apogee and time of a free flight are bound to one
// another; a rocket is slower by what its boost takes, never quicker. Every tolerance (digits, areas,
// a direction not told, the model's own share) counts in favour of the notice.

import {
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { AnnouncedLaunch, BoundedArea, GivenLength, RangeClass } from '@isthmus/picture';
import {
  type Arc,
  type ArcKind,
  arcKind,
  arcOfTime,
  arcThrough,
  rangeClass,
  rangeOfSpeedM,
} from './arc.ts';
import { boundsOf, middleOf, pointsOf } from './area.ts';
import { halfLastDigit, type Interval, metresOf, secondsOf } from './given.ts';
import {
  BOOST_ADDS_MAX_S,
  BOOST_ADDS_MIN_S,
  DIRECTION_SIGMA_DEG,
  QUICK_FROM_RANGE_M,
} from './limits.ts';
import { MODEL_SHARE, throwBetween } from './turning-earth.ts';

/**
 * `impossible`: quicker than a throw of that range and apogee, every tolerance in its favour.
 * `unusual`: what the boost would have to add is outside 60 to 300 s. `not checkable`: too little is
 * announced.
 */
export type Verdict = 'impossible' | 'unusual' | 'plausible' | 'not checkable';

/** What the boost would have to add to a throw, seconds: announced time less least time. */
export interface Excess {
  /** Null where apogee or range are not told: the flight may have taken any time. */
  readonly lowS: number | null;
  readonly highS: number;
}

export interface FlightCheck {
  readonly verdict: Verdict;
  /** One plain sentence: the figures, the limit, and the model. */
  readonly because: string;
  /**
   * Seconds from the limit that decided, tolerances in favour of the notice: below 0 it is too quick
   * by so much, above 0 too slow; of a plausible flight, what is left to impossible. Null if unchecked.
   */
  readonly marginS: number | null;
  /** Over a sphere of 6,371 km that does not turn, nominal figures: as published tables have it. */
  readonly sphere: { readonly throwS: number; readonly excessS: number | null } | null;
  /** Over the turning ellipsoid; nominal is null where site or direction are not told. */
  readonly turning: {
    readonly leastThrowS: number;
    readonly mostThrowS: number | null;
    readonly nominalThrowS: number | null;
    readonly nominalExcessS: number | null;
    readonly excess: Excess | null;
  } | null;
  /** Which throw it is, if range and apogee, or range and time, are announced. */
  readonly arc: (Arc & { readonly kind: ArcKind }) | null;
  /** Class by the range flown, and by what its energy would reach: two answers, often different. */
  readonly classes: {
    readonly byRange: readonly RangeClass[];
    readonly byEnergy: readonly RangeClass[];
    /** Infinity where the speed reaches every place; null where it is not known. */
    readonly energyRangeM: number | null;
  } | null;
  /** What in the notice does not agree with itself. */
  readonly contradictions: readonly string[];
}

/** Directions tried where none is told; 5 degrees apart, the time changes by a tenth of a second. */
const DIRECTIONS = 72;
/** Latitudes tried where no launch area is told. */
const LATITUDES_DEG = [0, 15, 30, 45, 60, 75] as const;
/** A range that is not told may be nothing: this is as good as straight up, and has a direction. */
const LEAST_LENGTH_M = 500;

/** Checks the figures of a notice against each other. */
export function checkFlight(launch: AnnouncedLaunch): FlightCheck {
  const figures = figuresOf(launch);
  const { range, apogee, time } = figures;
  const sphere =
    range !== null && apogee !== null ? arcThrough(range.nominal, apogee.nominal) : null;
  const implied =
    sphere ?? (range !== null && time !== null ? arcOfTime(range.nominal, time.nominal) : null);
  const turning = figures.isGiven ? turningOf(launch, figures) : null;
  const judged = judge(figures, turning, implied);
  return {
    ...judged,
    sphere:
      sphere === null
        ? null
        : { throwS: sphere.timeS, excessS: time === null ? null : time.nominal - sphere.timeS },
    turning,
    arc: implied === null ? null : { ...implied, kind: arcKind(implied) },
    classes: range === null ? null : classesOf(range, apogee, implied),
    contradictions: contradictionsOf(launch, figures),
  };
}

interface Figures {
  readonly range: Interval | null;
  readonly apogee: Interval | null;
  readonly time: Interval | null;
  /** Whether there are two figures to set against each other. */
  readonly isGiven: boolean;
}

function figuresOf(launch: AnnouncedLaunch): Figures {
  const range = launch.range === null ? rangeOfAreas(launch) : lengthOf(launch.range);
  const apogee = launch.apogee === null ? null : lengthOf(launch.apogee);
  const time = launch.flightTime === null ? null : secondsOf(launch.flightTime);
  const count = [range, apogee, time].filter((figure) => figure !== null).length;
  return { range, apogee, time, isGiven: count >= 2 };
}

function lengthOf(given: GivenLength): Interval {
  const { low, nominal, high } = metresOf(given);
  return { low: Math.max(LEAST_LENGTH_M, low), nominal: Math.max(LEAST_LENGTH_M, nominal), high };
}

/** Nearest, middle and furthest between launch and impact areas, by the points that stand for them. */
function rangeOfAreas(launch: AnnouncedLaunch): Interval | null {
  const from = launch.launchArea === null ? null : boundsOf(launch.launchArea);
  const [first] = launch.impactAreas ?? [];
  if (from === null || first === undefined) return null;
  const lengths = pairsBetween(from, launch.impactAreas ?? []).map(
    ([a, b]) => geodesicInverse(a, b).distanceM,
  );
  return {
    low: Math.min(...lengths),
    nominal: geodesicInverse(middleOf(from), middleOf(first)).distanceM,
    high: Math.max(...lengths),
  };
}

type Pair = readonly [Geodetic, Geodetic];

function pairsBetween(from: BoundedArea, areas: readonly BoundedArea[]): Pair[] {
  return pointsOf(from).flatMap((a) => areas.flatMap(pointsOf).map((b): Pair => [a, b]));
}

function turningOf(launch: AnnouncedLaunch, figures: Figures): FlightCheck['turning'] {
  const { range, apogee, time } = figures;
  // Of what is not told anything may be true: for the least time, nothing of it.
  const least = apogee?.low ?? 0;
  const most = apogee?.high ?? null;
  const pairs = pairsOf(launch, range);
  const leastThrowS = Math.min(...pairs.map(([a, b]) => throwBetween(a, b, least).timeS));
  const mostThrowS =
    most === null || range === null
      ? null
      : Math.max(...pairs.map(([a, b]) => throwBetween(a, b, most).timeS));
  const nominal = nominalPair(launch, range);
  const nominalThrowS =
    nominal === null || apogee === null
      ? null
      : throwBetween(nominal[0], nominal[1], apogee.nominal).timeS;
  return {
    leastThrowS,
    mostThrowS,
    nominalThrowS,
    nominalExcessS: nominalThrowS === null || time === null ? null : time.nominal - nominalThrowS,
    excess:
      time === null
        ? null
        : {
            lowS: mostThrowS === null ? null : time.low - mostThrowS * (1 + MODEL_SHARE),
            highS: time.high - leastThrowS * (1 - MODEL_SHARE),
          },
  };
}

/** Launch and impact places between which the announced flight may have gone. */
function pairsOf(launch: AnnouncedLaunch, range: Interval | null): Pair[] {
  const from = launch.launchArea === null ? null : boundsOf(launch.launchArea);
  const areas = launch.impactAreas ?? [];
  const pairs = from === null ? [] : pairsBetween(from, areas);
  if (launch.range === null && pairs.length > 0) return pairs;
  const lengths = range === null ? [LEAST_LENGTH_M] : [range.low, range.high];
  const starts =
    from === null
      ? LATITUDES_DEG.map((deg) => place(radiansFromDegrees(deg)))
      : [...pointsOf(from)];
  const thrown = (start: Geodetic, azimuths: readonly number[]): Pair[] =>
    azimuths.flatMap((azimuth) =>
      lengths.map((length): Pair => [start, geodesicDestination(start, azimuth, length)]),
    );
  if (pairs.length > 0) {
    return pairs.flatMap(([a, b]) => thrown(a, [geodesicInverse(a, b).azimuthRad]));
  }
  return starts.flatMap((start) => thrown(start, directionsOf(launch)));
}

function directionsOf(launch: AnnouncedLaunch): number[] {
  if (launch.direction === null) {
    return Array.from({ length: DIRECTIONS }, (_, i) => (2 * Math.PI * i) / DIRECTIONS);
  }
  const { valueDeg, toleranceDeg } = launch.direction;
  // Whether it is that of the launch or that of the impact point no text says: they differ by degrees.
  const tolerance = (toleranceDeg ?? halfLastDigit(valueDeg)) + DIRECTION_SIGMA_DEG;
  return [valueDeg - tolerance, valueDeg, valueDeg + tolerance].map(radiansFromDegrees);
}

function place(latitudeRad: number): Geodetic {
  return { latitudeRad, longitudeRad: 0, heightM: 0 };
}

/** Launch and impact as the notice means them; null where it does not say. */
function nominalPair(launch: AnnouncedLaunch, range: Interval | null): Pair | null {
  const from = launch.launchArea === null ? null : boundsOf(launch.launchArea);
  if (from === null || range === null) return null;
  const start = middleOf(from);
  const [first] = launch.impactAreas ?? [];
  if (first === undefined) {
    if (launch.direction === null) return null;
    const azimuth = radiansFromDegrees(launch.direction.valueDeg);
    return [start, geodesicDestination(start, azimuth, range.nominal)];
  }
  const end = middleOf(first);
  if (launch.range === null) return [start, end];
  const { azimuthRad } = geodesicInverse(start, end);
  return [start, geodesicDestination(start, azimuthRad, range.nominal)];
}

function judge(
  figures: Figures,
  turning: FlightCheck['turning'],
  arc: Arc | null,
): Pick<FlightCheck, 'verdict' | 'because' | 'marginS'> {
  const excess = turning?.excess;
  if (turning === null || turning === undefined || excess === null || excess === undefined) {
    return { verdict: 'not checkable', because: lacking(figures, turning), marginS: null };
  }
  const model = 'over the turning ellipsoid, tolerances in favour of the notice';
  const { lowS, highS } = excess;
  if (highS < 0) {
    return {
      verdict: 'impossible',
      marginS: highS,
      because: `No flight of these figures is so short: even thrown at once it takes ${whole(-highS)} s longer (${model}).`,
    };
  }
  if (lowS === null) {
    const flown = arc === null ? '' : ` It fits a ${arcKind(arc)} flight to ${km(arc.apogeeM)} km.`;
    return {
      verdict: 'plausible',
      marginS: highS,
      because: `Not quicker than a throw can be (${whole(highS)} s to spare, ${model}).${flown}`,
    };
  }
  const isShort = arc !== null && rangeOfSpeedM(arc.speedMps) < QUICK_FROM_RANGE_M;
  return judgeBoost({ lowS, highS }, model, isShort);
}

/** Range, apogee and time are all there: what is left for the boost is known within tolerances. */
function judgeBoost(
  { lowS, highS }: { readonly lowS: number; readonly highS: number },
  model: string,
  isShort: boolean,
): Pick<FlightCheck, 'verdict' | 'because' | 'marginS'> {
  const usualS = isShort ? 0 : BOOST_ADDS_MIN_S;
  const left = `leaves ${whole(lowS)} to ${whole(highS)} s for the boost (${model}); ${usualS} to ${BOOST_ADDS_MAX_S} s is usual`;
  if (highS < usualS) {
    const marginS = highS - usualS;
    return { verdict: 'unusual', marginS, because: `Quick: the announced time ${left}.` };
  }
  if (lowS > BOOST_ADDS_MAX_S) {
    const marginS = lowS - BOOST_ADDS_MAX_S;
    return { verdict: 'unusual', marginS, because: `Slow: the announced time ${left}.` };
  }
  return { verdict: 'plausible', marginS: highS, because: `The announced time ${left}.` };
}

function lacking(figures: Figures, turning: FlightCheck['turning'] | undefined): string {
  const names = { range: 'range or impact area', apogee: 'apogee', time: 'flight time' } as const;
  const missing = (['range', 'apogee', 'time'] as const).filter((name) => figures[name] === null);
  const said = missing.map((name) => names[name]).join(', ');
  const nominal = turning?.nominalThrowS ?? null;
  const expected =
    nominal === null
      ? ''
      : ` A flight of this range and apogee takes about ${whole(nominal + BOOST_ADDS_MIN_S)} to ${whole(nominal + BOOST_ADDS_MAX_S)} s.`;
  return `Not announced: ${said}.${expected}`;
}

function classesOf(
  range: Interval,
  apogee: Interval | null,
  arc: Arc | null,
): FlightCheck['classes'] {
  const reach = (rangeM: number, apogeeM: number): number =>
    rangeOfSpeedM(arcThrough(rangeM, apogeeM).speedMps);
  const reaches =
    apogee === null
      ? arc === null
        ? []
        : [rangeOfSpeedM(arc.speedMps)]
      : [
          reach(range.low, apogee.low),
          reach(range.low, apogee.high),
          reach(range.high, apogee.low),
          reach(range.high, apogee.high),
        ];
  return {
    byRange: distinct([range.low, range.nominal, range.high]),
    byEnergy: distinct(reaches),
    energyRangeM: arc === null ? null : rangeOfSpeedM(arc.speedMps),
  };
}

function distinct(rangesM: readonly number[]): RangeClass[] {
  return [...new Set(rangesM.toSorted((a, b) => a - b).map(rangeClass))];
}

function contradictionsOf(launch: AnnouncedLaunch, figures: Figures): string[] {
  const found: string[] = [];
  const areas = rangeOfAreas(launch);
  const given = figures.range;
  if (launch.range !== null && areas !== null && given !== null) {
    if (given.high < areas.low || given.low > areas.high) {
      found.push(
        `The range is given as ${km(given.nominal)} km; the areas are ${km(areas.low)} to ${km(areas.high)} km apart.`,
      );
    }
  }
  return found;
}

function whole(seconds: number): string {
  return Math.round(seconds).toLocaleString('en');
}

function km(metres: number): string {
  return Math.round(metres / 1000).toLocaleString('en');
}
