// SPDX-License-Identifier: Apache-2.0
// A day of satellites over three radars, half of them in no catalogue of the side: none may become a
// warning. And bodies that come down from orbit within sight.
//
// Thinned so that a day fits a minute: a radar looks every 6 s, and reports each pass for its first two
// minutes, twenty looks. That is when a track is young and its arc poorly known; what a warning would
// come of, it comes of then. Real noise, constant errors, refraction left over, misses and false plots.

import {
  addSeconds,
  createRandom,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
  lookAngles,
  type Random,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { Plot, RadarSensor } from '@isthmus/picture';
import {
  createTracking,
  type ElementSet,
  ownPicture,
  predictSatellite,
  stepTracking,
} from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';
import { catalogued, drawEntry, drawSky, type Entry } from './orbits.ts';

export const START: Instant = instantFromIso('2012-06-01T00:00:00Z');
const DAY_S = 86_400;
const SATELLITES = 280;
const ENTRIES = 30;
const REVISIT_S = 6;
const PASS_REPORTED_S = 120;
/** Passes are looked for this far apart: none is shorter that rises above a radar's least elevation by much. */
const SOUGHT_EVERY_S = 60;
const MISSED = 0.1;
/** An entry of fewer looks than a firm track needs is not counted. */
const ENTRY_LOOKS_MIN = 6;
/** Without plots the tracker is stepped this often. */
const IDLE_STEP_S = 30;

/** Runs the part; see the fields it returns. `scale` 1 is a day. */
export async function satellites(given: {
  readonly seed: number;
  readonly scale: number;
}): Promise<Record<string, unknown>> {
  const random = createRandom(`${given.seed}/satellites`);
  const radars = [radar('north', 60, 30), radar('middle', 41, 48), radar('south', 25, 45)];
  const seconds = Math.max(1800, DAY_S * given.scale);
  const sky = drawSky(SATELLITES, addSeconds(START, -2 * 3600), random.fork('sky'));
  const errors = random.fork('catalogue');
  const catalogue = sky.filter((_, i) => i % 2 === 0).map((one) => catalogued(one, errors));
  const passes = passesOf(sky, radars, seconds);
  const plots = passes.flatMap((pass, i) => looksOf(pass, random.fork(`pass ${i}`)));
  for (const sensor of radars) plots.push(...clutter(sensor, seconds, random.fork(sensor.id)));
  const day = play({ radars, plots, catalogue, seconds });
  const entries = entryFigures(radars, Math.max(4, Math.round(ENTRIES * given.scale)), random);
  return {
    satellitesInSky: sky.length,
    satelliteHours: seconds / 3600,
    satellitePasses: passes.length,
    satellitePlots: plots.length,
    satelliteTracks: day.tracks,
    satelliteRecognised: day.recognised,
    satelliteWarnings: day.warnings,
    ...entries,
  };
}

/** Bodies that come down from orbit in sight of a radar, one at a time, in no catalogue. */
function entryFigures(
  radars: readonly RadarSensor[],
  count: number,
  random: Random,
): Record<string, number> {
  const figures = { entriesSeen: 0, entryWarnings: 0, entryCalledMissile: 0 };
  for (let i = 0; figures.entriesSeen < count && i < 20 * count; i += 1) {
    const draws = random.fork(`entry ${i}`);
    const sensor = radars[i % radars.length] as RadarSensor;
    const entry = drawEntry(sensor.site, START, draws);
    const plots = entryLooks(entry, sensor, draws);
    if (plots.length < ENTRY_LOOKS_MIN) continue;
    const seconds = 2 * entry.states.length + 60;
    const { warnings, missiles } = play({ radars: [sensor], plots, catalogue: [], seconds });
    figures.entriesSeen += 1;
    figures.entryWarnings += warnings;
    figures.entryCalledMissile += missiles;
  }
  return figures;
}

export function radar(id: string, latitudeDeg: number, longitudeDeg: number): RadarSensor {
  return {
    kind: 'radar',
    id,
    site: geodeticFromDegrees(latitudeDeg, longitudeDeg, 300),
    azimuthFromRad: 0,
    azimuthToRad: 0,
    elevationMinRad: radiansFromDegrees(3),
    elevationMaxRad: radiansFromDegrees(80),
    rangeMaxM: 3.5e6,
    revisitS: REVISIT_S,
    noise: { rangeM: 60, azimuthRad: 8e-4, elevationRad: 8e-4 },
    bias: { rangeM: 20, azimuthRad: 2.5e-4, elevationRad: 2.5e-4 },
  };
}

interface Pass {
  readonly sensor: RadarSensor;
  readonly elements: ElementSet;
  /** First sought time at which it is in view, seconds. */
  readonly fromS: number;
}

/** Every pass of every satellite through every radar's view. */
export function passesOf(
  sky: readonly ElementSet[],
  radars: readonly RadarSensor[],
  seconds: number,
): Pass[] {
  const passes: Pass[] = [];
  for (const elements of sky) {
    const inView = radars.map(() => false);
    for (let fromS = 0; fromS < seconds; fromS += SOUGHT_EVERY_S) {
      const there = predictSatellite(elements, addSeconds(START, fromS));
      if (there === null) break;
      for (const [i, sensor] of radars.entries()) {
        const isSeen = viewOf(sensor, there.state) !== null;
        if (isSeen && !inView[i]) passes.push({ sensor, elements, fromS });
        inView[i] = isSeen;
      }
    }
  }
  return passes;
}

function viewOf(sensor: RadarSensor, state: readonly number[] | Float64Array) {
  const look = lookAngles(sensor.site, [
    state[0] as number,
    state[1] as number,
    state[2] as number,
  ]);
  const isSeen =
    look.elevationRad > sensor.elevationMinRad &&
    look.elevationRad < sensor.elevationMaxRad &&
    look.rangeM < sensor.rangeMaxM;
  return isSeen ? look : null;
}

/** One look at a place with this pass's constant errors; null where it is missed or out of view. */
export function lookAt(
  sensor: RadarSensor,
  of: { readonly state: readonly number[] | Float64Array; readonly time: Instant },
  random: Random,
  constant: readonly [number, number, number],
): Plot | null {
  const look = viewOf(sensor, of.state);
  if (look === null || random.uniform() < MISSED) return null;
  return {
    kind: 'radar',
    id: 0,
    sensor: sensor.id,
    time: of.time,
    arrival: addSeconds(of.time, 0.5),
    rangeM: look.rangeM + constant[0] + sensor.noise.rangeM * random.normal(),
    azimuthRad: look.azimuthRad + constant[1] + sensor.noise.azimuthRad * random.normal(),
    elevationRad: look.elevationRad + constant[2] + sensor.noise.elevationRad * random.normal(),
  };
}

export function constantErrors(
  { bias }: RadarSensor,
  random: Random,
): readonly [number, number, number] {
  return [
    bias.rangeM * random.normal(),
    bias.azimuthRad * random.normal(),
    // Refraction left over adds to what is declared.
    bias.elevationRad * random.normal() + 1e-5 * random.normal(),
  ];
}

function looksOf({ sensor, elements, fromS }: Pass, random: Random): Plot[] {
  const constant = constantErrors(sensor, random);
  const plots: Plot[] = [];
  const phaseS = REVISIT_S * random.uniform();
  // It came into view within the minute before.
  for (let s = Math.max(0, fromS - SOUGHT_EVERY_S); s < fromS + PASS_REPORTED_S; s += REVISIT_S) {
    const time = addSeconds(START, s + phaseS);
    const there = predictSatellite(elements, time);
    if (there === null) break;
    const plot = lookAt(sensor, { state: there.state, time }, random, constant);
    if (plot !== null) plots.push(plot);
  }
  return plots;
}

function entryLooks(entry: Entry, sensor: RadarSensor, random: Random): Plot[] {
  const constant = constantErrors(sensor, random);
  return entry.states.flatMap((state, i) => {
    if (i % (REVISIT_S / 2) !== 0) return [];
    const time = addSeconds(entry.from, 2 * i + 30);
    const plot = lookAt(sensor, { state, time }, random, constant);
    return plot === null ? [] : [plot];
  });
}

/** A false plot every two minutes, anywhere in view. */
function clutter(sensor: RadarSensor, seconds: number, random: Random): Plot[] {
  return Array.from({ length: Math.floor(seconds / 120) }, () => {
    const time = addSeconds(START, seconds * random.uniform());
    return {
      kind: 'radar' as const,
      id: 0,
      sensor: sensor.id,
      time,
      arrival: addSeconds(time, 0.5),
      rangeM: sensor.rangeMaxM * random.uniform(),
      azimuthRad: 2 * Math.PI * random.uniform(),
      elevationRad: sensor.elevationMinRad + random.uniform(),
    };
  });
}

/** Plays plots through the tracker and the warnings of one side, a revisit at a time. */
function play(run: {
  readonly radars: readonly RadarSensor[];
  readonly plots: readonly Plot[];
  readonly catalogue: readonly ElementSet[];
  readonly seconds: number;
}): {
  readonly warnings: number;
  readonly missiles: number;
  readonly tracks: number;
  readonly recognised: number;
} {
  const tracking = createTracking(run.radars, run.catalogue);
  const warnings = createWarnings('own');
  const ordered = run.plots
    .toSorted((a, b) => a.arrival - b.arrival)
    .map((plot, id) => ({ ...plot, id }));
  const warned = new Set<string>();
  const missiles = new Set<string>();
  const known = new Set<string>();
  let next = 0;
  for (let s = REVISIT_S; s <= run.seconds; s += REVISIT_S) {
    const now = addSeconds(START, s);
    const due: Plot[] = [];
    for (; (ordered[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now; next += 1) {
      due.push(ordered[next] as Plot);
    }
    if (due.length === 0 && s % IDLE_STEP_S !== 0) continue;
    stepTracking(tracking, due, now);
    const picture = ownPicture(tracking, now);
    stepWarnings(warnings, picture, now);
    for (const { id, orbiting } of picture.events) {
      if (orbiting !== undefined && orbiting.satellite !== null) known.add(id);
    }
    for (const { id, assessment } of currentWarnings(warnings)) {
      warned.add(id);
      if (assessment === 'missile') missiles.add(id);
    }
  }
  return {
    warnings: warned.size,
    missiles: missiles.size,
    tracks: tracking.next.radar - 1,
    recognised: known.size,
  };
}
