// SPDX-License-Identifier: Apache-2.0
// Documents, files of a node, arguments and requests, spoilt: the short form of `npm run long -- fuzz`.

import { expect, it } from 'vitest';
import { consoleRequests } from './fuzz/console-target.ts';
import { documentTargets } from './fuzz/document-targets.ts';
import { fuzz } from './fuzz/run.ts';

/** Asked of each target; those that cost more than microseconds take one in so many. */
const INPUTS = 100_000;

it.each([...documentTargets, consoleRequests].map((make, i) => [i, make] as const))(
  'a spoilt document is refused by an error that says so (%i)',
  async (_i, make) => {
    const target = await make();
    const counts = await fuzz(target, { seed: 1, inputs: INPUTS });
    expect(counts.inputs, target.name).toBe(Math.ceil(INPUTS / target.oneIn));
    expect(counts.accepted, target.name).toBeGreaterThan(0);
    expect(counts.refused, target.name).toBeGreaterThan(0);
  },
);
