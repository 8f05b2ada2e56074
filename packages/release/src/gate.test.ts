// SPDX-License-Identifier: Apache-2.0
// The gate's rules one by one, and the whole table of its answers as a golden file.

import { join } from 'node:path';
import { geodeticFromDegrees } from '@isthmus/earth';
import type { Item } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import type { Clause } from './agreement.ts';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  estimateAt,
  identify,
  NOW,
  REPORT,
  rebaseItem,
  seconds,
  termsOf,
  trackItem,
  trackletItem,
} from './fixtures.ts';
import { type Decision, type Draft, decide, recall, releaseDue, type Terms } from './gate.ts';
import { LIMITS } from './limits.ts';
import { createMemory, type GateMemory, trackletBase } from './memory.ts';

const TERMS = termsOf(agreementOf([CLAUSE]));
const at = (count: number) => seconds(NOW, count);
const termsWith = (change: Partial<Clause>, of: Partial<Terms> = {}): Terms =>
  termsOf(agreementOf([{ ...CLAUSE, ...change }]), of);
const WITHDRAWAL: Item = { kind: 'withdrawal', event: 'e1', reason: 'false' };
const COVERAGE: Item = {
  kind: 'coverage-report',
  objectClass: 'medium-range',
  from: at(-7200),
  until: at(-600),
  state: 'nothing-seen',
  leastHeightM: 40_000,
  detectionProbability: 0.8,
};
const DROP: Item = { kind: 'drop', track: 't1', event: 'e1', reason: 'lost' };

/** What a decision says, in one line. */
function said(decision: Decision): string {
  if (decision.outcome === 'withhold') {
    return `withhold: ${decision.reasons.map(({ code }) => code).join(', ')}`;
  }
  return decision.outcome === 'not-due' ? `not due: ${decision.because}` : decision.outcome;
}

/** Applies drafts in turn and returns the memory. */
function after(...drafts: readonly (readonly [Item, number])[]): GateMemory {
  let memory = createMemory();
  for (const [item, when] of drafts) {
    const decision = decide(memory, draftOf(item), TERMS, at(when));
    if (decision.outcome !== 'release') throw new Error(said(decision));
    memory = decision.memory;
  }
  return memory;
}

const EMPTY = createMemory();

describe('what stands before any clause', () => {
  test('R-20: unknown kind, field, party, mode and time are withheld, all reasons named', () => {
    const ask = (draft: Draft, terms: Terms = TERMS, when = NOW): string =>
      said(decide(EMPTY, draft, terms, when));
    const draft = draftOf(REPORT);
    const strange = (item: unknown): Draft => ({ ...draft, item: item as Item });
    expect(ask(strange({ kind: 'tasking', event: 'e1' }))).toBe('withhold: unknown-kind');
    expect(ask(strange({ kind: 'constructor' }))).toBe('withhold: unknown-kind');
    expect(ask(strange(null))).toBe('withhold: unknown-kind');
    expect(ask(strange({ ...REPORT, operator: 'x' }))).toBe('withhold: unknown-field');
    expect(ask(draft, termsOf(TERMS.agreement, { to: 'north' }))).toBe('withhold: unknown-party');
    expect(ask(draft, termsOf(TERMS.agreement, { to: 'west' }))).toBe('withhold: unknown-party');
    expect(ask({ ...draft, mode: 'live' })).toBe('withhold: wrong-mode');
    const early = seconds(NOW, -200 * 86_400);
    expect(ask(draft, TERMS, early)).toBe('withhold: not-yet-valid');
    const late = seconds(NOW, 300 * 86_400);
    expect(ask(draft, TERMS, late)).toBe('withhold: expired');
    expect(ask({ ...draft, mode: 'live' }, TERMS, late)).toBe('withhold: wrong-mode, expired');
  });

  test('R-20: the first instant of validity is in force and the last is not', () => {
    const from = Date.parse('2012-01-01T00:00:00Z') * 1000;
    const until = Date.parse('2013-01-01T00:00:00Z') * 1000;
    const ask = (us: number): string =>
      said(decide(EMPTY, draftOf(REPORT), TERMS, us as typeof NOW));
    expect([from - 1, from, until - 1, until].map(ask)).toEqual([
      'withhold: not-yet-valid',
      'release',
      'release',
      'withhold: expired',
    ]);
  });

  test('R-6: every withheld draft has a reason with a sentence', () => {
    const decision = decide(EMPTY, { ...draftOf(REPORT), mode: 'live' }, TERMS, NOW);
    if (decision.outcome !== 'withhold') throw new Error(said(decision));
    expect(decision.reasons[0]?.text).toMatch(/^Live and exercise never mix.*\.$/);
  });
});

