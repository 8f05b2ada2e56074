// SPDX-License-Identifier: Apache-2.0
import { geodeticFromDegrees } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { View } from '../../model/layers.ts';
import { panned, pixelsOf, placeAt, projectionOf, showsWorld, zoomed } from './projection.ts';
import { afterKey } from './use-gestures.ts';

const SIZE = { width: 1200, height: 800 };
const NEAR: View = { centre: geodeticFromDegrees(40, 178), spanM: 3_000_000 };
const WORLD: View = { centre: geodeticFromDegrees(10, 20), spanM: 20_000_000 };

describe('the flat map', () => {
  test('Its centre stands in the middle, across the antimeridian too', () => {
    const [x, y] = pixelsOf(projectionOf(NEAR, SIZE), NEAR.centre) ?? [0, 0];
    expect(x).toBeCloseTo(600);
    expect(y).toBeCloseTo(400);
  });

  test('The span fills the shorter side', () => {
    const projection = projectionOf(NEAR, SIZE);
    const half = 1_500_000 / 6_371_000;
    const top = { ...NEAR.centre, latitudeRad: NEAR.centre.latitudeRad + half };
    expect(pixelsOf(projection, top)?.[1]).toBeCloseTo(0, 0);
  });

  test('A pixel leads back to the place it shows', () => {
    const projection = projectionOf(NEAR, SIZE);
    const place = geodeticFromDegrees(35, -175);
    const [x, y] = pixelsOf(projection, place) ?? [0, 0];
    const back = placeAt(projection, x, y);
    expect(back?.latitudeRad).toBeCloseTo(place.latitudeRad, 6);
    expect(back?.longitudeRad).toBeCloseTo(place.longitudeRad, 6);
  });

  test('From a hemisphere on the whole Earth is shown', () => {
    expect(showsWorld(NEAR)).toBe(false);
    expect(showsWorld(WORLD)).toBe(true);
    const projection = projectionOf(WORLD, SIZE);
    for (const lat of [-89, 0, 89]) {
      const [x, y] = pixelsOf(projection, geodeticFromDegrees(lat, -150)) ?? [-1, -1];
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(SIZE.width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(SIZE.height);
    }
  });

  test('Drawn to the right, the picture shows what lies farther west', () => {
    for (const view of [NEAR, WORLD]) {
      const moved = panned(view, SIZE, 100, 0);
      const [x] = pixelsOf(projectionOf(moved, SIZE), view.centre) ?? [0];
      expect(x).toBeGreaterThan(650);
    }
  });

  test('Zoom ends at its limits, and no pan goes beyond a pole', () => {
    let view = NEAR;
    for (let i = 0; i < 40; i += 1) view = zoomed(view, 2);
    expect(view.spanM).toBe(20_000_000);
    view = NEAR;
    for (let i = 0; i < 40; i += 1) view = panned(view, SIZE, 0, 300);
    expect(Math.abs(view.centre.latitudeRad)).toBeLessThan(Math.PI / 2);
  });

  test('Keys move and zoom; a key that is none of the map changes nothing', () => {
    expect(afterKey('+', NEAR, SIZE)?.spanM).toBeLessThan(NEAR.spanM);
    expect(afterKey('-', NEAR, SIZE)?.spanM).toBeGreaterThan(NEAR.spanM);
    const north = afterKey('ArrowUp', NEAR, SIZE);
    expect(north?.centre.latitudeRad).toBeGreaterThan(NEAR.centre.latitudeRad);
    expect(afterKey('a', NEAR, SIZE)).toBeNull();
  });
});
