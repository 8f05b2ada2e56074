// SPDX-License-Identifier: Apache-2.0
import {
  type Ecef,
  ecefFromGeodetic,
  ecefFromLookAngles,
  geodeticFromDegrees,
  radiansFromDegrees,
  type Vector3,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import { sightOf } from './sight.ts';
import { INFRARED, radarOf } from './testing.ts';

const RADAR = radarOf({ latitudeDeg: 40.87, longitudeDeg: 47.81, from: 107, to: 217 });

/** A point by its look angles from the radar. */
function seenAt(azimuthDeg: number, elevationDeg: number, rangeKm: number): Vector3<Ecef> {
  return ecefFromLookAngles(RADAR.site, {
    azimuthRad: radiansFromDegrees(azimuthDeg),
    elevationRad: radiansFromDegrees(elevationDeg),
    rangeM: rangeKm * 1000,
  });
}

test.each([
  ['in view', 162, 30, 1000],
  ['below the horizon', 162, -8, 2200],
  ['below the least elevation', 162, 1, 2000],
  ['above the greatest elevation', 162, 85, 500],
  ['outside the sector', 90, 30, 1000],
  ['beyond the range', 162, 30, 6100],
] as const)('a radar has the reason "%s" at %d, %d degrees and %d km', (reason, az, el, km) => {
  expect(sightOf(RADAR, seenAt(az, el, km), true)).toBe(reason);
});

test('a sector that turns over north is inside on both sides of it', () => {
  const north = { ...RADAR, azimuthFromRad: radiansFromDegrees(300), azimuthToRad: 1 };
  expect(sightOf(north, seenAt(350, 30, 1000), false)).toBe('in view');
  expect(sightOf(north, seenAt(10, 30, 1000), false)).toBe('in view');
  expect(sightOf(north, seenAt(180, 30, 1000), false)).toBe('outside the sector');
  const allRound = { ...RADAR, azimuthFromRad: 0, azimuthToRad: 0 };
  expect(sightOf(allRound, seenAt(5, 30, 1000), false)).toBe('in view');
});

test('a thing hidden by the Earth is that first, whatever else keeps it from view', () => {
  const antipode = ecefFromGeodetic(geodeticFromDegrees(-40, -132, 300_000));
  expect(sightOf(RADAR, antipode, true)).toBe('below the horizon');
  expect(sightOf(INFRARED, antipode, true)).toBe('below the horizon');
});

test('an infrared sensor sees flames alone, and those on its side of the Earth', () => {
  const near = ecefFromGeodetic(geodeticFromDegrees(20, 62, 60_000));
  expect(sightOf(INFRARED, near, true)).toBe('in view');
  expect(sightOf(INFRARED, near, false)).toBe('no flame to see');
});

test('the limb of a thing at 707 km is where a circle says, to a fifth of a degree', () => {
  // Seen from the ground, a thing at height h sets at acos(R / (R + h)) of arc, and somewhat later
  // for a limb that is lowered by a kilometre: acos((R - 1) / R) = 1.0 degree more.
  const site = { ...RADAR, site: geodeticFromDegrees(0, 0), elevationMinRad: -1 };
  const setsDeg = ((Math.acos(6378 / (6378 + 707)) + Math.acos(6377 / 6378)) * 180) / Math.PI;
  const at = (longitudeDeg: number): Vector3<Ecef> =>
    ecefFromGeodetic(geodeticFromDegrees(0, longitudeDeg, 707_000));
  const allRound = { ...site, azimuthFromRad: 0, azimuthToRad: 0, rangeMaxM: 1e8 };
  expect(sightOf(allRound, at(setsDeg - 0.2), false)).toBe('in view');
  expect(sightOf(allRound, at(setsDeg + 0.2), false)).toBe('below the horizon');
});
