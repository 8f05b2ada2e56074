// SPDX-License-Identifier: Apache-2.0
// The bound of a launch from infrared: laws that any bound keeps, and one case worked out by hand.

import { readFileSync } from 'node:fs';
import { addSeconds } from '@isthmus/earth';
import type { InfraredPlot, InfraredSensor } from '@isthmus/picture';
import { buildTruth, parseScenario, sideSensors } from '@isthmus/sim/scenario';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { climbOf, launchBounds } from '../../bench/warning/launch-bound.ts';

const file = new URL('../../scenarios/black-sea.yaml', import.meta.url);
const scenario = parseScenario(parse(readFileSync(file, 'utf8')));
const [launch] = scenario.launches;
if (launch?.kind !== 'guided') throw new TypeError('a guided launch');
const climb = climbOf(launch, buildTruth(scenario, 1));
const eye = sideSensors(scenario, 'west').find(({ kind }) => kind === 'infrared') as InfraredSensor;

/** Only the times of looks matter to a bound. */
function looksAt(...seconds: readonly number[]): InfraredPlot[] {
  return seconds.map((s, id) => {
    const time = addSeconds(climb.truth.liftoff, s);
    return { kind: 'infrared', id, sensor: eye.id, time, arrival: time, eastRad: 0, northRad: 0 };
  });
}

const few = looksAt(55, 60, 65, 70);

test('what is unknown of the climb makes the bound larger, more looks and no bias make it smaller', () => {
  const { climbKnownKm, climbUnknownKm } = launchBounds(climb, eye, few);
  const more = launchBounds(climb, eye, looksAt(55, 60, 65, 70, 75, 80));
  const unbiased = launchBounds(climb, { ...eye, biasRad: 0 }, few);
  for (const axis of [0, 1] as const) {
    expect(climbUnknownKm[axis]).toBeGreaterThan(climbKnownKm[axis]);
    expect(more.climbKnownKm[axis]).toBeLessThan(climbKnownKm[axis]);
    expect(more.climbUnknownKm[axis]).toBeLessThan(climbUnknownKm[axis]);
    expect(unbiased.climbKnownKm[axis]).toBeLessThan(climbKnownKm[axis]);
  }
});

test('with next to no noise what is left of the bound is the boresight error on the ground', () => {
  // 37,900 km away, 20 microradians on each angle are 0.76 km across the line of sight, whatever is seen.
  const exact = { ...eye, noiseRad: 1e-6 };
  const [, across] = launchBounds(climb, exact, few).climbKnownKm;
  expect(across / Math.sqrt(-2 * Math.log(0.1))).toBeGreaterThan(0.7);
  expect(across / Math.sqrt(-2 * Math.log(0.1))).toBeLessThan(0.8);
});
