// SPDX-License-Identifier: Apache-2.0
// Named regions from GeoJSON (RFC 7946): a FeatureCollection of polygons, each with a name. Strict:
// what is not understood is refused, since a place left out without a word would be taken for safe.

import { geodeticFromDegrees } from '@isthmus/earth';
import type { Place, PlaceRing } from '@isthmus/picture';
import { FeedsError } from './errors.ts';

const LIMITS = { places: 4096, pointsTotal: 200_000, nameCharacters: 100 } as const;

/**
 * Reads the value of a GeoJSON document: features of kind Polygon or MultiPolygon whose property
 * `name` is a string that no other has.
 *
 * @throws FeedsError `places-invalid`, which names the feature
 */
export function parsePlaces(value: unknown): readonly Place[] {
  const features = fieldsOf(value, 'the document')['features'];
  if (fieldsOf(value, 'the document')['type'] !== 'FeatureCollection' || !Array.isArray(features)) {
    throw refusal('the document', 'must be a FeatureCollection');
  }
  if (features.length > LIMITS.places) {
    throw refusal('the document', `has more than ${LIMITS.places} features`);
  }
  const names = new Set<string>();
  let points = 0;
  return features.map((feature: unknown, i): Place => {
    const where = `feature ${i + 1}`;
    const name = nameOf(feature, where);
    if (names.has(name)) throw refusal(where, `"${name}" is the name of another, too`);
    names.add(name);
    const parts = partsOf(feature, where);
    points += parts.flat(2).length;
    if (points > LIMITS.pointsTotal) {
      throw refusal(where, `with it there are more than ${LIMITS.pointsTotal} points`);
    }
    return { name, parts };
  });
}

function nameOf(feature: unknown, where: string): string {
  const name = fieldsOf(fieldsOf(feature, where)['properties'], `${where}: properties`)['name'];
  if (typeof name !== 'string' || name.trim() === '' || name.length > LIMITS.nameCharacters) {
    throw refusal(where, `its property "name" must be 1 to ${LIMITS.nameCharacters} characters`);
  }
  return name;
}

function partsOf(feature: unknown, where: string): Place['parts'] {
  const geometry = fieldsOf(fieldsOf(feature, where)['geometry'], `${where}: geometry`);
  const { type, coordinates } = geometry;
  const polygons =
    type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : undefined;
  if (!Array.isArray(polygons) || polygons.length === 0) {
    throw refusal(where, 'its geometry must be a Polygon or a MultiPolygon');
  }
  return polygons.map((rings: unknown) => {
    if (!Array.isArray(rings) || rings.length === 0) throw refusal(where, 'a polygon has no ring');
    return rings.map((ring: unknown) => ringOf(ring, where));
  });
}

function ringOf(ring: unknown, where: string): PlaceRing {
  if (!Array.isArray(ring) || ring.length < 4) {
    throw refusal(where, 'a ring has at least four positions, the last the same as the first');
  }
  const points = ring.map((position: unknown) => {
    const [longitudeDeg, latitudeDeg] = Array.isArray(position) ? (position as unknown[]) : [];
    if (!isWithin(longitudeDeg, 180) || !isWithin(latitudeDeg, 90)) {
      throw refusal(where, 'a position is [longitude, latitude] in degrees, within 180 and 90');
    }
    return geodeticFromDegrees(latitudeDeg, longitudeDeg);
  });
  const [first, last] = [points[0], points.at(-1)];
  const isClosed =
    first?.latitudeRad === last?.latitudeRad && first?.longitudeRad === last?.longitudeRad;
  if (!isClosed) throw refusal(where, 'a ring is not closed: its last position is its first');
  return points.slice(0, -1);
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= most;
}

function fieldsOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw refusal(where, 'must be an object');
  return value as Readonly<Record<string, unknown>>;
}

function refusal(where: string, why: string): FeedsError {
  return new FeedsError('places-invalid', `${where}: ${why}`);
}
