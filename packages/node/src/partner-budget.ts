// SPDX-License-Identifier: Apache-2.0
// How much of what one partner sends the core takes: buckets that fill with the core's own time, so
// that a replay refuses the same. What warns (launch reports, withdrawals, the end of a track) has
// buckets of its own: a flood of tracks cannot drown it.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Item } from '@isthmus/picture';
import { LIMITS } from './limits.ts';

/** Why an item of the partner's is not taken, apart from what it says. */
export type OverBudget = keyof typeof LIMITS.partner;

/** Plain JSON. */
export interface PartnerBudget {
  /** When the buckets were last filled. */
  at: Instant | null;
  /** What is left of each. */
  left: Record<OverBudget, number>;
  /** Items refused since the start, by reason. */
  refused: Record<OverBudget, number>;
}

/** What the core knows of a partner already; what it does not is a birth. */
export interface Known {
  readonly events: ReadonlySet<string>;
  readonly tracks: ReadonlySet<string>;
}

const NAMES = Object.keys(LIMITS.partner) as readonly OverBudget[];

/** Full buckets, nothing refused. */
export function createBudget(): PartnerBudget {
  const of = (value: (name: OverBudget) => number): Record<OverBudget, number> =>
    Object.fromEntries(NAMES.map((name) => [name, value(name)])) as Record<OverBudget, number>;
  return { at: null, left: of((name) => LIMITS.partner[name].atOnce), refused: of(() => 0) };
}

/** Fills the buckets by the time since the last turn; a clock that went back fills nothing. */
export function refill(budget: PartnerBudget, now: Instant): void {
  const elapsedS = budget.at === null ? 0 : Math.max(0, secondsBetween(budget.at, now));
  for (const name of NAMES) {
    const { atOnce, perSecond } = LIMITS.partner[name];
    budget.left[name] = Math.min(atOnce, budget.left[name] + perSecond * elapsedS);
  }
  budget.at = now;
}

/**
 * Takes what an item costs out of the buckets.
 *
 * @returns null when it may be taken; else the bucket that is empty, counted, and nothing is taken
 */
export function charge(budget: PartnerBudget, item: Item, known: Known): OverBudget | null {
  const needed = costsOf(item, known);
  const empty = needed.find((name) => budget.left[name] < 1);
  if (empty !== undefined) {
    budget.refused[empty] += 1;
    return empty;
  }
  for (const name of needed) budget.left[name] -= 1;
  return null;
}

function costsOf(item: Item, known: Known): OverBudget[] {
  switch (item.kind) {
    case 'launch-report':
      return known.events.has(item.event) ? ['warnings'] : ['warnings', 'warnedEvents'];
    case 'withdrawal':
    case 'drop':
      return ['warnings'];
    case 'track':
    case 'rebase':
    case 'tracklet': {
      const costs: OverBudget[] = ['updates'];
      if (!known.tracks.has(item.track)) costs.push('newTracks');
      if (!known.events.has(item.event)) costs.push('newEvents');
      return costs;
    }
    case 'coverage-report':
    case 'test':
      return ['updates'];
  }
}
