// SPDX-License-Identifier: Apache-2.0
// A file of tracks against the truth: how near, how honest, how complete, and as a set.
//
// An object counts in the seconds in which an own sensor could see it, by its declared limits. One
// that none can see neither counts as missed, nor does a track of it count as false.

import { ecefFromGeodetic, unpackSymmetric } from '@isthmus/earth';
import type { Sensor } from '@isthmus/picture';
import { behindEarth, radarView } from '@isthmus/sim/scenario';
import {
  type Gospa,
  gospa,
  nearestPairs,
  nees,
  ospa,
  type PointSet,
  type Siap,
  type SiapScan,
  siap,
} from '@isthmus/tracking';
import type { TrackedSecond, TrackLine } from './run-tracker.ts';
import type { TruthFile, TruthPoint } from './truth-file.ts';

/** Farther from an object than this, an estimate is not one of it; p of OSPA and GOSPA. */
const SET_OPTIONS = { cutoffM: 50e3, order: 2 } as const;

const SIX = 6;

/** How well objects of one kind were followed. */
export interface KindScore {
  /** Objects times seconds in view. */
  readonly objectSeconds: number;
  /** Share of them with an estimate, 0 to 1. */
  readonly completeness: number;
  /** Of the estimates; null where there are none. */
  readonly positionRmseM: number | null;
  readonly velocityRmseMps: number | null;
  /** Mean of errorᵀ covariance⁻¹ error / 6: 1 is right, more is over-confident. */
  readonly anees: number | null;
}

/** Everything `--truth` gives. */
export interface TrackScore {
  readonly cutoffM: number;
  readonly order: number;
  /** Seconds in which there was an object in view, or a track that is of none out of view. */
  readonly seconds: number;
  readonly all: KindScore;
  readonly kinds: Readonly<Record<string, KindScore>>;
  /** Mean over those seconds. */
  readonly ospaM: number;
  /** Roots of means over those seconds: the squares of the parts add up to that of the whole. */
  readonly gospa: {
    readonly rmsM: number;
    readonly localisationM: number;
    readonly missedM: number;
    readonly falseM: number;
    /** Mean numbers of objects missed and of tracks of nothing. */
    readonly missedCount: number;
    readonly falseCount: number;
  };
  readonly siap: Omit<Siap, `identity${string}`>;
}

interface KindSums {
  objectSeconds: number;
  held: number;
  position2: number;
  velocity2: number;
  nees: number;
}

/** Gathers the score second by second. */
export class TrackScorer {
  readonly #truth: TruthFile;
  readonly #sensors: readonly Sensor[];
  readonly #kinds = new Map<string, KindSums>();
  readonly #scans: SiapScan[] = [];
  readonly #sets = { seconds: 0, ospaM: 0, localisation: 0, missed: 0, false: 0 };
  readonly #counts = { missed: 0, false: 0 };

  constructor(truth: TruthFile, sensors: readonly Sensor[]) {
    this.#truth = truth;
    this.#sensors = sensors;
  }

