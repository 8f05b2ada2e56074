// SPDX-License-Identifier: Apache-2.0
// The day without a launch: what is in orbit, and what comes down from it, told apart by either side.

import { addSeconds } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { nearestTo, play, scenarioOf } from './play.ts';

// Seed 3: a satellite that both radars of East had followed for 400 s was found to burn, and was a
// launch, confirmed. A naive tracker asks each look anew whether the body has left its path, and in so
// many looks one says yes.
test.each([
  ['west', 1],
  ['east', 3],
] as const)(
  '%s warns of nothing and tells what decays from what stays up; seed %d',
  (side, seed) => {
    const scenario = scenarioOf('quiet-day');
    const decaying = new Map<string, number>();
    const staying = new Map<string, number>();
    const warned = new Set<string>();
    play({ scenario, side, seed, untilS: 1300 }, ({ s, now, picture, warnings }, truth) => {
      for (const { id } of warnings) warned.add(id);
      for (const { orbiting, objects, id } of picture.events) {
        const estimate = objects[0]?.estimate;
        if (orbiting === undefined || estimate === undefined || estimate === null) continue;
        // Of what nobody has seen for a while, and of what is down, nothing is known to compare with.
        if (objects[0]?.lastSeen === undefined || now - objects[0].lastSeen > 5e6) continue;
        const { id: body } = nearestTo(truth, addSeconds(truth.start, s), estimate.state);
        const found = truth.objects.find((one) => one.id === body)?.kind;
        const told = `${body} ${id} ${orbiting.decays}`;
        if (found === 'decay') decaying.set(told, s);
        if (found === 'satellite') staying.set(told, s);
      }
    });
    expect([...warned]).toEqual([]);
    expect([...staying.keys()].filter((told) => told.endsWith('true'))).toEqual([]);
    expect(staying.size).toBeGreaterThanOrEqual(3);
    // Each of them, once found to come down, stays found.
    const bodies = new Map<string, string>();
    for (const told of decaying.keys()) {
      const [body = '', event = '', says = ''] = told.split(' ');
      bodies.set(`${body} ${event}`, says);
    }
    expect(bodies.size).toBeGreaterThanOrEqual(2);
    expect([...bodies.values()].every((says) => says === 'true')).toBe(true);
  },
);
