// SPDX-License-Identifier: Apache-2.0
// An agreement in words, its defects, and what a new version gives. The gate is the oracle: what is
// said never to apply changes no decision, and what is said to be given is.

import { addSeconds, instantFromIso } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { Agreement, Clause } from './agreement.ts';
import { compareAgreements } from './agreement-changes.ts';
import { checkAgreement } from './agreement-findings.ts';
import { describeAgreement } from './agreement-words.ts';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  NOW,
  REPORT,
  rebaseItem,
  termsOf,
  trackItem,
  trackletItem,
} from './fixtures.ts';
import { type Draft, decide } from './gate.ts';
import { createMemory } from './memory.ts';

const BACK: Clause = { ...CLAUSE, id: 'east-launches', from: 'east', to: 'west' };
const { looksATracklet: _, ...PLAIN } = CLAUSE;
const TRACKS: Clause = { ...PLAIN, level: 'track' };
const REPORTS: Clause = { ...PLAIN, level: 'report', gridKm: { report: 10, track: 0 } };

/** Everything an agreement lets go of a run of drafts, as text. */
function released(agreement: Agreement): string {
  const later = addSeconds(NOW, 100);
  const drafts: readonly Draft[] = (['launch', 'aircraft'] as const).flatMap((category) => [
    draftOf(REPORT, { category }),
    draftOf(trackItem(), { category }),
    draftOf({ ...rebaseItem(), track: 't2' }, { category }),
    draftOf({ ...trackletItem(NOW, later, 4), track: 't2' }, { category }),
  ]);
  let memory = createMemory();
  const items: unknown[] = [];
  for (const draft of drafts) {
    const at = draft.item.kind === 'tracklet' ? later : NOW;
    const decision = decide(memory, draft, termsOf(agreement), at);
    memory = decision.memory;
    items.push(decision.outcome === 'release' ? decision.released.item : decision.outcome);
  }
  return JSON.stringify(items);
}

describe('words', () => {
  test('every term of a clause is told: another value is another text', () => {
    const text = (change: Partial<Clause>): string =>
      JSON.stringify(describeAgreement(agreementOf([{ ...CLAUSE, ...change }])));
    const circle = { kind: 'circle', latitudeDeg: 40, longitudeDeg: -30.5, radiusKm: 500 } as const;
    const box = { kind: 'box', southDeg: -5, northDeg: 5, westDeg: 170, eastDeg: -170 } as const;
    const changes: readonly Partial<Clause>[] = [
      {},
      { id: 'other' },
      { category: 'aircraft' },
      { level: 'report' },
      { level: 'track' },
      { impactRegions: false },
      { region: circle },
      { region: { ...circle, radiusKm: 501 } },
      { region: box },
      { tickS: 60 },
      { gridKm: { report: 20, track: 1 } },
      { gridKm: { report: 10, track: 0 } },
      { delayS: 3600 },
      { looksATracklet: 5 },
      { accuracyFloor: { positionM: 500, velocityMps: 5 } },
      { accuracyFloor: { positionM: 500, velocityMps: 6 } },
    ];
    const texts = changes.map(text);
    expect(new Set(texts).size).toBe(changes.length);
    expect(text({ region: circle })).toContain('within 500 km of 40° N 30.5° W');
    expect(text({ region: box })).toContain(
      'between 5° S and 5° N, eastward from 170° E to 170° W',
    );
  });

  test('what is not given is told, in each direction', () => {
    const [west, east] = describeAgreement(agreementOf([CLAUSE])).directions;
    expect(west?.nothing).toBe('Of space objects and aircraft it gives nothing.');
    expect(east).toMatchObject({
      gives: [],
      nothing: 'Of launches, space objects and aircraft it gives nothing.',
    });
  });
});

