// SPDX-License-Identifier: Apache-2.0
// Sensors drawn around a flight: three classes of radar with the figures of the default scenario,
// each up to a factor better or worse, and an infrared satellite somewhere over the equator. Biases,
// noise and misses of one run are the simulator's draws from what is declared here.

import {
  degreesFromRadians,
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
  type Random,
} from '@isthmus/earth';
import type { GuidedLaunch, Scenario } from '@isthmus/sim/scenario';

type SensorDocument = Scenario['sides']['west']['sensors'][number];
export type RadarDocument = Extract<SensorDocument, { kind: 'radar' }>;
type InfraredDocument = Extract<SensorDocument, { kind: 'infrared' }>;

const DRAWN = { source: 'drawn', uncertainty: 'drawn' } as const;
const TIMING = {
  radar: { offsetSigmaS: 0.001, jitterSigmaS: 0.0005, latencyS: 0.3, latencySpreadS: 0.2 },
  infrared: { offsetSigmaS: 0.005, jitterSigmaS: 0.002, latencyS: 1, latencySpreadS: 0.5 },
} as const;

/** Range limit km, one sigma of range m and of angles degrees, bias of each, resolution m and degrees. */
interface RadarClass {
  readonly rangeMaxKm: number;
  readonly distanceKm: readonly [number, number];
  readonly noise: readonly [number, number];
  readonly bias: readonly [number, number];
  readonly resolution: readonly [number, number];
  readonly referenceRangeKm: number;
}

/** As Gabala, Armavir and Fylingdales, and Kürecik in `scenarios/black-sea.yaml`. */
const RADAR_CLASSES: readonly RadarClass[] = [
  {
    rangeMaxKm: 6000,
    distanceKm: [300, 2400],
    noise: [100, 0.04],
    bias: [30, 0.02],
    resolution: [200, 1.5],
    referenceRangeKm: 3000,
  },
  {
    rangeMaxKm: 4500,
    distanceKm: [300, 2200],
    noise: [45, 0.05],
    bias: [20, 0.015],
    resolution: [120, 1.2],
    referenceRangeKm: 2500,
  },
  {
    rangeMaxKm: 1800,
    distanceKm: [200, 1300],
    noise: [10, 0.03],
    bias: [10, 0.01],
    resolution: [15, 0.5],
    referenceRangeKm: 1500,
  },
];

/** A radar at a distance and in a direction drawn from a point below the flight, turned towards it. */
export function drawRadar(below: Geodetic, random: Random): RadarDocument {
  const kind = RADAR_CLASSES[random.integer(RADAR_CLASSES.length)] as RadarClass;
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const factor = (): number => 1.5 ** between(-1, 1);
  const site = geodesicDestination(
    below,
    2 * Math.PI * random.uniform(),
    1000 * between(...kind.distanceKm),
  );
  const towardsDeg = degreesFromRadians(geodesicInverse(site, below).azimuthRad);
  const halfDeg = between(45, 65);
  const isAllRound = random.chance(1, 4);
  const angle = (deg: number): number => ((deg % 360) + 360) % 360;
  const aside = between(-25, 25);
  const [rangeM, angleDeg] = [kind.noise[0] * factor(), kind.noise[1] * factor()];
  const [biasM, biasDeg] = [kind.bias[0] * factor(), kind.bias[1] * factor()];
  return {
    kind: 'radar',
    id: 'radar-1',
    title: 'Radar',
    ...DRAWN,
    site: {
      latitudeDeg: degreesFromRadians(site.latitudeRad),
      longitudeDeg: degreesFromRadians(site.longitudeRad),
      heightM: between(0, 2000),
    },
    revisitS: [1, 2, 2, 4][random.integer(4)] as number,
    timing: TIMING.radar,
    limits: {
      azimuthFromDeg: isAllRound ? 0 : angle(towardsDeg + aside - halfDeg),
      azimuthToDeg: isAllRound ? 0 : angle(towardsDeg + aside + halfDeg),
      elevationMinDeg: 2,
      elevationMaxDeg: 85,
      rangeMaxKm: kind.rangeMaxKm,
    },
    noise: { rangeM, azimuthDeg: angleDeg, elevationDeg: angleDeg },
    bias: { rangeM: biasM, azimuthDeg: biasDeg, elevationDeg: biasDeg },
    refractionResidueFraction: 0.03,
    detection: {
      model: 'swerling-1',
      referenceProbability: 0.88,
      referenceRangeKm: kind.referenceRangeKm,
      referenceSizeM2: 0.1,
      falseAlarmProbability: 1e-6,
    },
    resolution: { rangeM: kind.resolution[0], angleDeg: kind.resolution[1] },
    falsePlotsPerScan: 0.02,
  };
}

/** An infrared satellite within 50 degrees of the launch's meridian. */
export function drawInfrared(launch: GuidedLaunch, random: Random): InfraredDocument {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const longitudeDeg = launch.site.longitudeDeg + between(-50, 50);
  return {
    kind: 'infrared',
    id: 'infrared-1',
    title: 'Infrared satellite',
    ...DRAWN,
    site: {
      latitudeDeg: 0,
      longitudeDeg: longitudeDeg - 360 * Math.round(longitudeDeg / 360),
      heightM: 35_786_000,
    },
    revisitS: [5, 8, 10, 10][random.integer(4)] as number,
    timing: TIMING.infrared,
    noiseMicroRad: between(25, 60),
    boresightBiasMicroRad: between(10, 30),
    cloudBreakKm: between(6, 11),
    missProbability: between(0.05, 0.15),
    falsePlotsPerScan: 0.01,
  };
}
