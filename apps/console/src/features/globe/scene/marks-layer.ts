// SPDX-License-Identifier: Apache-2.0
// Marks as billboards, threats with a thread to the ground and a foot. Two thousand of them are
// moved in place every second.

import {
  type Billboard,
  BillboardCollection,
  BlendOption,
  Cartesian3,
  type PointPrimitive,
  PointPrimitiveCollection,
  type Scene,
} from '@cesium/engine';
import type { Geodetic } from '@isthmus/earth';
import type { Mark } from '../../../model/layers.ts';
import { GLYPH_HALF_PX, lookKey, markGlyph } from '../glyphs.ts';
import { dropStyle, PICTURE_ORDER, pictureColour } from '../style.ts';
import { cartesian, colour } from './convert.ts';
import { glyphCanvas } from './glyph-canvas.ts';
import { type Line, Lines } from './lines.ts';

/** A mark on the globe, with its place in the engine's coordinates. */
export interface DrawnMark {
  mark: Mark;
  readonly position: Cartesian3;
  readonly billboard: Billboard;
  foot: PointPrimitive | null;
  look: string;
}

const SIDE_PX = 2 * GLYPH_HALF_PX;

export class MarksLayer {
  readonly #collections: readonly BillboardCollection[];
  readonly #feet: PointPrimitiveCollection;
  readonly #threads: Lines;
  readonly #drawn = new Map<string, DrawnMark>();
  readonly #density: number;

  constructor(scene: Scene, density: number) {
    this.#density = density;
    this.#threads = new Lines(scene.primitives);
    this.#feet = new PointPrimitiveCollection({ blendOption: BlendOption.TRANSLUCENT });
    scene.primitives.add(this.#feet);
    // One collection a picture, in the order in which they lie on one another.
    this.#collections = Object.keys(PICTURE_ORDER).map(() => {
      const collection = new BillboardCollection({ scene, blendOption: BlendOption.TRANSLUCENT });
      scene.primitives.add(collection);
      return collection;
    });
  }

  /** What is drawn now, for labels and pointing. */
  get drawn(): ReadonlyMap<string, DrawnMark> {
    return this.#drawn;
  }

  sync(marks: readonly Mark[]): void {
    const wanted = new Set<string>();
    const threads: Line[] = [];
    for (const mark of marks) {
      wanted.add(mark.key);
      const drawn = this.#draw(mark);
      if (mark.weight === 'threat') threads.push(thread(mark, drawn.position));
    }
    for (const [key, drawn] of this.#drawn) {
      if (wanted.has(key)) continue;
      this.#collectionOf(drawn.mark).remove(drawn.billboard);
      if (drawn.foot !== null) this.#feet.remove(drawn.foot);
      this.#drawn.delete(key);
    }
    this.#threads.sync(threads);
  }

  #draw(mark: Mark): DrawnMark {
    const known = this.#drawn.get(mark.key);
    if (known !== undefined) {
      if (known.mark.point !== mark.point) this.#move(known, mark.point);
      known.mark = mark;
      this.#dress(known);
      return known;
    }
    const position = cartesian(mark.point);
    const drawn: DrawnMark = {
      mark,
      position,
      billboard: this.#collectionOf(mark).add({ position, width: SIDE_PX, height: SIDE_PX }),
      foot: null,
      look: '',
    };
    this.#drawn.set(mark.key, drawn);
    this.#dress(drawn);
    return drawn;
  }

  #move(drawn: DrawnMark, point: Geodetic): void {
    Cartesian3.clone(cartesian(point), drawn.position);
    drawn.billboard.position = drawn.position;
    if (drawn.foot !== null) drawn.foot.position = cartesian(point, 0);
  }

  #dress(drawn: DrawnMark): void {
    const { mark } = drawn;
    const look = lookKey(mark);
    if (drawn.look === look) return;
    drawn.look = look;
    drawn.billboard.setImage(look, () => glyphCanvas(markGlyph(mark), this.#density));
    if (drawn.foot !== null) this.#feet.remove(drawn.foot);
    drawn.foot = null;
    if (mark.weight === 'threat') {
      drawn.foot = this.#feet.add({
        position: cartesian(mark.point, 0),
        color: colour(pictureColour(mark.picture), 0.75),
        pixelSize: mark.selected ? 5 : 4,
      });
    }
  }

  #collectionOf(mark: Mark): BillboardCollection {
    const collection = this.#collections[PICTURE_ORDER[mark.picture]];
    if (collection === undefined) throw new Error(`No marks are drawn for ${mark.picture}.`);
    return collection;
  }
}

function thread(mark: Mark, top: Cartesian3): Line {
  return {
    key: mark.key,
    shape: mark.point,
    style: dropStyle(mark.picture, mark.selected),
    positions: () => [Cartesian3.clone(top), cartesian(mark.point, 0)],
  };
}
