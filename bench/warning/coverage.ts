// SPDX-License-Identifier: Apache-2.0
// Do stated regions hold the truth as often as they say? Launch points and impact points over draws
// of nine kinds of flight, half of them with bodies or sites the product's priors are not centred
// on; and when warnings come, by the kind of sensor. A share is exact, and so is its interval.

import { createRandom, type Random } from '@isthmus/earth';
import { truthOfAscent } from '@isthmus/sim/scenario';
import { type Share, shareOf } from './binomial.ts';
import {
  type DrawResult,
  type Flown,
  flyDraw,
  type Reading,
  START,
  WATCHES,
  type Watch,
} from './draw.ts';
import { type DrawnAscent, drawAscent } from './flights-drawn.ts';
import { FLIGHT_KINDS, type FlightKind } from './mix.ts';

/** A draw, and the kind of flight it was of. */
export interface Row extends DrawResult {
  readonly kind: string;
}

/** Draws at scale 1, over all kinds of flight together. */
const DRAWS = 10_000;
/** Each kind is drawn in so many parts, which two cores share. */
const SLICES_PER_KIND = 2;
/** Powered parts flown for a slice, and draws that share one fall: its drag, its air, its pieces. */
const ASCENTS = 4;
const DRAWS_PER_FALL = 4;
/** One draw in so many is followed to the ground, for the times. */
const WHOLE_EVERY = 30;
/**
 * Who watches, by share. Radar has the larger one: it is what an impact region rests on, and a draw
 * of it costs a fifth of one that infrared joins.
 */
const WATCH_SHARES: Readonly<Record<Watch, number>> = { infrared: 0.25, radar: 0.5, both: 0.25 };
/** What left the launch is followed for so long after burn-out: beyond every reading. */
const PARTS_FOR_S = 400;
/** One sigma of a day's density over the table's, and of each component of the wind aloft, m/s. */
const DENSITY_SIGMA = 0.1;
const WIND_SIGMA_MPS = 20;

export const COVERAGE_SLICES = FLIGHT_KINDS.length * SLICES_PER_KIND;

/** The draws of one slice, 0 to `COVERAGE_SLICES` - 1. */
export function coverageSlice(given: {
  readonly seed: number;
  readonly scale: number;
  readonly slice: number;
}): Row[] {
  const kind = FLIGHT_KINDS[given.slice % FLIGHT_KINDS.length] as FlightKind;
  const random = createRandom(`coverage/${given.seed}/${given.slice}`);
  const count = Math.max(1, Math.round((DRAWS * given.scale) / COVERAGE_SLICES));
  const ascents = Array.from({ length: Math.min(ASCENTS, count) }, (_, i) =>
    drawAscent(kind, random.fork(`ascent ${i}`)),
  );
  const rows: Row[] = [];
  let flown: Flown | null = null;
  for (let i = 0; i < count; i += 1) {
    const fall = Math.floor(i / DRAWS_PER_FALL);
    if (flown === null || i % DRAWS_PER_FALL === 0) {
      const ascent = ascents[fall % ascents.length] as DrawnAscent;
      flown = drawFall(kind, ascent, random.fork(`fall ${fall}`));
    }
    const own = random.fork(`draw ${i}`);
    const watch = watchOf(own.fork('watch').uniform());
    const isWhole = i % WHOLE_EVERY === 0;
    rows.push({ kind: kind.name, ...flyDraw(flown, { watch, isWhole }, own) });
  }
  return rows;
}

function watchOf(uniform: number): Watch {
  const { infrared, radar } = WATCH_SHARES;
  return uniform < infrared ? 'infrared' : uniform < infrared + radar ? 'radar' : 'both';
}

/** One fall of a payload after a powered part: its own drag, and the air of its own day. */
function drawFall(kind: FlightKind, drawn: DrawnAscent, random: Random): Flown {
  const [least, most] = kind.ballisticCoefficient;
  const launch = {
    ...drawn.launch,
    payload: {
      ...drawn.launch.payload,
      ballisticCoefficientKgPm2: least * (most / least) ** random.uniform(),
    },
  };
  const wind = (): number => WIND_SIGMA_MPS * random.normal();
  const truth = truthOfAscent(launch, drawn.ascent, {
    start: START,
    seed: String(random.integer(2 ** 32)),
    air: { density: Math.exp(DENSITY_SIGMA * random.normal()), windMps: [wind(), wind()] },
    partsForS: PARTS_FOR_S,
  });
  const payload = truth.objects.find((object) => object.kind === 'payload');
  if (payload === undefined) throw new RangeError('a launch has a payload');
  return { launch, truth, payload, burnoutS: drawn.ascent.burnoutS };
}

