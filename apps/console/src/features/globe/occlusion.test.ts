// SPDX-License-Identifier: Apache-2.0
import { ecefFromGeodetic, geodeticFromDegrees } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { type Place, visibleFrom } from './occlusion.ts';

function place(latDeg: number, lonDeg: number, heightM: number): Place {
  const [x, y, z] = ecefFromGeodetic(geodeticFromDegrees(latDeg, lonDeg, heightM));
  return { x, y, z };
}

describe('what the Earth hides', () => {
  const visible = visibleFrom(place(10, 20, 6_378_137));

  test('The ground below the camera is seen, its antipode is not', () => {
    expect(visible(place(10, 20, 0))).toBe(true);
    expect(visible(place(-10, -160, 0))).toBe(false);
  });

  test('From one radius up the horizon lies 60 degrees away', () => {
    expect(visible(place(10 + 58.5, 20, 0))).toBe(true);
    expect(visible(place(10 + 62, 20, 0))).toBe(false);
  });

  test('What stands high enough beyond the horizon shows above the limb', () => {
    expect(visible(place(10 + 80, 20, 0))).toBe(false);
    expect(visible(place(10 + 80, 20, 1_500_000))).toBe(true);
  });
});
