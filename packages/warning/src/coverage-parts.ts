// SPDX-License-Identifier: Apache-2.0
// A region as parts small enough to say of each whole part what holds at every point of it.

import {
  degreesFromRadians,
  type Geodetic,
  geodesicDistanceM,
  geodeticFromDegrees,
} from '@isthmus/earth';

/** Between two parallels and two meridians, or within a geodesic distance of a point; degrees, km. */
export type CoverageArea =
  | {
      readonly kind: 'box';
      readonly southDeg: number;
      readonly northDeg: number;
      readonly westDeg: number;
      /** Smaller than `westDeg` where the box crosses the antimeridian. */
      readonly eastDeg: number;
    }
  | {
      readonly kind: 'circle';
      readonly latitudeDeg: number;
      readonly longitudeDeg: number;
      readonly radiusKm: number;
    };

/** A disc that holds a part of the region. */
export interface Part {
  readonly centre: Geodetic;
  readonly radiusM: number;
  readonly box: Box;
}

/** Degrees; `eastDeg` is not below `westDeg` and may lie beyond 180. */
interface Box {
  readonly southDeg: number;
  readonly northDeg: number;
  readonly westDeg: number;
  readonly eastDeg: number;
}

const DEG_M = 111_000;

/** The whole region as one part. */
export function wholeOf(area: CoverageArea): Part {
  if (area.kind === 'box') {
    const { southDeg, northDeg, westDeg, eastDeg } = area;
    return partOf({
      southDeg,
      northDeg,
      westDeg,
      eastDeg: eastDeg < westDeg ? eastDeg + 360 : eastDeg,
    });
  }
  const { latitudeDeg, longitudeDeg, radiusKm } = area;
  const centre = geodeticFromDegrees(latitudeDeg, longitudeDeg);
  // A degree of latitude is never shorter than 110.5 km, so this box holds the circle.
  const highDeg = (radiusKm * 1000) / 110_500;
  const southDeg = Math.max(-90, latitudeDeg - highDeg);
  const northDeg = Math.min(90, latitudeDeg + highDeg);
  const edge = Math.cos((Math.min(90, Math.abs(latitudeDeg) + highDeg) * Math.PI) / 180);
  const wideDeg = edge < 0.01 ? 180 : Math.min(180, highDeg / edge);
  const westDeg = longitudeDeg - wideDeg;
  const eastDeg = longitudeDeg + wideDeg;
  return { centre, radiusM: radiusKm * 1000, box: { southDeg, northDeg, westDeg, eastDeg } };
}

/** The parts of a part that the region touches; together they hold what it held of the region. */
export function split(part: Part, area: CoverageArea): Part[] {
  const { southDeg, northDeg, westDeg, eastDeg } = part.box;
  const middle = (southDeg + northDeg) / 2;
  const centre = (westDeg + eastDeg) / 2;
  const highM = (northDeg - southDeg) * DEG_M;
  const wideM = (eastDeg - westDeg) * DEG_M * Math.cos((middle * Math.PI) / 180);
  const rows: readonly (readonly [number, number])[] =
    highM * 2 > wideM
      ? [
          [southDeg, middle],
          [middle, northDeg],
        ]
      : [[southDeg, northDeg]];
  const columns: readonly (readonly [number, number])[] =
    wideM * 2 > highM
      ? [
          [westDeg, centre],
          [centre, eastDeg],
        ]
      : [[westDeg, eastDeg]];
  return rows
    .flatMap(([south, north]) =>
      columns.map(([west, east]) =>
        partOf({ southDeg: south, northDeg: north, westDeg: west, eastDeg: east }),
      ),
    )
    .filter((one) => touches(one, area));
}

function touches(part: Part, area: CoverageArea): boolean {
  if (area.kind === 'box') return true;
  const centre = geodeticFromDegrees(area.latitudeDeg, area.longitudeDeg);
  return geodesicDistanceM(centre, part.centre) <= area.radiusKm * 1000 + part.radiusM;
}

function partOf(box: Box): Part {
  const latitudeDeg = (box.southDeg + box.northDeg) / 2;
  const longitudeDeg = (box.westDeg + box.eastDeg) / 2;
  const centre = geodeticFromDegrees(latitudeDeg, wrapped(longitudeDeg));
  // Of a box between parallels the farthest points from its middle are corners, or, on the far side of
  // a pole or a wide one, on its sides: sides and corners are looked at, and a tenth is added.
  const latitudes = [box.southDeg, latitudeDeg, box.northDeg];
  const longitudes = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => box.westDeg + share * (box.eastDeg - box.westDeg),
  );
  const distances = latitudes.flatMap((latitude) =>
    longitudes.map((longitude) =>
      geodesicDistanceM(centre, geodeticFromDegrees(latitude, wrapped(longitude))),
    ),
  );
  return { centre, radiusM: 1.1 * Math.max(...distances), box };
}

function wrapped(degrees: number): number {
  return Math.abs(degrees) <= 180 ? degrees : degrees - 360 * Math.round(degrees / 360);
}

/** The circle about a point on the ground. */
export function circleAround(point: Geodetic, radiusM: number): CoverageArea {
  return {
    kind: 'circle',
    latitudeDeg: degreesFromRadians(point.latitudeRad),
    longitudeDeg: degreesFromRadians(point.longitudeRad),
    radiusKm: radiusM / 1000,
  };
}
