// SPDX-License-Identifier: Apache-2.0
// The globe without React: takes layers and views, tells picks, rests and readiness.

import {
  Cartesian2,
  type Cartesian3,
  type CesiumWidget,
  type Scene,
  SceneTransforms,
} from '@cesium/engine';
import type { Layers, View } from '../../../model/layers.ts';
import type { KeepOut } from '../declutter.ts';
import { lookRadiusPx } from '../glyphs.ts';
import { markAt, regionAt, type Spot } from '../hit.ts';
import { type Anchor, LabelOverlay } from '../label-overlay.ts';
import { type Label, labelsOf, reachOf } from '../labels.ts';
import { type Place, visibleFrom } from '../occlusion.ts';
import { CameraControl } from './camera-control.ts';
import { cartesian, geodetic } from './convert.ts';
import { CoveragesLayer, RegionsLayer } from './ground-layers.ts';
import { type DrawnMark, MarksLayer } from './marks-layer.ts';
import { Pulse } from './pulse.ts';
import { createWidget } from './set-up.ts';
import { TracksLayer } from './tracks-layer.ts';

export interface GlobeListener {
  readonly onPick: (key: string | null) => void;
  readonly onViewChange: (view: View) => void;
  readonly onReady: () => void;
  /** The engine has stopped drawing and will not go on. */
  readonly onFailure: (error: unknown) => void;
}

/** The first picture is declared to stand after this long, whatever still loads. */
/** Of the pixels each way, while the first ground loads in software. */
const COARSE_SHARE = 0.5;
/** How long the engine goes on looking after a picture, and after a hand or a flight moved it. */
const DRAW_MS = 400;
const MOVE_MS = 2500;
/** The two tiles of the first level. */
const FIRST_TILES = 2;
const READY_AT_LATEST_MS = 2_500;
/** A pointer that moved farther than this between down and up has turned the globe. */
const CLICK_PX = 5;

export class GlobeScene {
  readonly #widget: CesiumWidget;
  readonly #scene: Scene;
  readonly #fullScale: number;
  readonly #painted: () => number;
  readonly #pulse: Pulse;
  readonly #camera: CameraControl;
  readonly #overlay: LabelOverlay;
  readonly #coverages: CoveragesLayer;
  readonly #regions: RegionsLayer;
  readonly #tracks: TracksLayer;
  readonly #marks: MarksLayer;
  readonly #listener: GlobeListener;
  readonly #ended = new AbortController();
  readonly #readyTimer: number;
  #layers: Layers = { marks: [], tracks: [], regions: [], coverages: [] };
  #labels: readonly PlacedLabel[] = [];
  #spots: readonly Spot[] = [];
  #ready = false;
  /** A picture was asked for and has not come. */
  #isAwaited = false;
  /** False while the first picture is drawn coarsely. */
  #whole: boolean;

