// SPDX-License-Identifier: Apache-2.0
// Whether own sensors would have seen a launch of a class from a region, and when it would have had
// to begin. Conservative throughout: a part of the region that is not known to be covered is not
// covered, and what is said of a part holds at every point of it.

import {
  addSeconds,
  type Ecef,
  ecefFromGeodetic,
  type Geodetic,
  geodesicInverse,
  type Instant,
  lookAngles,
  type Vector3,
} from '@isthmus/earth';
import type {
  InfraredSensor,
  ObjectClass,
  RadarSensor,
  Sensor,
  SensorId,
  SensorState,
} from '@isthmus/picture';
import { type CoverageArea, type Part, split, wholeOf } from './coverage-parts.ts';
import {
  COVERAGE_PART_M,
  COVERAGE_PARTS_MAX,
  COVERAGE_PROBABILITY_MAX,
  COVERAGE_PROBABILITY_MIN,
  OWN_LOOKS_MIN,
} from './limits.ts';
import { OBJECT_CLASSES, type Stretch } from './object-classes.ts';

/** Radii of curvature of the ellipsoid lie between these, metres: a²/b, b²/a rounded outwards. */
const CURVATURE_MIN_M = 6_335_000;
const CURVATURE_MAX_M = 6_400_000;

/** What is covered of a region, for one class. */
export type Coverage =
  | {
      readonly covered: true;
      readonly sensors: readonly SensorId[];
      /** What flies lower is not seen everywhere over the region. */
      readonly leastHeightM: number;
      /** Of one look, where it is seen worst. */
      readonly perLook: number;
      /** That a launch has the looks a warning counts, where it is seen worst. */
      readonly detectionProbability: number;
      /** Seconds from lift-off to when it would have had those looks. */
      readonly riseS: number;
      /** Launches from `from` to before `until` would have been seen; null where none would. */
      readonly period: { readonly from: Instant; readonly until: Instant } | null;
    }
  | { readonly covered: false; readonly because: NotCovered };

export type NotCovered = 'no sensor is known to work' | 'part of the region is out of view';

/** How one sensor would see a class from anywhere in one part. */
interface View {
  readonly sensor: Sensor;
  readonly leastHeightM: number;
  readonly perLook: number;
  readonly probability: number;
  readonly riseS: number;
}

/** What is asked of own sensors. */
export interface Watched {
  readonly sensors: readonly Sensor[];
  readonly states: readonly SensorState[];
  readonly area: CoverageArea;
  readonly objectClass: ObjectClass;
}

/**
 * What own sensors cover of `area` for launches of `objectClass`.
 *
 * A part is covered where one sensor that works now has every flight of the class in its declared
 * limits for a whole stretch, and its looks then give at least `COVERAGE_PROBABILITY_MIN`; sensors
 * are not multiplied, since what hides a launch from one may hide it from another. Sensors whose
 * detection is not declared, or that are not known to work, count for nothing. The period ends
 * `riseS` before the sensors last said that they work, and begins when the last of them began to.
 *
 * @param parts the region is looked at in no more than so many; what is beyond is not covered
 */
export function coverageOf(given: Watched, parts = COVERAGE_PARTS_MAX): Coverage {
  const { area, objectClass } = given;
  const states = new Map(given.states.map((state) => [state.sensor, state]));
  const working = given.sensors.filter(({ id }) => states.get(id)?.state === 'working');
  if (working.length === 0) return { covered: false, because: 'no sensor is known to work' };
  const views = viewsOver(area, parts, (part) => bestView(working, part, objectClass));
  if (views === null) return { covered: false, because: 'part of the region is out of view' };
  const sensors = [...new Set(views.map(({ sensor }) => sensor.id))].sort();
  const riseS = Math.max(...views.map((view) => view.riseS));
  return {
    covered: true,
    sensors,
    leastHeightM: Math.max(...views.map((view) => view.leastHeightM)),
    perLook: Math.min(...views.map((view) => view.perLook)),
    detectionProbability: Math.min(...views.map((view) => view.probability)),
    riseS,
    period: periodOf(
      sensors.flatMap((id) => states.get(id) ?? []),
      riseS,
    ),
  };
}

