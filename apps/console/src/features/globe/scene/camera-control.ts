// SPDX-License-Identifier: Apache-2.0
// The camera: flies where the console points it, obeys arrow keys, and tells where it came to rest.

import {
  type Camera,
  Cartesian2,
  Cartesian3,
  EasingFunction,
  Matrix3,
  Matrix4,
  type PerspectiveFrustum,
  type Scene,
  Transforms,
} from '@cesium/engine';
import type { View } from '../../../model/layers.ts';
import {
  clampRange,
  halfShortAngleRad,
  MAX_RANGE_M,
  MIN_RANGE_M,
  rangeForSpan,
  spanForRange,
  tiltForSpan,
} from '../camera-maths.ts';
import { cartesian, geodetic } from './convert.ts';

const FLIGHT_S = 0.8;
/** Of its height: nearer than this to where it was told to be, the camera has not been moved. */
const STILL_SHARE = 0.01;
/** How far below the horizon it looks at something tall, to see it stand. */
const TALL_TILT_RAD = 0.45;
/** Share of the camera's height that one press of plus or minus covers. */
const ZOOM_SHARE = 0.3;

export class CameraControl {
  readonly #scene: Scene;
  readonly #camera: Camera;
  #view: View | null = null;
  /** Where the last look put it. */
  #told: Cartesian3 | null = null;

  constructor(scene: Scene, onRest: (view: View) => void) {
    this.#scene = scene;
    this.#camera = scene.camera;
    const controller = scene.screenSpaceCameraController;
    controller.minimumZoomDistance = MIN_RANGE_M;
    controller.maximumZoomDistance = MAX_RANGE_M;
    controller.enableLook = false;
    this.#camera.percentageChanged = 0.05;
    this.#camera.moveEnd.addEventListener(() => {
      const view = this.#isWhereTold() ? null : this.#resting();
      if (view !== null) onRest(view);
    });
  }

  /** Looks at `view`; the first look and that of an officer who asked for less motion is a jump. */
  look(view: View): void {
    const first = this.#view === null;
    this.#view = view;
    const { destination, orientation } = this.#pose(view);
    this.#told = destination;
    this.#camera.cancelFlight();
    if (first || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#camera.setView({ destination, orientation });
    } else {
      this.#camera.flyTo({
        destination,
        orientation,
        duration: FLIGHT_S,
        easingFunction: EasingFunction.CUBIC_IN_OUT,
      });
    }
    this.#scene.requestRender();
  }

  /** True where the key was one of the map's. */
  key(name: string): boolean {
    const camera = this.#camera;
    const heightM = camera.positionCartographic.height;
    const angleRad = Math.min(0.2, Math.max(0.004, heightM / 6_371_000 / 8));
    const zoomM = heightM * ZOOM_SHARE;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => camera.rotateLeft(angleRad),
      ArrowRight: () => camera.rotateRight(angleRad),
      ArrowUp: () => camera.rotateDown(angleRad),
      ArrowDown: () => camera.rotateUp(angleRad),
      '+': () => camera.zoomIn(heightM - zoomM > MIN_RANGE_M ? zoomM : 0),
      '=': () => camera.zoomIn(heightM - zoomM > MIN_RANGE_M ? zoomM : 0),
      '-': () => camera.zoomOut(Math.min(zoomM * 1.4, Math.max(0, MAX_RANGE_M - heightM))),
      '0': () => {
        if (this.#view !== null) this.look(this.#view);
      },
    };
    const move = moves[name];
    if (move === undefined) return false;
    move();
    this.#scene.requestRender();
    return true;
  }

  /** South of what it looks at and above it, leaning as the span asks. */
  #pose(view: View) {
    const target = cartesian(view.centre);
    const rangeM = rangeForSpan(view.spanM, this.#halfAngleRad());
    const tiltRad = view.centre.heightM > 0 ? TALL_TILT_RAD : tiltForSpan(view.spanM);
    const axes = Matrix4.getMatrix3(Transforms.eastNorthUpToFixedFrame(target), new Matrix3());
    const turn = (north: number, up: number): Cartesian3 =>
      Matrix3.multiplyByVector(axes, new Cartesian3(0, north, up), new Cartesian3());
    const direction = turn(Math.cos(tiltRad), -Math.sin(tiltRad));
    const up = turn(Math.sin(tiltRad), Math.cos(tiltRad));
    const back = Cartesian3.multiplyByScalar(direction, -rangeM, new Cartesian3());
    return {
      destination: Cartesian3.add(target, back, new Cartesian3()),
      orientation: { direction, up },
    };
  }

  /** True where nobody has moved it since it was told where to look. */
  #isWhereTold(): boolean {
    if (this.#told === null) return false;
    const heightM = this.#camera.positionCartographic.height;
    return Cartesian3.distance(this.#camera.positionWC, this.#told) < STILL_SHARE * heightM;
  }

  /** Where the middle of the picture lies, or below the camera where that is beyond the limb. */
  #resting(): View | null {
    const { clientWidth, clientHeight } = this.#scene.canvas;
    const middle = new Cartesian2(clientWidth / 2, clientHeight / 2);
    const ground = this.#camera.pickEllipsoid(middle);
    const rangeM =
      ground === undefined
        ? this.#camera.positionCartographic.height
        : Cartesian3.distance(this.#camera.positionWC, ground);
    const point = geodetic(ground ?? this.#camera.positionWC);
    return {
      centre: { ...point, heightM: 0 },
      spanM: spanForRange(clampRange(rangeM), this.#halfAngleRad()),
    };
  }

  #halfAngleRad(): number {
    const { clientWidth, clientHeight } = this.#scene.canvas;
    const fov = (this.#camera.frustum as PerspectiveFrustum).fov ?? Math.PI / 3;
    return halfShortAngleRad(fov, clientWidth, clientHeight);
  }
}
