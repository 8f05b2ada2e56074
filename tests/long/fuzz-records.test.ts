// SPDX-License-Identifier: Apache-2.0
// Registers, evidence, decision logs, exports and sessions, spoilt: the short form of
// `npm run long -- fuzz`.

import { expect, it } from 'vitest';
import { recordTargets } from './fuzz/record-targets.ts';
import { fuzz } from './fuzz/run.ts';
import { linkSession } from './fuzz/session-target.ts';

/** Asked of each target; those that cost more than microseconds take one in so many. */
const INPUTS = 100_000;

it.each([...recordTargets, linkSession].map((make, i) => [i, make] as const))(
  'a spoilt record or session is refused by the error of its package (%i)',
  async (_i, make) => {
    const target = await make();
    const counts = await fuzz(target, { seed: 1, inputs: INPUTS });
    expect(counts.inputs, target.name).toBe(Math.ceil(INPUTS / target.oneIn));
    expect(counts.accepted, target.name).toBeGreaterThan(0);
    expect(counts.refused, target.name).toBeGreaterThan(0);
  },
);
