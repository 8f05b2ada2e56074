// SPDX-License-Identifier: Apache-2.0
// The last half minute: pieces of a launch that the air brakes, as far as radar sees them.

import { expect, test } from 'vitest';
import { play, scenarioOf } from './play.ts';

// A naive tracker takes what slows for what is steered: the lightest piece, 100 kg/m² at 48 km, was found
// to leave its path, and seconds before it came down the region of the launch was withdrawn.
// And what it has lost to the air it finds again as another launch: seed 23, for seven seconds.
test.each([11, 23])(
  'a piece that brakes takes no region back and is no other launch; seed %d',
  (seed) => {
    const scenario = scenarioOf('black-sea');
    const said: string[] = [];
    let warned = 0;
    play({ scenario, side: 'east', seed, untilS: 1095 }, ({ s, warnings }) => {
      const [warning] = warnings;
      warned = Math.max(warned, warnings.length);
      if (s >= 1060 && warning !== undefined) {
        said.push(`${warning.impact.statement}, ${warning.flight?.kind}`);
      }
    });
    expect(warned).toBe(1);
    expect(said).toHaveLength(36);
    expect([...new Set(said)]).toEqual(['region, ballistic missile']);
  },
);
