// SPDX-License-Identifier: Apache-2.0
// Paints one tile of the ground (sea, land, coast, borders, graticule) on a canvas from the outlines
// of the world. The bundled imagery shows relief but ends at 20 km a pixel; painted outlines are
// sharp at every height, and smoother than lines drawn as geometry without multisampling.

import type { Position } from 'geojson';
import { PALETTE } from '../../model/palette.ts';
import type { World } from '../../model/world.ts';
import { GROUND, withAlpha } from './style.ts';

/** A line or ring in degrees, with the box that it fills: west, south, east, north. */
export interface Shape {
  readonly points: Float32Array;
  readonly box: Box;
}

/** The world made ready to be painted many times. */
export interface Outlines {
  readonly land: readonly Shape[];
  readonly borders: readonly Shape[];
}

type Box = readonly [west: number, south: number, east: number, north: number];

/** Degrees of a tile's edges. */
export interface TileBox {
  readonly westDeg: number;
  readonly southDeg: number;
  readonly eastDeg: number;
  readonly northDeg: number;
}

export const TILE_PX = 512;
const GRATICULE_DEG = 15;

export function outlinesOf(world: World): Outlines {
  return {
    land: world.land.coordinates.flatMap((polygon) => polygon.map(shapeOf)),
    borders: world.borders.coordinates.map(shapeOf),
  };
}

/** A picture of the relief, and the square of it that lies below the tile, in shares of its side. */
export interface Relief {
  readonly image: HTMLImageElement;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** Paints the tile; sea covers the relief nearly whole, land lets it through. */
export function paintTile(
  context: CanvasRenderingContext2D,
  outlines: Outlines,
  tile: TileBox,
  relief: Relief | null,
): void {
  context.fillStyle = PALETTE.ground;
  context.fillRect(0, 0, TILE_PX, TILE_PX);
  if (relief !== null) drawRelief(context, relief);
  const land = new Path2D();
  const coast = new Path2D();
  for (const shape of outlines.land) {
    trace(land, shape, tile, false);
    trace(coast, shape, tile, true);
  }
  const sea = new Path2D(land);
  sea.rect(-2, -2, TILE_PX + 4, TILE_PX + 4);
  context.fillStyle = withAlpha(GROUND.ocean, 0.9);
  context.fill(sea, 'evenodd');
  context.fillStyle = withAlpha(GROUND.land, 0.78);
  context.fill(land, 'evenodd');
  context.lineJoin = 'round';
  strokeGraticule(context, tile);
  const borders = new Path2D();
  for (const shape of outlines.borders) {
    trace(borders, shape, tile, false);
  }
  context.strokeStyle = withAlpha(GROUND.border, 0.42);
  context.lineWidth = 1.3;
  context.stroke(borders);
  context.strokeStyle = withAlpha(GROUND.coast, 0.9);
  context.lineWidth = 1.8;
  context.stroke(coast);
}

function drawRelief(context: CanvasRenderingContext2D, relief: Relief): void {
  const { naturalWidth: width, naturalHeight: height } = relief.image;
  context.globalAlpha = 0.26;
  context.drawImage(
    relief.image,
    relief.left * width,
    relief.top * height,
    relief.size * width,
    relief.size * height,
    0,
    0,
    TILE_PX,
    TILE_PX,
  );
  context.globalAlpha = 1;
}

function strokeGraticule(context: CanvasRenderingContext2D, tile: TileBox): void {
  const lines = new Path2D();
  const first = (deg: number): number => Math.ceil(deg / GRATICULE_DEG) * GRATICULE_DEG;
  // Meridians end before the poles, where they would run together.
  const top = Math.max(0, toY(tile, 75));
  const bottom = Math.min(TILE_PX, toY(tile, -75));
  for (let lon = first(tile.westDeg); lon <= tile.eastDeg; lon += GRATICULE_DEG) {
    if (top < bottom) {
      lines.moveTo(toX(tile, lon), top);
      lines.lineTo(toX(tile, lon), bottom);
    }
  }
  for (let lat = first(tile.southDeg); lat <= tile.northDeg; lat += GRATICULE_DEG) {
    if (Math.abs(lat) > 75) continue;
    lines.moveTo(0, toY(tile, lat));
    lines.lineTo(TILE_PX, toY(tile, lat));
  }
  context.strokeStyle = withAlpha(GROUND.graticule, 0.32);
  context.lineWidth = 1;
  context.stroke(lines);
}

/**
 * Draws the shape wherever it meets the tile: also a whole turn farther east or west, since shapes
 * run on across the antimeridian. With `open` the way round a pole, which is no coast, is left out.
 */
function trace(path: Path2D, shape: Shape, tile: TileBox, open: boolean): void {
  for (const turn of [-360, 0, 360]) {
    if (meets(shape.box, tile, turn)) traceAt(path, shape, tile, { turn, open });
  }
}

function traceAt(
  path: Path2D,
  { points }: Shape,
  tile: TileBox,
  { turn, open }: { readonly turn: number; readonly open: boolean },
): void {
  let lifted = true;
  for (let i = 0; i < points.length; i += 2) {
    const lat = points[i + 1] ?? 0;
    const atPole = open && Math.abs(lat) > 89.9;
    const x = toX(tile, (points[i] ?? 0) + turn);
    if (lifted || atPole) path.moveTo(x, toY(tile, lat));
    else path.lineTo(x, toY(tile, lat));
    lifted = atPole;
  }
}

function toX(tile: TileBox, lon: number): number {
  return ((lon - tile.westDeg) / (tile.eastDeg - tile.westDeg)) * TILE_PX;
}

function toY(tile: TileBox, lat: number): number {
  return ((tile.northDeg - lat) / (tile.northDeg - tile.southDeg)) * TILE_PX;
}

/** A shape whose edge lies a pixel outside the tile still colours its rim. */
function meets([west, south, east, north]: Box, tile: TileBox, turn: number): boolean {
  const rim = ((tile.eastDeg - tile.westDeg) / TILE_PX) * 2;
  return (
    west + turn < tile.eastDeg + rim &&
    east + turn > tile.westDeg - rim &&
    south < tile.northDeg + rim &&
    north > tile.southDeg - rim
  );
}

/** Exported for its test. A ring that goes round a pole is closed along the pole. */
export function shapeOf(line: readonly Position[]): Shape {
  const way = unwrapDegrees(line);
  const first = way[0];
  const last = way.at(-1);
  if (first !== undefined && last !== undefined && Math.abs(last[0] - first[0]) > 180) {
    const pole = last[1] < 0 ? -90 : 90;
    way.push([last[0], pole], [first[0], pole], first);
  }
  const points = new Float32Array(way.flat());
  const lons = way.map(([lon]) => lon);
  const lats = way.map(([, lat]) => lat);
  return {
    points,
    box: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
  };
}

/** Longitudes made continuous along the line; they may leave [-180, 180]. */
function unwrapDegrees(line: readonly Position[]): [lon: number, lat: number][] {
  let before: number | null = null;
  return line.map((position) => {
    const lon: number = position[0] ?? 0;
    const near: number = before === null ? lon : lon - 360 * Math.round((lon - before) / 360);
    before = near;
    return [near, position[1] ?? 0];
  });
}
