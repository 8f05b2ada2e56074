// SPDX-License-Identifier: Apache-2.0
// The gate by its laws, over random agreements and random sequences of drafts. On failure
// fast-check prints seed and path.

import { createRandom, geodeticFromDegrees, type Instant, type Random } from '@isthmus/earth';
import type { EventCategory, Item } from '@isthmus/picture';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clause } from './agreement.ts';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  estimateAt,
  NOW,
  REPORT,
  rebaseItem,
  seconds,
  termsOf,
  trackItem,
  trackletItem,
} from './fixtures.ts';
import { type Draft, decide, releaseDue, type Terms } from './gate.ts';
import { createMemory, type GateMemory, trackletBase } from './memory.ts';

interface Asked {
  readonly draft: Draft;
  readonly now: Instant;
}

/** Sequences of drafts as a node makes them, with wrong ones among them. */
function sequence(random: Random, length: number): Asked[] {
  const asked: Asked[] = [];
  let now = NOW;
  const lastState = new Map<string, Instant>();
  for (let i = 0; i < length; i += 1) {
    now = seconds(now, random.integer(3));
    const which = random.integer(2);
    const event = `e${which}`;
    const track = `t${which}`;
    const category: EventCategory = which === 0 ? 'launch' : 'aircraft';
    const of = <T extends object>(item: T) => ({ ...item, event, track });
    const items: Item[] = [
      { ...REPORT, event, objectCountAtLeast: random.integer(3) },
      of(trackItem(now)),
      of(rebaseItem(now, 1 + random.integer(2))),
      of(trackletItem(lastState.get(track) ?? NOW, now, random.integer(8))),
      { kind: 'drop', track, event, reason: 'lost' },
      { kind: 'test', serial: i },
    ];
    if (random.chance(1, 20)) items.push({ kind: 'withdrawal', event, reason: 'false' });
    const item = items[random.integer(items.length)] as Item;
    if (item.kind === 'rebase' || item.kind === 'tracklet') lastState.set(track, now);
    const mode = random.chance(1, 20) ? 'live' : 'exercise';
    asked.push({ draft: draftOf(item, { category, mode }), now });
  }
  return asked;
}

function clauses(random: Random): Clause[] {
  const levels = ['report', 'track', 'tracklet', 'plot'] as const;
  return (['launch', 'aircraft'] as const).map((category) => ({
    ...CLAUSE,
    id: category,
    category,
    level: levels[random.integer(4)] as (typeof levels)[number],
    tickS: 1 + random.integer(5),
    impactRegions: random.chance(1, 2),
    delayS: random.chance(1, 4) ? random.integer(5) : 0,
  }));
}

/** Everything that left, as text, in order. */
function run(asked: readonly Asked[], terms: Terms): string[] {
  let memory = createMemory();
  const out: string[] = [];
  for (const { draft, now } of asked) {
    const due = releaseDue(memory, terms, now);
    memory = due.memory;
    out.push(...due.released.map(({ item }) => JSON.stringify(item)));
    const decision = decide(memory, draft, terms, now);
    memory = decision.memory;
    if (decision.outcome === 'release') out.push(JSON.stringify(decision.released.item));
    if (decision.outcome === 'withhold' && decision.reasons.length === 0) out.push('no reason');
  }
  return out;
}

const seed = fc.integer();

