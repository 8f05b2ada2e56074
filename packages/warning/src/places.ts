// SPDX-License-Identifier: Apache-2.0
// Which named places an impact region touches, and how probably it comes down in each. Computed from
// the region each time, and nothing of it kept: on 4 October 2022 towns were warned that had been in a
// drill, since the drill's areas had stayed in the system.

import { ellipsePointsM, type Geodetic, geodesicInverse, radiansFromDegrees } from '@isthmus/earth';
import type { ImpactRegion, Place, PlaceAtRisk, PlaceRing } from '@isthmus/picture';

/**
 * Points of the quadrature: each stands for the same share of the distribution. The error is below
 * half a percent where the place is not thinner than the space between them (`places.test.ts`).
 */
const CELLS = 4096;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** Corners of the outline that is looked at for touching. */
const OUTLINE = 360;
/** An edge is straight in longitude and latitude (RFC 7946): so many degrees of it are a line on the plane. */
const EDGE_DEG = 0.25;
/** What is farther than a quarter of the Earth's girth from a region has nothing to do with it. */
const FAR_M = 1e7;
/** So many sigma away a Gaussian has one in 10^8 left: what is farther is no further looked at. */
const REACH_SIGMA = 6;

type Point = readonly [number, number];

/**
 * The places that the 50 % or 90 % region of an impact statement touches, the most probable first.
 *
 * `probability` is the integral of the stated Gaussian over the place, by quadrature in equal
 * shares. Places are taken to the plane of the region by the azimuthal equidistant projection, in
 * which the region itself is stated, so that neither date line nor pole is special.
 */
export function placesAtRisk(
  region: ImpactRegion,
  places: readonly Place[],
): readonly PlaceAtRisk[] {
  const cells = cellsOf(region);
  const outlines = ([0.5, 0.9] as const).map((within) => ({
    within,
    points: ellipsePointsM(region.covarianceM2, within, OUTLINE),
  }));
  const whiten = whitening(region);
  const found = places.flatMap(({ name, parts }): PlaceAtRisk[] => {
    const near = parts
      .map((rings) => rings.map((ring) => flattened(ring, region.centre)))
      .filter((rings) => isNear(rings, whiten));
    if (near.length === 0) return [];
    const touching = outlines.find(({ within, points }) =>
      near.some((rings) => touches(rings, points, { whiten, within })),
    );
    if (touching === undefined) return [];
    const inside = cells.filter((cell) => near.some((rings) => isInside(rings, cell)));
    return [{ name, within: touching.within, probability: inside.length / cells.length }];
  });
  return found.sort((a, b) => b.probability - a.probability || (a.name < b.name ? -1 : 1));
}

/** Points of the plane that stand for equal shares: a sunflower's spiral, evenly thin everywhere. */
function cellsOf({ covarianceM2 }: ImpactRegion): Point[] {
  const [a, b, c] = rootOf(covarianceM2);
  return Array.from({ length: CELLS }, (_, i): Point => {
    const radius = Math.sqrt(-2 * Math.log(1 - (i + 0.5) / CELLS));
    const x = radius * Math.cos(i * GOLDEN_ANGLE);
    const y = radius * Math.sin(i * GOLDEN_ANGLE);
    return [a * x, b * x + c * y];
  });
}

/** Lower Cholesky root of the covariance: [east-east, north-east, north-north]. */
function rootOf([ee, en, nn]: ImpactRegion['covarianceM2']): readonly [number, number, number] {
  const a = Math.sqrt(ee);
  const b = en / a;
  return [a, b, Math.sqrt(nn - b * b)];
}

/** Takes a point of the plane to where the distribution is round with sigma one. */
function whitening({ covarianceM2 }: ImpactRegion): (point: Point) => Point {
  const [a, b, c] = rootOf(covarianceM2);
  return ([east, north]) => [east / a, (north - (b * east) / a) / c];
}

/**
 * A ring on the plane of the region: azimuthal equidistant about its centre; empty where all of it is
 * far away, since there the plane turns inside out.
 */
function flattened(ring: PlaceRing, centre: Geodetic): Point[] {
  const points: Point[] = [];
  let nearestM = Number.POSITIVE_INFINITY;
  for (const [i, point] of ring.entries()) {
    for (const between of alongEdge(ring.at(i - 1) as Geodetic, point)) {
      const { distanceM, azimuthRad } = geodesicInverse(centre, between);
      nearestM = Math.min(nearestM, distanceM);
      points.push([distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)]);
    }
  }
  return nearestM < FAR_M ? points : [];
}

/** Points from one corner, without it, to the next. The short way round: a step over the date line. */
function alongEdge(from: Geodetic, to: Geodetic): Geodetic[] {
  const turn = 2 * Math.PI;
  const east = to.longitudeRad - from.longitudeRad;
  const eastRad = east - turn * Math.round(east / turn);
  const northRad = to.latitudeRad - from.latitudeRad;
  const longest = Math.max(Math.abs(eastRad), Math.abs(northRad));
  const count = Math.max(1, Math.ceil(longest / radiansFromDegrees(EDGE_DEG)));
  return Array.from({ length: count }, (_, i) => ({
    latitudeRad: from.latitudeRad + ((i + 1) / count) * northRad,
    longitudeRad: from.longitudeRad + ((i + 1) / count) * eastRad,
    heightM: 0,
  }));
}

/** Whether a part comes near the region at all, or may hold it. */
function isNear(rings: readonly (readonly Point[])[], whiten: (point: Point) => Point): boolean {
  const [outer = []] = rings;
  const isClose = edgesOf(outer).some(
    ([from, to]) => distanceTo(whiten(from), whiten(to)) <= REACH_SIGMA,
  );
  return isClose || isInside([outer], [0, 0]);
}

/** Whether an ellipse of the region and a part have ground in common. */
function touches(
  rings: readonly (readonly Point[])[],
  outline: readonly Point[],
  ellipse: { readonly whiten: (point: Point) => Point; readonly within: number },
): boolean {
  if (isInside(rings, [0, 0]) || outline.some((point) => isInside(rings, point))) return true;
  const radius = Math.sqrt(-2 * Math.log(1 - ellipse.within));
  return rings
    .flatMap(edgesOf)
    .some(([from, to]) => distanceTo(ellipse.whiten(from), ellipse.whiten(to)) <= radius);
}

function edgesOf(ring: readonly Point[]): (readonly [Point, Point])[] {
  return ring.map((point, i) => [ring.at(i - 1) as Point, point]);
}

/** Distance of the origin to the line between two points. */
function distanceTo([ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length2));
  return Math.hypot(ax + along * dx, ay + along * dy);
}

/** Even and odd over all rings, so that holes count. */
function isInside(rings: readonly (readonly Point[])[], [x, y]: Point): boolean {
  let inside = false;
  for (const ring of rings) {
    let from = ring.at(-1);
    for (const to of ring) {
      const [ax, ay] = from as Point;
      const [bx, by] = to;
      from = to;
      if (ay > y === by > y) continue;
      if (x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
  }
  return inside;
}
