// SPDX-License-Identifier: Apache-2.0
// Whole judgements as they are told: of a record with nothing in it, of one in which all was kept and of one
// in which nothing was, each as one reviewed text; and the borders at which single verdicts turn.

import { join } from 'node:path';
import { addSeconds, type Instant, instant, instantFromIso } from '@isthmus/earth';
import type { CoverageReport, Item, LaunchReport } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import type { Agreement, Clause, CoverageClause } from './agreement.ts';
import { judgeCompliance } from './compliance.ts';
import { agreementOf, CLAUSE, NOW, REPORT, trackItem, trackletItem } from './fixtures.ts';
import type { LedgerEntry } from './verdict.ts';

const HASH = 'ab'.repeat(32);
const AIRCRAFT: Clause = {
  ...CLAUSE,
  id: 'aircraft',
  category: 'aircraft',
  level: 'track',
  tickS: 10,
};
const WATCH: CoverageClause = {
  id: 'watch',
  from: 'west',
  to: 'east',
  region: { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 },
  objectClasses: ['medium-range', 'short-range'],
  everyS: 600,
};
const SEA: CoverageClause = { ...WATCH, id: 'sea', objectClasses: ['long-range'] };
const AGREEMENT = agreementOf([CLAUSE, AIRCRAFT], {
  coverage: [WATCH, SEA],
  duties: {
    latency: [
      { clause: CLAUSE.id, of: 'report', withinS: 120 },
      { clause: CLAUSE.id, of: 'state', withinS: 10 },
      { clause: WATCH.id, of: 'coverage', withinS: 1200 },
    ],
    withdrawal: { withinS: 60 },
    retention: [{ by: 'east', days: 30 }],
    notices: [{ id: 'notes', from: 'west', to: 'east', of: ['icbm'], force: 'binding' }],
  },
});
const FINEST: Clause['gridKm'] = { report: 1, track: 0 };
const after = (seconds: number): Instant => addSeconds(NOW, seconds);

type Said = Pick<LedgerEntry, 'at' | 'clause'> & { readonly item: Item };

function judge(said: readonly Said[], agreement: Agreement = AGREEMENT) {
  const entries = said.map((one, index) => ({ index, agreementHash: HASH, ...one }));
  return judgeCompliance(agreement, HASH, [{ from: 'west', to: 'east', entries }]);
}

/** A report that is coarse under CLAUSE: nothing in it is known but that it was. */
const report = (atS: number, change: Partial<LaunchReport> = {}, clause = CLAUSE.id): Said => ({
  item: {
    ...REPORT,
    launchTime: after(atS - 50),
    launchTimeSigmaS: null,
    launchArea: null,
    azimuthRad: null,
    azimuthSigmaRad: null,
    impactArea: null,
    impactTime: null,
    impactTimeSigmaS: null,
    sources: ['radar'],
    ...change,
  },
  at: after(atS),
  clause,
});
const state = (ageS: number, atS: number, track = 't1', clause = CLAUSE.id): Said => ({
  item: { ...trackItem(after(atS - ageS)), track, event: `of ${track}` },
  at: after(atS),
  clause,
});
const coverage = (
  k: number,
  objectClass: CoverageReport['objectClass'] = 'medium-range',
  lateS = 0,
): Said => {
  const until = instant(NOW + k * 600e6);
  const item: CoverageReport = {
    kind: 'coverage-report',
    objectClass,
    from: addSeconds(until, -600),
    until,
    state: 'not-covered',
    leastHeightM: null,
    detectionProbability: null,
  };
  const clause = objectClass === 'long-range' ? SEA.id : WATCH.id;
  return { item, at: addSeconds(until, lateS), clause };
};
const withdrawal = (atS: number, event = 'e1'): Said => ({
  item: { kind: 'withdrawal', event, reason: 'false' },
  at: after(atS),
  clause: CLAUSE.id,
});

const inOrder = (said: readonly Said[]): Said[] => said.toSorted((a, b) => a.at - b.at);
const KS = [0, 1, 2, 3, 4, 5, 6, 7, 8];
/** Everything twice as it should be: two clauses of events and two of coverage. */
const KEPT = inOrder([
  report(0, { assessment: 'cue' }),
  report(30, { assessment: 'cancelled', update: 2 }),
  withdrawal(50),
  report(200, { event: 'e2' }),
  ...KS.flatMap((k) => [
    coverage(k, 'medium-range', 100),
    coverage(k, 'short-range', 900),
    coverage(k, 'long-range'),
  ]),
]);
const BROKEN = inOrder([
  report(0, { launchTime: after(-500), assessment: 'cancelled' }),
  report(0.5, { update: 2 }),
  state(40, 3),
  state(5, 4),
  state(2, 4.5),
  state(30, 8, 't2', AIRCRAFT.id),
  state(30, 9, 't2', AIRCRAFT.id),
  state(1, 35, 't2', AIRCRAFT.id),
  { item: { kind: 'test', serial: 1 }, at: after(5), clause: 'gone' },
  { item: { kind: 'test', serial: 2 }, at: after(6), clause: WATCH.id },
  withdrawal(90),
  report(100, { update: 3 }),
  ...KS.filter((k) => k !== 6).map((k) => coverage(k, 'medium-range', k === 2 ? 1300 : 0)),
  ...KS.filter((k) => k !== 7).map((k) => coverage(k, 'long-range')),
]);

