// SPDX-License-Identifier: Apache-2.0
// One launch over open ocean: a satellite sees where and when it was launched, a radar along the way
// sees it coast, and only then can anybody say where it comes down.
//
//   node --conditions=isthmus-source examples/launch-to-impact.ts

import {
  addSeconds,
  createRandom,
  dot,
  ecefFromGeodetic,
  enuAxes,
  geodesicDistanceM,
  geodesicInverse,
  geodeticFromDegrees,
  type Instant,
  lookAngles,
  subtract,
  unit,
} from '@isthmus/earth';
import type { Plot, Sensor, Warning } from '@isthmus/picture';
import { createTracking, ownPicture, stepTracking } from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';
import { writePlot } from './plot.ts';
import { BURN_S, LIFTOFF, PAD, pointOf, positionOf, rocketFlight } from './rocket.ts';
import { printTable } from './table.ts';

const random = createRandom('launch-to-impact');
const flight = rocketFlight();
const impact = pointOf(flight.at(-1) as Float64Array);

// What watches, with its errors as it declares them: every covariance rests on these.
const noise = { rangeM: 30, azimuthRad: 5e-4, elevationRad: 5e-4 };
const radar: Sensor = {
  kind: 'radar',
  id: 'island',
  site: geodeticFromDegrees(-14, -108, 50),
  azimuthFromRad: 0,
  azimuthToRad: 0,
  elevationMinRad: 0.05,
  elevationMaxRad: 1.5,
  rangeMaxM: 2.5e6,
  revisitS: 2,
  noise,
  bias: { rangeM: 10, azimuthRad: 1e-4, elevationRad: 1e-4 },
};
const eye: Sensor = {
  kind: 'infrared',
  id: 'eye',
  site: geodeticFromDegrees(0, -110, 35_786_000),
  revisitS: 5,
  noiseRad: 4e-5,
  biasRad: 2e-5,
};

let plots = 0;
const stampOf = (time: Instant) => ({ id: plots++, time, arrival: time });

/** Two angles of the flame from the satellite, from when it is above the clouds until it goes out. */
function infraredPlots(t: number, state: Float64Array): Plot[] {
  if (t < 40 || t >= BURN_S || t % eye.revisitS !== 0) return [];
  const line = unit(subtract(positionOf(state), ecefFromGeodetic(eye.site)));
  const [east, north, up] = enuAxes(eye.site);
  const eastRad = Math.atan2(dot(line, east), -dot(line, up)) + 4e-5 * random.normal();
  const northRad = Math.asin(dot(line, north)) + 4e-5 * random.normal();
  const stamp = stampOf(addSeconds(LIFTOFF, t));
  return [{ kind: 'infrared', sensor: eye.id, ...stamp, eastRad, northRad }];
}

/** Range and two angles from the island, while the rocket is above its horizon. */
function radarPlots(t: number, state: Float64Array): Plot[] {
  const { rangeM, azimuthRad, elevationRad } = lookAngles(radar.site, positionOf(state));
  if (t % radar.revisitS !== 0 || elevationRad < 0.05 || rangeM > 2.5e6) return [];
  const measured = {
    rangeM: rangeM + noise.rangeM * random.normal(),
    azimuthRad: azimuthRad + noise.azimuthRad * random.normal(),
    elevationRad: elevationRad + noise.elevationRad * random.normal(),
  };
  return [{ kind: 'radar', sensor: radar.id, ...stampOf(addSeconds(LIFTOFF, t)), ...measured }];
}

// The tracker turns plots into a picture; `warning` judges the picture. Both are told the time.
const tracker = createTracking([eye, radar]);
const warnings = createWarnings('own');
const told: (readonly [t: number, warning: Warning])[] = [];
flight.slice(0, -1).forEach((state, t) => {
  const now = addSeconds(LIFTOFF, t);
  stepTracking(tracker, [...infraredPlots(t, state), ...radarPlots(t, state)], now);
  stepWarnings(warnings, ownPicture(tracker, now), now);
  const [warning] = currentWarnings(warnings);
  if (warning !== undefined) told.push([t, warning]);
});

const kilometres = (metres: number): string => (metres / 1e3).toFixed(1);
printTable([
  ['T s', 'warning', 'rests on', 'launch point off km', 'impact region km²', 'its centre off km'],
  ...told
    .filter(([t]) => [50, 100, 150, 175, 225, 250, 275, 300, 400, 600, 1000].includes(t))
    .map(([t, { stage, basis, launch, impact: region }]) => [
      t,
      stage,
      basis,
      launch === null ? '' : kilometres(geodesicDistanceM(launch.point, PAD)),
      region.statement !== 'region' ? region.because : region.areaKm2.toFixed(0),
      region.statement !== 'region' ? '' : kilometres(geodesicDistanceM(region.centre, impact)),
    ]),
]);

// The region that holds the point of impact in nine cases of ten, as the circle of its area.
const regions = told.flatMap(([t, { impact: region }]) =>
  region.statement !== 'region' ? [] : [{ t, region }],
);
const held = regions.filter(({ region }) => {
  const [ee, en, nn] = region.covarianceM2;
  const { distanceM, azimuthRad } = geodesicInverse(region.centre, impact);
  const [e, n] = [distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)];
  const square = (nn * e * e - 2 * en * e * n + ee * n * n) / (ee * nn - en * en);
  return square <= -2 * Math.log(1 - region.probability);
});
process.stdout.write(
  `The 90 % region held the true point in ${held.length} of ${regions.length} seconds.\n`,
);
writePlot('launch-to-impact', {
  title: 'Where it comes down, as it becomes known',
  description: `Nothing is said before ${regions[0]?.t} s, when a radar has seen enough of the coast. Then the radius of the 90 % region falls from thirty kilometres to six within 200 s, and its centre comes within one of the true point.`,
  x: { label: 'time from lift-off, s', from: 0 },
  y: { label: 'kilometres', logarithmic: true, from: 0.1, to: 100 },
  series: [
    {
      name: 'radius of the 90 % region',
      points: regions.map(({ t, region }) => [t, Math.sqrt(region.areaKm2 / Math.PI)]),
    },
    {
      name: 'its centre from the true point of impact',
      style: 'dots',
      points: regions.map(({ t, region }) => [t, geodesicDistanceM(region.centre, impact) / 1e3]),
    },
  ],
});
