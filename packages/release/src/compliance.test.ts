// SPDX-License-Identifier: Apache-2.0
// What was promised against what was done. The gate is one oracle: whatever it lets go is within the
// terms. Against it stand records in which one entry is not, and each verdict has to turn on it.

import { addSeconds, type Instant, instantFromIso } from '@isthmus/earth';
import type { Item, LaunchReport } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import type { Clause } from './agreement.ts';
import { isBroken, judgeCompliance } from './compliance.ts';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  estimateAt,
  NOW,
  rebaseItem,
  termsOf,
  trackItem,
  trackletItem,
} from './fixtures.ts';
import { type Draft, decide } from './gate.ts';
import { createMemory } from './memory.ts';
import {
  after,
  coarse,
  coverage,
  HASH,
  judge,
  OWING,
  report,
  type Said,
  state,
  verdictOf,
  WATCH,
  withdrawal,
} from './testing/said.ts';

test('R-60: of what is left of a state its values are not judged, and it says so', () => {
  const fine = state(1, 600);
  expect(verdictOf([fine], 'terms', { clause: CLAUSE.id })?.outcome).toBe('broken');
  const { item, at } = fine;
  if (!('estimate' in item)) throw new RangeError('expected a state');
  const { kind, track, event, looks, estimate } = item;
  const left = { kind, track, event, looks, estimate: { time: estimate.time } };
  const entry = { index: 0, agreementHash: HASH, clause: CLAUSE.id, at, item: left };
  const record = { from: 'west', to: 'east', entries: [entry] };
  const { verdicts } = judgeCompliance(OWING, HASH, [record]);
  expect(
    verdicts.find(({ promise, clause }) => promise === 'terms' && clause === CLAUSE.id),
  ).toEqual(
    expect.objectContaining({
      outcome: 'kept',
      says: 'nothing went that it does not give; grids and floors of states are judged by isthmus agreement compliance',
    }),
  );
});

describe('R-60: what the gate lets go is within the terms', () => {
  const { looksATracklet: _, ...plain } = CLAUSE;
  const clauses: readonly Clause[] = [
    CLAUSE,
    { ...plain, level: 'track', tickS: 7 },
    { ...plain, level: 'report', impactRegions: false, tickS: 10 },
    { ...CLAUSE, accuracyFloor: { positionM: 500, velocityMps: 5 }, tickS: 3 },
  ];

  test.each(clauses.map((clause) => [clause.level, clause.tickS, clause] as const))(
    '%s, each %i s',
    (_level, _tickS, clause) => {
      const agreement = agreementOf([clause]);
      let memory = createMemory();
      const said: Said[] = [];
      const put = (draft: Draft, at: Instant): void => {
        const decision = decide(memory, draft, termsOf(agreement), at);
        memory = decision.memory;
        if (decision.outcome !== 'release') return;
        const { item, clause: id, agreementHash } = decision.released;
        said.push({ item, clause: id, agreementHash, at: decision.released.at });
      };
      for (let s = 0; s < 40; s += 1) {
        put(draftOf(report({ azimuthRad: s / 10 })), after(s));
        put(draftOf(trackItem(after(s - 0.4))), after(s));
        if (s === 0) put(draftOf({ ...rebaseItem(NOW), track: 't2' }), NOW);
        const step = { ...trackletItem(NOW, after(s), s), track: 't2' };
        if (s === 20) put(draftOf(step), after(s));
      }
      expect(said.length).toBeGreaterThan(3);
      const { verdicts } = judge(said, agreement);
      const own = verdicts.filter((one) => one.clause === clause.id);
      expect(own.map(({ promise, outcome }) => `${promise} ${outcome}`)).toEqual([
        'terms kept',
        'tick kept',
      ]);
    },
  );
});

