// SPDX-License-Identifier: Apache-2.0
// What it is, over drawn flights: the class by burn-out energy against what the same rocket reaches
// when flown on every arc, and missile or space launch, whether and when that is told.
//
// Missiles and sounding rockets are flown from the pad (`rockets.ts`), on arcs from flat to steep.
// Space launches are rows of coasts by published timelines (`launchers.ts`). Radars see the coast from
// some time after cut-off on, with errors of realistic size (`radar-looks.ts`); what the tracker makes
// of whole launches, thrust and all, is in tests/tracking.

import { createRandom, geodeticFromDegrees, geodeticFromEcef, type Random } from '@isthmus/earth';
import type { Estimate, RangeClass } from '@isthmus/picture';
import { propagateState } from '@isthmus/tracking';
import { reachOf, verdictOf } from '@isthmus/warning';
import { drawSpaceLaunch, LAUNCHERS, type Launcher } from './launchers.ts';
import { createWatch, drawWatcher } from './radar-looks.ts';
import { ascend, drawRocket, type Rocket } from './rockets.ts';

/** Draws at scale 1. */
const ROCKETS = 80;
const MISSILES = 6000;
const SPACE_LAUNCHES = 4000;
/** Seconds of coast seen at which it is asked what it is; then every so many. */
const ASKED_AT_S = [10, 15, 20, 30, 45, 60, 75, 90, 105, 120, 150, 180] as const;
const ASKED_EVERY_S = 30;
/** The class is read after so much coast, or at the end of a shorter one. */
const CLASS_READ_S = 60;
/** Product gate: root sum squares of the estimate under which an object counts as tracked. */
const FIRM_POSITION_M = 50_000;
const FIRM_VELOCITY_MPS = 500;

const CLASSES: readonly RangeClass[] = ['SRBM', 'MRBM', 'IRBM', 'ICBM'];
/** Mean of the squared misses of a forecast that gives every class a quarter. */
const BRIER_UNIFORM = 0.75;

/** Runs the part; see the fields it returns. `scale` 1 is 10,000 draws. */
export async function classes(given: {
  readonly seed: number;
  readonly scale: number;
}): Promise<Record<string, unknown>> {
  const random = createRandom(`${given.seed}/classes`);
  const missiles = missileFigures(random.fork('missiles'), given.scale);
  const launches = launchFigures(random.fork('launches'), given.scale);
  return { ...missiles, ...launches };
}

/** What is told of one coast that a radar sees from `delayS` after its beginning on. */
interface Told {
  readonly verdict: 'space launch' | 'comes down' | 'undetermined';
  /** Seconds after cut-off; null for never. */
  readonly afterS: number | null;
  /** At `CLASS_READ_S`. */
  readonly estimate: Estimate | null;
}

function watchCoast(
  coast: { readonly state: ArrayLike<number>; readonly forS: number; readonly delayS: number },
  random: Random,
): Told {
  const watch = createWatch(drawWatcher(random), random);
  let state: ArrayLike<number> = propagateState(coast.state, coast.delayS);
  let estimate: Estimate | null = null;
  let seenS = 0;
  for (let k = 0; ; k += 1) {
    const next = ASKED_AT_S[k] ?? seenS + ASKED_EVERY_S;
    if (coast.delayS + next > coast.forS) break;
    state = propagateState(state, next - seenS);
    seenS = next;
    if (heightM(state) < 0) break;
    const there = watch(state, seenS);
    if (!isFirm(there)) continue;
    if (estimate === null || seenS <= CLASS_READ_S) estimate = there;
    const { verdict } = verdictOf(there, seenS);
    if (verdict !== 'undetermined') return { verdict, afterS: coast.delayS + seenS, estimate };
  }
  return { verdict: 'undetermined', afterS: null, estimate };
}

function heightM(state: ArrayLike<number>): number {
  return geodeticFromEcef([state[0] as number, state[1] as number, state[2] as number]).heightM;
}

function isFirm({ covariance: p }: Estimate): boolean {
  const sum = (places: readonly number[]): number =>
    Math.sqrt(places.reduce((total, k) => total + (p[k] as number), 0));
  return sum([0, 6, 11]) <= FIRM_POSITION_M && sum([15, 18, 20]) <= FIRM_VELOCITY_MPS;
}

