// SPDX-License-Identifier: Apache-2.0
import { createRandom, ecefFromGeodetic, geodeticFromDegrees } from '@isthmus/earth';
import type { InfraredSensor } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { infraredModel } from '../sensors/infrared-model.ts';
import { sightAngles, sightLine } from './sight.ts';

test('the angles are those about the line to the centre, off the equator too, and lead back', () => {
  const random = createRandom('sight');
  for (let k = 0; k < 50; k += 1) {
    const site = geodeticFromDegrees(60 * (random.uniform() - 0.5), 30, 20_000_000);
    const sensor: InfraredSensor = {
      kind: 'infrared',
      id: 'eye',
      site,
      revisitS: 5,
      noiseRad: 1e-5,
      biasRad: 0,
    };
    const place = ecefFromGeodetic(
      geodeticFromDegrees(60 * (random.uniform() - 0.5), 30 + 60 * (random.uniform() - 0.5), 9_000),
    );
    const model = infraredModel({ position: ecefFromGeodetic(site), noiseRad: 1e-5 });
    const wanted = model.predict(place).value;
    const [eastRad, northRad] = sightAngles(sensor, place);
    expect(eastRad).toBeCloseTo(wanted[0] as number, 13);
    expect(northRad).toBeCloseTo(wanted[1] as number, 13);
    const { from, along } = sightLine(sensor, { eastRad, northRad });
    const rangeM = Math.hypot(...place.map((v, i) => v - (from[i] as number)));
    place.forEach((v, i) => {
      expect((from[i] as number) + rangeM * (along[i] as number)).toBeCloseTo(v, 6);
    });
  }
});
