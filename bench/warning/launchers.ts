// SPDX-License-Identifier: Apache-2.0
// Space launches as a row of coasts, by kinds of published timelines: what a radar sees unpowered
// between burns, and the orbit in the end. States at cut-off are Kepler ellipses of the stated figures
// (two bodies, axes that do not turn); how the rocket came there is not flown.

import {
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  type Random,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';

/** One stretch of free flight between burns; the last of a launch is its orbit. */
export interface Coast {
  /** Earth-fixed at cut-off. */
  readonly state: Float64Array;
  /** Until the next ignition. */
  readonly forS: number;
}

export const LAUNCHERS = [
  'direct ascent',
  'parking orbit first, then transfer',
  'long wait for the first stage to fall away',
  'solid stages, last burn at the top',
  'cut-off just short of orbit',
] as const;
export type Launcher = (typeof LAUNCHERS)[number];

/** After the last burn it is watched for so long. */
const ORBIT_WATCHED_S = 300;

/** The coasts of one launch, in order. Half of them go to a sun-synchronous orbit, half eastward. */
export function drawSpaceLaunch(kind: Launcher, random: Random): Coast[] {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const azimuthRad = random.chance(1, 2) ? between(3.3, 3.6) : between(0.7, 1.9);
  const place = {
    latitudeDeg: between(-60, 60),
    longitudeDeg: between(-180, 180),
    azimuthRad,
  };
  const parking = (): Coast => {
    const perigeeKm = between(150, 350);
    const apogeeKm = perigeeKm + between(0, random.chance(1, 4) ? 35_000 : 500);
    return {
      state: onEllipse({ ...place, perigeeKm, apogeeKm, heightKm: perigeeKm + between(0, 20) }),
      forS: ORBIT_WATCHED_S,
    };
  };
  /** Stages part: Falcon waits 11 s, Soyuz none, Epsilon 49 s. */
  const staging = (longestS: number): Coast => ({
    state: moving({
      ...place,
      heightKm: between(60, 110),
      speedMps: between(1600, 3000),
      climbRad: between(0.3, 0.8),
    }),
    forS: between(2, longestS),
  });
  switch (kind) {
    case 'direct ascent':
      return [staging(12), parking()];
    case 'parking orbit first, then transfer':
      return [staging(12), parking(), parking()];
    case 'long wait for the first stage to fall away':
      return [staging(55), parking()];
    case 'solid stages, last burn at the top': {
      // Pegasus, Minotaur, PSLV, Vega: 1.5 to 2.9 km/s are left at the top, hundreds of seconds on.
      const topKm = between(300, 1100);
      const topM = WGS84_SEMI_MAJOR_AXIS_M + topKm * 1000;
      const leftMps = between(0.3, 2.9) * 1000;
      const levelMps = Math.sqrt(EARTH_MU_M3PS2 / topM) - leftMps;
      const burnS = random.chance(1, 4) ? between(200, 500) : between(40, 90);
      const arc = onArc({ ...place, topM, levelMps, heightKm: between(120, 250) });
      return [
        staging(55),
        { state: arc.state, forS: Math.max(5, arc.toTopS - burnS / 2) },
        {
          state: onEllipse({
            ...place,
            perigeeKm: topKm - 20,
            apogeeKm: topKm + 20,
            heightKm: topKm,
          }),
          forS: ORBIT_WATCHED_S,
        },
      ];
    }
    case 'cut-off just short of orbit': {
      // Perigee below ground or in the air; then a short burn soon (Soyuz with Fregat), or at the top
      // half round the Earth (Shuttle).
      const [lowM, topM] = [between(-400, 70), between(200, 400)].map(
        (km) => WGS84_SEMI_MAJOR_AXIS_M + km * 1000,
      ) as [number, number];
      const levelMps = Math.sqrt((2 * EARTH_MU_M3PS2 * lowM) / (topM * (lowM + topM)));
      const arc = onArc({ ...place, topM, levelMps, heightKm: between(125, 195) });
      const forS = random.chance(1, 3) ? between(0.5, 1.03) * arc.toTopS : between(20, 120);
      return [staging(12), { state: arc.state, forS }, parking()];
    }
  }
}

interface Place {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  readonly azimuthRad: number;
}

/** Speeds level and climbing in axes that do not turn, made Earth-fixed. */
function moving(
  at: Place & { readonly heightKm: number; readonly speedMps: number; readonly climbRad: number },
): Float64Array {
  const site = geodeticFromDegrees(at.latitudeDeg, at.longitudeDeg, at.heightKm * 1000);
  const [x, y, z] = ecefFromGeodetic(site);
  const level = at.speedMps * Math.cos(at.climbRad);
  const [vx, vy, vz] = ecefFromEnu(site, [
    level * Math.sin(at.azimuthRad),
    level * Math.cos(at.azimuthRad),
    at.speedMps * Math.sin(at.climbRad),
  ]);
  return Float64Array.of(x, y, z, vx + EARTH_ROTATION_RADPS * y, vy - EARTH_ROTATION_RADPS * x, vz);
}

/** Climbing through a height of an ellipse. */
function onEllipse(
  at: Place & {
    readonly perigeeKm: number;
    readonly apogeeKm: number;
    readonly heightKm: number;
  },
): Float64Array {
  const [low, high] = [at.perigeeKm, at.apogeeKm].map(
    (km) => WGS84_SEMI_MAJOR_AXIS_M + km * 1000,
  ) as [number, number];
  const momentum = Math.sqrt((2 * EARTH_MU_M3PS2 * low * high) / (low + high));
  const radius = radiusOf(at);
  return climbingThrough(at, { momentum, energy: -EARTH_MU_M3PS2 / (low + high), radius });
}

/** Climbing through a height of an arc of known top, and the seconds from there to the top. */
function onArc(
  at: Place & { readonly topM: number; readonly levelMps: number; readonly heightKm: number },
): { readonly state: Float64Array; readonly toTopS: number } {
  const momentum = at.topM * at.levelMps;
  const energy = at.levelMps ** 2 / 2 - EARTH_MU_M3PS2 / at.topM;
  const radius = radiusOf(at);
  const axis = -EARTH_MU_M3PS2 / (2 * energy);
  const eccentricity = at.topM / axis - 1;
  const anomaly = Math.acos(Math.min(1, Math.max(-1, (1 - radius / axis) / eccentricity)));
  const mean = Math.PI - (anomaly - eccentricity * Math.sin(anomaly));
  return {
    state: climbingThrough(at, { momentum, energy, radius }),
    toTopS: mean * Math.sqrt(axis ** 3 / EARTH_MU_M3PS2),
  };
}

function climbingThrough(
  at: Place & { readonly heightKm: number },
  orbit: { readonly momentum: number; readonly energy: number; readonly radius: number },
): Float64Array {
  const level = orbit.momentum / orbit.radius;
  const climb2 = 2 * (orbit.energy + EARTH_MU_M3PS2 / orbit.radius) - level * level;
  const climb = Math.sqrt(Math.max(0, climb2));
  return moving({
    ...at,
    speedMps: Math.hypot(level, climb),
    climbRad: Math.atan2(climb, level),
  });
}

function radiusOf(at: Place & { readonly heightKm: number }): number {
  const site = geodeticFromDegrees(at.latitudeDeg, at.longitudeDeg, at.heightKm * 1000);
  return Math.hypot(...ecefFromGeodetic(site));
}