  constructor(container: HTMLElement, listener: GlobeListener) {
    this.#listener = listener;
    const { widget, density, software, painted } = createWidget(container);
    this.#widget = widget;
    this.#fullScale = widget.resolutionScale;
    this.#scene = widget.scene;
    this.#painted = painted;
    this.#pulse = new Pulse(container, {
      turn: (isOn) => {
        widget.useDefaultRenderLoop = isOn;
      },
      isAwaited: () => this.#isAwaited,
    });
    this.#whole = !software;
    if (software) widget.resolutionScale = this.#fullScale * COARSE_SHARE;
    this.#scene.renderError.addEventListener((_scene: unknown, error: unknown) => {
      listener.onFailure(error);
    });
    this.#coverages = new CoveragesLayer(this.#scene, density);
    this.#regions = new RegionsLayer(this.#scene);
    this.#tracks = new TracksLayer(this.#scene.primitives);
    this.#marks = new MarksLayer(this.#scene, density);
    this.#overlay = new LabelOverlay(container);
    this.#camera = new CameraControl(this.#scene, (view) => listener.onViewChange(view));
    this.#scene.postRender.addEventListener(() => this.#afterRender());
    this.#listen(widget.canvas);
    this.#readyTimer = window.setTimeout(() => this.#declareReady(), READY_AT_LATEST_MS);
  }

  setLayers(layers: Layers): void {
    const before = this.#layers;
    this.#layers = layers;
    if (layers.coverages !== before.coverages) this.#coverages.sync(layers.coverages);
    if (layers.regions !== before.regions) this.#regions.sync(layers.regions);
    if (layers.tracks !== before.tracks) this.#tracks.sync(layers.tracks);
    if (layers.marks !== before.marks) this.#marks.sync(layers.marks);
    this.#labels = labelsOf(layers, 'shown').map((label) => ({
      label,
      position: cartesian(label.point),
      edge: label.edge.map((point) => cartesian(point, 0)),
    }));
    this.#draw();
  }

  look(view: View): void {
    this.#widget.resize();
    this.#camera.look(view);
    this.#draw();
    this.#pulse.beatFor(MOVE_MS);
  }

  key(name: string): boolean {
    this.#pulse.beatFor(MOVE_MS);
    return this.#camera.key(name);
  }

  destroy(): void {
    window.clearTimeout(this.#readyTimer);
    this.#ended.abort();
    this.#pulse.end();
    this.#overlay.destroy();
    this.#widget.destroy();
  }

  #afterRender(): void {
    const visible = visibleFrom(this.#scene.camera.positionWC);
    const keepOuts: KeepOut[] = [];
    const spots: Spot[] = [];
    for (const drawn of this.#marks.drawn.values()) {
      const place = this.#project(visible, drawn.position);
      if (place === null) continue;
      spots.push({ mark: drawn.mark, x: place.x, y: place.y });
      if (keepsClear(drawn)) {
        const radiusPx = lookRadiusPx(drawn.mark);
        keepOuts.push({ key: drawn.mark.key, x: place.x, y: place.y, radiusPx });
      }
    }
    this.#spots = spots;
    this.#overlay.show(this.#anchors(visible), keepOuts);
    // Painted tiles arrive unasked for: until all are there, each picture calls for the next.
    const loaded = this.#scene.globe.tilesLoaded;
    this.#isAwaited = false;
    if (!loaded) this.#draw();
    // The whole Earth is there, coarsely; it grows sharper under the officer's eyes.
    if (loaded || this.#painted() >= FIRST_TILES) this.#declareReady();
    if (loaded && !this.#whole) this.#refine();
  }

  /** Asks for one more picture, and keeps the engine looking until it has come. */
  #draw(): void {
    this.#isAwaited = true;
    this.#scene.requestRender();
    this.#pulse.beatFor(DRAW_MS);
  }

  #anchors(visible: (place: Place) => boolean): Anchor[] {
    const { clientWidth, clientHeight } = this.#scene.canvas;
    const mostPx = Math.min(clientWidth, clientHeight) * 0.4;
    const anchors: Anchor[] = [];
    for (const { label, position, edge } of this.#labels) {
      const place = this.#project(visible, position);
      if (place === null) continue;
      const { x, y } = place;
      const corners = edge.flatMap((corner) => {
        const at = this.#project(visible, corner);
        return at === null ? [] : [{ x: at.x, y: at.y }];
      });
      anchors.push({ label, x, y, reach: reachOf({ x, y }, corners, mostPx) });
    }
    return anchors;
  }

  /** Pixels of the page, or null where the Earth stands between or the picture ends. */
  #project(visible: (place: Place) => boolean, position: Cartesian3): Cartesian2 | null {
    if (!visible(position)) return null;
    return SceneTransforms.worldToWindowCoordinates(this.#scene, position, SCRATCH) ?? null;
  }

  #listen(canvas: HTMLCanvasElement): void {
    const { signal } = this.#ended;
    for (const hand of ['pointerdown', 'pointermove', 'pointerup', 'wheel']) {
      canvas.addEventListener(hand, () => this.#pulse.beatFor(MOVE_MS), { signal, passive: true });
    }
    let downX = 0;
    let downY = 0;
    canvas.addEventListener(
      'pointerdown',
      (event) => {
        downX = event.offsetX;
        downY = event.offsetY;
      },
      { signal },
    );
    canvas.addEventListener(
      'pointerup',
      ({ offsetX: x, offsetY: y, button }) => {
        const moved = Math.hypot(x - downX, y - downY) > CLICK_PX;
        if (button === 0 && !moved) this.#listener.onPick(this.#keyAt(x, y));
      },
      { signal },
    );
    canvas.addEventListener(
      'pointermove',
      ({ offsetX: x, offsetY: y, buttons }) => {
        if (buttons !== 0) return;
        canvas.style.cursor = this.#keyAt(x, y) === null ? 'grab' : 'pointer';
      },
      { signal },
    );
  }

  #keyAt(x: number, y: number): string | null {
    const mark = markAt(this.#spots, x, y);
    if (mark !== null) return mark;
    const ground = this.#scene.camera.pickEllipsoid(new Cartesian2(x, y));
    return ground === undefined ? null : regionAt(this.#layers.regions, geodetic(ground));
  }

  /**
   * Without a graphics card the first ground is loaded in a picture of a quarter of the pixels; once
   * it stands it is drawn whole and its edges smoothed. Once only: to change the size of what is
   * drawn costs a processor more than it saves.
   */
  #refine(): void {
    this.#whole = true;
    this.#scene.postProcessStages.fxaa.enabled = true;
    this.#widget.resolutionScale = this.#fullScale;
    this.#draw();
  }

  #declareReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    window.clearTimeout(this.#readyTimer);
    this.#listener.onReady();
  }
}

interface PlacedLabel {
  readonly label: Label;
  readonly position: Cartesian3;
  readonly edge: readonly Cartesian3[];
}

const SCRATCH = new Cartesian2();

/** Labels stay off threats; quiet marks are too many to be stayed off. */
function keepsClear({ mark }: DrawnMark): boolean {
  return mark.weight === 'threat' || mark.selected;
}