describe('terms', () => {
  const reports: Clause = { ...CLAUSE, level: 'report', gridKm: { report: 10, track: 0 } };
  const at = NOW;
  test.each<readonly [string, Clause, Said, string]>([
    ['a track at level report', reports, state(0, 0), 'a track at level report'],
    [
      'an area of impact',
      { ...CLAUSE, impactRegions: false },
      { item: report(), at },
      'an area or time of impact',
    ],
    ['a short step', CLAUSE, { item: trackletItem(NOW, after(1), 3), at }, 'a step of 3 looks'],
    [
      'a state before its delay',
      { ...CLAUSE, delayS: 60 },
      { item: coarse(rebaseItem(after(-58))), at },
      'where 60 s of delay are agreed',
    ],
    [
      'after the end',
      CLAUSE,
      { item: report(), at: instantFromIso('2013-01-01T00:00:00Z') },
      'after the agreement had ended',
    ],
    [
      'before the beginning',
      CLAUSE,
      { item: report(), at: instantFromIso('2011-12-31T23:59:59Z') },
      'before the agreement was in force',
    ],
    [
      'a coverage report under another clause',
      CLAUSE,
      { ...coverage(0), clause: CLAUSE.id },
      'a coverage report under a clause of events',
    ],
  ])('%s is beyond the clause, and its entry is named', (_name, clause, said, why) => {
    const agreement = agreementOf([clause]);
    const fine = {
      item: coarse(report({ impactArea: null, impactTime: null, impactTimeSigmaS: null }), clause),
      at,
    };
    const ask = { agreement, clause: clause.id };
    expect(verdictOf([fine, fine], 'terms', ask)?.outcome).toBe('kept');
    const verdict = verdictOf([fine, said, fine], 'terms', ask);
    expect(verdict).toMatchObject({ outcome: 'broken', proof: { failed: 1, first: 1 } });
    expect(verdict?.says).toContain(why);
  });

  test('a clause that the agreement has not, or has the other way only; a withdrawal may name it', () => {
    const stray = [
      { item: report(), at },
      { item: report(), at, clause: 'gone' },
    ] as const;
    expect(verdictOf(stray, 'terms', { clause: null })).toMatchObject({
      outcome: 'broken',
      proof: { judged: 2, failed: 1, first: 1 },
    });
    const back = agreementOf([{ ...CLAUSE, from: 'east', to: 'west' }]);
    expect(verdictOf([{ item: report(), at }], 'terms', { agreement: back })?.proof.first).toBe(0);
    const old = [{ ...withdrawal(0), clause: 'gone' }];
    expect(verdictOf(old, 'terms', { clause: null })).toBeUndefined();
  });

  test('what went under another agreement is passed over', () => {
    const other = { ...state(0, 0), agreementHash: 'cd'.repeat(32), clause: 'gone' };
    expect(judge([other]).span).toBeNull();
    expect(judge([other]).verdicts.every(({ outcome }) => outcome !== 'broken')).toBe(true);
  });
});