/** A share with the median area of the regions it was counted over. */
interface Covered extends Share {
  readonly medianAreaKm2: number | null;
}

interface Coverage {
  readonly mix: Covered;
  readonly byScenario: Readonly<Record<string, Covered>>;
  readonly bySensors: Readonly<Record<string, Covered>>;
}

/**
 * The figures of all slices' draws.
 *
 * @param covarianceFactor what every stated covariance is multiplied by before it is judged: 1, or
 *   in a test of the judge something else.
 */
export function coverageFigures(
  rows: readonly Row[],
  covarianceFactor = 1,
): Record<string, unknown> {
  const of = (what: 'launch' | 'impact', probability: number): Coverage => {
    const one = (some: readonly Row[]): Covered =>
      coveredOf(
        some.flatMap((row) => row[what] ?? []),
        { probability, covarianceFactor },
      );
    return {
      mix: one(rows),
      byScenario: grouped(rows, (row) => row.kind, one),
      bySensors: grouped(rows, (row) => row.watch, one),
    };
  };
  return {
    draws: rows.length,
    impactCoverage90: of('impact', 0.9),
    impactCoverage50: of('impact', 0.5),
    launchCoverage90: of('launch', 0.9),
    launchCoverage50: of('launch', 0.5),
    withoutImpactStatement: shareOfRows(rows, (row) => row.impact === null),
    ...timesOf(rows),
  };
}

function coveredOf(
  readings: readonly Reading[],
  judged: { readonly probability: number; readonly covarianceFactor: number },
): Covered {
  const limit = -2 * Math.log(1 - judged.probability) * judged.covarianceFactor;
  // Areas of a Gaussian on a plane go as -ln(1 - probability).
  const scale = (judged.covarianceFactor * Math.log(1 - judged.probability)) / Math.log(0.1);
  const area = medianOf(readings.map(({ area90Km2 }) => area90Km2));
  const { share, low, high, ...counts } = shareOf(
    readings.filter(({ distance2 }) => distance2 <= limit).length,
    readings.length,
  );
  return {
    ...counts,
    share: share === null ? null : digits(share),
    low: digits(low),
    high: digits(high),
    medianAreaKm2: area === null ? null : digits(area * scale),
  };
}

function shareOfRows(rows: readonly Row[], holds: (row: Row) => boolean): Record<string, string> {
  const one = (some: readonly Row[]): string => `${some.filter(holds).length} of ${some.length}`;
  return grouped(rows, (row) => row.watch, one);
}

/** Medians over the draws that were followed to the ground; never counts as later than any time. */
function timesOf(rows: readonly Row[]): Record<string, unknown> {
  const whole = rows.filter((row) => row.times !== null);
  const median = (name: 'tCue' | 'tTracked' | 'tUseful') => ({
    ...grouped(
      whole,
      (row) => row.watch,
      (some) => medianOf(some.map(({ times }) => times?.[name] ?? Number.POSITIVE_INFINITY)),
    ),
  });
  return {
    tCue: median('tCue'),
    tTracked: median('tTracked'),
    tUseful: median('tUseful'),
    timesOver: grouped(
      whole,
      (row) => row.watch,
      (some) => some.length,
    ),
  };
}

/** What `read` makes of the rows of each key, keys in order of the kinds and watches. */
function grouped<T>(
  rows: readonly Row[],
  key: (row: Row) => string,
  read: (rows: readonly Row[]) => T,
): Record<string, T> {
  const order = [...FLIGHT_KINDS.map(({ name }) => name), ...WATCHES];
  const there = order.filter((name) => rows.some((row) => key(row) === name));
  return Object.fromEntries(
    there.map((name) => [name, read(rows.filter((row) => key(row) === name))]),
  );
}

/** Null for no values, and where the middle one is infinite: never. */
function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[(sorted.length - 1) >> 1];
  return middle === undefined || !Number.isFinite(middle) ? null : middle;
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