/** Missiles of every range on every arc, and among them those as steep as sounding rockets. */
function missileFigures(random: Random, scale: number): Record<string, unknown> {
  const rockets = drawRockets(random, Math.max(8, Math.round(ROCKETS * scale)));
  const decided: number[] = [];
  const late: number[] = [];
  let never = 0;
  let calledSpace = 0;
  let classed = 0;
  let right = 0;
  let brier = 0;
  const draws = Math.max(20, Math.round(MISSILES * scale));
  const byClass = Object.fromEntries(CLASSES.map((name) => [name, { draws: 0, right: 0 }]));
  for (let i = 0; i < draws; i += 1) {
    const rocket = rockets[i % rockets.length] as Rocket;
    const flight = flyOnce(rocket, random);
    if (flight === null) continue;
    const told = watchCoast({ ...flight, delayS: 120 * random.uniform() }, random);
    if (told.verdict === 'space launch') calledSpace += 1;
    if (told.afterS === null) never += 1;
    else {
      decided.push(told.afterS);
      late.push(told.afterS / flight.forS);
    }
    const reach = told.estimate === null ? null : reachOf(told.estimate);
    if (reach === null) continue;
    const truth = classOf(rocket.bestRangeM);
    const best = CLASSES.toSorted((a, b) => reach.classes[b] - reach.classes[a])[0];
    classed += 1;
    const counts = byClass[truth];
    if (counts !== undefined) counts.draws += 1;
    if (best === truth) {
      right += 1;
      if (counts !== undefined) counts.right += 1;
    }
    brier += CLASSES.reduce(
      (sum, name) => sum + (reach.classes[name] - (name === truth ? 1 : 0)) ** 2,
      0,
    );
  }
  return {
    missileDraws: decided.length + never,
    classAccuracy: right / classed,
    classByClass: byClass,
    brier: brier / classed,
    brierUniform: BRIER_UNIFORM,
    missileCalledSpaceLaunch: calledSpace,
    missileDecidedAfterCutOffS: quantiles(decided),
    missileDecidedShareOfFlight: quantiles(late),
    missileNeverDecided: never,
  };
}

/** As many rockets of each class as the count allows. */
function drawRockets(random: Random, count: number): Rocket[] {
  const rockets: Rocket[] = [];
  const wanted = Math.ceil(count / CLASSES.length);
  const have = new Map<RangeClass, number>();
  for (let tries = 0; rockets.length < count && tries < 20 * count; tries += 1) {
    const rocket = drawRocket(random, 1 + random.integer(3));
    if (rocket === null) continue;
    const name = classOf(rocket.bestRangeM);
    if ((have.get(name) ?? 0) >= wanted) continue;
    have.set(name, (have.get(name) ?? 0) + 1);
    rockets.push(rocket);
  }
  return rockets;
}

/** One flight of a rocket, anywhere, in any direction, flat or steep; null where it fell over. */
function flyOnce(
  rocket: Rocket,
  random: Random,
): { readonly state: Float64Array; readonly forS: number } | null {
  const leanRad = rocket.leansRad[random.integer(rocket.leansRad.length)] as number;
  const site = geodeticFromDegrees(-70 + 140 * random.uniform(), 360 * random.uniform());
  const ascent = ascend(rocket.stages, {
    site,
    azimuthRad: 2 * Math.PI * random.uniform(),
    leanRad,
  });
  if (ascent === null || heightM(ascent.cutOff) < 25_000) return null;
  let state = ascent.cutOff;
  let forS = 0;
  while (heightM(state) > 0 && forS < 9000) {
    state = Float64Array.from(propagateState(state, 10));
    forS += 10;
  }
  return { state: ascent.cutOff, forS };
}

/** US Department of Defense classes, metres. */
function classOf(rangeM: number): RangeClass {
  const bounds = [1_100_000, 2_750_000, 5_500_000];
  return CLASSES[bounds.filter((bound) => rangeM > bound).length] as RangeClass;
}

/** Every coast of every launch is watched from near its beginning: the longer it is seen, the worse. */
function launchFigures(random: Random, scale: number): Record<string, unknown> {
  const draws = Math.max(LAUNCHERS.length * 4, Math.round(SPACE_LAUNCHES * scale));
  const called: Record<string, number> = {};
  const decided: number[] = [];
  let never = 0;
  for (let i = 0; i < draws; i += 1) {
    const kind = LAUNCHERS[i % LAUNCHERS.length] as Launcher;
    const coasts = drawSpaceLaunch(kind, random);
    const told = coasts.map((coast) =>
      watchCoast({ ...coast, delayS: 10 * random.uniform() }, random),
    );
    if (told.some(({ verdict }) => verdict === 'comes down')) {
      called[kind] = (called[kind] ?? 0) + 1;
    }
    const last = told.at(-1);
    if (last?.verdict === 'space launch' && last.afterS !== null) decided.push(last.afterS);
    else never += 1;
  }
  return {
    spaceLaunchDraws: draws,
    spaceLaunchCalledMissile: Object.values(called).reduce((a, b) => a + b, 0),
    spaceLaunchCalledMissileByKind: called,
    spaceLaunchDecidedAfterLastCutOffS: quantiles(decided),
    spaceLaunchNeverDecided: never,
  };
}

/** Median and the value that nine in ten do not pass; null where there are none. */
function quantiles(values: readonly number[]): object {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | null =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  return { median: at(0.5), ninetyPercent: at(0.9) };
}
