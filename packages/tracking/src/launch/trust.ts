// SPDX-License-Identifier: Apache-2.0
// What is known of a partner's word: each of its estimates is compared with what own radar says of
// the same body, and its launch reports with what own infrared says of the same launch. The record
// can only widen or leave out what a partner adds to the system picture, and never sharpens it.
//
// The test. Where both err as they say, the squared distance of two estimates is chi-square. For each
// widening of the partner's covariance a Page test (Biometrika 41, 1954) sums, report by report, how
// much more likely the distance is if errors are larger than stated; the record stands at the least
// widening that no test has ruled out. Reports of one event share the sensors' constant errors, so
// nothing is taken as independent: a report counts against a partner only where its distance is beyond
// what one in ten thousand honest ones reach, and no alarm comes from fewer than four such.
//
// What it remembers. The sums belong to an event and go with it: an event that is withdrawn leaves
// the picture bit for bit as if it had never been told. An alarm is a fact of this side and stays, or
// withdrawing would wipe the slate; it is taken back after a hundred reports that give no offence.

import { type Instant, invertPositive, secondsBetween, unpackSymmetric } from '@isthmus/earth';
import type {
  Estimate,
  EventId,
  LaunchEstimate,
  PartnerStanding,
  PartyName,
  PictureEvent,
  SourceKind,
} from '@isthmus/picture';
import { isEcho } from '../fusion/echo.ts';
import { quadratic } from '../fusion/information.ts';
import { chiSquareProbability, chiSquareQuantile } from '../metrics/chi-square.ts';
import { approximateHeightM, INFRARED_HELPS_ABOVE_M, propagateCoast } from '../models/coast.ts';
import { LIMITS } from './limits.ts';
import { launchOffset, stateOffset } from './trust-offset.ts';

/** Tests of one kind of report about one event. */
export interface TrustTest {
  readonly event: EventId;
  /** The own event it was taken for. */
  readonly own: EventId;
  readonly kind: SourceKind | 'report';
  /** One for each of `WIDENINGS`. */
  sums: number[];
  /** When what was scored last was of: the partner's estimate, or the coming of its report. */
  last: number;
}

/** What is remembered of one partner. Plain JSON data of bounded size. */
export interface TrustRecord {
  /** How many of `WIDENINGS` are ruled out; all of them: the partner is left out. */
  level: number;
  raisedAt: Instant | null;
  /** Reports in a row, since an alarm, that gave no offence. */
  clean: number;
  tests: TrustTest[];
  scored: number;
  /** Running means: squared distance over its degrees of freedom, and the offset from own. */
  distance: number;
  alongM: number;
  acrossM: number;
  upM: number;
  timeS: number;
  /** How old estimates were when they first could be used, and how much later than own first sight. */
  delayS: number | null;
  leadS: number | null;
  /** Events that own sensors saw too; that ended without; that were taken back. */
  confirmed: number;
  unconfirmed: number;
  withdrawn: number;
}

/** Factors on a partner's covariance, from its word as it is; beyond the last it is left out. */
const WIDENINGS = [1, 4, 16, 64] as const;

export function createTrust(): TrustRecord {
  return {
    level: 0,
    raisedAt: null,
    clean: 0,
    tests: [],
    scored: 0,
    distance: 0,
    alongM: 0,
    acrossM: 0,
    upM: 0,
    timeS: 0,
    delayS: null,
    leadS: null,
    confirmed: 0,
    unconfirmed: 0,
    withdrawn: 0,
  };
}

/** By how much a partner's covariances are multiplied: 1 or more, whatever the record holds. */
export function wideningOf(record: TrustRecord | undefined): number {
  const level = Math.max(0, Math.min(WIDENINGS.length - 1, record?.level ?? 0));
  return WIDENINGS[level] as number;
}

/** Whether a partner's data stay out of own events. */
export function isLeftOut(record: TrustRecord | undefined): boolean {
  return (record?.level ?? 0) >= WIDENINGS.length;
}

/** What is shown of a record. */
export function standingOf(party: PartyName, record: TrustRecord): PartnerStanding {
  const { scored, raisedAt, delayS, leadS, confirmed, unconfirmed, withdrawn } = record;
  const known = scored > 0;
  return {
    party,
    widening: wideningOf(record),
    leftOut: isLeftOut(record),
    since: record.level > 0 ? raisedAt : null,
    scored,
    distance: known ? rounded(record.distance, 100) : null,
    offset: known
      ? {
          alongM: rounded(record.alongM, 1),
          acrossM: rounded(record.acrossM, 1),
          upM: rounded(record.upM, 1),
          timeS: rounded(record.timeS, 1000),
        }
      : null,
    delayS: delayS === null ? null : rounded(delayS, 10),
    leadS: leadS === null ? null : rounded(leadS, 10),
    events: { confirmed, unconfirmed, withdrawn },
  };
}

