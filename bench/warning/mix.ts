// SPDX-License-Identifier: Apache-2.0
// What the coverage of warnings is measured over: kinds of flight in equal shares, each drawn with
// its own numbers. Ranges, burns and heights of burn-out are those of public tables of missile
// classes (short to 1,000 km, medium to 2,750, intermediate to 5,500, long beyond); the flight
// itself is flown by the simulator, never by a model of the tracker.

import type { Random } from '@isthmus/earth';
import type { GuidedLaunch } from '@isthmus/sim/scenario';

type Between = readonly [number, number];

/** A kind of flight: what is drawn evenly between two numbers, and what is fixed. */
export interface FlightKind {
  readonly name: string;
  /** What this kind asks of the product that the others do not. */
  readonly why: string;
  readonly rangeKm: Between;
  /** Apogee over that of the throw of least energy: above 1 lofted, below 1 depressed. */
  readonly loft: Between;
  readonly stages: 1 | 2;
  /** All burns together, and the height at which the last one ends. */
  readonly burnS: Between;
  readonly burnoutKm: Between;
  readonly latitudeDeg: Between;
  /** What leaves at burn-out: nothing, so that the whole rocket comes down; the stage; pieces too. */
  readonly parts: 'nothing' | 'stage' | 'stage and pieces';
  /** Of what comes down, kg/m²: half of the kinds lie to one side of the product's prior. */
  readonly ballisticCoefficient: Between;
}

const ANYWHERE: Between = [-45, 45];
const PRIOR: Between = [2000, 8000];

export const FLIGHT_KINDS: readonly FlightKind[] = [
  {
    name: 'short',
    why: 'the whole rocket flies on, low and braked early; one minute of flame, no body beside it',
    rangeKm: [350, 950],
    loft: [0.9, 1.2],
    stages: 1,
    burnS: [62, 85],
    burnoutKm: [38, 55],
    latitudeDeg: ANYWHERE,
    parts: 'nothing',
    ballisticCoefficient: [2000, 4500],
  },
  {
    name: 'medium, one stage',
    why: 'the throw of least energy, one stage that parts from its payload',
    rangeKm: [1000, 1500],
    loft: [0.95, 1.05],
    stages: 1,
    burnS: [95, 115],
    burnoutKm: [65, 95],
    latitudeDeg: ANYWHERE,
    parts: 'stage',
    ballisticCoefficient: [2000, 5000],
  },
  {
    name: 'medium, two stages',
    why: 'staging in sight of the sensors, and a first stage on a lower arc',
    rangeKm: [1500, 2700],
    loft: [0.9, 1.2],
    stages: 2,
    burnS: [110, 150],
    burnoutKm: [90, 140],
    latitudeDeg: ANYWHERE,
    parts: 'stage',
    ballisticCoefficient: PRIOR,
  },
  {
    name: 'intermediate',
    why: 'the range of the default exercise',
    rangeKm: [2800, 5200],
    loft: [0.8, 1.2],
    stages: 2,
    burnS: [150, 200],
    burnoutKm: [130, 200],
    latitudeDeg: ANYWHERE,
    parts: 'stage',
    ballisticCoefficient: PRIOR,
  },
  {
    name: 'long',
    why: 'a metre a second is five kilometres on the ground; flat, and long above every radar',
    rangeKm: [6500, 10_500],
    loft: [0.85, 1.1],
    stages: 2,
    burnS: [190, 250],
    burnoutKm: [180, 260],
    latitudeDeg: ANYWHERE,
    parts: 'stage',
    ballisticCoefficient: [4000, 10_000],
  },
  {
    name: 'lofted',
    why: 'up and down again beside its launch point: five of the thirteen published flights',
    rangeKm: [500, 1100],
    loft: [4, 12],
    stages: 2,
    burnS: [130, 200],
    burnoutKm: [120, 220],
    latitudeDeg: ANYWHERE,
    parts: 'stage',
    ballisticCoefficient: PRIOR,
  },
  {
    name: 'depressed',
    why: 'low and flat: little to see, long in the air, and the ground point bends with the state',
    rangeKm: [1300, 2400],
    loft: [0.4, 0.6],
    stages: 2,
    burnS: [100, 140],
    burnoutKm: [65, 100],
    latitudeDeg: ANYWHERE,
    parts: 'stage',
    ballisticCoefficient: [3000, 9000],
  },
  {
    name: 'far north',
    why: 'infrared looks along the ground and longitudes are narrow; polar flights',
    rangeKm: [2000, 5000],
    loft: [0.9, 1.3],
    stages: 2,
    burnS: [130, 190],
    burnoutKm: [120, 190],
    latitudeDeg: [55, 70],
    parts: 'stage',
    ballisticCoefficient: PRIOR,
  },
  {
    name: 'several bodies',
    why: 'returns that radar cannot tell apart, and tracks that go over from one body to another',
    rangeKm: [2200, 4500],
    loft: [0.9, 1.2],
    stages: 2,
    burnS: [130, 190],
    burnoutKm: [120, 190],
    latitudeDeg: ANYWHERE,
    parts: 'stage and pieces',
    ballisticCoefficient: PRIOR,
  },
];

