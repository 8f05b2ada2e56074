// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { PALETTE } from '../../model/palette.ts';
import { coverageStyle, dropStyle, mix, regionStyle, trackStyle, withAlpha } from './style.ts';

describe('colours', () => {
  test('A mix of nothing of the second is the first, and of all of it the second', () => {
    expect(mix('#102030', '#f0e0d0', 0)).toBe('#102030');
    expect(mix('#102030', '#f0e0d0', 1)).toBe('#f0e0d0');
    expect(mix('#000000', '#0a0a0a', 0.5)).toBe('#050505');
  });

  test('An opacity is written as a style sheet takes it', () => {
    expect(withAlpha('#0a0b0c', 0.5)).toBe('rgb(10 11 12 / 0.5)');
  });
});

describe('paths', () => {
  test('Where something was is solid, where it is expected to go is dashed', () => {
    const shared = { picture: 'own', selected: false } as const;
    expect(trackStyle({ ...shared, kind: 'trail' }).dashPx).toBeNull();
    expect(trackStyle({ ...shared, kind: 'ahead' }).dashPx).toBeGreaterThan(0);
  });

  test('Each picture has its own colour, and the selected path is thicker', () => {
    for (const picture of ['own', 'partner', 'system'] as const) {
      const plain = trackStyle({ picture, kind: 'trail', selected: false });
      const selected = trackStyle({ picture, kind: 'trail', selected: true });
      expect(plain.colour).toBe(PALETTE[picture]);
      expect(selected.widthPx).toBeGreaterThan(plain.widthPx);
      expect(dropStyle(picture, true).alpha).toBeGreaterThan(dropStyle(picture, false).alpha);
    }
  });
});

describe('areas', () => {
  test('What is reached on a condition only is dashed, and fainter than an impact region', () => {
    const shared = { picture: 'own', selected: false } as const;
    const conditional = regionStyle({ kind: 'reachable', ...shared });
    expect(conditional.outline.dashPx).toBeGreaterThan(0);
    const impact = regionStyle({ kind: 'impact', ...shared });
    expect(conditional.fillAlpha).toBeLessThan(impact.fillAlpha / 2);
  });

  test('What only the partner states is one dashed outline in its colour, whatever its kind', () => {
    for (const kind of ['launch', 'impact'] as const) {
      const { outline } = regionStyle({ kind, picture: 'partner', selected: false });
      expect(outline.colour).toBe(PALETTE.partner);
      expect(outline.dashPx).toBeGreaterThan(0);
    }
  });

  test('Where something may come down never looks like where something rose', () => {
    const impact = regionStyle({ kind: 'impact', picture: 'system', selected: false });
    const launch = regionStyle({ kind: 'launch', picture: 'system', selected: false });
    expect(impact.outline.colour).toBe(PALETTE.impact);
    expect(launch.outline.colour).toBe(PALETTE.launch);
    expect(impact.outline.dashPx).toBeNull();
  });

  test('A coverage is always fainter than a region, and an infrared one is not filled', () => {
    const region = regionStyle({ kind: 'launch', picture: 'own', selected: false });
    expect(coverageStyle('infrared').fillAlpha).toBe(0);
    expect(coverageStyle('radar').fillAlpha).toBeLessThan(region.fillAlpha);
    expect(coverageStyle('radar').outline.widthPx).toBeLessThan(region.outline.widthPx);
  });
});