/** To so many parts of one: what is shown changes no oftener than it must. */
function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

/** A partner's estimate with what it is of. */
export interface Told {
  readonly source: SourceKind;
  readonly estimate: Estimate;
}

/**
 * Scores what a partner tells of an event that own sensors see too. The caller guarantees that `own`
 * is of own sensors alone, and that `told` is unpowered.
 *
 * Of several bodies the two that agree best are compared, since either side may follow one that the
 * other does not: so an honest partner's distance is never larger than of a pair that is known.
 */
export function scoreEvent(
  record: TrustRecord,
  given: { readonly theirs: EventId; readonly own: PictureEvent; readonly told: readonly Told[] },
  now: Instant,
): void {
  const bodies = given.own.objects.flatMap((body) =>
    isSure(body, now) && body.estimate !== null ? [body.estimate] : [],
  );
  if (bodies.length === 0) return;
  for (const source of ['radar', 'infrared'] as const) {
    const told = given.told
      .filter((one) => one.source === source && isComparable(one.estimate))
      .sort((a, b) => b.estimate.time - a.estimate.time)
      .slice(0, LIMITS.trustBodiesMax);
    const newest = told[0]?.estimate.time;
    if (newest === undefined) continue;
    const test = testOf(record, { event: given.theirs, own: given.own.id, kind: source });
    if (newest - test.last < LIMITS.trustEveryS * 1e6) continue;
    const best = closest(bodies, told);
    if (best === null || isEcho(best.mine, best.theirs)) continue;
    test.last = newest;
    noteDelay(record, secondsBetween(newest, now));
    judge(record, test, best.distances, now);
    renewMeans(record, best.distances[0] as number, stateOffset(best.mine, best.theirs));
  }
}

/** Scores a launch report that came at `at` against what own infrared says of the launch. */
export function scoreReport(
  record: TrustRecord,
  given: {
    readonly theirs: EventId;
    readonly ownEvent: EventId;
    readonly at: Instant;
    readonly own: LaunchEstimate;
    readonly told: LaunchEstimate;
  },
  now: Instant,
): void {
  if (given.own.method !== 'infrared') return;
  const test = testOf(record, { event: given.theirs, own: given.ownEvent, kind: 'report' });
  if (given.at - test.last < LIMITS.trustEveryS * 1e6) return;
  test.last = given.at;
  const distances = WIDENINGS.map((widening) =>
    asSixDegrees(launchOffset(given.own, given.told, widening), 3),
  );
  judge(record, test, distances, now);
}

/** An event is gone from what is kept of the partner: its sums go too. */
export function forgetEvent(record: TrustRecord, event: EventId, how: 'withdrawn' | 'over'): void {
  const wasSeen = record.tests.some((test) => test.event === event);
  record.tests = record.tests.filter((test) => test.event !== event);
  if (how === 'withdrawn') record.withdrawn += 1;
  else if (!wasSeen) record.unconfirmed += 1;
}

/** An event of a partner is seen by own sensors for the first time, or was. */
export function noteConfirmed(
  record: TrustRecord,
  pair: {
    readonly event: EventId;
    readonly own: EventId;
    readonly ownSince: Instant;
    readonly theirsSince: Instant;
  },
): void {
  const { event, own } = pair;
  if (record.tests.some((test) => test.event === event)) return;
  testOf(record, { event, own, kind: 'report' });
  record.confirmed += 1;
  const lead = secondsBetween(pair.theirsSince, pair.ownSince);
  record.leadS = record.leadS === null ? lead : mean(record.leadS, lead, record.confirmed);
}

/** How old a partner's estimate was when it was there to be compared. */
function noteDelay(record: TrustRecord, delayS: number): void {
  record.delayS =
    record.delayS === null ? delayS : mean(record.delayS, delayS, LIMITS.trustMeanOver);
}

/** Own radar has followed it for a while, has it now, and above the air. */
function isSure(
  { phase, coastSeenS, estimate, lastSeen }: PictureEvent['objects'][number],
  now: Instant,
): boolean {
  return (
    estimate !== null &&
    phase === 'coast' &&
    coastSeenS >= LIMITS.trustOwnCoastS &&
    secondsBetween(lastSeen, now) <= LIMITS.trustOwnFreshS &&
    isComparable(estimate)
  );
}

/** Below the air's upper end neither side's free flight is what bodies do. */
function isComparable(estimate: Estimate): boolean {
  return approximateHeightM(estimate.state) > INFRARED_HELPS_ABOVE_M;
}

