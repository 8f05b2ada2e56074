// SPDX-License-Identifier: Apache-2.0
// Where objects were and where they are expected, at their true height.

import type { PrimitiveCollection } from '@cesium/engine';
import type { Track } from '../../../model/layers.ts';
import { trackStyle } from '../style.ts';
import { cartesian } from './convert.ts';
import { Lines } from './lines.ts';

export class TracksLayer {
  readonly #lines: Lines;

  constructor(primitives: PrimitiveCollection) {
    this.#lines = new Lines(primitives);
  }

  sync(tracks: readonly Track[]): void {
    this.#lines.sync(
      tracks
        .filter((track) => track.points.length > 1)
        .map((track) => ({
          key: `${track.kind} ${track.key}`,
          shape: track.points,
          style: trackStyle(track),
          positions: () => track.points.map((point) => cartesian(point)),
        })),
    );
  }
}
