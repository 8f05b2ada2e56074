// SPDX-License-Identifier: Apache-2.0
// Filled areas on the ground, kept by key. The globe's own depth is not tested against, so an area
// at height zero neither flickers in the ground nor sinks into it.

import {
  ArcType,
  type Cartesian3,
  ColorGeometryInstanceAttribute,
  GeometryInstance,
  PerInstanceColorAppearance,
  PolygonGeometry,
  PolygonHierarchy,
  Primitive,
  PrimitiveCollection,
} from '@cesium/engine';
import type { Geodetic } from '@isthmus/earth';
import { densify } from '../rings.ts';
import { cartesian, colour } from './convert.ts';

export interface Area {
  readonly key: string;
  readonly ring: readonly Geodetic[];
  readonly colour: string;
  readonly alpha: number;
}

interface Drawn {
  readonly primitive: Primitive;
  readonly area: Area;
}

export class Areas {
  readonly #primitives: PrimitiveCollection;
  readonly #drawn = new Map<string, Drawn>();

  constructor(primitives: PrimitiveCollection) {
    this.#primitives = new PrimitiveCollection();
    primitives.add(this.#primitives);
  }

  sync(areas: readonly Area[]): void {
    const wanted = new Set<string>();
    for (const area of areas) {
      wanted.add(area.key);
      const drawn = this.#drawn.get(area.key);
      if (drawn !== undefined && same(drawn.area, area)) continue;
      if (drawn !== undefined) this.#primitives.remove(drawn.primitive);
      const primitive = primitiveOf(area);
      this.#primitives.add(primitive);
      this.#drawn.set(area.key, { primitive, area });
    }
    for (const [key, drawn] of this.#drawn) {
      if (wanted.has(key)) continue;
      this.#primitives.remove(drawn.primitive);
      this.#drawn.delete(key);
    }
  }
}

/** A ring as a closed line on the ground, each side along the great circle. */
export function closedLine(ring: readonly Geodetic[]): Cartesian3[] {
  return densify(ring).map((point) => cartesian(point, 0));
}

function same(a: Area, b: Area): boolean {
  return a.ring === b.ring && a.colour === b.colour && a.alpha === b.alpha;
}

function primitiveOf(area: Area): Primitive {
  return new Primitive({
    geometryInstances: new GeometryInstance({
      geometry: new PolygonGeometry({
        polygonHierarchy: new PolygonHierarchy(area.ring.map((point) => cartesian(point, 0))),
        arcType: ArcType.GEODESIC,
        granularity: Math.PI / 90,
        vertexFormat: PerInstanceColorAppearance.FLAT_VERTEX_FORMAT,
      }),
      attributes: {
        color: ColorGeometryInstanceAttribute.fromColor(colour(area.colour, area.alpha)),
      },
    }),
    appearance: new PerInstanceColorAppearance({ flat: true, translucent: true }),
    // Small, and wanted at once: no worker is asked.
    asynchronous: false,
    allowPicking: false,
  });
}