describe('R-60: what is finer than the clause gives', () => {
  const clause: Clause = {
    ...CLAUSE,
    tickS: 10,
    gridKm: { report: 50, track: 5 },
    accuracyFloor: { positionM: 3000, velocityMps: 30 },
  };
  const agreement = agreementOf([clause], { coverage: [WATCH] });
  const saidOf = (item: Item, id = clause.id) =>
    verdictOf([{ item, at: after(10), clause: id }], 'terms', { agreement, clause: id });
  const changed = (item: Item, change: object) =>
    ({ ...item, estimate: { ...('estimate' in item && item.estimate), ...change } }) as Item;

  test('is named of a report: its times, places and what it states of their errors', () => {
    const fine = coarse(report(), clause) as LaunchReport;
    expect(saidOf(fine)?.outcome).toBe('kept');
    const { launchArea } = fine;
    if (launchArea === null) throw new Error('the area went');
    const { centre, radiusM } = launchArea;
    const moved = { ...centre, latitudeRad: centre.latitudeRad + 1e-4 };
    for (const change of [
      { launchTime: addSeconds(fine.launchTime ?? NOW, 1) },
      { launchTimeSigmaS: 3.3 },
      { impactTime: addSeconds(fine.impactTime ?? NOW, 5) },
      { azimuthRad: 5.6112 },
      { launchArea: { centre: moved, radiusM } },
      { launchArea: { centre, radiusM: radiusM - 1 } },
    ]) {
      const verdict = saidOf({ ...fine, ...change });
      expect([change, verdict?.outcome, verdict?.says]).toEqual([
        change,
        'broken',
        '1 of 1 went beyond it, the first: a report finer than its tick and cells',
      ]);
    }
  });

  test('is named of a state: its moment, its cell, its floor', () => {
    const track = coarse(trackItem(NOW), clause);
    const rebase = coarse(rebaseItem(NOW), clause);
    const tracklet = coarse(trackletItem(NOW, after(7)), clause);
    const drop: Item = { kind: 'drop', track: 't1', event: 'e1', reason: 'lost' };
    for (const item of [track, rebase, tracklet, drop]) {
      expect(saidOf(item)?.outcome).toBe('kept');
    }
    const sharp = estimateAt(NOW);
    for (const change of [
      { time: after(3) },
      { state: sharp.state },
      { covariance: sharp.covariance },
    ]) {
      expect(saidOf(changed(track, change))?.says).toContain(
        'finer than its tick, cells and floor',
      );
    }
    for (const item of [rebase, tracklet]) {
      expect(saidOf(changed(item, { covariance: sharp.covariance }))?.says).toContain(
        'a state surer than its floor',
      );
    }
  });

  test('is named of a coverage report: a height or a probability between its steps', () => {
    const seen = {
      state: 'nothing-seen',
      leastHeightM: 40_000,
      detectionProbability: 0.8,
    } as const;
    const { item } = coverage(0, seen);
    expect(saidOf(item, WATCH.id)?.outcome).toBe('kept');
    for (const change of [{ leastHeightM: 41_000 }, { detectionProbability: 0.85 }]) {
      expect(saidOf(coverage(0, { ...seen, ...change }).item, WATCH.id)?.outcome).toBe('broken');
    }
  });
});

describe('terms that are not written', () => {
  test('a step of as many looks as the gate asks where the clause does not say', () => {
    const { looksATracklet: _, ...unsaid } = CLAUSE;
    const ask = { agreement: agreementOf([unsaid]), clause: CLAUSE.id };
    const step = (looks: number) => ({
      item: coarse(trackletItem(NOW, after(1), looks)),
      at: NOW,
    });
    expect(verdictOf([step(4)], 'terms', ask)?.outcome).toBe('kept');
    expect(verdictOf([step(3)], 'terms', ask)?.says).toContain('where 4 are the least');
  });

  test('of a coverage clause: a withdrawal may name it, and nothing goes when it is not in force', () => {
    const ask = { clause: WATCH.id };
    const named = { ...withdrawal(0), clause: WATCH.id };
    expect(verdictOf([coverage(0), named], 'terms', ask)?.outcome).toBe('kept');
    const late = { ...coverage(0), at: instantFromIso('2013-01-01T00:00:00Z') };
    expect(verdictOf([coverage(0), late], 'terms', ask)).toMatchObject({
      outcome: 'broken',
      proof: { failed: 1, first: 1 },
    });
  });
});

