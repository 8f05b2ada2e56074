// SPDX-License-Identifier: Apache-2.0
// What own sensors report where nothing was launched: false plots of the rate a sensor declares and
// of ten and fifty times that, returns that follow each other for some scans (meteors, aurora,
// interference: as no independent false plots do), glints that stay, and a satellite now and then.

import {
  addSeconds,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  ecefFromEnu,
  ecefFromGeodetic,
  ecefFromLookAngles,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
  lookAngles,
  type Random,
} from '@isthmus/earth';
import type {
  InfraredPlot,
  InfraredSensor,
  Plot,
  RadarPlot,
  RadarSensor,
  Sensor,
} from '@isthmus/picture';
import { infraredModel, propagateState } from '@isthmus/tracking';

export const START: Instant = instantFromIso('2012-06-01T09:00:00Z');

const RADAR: RadarSensor = {
  kind: 'radar',
  id: 'north',
  site: geodeticFromDegrees(40.87, 47.81, 680),
  azimuthFromRad: 0,
  azimuthToRad: 0,
  elevationMinRad: 0.035,
  elevationMaxRad: 1.4,
  rangeMaxM: 5e6,
  revisitS: 1,
  noise: { rangeM: 60, azimuthRad: 0.0008, elevationRad: 0.0008 },
  bias: { rangeM: 20, azimuthRad: 0.0002, elevationRad: 0.0002 },
};
const SECOND: RadarSensor = { ...RADAR, id: 'west', site: geodeticFromDegrees(44.9, 41, 150) };
const EYE: InfraredSensor = {
  kind: 'infrared',
  id: 'eye',
  site: geodeticFromDegrees(0, 20, 35_786_000),
  revisitS: 5,
  noiseRad: 40e-6,
  biasRad: 20e-6,
};
export const SENSORS: readonly Sensor[] = [RADAR, SECOND, EYE];

/** False plots a scan: as declared by the sensors of the scenarios, and tenfold and fiftyfold. */
const FALSE_PER_SCAN = [0.02, 0.2, 1] as const;

/** All plots of one episode, by arrival. */
export function clutterPlots(random: Random, seconds: number): Plot[] {
  const plots: Plot[] = [];
  const rate = FALSE_PER_SCAN[random.integer(FALSE_PER_SCAN.length)] as number;
  for (const radar of [RADAR, SECOND]) {
    falseReturns(plots, radar, random, { seconds, rate });
    if (random.chance(1, 2)) following(plots, radar, random, seconds);
    if (random.chance(1, 10)) satellite(plots, radar, random, seconds);
  }
  falseSights(plots, random, { seconds, rate: rate / 2 });
  for (let k = random.integer(3); k > 0; k -= 1) glint(plots, random, seconds);
  plots.sort((a, b) => a.arrival - b.arrival);
  return plots.map((plot, id) => ({ ...plot, id }));
}

/** Independent false returns: anywhere in what the radar watches. */
function falseReturns(
  plots: Plot[],
  radar: RadarSensor,
  random: Random,
  given: { readonly seconds: number; readonly rate: number },
): void {
  for (let t = 0; t < given.seconds; t += radar.revisitS) {
    for (let k = random.poisson(given.rate); k > 0; k -= 1) plots.push(anywhere(radar, random, t));
  }
}

function anywhere(radar: RadarSensor, random: Random, afterS: number): RadarPlot {
  const { elevationMinRad: low, elevationMaxRad: high } = radar;
  return returned(radar, afterS, {
    rangeM: 1e5 + (radar.rangeMaxM - 1e5) * random.uniform(),
    azimuthRad: 2 * Math.PI * random.uniform(),
    elevationRad: low + (high - low) * random.uniform() ** 2,
  });
}

/** What follows itself for some scans and is no body on an arc, with how long and how fast. */
const FOLLOWING = [
  { name: 'meteor', scansMax: 3, speedMps: [11_000, 70_000] },
  { name: 'aurora, trails, birds, wrecks of beams', scansMax: 40, speedMps: [1, 600] },
  { name: 'interference that strides like a missile', scansMax: 8, speedMps: [600, 9_000] },
] as const;

/** Returns of one place that goes on at its speed, scan after scan. */
function following(plots: Plot[], radar: RadarSensor, random: Random, seconds: number): void {
  const first = anywhere(radar, random, 0);
  const place = ecefFromLookAngles(radar.site, first);
  const kind = FOLLOWING[random.integer(FOLLOWING.length)] ?? FOLLOWING[0];
  const [slow, fast] = kind.speedMps;
  const speedMps = slow * (fast / slow) ** random.uniform();
  const way = [random.normal(), random.normal(), random.normal()] as const;
  const velocity = way.map((w) => (speedMps * w) / Math.hypot(...way));
  const scans = 2 + random.integer(kind.scansMax - 1);
  const from = random.integer(Math.max(1, seconds - scans));
  for (let i = 0; i < scans; i += 1) {
    const at = [0, 1, 2].map((k) => (place[k] as number) + i * (velocity[k] as number));
    const look = lookAngles(radar.site, [at[0] ?? 0, at[1] ?? 0, at[2] ?? 0]);
    if (look.elevationRad < radar.elevationMinRad) return;
    plots.push(returned(radar, from + i * radar.revisitS, noisy(radar, look, random)));
  }
}

