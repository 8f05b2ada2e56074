// SPDX-License-Identifier: Apache-2.0
// Sea, land, borders and graticule of the flat map. Computed only when the view changes.

import { type GeoProjection, geoGraticule, geoPath } from 'd3-geo';
import { memo, useMemo } from 'react';
import type { World } from '../../model/world.ts';
import { GROUND } from '../globe/style.ts';

export interface GroundProps {
  readonly world: World | null;
  readonly projection: GeoProjection;
}

const GRATICULE = geoGraticule()
  .step([15, 15])
  .extentMinor([
    [-180, -75.01],
    [180, 75.01],
  ])();

export const Ground = memo(function Ground({ world, projection }: GroundProps) {
  const paths = useMemo(() => {
    const path = geoPath(projection).digits(1);
    return {
      sphere: path({ type: 'Sphere' }) ?? '',
      graticule: path(GRATICULE) ?? '',
      land: world === null ? '' : (path(world.land) ?? ''),
      borders: world === null ? '' : (path(world.borders) ?? ''),
    };
  }, [world, projection]);
  return (
    <g>
      <path d={paths.sphere} fill={GROUND.ocean} stroke={GROUND.limb} strokeOpacity={0.5} />
      <path d={paths.land} fill={GROUND.land} />
      <path d={paths.graticule} fill="none" stroke={GROUND.graticule} strokeOpacity={0.3} />
      <path
        d={paths.borders}
        fill="none"
        stroke={GROUND.border}
        strokeOpacity={0.5}
        strokeWidth={0.8}
      />
      <path d={paths.land} fill="none" stroke={GROUND.coast} strokeOpacity={0.85} />
    </g>
  );
});
