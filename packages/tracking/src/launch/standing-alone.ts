// SPDX-License-Identifier: Apache-2.0
// Whether an own track is more than noise by itself. A partner's word may join own evidence, and a
// hostile partner may know where our noise is: so what it joins must be enough without it. Chance
// makes few looks that follow each other; what makes many (sun on water, fires, aurora, trails,
// aircraft) is slow.

import { secondsBetween, unpackSymmetric } from '@isthmus/earth';
import type { Look } from './boost-fit.ts';
import { LIMITS } from './limits.ts';
import { estimateOf } from './radar-filter.ts';
import type { InfraredRecord, RadarRecord, TrackingState } from './state.ts';

/** Whether radar has followed it for long enough, going faster than anything that flies. */
export function strides(record: RadarRecord): boolean {
  if (record.looks < LIMITS.youngLooks) return false;
  const { state, covariance } = estimateOf(record.filter);
  const velocity = [3, 4, 5].map((i) => state[i] as number);
  const speedMps = Math.hypot(...velocity);
  const full = unpackSymmetric(covariance);
  let variance = 0;
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      const along = (velocity[i] as number) * (velocity[j] as number);
      variance += ((full[(3 + i) * 6 + 3 + j] as number) * along) / speedMps ** 2;
    }
  }
  return speedMps - LIMITS.standsSigmas * Math.sqrt(variance) > LIMITS.standsMpsMin;
}

/**
 * Whether two radars saw a body of one launch: both the same one, or each one that is more than noise by
 * itself. Two short tracks near each other are no more than noise is, twice.
 */
export function radarsAgree(records: readonly RadarRecord[]): boolean {
  if (records.some(({ sensors }) => sensors.length > 1)) return true;
  return new Set(records.filter(strides).flatMap(({ sensors }) => sensors)).size > 1;
}

/**
 * Whether a flame has gone across the picture faster than anything that glints, between its newest
 * look and any before. What flies straight at the sensor never does, and waits for radar.
 */
export function flameStrides(state: TrackingState, record: InfraredRecord): boolean {
  const { looks } = record;
  const sensor = state.sensors.find(({ id }) => id === record.sensor);
  const last = looks.at(-1);
  if (last === undefined || sensor?.kind !== 'infrared') return false;
  if (looks.length < LIMITS.standsFlameLooks) return false;
  const noiseRad = LIMITS.standsSigmas * Math.SQRT2 * sensor.noiseRad;
  // Across at least this much of the picture: from above the ground is no nearer than the height.
  const paceRadps = LIMITS.standsMpsMin / sensor.site.heightM;
  const gone = (look: Look): number =>
    Math.hypot(last.eastRad - look.eastRad, last.northRad - look.northRad);
  return looks.some(
    (look) =>
      gone(look) > noiseRad + paceRadps * secondsBetween(look.time, last.time) && look !== last,
  );
}
