// SPDX-License-Identifier: Apache-2.0
// Land and borders for both maps, from Natural Earth by way of world-atlas. Borders are indicative
// only: they help an officer find a place and state nothing about whose it is.
/// <reference types="vite/client" />

import type { MultiLineString, MultiPolygon } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import fineUrl from 'world-atlas/countries-50m.json?url';
import coarseUrl from 'world-atlas/countries-110m.json?url';

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

/** `coarse` is 1 : 110 million, for the whole Earth; `fine` is 1 : 50 million. */
export type WorldDetail = 'coarse' | 'fine';

const URLS: Readonly<Record<WorldDetail, string>> = { coarse: coarseUrl, fine: fineUrl };

const loading = new Map<WorldDetail, Promise<World>>();

/** Land and borders, fetched once a page; a fetch that failed is tried again at the next call. */
export function loadWorld(detail: WorldDetail): Promise<World> {
  const known = loading.get(detail);
  if (known !== undefined) return known;
  const promise = fetchWorld(URLS[detail]);
  loading.set(detail, promise);
  promise.catch(() => loading.delete(detail));
  return promise;
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

async function fetchWorld(url: string): Promise<World> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The borders could not be loaded: ${response.status}.`);
  return worldFromTopology((await response.json()) as WorldTopology);
}