describe('findings', () => {
  const findings = (clause: Clause, change: Partial<Agreement> = {}): string[] =>
    checkAgreement(agreementOf([clause, BACK], change), NOW).flatMap(({ kind, path }) =>
      kind === 'gap' ? [] : [`${kind} ${path}`],
    );

  test.each<readonly [string, Clause, Clause, string]>([
    ['plots', { ...CLAUSE, level: 'plot' }, CLAUSE, 'never applies /clauses/0/level'],
    [
      'a grid of tracks',
      { ...REPORTS, gridKm: { report: 10, track: 5 } },
      REPORTS,
      'never applies /clauses/0/gridKm/track',
    ],
    ['looks', { ...TRACKS, looksATracklet: 9 }, TRACKS, 'never applies /clauses/0/looksATracklet'],
    [
      'a floor',
      { ...REPORTS, accuracyFloor: { positionM: 1000, velocityMps: 10 } },
      REPORTS,
      'never applies /clauses/0/accuracyFloor',
    ],
    [
      'a floor of nothing',
      { ...TRACKS, accuracyFloor: { positionM: 0, velocityMps: 0 } },
      TRACKS,
      'never applies /clauses/0/accuracyFloor',
    ],
    [
      'a floor under the grid',
      { ...TRACKS, accuracyFloor: { positionM: 200, velocityMps: 0 } },
      TRACKS,
      'never applies /clauses/0/accuracyFloor/positionM',
    ],
  ])('%s: the term is named, and the gate decides as without it', (_name, spoilt, mended, told) => {
    expect(findings(spoilt)).toEqual([told]);
    expect(findings(mended)).toEqual([]);
    expect(released(agreementOf([spoilt]))).toBe(released(agreementOf([mended])));
  });

  test('a floor over what the grid adds, or of speeds alone, is none', () => {
    for (const accuracyFloor of [
      { positionM: 289, velocityMps: 0 },
      { positionM: 0, velocityMps: 1 },
    ]) {
      expect(findings({ ...TRACKS, accuracyFloor })).toEqual([]);
    }
    // With steps that have no grid it holds wherever it lies.
    const accuracyFloor = { positionM: 1, velocityMps: 0 };
    expect(findings({ ...CLAUSE, accuracyFloor })).toEqual([]);
  });

  test('areas of impact of aircraft, and reports of them', () => {
    const aircraft: Clause = { ...REPORTS, category: 'aircraft' };
    expect(findings(aircraft)).toEqual([
      'never applies /clauses/0/level',
      'never applies /clauses/0/impactRegions',
    ]);
  });

  test('a delay beyond every flight, or beyond the agreement; an agreement that is over, live alone', () => {
    expect(findings({ ...CLAUSE, delayS: 2377 })).toEqual([]);
    expect(findings({ ...CLAUSE, delayS: 2378 })).toEqual(['too late /clauses/0/delayS']);
    const validity = { from: '2012-06-01T00:00:00Z', until: '2012-06-01T01:00:00Z' };
    expect(findings({ ...CLAUSE, delayS: 3600 }, { validity })).toEqual([
      'never applies /clauses/0/delayS',
    ]);
    const over = { from: '2011-06-01T00:00:00Z', until: '2012-06-01T12:00:00Z' };
    expect(instantFromIso(over.until)).toBe(NOW);
    expect(findings(CLAUSE, { validity: over })).toEqual([]);
    expect(findings(CLAUSE, { validity: over, mode: 'live' })).toEqual([
      'never applies /validity/until',
    ]);
  });

  test('what one gives and the other does not is a gap, and no defect', () => {
    expect(checkAgreement(agreementOf([CLAUSE]), NOW).map(({ says }) => says)).toEqual([
      'west gives something of launches, and east nothing',
      'nobody gives anything of space objects',
      'nobody gives anything of aircraft',
    ]);
  });
});

