// SPDX-License-Identifier: Apache-2.0
// Notes, keys, proofs and folders of ledgers, spoilt: the short form of `npm run long -- fuzz`.

import { expect, it } from 'vitest';
import { ledgerTargets } from './fuzz/ledger-targets.ts';
import { fuzz } from './fuzz/run.ts';
import { sealTargets } from './fuzz/seal-targets.ts';

/** Asked of each target; those that cost more than microseconds take one in so many. */
const INPUTS = 100_000;

it.each([...sealTargets, ...ledgerTargets].map((make, i) => [i, make] as const))(
  'what was never signed is refused, and by the error of its package (%i)',
  async (_i, make) => {
    const target = await make();
    const counts = await fuzz(target, { seed: 1, inputs: INPUTS });
    expect(counts.inputs, target.name).toBe(Math.ceil(INPUTS / target.oneIn));
    expect(counts.accepted, target.name).toBeGreaterThan(0);
    expect(counts.refused, target.name).toBeGreaterThan(0);
  },
);
