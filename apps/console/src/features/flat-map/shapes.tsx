// SPDX-License-Identifier: Apache-2.0
// Coverages, regions, paths and marks of the flat map, each drawn anew only when it or the view
// changed.

import type { Geodetic } from '@isthmus/earth';
import { type GeoProjection, geoPath } from 'd3-geo';
import { memo, useMemo } from 'react';
import type { Coverage, Region, Track } from '../../model/layers.ts';
import { type GlyphLayer, siteGlyph } from '../globe/glyphs.ts';
import { insideOnTheRight } from '../globe/rings.ts';
import {
  coverageStyle,
  type LineStyle,
  PICTURE_ORDER,
  regionStyle,
  trackStyle,
} from '../globe/style.ts';
import type { LookPath } from './mark-paths.ts';
import { degreesOf, pixelsOf } from './projection.ts';

interface Projected {
  readonly projection: GeoProjection;
}

export const Coverages = memo(function Coverages({
  coverages,
  projection,
}: Projected & { readonly coverages: readonly Coverage[] }) {
  const paths = useRings(coverages, projection);
  return (
    <g>
      {coverages.map((coverage, index) => {
        const { outline, fillAlpha } = coverageStyle(coverage.kind);
        const site = pixelsOf(projection, coverage.site);
        return (
          <g key={coverage.key}>
            <path
              d={paths[index]}
              fill={fillAlpha === 0 ? 'none' : outline.colour}
              fillOpacity={fillAlpha}
              {...strokeOf(outline)}
            />
            {site !== null && (
              <g transform={`translate(${site[0].toFixed(1)} ${site[1].toFixed(1)})`}>
                <Glyph layers={siteGlyph(coverage.kind)} />
              </g>
            )}
          </g>
        );
      })}
    </g>
  );
});

export const Regions = memo(function Regions({
  regions,
  projection,
}: Projected & { readonly regions: readonly Region[] }) {
  const paths = useRings(regions, projection);
  return (
    <g>
      {regions.map((region, index) => {
        const { outline, fillAlpha } = regionStyle(region);
        return (
          <path
            key={region.key}
            d={paths[index]}
            fill={outline.colour}
            fillOpacity={fillAlpha}
            {...strokeOf(outline)}
          />
        );
      })}
    </g>
  );
});

export const Tracks = memo(function Tracks({
  tracks,
  projection,
}: Projected & { readonly tracks: readonly Track[] }) {
  const path = useMemo(() => geoPath(projection).digits(1), [projection]);
  const ordered = [...tracks].sort(
    (a, b) =>
      Number(a.selected) - Number(b.selected) ||
      PICTURE_ORDER[a.picture] - PICTURE_ORDER[b.picture],
  );
  return (
    <g fill="none" strokeLinejoin="round">
      {ordered.map((track) => (
        <path
          key={`${track.kind} ${track.key}`}
          d={path({ type: 'LineString', coordinates: track.points.map(degreesOf) }) ?? ''}
          {...strokeOf(trackStyle(track))}
        />
      ))}
    </g>
  );
});

/** Every corner of a path carries the glyph: the first, those between and the last alike. */
export function Marks({ paths }: { readonly paths: readonly LookPath[] }): React.JSX.Element {
  return (
    <g fill="none">
      <defs>
        {paths.map(({ look, glyph }) => (
          <marker
            key={look}
            id={`mark-${look}`}
            markerUnits="userSpaceOnUse"
            overflow="visible"
            markerWidth={1}
            markerHeight={1}
          >
            <Glyph layers={glyph} />
          </marker>
        ))}
      </defs>
      {paths.map(({ look, d }) => {
        const marker = `url(#mark-${look})`;
        return <path key={look} d={d} markerStart={marker} markerMid={marker} markerEnd={marker} />;
      })}
    </g>
  );
}

const Glyph = memo(function Glyph({ layers }: { readonly layers: readonly GlyphLayer[] }) {
  return layers.map((layer, index) => (
    <path
      // The layers of a glyph never change places.
      key={index}
      d={layer.d}
      fill={layer.fill ?? 'none'}
      stroke={layer.stroke ?? 'none'}
      strokeWidth={layer.widthPx}
      strokeDasharray={layer.dash.length === 0 ? undefined : layer.dash.join(' ')}
      opacity={layer.opacity}
    />
  ));
});

function useRings(
  areas: readonly { readonly ring: readonly Geodetic[] }[],
  projection: GeoProjection,
): readonly string[] {
  return useMemo(() => {
    const path = geoPath(projection).digits(1);
    return areas.map(({ ring }) => {
      const turned = insideOnTheRight(ring).map(degreesOf);
      const first = turned[0];
      if (first === undefined) return '';
      return path({ type: 'Polygon', coordinates: [[...turned, first]] }) ?? '';
    });
  }, [areas, projection]);
}

function strokeOf(style: LineStyle) {
  return {
    stroke: style.colour,
    strokeOpacity: style.alpha,
    strokeWidth: style.widthPx,
    strokeDasharray: style.dashPx === null ? undefined : `${style.dashPx} ${style.dashPx}`,
  };
}
