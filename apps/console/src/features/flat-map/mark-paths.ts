// SPDX-License-Identifier: Apache-2.0
// Marks gathered by look: one path a look, whose every corner carries the look's glyph as a marker.
// Two thousand marks are then a dozen elements, and a second's change is a dozen attributes.

import type { GeoProjection } from 'd3-geo';
import type { Mark } from '../../model/layers.ts';
import { type GlyphLayer, lookKey, markGlyph } from '../globe/glyphs.ts';
import type { Spot } from '../globe/hit.ts';
import { PICTURE_ORDER } from '../globe/style.ts';
import { pixelsOf, type Size } from './projection.ts';

export interface LookPath {
  readonly look: string;
  readonly glyph: readonly GlyphLayer[];
  readonly d: string;
}

/** Where the marks stand; those outside the picture are left out. */
export function spotsOf(marks: readonly Mark[], projection: GeoProjection, size: Size): Spot[] {
  const spots: Spot[] = [];
  for (const mark of marks) {
    const place = pixelsOf(projection, mark.point);
    if (place === null) continue;
    const [x, y] = place;
    if (x > -30 && y > -30 && x < size.width + 30 && y < size.height + 30) {
      spots.push({ mark, x, y });
    }
  }
  return spots;
}

/** One path a look, quiet marks first and both sides' together last. */
export function lookPaths(spots: readonly Spot[]): readonly LookPath[] {
  const looks = new Map<string, { readonly mark: Mark; d: string }>();
  for (const { mark, x, y } of spots) {
    const look = lookKey(mark);
    const known = looks.get(look);
    const corner = `M${x.toFixed(1)} ${y.toFixed(1)}`;
    if (known === undefined) looks.set(look, { mark, d: corner });
    else known.d += corner;
  }
  return [...looks]
    .sort(([, a], [, b]) => rank(a.mark) - rank(b.mark))
    .map(([look, { mark, d }]) => ({ look, glyph: markGlyph(mark), d }));
}

function rank(mark: Mark): number {
  const weight = mark.weight === 'threat' ? 10 : 0;
  return weight + PICTURE_ORDER[mark.picture] + (mark.selected ? 0.5 : 0);
}
