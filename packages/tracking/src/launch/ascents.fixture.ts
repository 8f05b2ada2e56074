// SPDX-License-Identifier: Apache-2.0
// Origin: made here. Rockets flown by a model that shares nothing with the fitted one, and what
// infrared would see of them, for the tests of this folder.

import {
  addSeconds,
  ecefFromEnu,
  ecefFromGeodetic,
  enuFromEcef,
  geodeticFromDegrees,
  type Instant,
  instant,
  type Random,
  subtract,
} from '@isthmus/earth';
import type { InfraredSensor } from '@isthmus/picture';
import type { Look } from './ascent-looks.ts';
import { sightAngles } from './sight.ts';

/** A geostationary sensor over 20 E, or another longitude. */
export function eye(longitudeDeg = 20): InfraredSensor {
  return {
    kind: 'infrared',
    id: `eye-${longitudeDeg}`,
    site: geodeticFromDegrees(0, longitudeDeg, 35_786_000),
    revisitS: 5,
    noiseRad: 40e-6,
    biasRad: 20e-6,
  };
}

export const LIFTOFF: Instant = instant(1_000_000_000_000);

/** A climb, with its Earth-fixed state each second until burn-out. */
export interface Ascent {
  readonly site: ReturnType<typeof geodeticFromDegrees>;
  readonly azimuthRad: number;
  readonly states: readonly (readonly number[])[];
}

/**
 * A rocket of one or two stages over a flat, airy Earth: thrust constant, mass falling, drag, a kick
 * and a turn at a rate of its own. Nothing of the fitted model is used.
 */
function fly(random: Random): Ascent {
  const site = geodeticFromDegrees(10 + 35 * random.uniform(), 30 + 35 * random.uniform());
  const azimuthRad = 2 * Math.PI * random.uniform();
  const stages = 1 + random.integer(2);
  let [x, z, vx, vz] = [0, 0, 0, 0];
  const kick = (6 + 5 * random.uniform()) * (Math.PI / 180);
  const states: number[][] = [];
  const origin = ecefFromGeodetic(site);
  for (let stage = 0, t = 0; stage < stages; stage += 1) {
    const start = stage === 0 ? 13 + 7 * random.uniform() : 15 + 10 * random.uniform();
    const ratio = 2.3 + 1.2 * random.uniform();
    const burn = (2600 * (1 - 1 / ratio)) / start;
    for (let s = 0; s < burn; s += 0.1, t += 0.1) {
      if (Math.abs(t - Math.round(t)) < 0.05) {
        const drop = (x * x) / 2 / 6.371e6;
        const [e, n] = [x * Math.sin(azimuthRad), x * Math.cos(azimuthRad)];
        const place = ecefFromEnu(site, [e, n, z - drop]);
        const along = ecefFromEnu(site, [
          vx * Math.sin(azimuthRad),
          vx * Math.cos(azimuthRad),
          vz - (x * vx) / 6.371e6,
        ]);
        states.push([...place.map((v, i) => v + (origin[i] as number)), ...along]);
      }
      const speed = Math.sqrt(vx * vx + vz * vz);
      const thrust = start / (1 - ((1 - 1 / ratio) * s) / burn);
      const angle = t < 10 ? Math.PI / 2 : t < 14 ? Math.PI / 2 - kick : Math.atan2(vz, vx);
      const drag = (0.5 * 1.225 * Math.exp(-z / 7200) * speed) / 12_000;
      const gravity = 9.81 * (1 - (2 * z) / 6.371e6) - (vx * vx) / 6.371e6;
      vx += 0.1 * (thrust * Math.cos(angle) - drag * vx);
      vz += 0.1 * (thrust * Math.sin(angle) - gravity - drag * vz);
      x += 0.1 * vx;
      z += 0.1 * vz;
    }
  }
  return { site, azimuthRad, states };
}

/** Looks of a sensor at a climb: noise, a constant bias, cloud, misses. */
function looksOf(flight: Ascent, sensor: InfraredSensor, random: Random): Look[] {
  const looks: Look[] = [];
  const bias = [random.normal(), random.normal()].map((v) => v * sensor.biasRad);
  const phase = random.integer(5);
  const cloudM = random.chance(1, 3) ? 1_000 : 7_000 + 3_000 * random.uniform();
  const origin = ecefFromGeodetic(flight.site);
  flight.states.forEach((state, t) => {
    if (t % 5 !== phase || random.chance(1, 10)) return;
    const up = enuFromEcef(
      flight.site,
      subtract([state[0] ?? 0, state[1] ?? 0, state[2] ?? 0], origin),
    )[2];
    if (up < cloudM) return;
    const [e, n] = sightAngles(sensor, state);
    looks.push({
      plot: t,
      time: addSeconds(LIFTOFF, t),
      eastRad: e + (bias[0] ?? 0) + sensor.noiseRad * random.normal(),
      northRad: n + (bias[1] ?? 0) + sensor.noiseRad * random.normal(),
    });
  });
  return looks;
}

/** The first of some flights that climbs and is seen often enough: not every draw flies. */
export function watched(
  random: Random,
  sensors: readonly InfraredSensor[] = [eye()],
): { readonly flight: Ascent; readonly looks: readonly (readonly Look[])[] } {
  for (;;) {
    const flight = fly(random);
    const looks = sensors.map((sensor) => looksOf(flight, sensor, random));
    const end = flight.states.at(-1) ?? [];
    const radius = Math.hypot(end[0] ?? 0, end[1] ?? 0, end[2] ?? 0);
    if (looks.every(({ length }) => length >= 5) && radius > 6.41e6) return { flight, looks };
  }
}
