// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { GLYPH_HALF_PX, lookKey, lookRadiusPx, type MarkLook, markGlyph } from './glyphs.ts';

const LOOKS: readonly MarkLook[] = (['own', 'partner', 'system'] as const).flatMap((picture) =>
  (['threat', 'quiet'] as const).flatMap((weight) =>
    [false, true].flatMap((stale) =>
      [false, true].map((selected) => ({ picture, weight, stale, selected })),
    ),
  ),
);

describe('glyphs', () => {
  test('Every look has a key and a shape of its own', () => {
    expect(new Set(LOOKS.map(lookKey)).size).toBe(LOOKS.length);
    expect(new Set(LOOKS.map((look) => JSON.stringify(markGlyph(look)))).size).toBe(LOOKS.length);
  });

  test('Pictures differ in shape and not in colour alone', () => {
    const shapes = (['own', 'partner', 'system'] as const).map((picture) =>
      markGlyph({ picture, weight: 'threat', stale: false, selected: false })
        .map((layer) => layer.d)
        .join(),
    );
    expect(new Set(shapes).size).toBe(3);
  });

  test('The bracket of both sides leaves room for the other two inside it', () => {
    const radius = (picture: MarkLook['picture']): number =>
      lookRadiusPx({ picture, weight: 'threat', stale: false, selected: false });
    expect(radius('system')).toBeGreaterThan(radius('own') + 3);
    expect(radius('system')).toBeGreaterThan(radius('partner') + 3);
  });

  test('A stale threat is filled nowhere and dashed somewhere', () => {
    for (const look of LOOKS.filter(({ stale, weight }) => stale && weight === 'threat')) {
      const glyph = markGlyph(look);
      expect(glyph.every((layer) => layer.fill === null)).toBe(true);
      expect(glyph.some((layer) => layer.dash.length > 0)).toBe(true);
    }
  });

  test('Every glyph stays within its square', () => {
    for (const look of LOOKS) expect(lookRadiusPx(look) + 3).toBeLessThanOrEqual(GLYPH_HALF_PX);
  });
});
