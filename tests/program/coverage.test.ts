// SPDX-License-Identifier: Apache-2.0
// The classes that coverage reports speak of, against the simulator's launches: what flies so far does
// at least what its class says of it.

import { join } from 'node:path';
import {
  addSeconds,
  type Ecef,
  geodesicDistanceM,
  geodeticFromEcef,
  type Vector3,
} from '@isthmus/earth';
import type { ObjectClass } from '@isthmus/picture';
import { buildTruth, type Truth, type TruthObject } from '@isthmus/sim/scenario';
import { OBJECT_CLASSES, type Stretch } from '@isthmus/warning';
import { expect, test } from 'vitest';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { loadScenario } from '../../apps/cli/src/scenario-file.ts';

/** By the range of each launch, or by what its energy would reach where it goes to orbit. */
const LAUNCHES: readonly (readonly [string, ObjectClass])[] = [
  ['black-sea', 'medium-range'],
  ['falcon', 'long-range'],
];

function payloadOf(truth: Truth, launch: Truth['launches'][number]): TruthObject {
  const payload = truth.objects.find(({ id }) => id === launch.payload);
  if (payload === undefined) throw new RangeError(`no ${launch.payload}`);
  return payload;
}

/** What of a stretch a launch does not keep, second by second. */
function misfits(
  stretch: Stretch,
  launch: Truth['launches'][number],
  payload: TruthObject,
  powered: boolean,
): string[] {
  const found: string[] = [];
  let unlit = 0;
  for (let s = stretch.fromS; s <= stretch.fromS + stretch.forS; s += 1) {
    const at = addSeconds(launch.liftoff, s);
    const state = payload.stateAt(at);
    if (state === null) return [`no state at ${s} s`];
    const [x = 0, y = 0, z = 0] = state;
    const position: Vector3<Ecef> = [x, y, z];
    const point = geodeticFromEcef(position);
    const awayM = geodesicDistanceM(launch.site, point);
    if (point.heightM < stretch.heightM || point.heightM > stretch.heightMaxM) {
      found.push(`${s} s: ${Math.round(point.heightM)} m high`);
    }
    if (awayM > stretch.withinM) found.push(`${s} s: ${Math.round(awayM)} m away`);
    const burns = payload.burns.some(({ from, to }) => at >= from && at < to);
    if (powered && !burns) unlit += 1;
  }
  if (unlit > (stretch.gapS ?? 0)) found.push(`no flame for ${unlit} s`);
  return found;
}

test.each(LAUNCHES)('the launches of %s do what the class %s says', async (scenario, name) => {
  const file = join(ROOT, 'scenarios', `${scenario}.yaml`);
  const truth = await loadScenario(file, (read) => buildTruth(read, 1));
  const { powered, flight, sizeM2 } = OBJECT_CLASSES[name];
  expect(truth.launches.length).toBeGreaterThan(0);
  for (const launch of truth.launches) {
    const payload = payloadOf(truth, launch);
    expect(payload.sizeAt(addSeconds(launch.liftoff, 300))).toBeGreaterThanOrEqual(sizeM2);
    for (const stretch of flight) expect(misfits(stretch, launch, payload, false)).toEqual([]);
    for (const stretch of powered) expect(misfits(stretch, launch, payload, true)).toEqual([]);
  }
});
