// SPDX-License-Identifier: Apache-2.0
// What the gate asks of a policy and what it makes of the answer, with policies of a line that note what
// they were asked. Policies as officers write them are tried in adapters/cedar.test.ts.

import type { CoverageReport, Item } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { ReleaseError } from './errors.ts';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  NOW,
  REPORT,
  rebaseItem,
  seconds,
  termsOf,
  trackItem,
} from './fixtures.ts';
import { type Decision, type Draft, decide, releaseDue } from './gate.ts';
import { LIMITS } from './limits.ts';
import { createMemory, type GateMemory } from './memory.ts';
import {
  canonicalPolicy,
  type Policy,
  type PolicyAnswer,
  type PolicyQuestion,
  parsePolicySource,
} from './policy.ts';

const GULF = { kind: 'box', southDeg: 10, northDeg: 30, westDeg: 50, eastDeg: 70 } as const;
const NORTH = { kind: 'box', southDeg: 15, northDeg: 80, westDeg: 0, eastDeg: 180 } as const;
const FAR = { kind: 'circle', latitudeDeg: -60, longitudeDeg: 0, radiusKm: 10 } as const;
const REGIONS = { north: NORTH, gulf: GULF, far: FAR };

const COVERAGE = {
  id: 'gulf',
  from: 'west',
  to: 'east',
  region: GULF,
  objectClasses: ['medium-range' as const],
  everyS: 600,
};
const COVERED: CoverageReport = {
  kind: 'coverage-report',
  objectClass: 'medium-range',
  from: seconds(NOW, -1200),
  until: NOW,
  state: 'nothing-seen',
  leastHeightM: 40_000,
  detectionProbability: 0.8,
};
const AGREEMENT = agreementOf([CLAUSE], { coverage: [COVERAGE] });

type Asked = PolicyQuestion & { readonly regions: readonly string[] };

function policyOf(outcome: (asked: Asked) => PolicyAnswer['outcome'], asked: Asked[] = []): Policy {
  return {
    version: 'ef'.repeat(32),
    regions: REGIONS,
    decide(question) {
      asked.push(question);
      return { outcome: outcome(question), policies: ['one'] };
    },
  };
}

function decided(policy: Policy, draft: Draft): Decision {
  return decide(createMemory(), draft, termsOf(AGREEMENT, { policy }), NOW);
}

function questionOf(draft: Draft): Asked | undefined {
  const asked: Asked[] = [];
  decided(
    policyOf(() => 'permit', asked),
    draft,
  );
  return asked[0];
}

const coverage = draftOf(COVERED, { coverage: 'gulf', region: null });

describe('R-50: a policy', () => {
  test('is asked of discrete attributes, each from the draft and the clause', () => {
    expect(questionOf(draftOf(REPORT))).toStrictEqual({
      from: 'west',
      to: 'east',
      mode: 'exercise',
      kind: 'launch-report',
      category: 'launch',
      level: 'report',
      clause: 'west-launches',
      label: null,
      regions: ['gulf', 'north'],
      objectClass: 'none',
      source: 'both',
      state: 'tracked',
    });
    expect(questionOf(draftOf(rebaseItem()))).toMatchObject({
      kind: 'rebase',
      level: 'tracklet',
      source: 'radar',
      state: 'coast',
    });
    expect(questionOf(coverage)).toMatchObject({
      kind: 'coverage-report',
      clause: 'gulf',
      objectClass: 'medium-range',
      source: 'none',
      state: 'nothing-seen',
    });
    expect(questionOf(draftOf({ kind: 'test', serial: 1 }))).toMatchObject({
      source: 'none',
      state: 'none',
    });
  });

  test('is told of one kind of sensor by its name, and of none by that', () => {
    const source = (sources: (typeof REPORT)['sources']) =>
      questionOf(draftOf({ ...REPORT, sources }))?.source;
    expect(source(['infrared'])).toBe('infrared');
    expect(source(['radar', 'radar'])).toBe('radar');
    expect(source([])).toBe('none');
  });

  test('that does not permit withholds, with its reason and what decided', () => {
    const codes = { forbid: 'policy-forbids', silent: 'policy-silent', error: 'policy-error' };
    for (const draft of [draftOf(REPORT), coverage]) {
      for (const outcome of ['forbid', 'silent', 'error'] as const) {
        expect(
          decided(
            policyOf(() => outcome),
            draft,
          ),
        ).toMatchObject({
          outcome: 'withhold',
          reasons: [{ code: codes[outcome] }],
          policies: ['one'],
        });
      }
      const given = decided(
        policyOf(() => 'permit'),
        draft,
      );
      expect(given).toMatchObject({ outcome: 'release', policies: ['one'] });
    }
  });

  test('is not asked of a withdrawal', () => {
    const { memory } = decide(createMemory(), draftOf(REPORT), termsOf(AGREEMENT), NOW);
    const withdrawal: Item = { kind: 'withdrawal', event: 'e1', reason: 'false' };
    const none = termsOf(AGREEMENT, { policy: policyOf(() => 'forbid') });
    expect(decide(memory, draftOf(withdrawal), none, NOW).outcome).toBe('release');
  });
});

