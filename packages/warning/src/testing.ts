// SPDX-License-Identifier: Apache-2.0
// What the tests of this package share: a flight of the demonstration's size, pictures made by hand,
// and a second way to the ground (inertial frame, own gravity, own integrator). Not exported.

import {
  addSeconds,
  airDensityKgpm3,
  createRandom,
  EARTH_ROTATION_RADPS,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
  packSymmetric,
  type Random,
  radiansFromDegrees,
} from '@isthmus/earth';
import type {
  Estimate,
  Evidence,
  FlightPhase,
  InfraredSensor,
  Picture,
  PictureEvent,
  PictureObject,
  RadarSensor,
  Warning,
} from '@isthmus/picture';

/** Lift-off of every flight in these tests. */
export const LIFT_OFF: Instant = instantFromIso('2012-06-01T11:40:00Z');

/** Just after the demonstration's burn-out: 155 km up, 5.08 km/s, towards the central Black Sea. */
export function burnOutState(speedMps = 5080, climbDeg = 38): number[] {
  const site = geodeticFromDegrees(21.3, 61.0, 155_000);
  const climb = (climbDeg * Math.PI) / 180;
  const azimuth = (321.5 * Math.PI) / 180;
  const velocity = ecefFromEnu(site, [
    speedMps * Math.cos(climb) * Math.sin(azimuth),
    speedMps * Math.cos(climb) * Math.cos(azimuth),
    speedMps * Math.sin(climb),
  ]);
  return [...ecefFromGeodetic(site), ...velocity];
}

/** An estimate with the given one-sigma values, and correlations drawn from `random` when given. */
export function estimateOf(
  state: readonly number[],
  options: {
    readonly time: Instant;
    readonly positionM: number;
    readonly velocityMps: number;
    readonly random?: Random;
  },
): Estimate {
  const random = options.random;
  const root = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) {
    const size = i < 3 ? options.positionM : options.velocityMps;
    for (let j = 0; j <= i; j += 1) {
      root[i * 6 + j] = i === j ? size : random === undefined ? 0 : 0.5 * size * random.normal();
    }
  }
  const covariance = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < 6; k += 1) {
        sum += (root[i * 6 + k] as number) * (root[j * 6 + k] as number);
      }
      covariance[i * 6 + j] = sum;
    }
  }
  return { time: options.time, state, covariance: packSymmetric(covariance) };
}

/** A geostationary infrared satellite over 20 E. */
export const INFRARED: InfraredSensor = {
  kind: 'infrared',
  id: 'geo-20e',
  site: geodeticFromDegrees(0, 20, 35_786_000),
  revisitS: 5,
  noiseRad: 4e-5,
  biasRad: 2e-5,
};

/** A radar on the ground with Gabala's elevations and range, and a sector in degrees. */
export function radarOf(given: {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  readonly from: number;
  readonly to: number;
}): RadarSensor {
  return {
    kind: 'radar',
    id: 'gabala',
    site: geodeticFromDegrees(given.latitudeDeg, given.longitudeDeg, 680),
    azimuthFromRad: radiansFromDegrees(given.from),
    azimuthToRad: radiansFromDegrees(given.to),
    elevationMinRad: radiansFromDegrees(2),
    elevationMaxRad: radiansFromDegrees(80),
    rangeMaxM: 6e6,
    revisitS: 1,
    noise: { rangeM: 100, azimuthRad: 7e-4, elevationRad: 7e-4 },
    bias: { rangeM: 30, azimuthRad: 3e-4, elevationRad: 3e-4 },
  };
}

/** Evidence of an own radar that stands by itself, or what is made of it. */
export function evidenceOf(overrides: Partial<Evidence> = {}): Evidence {
  const isOwn = overrides.party === undefined || overrides.party === 'own';
  return {
    party: 'own',
    source: 'radar',
    sensors: isOwn ? ['gabala'] : [],
    ...(isOwn ? { stands: true } : {}),
    firstSeen: LIFT_OFF,
    lastSeen: addSeconds(LIFT_OFF, 60),
    looks: 10,
    ...overrides,
  };
}

export function objectOf(
  estimate: Estimate | null,
  options: {
    readonly id?: string;
    readonly phase?: FlightPhase;
    readonly lastSeen?: Instant;
    readonly coastSeenS?: number;
  } = {},
): PictureObject {
  const id = options.id ?? 'object-1';
  return {
    id,
    tracks: [`track-of-${id}`],
    phase: options.phase ?? 'coast',
    estimate,
    lastSeen: options.lastSeen ?? estimate?.time ?? LIFT_OFF,
    coastSeenS: options.coastSeenS ?? 60,
  };
}

