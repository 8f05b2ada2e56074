// SPDX-License-Identifier: Apache-2.0
// A glyph drawn once on a canvas, to be shown by every mark of that look.

import { GLYPH_HALF_PX, type GlyphLayer } from '../glyphs.ts';

/** `density` is the number of device pixels to a pixel of the page. */
export function glyphCanvas(layers: readonly GlyphLayer[], density: number): HTMLCanvasElement {
  const side = Math.ceil(2 * GLYPH_HALF_PX * density);
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.scale(density, density);
  context.translate(GLYPH_HALF_PX, GLYPH_HALF_PX);
  for (const layer of layers) {
    const path = new Path2D(layer.d);
    context.globalAlpha = layer.opacity;
    if (layer.fill !== null) {
      context.fillStyle = layer.fill;
      context.fill(path);
    }
    if (layer.stroke !== null) {
      context.strokeStyle = layer.stroke;
      context.lineWidth = layer.widthPx;
      context.setLineDash([...layer.dash]);
      context.stroke(path);
    }
  }
  return canvas;
}