describe('R-52: of what has no known place', () => {
  const nowhere = draftOf(trackItem(), { region: null });

  test('a policy must hold in none of its regions and in all of them', () => {
    const asked: Asked[] = [];
    expect(
      decided(
        policyOf(() => 'permit', asked),
        nowhere,
      ).outcome,
    ).toBe('release');
    expect(asked.map(({ regions }) => regions)).toEqual([[], ['far', 'gulf', 'north']]);
    for (const holds of [0, 3]) {
      const policy = policyOf(({ regions }) => (regions.length === holds ? 'permit' : 'silent'));
      expect(decided(policy, nowhere).outcome).toBe('withhold');
    }
  });
});

describe('R-53: what waits for its delay', () => {
  const slow = agreementOf([{ ...CLAUSE, delayS: 60 }]);
  const terms = (policy: Policy) => termsOf(slow, { policy });
  const permits = policyOf(() => 'permit');
  const forbids = policyOf(() => 'forbid');
  const held = (): GateMemory =>
    decide(createMemory(), draftOf(REPORT), terms(permits), NOW).memory;

  test('is asked about when it is due, and not before', () => {
    const waiting = releaseDue(held(), terms(forbids), seconds(NOW, 30));
    expect([waiting.released, waiting.dropped]).toEqual([[], []]);
    expect(releaseDue(waiting.memory, terms(permits), seconds(NOW, 60)).released).toHaveLength(1);
    expect(releaseDue(waiting.memory, terms(forbids), seconds(NOW, 60)).dropped).toHaveLength(1);
  });

  test('and is not known to a policy does not go under one', () => {
    const memory = held();
    const old = memory.held.map((one) => {
      const { question: _, ...rest } = one;
      return rest;
    });
    const due = seconds(NOW, 60);
    expect(releaseDue({ ...memory, held: old }, terms(permits), due).released).toEqual([]);
    expect(releaseDue({ ...memory, held: old }, termsOf(slow), due).released).toHaveLength(1);
  });
});

describe('R-54: the form of a policy', () => {
  const file = { name: 'a.cedar', text: 'permit (principal, action, resource);' };
  const refusal = (value: unknown): string => {
    try {
      parsePolicySource(value);
      return 'none';
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      return `${error.code} ${error.path}`;
    }
  };

  test('is files with plain names, and regions', () => {
    const source = { files: [file], regions: { gulf: GULF } };
    expect(parsePolicySource(source)).toEqual(source);
    expect(refusal(null)).toBe('schema ');
    expect(refusal({ files: [], regions: {} })).toBe('schema /files');
    expect(refusal({ files: [{ ...file, name: '../a' }], regions: {} })).toBe(
      'schema /files/0/name',
    );
    expect(refusal({ files: [{ ...file, name: 'a b' }], regions: {} })).toBe(
      'schema /files/0/name',
    );
    expect(refusal({ ...source, regions: { Gulf: GULF } })).toMatch(/^schema/);
    const turned = { ...GULF, northDeg: 5 };
    expect(refusal({ ...source, regions: { turned } })).toBe(
      'contradiction /regions/turned/region/northDeg',
    );
  });

  test('is not longer than an act may be, all files together', () => {
    const half = 'x'.repeat(LIMITS.policyTextMax / 2);
    const files = (text: string) => [
      { name: 'a', text: half },
      { name: 'b', text },
    ];
    expect(refusal({ files: files(half), regions: {} })).toBe('none');
    expect(refusal({ files: files(`${half}x`), regions: {} })).toBe('schema /files');
  });

  test('is one text for one policy, whatever the order of its keys', () => {
    const one = { files: [file], regions: { gulf: GULF } };
    const other = { regions: { gulf: { ...GULF } }, files: [{ text: file.text, name: file.name }] };
    expect(canonicalPolicy(other)).toBe(canonicalPolicy(one));
  });
});
