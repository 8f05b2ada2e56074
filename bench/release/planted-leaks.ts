// SPDX-License-Identifier: Apache-2.0
// Gates with a leak each: what a mistake or a hostile hand at our own gate could make of it. Each
// must be found by the comparison that finds none in the gate as shipped.

import type { Item } from '@isthmus/picture';
import { type Clause, decide, type Terms } from '@isthmus/release';
import { type Gate, SHIPPED } from './non-interference.ts';
import type { Said } from './worlds.ts';

/** The item with one bit of a number that goes. */
function withBit(item: Item, bit: number): Item {
  if ('looks' in item) return { ...item, looks: item.looks + bit };
  if (item.kind === 'launch-report') {
    return { ...item, objectCountAtLeast: item.objectCountAtLeast + bit };
  }
  return item;
}

/** A gate that puts one secret bit into every item that has room for it. */
function leaking(bitOf: (said: Said) => number): Gate {
  return {
    ...SHIPPED,
    decide: (memory, said, terms, now) =>
      decide(memory, { ...said.draft, item: withBit(said.draft.item, bitOf(said)) }, terms, now),
  };
}

function withClause(terms: Terms, change: (clause: Clause) => Clause): Terms {
  const { agreement } = terms;
  return { ...terms, agreement: { ...agreement, clauses: agreement.clauses.map(change) } };
}

function deciding(change: (terms: Terms) => Terms): Gate {
  return {
    ...SHIPPED,
    decide: (memory, { draft }, terms, now) => decide(memory, draft, change(terms), now),
  };
}

/** Makers of gates, since some count; each gate serves one world. */
export const PLANTED_LEAKS: Readonly<Record<string, () => Gate>> = {
  'time of arrival': () => leaking(({ secret }) => Math.floor(secret.arrivedUs / 1000) & 1),
  'identifier of the sensor': () => leaking(({ secret }) => secret.sensor.charCodeAt(6) & 1),
  'place within the cell': () =>
    leaking(({ draft: { item } }) => {
      const x = 'estimate' in item ? item.estimate.state[0] : 0;
      const latitudeRad = item.kind === 'launch-report' ? item.launchArea?.centre.latitudeRad : 0;
      return Math.floor(((x ?? 0) + 6.4e6 * (latitudeRad ?? 0)) / 100) & 1;
    }),
  'a grid for reports that is finer': () =>
    deciding((terms) =>
      withClause(terms, (clause) => ({ ...clause, gridKm: { ...clause.gridKm, report: 1 } })),
    ),
  'a grid for tracks that is forgotten': () =>
    deciding((terms) =>
      withClause(terms, (clause) => ({ ...clause, gridKm: { ...clause.gridKm, track: 0 } })),
    ),
  'a tick that is finer': () =>
    deciding((terms) => withClause(terms, (clause) => ({ ...clause, tickS: 1 }))),
  'impact regions that are not given': () =>
    deciding((terms) => withClause(terms, (clause) => ({ ...clause, impactRegions: true }))),
  'count of what is withheld': () => {
    let withheld = 0;
    return {
      ...SHIPPED,
      decide: (memory, { draft }, terms, now) => {
        const item = withBit(draft.item, withheld & 1);
        const decision = decide(memory, { ...draft, item }, terms, now);
        if (decision.outcome === 'withhold') withheld += 1;
        return decision;
      },
    };
  },
  'local identifiers': () =>
    deciding((terms) => ({
      ...terms,
      identify: (id) => Buffer.from(id.padEnd(16).slice(0, 16)).toString('hex'),
    })),
  'order of arrival': () => ({ ...SHIPPED, inOrder: (said) => said }),
  'a turn later for what came late': () => ({
    ...SHIPPED,
    decide: (memory, said, terms, now) =>
      now - said.secret.arrivedUs < 100_000
        ? { outcome: 'not-due', memory, because: 'tick' }
        : SHIPPED.decide(memory, said, terms, now),
  }),
};