/** Probability that at least `OWN_LOOKS_MIN` of `looks` independent looks see, capped. */
export function seenProbability(perLook: number, looks: number): number {
  if (looks < OWN_LOOKS_MIN || !(perLook > 0)) return 0;
  if (perLook >= 1) return COVERAGE_PROBABILITY_MAX;
  let missed = 0;
  let term = (1 - perLook) ** looks;
  // Binomial: the terms of 0, 1, … sightings, each from the one before.
  for (let k = 0; k < OWN_LOOKS_MIN; k += 1) {
    missed += term;
    term *= ((looks - k) / (k + 1)) * (perLook / (1 - perLook));
  }
  return Math.min(COVERAGE_PROBABILITY_MAX, Math.max(0, 1 - missed));
}

/** The view of each part down to where every part has one; null where some part has none. */
function viewsOver(
  area: CoverageArea,
  parts: number,
  look: (part: Part) => View | null,
): View[] | null {
  const views: View[] = [];
  const waiting = [wholeOf(area)];
  for (let looked = 1; ; looked += 1) {
    const part = waiting.pop();
    if (part === undefined) return views;
    const view = look(part);
    if (view !== null) views.push(view);
    else if (part.radiusM <= COVERAGE_PART_M || looked >= parts) return null;
    else waiting.push(...split(part, area));
  }
}

/** The surest view of a part, then the earliest. */
function bestView(sensors: readonly Sensor[], part: Part, objectClass: ObjectClass): View | null {
  const { powered, flight, sizeM2 } = OBJECT_CLASSES[objectClass];
  const views = sensors.flatMap((sensor) =>
    sensor.kind === 'radar'
      ? flight.flatMap((stretch) => radarView(sensor, part, stretch, sizeM2) ?? [])
      : powered.flatMap((stretch) => infraredView(sensor, part, stretch) ?? []),
  );
  return views.reduce<View | null>((best, view) => {
    if (best === null || view.probability > best.probability) return view;
    return view.probability === best.probability && view.riseS < best.riseS ? view : best;
  }, null);
}

function radarView(radar: RadarSensor, part: Part, stretch: Stretch, sizeM2: number): View | null {
  const { detection } = radar;
  if (detection === undefined) return null;
  const { distanceM, azimuthRad } = geodesicInverse(radar.site, part.centre);
  const reachM = part.radiusM + stretch.withinM;
  if (!isInSector(radar, azimuthRad, { distanceM, reachM })) return null;
  const farM = distanceM + reachM;
  const nearM = Math.max(0, distanceM - reachM);
  const leastRad = Math.max(0, radar.elevationMinRad);
  const siteM = radar.site.heightM;
  const leastHeightM = heightAt(farM, leastRad, siteM);
  if (leastHeightM > stretch.heightM) return null;
  const highest = elevationAt(nearM, stretch.heightMaxM, siteM);
  if (nearM === 0 ? radar.elevationMaxRad < Math.PI / 2 : highest > radar.elevationMaxRad) {
    return null;
  }
  const rangeM = farM + stretch.heightMaxM;
  const straightM = Math.min(rangeM, slantM(farM, stretch.heightMaxM));
  if (straightM > radar.rangeMaxM) return null;
  const reference = Math.log(detection.falseAlarm) / Math.log(detection.probability) - 1;
  const signal = reference * (sizeM2 / detection.sizeM2) * (detection.rangeM / straightM) ** 4;
  return viewOf(radar, {
    perLook: detection.falseAlarm ** (1 / (1 + signal)),
    leastHeightM,
    stretch,
  });
}

function infraredView(infrared: InfraredSensor, part: Part, stretch: Stretch): View | null {
  const { detection } = infrared;
  if (detection === undefined || detection.cloudTopM > stretch.heightM) return null;
  const satellite: Vector3<Ecef> = ecefFromGeodetic(infrared.site);
  const reachM = part.radiusM + stretch.withinM;
  const elevationRad = lookAngles(onGround(part.centre), satellite).elevationRad;
  // Going towards the limb by a distance lowers the satellite by no more than the arc.
  if (elevationRad - reachM / CURVATURE_MIN_M <= 0) return null;
  const { probability: perLook, cloudTopM: leastHeightM } = detection;
  return viewOf(infrared, { perLook, leastHeightM, stretch });
}

