// SPDX-License-Identifier: Apache-2.0
import { type Geodetic, geodesicDestination, geodeticFromDegrees } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { Mark, Region } from '../../model/layers.ts';
import { markAt, REACH_PX, regionAt } from './hit.ts';

function mark(key: string, change: Partial<Mark> = {}): Mark {
  return {
    key,
    picture: 'own',
    weight: 'threat',
    phase: 'boost',
    point: geodeticFromDegrees(0, 0),
    label: null,
    stale: false,
    selected: false,
    ...change,
  };
}

function region(key: string, centre: Geodetic, radiusM: number): Region {
  const ring = [0, 1, 2, 3, 4, 5].map((i) => geodesicDestination(centre, i, radiusM));
  return { key, kind: 'impact', picture: 'own', ring, centre, label: '', selected: false };
}

describe('pointing', () => {
  test('The nearest mark within reach is meant, and none beyond it', () => {
    const spots = [
      { mark: mark('a'), x: 0, y: 0 },
      { mark: mark('b'), x: 20, y: 0 },
    ];
    expect(markAt(spots, 12, 0)).toBe('b');
    expect(markAt(spots, 3, 3)).toBe('a');
    expect(markAt(spots, 20 + REACH_PX + 1, 0)).toBeNull();
  });

  test('A threat is meant before a quiet mark that lies a little nearer', () => {
    const spots = [
      { mark: mark('quiet', { weight: 'quiet' }), x: 0, y: 0 },
      { mark: mark('threat'), x: 6, y: 0 },
    ];
    expect(markAt(spots, 0, 0)).toBe('threat');
  });

  test('Of the marks of one object that of both sides together is meant', () => {
    const spots = (['own', 'partner', 'system'] as const).map((picture) => ({
      mark: mark(picture, { picture }),
      x: 0,
      y: 0,
    }));
    expect(markAt(spots, 1, 1)).toBe('system');
  });

  test('Of regions that lie in one another the smallest is meant', () => {
    const centre = geodeticFromDegrees(44, 33);
    const regions = [region('wide', centre, 200_000), region('narrow', centre, 50_000)];
    expect(regionAt(regions, centre)).toBe('narrow');
    expect(regionAt(regions, geodesicDestination(centre, 0, 120_000))).toBe('wide');
    expect(regionAt(regions, geodeticFromDegrees(30, 33))).toBeNull();
  });
});