/** Of a throw over a round Earth at rest: `domain` of the design, checked by its table. */
export function leastEnergyApogeeKm(rangeKm: number): number {
  const half = rangeKm / 6371 / 2;
  const q = (2 * Math.sin(half)) / (1 + Math.sin(half));
  const climb = (Math.PI - 2 * half) / 4;
  const e = Math.sqrt(1 - q * (2 - q) * Math.cos(climb) ** 2);
  return (6371 / (2 - q)) * (1 + e) - 6371;
}

/** A flight of a kind, with everything that it needs to be flown. */
export function drawLaunch(kind: FlightKind, random: Random): GuidedLaunch {
  const between = ([low, high]: Between): number => low + (high - low) * random.uniform();
  const rangeKm = between(kind.rangeKm);
  const burnS = Math.round(between(kind.burnS));
  const isSingle = kind.stages === 1;
  const firstS = Math.round(burnS * (isSingle ? 0.5 : 0.6));
  const quiet = { source: 'drawn', uncertainty: 'none: it is the truth' };
  const unseen = { sizeM2: 1e-9, ballisticCoefficientKgPm2: 600, separationMps: 0 };
  const spent = (sizeM2: number, separationMps: number) => ({
    sizeM2,
    ballisticCoefficientKgPm2: 500,
    separationMps,
  });
  return {
    kind: 'guided',
    id: 'launch-1',
    title: kind.name,
    ...quiet,
    liftoffS: 0,
    site: {
      latitudeDeg: between(kind.latitudeDeg),
      longitudeDeg: between([-180, 180]),
      heightM: between([0, 1500]),
    },
    azimuthDeg: between([0, 360]),
    kickStartS: between([4, 8]),
    kickS: between([8, 14]),
    stages: [
      {
        gapS: 0,
        burnS: firstS,
        massRatio: isSingle ? 1.8 : between([2.4, 3]),
        ballisticCoefficientKgPm2: 12_000,
        // One stage is two burns without a gap, and nothing to be seen leaves between them.
        spent: isSingle ? unseen : spent(between([3, 10]), between([2, 5])),
      },
      {
        gapS: isSingle ? 0 : between([1, 4]),
        burnS: burnS - firstS,
        massRatio: isSingle ? 2.1 : between([2.6, 3.4]),
        ballisticCoefficientKgPm2: 12_000,
        spent: kind.parts === 'nothing' ? unseen : spent(between([1, 5]), between([1, 5])),
      },
    ],
    targets: {
      burnoutAltitudeKm: between(kind.burnoutKm),
      burnoutSpeedKmps: null,
      apogeeKm: leastEnergyApogeeKm(rangeKm) * between(kind.loft),
      rangeKm,
    },
    payload: {
      sizeM2: kind.parts === 'nothing' ? between([0.5, 2]) : between([0.05, 0.3]),
      ballisticCoefficientKgPm2: Math.sqrt(
        kind.ballisticCoefficient[0] * kind.ballisticCoefficient[1],
      ),
    },
    debris: {
      count: kind.parts === 'stage and pieces' ? 2 + random.integer(4) : 0,
      sizeM2: 0.05,
      ballisticCoefficientKgPm2: 100,
      speedSigmaMps: 10,
    },
  };
}