describe('tick', () => {
  test('one thing twice in a tick is told, two things are not, and what was delayed is not', () => {
    const fine = [state(0, 0), state(0, 0, 't2'), state(0, 1)];
    expect(verdictOf(fine, 'tick')?.outcome).toBe('kept');
    const twice = [...fine, state(1, 1)];
    expect(verdictOf(twice, 'tick')).toMatchObject({ outcome: 'broken', proof: { first: 3 } });
    const twoReports = [1, 2].map((update) => ({ item: report({ update }), at: NOW }));
    expect(verdictOf(twoReports, 'tick')?.proof.first).toBe(1);
    const delayed = agreementOf([{ ...CLAUSE, delayS: 60 }]);
    expect(verdictOf(twice, 'tick', { agreement: delayed })?.outcome).toBe('nothing');
  });

  test('ticks without a state are counted track by track', () => {
    const { accounts } = judge([state(0, 0), state(0, 1), state(0, 5), state(0, 100, 't2')]);
    expect(accounts[0]?.ticks).toEqual({ between: 7, without: 3 });
    expect(accounts[0]?.releases).toEqual({ track: 4 });
  });
});

describe('latency', () => {
  test('R-60: a state is late from its last look, and the verdict turns on the one that is', () => {
    const fine = [state(3, 3), state(10, 20), state(1, 30)];
    expect(verdictOf(fine, 'latency of states')).toMatchObject({
      outcome: 'kept',
      proof: { judged: 3, failed: 0, first: null, worst: 1 },
      says: 'promised within 10 seconds; the slowest took 10 s',
    });
    const late = [state(3, 3), state(10.001, 20), state(40, 50), state(1, 60)];
    expect(verdictOf(late, 'latency of states')).toMatchObject({
      outcome: 'broken',
      proof: { judged: 4, failed: 2, first: 1, worst: 2 },
      says: 'promised within 10 seconds; 2 of 4 took longer, the slowest 40 s',
    });
    expect(verdictOf([], 'latency of states')?.outcome).toBe('nothing');
    expect(verdictOf([{ item: report(), at: NOW }], 'latency of states')?.outcome).toBe('nothing');
  });

  test('of a launch its first report counts, from the launch it names', () => {
    const launchTime = after(-100);
    const first = { item: report({ launchTime: null }), at: after(-90) };
    const named = { item: report({ launchTime, update: 2 }), at: after(20) };
    const more = { item: report({ launchTime, update: 3 }), at: after(900) };
    expect(verdictOf([first, named, more], 'latency of reports')?.outcome).toBe('kept');
    const later = { ...named, at: after(21) };
    expect(verdictOf([first, later, more], 'latency of reports')).toMatchObject({
      outcome: 'broken',
      proof: { judged: 1, first: 1, worst: 1 },
    });
  });

  test('the distribution is told where nothing is promised, too', () => {
    const ages = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30];
    const { accounts, verdicts } = judge(
      ages.map((age, i) => state(age, 100 * i)),
      agreementOf([CLAUSE]),
    );
    const expected = { count: 10, medianS: 5, p90S: 9, worstS: 30 };
    expect(accounts[0]?.stateLatency).toEqual(expected);
    expect(verdicts.some(({ promise }) => promise.startsWith('latency'))).toBe(false);
  });
});

test('R-61: what no ledger shows is said not to be shown, and breaks nothing', () => {
  const notice = {
    id: 'west-notices',
    from: 'west',
    to: 'east',
    of: ['icbm'],
    force: 'binding',
  } as const;
  const agreement = agreementOf([CLAUSE], {
    onwardRelease: [{ of: 'west', to: ['north'], under: 'originator' }],
    duties: { notices: [notice], retention: [{ by: 'east', days: 30 }] },
  });
  const said = state(0, 0);
  const judged = judge([{ ...said, item: coarse(said.item) }], agreement);
  const unseen = judged.verdicts.filter(({ outcome }) => outcome === 'not shown');
  expect(unseen.map(({ from, promise, clause }) => [from, promise, clause])).toEqual([
    ['west', 'notices', 'west-notices'],
    ['east', 'retention', null],
    ['west', 'onward release', null],
    ['east', 'onward release', null],
  ]);
  expect(isBroken(judged)).toBe(false);
  expect(isBroken(judge([state(99, 0)]))).toBe(true);
});
