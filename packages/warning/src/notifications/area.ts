// SPDX-License-Identifier: Apache-2.0
// Areas of notices on the ground: what is inside, how large, and points that stand for them. A
// polygon is read on the sphere of directions (the ellipsoid's normals), so that the date line and
// the poles are places like any other. It must lie within a hemisphere.

import {
  cross,
  dot,
  type Ecef,
  type Geodetic,
  geodesicDestination,
  geodesicDistanceM,
  norm,
  scale,
  subtract,
  unit,
  type Vector3,
} from '@isthmus/earth';
import type { BoundedArea, LaunchArea } from '@isthmus/picture';
import { SPHERE_RADIUS_M } from './arc.ts';
import { metresOf } from './given.ts';

/** Points on the rim of a circle, and on each edge of a polygon, that stand for the whole rim. */
const RIM_POINTS = 8;
const EDGE_POINTS = 4;
/** Furthest a boundary point may lie from the middle of its polygon: short of a hemisphere. */
const POLYGON_REACH_RAD = (85 * Math.PI) / 180;

/** The bounds of a launch area; null for a name or a sector that nobody has drawn. */
export function boundsOf(area: LaunchArea): BoundedArea | null {
  return area.kind === 'circle' || area.kind === 'polygon' ? area : area.outline;
}

/** Why the boundary points of a polygon bound nothing; null where they do. */
export function polygonProblem(points: readonly Geodetic[]): string | null {
  const normals = points.map(normalOf);
  const sum = total(normals);
  if (norm(sum) < 1e-6) return 'the points lie all round the Earth: which side is meant?';
  const middle = unit(sum);
  if (normals.some((one) => angleBetween(one, middle) > POLYGON_REACH_RAD)) {
    return 'the points reach further than a hemisphere: which side is meant?';
  }
  const areaM2 = Math.abs(sphereAreaM2(normals));
  return areaM2 < 1 ? 'the points bound no area' : null;
}

/** The middle of an area: the centre of a circle, the mean direction of a polygon's points. */
export function middleOf(area: BoundedArea): Geodetic {
  if (area.kind === 'circle') return area.centre;
  return geodeticOf(unit(total(area.points.map(normalOf))));
}

/** Distance from the middle within which all of the area lies, metres. */
export function reachM(area: BoundedArea): number {
  if (area.kind === 'circle') return metresOf(area.radius).nominal;
  const middle = middleOf(area);
  return Math.max(...area.points.map((point) => geodesicDistanceM(middle, point)));
}

/** Square metres, on a sphere of the mean radius: good to half a per cent. */
export function sizeM2(area: BoundedArea): number {
  if (area.kind === 'polygon') return Math.abs(sphereAreaM2(area.points.map(normalOf)));
  const radius = metresOf(area.radius).nominal / SPHERE_RADIUS_M;
  return 2 * Math.PI * SPHERE_RADIUS_M ** 2 * (1 - Math.cos(radius));
}

/** Whether a place on the ground lies in the area. */
export function holds(area: BoundedArea, point: Geodetic): boolean {
  if (area.kind === 'circle') {
    return geodesicDistanceM(area.centre, point) <= metresOf(area.radius).nominal;
  }
  const at = normalOf(point);
  const normals = area.points.map(normalOf);
  if (angleBetween(at, unit(total(normals))) > POLYGON_REACH_RAD) return false;
  // The boundary seen from the place goes once round it, or not at all.
  let turn = 0;
  for (const [i, corner] of normals.entries()) {
    turn += turnSeen(at, corner, normals[(i + 1) % normals.length] as Vector3<Ecef>);
  }
  return Math.abs(turn) > Math.PI;
}

/** The middle and points round the rim: enough to find what is nearest and furthest. */
export function pointsOf(area: BoundedArea): readonly Geodetic[] {
  if (area.kind === 'circle') {
    // Around the circle rather than in it: what is nearest and furthest lies within.
    const radiusM = metresOf(area.radius).high / Math.cos(Math.PI / RIM_POINTS);
    const rim = Array.from({ length: RIM_POINTS }, (_, i) =>
      geodesicDestination(area.centre, (2 * Math.PI * i) / RIM_POINTS, radiusM),
    );
    return [area.centre, ...rim];
  }
  const normals = area.points.map(normalOf);
  const rim = normals.flatMap((from, i) => {
    const to = normals[(i + 1) % normals.length] as Vector3<Ecef>;
    return Array.from({ length: EDGE_POINTS }, (_, k) => alongEdge(from, to, k / EDGE_POINTS));
  });
  return [middleOf(area), ...rim.map(geodeticOf)];
}

function normalOf(point: Geodetic): Vector3<Ecef> {
  const cos = Math.cos(point.latitudeRad);
  return [
    cos * Math.cos(point.longitudeRad),
    cos * Math.sin(point.longitudeRad),
    Math.sin(point.latitudeRad),
  ];
}

function geodeticOf(normal: Vector3<Ecef>): Geodetic {
  return {
    latitudeRad: Math.atan2(normal[2], Math.hypot(normal[0], normal[1])),
    longitudeRad: Math.atan2(normal[1], normal[0]),
    heightM: 0,
  };
}

function total(vectors: readonly Vector3<Ecef>[]): Vector3<Ecef> {
  const along = (axis: 0 | 1 | 2): number => vectors.reduce((sum, one) => sum + one[axis], 0);
  return [along(0), along(1), along(2)];
}

function angleBetween(a: Vector3<Ecef>, b: Vector3<Ecef>): number {
  return Math.atan2(norm(cross(a, b)), dot(a, b));
}

/** By how much the view from `at` turns when it follows an edge; within (-π, π]. */
function turnSeen(at: Vector3<Ecef>, from: Vector3<Ecef>, to: Vector3<Ecef>): number {
  const a = subtract(from, scale(at, dot(from, at)));
  const b = subtract(to, scale(at, dot(to, at)));
  return Math.atan2(dot(at, cross(a, b)), dot(a, b));
}

function alongEdge(from: Vector3<Ecef>, to: Vector3<Ecef>, share: number): Vector3<Ecef> {
  const angle = angleBetween(from, to);
  if (angle < 1e-9) return from;
  const [a, b] = [Math.sin((1 - share) * angle), Math.sin(share * angle)];
  return unit([a * from[0] + b * to[0], a * from[1] + b * to[1], a * from[2] + b * to[2]]);
}

/** Signed area by the spherical excess of triangles from the middle (Van Oosterom & Strackee, 1983). */
function sphereAreaM2(normals: readonly Vector3<Ecef>[]): number {
  const middle = unit(total(normals));
  let excess = 0;
  for (const [i, a] of normals.entries()) {
    const b = normals[(i + 1) % normals.length] as Vector3<Ecef>;
    const volume = dot(middle, cross(a, b));
    excess += 2 * Math.atan2(volume, 1 + dot(middle, a) + dot(a, b) + dot(b, middle));
  }
  return excess * SPHERE_RADIUS_M ** 2;
}
