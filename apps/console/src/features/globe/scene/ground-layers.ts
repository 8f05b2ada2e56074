// SPDX-License-Identifier: Apache-2.0
// What lies on the ground: regions where something rose or may come down, and what own sensors
// reach. Coverages come first, so that a region is never dimmed by them.

import { type Billboard, BillboardCollection, BlendOption, type Scene } from '@cesium/engine';
import type { Coverage, Region } from '../../../model/layers.ts';
import { GLYPH_HALF_PX, siteGlyph } from '../glyphs.ts';
import { coverageStyle, regionStyle } from '../style.ts';
import { Areas, closedLine } from './areas.ts';
import { cartesian } from './convert.ts';
import { glyphCanvas } from './glyph-canvas.ts';
import { Lines } from './lines.ts';

export class RegionsLayer {
  readonly #areas: Areas;
  readonly #outlines: Lines;

  constructor(scene: Scene) {
    this.#areas = new Areas(scene.primitives);
    this.#outlines = new Lines(scene.primitives);
  }

  sync(regions: readonly Region[]): void {
    const whole = regions.filter((region) => region.ring.length > 2);
    this.#areas.sync(
      whole.map((region) => {
        const { outline, fillAlpha } = regionStyle(region);
        return { key: region.key, ring: region.ring, colour: outline.colour, alpha: fillAlpha };
      }),
    );
    this.#outlines.sync(
      whole.map((region) => ({
        key: region.key,
        shape: region.ring,
        style: regionStyle(region).outline,
        positions: () => closedLine(region.ring),
      })),
    );
  }
}

export class CoveragesLayer {
  readonly #areas: Areas;
  readonly #outlines: Lines;
  readonly #sites: BillboardCollection;
  readonly #drawn = new Map<
    string,
    { readonly coverage: Coverage; readonly billboard: Billboard }
  >();
  readonly #density: number;

  constructor(scene: Scene, density: number) {
    this.#density = density;
    this.#areas = new Areas(scene.primitives);
    this.#outlines = new Lines(scene.primitives);
    this.#sites = new BillboardCollection({ scene, blendOption: BlendOption.TRANSLUCENT });
    scene.primitives.add(this.#sites);
  }

  sync(coverages: readonly Coverage[]): void {
    const whole = coverages.filter((coverage) => coverage.ring.length > 2);
    this.#areas.sync(
      whole.flatMap((coverage) => {
        const { outline, fillAlpha } = coverageStyle(coverage.kind);
        if (fillAlpha === 0) return [];
        return [
          { key: coverage.key, ring: coverage.ring, colour: outline.colour, alpha: fillAlpha },
        ];
      }),
    );
    this.#outlines.sync(
      whole.map((coverage) => ({
        key: coverage.key,
        shape: coverage.ring,
        style: coverageStyle(coverage.kind).outline,
        positions: () => closedLine(coverage.ring),
      })),
    );
    this.#syncSites(coverages);
  }

  #syncSites(coverages: readonly Coverage[]): void {
    const wanted = new Map(coverages.map((coverage) => [coverage.key, coverage]));
    for (const [key, { coverage, billboard }] of this.#drawn) {
      const now = wanted.get(key);
      if (now?.site === coverage.site && now.kind === coverage.kind) continue;
      this.#sites.remove(billboard);
      this.#drawn.delete(key);
    }
    for (const coverage of coverages) {
      if (this.#drawn.has(coverage.key)) continue;
      const billboard = this.#sites.add({
        position: cartesian(coverage.site, 0),
        width: 2 * GLYPH_HALF_PX,
        height: 2 * GLYPH_HALF_PX,
      });
      billboard.setImage(`site ${coverage.kind}`, () =>
        glyphCanvas(siteGlyph(coverage.kind), this.#density),
      );
      this.#drawn.set(coverage.key, { coverage, billboard });
    }
  }
}
