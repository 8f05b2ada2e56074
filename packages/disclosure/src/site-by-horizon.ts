// SPDX-License-Identifier: Apache-2.0
// Where a radar stands, from when it begins and ceases to see: what rises over its least elevation
// is at one elevation above one place. An edge may as well be of range, of sector or of chance, so
// that this is a posterior over places and least elevations, by sums over a grid of them.

import {
  dot,
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
  geodeticFromEcef,
  type Instant,
  norm,
  radiansFromDegrees,
  subtract,
  unit,
  type Vector3,
} from '@isthmus/earth';
import type { PlaceEstimate } from './estimate.ts';
import type { HeldState } from './received.ts';

/** A first or last look of a track, or some look between. */
interface Sight {
  readonly time: Instant;
  readonly position: Vector3<Ecef>;
  readonly velocityMps: Vector3<Ecef>;
}

/** Least elevations that a radar may have, and how fine they are tried. */
const LEAST_DEG = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8];
/** Share of edges that are of the horizon. */
const HORIZON_SHARE = 0.5;
/** Seconds by which the first or the last look that is told may miss the edge. */
const EDGE_S = 8;
/** One sigma of an elevation besides: refraction, position. */
const STEADY_RAD = radiansFromDegrees(0.2);
/** No radar sees what is lower than this below its least elevation. */
const FORBIDDEN_SIGMAS = 3;
/** Places are looked for within this of what was seen, first on a coarse ring, then finer. */
const REACH_M = 4e6;
const RING = { bearings: 36, distances: 24 } as const;
const REFINEMENTS = 3;
const LOOKS_MAX = 24;
/** Edges that come within this of each other are one. */
const SHARED_S = 60;

/** The place, or null with fewer than four edges: two numbers and a least elevation are unknown. */
export function siteByHorizon(states: readonly HeldState[]): PlaceEstimate | null {
  const radar = states.filter(({ source }) => source === 'radar');
  const edges = edgesOf(radar);
  if (edges.length < 4) return null;
  const sights = thinned(radar.map(sightOf), LOOKS_MAX);
  const seen = { edges, sights };
  const centre = geodeticFromEcef(meanOf(sights.map(({ position }) => position)));
  let places = ring({ ...centre, heightM: 0 }, REACH_M);
  let found = posterior(places, seen);
  for (let i = 0; i < REFINEMENTS && found !== null; i += 1) {
    const { place, covarianceM2 } = found;
    const widthM = 4 * Math.sqrt(covarianceM2[0] + covarianceM2[2]);
    places = ring(place, Math.min(REACH_M, widthM));
    found = posterior(places, seen) ?? found;
  }
  return found;
}

function sightOf({ estimate }: HeldState): Sight {
  const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = estimate.state;
  return {
    time: estimate.time,
    position: [x, y, z] as Vector3<Ecef>,
    velocityMps: [vx, vy, vz] as Vector3<Ecef>,
  };
}

/** First and last state of each track, those at one time once. */
function edgesOf(states: readonly HeldState[]): readonly Sight[] {
  const first = new Map<string, HeldState>();
  const last = new Map<string, HeldState>();
  for (const state of states) {
    if (!first.has(state.track)) first.set(state.track, state);
    last.set(state.track, state);
  }
  const edges: Sight[] = [];
  for (const group of [first, last]) {
    for (const edge of [...group.values()].map(sightOf)) {
      const known = edges.some(({ time }) => Math.abs(time - edge.time) < SHARED_S * 1e6);
      if (!known) edges.push(edge);
    }
  }
  return edges;
}

function thinned<T>(list: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, Math.ceil(list.length / most));
  return list.filter((_, i) => i % step === 0);
}

function meanOf(positions: readonly Vector3<Ecef>[]): Vector3<Ecef> {
  const sum = [0, 0, 0];
  for (const position of positions) {
    for (let i = 0; i < 3; i += 1) sum[i] = (sum[i] as number) + (position[i] as number);
  }
  return sum.map((value) => value / positions.length) as unknown as Vector3<Ecef>;
}

interface Candidate {
  readonly place: Geodetic;
  /** Of the cell it stands for. */
  readonly areaM2: number;
}

/** Places on rings around a centre, each for a cell of its own area. */
function ring(centre: Geodetic, reachM: number): readonly Candidate[] {
  const widthM = reachM / RING.distances;
  const cells: Candidate[] = [];
  for (let d = 0; d < RING.distances; d += 1) {
    const distanceM = (d + 0.5) * widthM;
    for (let b = 0; b < RING.bearings; b += 1) {
      const bearing = (2 * Math.PI * b) / RING.bearings;
      cells.push({
        place: { ...geodesicDestination(centre, bearing, distanceM), heightM: 0 },
        areaM2: distanceM * widthM,
      });
    }
  }
  return cells;
}

/** Mean and covariance over the places; null where none could have seen what was seen. */
function posterior(
  places: readonly Candidate[],
  seen: { readonly edges: readonly Sight[]; readonly sights: readonly Sight[] },
): PlaceEstimate | null {
  const logs = places.map(({ place, areaM2 }) => Math.log(areaM2) + logLikelihood(place, seen));
  const most = Math.max(...logs);
  if (!Number.isFinite(most)) return null;
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = meanOf(
    places.map(({ place }, i) => {
      const at = ecefFromGeodetic(place);
      const w = ((weights[i] as number) * places.length) / total;
      return [at[0] * w, at[1] * w, at[2] * w] as unknown as Vector3<Ecef>;
    }),
  );
  const place = { ...geodeticFromEcef(mean), heightM: 0 };
  const covariance: [number, number, number] = [0, 0, 0];
  for (const [i, candidate] of places.entries()) {
    const { distanceM, azimuthRad } = geodesicInverse(place, candidate.place);
    const [e, n] = [distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)];
    const w = (weights[i] as number) / total;
    covariance[0] += w * (e * e + candidate.areaM2 / 12);
    covariance[1] += w * e * n;
    covariance[2] += w * (n * n + candidate.areaM2 / 12);
  }
  return { place, covarianceM2: covariance, support: seen.edges.length };
}

/** Over least elevations that are equally likely; -Infinity where none could be. */
function logLikelihood(
  place: Geodetic,
  seen: { readonly edges: readonly Sight[]; readonly sights: readonly Sight[] },
): number {
  const site = ecefFromGeodetic(place);
  const up = enuAxes(place)[2];
  const elevationRad = (position: Vector3<Ecef>): number =>
    Math.asin(dot(unit(subtract(position, site)), up));
  const lowest = Math.min(...seen.sights.map(({ position }) => elevationRad(position)));
  const edges = seen.edges.map(({ position, velocityMps }) => ({
    elevation: elevationRad(position),
    sigmaRad: Math.hypot(
      STEADY_RAD,
      (EDGE_S * dot(up, velocityMps)) / norm(subtract(position, site)),
    ),
  }));
  let sum = 0;
  for (const leastDeg of LEAST_DEG) {
    const least = radiansFromDegrees(leastDeg);
    if (lowest < least - FORBIDDEN_SIGMAS * STEADY_RAD) continue;
    let product = 1 / LEAST_DEG.length;
    for (const { elevation, sigmaRad } of edges) {
      const z = (elevation - least) / sigmaRad;
      const horizon = Math.exp(-0.5 * z * z) / (sigmaRad * Math.sqrt(2 * Math.PI));
      const other = elevation > least - FORBIDDEN_SIGMAS * sigmaRad ? 2 / Math.PI : 0;
      product *= HORIZON_SHARE * horizon + (1 - HORIZON_SHARE) * other;
    }
    sum += product;
  }
  return Math.log(sum);
}
