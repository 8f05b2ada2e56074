// SPDX-License-Identifier: Apache-2.0
// An impact region as CAP says areas: closed polygons in latitude and longitude, or a circle. The
// polygon is drawn around the ellipse, not inside it, so that it holds the point at least as often.

import {
  degreesFromRadians,
  ellipsePointsM,
  enclosingRadiusM,
  type Geodetic,
  geodesicDestination,
} from '@isthmus/earth';
import type { ImpactRegion } from '@isthmus/picture';
import type { CapArea, CapCircle, CapPoint } from './message.ts';

/** Corners of a polygon: the ground between it and the ellipse is 0.3 % of the area. */
const CORNERS = 48;
/**
 * A receiver joins two corners by a straight line in latitude and longitude. Beyond so many degrees
 * of longitude between two corners that is no longer their geodesic, and a circle is said instead.
 */
const STEP_DEG_MAX = 15;

/** The region as polygons, cut where it crosses the date line, or as a circle around a pole. */
export function areaOf(region: ImpactRegion, description: string): CapArea {
  const line = unwrapped(cornersOf(region));
  if (line === null) return { description, polygons: [], circles: [circleOf(region)] };
  return { description, polygons: cutAtDateLine(line), circles: [] };
}

/** The circle around the region: larger than it, and all that some receivers can show. */
export function circleOf(region: ImpactRegion): CapCircle {
  return {
    centre: pointOf(region.centre),
    radiusKm: enclosingRadiusM(region.covarianceM2, region.probability) / 1000,
  };
}

/** Corners counter-clockwise. */
function cornersOf(region: ImpactRegion): CapPoint[] {
  const { centre, covarianceM2, probability } = region;
  // Around a circle of radius one with n corners the corners lie at 1 / cos(π / n).
  const stretch = 1 / Math.cos(Math.PI / CORNERS);
  return ellipsePointsM(covarianceM2, probability, CORNERS).map(([east, north]) => {
    const distanceM = Math.hypot(east, north) * stretch;
    return pointOf(geodesicDestination(centre, Math.atan2(east, north), distanceM));
  });
}

/**
 * Longitudes that run on past ±180 instead of jumping. Null where the line goes around a pole, or so
 * near one that two corners are too far apart.
 */
function unwrapped(corners: readonly CapPoint[]): CapPoint[] | null {
  const line: CapPoint[] = [];
  const start = corners[0]?.longitudeDeg ?? 0;
  let longitudeDeg = start;
  for (const corner of [...corners.slice(1), ...corners.slice(0, 1)]) {
    const step = ((((corner.longitudeDeg - longitudeDeg + 180) % 360) + 360) % 360) - 180;
    if (Math.abs(step) > STEP_DEG_MAX) return null;
    longitudeDeg += step;
    line.push({ latitudeDeg: corner.latitudeDeg, longitudeDeg });
  }
  return Math.abs(longitudeDeg - start) > 180 ? null : line;
}

/** The part of a convex line on each side of ±180, each closed, longitudes in [-180, 180]. */
function cutAtDateLine(line: readonly CapPoint[]): CapPoint[][] {
  return [-360, 0, 360].flatMap((turn) => {
    const moved = line.map((point) => ({ ...point, longitudeDeg: point.longitudeDeg + turn }));
    const kept = clipped(clipped(moved, 1), -1);
    const [first] = kept;
    return first === undefined || kept.length < 3 ? [] : [[...kept, first]];
  });
}

/** What of a convex line lies where sign × longitude ≤ 180 (Sutherland and Hodgman, 1974). */
function clipped(line: readonly CapPoint[], sign: 1 | -1): CapPoint[] {
  const beyond = ({ longitudeDeg }: CapPoint): number => sign * longitudeDeg - 180;
  return line.flatMap((point, i) => {
    const before = line.at(i - 1) as CapPoint;
    const [a, b] = [beyond(before), beyond(point)];
    const kept = b <= 0 ? [point] : [];
    if (a <= 0 === b <= 0) return kept;
    const share = a / (a - b);
    const latitudeDeg = before.latitudeDeg + share * (point.latitudeDeg - before.latitudeDeg);
    return [{ latitudeDeg, longitudeDeg: sign * 180 }, ...kept];
  });
}

function pointOf(point: Geodetic): CapPoint {
  return {
    latitudeDeg: degreesFromRadians(point.latitudeRad),
    longitudeDeg: degreesFromRadians(point.longitudeRad),
  };
}
