// SPDX-License-Identifier: Apache-2.0
// Which named places an impact region touches, and how probably it comes down in each. Computed from
// the region each time, and nothing of it kept: on 4 October 2022 towns were warned that had been in a
// drill, since the drill's areas had stayed in the system.

import {
  ellipsePointsM,
  type Geodetic,
  geodesicInverse,
  radiansFromDegrees,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { ImpactRegion, Place, PlaceAtRisk, PlaceRing } from '@isthmus/picture';

/**
 * Points of the quadrature: each stands for the same share of the distribution. The error is below
 * half a percent where the place is not thinner than the space between them (`places.test.ts`).
 */
const CELLS = 4096;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** Corners of the outline that is looked at for touching. */
const OUTLINE = 360;
/** What is farther than a quarter of the Earth's girth from a region has nothing to do with it. */
const FAR_M = 1e7;
/**
 * So many sigma away a Gaussian has one in 10^10 left: what is farther is not looked at. The 90 %
 * region ends at 2.1, so that a rough look takes nothing away that touches it.
 */
const REACH_SIGMA = 7;

type Point = readonly [number, number];
type Edge = readonly [Point, Point];

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
  const exact = exactly(whiten);
  const found = places.flatMap(({ name, parts }): PlaceAtRisk[] => {
    const near = parts
      .filter((rings) => isNear(flattened(rings[0] ?? [], region.centre, ROUGHLY), whiten))
      .map((rings) => rings.flatMap((ring) => edgesOf(flattened(ring, region.centre, exact))))
      .map((edges) => relevantTo(cells, edges));
    if (near.length === 0) return [];
    const touching = outlines.find(({ within, points }) =>
      near.some((edges) => touches(edges, points, { whiten, within })),
    );
    if (touching === undefined) return [];
    const inside = cells.filter((cell) => near.some((edges) => isInside(edges, cell)));
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
function flattened(ring: PlaceRing, centre: Geodetic, way: Way): Point[] {
  const points: Point[] = [];
  let nearestM = Number.POSITIVE_INFINITY;
  for (const [i, point] of ring.entries()) {
    for (const between of alongEdge(ring.at(i - 1) as Geodetic, point, way.edgeDeg)) {
      const flat = way.from(centre, between);
      nearestM = Math.min(nearestM, Math.hypot(...flat));
      points.push(flat);
    }
  }
  return nearestM < FAR_M ? points : [];
}

/** How a ring is taken to the plane. */
interface Way {
  /** An edge is straight in longitude and latitude (RFC 7946); so much of it is on the plane, too. */
  readonly edgeDeg: number;
  readonly from: (centre: Geodetic, point: Geodetic) => Point;
}

/** To half a percent: enough to leave out what is elsewhere, at a fiftieth of the cost. */
const ROUGHLY: Way = { edgeDeg: 1, from: onSphere };

/** By geodesics near the region; what is far from it may lie half a percent off where it is. */
function exactly(whiten: (point: Point) => Point): Way {
  const from = (centre: Geodetic, point: Geodetic): Point => {
    const rough = onSphere(centre, point);
    if (Math.hypot(...whiten(rough)) > 2 * REACH_SIGMA) return rough;
    const { distanceM, azimuthRad } = geodesicInverse(centre, point);
    return [distanceM * Math.sin(azimuthRad), distanceM * Math.cos(azimuthRad)];
  };
  return { edgeDeg: 0.25, from };
}

function onSphere(centre: Geodetic, point: Geodetic): Point {
  const [a, b] = [centre.latitudeRad, point.latitudeRad];
  const turn = point.longitudeRad - centre.longitudeRad;
  const east = Math.sin(turn) * Math.cos(b);
  const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn);
  const up = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(turn);
  const across = Math.hypot(east, north);
  const stretch = across === 0 ? 0 : (WGS84_SEMI_MAJOR_AXIS_M * Math.atan2(across, up)) / across;
  return [east * stretch, north * stretch];
}

/** Points from one corner, without it, to the next. The short way round: a step over the date line. */
function alongEdge(from: Geodetic, to: Geodetic, edgeDeg: number): Geodetic[] {
  const turn = 2 * Math.PI;
  const east = to.longitudeRad - from.longitudeRad;
  const eastRad = east - turn * Math.round(east / turn);
  const northRad = to.latitudeRad - from.latitudeRad;
  const longest = Math.max(Math.abs(eastRad), Math.abs(northRad));
  const count = Math.max(1, Math.ceil(longest / radiansFromDegrees(edgeDeg)));
  return Array.from({ length: count }, (_, i) => ({
    latitudeRad: from.latitudeRad + ((i + 1) / count) * northRad,
    longitudeRad: from.longitudeRad + ((i + 1) / count) * eastRad,
    heightM: 0,
  }));
}

/** Whether the outer ring of a part comes near the region at all, or may hold it. */
function isNear(outer: readonly Point[], whiten: (point: Point) => Point): boolean {
  const edges = edgesOf(outer);
  const isClose = edges.some(([from, to]) => distanceTo(whiten(from), whiten(to)) <= REACH_SIGMA);
  return isClose || isInside(edges, [0, 0]);
}

/** The edges that a ray to the east from any of the points can meet: of a large place few. */
function relevantTo(points: readonly Point[], edges: readonly Edge[]): Edge[] {
  const south = Math.min(...points.map(([, y]) => y));
  const north = Math.max(...points.map(([, y]) => y));
  const west = Math.min(...points.map(([x]) => x));
  return edges.filter(
    ([[ax, ay], [bx, by]]) =>
      Math.max(ay, by) >= south && Math.min(ay, by) <= north && Math.max(ax, bx) >= west,
  );
}

/** Whether an ellipse of the region and a part have ground in common. */
function touches(
  edges: readonly Edge[],
  outline: readonly Point[],
  ellipse: { readonly whiten: (point: Point) => Point; readonly within: number },
): boolean {
  if (isInside(edges, [0, 0]) || outline.some((point) => isInside(edges, point))) return true;
  const radius = Math.sqrt(-2 * Math.log(1 - ellipse.within));
  return edges.some(([from, to]) => distanceTo(ellipse.whiten(from), ellipse.whiten(to)) <= radius);
}

function edgesOf(ring: readonly Point[]): Edge[] {
  return ring.map((point, i) => [ring.at(i - 1) as Point, point]);
}

/** Distance of the origin to the line between two points. */
function distanceTo([ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length2));
  return Math.hypot(ax + along * dx, ay + along * dy);
}

/** Even and odd over the edges of all rings, so that holes count. */
function isInside(edges: readonly Edge[], [x, y]: Point): boolean {
  let inside = false;
  for (const [[ax, ay], [bx, by]] of edges) {
    if (ay > y === by > y) continue;
    if (x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}
