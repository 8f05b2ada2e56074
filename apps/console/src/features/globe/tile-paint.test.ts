// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { type WorldTopology, worldFromTopology } from '../../model/world.ts';
import { outlinesOf, shapeOf } from './tile-paint.ts';

describe('outlines', () => {
  test('A ring across the antimeridian becomes one shape without a jump', () => {
    const { points, box } = shapeOf([
      [179, -16],
      [-179, -16],
      [-179, -17],
      [179, -17],
      [179, -16],
    ]);
    expect([...points]).toEqual([179, -16, 181, -16, 181, -17, 179, -17, 179, -16]);
    expect(box).toEqual([179, -17, 181, -16]);
  });

  test('A ring round the pole is closed along the pole', () => {
    const ring = Array.from({ length: 37 }, (_, i) => [wrapped(i * 10), -70]);
    const { box } = shapeOf(ring);
    expect(box[1]).toBe(-90);
    expect(box[2] - box[0]).toBe(360);
  });

  test('Of the real world no outline jumps across the map', () => {
    const file = createRequire(import.meta.url).resolve('world-atlas/countries-110m.json');
    const world = worldFromTopology(JSON.parse(readFileSync(file, 'utf8')) as WorldTopology);
    const { land, borders } = outlinesOf(world);
    expect(land.length).toBeGreaterThan(100);
    expect(borders.length).toBeGreaterThan(100);
    for (const { points } of [...land, ...borders]) {
      expect(longestStep(points)).toBeLessThan(180);
    }
  });
});

function wrapped(lon: number): number {
  return lon > 180 ? lon - 360 : lon;
}

/** The longest step in longitude, those along a pole left out. */
function longestStep(points: Float32Array): number {
  let longest = 0;
  for (let i = 2; i < points.length; i += 2) {
    const atPole = Math.abs(points[i + 1] ?? 0) > 89.9;
    const step = Math.abs((points[i] ?? 0) - (points[i - 2] ?? 0));
    if (!atPole) longest = Math.max(longest, step);
  }
  return longest;
}