/** A body in orbit that passes over the radar. */
function satellite(plots: Plot[], radar: RadarSensor, random: Random, seconds: number): void {
  const latitudeDeg = 42 + 6 * random.normal();
  const over = geodeticFromDegrees(
    latitudeDeg,
    44 + 8 * random.normal(),
    5e5 + 5e5 * random.uniform(),
  );
  const place = ecefFromGeodetic(over);
  const speedMps = Math.sqrt(EARTH_MU_M3PS2 / Math.hypot(...place));
  const heading = 2 * Math.PI * random.uniform();
  const inertial = ecefFromEnu(over, [
    speedMps * Math.sin(heading),
    speedMps * Math.cos(heading),
    0,
  ]);
  const turning = [-EARTH_ROTATION_RADPS * place[1], EARTH_ROTATION_RADPS * place[0], 0];
  const velocity = inertial.map((v, k) => v - (turning[k] as number));
  let state: ArrayLike<number> = [...place, ...velocity];
  for (let t = 0; t < seconds; t += radar.revisitS) {
    const look = lookAngles(radar.site, [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0]);
    const isSeen = look.elevationRad > radar.elevationMinRad && random.chance(9, 10);
    if (isSeen) plots.push(returned(radar, t, noisy(radar, look, random)));
    state = propagateState(state, radar.revisitS);
  }
}

type Look = Pick<RadarPlot, 'rangeM' | 'azimuthRad' | 'elevationRad'>;

function noisy(radar: RadarSensor, look: Look, random: Random): Look {
  const { noise } = radar;
  return {
    rangeM: look.rangeM + noise.rangeM * random.normal(),
    azimuthRad: look.azimuthRad + noise.azimuthRad * random.normal(),
    elevationRad: look.elevationRad + noise.elevationRad * random.normal(),
  };
}

function returned(radar: RadarSensor, afterS: number, look: Look): RadarPlot {
  const time = addSeconds(START, afterS);
  const { rangeM, azimuthRad, elevationRad } = look;
  const arrival = addSeconds(time, 0.4);
  return {
    kind: 'radar',
    id: 0,
    sensor: radar.id,
    time,
    arrival,
    rangeM,
    azimuthRad,
    elevationRad,
  };
}

/** Independent false sights: anywhere on the Earth's disc. */
function falseSights(
  plots: Plot[],
  random: Random,
  given: { readonly seconds: number; readonly rate: number },
): void {
  for (let t = 0; t < given.seconds; t += EYE.revisitS) {
    for (let k = random.poisson(given.rate); k > 0; k -= 1) {
      plots.push(sighted(t, groundAngles(random), random));
    }
  }
}

/** The sun on water or ice, or a fire: seen in one place, scan after scan; a glint creeps along. */
function glint(plots: Plot[], random: Random, seconds: number): void {
  const from = EYE.revisitS * random.integer(Math.ceil(seconds / EYE.revisitS));
  const scans = 1 + random.integer(12);
  const [east, north] = groundAngles(random);
  const creepRadps = ((random.chance(1, 2) ? 460 : 0) / 3.6e7) * (random.chance(1, 2) ? 1 : -1);
  for (let i = 0; i < scans && from + i * EYE.revisitS < seconds; i += 1) {
    const angles: readonly [number, number] = [east + creepRadps * i * EYE.revisitS, north];
    if (random.chance(9, 10)) plots.push(sighted(from + i * EYE.revisitS, angles, random));
  }
}

/** Angles of a place on the ground somewhere in view. */
function groundAngles(random: Random): readonly [number, number] {
  const point = geodeticFromDegrees(60 * random.uniform(), 20 + 100 * (random.uniform() - 0.5));
  const model = infraredModel({ position: ecefFromGeodetic(EYE.site), noiseRad: EYE.noiseRad });
  const [east = 0, north = 0] = model.predict(ecefFromGeodetic(point)).value;
  return [east, north];
}

function sighted(
  afterS: number,
  [east, north]: readonly [number, number],
  random: Random,
): InfraredPlot {
  const time = addSeconds(START, afterS);
  return {
    kind: 'infrared',
    id: 0,
    sensor: EYE.id,
    time,
    arrival: addSeconds(time, 1),
    eastRad: east + EYE.noiseRad * random.normal(),
    northRad: north + EYE.noiseRad * random.normal(),
  };
}