describe('the gate', () => {
  test('R-1: it changes nothing it is given and answers the same to the same', () => {
    fc.assert(
      fc.property(seed, (given) => {
        const random = createRandom(given);
        const terms = termsOf(agreementOf(clauses(random)));
        const asked = sequence(random, 30);
        let memory: GateMemory = createMemory();
        for (const { draft, now } of asked) {
          const before = JSON.stringify([memory, draft]);
          const first = decide(memory, draft, terms, now);
          expect(JSON.stringify([memory, draft])).toBe(before);
          // Plain data: a memory that went through JSON answers the same.
          const again = decide(JSON.parse(JSON.stringify(memory)) as GateMemory, draft, terms, now);
          expect(JSON.stringify(again)).toBe(JSON.stringify(first));
          memory = first.memory;
          expect(JSON.parse(JSON.stringify(memory))).toStrictEqual(memory);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('R-1: the order of drafts of different events leaves no trace in the memory', () => {
    const terms = termsOf(agreementOf([CLAUSE]));
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (given, count) => {
        const random = createRandom(given);
        const items = Array.from({ length: count }, (_, i) => ({
          item: { ...trackItem(), event: `e${i}`, track: `t${i}` },
          key: random.uniform(),
        }));
        const memories = [items, items.toSorted((a, b) => a.key - b.key)].map((order) =>
          order.reduce((memory, { item }) => {
            const { memory: next } = decide(memory, draftOf(item), terms, NOW);
            return next;
          }, createMemory()),
        );
        expect(JSON.stringify(memories[1])).toBe(JSON.stringify(memories[0]));
      }),
      { numRuns: 40 },
    );
  });

  test('R-1: a decision leaves what is remembered of every other track as it was, not as a copy', () => {
    const terms = termsOf(agreementOf([CLAUSE]));
    let memory = createMemory();
    const ids = Array.from({ length: 300 }, (_, i) => `t${i}`);
    for (const track of ids) {
      memory = decide(memory, draftOf({ ...rebaseItem(), track }), terms, NOW).memory;
    }
    const draft = draftOf({ ...rebaseItem(seconds(NOW, 9)), track: 't7' });
    const next = decide(memory, draft, terms, seconds(NOW, 9)).memory;
    const same = ids.filter((id) => trackletBase(next, id) === trackletBase(memory, id));
    expect(same).toEqual(ids.filter((id) => id !== 't7'));
  });

  test('R-3: an agreement without clauses releases nothing', () => {
    fc.assert(
      fc.property(seed, (given) => {
        expect(run(sequence(createRandom(given), 40), termsOf(agreementOf([])))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('R-4: removing a clause never releases more', () => {
    fc.assert(
      fc.property(seed, (given) => {
        const random = createRandom(given);
        const all = clauses(random);
        const asked = sequence(random, 60);
        const most = run(asked, termsOf(agreementOf(all)));
        for (const kept of [[all[0] as Clause], [all[1] as Clause], []]) {
          const less = run(asked, termsOf(agreementOf(kept)));
          // What still goes is, in its order, a part of what went before.
          let at = 0;
          for (const item of less) {
            at = most.indexOf(item, at) + 1;
            expect(at, `seed ${given}: ${item}`).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('R-7: what goes holds no field that the decision does not list', () => {
    fc.assert(
      fc.property(seed, (given) => {
        const random = createRandom(given);
        const terms = termsOf(agreementOf(clauses(random)));
        let memory = createMemory();
        for (const { draft, now } of sequence(random, 40)) {
          const decision = decide(memory, draft, terms, now);
          memory = decision.memory;
          if (decision.outcome !== 'release') continue;
          const held = Object.entries(decision.released.item).filter(([, value]) => value !== null);
          expect(held.map(([field]) => field)).toEqual([...decision.fields]);
          expect(decision.fields.some((field) => decision.removed.includes(field))).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('R-8: drafts that differ only in what is withheld give the same Released', () => {
    const { impactRegions: _, ...without } = CLAUSE;
    const terms = termsOf(agreementOf([without]));
    fc.assert(
      fc.property(seed, (given) => {
        const random = createRandom(given);
        const memory = decide(createMemory(), draftOf(rebaseItem()), terms, NOW).memory;
        const now = seconds(NOW, 4);
        const secret = (): { report: Draft; tracklet: Draft; track: Draft } => {
          const area = {
            centre: geodeticFromDegrees(90 * random.uniform(), 180 * random.uniform()),
            radiusM: 1e6 * random.uniform(),
          };
          const impact = {
            impactArea: random.chance(1, 2) ? area : null,
            impactTime: random.chance(1, 2) ? seconds(NOW, random.integer(1000)) : null,
            impactTimeSigmaS: random.chance(1, 4) ? Number.NaN : random.uniform(),
          };
          const current = estimateAt(now, { positionM: 1 + random.uniform(), velocityMps: 1 });
          const region = geodeticFromDegrees(10 * random.uniform(), 10);
          const track = trackItem(now);
          // Within the cell: below what the grid of 1 km lets through.
          const state = track.estimate.state.map((value, i) => {
            const cell = i < 3 ? 1000 : 10;
            return Math.round(value / cell) * cell + (random.uniform() - 0.5) * 0.9 * cell;
          });
          const update = 1 + random.integer(100);
          return {
            report: draftOf({ ...REPORT, ...impact, update }, { region }),
            tracklet: draftOf(trackletItem(NOW, now), { current, region }),
            track: draftOf({ ...track, estimate: { ...track.estimate, state } }, { region }),
          };
        };
        const [one, two] = [secret(), secret()];
        for (const kind of ['report', 'tracklet', 'track'] as const) {
          const outs = [one, two].map((each) => {
            const decision = decide(memory, each[kind], terms, now);
            if (decision.outcome !== 'release') throw new Error(decision.outcome);
            const { item, clause, agreementHash, at } = decision.released;
            return JSON.stringify([item, clause, agreementHash, at]);
          });
          expect(outs[0]).toBe(outs[1]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('R-24: no draft, however spoiled, makes it throw', () => {
    const kinds = ['launch-report', 'track', 'rebase', 'tracklet', 'drop', 'withdrawal', 'test'];
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true });
    const field = fc.constantFrom('event', 'track', 'estimate', 'sources', 'launchArea', 'looks');
    const good: readonly Item[] = [REPORT, trackItem(), rebaseItem(), trackletItem(NOW, NOW)];
    const spoiled = fc.oneof(
      fc.record({ kind: fc.constantFrom(...kinds, anything), event: anything }),
      fc
        .tuple(fc.constantFrom(...good), field, anything)
        .map(([item, name, value]) => ({ ...item, [name]: value })),
      anything,
    );
    const terms = termsOf(agreementOf([CLAUSE]));
    fc.assert(
      fc.property(spoiled, (item) => {
        const draft = { ...draftOf(REPORT), item: item as Item };
        expect(() => decide(createMemory(), draft, terms, NOW)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });

  test('R-48: the base remembered of a rebase is what goes, bit for bit', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e7, max: 1e7, noNaN: true }), (x) => {
        const item = rebaseItem();
        const state = item.estimate.state.map((value, i) => (i < 3 ? value + x : value + x / 1e4));
        const draft = draftOf({ ...item, estimate: { ...item.estimate, state } });
        const decision = decide(createMemory(), draft, termsOf(agreementOf([CLAUSE])), NOW);
        if (decision.outcome !== 'release') throw new Error(decision.outcome);
        const { item: out } = decision.released;
        if (out.kind !== 'rebase') throw new Error(out.kind);
        expect(trackletBase(decision.memory, 't1')?.estimate).toStrictEqual(out.estimate);
        for (const value of out.estimate.state) {
          expect(Math.round(value * 1000) / 1000).toBe(value);
        }
      }),
      { numRuns: 300 },
    );
  });
});
