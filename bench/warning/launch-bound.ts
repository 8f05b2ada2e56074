// SPDX-License-Identifier: Apache-2.0
// How small a launch region can be from what infrared saw of a climb: the Bayesian Cramér-Rao bound
// (Van Trees, 1968), by differences over the simulator's own ascent. It shares no code and no model
// with the tracker, only the widths of what is known beforehand. Local: a direction that is as good
// as unknown spreads the launch point less than this says, by up to a sixth.

import {
  addSeconds,
  degreesFromRadians,
  ecefFromGeodetic,
  enuFromEcef,
  geodesicDestination,
  geodeticFromDegrees,
  geodeticFromEcef,
  invertPositive,
  secondsBetween,
  solvePositive,
  subtract,
} from '@isthmus/earth';
import type { InfraredPlot, InfraredSensor } from '@isthmus/picture';
import {
  type Ascent,
  type AscentControls,
  ascendBy,
  type GuidedLaunch,
  type Truth,
} from '@isthmus/sim/scenario';

/** Semi-axes of the 90 % region, the longer one first, km. */
export type SemiAxesKm = readonly [number, number];

export interface LaunchBounds {
  /** The climb known to the metre: place, time and direction are sought, and the boresight errors. */
  readonly climbKnownKm: SemiAxesKm;
  /** Thrust, mass ratio, kick and drag sought too, each known to the width below. */
  readonly climbUnknownKm: SemiAxesKm;
}

/** Sought besides place, time, direction and boresight: what the climb is made of. */
const CLIMB = ['thrust', 'ratio', 'kick', 'kickStart', 'kickFor', 'drag'] as const;
const SOUGHT = ['east', 'north', 'time', 'heading', 'biasEast', 'biasNorth', ...CLIMB] as const;
type Name = (typeof SOUGHT)[number];
type Moved = Partial<Record<Name, number>>;

/**
 * One sigma of each beforehand, and half the step of its difference: metres, seconds, radians, boresight
 * errors in their own sigma, shares (logarithms) of thrust, mass ratio, kick and drag.
 */
const KNOWN: Readonly<Record<Name, { readonly sigma: number; readonly step: number }>> = {
  east: { sigma: 40_000, step: 200 },
  north: { sigma: 40_000, step: 200 },
  time: { sigma: 25, step: 0.5 },
  heading: { sigma: Number.POSITIVE_INFINITY, step: 0.02 },
  biasEast: { sigma: 1, step: 1 },
  biasNorth: { sigma: 1, step: 1 },
  thrust: { sigma: 0.45, step: 0.01 },
  ratio: { sigma: 0.3, step: 0.02 },
  kick: { sigma: 0.6, step: 0.02 },
  kickStart: { sigma: 2, step: 0.5 },
  kickFor: { sigma: 3, step: 0.5 },
  drag: { sigma: 0.5, step: 0.05 },
};
/** One sigma of the height of the first look, as a share of the height at which cloud ends. */
const ONSET_SHARE = 0.34;

/** A climb and all of its moved copies, flown once for any number of looks. */
export interface Climb {
  readonly truth: Truth;
  readonly whole: Ascent;
  readonly moved: ReadonlyMap<Name, readonly [Ascent, Ascent]>;
}

/** Finds the controls of the first launch of a truth, and flies it beside itself in every direction. */
export function climbOf(launch: GuidedLaunch, truth: Truth): Climb {
  const controls = controlsOf(launch, truth);
  const flown = (q: Moved): Ascent => flyMoved(launch, controls, q);
  const names = SOUGHT.filter((name) => !name.startsWith('bias') && name !== 'time');
  const pair = (name: Name): readonly [Ascent, Ascent] => {
    const { step } = KNOWN[name];
    return [flown({ [name]: step }), flown({ [name]: -step })];
  };
  return { truth, whole: flown({}), moved: new Map(names.map((name) => [name, pair(name)])) };
}

