// SPDX-License-Identifier: Apache-2.0
// The engine's widget, set up for a calm picture that is drawn only when something changed.

import {
  CesiumWidget,
  Color,
  Credit,
  CreditDisplay,
  EllipsoidTerrainProvider,
  JulianDate,
  type Scene,
} from '@cesium/engine';
import { PALETTE } from '../../../model/palette.ts';
import { GROUND } from '../style.ts';
import { isSoftwareDrawn } from '../webgl.ts';
import { createGround } from './base-imagery.ts';
import { addLimb } from './limb.ts';

/** A processor that draws is given at most this many pixels. */
const SOFTWARE_PIXELS = 2_000_000;

export interface GlobeWidget {
  readonly widget: CesiumWidget;
  /** Tiles of the ground painted so far. */
  readonly painted: () => number;
  /** The processor draws in a card's stead. */
  readonly software: boolean;
  /** Device pixels to a pixel of the page. */
  readonly density: number;
}

/** Builds the widget inside `container`. Throws where WebGL is not to be had. */
export function createWidget(container: HTMLElement): GlobeWidget {
  setBaseUrl();
  // In place of the logo of a hosted service that this console never asks.
  CreditDisplay.cesiumCredit = new Credit('Cesium');
  const ground = createGround();
  const widget = new CesiumWidget(container, {
    baseLayer: ground.layer,
    terrainProvider: new EllipsoidTerrainProvider(),
    skyBox: false,
    skyAtmosphere: false,
    scene3DOnly: true,
    requestRenderMode: true,
    maximumRenderTimeChange: Infinity,
    // Everything translucent is drawn in a fixed order here; sorting by depth would cost half the rate.
    orderIndependentTranslucency: false,
    msaaSamples: 4,
    useBrowserRecommendedResolution: false,
    showRenderLoopErrors: false,
    // The map around the canvas has the focus, for its keys.
    blurActiveElementOnCanvasFocus: false,
    // The attribution is written by the map itself, where the console wants it.
    creditContainer: document.createElement('div'),
    creditViewport: document.createElement('div'),
    contextOptions: { webgl: { powerPreference: 'high-performance' } },
  });
  const software = isSoftwareDrawn(widget.canvas);
  if (software) {
    widget.scene.msaaSamples = 1;
    widget.useBrowserRecommendedResolution = true;
  }
  layOut(widget);
  // No sun lights this globe: one fixed instant spares a table of the Earth's axis a decade.
  widget.clock.shouldAnimate = false;
  widget.clock.currentTime = JulianDate.fromIso8601('2025-03-20T12:00:00Z');
  widget.resolutionScale = software ? softwareScale(container) : 1;
  dressScene(widget.scene);
  if (software) lighten(widget);
  return {
    widget,
    software,
    painted: ground.painted,
    density: software ? widget.resolutionScale : Math.min(window.devicePixelRatio, 2),
  };
}

/** What the engine's style sheet says of the widget, less its panels: none of them is shown here. */
function layOut(widget: CesiumWidget): void {
  const frame = widget.canvas.parentElement;
  for (const element of [frame, widget.canvas]) {
    if (element === null) continue;
    Object.assign(element.style, {
      display: 'block',
      width: '100%',
      height: '100%',
      touchAction: 'none',
    });
  }
  // Left in reach of the tab key's way round the map, the canvas would take its keys.
  widget.canvas.removeAttribute('tabindex');
  widget.resize();
}

/** The engine asks for its files below this folder; the build lays them there. */
function setBaseUrl(): void {
  const base = new URL(`${import.meta.env.BASE_URL}cesium/`, document.baseURI).href;
  Object.assign(globalThis, { CESIUM_BASE_URL: base });
}

function softwareScale(container: HTMLElement): number {
  const pixels = container.clientWidth * container.clientHeight;
  return Math.max(0.5, Math.min(1, Math.sqrt(SOFTWARE_PIXELS / Math.max(pixels, 1))));
}

function dressScene(scene: Scene): void {
  scene.backgroundColor = Color.fromCssColorString(PALETTE.ground);
  scene.fog.enabled = false;
  scene.highDynamicRange = false;
  scene.postProcessStages.fxaa.enabled = false;
  const { globe } = scene;
  globe.baseColor = Color.fromCssColorString(GROUND.ocean);
  globe.enableLighting = false;
  globe.showGroundAtmosphere = false;
  globe.showWaterEffect = false;
  globe.depthTestAgainstTerrain = false;
  globe.tileCacheSize = 200;
  globe.preloadAncestors = false;
  addLimb(scene);
}

/**
 * What a processor draws is as fine as its pixels and no finer. The engine gives its tiles five
 * milliseconds a picture, which is little where a picture itself takes a hundred; it has no option
 * for this, and should its field go, tiles come slower and no more.
 */
function lighten(widget: CesiumWidget): void {
  widget.scene.globe.maximumScreenSpaceError = 2 / widget.resolutionScale;
  const globe = widget.scene.globe as unknown as Readonly<Record<string, unknown>>;
  const surface = globe['_surface'] as Record<string, unknown> | undefined;
  const field = '_loadQueueTimeSlice';
  if (typeof surface?.[field] === 'number') surface[field] = 60;
}
