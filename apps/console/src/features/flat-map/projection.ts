// SPDX-License-Identifier: Apache-2.0
// From a view to a projection, and what panning and zooming make of a view. Close by the map is
// equal-area about its own centre, so that nothing is stretched where the officer looks; from afar
// it is the whole Earth.

import type { Geodetic } from '@isthmus/earth';
import { type GeoProjection, geoAzimuthalEqualArea, geoNaturalEarth1 } from 'd3-geo';
import type { View } from '../../model/layers.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const EARTH_RADIUS_M = 6_371_000;
const DEGREES = 180 / Math.PI;
/** From this span on the whole Earth is shown. */
const WORLD_SPAN_M = 14_000_000;
const MIN_SPAN_M = 120_000;
const MAX_SPAN_M = 20_000_000;
/** Extent of the natural Earth projection at scale one, with a rim. */
const WORLD_EXTENT = { width: 5.6, height: 2.96 } as const;
/** Beyond the edge of the picture, so that no outline runs along it. */
const RIM_PX = 30;

export function showsWorld(view: View): boolean {
  return view.spanM >= WORLD_SPAN_M;
}

export function projectionOf(view: View, size: Size): GeoProjection {
  const lon = view.centre.longitudeRad * DEGREES;
  const lat = view.centre.latitudeRad * DEGREES;
  const middle: [number, number] = [size.width / 2, size.height / 2];
  if (showsWorld(view)) {
    const fit = Math.min(size.width / WORLD_EXTENT.width, size.height / WORLD_EXTENT.height);
    return geoNaturalEarth1().rotate([-lon, 0]).scale(fit).translate(middle).precision(0.6);
  }
  const half = view.spanM / 2 / EARTH_RADIUS_M;
  const scale = Math.min(size.width, size.height) / 4 / Math.sin(half / 2);
  return geoAzimuthalEqualArea()
    .rotate([-lon, -lat])
    .scale(scale)
    .translate(middle)
    .clipAngle(150)
    .clipExtent([
      [-RIM_PX, -RIM_PX],
      [size.width + RIM_PX, size.height + RIM_PX],
    ])
    .precision(0.6);
}

/** The view after the picture was drawn by that many pixels. */
export function panned(view: View, size: Size, dx: number, dy: number): View {
  const projection = projectionOf(view, size);
  const at = projection.invert?.([size.width / 2 - dx, size.height / 2 - dy]);
  if (at === null || at === undefined || !at.every(Number.isFinite)) return view;
  const latitudeRad = showsWorld(view) ? view.centre.latitudeRad : at[1] / DEGREES;
  const limit = 85 / DEGREES;
  return {
    ...view,
    centre: {
      latitudeRad: Math.min(Math.max(latitudeRad, -limit), limit),
      longitudeRad: at[0] / DEGREES,
      heightM: 0,
    },
  };
}

/** The view with its span times `factor`, within the map's limits. */
export function zoomed(view: View, factor: number): View {
  return { ...view, spanM: clampSpan(view.spanM * factor) };
}

export function clampSpan(spanM: number): number {
  return Math.min(Math.max(spanM, MIN_SPAN_M), MAX_SPAN_M);
}

/** Pixels, or null for what the projection does not show. */
export function pixelsOf(
  projection: GeoProjection,
  point: Geodetic,
): readonly [number, number] | null {
  return projection([point.longitudeRad * DEGREES, point.latitudeRad * DEGREES]);
}

/** Degrees, longitude first, as d3-geo takes them. */
export function degreesOf(point: Geodetic): [number, number] {
  return [point.longitudeRad * DEGREES, point.latitudeRad * DEGREES];
}

/** The place under a pixel, or null beyond the edge of the Earth. */
export function placeAt(projection: GeoProjection, x: number, y: number): Geodetic | null {
  const at = projection.invert?.([x, y]);
  if (at === null || at === undefined || !at.every(Number.isFinite)) return null;
  return { longitudeRad: at[0] / DEGREES, latitudeRad: at[1] / DEGREES, heightM: 0 };
}
