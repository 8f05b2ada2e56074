// SPDX-License-Identifier: Apache-2.0
// Coverage clauses in words, their defects, and what a new version of one gives.

import { describe, expect, test } from 'vitest';
import type { Clause, CoverageClause } from './agreement.ts';
import { compareAgreements } from './agreement-changes.ts';
import { checkAgreement } from './agreement-findings.ts';
import { describeAgreement } from './agreement-words.ts';
import { agreementOf, CLAUSE, NOW } from './fixtures.ts';

const CIRCLE = { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 } as const;
const GULF: CoverageClause = {
  id: 'gulf',
  from: 'west',
  to: 'east',
  region: CIRCLE,
  objectClasses: ['medium-range'],
  everyS: 600,
};
const BACK: Clause = { ...CLAUSE, id: 'east-launches', from: 'east', to: 'west' };

const of = (...coverage: readonly Partial<CoverageClause>[]) =>
  agreementOf([CLAUSE, BACK], { coverage: coverage.map((one) => ({ ...GULF, ...one })) });

describe('words', () => {
  test('every term of a coverage clause is told: another value is another text', () => {
    const changes: readonly Partial<CoverageClause>[] = [
      {},
      { id: 'other' },
      { from: 'east', to: 'west' },
      { region: { ...CIRCLE, radiusKm: 301 } },
      { objectClasses: ['medium-range', 'long-range'] },
      { objectClasses: ['long-range'] },
      { everyS: 1200 },
    ];
    const texts = changes.map((change) => JSON.stringify(describeAgreement(of(change))));
    expect(new Set(texts).size).toBe(changes.length);
    expect(texts[4]).toContain('medium-range and long-range launches, each for itself');
    expect(texts[6]).toContain('for each period of 20 minutes');
  });

  test('who says nothing of coverage is told to be silent, and no other', () => {
    const [west, east] = describeAgreement(of({})).directions;
    expect([west?.silence, east?.silence]).toEqual([null, expect.stringContaining('silence')]);
  });
});

describe('findings', () => {
  const codes = (...coverage: readonly Partial<CoverageClause>[]): string[] =>
    checkAgreement(of(...coverage), NOW).flatMap(({ kind, code, path }) =>
      kind === 'gap' ? [] : [`${code} ${path}`],
    );

  test('a sound clause has none', () => {
    expect(codes({})).toEqual([]);
    expect(codes({}, { id: 'sea', region: { ...CIRCLE, latitudeDeg: 40 } })).toEqual([]);
    expect(codes({}, { id: 'sea', objectClasses: ['long-range'] })).toEqual([]);
    expect(codes({}, { id: 'back', from: 'east', to: 'west' })).toEqual([]);
  });

  test('one ground and class spoken of twice', () => {
    const near = { id: 'sea', region: { ...CIRCLE, latitudeDeg: 25 } };
    expect(codes({}, near)).toEqual(['coverage-twice /coverage/1']);
  });

  test('periods longer than the agreement, or than every flight', () => {
    const validity = { from: '2012-06-01T11:59:00Z', until: '2012-06-01T12:01:00Z' };
    const short = agreementOf([CLAUSE], { coverage: [{ ...GULF, everyS: 121 }], validity });
    expect(checkAgreement(short, NOW).map(({ code }) => code)).toContain('coverage-past-end');
    expect(codes({ everyS: 2378 })).toEqual([]);
    expect(codes({ everyS: 2379 })).toEqual(['coverage-past-flight /coverage/0/everyS']);
  });

  test('where launches are not told, the missing report would tell them', () => {
    const clauses = (region: CoverageClause['region']) =>
      checkAgreement(agreementOf([{ ...CLAUSE, region }], { coverage: [GULF] }), NOW).filter(
        ({ kind }) => kind === 'contradiction',
      );
    expect(clauses({ ...CIRCLE, radiusKm: 301 })).toEqual([]);
    expect(clauses({ ...CIRCLE, radiusKm: 299 }).map(({ code }) => code)).toEqual([
      'coverage-of-no-launches',
    ]);
    const aircraft = agreementOf([{ ...CLAUSE, category: 'aircraft' }, BACK], { coverage: [GULF] });
    expect(checkAgreement(aircraft, NOW)).toContainEqual(
      expect.objectContaining({ code: 'coverage-of-no-launches', path: '/coverage/0/region' }),
    );
  });

  test('that one of the two says nothing of coverage is a gap', () => {
    const gaps = (...coverage: readonly Partial<CoverageClause>[]) =>
      checkAgreement(of(...coverage), NOW).filter(({ code }) => code === 'coverage-by-one');
    expect(gaps({}).map(({ kind, says }) => [kind, says])).toEqual([
      ['gap', 'west says where it would have seen a launch, and east does not'],
    ]);
    expect(gaps({}, { id: 'back', from: 'east', to: 'west' })).toEqual([]);
    expect(gaps()).toEqual([]);
  });
});

test('what a new version says of coverage is told in the direction in which more is said', () => {
  const changes = (before: Partial<CoverageClause>[], after: Partial<CoverageClause>[]): string[] =>
    compareAgreements(of(...before), of(...after)).map(({ effect, says }) => `${effect} ${says}`);
  const where = 'coverage within 300 km of 20° N 62° E';
  const whole = `${where}, of medium-range, each 10 minutes`;
  expect(changes([], [{}])).toEqual([`gives ${whole}; was nothing`]);
  expect(changes([{}], [])).toEqual([`takes nothing of coverage; was ${whole}`]);
  expect(changes([{}], [{ everyS: 300 }])).toEqual([
    'gives period of coverage: 5 minutes; was 10 minutes',
  ]);
  expect(changes([{ everyS: 300 }], [{}])[0]).toMatch(/^takes /);
  expect(changes([{}], [{ objectClasses: ['long-range'] }])).toEqual([
    'gives coverage now of long-range',
    'takes coverage no longer of medium-range',
  ]);
  const wide = { region: { ...CIRCLE, radiusKm: 500 } };
  expect(changes([{}], [wide])).toEqual([
    'gives coverage within 500 km of 20° N 62° E; was within 300 km of 20° N 62° E',
  ]);
  expect(changes([wide], [{}])[0]).toMatch(/^takes /);
  expect(changes([{}], [{ id: 'sea' }])).toEqual(['changes what goes is marked sea; was gulf']);
  expect(changes([{}], [{}])).toEqual([]);
});
