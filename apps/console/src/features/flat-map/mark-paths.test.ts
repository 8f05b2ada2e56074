// SPDX-License-Identifier: Apache-2.0
import { geodeticFromDegrees } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { Mark } from '../../model/layers.ts';
import { lookPaths, spotsOf } from './mark-paths.ts';
import { projectionOf } from './projection.ts';

const SIZE = { width: 1200, height: 800 };

function mark(key: string, change: Partial<Mark>): Mark {
  return {
    key,
    picture: 'own',
    weight: 'quiet',
    phase: 'coast',
    point: geodeticFromDegrees(40, 30),
    label: null,
    stale: false,
    selected: false,
    ...change,
  };
}

describe('marks of the flat map', () => {
  test('Two thousand marks make one path a look', () => {
    const marks = Array.from({ length: 2_000 }, (_, i) =>
      mark(`m${i}`, { picture: i % 2 === 0 ? 'own' : 'partner' }),
    );
    const projection = projectionOf(
      { centre: geodeticFromDegrees(40, 30), spanM: 2_000_000 },
      SIZE,
    );
    const paths = lookPaths(spotsOf(marks, projection, SIZE));
    expect(paths).toHaveLength(2);
    expect(paths[0]?.d.match(/M/g)).toHaveLength(1_000);
  });

  test('Quiet marks lie below threats, and both sides together on top', () => {
    const spots = [
      mark('s', { picture: 'system', weight: 'threat' }),
      mark('q', { picture: 'system' }),
      mark('p', { picture: 'partner', weight: 'threat' }),
    ].map((one) => ({ mark: one, x: 0, y: 0 }));
    expect(lookPaths(spots).map(({ look }) => look)).toEqual([
      'system-quiet',
      'partner-threat',
      'system-threat',
    ]);
  });

  test('What lies outside the picture is not drawn', () => {
    const projection = projectionOf(
      { centre: geodeticFromDegrees(40, 30), spanM: 2_000_000 },
      SIZE,
    );
    expect(
      spotsOf([mark('far', { point: geodeticFromDegrees(-40, -150) })], projection, SIZE),
    ).toEqual([]);
  });
});
