// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ecefFromGeodetic, ecefFromLookAngles, geodeticFromEcef, lookAngles } from './geodesy.ts';
import { norm, subtract } from './vector.ts';

const point = fc.record({
  latitudeRad: fc.double({ min: -1.57, max: 1.57, noNaN: true }),
  longitudeRad: fc.double({ min: -3.14, max: 3.14, noNaN: true }),
  heightM: fc.double({ min: -1000, max: 4e7, noNaN: true }),
});

test('a geodetic point survives the way to the Earth-fixed frame and back to a micrometre', () => {
  fc.assert(
    fc.property(point, (there) => {
      const position = ecefFromGeodetic(there);
      const again = ecefFromGeodetic(geodeticFromEcef(position));
      expect(norm(subtract(position, again))).toBeLessThan(2e-6);
    }),
  );
});

test('look angles and the position they point to are inverse', () => {
  fc.assert(
    fc.property(point, point, (site, target) => {
      const position = ecefFromGeodetic(target);
      fc.pre(norm(subtract(position, ecefFromGeodetic(site))) > 1000);
      const again = ecefFromLookAngles(site, lookAngles(site, position));
      expect(norm(subtract(position, again))).toBeLessThan(1e-3 + 1e-8 * norm(position));
    }),
  );
});
