// SPDX-License-Identifier: Apache-2.0
// Land and borders for both maps, from Natural Earth by way of world-atlas. Borders are indicative
// only: they help an officer find a place and state nothing about whose it is.

import type { MultiLineString, MultiPolygon } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** What world-atlas publishes: countries, and the land that they make together. */
export type WorldTopology = Topology<{
  readonly countries: GeometryCollection;
  readonly land: GeometryCollection;
}>;

/** Coordinates in degrees, longitude first, cut at the antimeridian. */
export interface World {
  readonly land: MultiPolygon;
  readonly borders: MultiLineString;
}

/** Land as one set of polygons, and the lines between two countries, coasts left out. */
export function worldFromTopology(topology: WorldTopology): World {
  const land: MultiPolygon['coordinates'] = [];
  for (const { geometry } of feature(topology, topology.objects.land).features) {
    if (geometry.type === 'Polygon') land.push(geometry.coordinates);
    if (geometry.type === 'MultiPolygon') land.push(...geometry.coordinates);
  }
  return {
    land: { type: 'MultiPolygon', coordinates: land },
    borders: mesh(topology, topology.objects.countries, (a, b) => a !== b),
  };
}