  /** Takes one second of the run. */
  add(second: TrackedSecond): void {
    const objects = this.#truth.at(second.at);
    const inView = objects.map((object) => this.#canSee(object));
    const pairs = nearestPairs(pointsOf(second.lines), pointsOf(objects), SET_OPTIONS);
    const ofObject = new Map(pairs.map(({ a, b }) => [b, a]));
    const apart = new Set(pairs.filter(({ b }) => inView[b] !== true).map(({ a }) => a));
    const lines = second.lines.filter((_, i) => !apart.has(i));
    const seen = objects.filter((_, i) => inView[i]);
    objects.forEach((object, i) => {
      const line = ofObject.get(i);
      if (inView[i] === true) this.#count(object, line === undefined ? null : second.lines[line]);
    });
    if (lines.length + seen.length === 0) return;
    this.#addSets(pointsOf(lines), pointsOf(seen));
    this.#scans.push(scanOf(second.at / 1e6, lines, seen));
  }

  /** The score of all seconds taken. */
  score(): TrackScore {
    const sums = [...this.#kinds.values()];
    const total = sums.reduce((a, b) => addedSums(a, b), emptySums());
    const { seconds, ospaM, localisation, missed, false: wrong } = this.#sets;
    const root = (sum: number): number => Math.sqrt(sum / Math.max(1, seconds));
    const {
      identityCompleteness: _a,
      identityCorrectness: _b,
      identityAmbiguity: _c,
      ...rest
    } = siap(this.#scans);
    return {
      ...SET_OPTIONS,
      seconds,
      all: kindScore(total),
      kinds: Object.fromEntries([...this.#kinds].map(([kind, sum]) => [kind, kindScore(sum)])),
      ospaM: ospaM / Math.max(1, seconds),
      gospa: {
        rmsM: root(localisation + missed + wrong),
        localisationM: root(localisation),
        missedM: root(missed),
        falseM: root(wrong),
        missedCount: this.#counts.missed / Math.max(1, seconds),
        falseCount: this.#counts.false / Math.max(1, seconds),
      },
      siap: rest,
    };
  }

  #canSee({ state, burns }: TruthPoint): boolean {
    const [x, y, z] = state as readonly [number, number, number];
    return this.#sensors.some((sensor) =>
      sensor.kind === 'radar'
        ? radarView(sensor, [x, y, z]) !== null
        : burns && !behindEarth(ecefFromGeodetic(sensor.site), [x, y, z]),
    );
  }

  #count(object: TruthPoint, line: TrackLine | null | undefined): void {
    const sums = this.#kinds.get(object.kind) ?? emptySums();
    this.#kinds.set(object.kind, sums);
    sums.objectSeconds += 1;
    if (line === null || line === undefined) return;
    const error = line.state.map((value, k) => value - (object.state[k] as number));
    sums.held += 1;
    sums.position2 += lengthOf(error, 0) ** 2;
    sums.velocity2 += lengthOf(error, 3) ** 2;
    sums.nees += nees(error, unpackSymmetric(line.covariance)) / SIX;
  }

  #addSets(estimates: PointSet, reference: PointSet): void {
    const found: Gospa = gospa(estimates, reference, SET_OPTIONS);
    this.#sets.seconds += 1;
    this.#sets.ospaM += ospa(estimates, reference, SET_OPTIONS);
    this.#sets.localisation += found.localisation;
    this.#sets.missed += found.missed;
    this.#sets.false += found.false;
    this.#counts.missed += found.missedCount;
    this.#counts.false += found.falseCount;
  }
}

/**
 * Whose track is whose: the assignment of the least sum first, then what is left over goes to the
 * nearest object, as a second track of it, where one is near enough.
 */
function scanOf(
  timeS: number,
  lines: readonly TrackLine[],
  objects: readonly TruthPoint[],
): SiapScan {
  const pairs = nearestPairs(pointsOf(lines), pointsOf(objects), SET_OPTIONS);
  const ofLine = new Map(pairs.map(({ a, b }) => [a, objects[b]]));
  return {
    timeS,
    objects: objects.map(({ id }) => ({ object: id, identity: null })),
    tracks: lines.map((line, i) => {
      const object = ofLine.get(i) ?? nearest(line, objects);
      const error = line.state.map((value, k) => value - (object?.state[k] ?? 0));
      return {
        track: `${line.event} ${line.object}`,
        object: object?.id ?? null,
        positionErrorM: lengthOf(error, 0),
        velocityErrorMps: lengthOf(error, 3),
        identity: null,
      };
    }),
  };
}

function nearest(line: TrackLine, objects: readonly TruthPoint[]): TruthPoint | undefined {
  const distance = ({ state }: TruthPoint): number =>
    lengthOf(
      line.state.map((value, k) => value - (state[k] as number)),
      0,
    );
  return objects
    .filter((object) => distance(object) < SET_OPTIONS.cutoffM)
    .sort((a, b) => distance(a) - distance(b))[0];
}

/** Length of the three numbers of an error that begin at `from`. */
function lengthOf(error: readonly number[], from: 0 | 3): number {
  return Math.hypot(...error.slice(from, from + 3));
}

function pointsOf(list: readonly { readonly state: readonly number[] }[]): PointSet {
  const coordinatesM = list.flatMap(({ state }) => state.slice(0, 3));
  return { count: list.length, dimension: 3, coordinatesM };
}

function emptySums(): KindSums {
  return { objectSeconds: 0, held: 0, position2: 0, velocity2: 0, nees: 0 };
}

function addedSums(a: KindSums, b: KindSums): KindSums {
  return {
    objectSeconds: a.objectSeconds + b.objectSeconds,
    held: a.held + b.held,
    position2: a.position2 + b.position2,
    velocity2: a.velocity2 + b.velocity2,
    nees: a.nees + b.nees,
  };
}

function kindScore({ objectSeconds, held, position2, velocity2, nees: sum }: KindSums): KindScore {
  return {
    objectSeconds,
    completeness: objectSeconds === 0 ? 0 : held / objectSeconds,
    positionRmseM: held === 0 ? null : Math.sqrt(position2 / held),
    velocityRmseMps: held === 0 ? null : Math.sqrt(velocity2 / held),
    anees: held === 0 ? null : sum / held,
  };
}
