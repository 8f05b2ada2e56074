// SPDX-License-Identifier: Apache-2.0
// What exactly goes, kind by kind, and what does not: the released item to its last field, what is named
// as removed, and that nothing is made anew where nothing changed.

import type { Item } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  identify,
  NOW,
  REPORT,
  rebaseItem,
  seconds,
  termsOf,
  trackItem,
  trackletItem,
} from './fixtures.ts';
import { type Decision, decide, releaseDue } from './gate.ts';
import { createMemory, type GateMemory } from './memory.ts';

const TERMS = termsOf(agreementOf([CLAUSE]));
const { impactRegions: _, ...WITHOUT_IMPACT } = CLAUSE;
const LATER = seconds(NOW, 4);

/** After a report and a rebase of the same event. */
const begun = (): GateMemory =>
  [REPORT, rebaseItem()].reduce<GateMemory>(
    (memory, item) => decide(memory, draftOf(item), TERMS, NOW).memory,
    createMemory(),
  );

type Release = Extract<Decision, { readonly outcome: 'release' }>;

function releaseOf(item: Item, terms = TERMS): Release {
  const decision = decide(begun(), draftOf(item), terms, LATER);
  if (decision.outcome !== 'release') throw new Error(`${item.kind}: ${decision.outcome}`);
  return decision;
}

describe('R-20, R-7: what goes', () => {
  test('has the fields of its kind and no other', () => {
    const common = ['event', 'kind', 'looks', 'phase', 'source', 'track', 'estimate'];
    const expected: readonly (readonly [Item, readonly string[]])[] = [
      [{ ...REPORT, final: true }, Object.keys(REPORT)],
      [trackItem(LATER), common],
      [rebaseItem(LATER, 2), [...common, 'epoch']],
      [trackletItem(NOW, LATER), [...common, 'epoch', 'base']],
      [
        { kind: 'drop', track: 't1', event: 'e1', reason: 'lost' },
        ['kind', 'track', 'event', 'reason'],
      ],
      [{ kind: 'withdrawal', event: 'e1', reason: 'false' }, ['kind', 'event', 'reason']],
      [{ kind: 'test', serial: 7 }, ['kind', 'serial']],
    ];
    for (const [item, fields] of expected) {
      const { released } = releaseOf(item);
      expect([item.kind, Object.keys(released.item).sort()]).toEqual([
        item.kind,
        fields.toSorted(),
      ]);
    }
  });

  test('of what needs no coarsening is what was drafted, identifiers apart', () => {
    const ids = { track: identify('t1'), event: identify('e1') };
    const drop: Item = { kind: 'drop', track: 't1', event: 'e1', reason: 'merged' };
    expect(releaseOf(drop).released.item).toStrictEqual({ ...drop, ...ids });
    const message: Item = { kind: 'test', serial: 7 };
    expect(releaseOf(message).released.item).toStrictEqual(message);
  });

  test('names as removed what held a value and was taken out, and nothing else', () => {
    const terms = termsOf(agreementOf([WITHOUT_IMPACT]));
    expect(releaseOf({ ...REPORT, final: true, impactArea: null }, terms).removed).toEqual([
      'impactTime',
      'impactTimeSigmaS',
    ]);
    const withdrawal: Item = { kind: 'withdrawal', event: 'e1', reason: 'false' };
    for (const item of [trackItem(LATER), { kind: 'test', serial: 7 } as const, withdrawal]) {
      expect(releaseOf(item, terms).removed, item.kind).toEqual([]);
    }
    expect(releaseOf({ ...REPORT, final: true }).removed).toEqual([]);
  });

  test('is nothing where either identifier cannot be made', () => {
    for (const broken of ['t1', 'e1']) {
      const terms = termsOf(TERMS.agreement, {
        identify: (id) => (id === broken ? 'zz' : identify(id)),
      });
      const decision = decide(begun(), draftOf(trackItem(LATER)), terms, LATER);
      expect(decision).toMatchObject({
        outcome: 'withhold',
        reasons: [{ code: 'bad-identifier' }],
      });
    }
  });

  test('names no policies where the side has none', () => {
    expect(releaseOf(trackItem(LATER))).not.toHaveProperty('policies');
    const other = decide(begun(), draftOf(REPORT, { category: 'aircraft' }), TERMS, LATER);
    expect(other.outcome).toBe('withhold');
    expect(other).not.toHaveProperty('policies');
  });
});

test('R-30, R-31: a tick is counted clause by clause', () => {
  const other = { ...CLAUSE, id: 'objects', category: 'space-object' as const };
  const terms = termsOf(agreementOf([CLAUSE, other]));
  for (const item of [REPORT, trackItem(), rebaseItem()]) {
    const { memory } = decide(createMemory(), draftOf(item), terms, NOW);
    const again = decide(memory, draftOf(item, { category: 'space-object' }), terms, NOW);
    expect([item.kind, again.outcome]).toEqual([item.kind, 'release']);
  }
});

describe('R-37: what waits', () => {
  const slow = { ...CLAUSE, delayS: 60, tickS: 10 };
  const other = { ...CLAUSE, id: 'aircraft', category: 'aircraft' as const, tickS: 7 };
  const terms = termsOf(agreementOf([other, slow]));
  const waiting = (item: Item = REPORT): GateMemory =>
    decide(createMemory(), draftOf(item), terms, NOW).memory;
  const due = seconds(NOW, 65);

  test('bears no marking where it needs none', () => {
    const { held } = waiting();
    expect(held).toHaveLength(1);
    expect(held[0]).not.toHaveProperty('label');
  });

  test('is left, not copied, until it is due', () => {
    const memory = waiting();
    expect(releaseDue(memory, terms, seconds(NOW, 59)).memory).toBe(memory);
    expect(releaseDue(memory, terms, due).memory).not.toBe(memory);
  });

  test('goes at the tick of its own clause', () => {
    const [released] = releaseDue(waiting(), terms, due).released;
    expect([released?.clause, released?.at]).toEqual([slow.id, seconds(NOW, 60)]);
  });

  test('goes under no other clause and in no other direction', () => {
    const { agreement } = terms;
    for (const gone of [
      termsOf(agreementOf([other])),
      termsOf(agreement, { from: 'east', to: 'west' }),
    ]) {
      const { released, dropped } = releaseDue(waiting(), gone, due);
      expect([released.length, dropped.length]).toEqual([0, 1]);
    }
  });

  test('is not taken back where it was a state, either: it was never said', () => {
    const memory = waiting(trackItem());
    const withdrawal: Item = { kind: 'withdrawal', event: 'e1', reason: 'false' };
    const decision = decide(memory, draftOf(withdrawal), terms, seconds(NOW, 1));
    expect(decision).toMatchObject({ outcome: 'not-due', because: 'nothing-released' });
    const gone = releaseDue(memory, terms, due);
    expect(decide(gone.memory, draftOf(withdrawal), terms, due).outcome).toBe('release');
  });

  test('is remembered as gone once it went, and the rest waits on in its order', () => {
    const second = decide(waiting(), draftOf({ ...REPORT, event: 'e2' }), terms, seconds(NOW, 20));
    const third = decide(second.memory, draftOf({ ...REPORT, event: 'e3' }), terms, LATER);
    expect(third.memory.held.map(({ event }) => event)).toEqual(['e1', 'e2', 'e3']);
    const result = releaseDue(third.memory, terms, due);
    expect(result.memory.held.map(({ event }) => event)).toEqual(['e2']);
    expect(result.gone.map(({ event }) => event)).toEqual(['e1', 'e3']);
  });
});
