// SPDX-License-Identifier: Apache-2.0
// Releases of every kind, spoilt: the short form of `npm run long -- fuzz`.

import { expect, it } from 'vitest';
import { fuzz } from './fuzz/run.ts';
import { releaseTargets } from './fuzz/wire-targets.ts';

/** Asked of each target; those that cost more than microseconds take one in so many. */
const INPUTS = 100_000;

it.each(releaseTargets.map((make, i) => [i, make] as const))(
  'a spoilt Release is refused, or is the only encoding of its value (%i)',
  async (_i, make) => {
    const target = make();
    const counts = await fuzz(target, { seed: 1, inputs: INPUTS });
    expect(counts.inputs, target.name).toBe(Math.ceil(INPUTS / target.oneIn));
    expect(counts.accepted, target.name).toBeGreaterThan(0);
    expect(counts.refused, target.name).toBeGreaterThan(0);
  },
);
