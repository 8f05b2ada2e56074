// SPDX-License-Identifier: Apache-2.0
// What is owed without being asked for: a coverage report for each period, and the withdrawal of what
// was no launch.

import { describe, expect, test } from 'vitest';
import { agreementOf, CLAUSE, NOW } from './fixtures.ts';
import {
  after,
  coverage,
  DUTIES,
  judge,
  report,
  type Said,
  state,
  verdictOf,
  WATCH,
  withdrawal,
} from './testing/said.ts';

describe('R-60: coverage', () => {
  const all = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => coverage(k));
  const without = (...gone: readonly number[]) => all.filter((_, k) => !gone.includes(k));
  const open = agreementOf([CLAUSE], { coverage: [WATCH] });

  test('every period from the first entry on is owed, but for those that may still come', () => {
    expect(judge(all).accounts[1]?.coverage).toEqual({ owed: 5, sent: 5, excused: 0, missing: 0 });
    expect(verdictOf(all, 'coverage')?.outcome).toBe('kept');
    expect(verdictOf(without(6), 'coverage')?.outcome).toBe('kept');
    expect(verdictOf([coverage(0)], 'coverage')?.outcome).toBe('nothing');
  });

  test('one that is missing breaks what was promised, and is open where nothing was', () => {
    expect(verdictOf(without(3), 'coverage')).toMatchObject({
      outcome: 'broken',
      // The next report stands at the place of the one that is missing.
      proof: { judged: 5, failed: 1, first: 3 },
      says: expect.stringContaining('the first until 2012-06-01T12:30:00') as string,
    });
    expect(verdictOf(without(3), 'coverage', { agreement: open })?.outcome).toBe('open');
  });

  test('one of another class counts for its own', () => {
    const both = agreementOf([CLAUSE], {
      coverage: [{ ...WATCH, objectClasses: ['medium-range', 'long-range'] }],
      duties: DUTIES,
    });
    expect(judge(all, both).accounts[1]?.coverage).toMatchObject({ owed: 10, sent: 5, missing: 5 });
  });

  test('about the time of something that was told none is owed', () => {
    const at = (atS: number) => ({ item: report({ launchTime: null }), at: after(atS) });
    const told = (atS: number) => [...without(3), at(atS)].toSorted((a, b) => a.at - b.at);
    expect(verdictOf(told(1700), 'coverage')).toMatchObject({
      outcome: 'kept',
      says: '4 of 5 went; 1 did not go about the time of something that was told',
    });
    expect(verdictOf(told(3900), 'coverage')?.outcome).toBe('broken');
  });

  test('one sent after what was promised is late', () => {
    const late = { ...coverage(1), at: after(600 + 1800) };
    const said = [coverage(0), coverage(2), coverage(3), late];
    expect(verdictOf(said, 'latency of coverage')).toMatchObject({
      outcome: 'broken',
      proof: { first: 3, worst: 3 },
    });
  });

  test('a report of no whole period, of another class, or of another sort is named', () => {
    const odd: readonly Said[] = [
      coverage(1, { from: after(-600) }),
      coverage(1, { objectClass: 'long-range' }),
      { item: report(), at: NOW, clause: WATCH.id },
    ];
    for (const one of odd) {
      expect(verdictOf([coverage(0), one], 'terms', { clause: WATCH.id })).toMatchObject({
        outcome: 'broken',
        proof: { first: 1 },
      });
    }
    expect(verdictOf(all, 'terms', { clause: WATCH.id })?.outcome).toBe('kept');
  });
});

describe('R-60: withdrawals', () => {
  const cancelled = { item: report({ assessment: 'cancelled' }), at: NOW };

  test('what the giver called no launch is taken back in time, late, not yet, or not at all', () => {
    const outcome = (...said: readonly Said[]) =>
      verdictOf([cancelled, ...said], 'withdrawal')?.outcome;
    expect(outcome(withdrawal(60))).toBe('kept');
    expect(outcome(withdrawal(61))).toBe('broken');
    expect(outcome(withdrawal(10, 'e2'))).toBe('open');
    expect(outcome(state(0, 61, 't9'))).toBe('broken');
    expect(verdictOf([withdrawal(0)], 'withdrawal')?.outcome).toBe('nothing');
    const timeless = agreementOf([CLAUSE]);
    const ask = { agreement: timeless };
    expect(verdictOf([cancelled, state(0, 9e4)], 'withdrawal', ask)?.outcome).toBe('open');
    expect(verdictOf([cancelled, withdrawal(9e4)], 'withdrawal', ask)?.outcome).toBe('kept');
  });

  test('more said of what was taken back is named', () => {
    const fine = [{ item: report(), at: NOW }, withdrawal(5)];
    expect(verdictOf(fine, 'silence after withdrawal')?.outcome).toBe('kept');
    expect(verdictOf([...fine, state(0, 6)], 'silence after withdrawal')).toMatchObject({
      outcome: 'broken',
      proof: { judged: 1, failed: 1, first: 2 },
    });
    expect(verdictOf([state(0, 6)], 'silence after withdrawal')?.outcome).toBe('nothing');
  });
});
