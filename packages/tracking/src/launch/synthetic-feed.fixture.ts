// SPDX-License-Identifier: Apache-2.0
// Origin: made here. Seeded plots of made-up bodies for the tests of this folder; how exact tracking
// is on a real scenario is measured elsewhere (bench/tracking-black-sea.ts).

import {
  addSeconds,
  createRandom,
  geodeticFromDegrees,
  type Instant,
  instant,
  lookAngles,
} from '@isthmus/earth';
import type { InfraredSensor, Plot, RadarSensor } from '@isthmus/picture';
import { propagateState } from '../models/coast.ts';
import { ascend, type BoostParameters, HEAD } from './boost-model.ts';
import { sightAngles } from './sight.ts';

export const START = instant(1_338_541_200_000_000);

/** A coasting state of a suborbital flight towards the Black Sea, at `START`. */
export const MISSILE = [3_260_000, 5_235_000, 2_790_000, 2310, -1050, 3730];
/** A circular orbit, at `START`. */
export const SATELLITE = [4_300_000, 3_500_000, 4_500_000, -4700, -1500, 5600];

export function radar(id: string, latitudeDeg: number, longitudeDeg: number): RadarSensor {
  return {
    kind: 'radar',
    id,
    site: geodeticFromDegrees(latitudeDeg, longitudeDeg, 500),
    azimuthFromRad: 0,
    azimuthToRad: 0,
    elevationMinRad: 0.02,
    elevationMaxRad: 1.5,
    rangeMaxM: 5e6,
    revisitS: 2,
    noise: { rangeM: 60, azimuthRad: 0.0008, elevationRad: 0.0008 },
    bias: { rangeM: 20, azimuthRad: 0.0002, elevationRad: 0.0002 },
  };
}

export const EYE: InfraredSensor = {
  kind: 'infrared',
  id: 'eye',
  site: geodeticFromDegrees(0, 20, 35_786_000),
  revisitS: 5,
  noiseRad: 40e-6,
  biasRad: 20e-6,
};

/** Plots of bodies that coast from their states `fromS` after `START`, each scan of 2 s, and false ones. */
export function radarPlots(
  sensor: RadarSensor,
  bodies: readonly (readonly number[])[],
  feed: {
    readonly seconds: number;
    readonly falseRate: number;
    readonly seed: string;
    readonly fromS?: number;
  },
): Plot[] {
  const random = createRandom(feed.seed);
  const { bias, noise } = sensor;
  const offset = {
    rangeM: bias.rangeM * random.normal(),
    azimuthRad: bias.azimuthRad * random.normal(),
    elevationRad: bias.elevationRad * random.normal(),
  };
  const plots: Plot[] = [];
  const fromS = feed.fromS ?? 0;
  for (let t = fromS; t < feed.seconds; t += sensor.revisitS) {
    const time = addSeconds(START, t);
    const report = (look: { rangeM: number; azimuthRad: number; elevationRad: number }): void => {
      const arrival = addSeconds(time, 0.4);
      plots.push({ kind: 'radar', id: plots.length, sensor: sensor.id, time, arrival, ...look });
    };
    for (const body of bodies) {
      const state = propagateState(body, t - fromS);
      const look = lookAngles(sensor.site, [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0]);
      if (look.elevationRad < sensor.elevationMinRad || random.chance(1, 10)) continue;
      report({
        rangeM: look.rangeM + offset.rangeM + noise.rangeM * random.normal(),
        azimuthRad: look.azimuthRad + offset.azimuthRad + noise.azimuthRad * random.normal(),
        elevationRad:
          look.elevationRad + offset.elevationRad + noise.elevationRad * random.normal(),
      });
    }
    for (let k = random.poisson(feed.falseRate); k > 0; k -= 1) {
      report({
        rangeM: sensor.rangeMaxM * random.uniform(),
        azimuthRad: 2 * Math.PI * random.uniform(),
        elevationRad: 0.02 + 1.4 * random.uniform(),
      });
    }
  }
  return plots;
}

/** Looks at a powered ascent from 20 N 62 E that ends 150 s after `START`. */
export function infraredPlots(seed: string): Plot[] {
  const random = createRandom(seed);
  const knots = 10;
  const parameters: BoostParameters = new Float64Array(HEAD + 2 * knots);
  parameters[3] = -0.67;
  parameters[HEAD] = 1;
  const anchor = {
    point: geodeticFromDegrees(20, 62),
    pointSigmaM: 40_000,
    time: START,
    leadS: 0,
    leadSigmaS: 20,
  };
  const times: Instant[] = [];
  for (let t = 42; t < 150; t += EYE.revisitS) times.push(addSeconds(START, t));
  const states = ascend(anchor, parameters, times);
  return times.map((time, id) => {
    const [east, north] = sightAngles(EYE, states.subarray(6 * id, 6 * id + 3));
    return {
      kind: 'infrared',
      id,
      sensor: EYE.id,
      time,
      arrival: addSeconds(time, 1),
      eastRad: east + EYE.noiseRad * random.normal(),
      northRad: north + EYE.noiseRad * random.normal(),
    };
  });
}