interface Compared {
  readonly mine: Estimate;
  readonly theirs: Estimate;
  /** One for each of `WIDENINGS`. */
  readonly distances: readonly number[];
}

/** The own and the partner's body that agree best, compared at the time of the partner's estimate. */
function closest(bodies: readonly Estimate[], told: readonly Told[]): Compared | null {
  let best: Compared | null = null;
  for (const body of bodies.slice(0, LIMITS.trustBodiesMax)) {
    for (const { estimate: theirs } of told) {
      const mine = propagateCoast(body, theirs.time);
      const first = distanceOf(mine, theirs, 1);
      if (best !== null && !(first < (best.distances[0] as number))) continue;
      const distances = WIDENINGS.map((widening) =>
        widening === 1 ? first : distanceOf(mine, theirs, widening),
      );
      if (distances.every(Number.isFinite)) best = { mine, theirs, distances };
    }
  }
  return best;
}

/** Squared Mahalanobis distance with the partner's covariance widened, 6 degrees of freedom. */
function distanceOf(mine: Estimate, theirs: Estimate, widening: number): number {
  const both = mine.covariance.map((v, i) => v + widening * (theirs.covariance[i] as number));
  const inverse = invertPositive(unpackSymmetric(both), 6);
  if (inverse === null) return Number.POSITIVE_INFINITY;
  return quadratic(
    inverse,
    mine.state.map((v, i) => v - (theirs.state[i] as number)),
  );
}

/** Adds one report to the tests, and raises the level where one has spoken. */
function judge(
  record: TrustRecord,
  test: TrustTest,
  distances: readonly number[],
  now: Instant,
): void {
  record.scored += 1;
  distances.forEach((distance, i) => {
    const gain = Math.min(LIMITS.trustGainMax, gainOf(distance));
    test.sums[i] = Math.max(0, (test.sums[i] as number) + gain);
  });
  const isAgainst = gainOf(distances[0] as number) > 0;
  record.clean = isAgainst ? 0 : record.clean + 1;
  // New names for one thing begin no new account: what was told of one own event counts together.
  const together = record.tests.filter(({ own, kind }) => own === test.own && kind === test.kind);
  const level = WIDENINGS.findIndex((_widening, i) => {
    const sum = together.reduce((before, { sums }) => before + (sums[i] as number), 0);
    return sum < LIMITS.trustAlarm;
  });
  const reached = level < 0 ? WIDENINGS.length : level;
  if (reached > record.level) {
    record.level = reached;
    record.raisedAt = now;
  } else if (record.level > 0 && record.clean >= LIMITS.trustForgivenAfter) {
    record.level = 0;
    record.raisedAt = null;
    record.tests = record.tests.map((one) => ({ ...one, sums: zeros() }));
  }
}

/**
 * Log of how much more likely a distance of six degrees of freedom is under errors larger than
 * `trustHonestVariance` allows by `trustFaultVariance`: above 0 from 27.7 on.
 */
function gainOf(distance: number): number {
  const { trustHonestVariance: honest, trustFaultVariance: fault } = LIMITS;
  return -3 * Math.log(fault / honest) + (distance / 2) * (1 / honest - 1 / fault);
}

/** The distance of six degrees of freedom that is as unlikely as this of fewer. */
function asSixDegrees(distance: number, degrees: number): number {
  const below = Math.min(chiSquareProbability(distance, degrees), 1 - 1e-12);
  return below <= 0 ? 0 : chiSquareQuantile(below, 6);
}

/** The tests of one kind about one event, begun where there are none; the oldest make room. */
function testOf(
  record: TrustRecord,
  of: { readonly event: EventId; readonly own: EventId; readonly kind: TrustTest['kind'] },
): TrustTest {
  const known = record.tests.find(
    ({ event, own, kind }) => event === of.event && own === of.own && kind === of.kind,
  );
  if (known !== undefined) return known;
  const begun: TrustTest = { ...of, sums: zeros(), last: 0 };
  record.tests.push(begun);
  if (record.tests.length > LIMITS.trustTestsMax) record.tests.shift();
  return begun;
}

function renewMeans(
  record: TrustRecord,
  distance: number,
  offset: { alongM: number; acrossM: number; upM: number; timeS: number },
): void {
  const over = Math.min(record.scored, LIMITS.trustMeanOver);
  record.distance = mean(record.distance, distance / 6, over);
  for (const key of ['alongM', 'acrossM', 'upM', 'timeS'] as const) {
    record[key] = mean(record[key], offset[key], over);
  }
}

/** A running mean that forgets what is more than `over` values ago. */
function mean(before: number, value: number, over: number): number {
  return before + (value - before) / Math.max(1, over);
}

function zeros(): number[] {
  return WIDENINGS.map(() => 0);
}