function viewOf(
  sensor: Sensor,
  seen: { readonly perLook: number; readonly leastHeightM: number; readonly stretch: Stretch },
): View | null {
  const { perLook, leastHeightM, stretch } = seen;
  const probability = seenProbability(perLook, looksIn(stretch, sensor.revisitS));
  if (!(probability >= COVERAGE_PROBABILITY_MIN)) return null;
  return { sensor, leastHeightM, perLook, probability, riseS: stretch.fromS + stretch.forS };
}

/**
 * Looks that fall into a stretch wherever between two looks it begins. A gap makes two stretches of
 * one, and each may lose the part of a look that is left over.
 */
function looksIn({ forS, gapS = 0 }: Stretch, revisitS: number): number {
  return gapS === 0 ? Math.floor(forS / revisitS) : Math.floor((forS - gapS) / revisitS) - 1;
}

/** Whether the whole disc of feet within `reachM` of a point lies in the radar's sector. */
function isInSector(
  radar: RadarSensor,
  azimuthRad: number,
  { distanceM, reachM }: { readonly distanceM: number; readonly reachM: number },
): boolean {
  const { azimuthFromRad, azimuthToRad } = radar;
  if (azimuthFromRad === azimuthToRad) return true;
  if (reachM >= distanceM) return false;
  // On a sphere sin(half) = sin(reach) / sin(distance): wider than in the plane.
  const sine = Math.sin(reachM / CURVATURE_MIN_M) / Math.sin(distanceM / CURVATURE_MAX_M);
  if (!(sine < 1 && distanceM < (CURVATURE_MIN_M * Math.PI) / 2)) return false;
  const half = Math.asin(sine);
  const widthRad = turned(azimuthToRad - azimuthFromRad);
  const startRad = turned(azimuthRad - half - azimuthFromRad);
  return startRad + 2 * half <= widthRad;
}

function turned(rad: number): number {
  const turn = 2 * Math.PI;
  return ((rad % turn) + turn) % turn;
}

/** Elevation from a site of a point at a height above ground so far away, at most. */
function elevationAt(distanceM: number, heightM: number, siteM: number): number {
  const angle = distanceM / CURVATURE_MAX_M;
  const far = CURVATURE_MAX_M + heightM;
  return Math.atan2(far * Math.cos(angle) - CURVATURE_MAX_M - siteM, far * Math.sin(angle));
}

/** Height above which a point so far away stands at `elevationRad` or more, at most. */
function heightAt(distanceM: number, elevationRad: number, siteM: number): number {
  const angle = distanceM / CURVATURE_MIN_M;
  if (angle + elevationRad >= Math.PI / 2) return Number.POSITIVE_INFINITY;
  const near = CURVATURE_MIN_M + siteM;
  const height = (near * Math.cos(elevationRad)) / Math.cos(angle + elevationRad) - CURVATURE_MIN_M;
  return Math.max(0, height);
}

/** Straight distance to a point at a height above ground so far away, at most. */
function slantM(distanceM: number, heightM: number): number {
  // The chord is shorter than the arc, and lifting the far end stretches it by no more than this.
  const angle = Math.min(Math.PI, distanceM / CURVATURE_MIN_M);
  const far = CURVATURE_MAX_M + heightM;
  return Math.sqrt(CURVATURE_MAX_M ** 2 + far ** 2 - 2 * CURVATURE_MAX_M * far * Math.cos(angle));
}

function onGround(point: Geodetic): Geodetic {
  return { ...point, heightM: 0 };
}

/** When launches would have been seen by sensors that all work, `riseS` after lift-off. */
function periodOf(
  states: readonly SensorState[],
  riseS: number,
): { from: Instant; until: Instant } | null {
  const from = states.reduce<Instant | null>(
    (latest, { since }) => (since !== null && (latest === null || since > latest) ? since : latest),
    null,
  );
  const heard = states.reduce<Instant | null>(
    (first, { heardAt }) =>
      heardAt !== null && (first === null || heardAt < first) ? heardAt : first,
    null,
  );
  if (from === null || heard === null) return null;
  const until = addSeconds(heard, -riseS);
  return until > from ? { from, until } : null;
}