describe('the clause', () => {
  test('R-21: direction and category are matched exactly', () => {
    const ask = (change: Partial<Draft>, terms: Terms = TERMS): string =>
      said(decide(EMPTY, draftOf(REPORT, change), terms, NOW));
    expect(ask({ category: 'space-object' })).toBe('withhold: no-clause');
    expect(ask({ category: 'aircraft' })).toBe('withhold: no-clause');
    expect(ask({ category: 'undetermined' })).toBe('withhold: undetermined');
    expect(ask({}, termsOf(TERMS.agreement, { from: 'east', to: 'west' }))).toBe(
      'withhold: no-clause',
    );
    expect(ask({})).toBe('release');
  });

  test('R-22: a clause bound to a region covers what is known to lie in it, its border included', () => {
    const ask = (region: Clause['region'], latitude: number, longitude: number): string => {
      const terms = region === undefined ? TERMS : termsWith({ region });
      const where = Number.isNaN(latitude) ? null : geodeticFromDegrees(latitude, longitude);
      return said(decide(EMPTY, draftOf(REPORT, { region: where }), terms, NOW));
    };
    const box = { kind: 'box', southDeg: 10, northDeg: 30, westDeg: 50, eastDeg: 70 } as const;
    expect(ask(box, 20, 60)).toBe('release');
    expect(ask(box, 30, 70)).toBe('release');
    expect(ask(box, 20, 71)).toBe('withhold: outside-region');
    expect(ask(box, 20, 420)).toBe('release');
    expect(ask(box, 31, 60)).toBe('withhold: outside-region');
    expect(ask(box, Number.NaN, 0)).toBe('withhold: region-unknown');
    expect(ask(box, 20, Number.POSITIVE_INFINITY)).toBe('withhold: outside-region');
    const across = { ...box, westDeg: 170, eastDeg: -170 };
    expect(ask(across, 20, 180)).toBe('release');
    expect(ask(across, 20, -175)).toBe('release');
    expect(ask(across, 20, 0)).toBe('withhold: outside-region');
    const circle = { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 100 } as const;
    expect(ask(circle, 20.5, 62.5)).toBe('release');
    expect(ask(circle, 21.5, 62)).toBe('withhold: outside-region');
    expect(ask(undefined, Number.NaN, 0)).toBe('release');
  });

  test('R-23: a clause gives its level and those before it', () => {
    const items: readonly Item[] = [REPORT, trackItem(), rebaseItem()];
    const answers = (['report', 'track', 'tracklet', 'plot'] as const).map((level) =>
      items.map((item) => said(decide(EMPTY, draftOf(item), termsWith({ level }), NOW))),
    );
    const above = 'withhold: above-level';
    expect(answers).toEqual([
      ['release', above, above],
      ['release', 'release', above],
      ['release', 'release', 'release'],
      ['release', 'release', 'release'],
    ]);
  });

  test('R-24: what is no value, or too large for the wire, is withheld', () => {
    const ask = (item: unknown): string =>
      said(decide(EMPTY, draftOf(item as Item, { current: null }), TERMS, NOW));
    const track = trackItem();
    const estimate = (change: object): unknown => ({
      ...track,
      estimate: { ...track.estimate, ...change },
    });
    const malformed = [
      { ...REPORT, launchTimeSigmaS: Number.NaN },
      { ...REPORT, impactArea: undefined },
      { ...REPORT, impactArea: { centre: null, radiusM: 1 } },
      { ...REPORT, launchArea: { ...REPORT.launchArea, radiusM: -1 } },
      { ...REPORT, sources: ['lidar'] },
      { ...REPORT, assessment: 'launch' },
      { ...REPORT, event: '' },
      { ...REPORT, objectCountAtLeast: 1.5 },
      { kind: 'launch-report' },
      { ...track, phase: 'loiter' },
      { ...track, looks: -1 },
      { ...track, estimate: null },
      estimate({ state: [1, 2, 3] }),
      estimate({ time: 0.5 }),
      estimate({ covariance: track.estimate.covariance.map(() => 1) }),
      estimate({ covariance: track.estimate.covariance.map(() => 0) }),
      { ...DROP, reason: 'bored' },
      { ...WITHDRAWAL, reason: 'bored' },
      { kind: 'test', serial: -1 },
    ];
    for (const item of malformed) expect([item, ask(item)]).toEqual([item, 'withhold: malformed']);
    const far = [1e9, 0, 0, 0, 0, 0];
    expect(ask(estimate({ state: far }))).toBe('withhold: not-representable');
    const vague = track.estimate.covariance.map((value) => value * 1e22);
    expect(ask(estimate({ covariance: vague }))).toBe('withhold: not-representable');
    expect(ask({ ...REPORT, launchTimeSigmaS: 1e6 })).toBe('withhold: not-representable');
  });

  test('R-5: identifiers that go are those of the agreement, or nothing goes', () => {
    const decision = decide(EMPTY, draftOf(trackItem()), TERMS, NOW);
    if (decision.outcome !== 'release') throw new Error(said(decision));
    expect(decision.released.item).toMatchObject({ track: identify('t1'), event: identify('e1') });
    const broken = termsOf(TERMS.agreement, { identify: (localId) => localId });
    for (const item of [REPORT, trackItem()]) {
      expect(said(decide(EMPTY, draftOf(item), broken, NOW))).toBe('withhold: bad-identifier');
    }
    const known = after([REPORT, 0]);
    expect(said(decide(known, draftOf(WITHDRAWAL), broken, NOW))).toBe('withhold: bad-identifier');
  });
});

