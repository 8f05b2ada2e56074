// SPDX-License-Identifier: Apache-2.0
// The ground as one sheet of tiles, painted here: outlines over the relief of the engine's bundled
// Natural Earth II. One sheet costs half of what two cost to draw, and asks nothing of another host.

import {
  buildModuleUrl,
  Event as EngineEvent,
  Math as EngineMath,
  GeographicTilingScheme,
  ImageryLayer,
  type ImageryProvider,
} from '@cesium/engine';
import { loadWorld, type WorldDetail } from '../../../model/load-world.ts';
import { type Outlines, outlinesOf, paintTile, type Relief, TILE_PX } from '../tile-paint.ts';

/** Deeper than this the outlines of 1 : 50 million gain nothing. */
const DEEPEST_LEVEL = 7;
/** From this level on the finer outlines show; the first picture need not wait for them. */
const FINE_LEVEL = 2;
/** The deepest level of the bundled relief. */
const RELIEF_LEVEL = 2;

export interface Ground {
  readonly layer: ImageryLayer;
  /** Tiles painted so far; the two of the first level are the whole Earth, coarsely. */
  readonly painted: () => number;
}

export function createGround(): Ground {
  const tiles = new PaintedTiles();
  // What the first tiles are painted from is on its way before the engine asks for them.
  outlinesAt('coarse').catch(() => {});
  for (const name of ['0/0/0', '0/1/0']) loadRelief(name).catch(() => {});
  // The engine calls these members and no others; its class cannot be constructed.
  const layer = new ImageryLayer(tiles as unknown as ImageryProvider, {});
  return { layer, painted: () => tiles.painted };
}

const outlines = new Map<WorldDetail, Promise<Outlines>>();

function outlinesAt(detail: WorldDetail): Promise<Outlines> {
  const known = outlines.get(detail);
  if (known !== undefined) return known;
  const promise = loadWorld(detail).then(outlinesOf);
  outlines.set(detail, promise);
  promise.catch(() => outlines.delete(detail));
  return promise;
}

const reliefs = new Map<string, Promise<HTMLImageElement | null>>();

/** The relief below a tile: of its own level, or the part of a higher one that lies below it. */
async function reliefAt(x: number, y: number, level: number): Promise<Relief | null> {
  const up = Math.max(0, level - RELIEF_LEVEL);
  const parts = 2 ** up;
  const column = Math.floor(x / parts);
  const row = Math.floor(y / parts);
  const rows = 2 ** (level - up);
  const image = await loadRelief(`${level - up}/${column}/${rows - 1 - row}`);
  if (image === null) return null;
  return { image, left: (x % parts) / parts, top: (y % parts) / parts, size: 1 / parts };
}

/** Null where a tile does not come: the outlines alone still make a map. */
function loadRelief(name: string): Promise<HTMLImageElement | null> {
  const known = reliefs.get(name);
  if (known !== undefined) return known;
  const image = new Image();
  image.src = buildModuleUrl(`Assets/Textures/NaturalEarthII/${name}.jpg`);
  const promise = image.decode().then(
    () => image,
    () => null,
  );
  reliefs.set(name, promise);
  return promise;
}

class PaintedTiles {
  painted = 0;
  readonly tilingScheme = new GeographicTilingScheme();
  readonly rectangle = this.tilingScheme.rectangle;
  // Painted at twice the size that is stated: the engine is content with two pixels of the screen
  // to one of a tile, which is right for photographs and soft for thin lines.
  readonly tileWidth = TILE_PX / 2;
  readonly tileHeight = TILE_PX / 2;
  readonly minimumLevel = 0;
  readonly maximumLevel = DEEPEST_LEVEL;
  readonly tileDiscardPolicy = undefined;
  readonly errorEvent = new EngineEvent();
  readonly credit = undefined;
  readonly proxy = undefined;
  readonly hasAlphaChannel = false;

  getTileCredits(): undefined {
    return undefined;
  }

  pickFeatures(): undefined {
    return undefined;
  }

  async requestImage(x: number, y: number, level: number): Promise<HTMLCanvasElement> {
    const [ready, relief] = await Promise.all([
      outlinesAt(level < FINE_LEVEL ? 'coarse' : 'fine'),
      reliefAt(x, y, level),
    ]);
    const canvas = document.createElement('canvas');
    canvas.width = TILE_PX;
    canvas.height = TILE_PX;
    // Painted by the processor: outlines of ten thousand corners are its work, and reading a tile
    // back from the card to make a texture of it would stall every picture meanwhile.
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (context === null) throw new Error('This browser paints no canvas.');
    const box = this.tilingScheme.tileXYToRectangle(x, y, level);
    const tile = {
      westDeg: EngineMath.toDegrees(box.west),
      southDeg: EngineMath.toDegrees(box.south),
      eastDeg: EngineMath.toDegrees(box.east),
      northDeg: EngineMath.toDegrees(box.north),
    };
    paintTile(context, ready, tile, relief);
    this.painted += 1;
    return canvas;
  }
}