/** Bounds for one sensor's looks at the climb: true ones, in order of time, two at least. */
export function launchBounds(
  climb: Climb,
  sensor: InfraredSensor,
  looks: readonly InfraredPlot[],
): LaunchBounds {
  const { liftoff } = climb.truth;
  const times = looks.map(({ time }) => secondsBetween(liftoff, time));
  const slopes = new Map(SOUGHT.map((name) => [name, slopesBy(climb, sensor, { name, times })]));
  const of = (names: readonly Name[]): SemiAxesKm => {
    const sought = names.filter((name) => !name.startsWith('bias') || sensor.biasRad > 0);
    const n = sought.length;
    const information = new Float64Array(n * n);
    sought.forEach((a, i) => {
      sought.forEach((b, j) => {
        const [x, y] = [slopes.get(a) as number[], slopes.get(b) as number[]];
        information[i * n + j] =
          x.reduce((sum, v, k) => sum + v * (y[k] as number), 0) +
          (i === j ? 1 / KNOWN[a].sigma ** 2 : 0);
      });
    });
    const covariance = invertPositive(information, n);
    if (covariance === null) throw new RangeError('what was seen leaves the launch open');
    const [e, m] = [sought.indexOf('east'), sought.indexOf('north')];
    const at = (i: number, j: number): number => covariance[i * n + j] as number;
    return semiAxesKm([at(e, e), at(e, m), at(m, m)]);
  };
  return {
    climbKnownKm: of(SOUGHT.filter((name) => !(CLIMB as readonly string[]).includes(name))),
    climbUnknownKm: of(SOUGHT),
  };
}

/** Of the ellipse of a Gaussian on the ground, m², that holds 90 %; the longer one first. */
export function semiAxesKm([ee, en, nn]: readonly [number, number, number]): SemiAxesKm {
  const half = (ee + nn) / 2;
  const apart = Math.sqrt(((ee - nn) / 2) ** 2 + en * en);
  const km = (variance: number): number =>
    Math.sqrt(-2 * Math.log(0.1) * Math.max(0, variance)) / 1000;
  return [km(half + apart), km(half - apart)];
}

/** By one of what is sought: every angle, and the height of the first look, each in its sigma. */
function slopesBy(
  climb: Climb,
  sensor: InfraredSensor,
  { name, times }: { readonly name: Name; readonly times: readonly number[] },
): number[] {
  const bias = sensor.biasRad / sensor.noiseRad;
  if (name === 'biasEast') return [...times.flatMap(() => [bias, 0]), 0];
  if (name === 'biasNorth') return [...times.flatMap(() => [0, bias]), 0];
  const { step } = KNOWN[name];
  const pair = climb.moved.get(name) ?? [climb.whole, climb.whole];
  const laterS = name === 'time' ? step : 0;
  const [high, low] = [
    seenOf(pair[0], sensor, { times, laterS }),
    seenOf(pair[1], sensor, { times, laterS: -laterS }),
  ];
  return high.map((v, i) => (v - (low[i] as number)) / (2 * step));
}

function seenOf(
  ascent: Ascent,
  sensor: InfraredSensor,
  { times, laterS }: { readonly times: readonly number[]; readonly laterS: number },
): number[] {
  const places = times.map((t) => placeAt(ascent, t - laterS));
  const origin = ecefFromGeodetic(sensor.site);
  const angles = places.flatMap((place) => {
    const [e, n, u] = enuFromEcef(sensor.site, subtract(place, origin));
    return [Math.atan2(e, -u), Math.asin(n / Math.hypot(e, n, u))].map((v) => v / sensor.noiseRad);
  });
  const first = places[0];
  const top = sensor.detection?.cloudTopM;
  if (first === undefined || top === undefined)
    throw new RangeError('a look, and where cloud ends');
  return [...angles, geodeticFromEcef(first).heightM / (ONSET_SHARE * top)];
}

type Place = ReturnType<typeof ecefFromGeodetic>;