describe('each kind of item', () => {
  test('R-30: a report goes when the partner would read something new, once a tick, numbered here', () => {
    const memory = after([REPORT, 0]);
    const ask = (change: Partial<typeof REPORT>, when: number) =>
      decide(memory, draftOf({ ...REPORT, ...change }), TERMS, at(when));
    expect(said(ask({}, 10))).toBe('not due: unchanged');
    expect(said(ask({ update: 7 }, 10))).toBe('not due: unchanged');
    expect(said(ask({ launchTimeSigmaS: 3.31 }, 10))).toBe('not due: unchanged');
    expect(said(ask({ assessment: 'confirmed' }, 0.9))).toBe('not due: tick');
    const second = ask({ assessment: 'confirmed', update: 7 }, 1);
    if (second.outcome !== 'release') throw new Error(said(second));
    expect(second.released.item).toMatchObject({ update: 2, assessment: 'confirmed' });
  });

  test('R-31: a track state goes once a tick', () => {
    const memory = after([trackItem(), 0]);
    const ask = (when: number): string =>
      said(decide(memory, draftOf(trackItem(at(when))), TERMS, at(when)));
    expect([ask(0.5), ask(1)]).toEqual(['not due: tick', 'release']);
    const slow = termsWith({ tickS: 30 });
    const first = decide(EMPTY, draftOf(trackItem()), slow, NOW);
    const then = (when: number): string =>
      said(decide(first.memory, draftOf(trackItem(at(when))), slow, at(when)));
    expect([then(29.9), then(30)]).toEqual(['not due: tick', 'release']);
  });

  test('R-32: a rebase is the new base, and an epoch never goes back', () => {
    const memory = after([rebaseItem(NOW, 2), 0]);
    expect(trackletBase(memory, 't1')).toMatchObject({ epoch: 2, looks: 9 });
    const ask = (epoch: number, when: number): string =>
      said(decide(memory, draftOf(rebaseItem(at(when), epoch)), TERMS, at(when)));
    expect(ask(1, 5)).toBe('withhold: base-mismatch');
    expect(ask(3, 0.5)).toBe('not due: tick');
    expect([ask(2, 5), ask(3, 5)]).toEqual(['release', 'release']);
    expect(trackletBase(memory, 'constructor')).toBeNull();
  });

  test('R-33: a tracklet follows exactly on the base the partner holds, over enough looks', () => {
    const memory = after([rebaseItem(), 0]);
    const ask = (change: object, when = 4, draft: Partial<Draft> = {}): string => {
      const item = { ...trackletItem(NOW, at(4)), ...change };
      return said(decide(memory, draftOf(item, draft), TERMS, at(when)));
    };
    const mismatch = 'withhold: base-mismatch';
    expect(ask({})).toBe('release');
    expect(ask({ base: at(1) })).toBe(mismatch);
    expect(ask({ epoch: 2 })).toBe(mismatch);
    expect(ask({ estimate: estimateAt(NOW) })).toBe(mismatch);
    expect(ask({ track: 't2' })).toBe(mismatch);
    expect(ask({}, 4, { current: null })).toBe(mismatch);
    expect(ask({}, 4, { current: estimateAt(at(5)) })).toBe(mismatch);
    expect(ask({ looks: 3 })).toBe('not due: looks');
    expect(ask({}, 0.9)).toBe('not due: tick');
    const beyond = { ...estimateAt(at(4)), state: [1e9, 0, 0, 0, 0, 0] };
    expect(ask({ estimate: beyond })).toBe('not due: looks');
    const { looksATracklet: _, ...unsaid } = CLAUSE;
    const terms = termsOf(agreementOf([unsaid]));
    const few = draftOf(trackletItem(NOW, at(4), 3));
    expect(said(decide(memory, few, terms, at(4)))).toBe('not due: looks');
  });

  test('R-33: after a tracklet the next one follows on its end', () => {
    const memory = after([rebaseItem(), 0], [trackletItem(NOW, at(4)), 4]);
    expect(trackletBase(memory, 't1')).toMatchObject({ epoch: 1, looks: 13 });
    expect(trackletBase(memory, 't1')?.estimate.time).toBe(at(4));
    const next = (base: number): string =>
      said(decide(memory, draftOf(trackletItem(at(base), at(8))), TERMS, at(8)));
    expect([next(0), next(4)]).toEqual(['withhold: base-mismatch', 'release']);
  });

  test('R-34: a drop ends what was begun and nothing else', () => {
    expect(said(decide(EMPTY, draftOf(DROP), TERMS, NOW))).toBe('not due: nothing-released');
    const memory = after([rebaseItem(), 0], [DROP, 0]);
    expect(trackletBase(memory, 't1')).toBeNull();
    expect(said(decide(memory, draftOf(DROP), TERMS, NOW))).toBe('not due: nothing-released');
  });

  test('R-35: a withdrawal of what was released goes whatever became of the agreement', () => {
    const late = seconds(NOW, 300 * 86_400);
    for (const memory of [after([REPORT, 0]), after([rebaseItem(), 0])]) {
      const empty = termsOf(agreementOf([]));
      const decision = decide(memory, draftOf(WITHDRAWAL, { category: 'aircraft' }), empty, late);
      if (decision.outcome !== 'release') throw new Error(said(decision));
      expect(decision.clause).toBe('west-launches');
      expect(decision.released.item).toEqual({ ...WITHDRAWAL, event: identify('e1') });
      const again = decide(decision.memory, draftOf(WITHDRAWAL), TERMS, NOW);
      expect(said(again)).toBe('not due: unchanged');
    }
    expect(said(decide(EMPTY, draftOf(WITHDRAWAL), TERMS, NOW))).toBe('not due: nothing-released');
  });

  test('R-35: a withdrawal of the other mode or to another party stays', () => {
    const memory = after([REPORT, 0]);
    expect(said(decide(memory, draftOf(WITHDRAWAL, { mode: 'live' }), TERMS, NOW))).toBe(
      'withhold: wrong-mode',
    );
    const other = termsOf(TERMS.agreement, { to: 'north' });
    expect(said(decide(memory, draftOf(WITHDRAWAL), other, NOW))).toBe('withhold: unknown-party');
  });

  test('R-35: a withdrawal is owed of what went, also after a second report and under a delay since', () => {
    const memory = after([REPORT, 0], [{ ...REPORT, assessment: 'confirmed' }, 1]);
    expect(said(decide(memory, draftOf(WITHDRAWAL), TERMS, at(2)))).toBe('release');
    // The third report waits: that the first went is still remembered.
    const slow = termsWith({ delayS: 60 });
    const third = draftOf({ ...REPORT, assessment: 'concluded' });
    const waiting = decide(memory, third, slow, at(2));
    expect(said(waiting)).toBe('not due: delayed');
    expect(said(decide(waiting.memory, draftOf(WITHDRAWAL), slow, at(3)))).toBe('release');
  });

  test('R-36: nothing more is said of an event that was withdrawn, and its tracks are forgotten', () => {
    const memory = after([REPORT, 0], [rebaseItem(), 0], [WITHDRAWAL, 1]);
    expect(trackletBase(memory, 't1')).toBeNull();
    for (const item of [REPORT, trackItem(), rebaseItem(), DROP]) {
      expect(said(decide(memory, draftOf(item), TERMS, at(9)))).toBe('withhold: withdrawn');
    }
  });

  test('R-36: nor of one that was withdrawn before anything of it went, under whatever agreement', () => {
    const before = decide(EMPTY, draftOf(WITHDRAWAL), termsOf(agreementOf([])), NOW);
    expect(said(before)).toBe('not due: nothing-released');
    for (const item of [REPORT, trackItem(at(9)), rebaseItem(at(9))]) {
      expect(said(decide(before.memory, draftOf(item), TERMS, at(9)))).toBe('withhold: withdrawn');
    }
    const again = decide(before.memory, draftOf(WITHDRAWAL), TERMS, at(9));
    expect(said(again)).toBe('not due: unchanged');
    expect(again.memory).toBe(before.memory);
    const other = draftOf({ ...REPORT, event: 'e2' });
    expect(said(decide(before.memory, other, TERMS, at(9)))).toBe('release');
  });

  test('R-37: a delayed item waits its time, and goes only while the terms still give it', () => {
    const terms = termsWith({ delayS: 60 });
    const decision = decide(EMPTY, draftOf(REPORT), terms, NOW);
    expect(said(decision)).toBe('not due: delayed');
    const { memory } = decision;
    expect(releaseDue(memory, terms, at(59))).toEqual({
      memory,
      released: [],
      gone: [],
      dropped: [],
    });
    const due = releaseDue(memory, terms, at(60.7));
    expect(due.gone).toEqual(memory.held);
    expect(due.released.map(({ item, at: when }) => [item.kind, when])).toEqual([
      ['launch-report', at(60)],
    ]);
    expect(due.memory.held).toEqual([]);
    expect(said(decide(due.memory, draftOf(WITHDRAWAL), terms, at(61)))).toBe('release');
    const gone: readonly Terms[] = [
      termsOf(agreementOf([])),
      termsWith({ delayS: 60 }, { agreementHash: 'cd'.repeat(32) }),
      termsWith({ delayS: 60 }, { to: 'north' }),
    ];
    for (const other of gone) {
      const dropped = releaseDue(memory, other, at(60));
      expect([dropped.released, dropped.memory.held]).toEqual([[], []]);
    }
    const late = seconds(NOW, 300 * 86_400);
    expect(releaseDue(memory, terms, late).released).toEqual([]);
  });

  test('R-38: what a lost memory let go is recalled by identifier, and nothing else can be', () => {
    const sent = { event: identify('e9'), clause: CLAUSE.id };
    const late = seconds(NOW, 300 * 86_400);
    for (const [terms, now] of [
      [TERMS, NOW],
      [termsOf(agreementOf([])), NOW],
      [TERMS, late],
    ] as const) {
      const recalled = recall(sent, terms, now);
      expect(recalled?.item).toEqual({
        kind: 'withdrawal',
        event: sent.event,
        reason: 'released-in-error',
      });
      expect(recalled?.clause).toBe(CLAUSE.id);
    }
    for (const event of ['e9', '', `${sent.event}0`, sent.event.slice(1)]) {
      expect(recall({ ...sent, event }, TERMS, NOW), event).toBeNull();
    }
    expect(recall(sent, termsWith({}, { to: 'north' }), NOW)).toBeNull();
  });

  test('R-37: a withdrawal stops what still waits, and says nothing of what was never said', () => {
    const terms = termsWith({ delayS: 60 });
    const { memory } = decide(EMPTY, draftOf(REPORT), terms, NOW);
    const decision = decide(memory, draftOf(WITHDRAWAL), terms, at(1));
    expect(said(decision)).toBe('not due: nothing-released');
    expect(decision.memory.held).toEqual([]);
  });

  test('R-37: a test message waits like the rest, and the queue has an end', () => {
    const terms = termsWith({ delayS: 60 });
    const draft = draftOf({ kind: 'test', serial: 1 });
    let { memory } = decide(EMPTY, draft, terms, NOW);
    expect(releaseDue(memory, terms, at(60)).released).toHaveLength(1);
    const [first] = memory.held;
    if (first === undefined) throw new Error('nothing is held');
    memory = { ...memory, held: Array.from({ length: LIMITS.heldMax }, () => first) };
    expect(said(decide(memory, draft, terms, NOW))).toBe('withhold: queue-full');
  });

  test('R-7: impact goes only where the clause gives it, and what was taken out is named', () => {
    const { impactRegions: _, ...without } = CLAUSE;
    const decision = decide(EMPTY, draftOf(REPORT), termsOf(agreementOf([without])), NOW);
    if (decision.outcome !== 'release') throw new Error(said(decision));
    expect(decision.removed).toEqual(['impactArea', 'impactTime', 'impactTimeSigmaS']);
    expect(decision.released.item).toMatchObject({
      impactArea: null,
      impactTime: null,
      impactTimeSigmaS: null,
    });
    expect(decision.fields).not.toContain('impactArea');
  });
});

test('R-25: the table of decisions is the reviewed one', async () => {
  const levels = ['report', 'track', 'tracklet', 'plot'] as const;
  const categories = ['launch', 'space-object', 'aircraft', 'undetermined'] as const;
  const histories: readonly (readonly [string, GateMemory])[] = [
    ['nothing', EMPTY],
    ['report and rebase', after([REPORT, 0], [rebaseItem(), 0])],
    ['withdrawn', after([REPORT, 0], [WITHDRAWAL, 0])],
  ];
  const items: readonly Item[] = [
    REPORT,
    trackItem(at(9)),
    rebaseItem(at(9), 2),
    trackletItem(NOW, at(9)),
    DROP,
    WITHDRAWAL,
    COVERAGE,
    { kind: 'test', serial: 1 },
  ];
  const lines = ['# level | category | before | item | answer'];
  for (const level of levels) {
    for (const category of categories) {
      for (const [before, memory] of histories) {
        for (const item of items) {
          const terms = termsWith({ level });
          const answer = said(decide(memory, draftOf(item, { category }), terms, at(9)));
          lines.push([level, category, before, item.kind, answer].join(' | '));
        }
      }
    }
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'decision-table.txt'),
  );
});
