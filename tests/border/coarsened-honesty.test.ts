// SPDX-License-Identifier: Apache-2.0
// What a gate coarsened stays honest, alone and after a hundred releases: the fused covariance must
// cover the fused error, on average over many flights. The benchmark `release` has more grids.

import { describe, expect, test } from 'vitest';
import { fly, type Outcome, upperLimit } from '../../bench/release/coarsened-flights.ts';

const RUNS = 100;
const LIMIT = upperLimit(RUNS);

describe.each([
  { tickS: 1, gridKm: 1 },
  // Over a longer grid a body is in other cells ten seconds later, and the errors are independent.
  { tickS: 10, gridKm: 1 },
  { tickS: 1, gridKm: 25 },
])('a hundred releases at a tick of $tickS s and a grid of $gridKm km', (coarsening) => {
  const outcomes = Array.from({ length: RUNS }, (_, run) => fly(run, coarsening));
  const mean = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / RUNS;

  test('leave the system picture honest: ANEES below its upper 95 % limit', () => {
    // The gate of 99.9 % may turn one away: then the own track stands, which is honest too.
    expect(outcomes.filter(({ isFused }) => isFused).length).toBeGreaterThan(RUNS - 3);
    expect(mean(({ fused }) => fused)).toBeLessThan(LIMIT);
    expect(mean(({ released }) => released)).toBeLessThan(LIMIT);
    expect(mean(({ first }) => first)).toBeLessThan(LIMIT);
    // And nobody inflates.
    expect(mean(({ fused }) => fused)).toBeGreaterThan(0.3);
    expect(mean(({ released }) => released)).toBeGreaterThan(0.3);
    expect(mean(({ first }) => first)).toBeGreaterThan(0.3);
  });

  test('folded by covariance intersection stay honest, whatever they share', () => {
    expect(mean(({ intersected }) => intersected)).toBeLessThan(LIMIT);
  });

  test('would be found out if they were added up as a hundred independent ones', () => {
    expect(mean(({ added }) => added)).toBeGreaterThan(1.3 * LIMIT);
  });
});