/** Earth-fixed, by a cubic between two knots. */
function placeAt({ knots }: Ascent, timeS: number): Place {
  const later = Math.max(
    1,
    knots.findIndex((knot) => knot.timeS >= timeS),
  );
  const [a, b] = [knots[later - 1], knots[later]];
  if (a === undefined || b === undefined) throw new RangeError('a time within the climb');
  const h = b.timeS - a.timeS;
  const u = (timeS - a.timeS) / h;
  const at = (i: number): number => {
    const [p, q] = [a.state[i] as number, b.state[i] as number];
    const [v, w] = [h * (a.state[i + 3] as number), h * (b.state[i + 3] as number)];
    const fit = 3 * (q - p) - 2 * v - w;
    return p + u * (v + u * (fit + u * (2 * (p - q) + v + w)));
  };
  return [at(0), at(1), at(2)];
}

function flyMoved(launch: GuidedLaunch, controls: AscentControls, q: Moved): Ascent {
  const of = (name: Name): number => q[name] ?? 0;
  const share = (name: Name): number => Math.exp(of(name));
  const { latitudeDeg, longitudeDeg, heightM } = launch.site;
  const point = geodesicDestination(
    geodeticFromDegrees(latitudeDeg, longitudeDeg),
    Math.atan2(of('east'), of('north')),
    Math.hypot(of('east'), of('north')),
  );
  const stages = launch.stages.map((stage, i) =>
    i > 0
      ? stage
      : {
          ...stage,
          massRatio: 1 + (stage.massRatio - 1) * share('ratio'),
          ballisticCoefficientKgPm2: stage.ballisticCoefficientKgPm2 * share('drag'),
        },
  );
  const moved: GuidedLaunch = {
    ...launch,
    site: {
      latitudeDeg: degreesFromRadians(point.latitudeRad),
      longitudeDeg: degreesFromRadians(point.longitudeRad),
      heightM,
    },
    kickStartS: launch.kickStartS + of('kickStart'),
    kickS: launch.kickS + of('kickFor'),
    stages,
  };
  return ascendBy(moved, {
    ...controls,
    first: controls.first * share('thrust'),
    kickRad: controls.kickRad * share('kick'),
    headingRad: controls.headingRad + of('heading'),
  });
}

/** Seconds from lift-off at which the climb found is held against the truth: in the first burn. */
const HELD_AT_S = [20, 40, 60, 80] as const;
const ROUNDS = 8;
const NEAR_M = 1;

/** The controls of the first burn that give the truth: Gauss-Newton on where it is. */
function controlsOf(launch: GuidedLaunch, truth: Truth): AscentControls {
  const payload = truth.objects.find(({ id }) => id === truth.launches[0]?.payload);
  const wanted = HELD_AT_S.flatMap((t) => {
    const state = payload?.stateAt(addSeconds(truth.liftoff, t));
    if (state === null || state === undefined) throw new RangeError('a payload that climbs');
    return Array.from(state.subarray(0, 3));
  });
  const headingRad = (launch.azimuthDeg * Math.PI) / 180;
  let controls: AscentControls = { first: 15, second: 30, kickRad: 0.08, pitchRad: 0, headingRad };
  const missOf = (q: Moved): number[] => {
    const ascent = flyMoved(launch, controls, q);
    return HELD_AT_S.flatMap((t) => placeAt(ascent, t)).map((v, i) => (wanted[i] as number) - v);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const miss = missOf({});
    if (Math.max(...miss.map(Math.abs)) < NEAR_M) return controls;
    const step = 1e-3;
    const slopes = (['thrust', 'kick', 'heading'] as const).map((name) =>
      missOf({ [name]: step }).map((v, i) => ((miss[i] as number) - v) / step),
    );
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
    const normal = Float64Array.from(slopes.flatMap((a) => slopes.map((b) => dot(a, b))));
    const shift = solvePositive(normal, Float64Array.from(slopes.map((a) => dot(a, miss))), 3);
    const [thrust, kick, heading] = shift ?? [];
    controls = {
      ...controls,
      first: controls.first * Math.exp(thrust ?? Number.NaN),
      kickRad: controls.kickRad * Math.exp(kick ?? Number.NaN),
      headingRad: controls.headingRad + (heading ?? Number.NaN),
    };
  }
  throw new RangeError('no controls give this climb');
}
