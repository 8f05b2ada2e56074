// SPDX-License-Identifier: Apache-2.0
// Every attack known to us, run on one stream as the partner has it.

import { degreesFromRadians, type Geodetic } from '@isthmus/earth';
import { accuracyOf } from './accuracy.ts';
import type { PlaceEstimate, ValueEstimate } from './estimate.ts';
import { pointingsOf } from './pointings.ts';
import { reachOf } from './reach.ts';
import { heldStates, type KnownTerms, type Received } from './received.ts';
import { sitesByAxes } from './site-by-axes.ts';
import { siteByHorizon } from './site-by-horizon.ts';
import { delayOf, gapSeconds, revisitOf } from './timing.ts';

/** Attacks that yield places, and attacks that yield a number, with its unit. */
export const PLACE_ATTACKS = ['site-by-axes', 'site-by-horizon'] as const;
export const VALUE_ATTACKS = {
  'range-error': 'm',
  'angle-error': 'deg',
  'radar-revisit': 's',
  'infrared-revisit': 's',
  'maximal-range': 'km',
  'coverage-gap': 's',
  'processing-delay': 's',
} as const;

export type PlaceAttack = (typeof PLACE_ATTACKS)[number];
export type ValueAttack = keyof typeof VALUE_ATTACKS;

/** What the attacks yield; an empty list or null is nothing. */
export interface Findings {
  readonly places: Readonly<Record<PlaceAttack, readonly PlaceEstimate[]>>;
  readonly values: Readonly<Record<ValueAttack, ValueEstimate | null>>;
}

/** Runs all attacks on what a partner received; pure, and the same for the same stream. */
export function attack(stream: readonly Received[], terms: KnownTerms): Findings {
  const states = heldStates(stream, terms);
  const byAxes = sitesByAxes(pointingsOf(states, terms));
  const byHorizon = siteByHorizon(states);
  const site: Geodetic | null = byAxes[0]?.place ?? byHorizon?.place ?? null;
  const { rangeM, angleRad } = accuracyOf(states, site, terms);
  const reach = site === null ? null : reachOf(states, site);
  return {
    places: { 'site-by-axes': byAxes, 'site-by-horizon': byHorizon === null ? [] : [byHorizon] },
    values: {
      'range-error': rangeM,
      'angle-error': scaled(angleRad, degreesFromRadians(1)),
      'radar-revisit': revisitOf(states, 'radar'),
      'infrared-revisit': revisitOf(states, 'infrared'),
      'maximal-range': scaled(reach, 1e-3),
      'coverage-gap': gapSeconds(states),
      'processing-delay': delayOf(states, terms),
    },
  };
}

function scaled(estimate: ValueEstimate | null, by: number): ValueEstimate | null {
  return estimate === null ? null : { value: estimate.value * by, sigma: estimate.sigma * by };
}