function told(title: string, { span, accounts, verdicts }: ReturnType<typeof judge>): string[] {
  return [
    `# ${title}`,
    `from the first entry to the last: ${JSON.stringify(span)}`,
    ...accounts.map((one) => `account ${JSON.stringify(one)}`),
    ...verdicts.map(({ from, to, clause, promise, outcome, says, proof }) =>
      [
        `${promise}: ${outcome}`,
        `${from} to ${to}, ${clause ?? 'no clause'}`,
        says,
        JSON.stringify(proof),
      ].join(' | '),
    ),
    '',
  ];
}

test('what is told of a record is the reviewed text', async () => {
  const back = agreementOf([{ ...CLAUSE, from: 'east', to: 'west' }]);
  const lines = [
    ...told('nothing went', judge([])),
    ...told('all was kept', judge(KEPT)),
    ...told('nothing was kept', judge(BROKEN)),
    ...told('without duties', judge(BROKEN, agreementOf([CLAUSE], { coverage: [SEA] }))),
    ...told('under an agreement of the other direction', judge(KEPT.slice(0, 2), back)),
  ];
  const turned = { from: 'east', to: 'west' };
  const both = agreementOf([CLAUSE, { ...CLAUSE, ...turned, id: 'east-launches' }], {
    coverage: [SEA, { ...SEA, ...turned, id: 'east-sea' }],
  });
  const entryOf = (said: Said, index: number) => ({ index, agreementHash: HASH, ...said });
  const records = [
    { from: 'west', to: 'east', entries: [report(0), report(9, { event: 'e2' })].map(entryOf) },
    { ...turned, entries: [report(5, {}, 'east-launches')].map(entryOf) },
  ];
  lines.push(...told('both directions', judgeCompliance(both, HASH, records)));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'compliance-texts.txt'),
  );
});

describe('a verdict turns', () => {
  const outcome = (said: Said, agreement: Agreement, promise = 'terms') =>
    judge([said], agreement).verdicts.find(
      (one) => one.promise === promise && one.clause === said.clause,
    )?.outcome;
  const without = agreementOf([{ ...CLAUSE, impactRegions: false, gridKm: FINEST }]);

  test('on any one of area, time and error of an impact, and on nothing of a track', () => {
    expect(outcome(report(0), without)).toBe('kept');
    expect(outcome(report(0, { impactTime: NOW }), without)).toBe('broken');
    expect(outcome(rounded(state(0, 0)), without)).toBe('kept');
  });

  test('on the looks of a tracklet alone', () => {
    const few = { ...rounded(state(0, 0)).item, looks: 1 } as Item;
    expect(outcome({ ...state(0, 0), item: few }, without)).toBe('kept');
    const step = rounded({ ...state(0, 0), item: trackletItem(NOW, after(1), 3) });
    expect(outcome(step, without)).toBe('broken');
  });

  test('a tick after what rounding leaves in doubt: at the beginning, at the end, of a delay', () => {
    const slow = agreementOf([{ ...CLAUSE, gridKm: FINEST, tickS: 10, delayS: 60 }]);
    const from = instantFromIso('2012-01-01T00:00:00Z');
    const until = instantFromIso('2013-01-01T00:00:00Z');
    const at = (time: Instant): Said => ({ ...report(0, { launchTime: NOW }), at: time });
    const answers = [
      addSeconds(from, -10),
      addSeconds(from, -9.9),
      addSeconds(until, -0.1),
      until,
    ].map((time) => outcome(at(time), slow));
    expect(answers).toEqual(['broken', 'kept', 'kept', 'broken']);
    // A tick later than is written, of data half a tick older: 45 s may have been 60.
    const aged = (ageS: number): Said => {
      const { item } = rounded(state(0, 0));
      return { item, at: after(ageS), clause: CLAUSE.id };
    };
    expect([44.9, 45].map((ageS) => outcome(aged(ageS), slow))).toEqual(['broken', 'kept']);
  });
});

describe('ticks', () => {
  test('with two states count once, and one that has none is counted', () => {
    const { accounts } = judge([0, 0.4, 1, 4].map((atS) => state(0, atS)));
    expect(accounts[0]?.ticks).toEqual({ between: 5, without: 2 });
  });
});

describe('coverage', () => {
  const missing = (said: readonly Said[]) =>
    judge(inOrder(said)).accounts.find(({ clause }) => clause === SEA.id)?.coverage;
  const reports = KS.filter((k) => k !== 4).map((k) => coverage(k, 'long-range'));
  const word = (atS: number): Said => state(0, atS, 't9', AIRCRAFT.id);

  test('is excused from two periods before what was told until one after, and no longer', () => {
    expect(missing(reports)).toMatchObject({ owed: 7, sent: 6, excused: 0, missing: 1 });
    // Of the period that ends at 2400 s; what lies two minutes beside it counts, too.
    const excused = [1079, 1080, 3120, 3121].map(
      (atS) => missing([...reports, word(atS)])?.excused,
    );
    expect(excused).toEqual([0, 1, 1, 0]);
  });

  test('is excused for all the time between the first word of an event and the last', () => {
    const apart = (one: number, other: number) => [word(one), word(other)];
    expect(missing([...reports, ...apart(300, 4800)])?.excused).toBe(1);
    const launched = report(3500, { event: 'e5', launchTime: after(3000) });
    expect(missing([...reports, launched])?.excused).toBe(1);
    expect(missing([...reports, report(3500, { event: 'e5', launchTime: null })])?.excused).toBe(0);
  });
});

/** A state in whole millimetres, as every one that went is. */
function rounded(said: Said): Said {
  const { item } = said;
  if (!('estimate' in item)) return said;
  const { estimate } = item;
  const millimetres = estimate.state.map((value) => Math.round(value * 1000) / 1000);
  return { ...said, item: { ...item, estimate: { ...estimate, state: millimetres } } };
}