describe('changes', () => {
  const changes = (before: Clause, after: Clause): string[] =>
    compareAgreements(agreementOf([before]), agreementOf([after])).map(
      ({ effect, says }) => `${effect} ${says}`,
    );

  test('each term is told in the direction in which more goes', () => {
    const finer: Clause = {
      ...CLAUSE,
      impactRegions: true,
      tickS: 1,
      gridKm: { report: 5, track: 0 },
      delayS: 0,
      looksATracklet: 2,
    };
    const coarser: Clause = {
      ...finer,
      level: 'track',
      impactRegions: false,
      tickS: 10,
      gridKm: { report: 10, track: 1 },
      delayS: 60,
      looksATracklet: 4,
      accuracyFloor: { positionM: 500, velocityMps: 5 },
    };
    const given = changes(coarser, finer);
    expect(given).toEqual([
      'gives level: tracklet; was track',
      'gives areas of impact: told; was not told',
      'gives tick: 1 second; was 10 seconds',
      'gives cells of reports: 5 km; was 10 km',
      'gives cells of tracks: none; was 1 km',
      'gives delay: none; was 1 minute',
      'gives looks a tracklet: at least 2; was at least 4',
      'gives floor of positions: 0 m; was 500 m',
      'gives floor of speeds: 0 m/s; was 5 m/s',
    ]);
    const taken = changes(finer, coarser);
    expect(taken.every((one) => one.startsWith('takes '))).toBe(true);
    expect(taken).toHaveLength(given.length);
    expect(changes(CLAUSE, CLAUSE)).toEqual([]);
  });

  test('a region gives what it holds more of, across the antimeridian too', () => {
    const box = { kind: 'box', southDeg: 0, northDeg: 10, westDeg: 170, eastDeg: -170 } as const;
    const within = { ...CLAUSE, region: { ...box, westDeg: 175, eastDeg: -175 } };
    const effect = (a: Clause, b: Clause): string | undefined => changes(a, b)[0]?.split(' ')[0];
    expect(effect(within, { ...CLAUSE, region: box })).toBe('gives');
    expect(effect({ ...CLAUSE, region: box }, within)).toBe('takes');
    expect(effect({ ...CLAUSE, region: box }, CLAUSE)).toBe('gives');
    const other = { ...CLAUSE, region: { ...box, westDeg: 160, eastDeg: -175 } };
    expect(effect({ ...CLAUSE, region: box }, other)).toBe('changes');
    // All but a narrow strip holds both ends of a box that crosses the strip, and not the box.
    const most = { ...CLAUSE, region: { ...box, westDeg: 20, eastDeg: 10 } };
    const across = { ...CLAUSE, region: { ...box, westDeg: 0, eastDeg: 30 } };
    expect(effect(across, most)).toBe('changes');
    const circle = { kind: 'circle', latitudeDeg: 0, longitudeDeg: 0, radiusKm: 1000 } as const;
    const inner = { ...CLAUSE, region: { ...circle, longitudeDeg: 1, radiusKm: 800 } };
    expect(effect(inner, { ...CLAUSE, region: circle })).toBe('gives');
    expect(
      effect({ ...inner, region: { ...circle, longitudeDeg: 2 } }, { ...CLAUSE, region: circle }),
    ).toBe('changes');
  });

  test('clauses come and go; the whole changes by parties, mode and time', () => {
    const both = agreementOf([CLAUSE, BACK]);
    const [gone] = compareAgreements(both, agreementOf([CLAUSE]));
    expect(gone).toMatchObject({ effect: 'takes', direction: { from: 'east', to: 'west' } });
    const [come] = compareAgreements(agreementOf([CLAUSE]), both);
    expect(come).toMatchObject({ effect: 'gives', clause: 'east-launches' });
    const later = agreementOf([CLAUSE], {
      mode: 'live',
      validity: { from: '2012-02-01T00:00:00Z', until: '2014-01-01T00:00:00Z' },
    });
    expect(
      compareAgreements(agreementOf([CLAUSE]), later).map(({ effect, says }) => [effect, says]),
    ).toEqual([
      ['changes', 'for live data; was for exercise data'],
      ['takes', 'in force from 2012-02-01 00:00:00 UTC; was from 2012-01-01 00:00:00 UTC'],
      ['gives', 'in force until 2014-01-01 00:00:00 UTC; was until 2013-01-01 00:00:00 UTC'],
    ]);
    const renamed = compareAgreements(agreementOf([CLAUSE]), agreementOf([{ ...CLAUSE, id: 'x' }]));
    expect(renamed.map(({ says }) => says)).toEqual(['what goes is marked x; was west-launches']);
  });
});
