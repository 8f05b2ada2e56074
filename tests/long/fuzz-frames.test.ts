// SPDX-License-Identifier: Apache-2.0
// What comes over the link in frames, spoilt: the short form of `npm run long -- fuzz`.

import { expect, it } from 'vitest';
import { fuzz } from './fuzz/run.ts';
import { frameTargets } from './fuzz/wire-targets.ts';

/** Asked of each target; those that cost more than microseconds take one in so many. */
const INPUTS = 100_000;

it.each(frameTargets.map((make, i) => [i, make] as const))(
  'a spoilt frame is refused as one, or is what its encoder writes (%i)',
  async (_i, make) => {
    const target = make();
    const counts = await fuzz(target, { seed: 1, inputs: INPUTS });
    expect(counts.inputs, target.name).toBe(Math.ceil(INPUTS / target.oneIn));
    expect(counts.accepted, target.name).toBeGreaterThan(0);
    expect(counts.refused, target.name).toBeGreaterThan(0);
  },
);