export function eventOf(overrides: Partial<PictureEvent> = {}): PictureEvent {
  const evidence = overrides.evidence ?? [evidenceOf()];
  return {
    id: 'event-1',
    category: 'launch',
    launch: null,
    objects: [],
    evidence,
    firstSeen: LIFT_OFF,
    lastSeen: evidence.reduce((a, e) => (e.lastSeen > a ? e.lastSeen : a), LIFT_OFF),
    ...overrides,
  };
}

export function pictureOf(at: Instant, ...events: readonly PictureEvent[]): Picture {
  return { at, events };
}

/** One draw from an estimate's Gaussian, by a square root of its covariance. */
export function drawState(estimate: Estimate, root: Float64Array, random: Random): number[] {
  const z = Array.from({ length: 6 }, () => random.normal());
  return estimate.state.map((value, i) => {
    let sum = value;
    for (let k = 0; k <= i; k += 1) sum += (root[i * 6 + k] as number) * (z[k] as number);
    return sum;
  });
}

/** Independent of `descent.ts`: inertial axes, J2 by hand, fixed steps, the midpoint method. */
export function fallInertial(
  state: readonly number[],
  ballisticCoefficientKgpm2: number,
): { readonly position: readonly [number, number, number]; readonly seconds: number } {
  const w = EARTH_ROTATION_RADPS;
  let s = [
    state[0] as number,
    state[1] as number,
    state[2] as number,
    (state[3] as number) - w * (state[1] as number),
    (state[4] as number) + w * (state[0] as number),
    state[5] as number,
  ] as Six;
  let t = 0;
  for (;;) {
    const h = heightOf(s) > 100_000 ? 2 : 0.2;
    const middle = plus(s, rates(s, ballisticCoefficientKgpm2), h / 2);
    const next = plus(s, rates(middle, ballisticCoefficientKgpm2), h);
    const before = heightOf(s);
    const after = heightOf(next);
    if (after <= 0) {
      const part = before / (before - after);
      const ground = plus(s, rates(middle, ballisticCoefficientKgpm2), h * part);
      return { position: earthFixed(ground, t + h * part), seconds: t + h * part };
    }
    s = next;
    t += h;
  }
}

type Six = [number, number, number, number, number, number];

function plus(s: Six, rate: Six, h: number): Six {
  return s.map((value, i) => value + h * (rate[i] as number)) as Six;
}

function heightOf(s: Six): number {
  // Bowring's formula once: good to millimetres below 1,000 km.
  const [a, b] = [6378137, 6356752.314245];
  const p = Math.hypot(s[0], s[1]);
  const beta = Math.atan2(s[2] * a, p * b);
  const latitude = Math.atan2(
    s[2] + 0.00673949674228 * b * Math.sin(beta) ** 3,
    p - 0.00669437999014 * a * Math.cos(beta) ** 3,
  );
  const n = a / Math.sqrt(1 - 0.00669437999014 * Math.sin(latitude) ** 2);
  return p / Math.cos(latitude) - n;
}

function rates(s: Six, ballisticCoefficientKgpm2: number): Six {
  const [x, y, z, vx, vy, vz] = s;
  const r = Math.hypot(x, y, z);
  const mu = 3.986004418e14;
  const j2 = 1.5 * 1.08262668e-3 * (6378137 / r) ** 2;
  const q = (5 * z * z) / (r * r);
  const g = -mu / (r * r * r);
  const rx = vx + EARTH_ROTATION_RADPS * y;
  const ry = vy - EARTH_ROTATION_RADPS * x;
  const height = heightOf(s);
  const drag =
    height > 120_000
      ? 0
      : (airDensityKgpm3(height) * Math.hypot(rx, ry, vz)) / (2 * ballisticCoefficientKgpm2);
  return [
    vx,
    vy,
    vz,
    g * x * (1 + j2 * (1 - q)) - drag * rx,
    g * y * (1 + j2 * (1 - q)) - drag * ry,
    g * z * (1 + j2 * (3 - q)) - drag * vz,
  ];
}

function earthFixed(s: Six, t: number): [number, number, number] {
  const angle = EARTH_ROTATION_RADPS * t;
  return [
    s[0] * Math.cos(angle) + s[1] * Math.sin(angle),
    -s[0] * Math.sin(angle) + s[1] * Math.cos(angle),
    s[2],
  ];
}

/** The random stream of a test, by a name that a failure can print. */
export function randomOf(name: string): Random {
  return createRandom(`warning/${name}`);
}

/** The one warning there is; throws when there is none, or more. */
export function only(warnings: readonly Warning[]): Warning {
  const [warning] = warnings;
  if (warning === undefined || warnings.length !== 1) {
    throw new RangeError(`expected one warning, got ${warnings.length}`);
  }
  return warning;
}
