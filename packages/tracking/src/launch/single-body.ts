// SPDX-License-Identifier: Apache-2.0
// A track as it would be, were its returns known to be of one body alone. The track itself cannot know: two
// bodies that part at a few metres a second are one return for minutes, so that it allows for their centre to
// lie beside the body, and for returns that scatter. Both hide a force, and are not asked for by one.

import type { Sensor } from '@isthmus/picture';
import { CONSTANT_ERRORS, constantErrorVariances } from '../sensors/radar.ts';
import type { RadarFilter } from './radar-filter.ts';

/**
 * `filter` on the condition that no range of it holds another body: what is allowed for that, a constant
 * error of no mean, is given, which leaves the state where it is and takes from the covariance what came of it.
 * To be updated as `single`. The result shares nothing with `filter`.
 */
export function singleFilter(filter: RadarFilter, sensors: readonly Sensor[]): RadarFilter {
  const covariance = [...filter.covariance];
  const cross = filter.cross.map(({ sensor: id, values }) => {
    const sensor = sensors.find((entry) => entry.id === id);
    const kept = [...values];
    if (sensor?.kind !== 'radar') return { sensor: id, values: kept };
    const all = constantErrorVariances(sensor)[0] as number;
    const own = constantErrorVariances(sensor, 'single')[0] as number;
    if (all === 0) return { sensor: id, values: kept };
    for (let i = 0; i < 6; i += 1) {
      for (let j = 0; j < 6; j += 1) {
        const both =
          (values[i * CONSTANT_ERRORS] as number) * (values[j * CONSTANT_ERRORS] as number);
        covariance[i * 6 + j] = (covariance[i * 6 + j] as number) - (both * (all - own)) / all ** 2;
      }
      kept[i * CONSTANT_ERRORS] = ((values[i * CONSTANT_ERRORS] as number) * own) / all;
    }
    return { sensor: id, values: kept };
  });
  return { ...filter, state: [...filter.state], covariance, cross, spread: 1 };
}
