// SPDX-License-Identifier: Apache-2.0
// Lines of one purpose, kept by key: a line that is still wanted is moved in place, one that is no
// longer wanted goes, and nothing else is touched.

import {
  type Cartesian3,
  Material,
  type Polyline,
  PolylineCollection,
  type PrimitiveCollection,
} from '@cesium/engine';
import type { LineStyle } from '../style.ts';
import { colour } from './convert.ts';

export interface Line {
  readonly key: string;
  /** Compared by identity: the same object is the same place. */
  readonly shape: unknown;
  readonly style: LineStyle;
  readonly positions: () => Cartesian3[];
}

interface Drawn {
  readonly polyline: Polyline;
  shape: unknown;
  look: string;
}

export class Lines {
  readonly #collection: PolylineCollection;
  readonly #drawn = new Map<string, Drawn>();

  constructor(primitives: PrimitiveCollection) {
    this.#collection = new PolylineCollection();
    primitives.add(this.#collection);
  }

  sync(lines: readonly Line[]): void {
    const wanted = new Set<string>();
    for (const line of lines) {
      wanted.add(line.key);
      this.#draw(line);
    }
    for (const [key, drawn] of this.#drawn) {
      if (wanted.has(key)) continue;
      this.#collection.remove(drawn.polyline);
      this.#drawn.delete(key);
    }
  }

  #draw(line: Line): void {
    const look = lookOf(line.style);
    const drawn = this.#drawn.get(line.key);
    if (drawn === undefined) {
      const polyline = this.#collection.add({
        positions: line.positions(),
        width: line.style.widthPx,
        material: materialOf(line.style),
      });
      this.#drawn.set(line.key, { polyline, shape: line.shape, look });
      return;
    }
    if (drawn.shape !== line.shape) {
      drawn.polyline.positions = line.positions();
      drawn.shape = line.shape;
    }
    if (drawn.look !== look) {
      drawn.polyline.width = line.style.widthPx;
      drawn.polyline.material = materialOf(line.style);
      drawn.look = look;
    }
  }
}

/** Never shared between lines: the engine destroys a line's material with the line. */
function materialOf(style: LineStyle): Material {
  const tone = colour(style.colour, style.alpha);
  if (style.dashPx === null) return Material.fromType(Material.ColorType, { color: tone });
  return Material.fromType(Material.PolylineDashType, {
    color: tone,
    gapColor: colour(style.colour, 0),
    dashLength: 2 * style.dashPx,
  });
}

function lookOf(style: LineStyle): string {
  return `${style.colour} ${style.alpha} ${style.widthPx} ${style.dashPx}`;
}
