// SPDX-License-Identifier: Apache-2.0
// Whether this browser can draw the globe, and whether a graphics card does the drawing.

/**
 * False where the browser knows no WebGL 2: the flat map serves there. True does not promise a
 * context; making one only to ask costs as much as a picture, and the globe says when it gets none.
 */
export function knowsWebgl(): boolean {
  return typeof WebGL2RenderingContext !== 'undefined';
}

/** True where the processor draws `canvas` in a card's stead: then every pixel counts. */
export function isSoftwareDrawn(canvas: HTMLCanvasElement): boolean {
  // The context that is there already: a canvas has but one.
  const context = canvas.getContext('webgl2');
  if (context === null) return false;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(
    info === null ? context.RENDERER : info.UNMASKED_RENDERER_WEBGL,
  );
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(name));
}
