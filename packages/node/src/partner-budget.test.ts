// SPDX-License-Identifier: Apache-2.0
import { addSeconds, instant } from '@isthmus/earth';
import type { Item } from '@isthmus/picture';
import { describe, expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { charge, createBudget, type OverBudget, refill } from './partner-budget.ts';

const START = instant(1_340_000_000_000_000);
const NOTHING = { events: new Set<string>(), tracks: new Set<string>() };

const track = (id: string, event: string): Item => ({
  kind: 'drop',
  track: id,
  event,
  reason: 'lost',
});
const update = (id: string, event: string): Item =>
  ({ ...track(id, event), kind: 'track', estimate: {} }) as unknown as Item;
const report = (event: string): Item => ({ kind: 'launch-report', event }) as unknown as Item;
const withdrawal = (event: string): Item => ({ kind: 'withdrawal', event, reason: 'false' });

describe('W-117 a partner', () => {
  const table: readonly [OverBudget, (i: number) => Item, typeof NOTHING][] = [
    ['updates', () => update('t', 'e'), { events: new Set('e'), tracks: new Set('t') }],
    ['newTracks', (i) => update(`t${i}`, 'e'), { events: new Set('e'), tracks: new Set() }],
    ['newEvents', (i) => update('t', `e${i}`), { events: new Set(), tracks: new Set('t') }],
    ['warnings', (i) => withdrawal(`e${i}`), NOTHING],
    ['warnings', (i) => track(`t${i}`, 'e'), NOTHING],
    ['warnedEvents', (i) => report(`e${i}`), NOTHING],
  ];
  for (const [name, item, known] of table) {
    it(`may send as many ${name} (${item(0).kind}) at once and a second as the bounds say, and no more`, () => {
      const budget = createBudget();
      const { atOnce, perSecond } = LIMITS.partner[name];
      const taken = (count: number): number => {
        let all = 0;
        for (let i = 0; i < count; i += 1) if (charge(budget, item(i), known) === null) all += 1;
        return all;
      };
      refill(budget, START);
      expect(taken(atOnce + 500)).toBe(atOnce);
      expect(budget.refused).toEqual({ ...createBudget().refused, [name]: 500 });
      refill(budget, addSeconds(START, 2));
      expect(taken(perSecond * 2 + 7)).toBe(perSecond * 2);
      expect(budget.refused[name]).toBe(507);
    });
  }

  it('that floods with tracks leaves all that its warnings may use', () => {
    const budget = createBudget();
    refill(budget, START);
    for (let i = 0; i < 30_000; i += 1) charge(budget, update(`t${i}`, `e${i}`), NOTHING);
    expect(budget.refused.newEvents).toBeGreaterThan(0);
    for (let i = 0; i < LIMITS.partner.warnedEvents.atOnce; i += 1) {
      expect(charge(budget, report(`r${i}`), NOTHING)).toBe(null);
      expect(charge(budget, withdrawal(`r${i}`), NOTHING)).toBe(null);
    }
  });

  it('gains nothing by a clock of ours that goes back, and no more than full by one that leaps', () => {
    const budget = createBudget();
    refill(budget, START);
    charge(budget, report('r'), NOTHING);
    const left = budget.left.warnedEvents;
    refill(budget, addSeconds(START, -3600));
    expect(budget.left.warnedEvents).toBe(left);
    refill(budget, addSeconds(START, 1e6));
    expect(budget.left).toEqual(createBudget().left);
  });
});
