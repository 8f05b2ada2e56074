// SPDX-License-Identifier: Apache-2.0
import { geodeticFromDegrees } from '@isthmus/earth';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreementOf, CLAUSE, draftOf, NOW, REPORT, termsOf, trackItem } from '../fixtures.ts';
import { type Decision, type Draft, decide, releaseDue } from '../gate.ts';
import { createMemory } from '../memory.ts';
import type { Policy, PolicyQuestion, PolicySource } from '../policy.ts';
import { createCedarPolicy } from './cedar.ts';
import { PolicyError } from './policy-error.ts';

const AGREEMENT = agreementOf([CLAUSE]);
const GULF = { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 } as const;

let versions = 0;
function policyOf(text: string, regions: PolicySource['regions'] = {}): Policy {
  versions += 1;
  const source = { files: [{ name: 'a.cedar', text }], regions };
  return createCedarPolicy(source, AGREEMENT, `test ${versions}`);
}

function decided(policy: Policy | undefined, draft: Draft = draftOf(REPORT)) {
  const change = policy === undefined ? {} : { policy };
  return decide(createMemory(), draft, termsOf(AGREEMENT, change), NOW);
}

function codesOf(policy: Policy, draft?: Draft): readonly string[] {
  const decision = decided(policy, draft);
  return decision.outcome === 'withhold' ? decision.reasons.map(({ code }) => code) : [];
}

const ALL = '@id("all") permit (principal, action, resource);';

describe('a policy within the agreement', () => {
  test('R-50 nothing permits: withheld; one permits: it goes as it would without a policy', () => {
    const reports = policyOf(
      '@id("reports") permit (principal == Party::"east", action, resource == Kind::"launch-report");',
    );
    expect(decided(reports)).toMatchObject({ outcome: 'release', policies: ['reports'] });
    const [by, without] = [decided(reports), decided(undefined)];
    if (by.outcome !== 'release' || without.outcome !== 'release') throw new Error('withheld');
    expect(by.released.item).toEqual(without.released.item);
    expect(by.memory).toEqual(without.memory);
    expect(codesOf(reports, draftOf(trackItem()))).toEqual(['policy-silent']);
  });

  test('R-50 forbid wins, and is named', () => {
    const text = `${ALL}
      @id("no-cues") @says("A cue alone stays at home.")
      forbid (principal, action, resource) when { context.state == State::"tracked" };`;
    const decision = decided(policyOf(text));
    expect(decision).toMatchObject({ outcome: 'withhold', policies: ['no-cues'] });
    expect(codesOf(policyOf(text))).toEqual(['policy-forbids']);
    const cue = draftOf({ ...REPORT, assessment: 'cue' });
    expect(decided(policyOf(text), cue).outcome).toBe('release');
  });

  test('R-50 a withdrawal is never asked about', () => {
    const terms = (policy: Policy) => termsOf(AGREEMENT, { policy });
    const given = decide(createMemory(), draftOf(REPORT), terms(policyOf(ALL)), NOW);
    const none = policyOf('@id("none") forbid (principal, action, resource);');
    const item = { kind: 'withdrawal', event: 'e1', reason: 'false' } as const;
    expect(decide(given.memory, draftOf(item), terms(none), NOW).outcome).toBe('release');
  });

  test('R-52 regions are the policy’s own; of an unknown place it must hold anywhere', () => {
    const gulf =
      '@id("gulf") permit (principal, action, resource) when { context.regions.contains(Region::"gulf") };';
    const but = `${ALL} @id("not-gulf") forbid (principal, action, resource) when { context.regions.contains(Region::"gulf") };`;
    const [inside, outside] = [geodeticFromDegrees(20, 62), geodeticFromDegrees(50, 10)];
    const outcomes = (text: string) =>
      [inside, outside, null].map(
        (region) => decided(policyOf(text, { gulf: GULF }), draftOf(REPORT, { region })).outcome,
      );
    expect(outcomes(gulf)).toEqual(['release', 'withhold', 'withhold']);
    expect(outcomes(but)).toEqual(['withhold', 'release', 'withhold']);
  });

  test('R-51 what no word of the schema stands for, and an error in evaluation, withhold', () => {
    const policy = policyOf(ALL);
    const question: PolicyQuestion & { readonly regions: readonly string[] } = {
      from: 'west',
      to: 'east',
      mode: 'exercise',
      kind: 'track',
      category: 'launch',
      level: 'track',
      clause: CLAUSE.id,
      label: null,
      regions: [],
      objectClass: 'none',
      source: 'radar',
      state: 'coast',
    };
    expect(policy.decide(question).outcome).toBe('permit');
    for (const odd of [
      { to: 'north' },
      { label: 'no such label' },
      { clause: 'other' },
      { regions: ['nowhere'] },
      { category: 'undetermined' as const },
      { state: 'falling' },
      { source: 'sonar' },
    ]) {
      expect(policy.decide({ ...question, ...odd }), JSON.stringify(odd)).toEqual({
        outcome: 'error',
        policies: [],
      });
    }
    const overflow = policyOf(
      `${ALL} @id("sum") forbid (principal, action, resource) when { 9223372036854775807 + 1 == 2 };`,
    );
    expect(overflow.decide(question)).toEqual({ outcome: 'error', policies: ['sum'] });
    expect(codesOf(overflow)).toEqual(['policy-error']);
  });

  test('R-53 what waits for its agreed delay is asked about again when it is due', () => {
    const agreement = agreementOf([{ ...CLAUSE, delayS: 60 }]);
    const terms = (policy?: Policy) => termsOf(agreement, policy === undefined ? {} : { policy });
    const { memory } = decide(createMemory(), draftOf(REPORT), terms(policyOf(ALL)), NOW);
    expect(memory.held).toHaveLength(1);
    const due = (NOW + 60e6) as typeof NOW;
    const none = policyOf('@id("none") forbid (principal, action, resource);');
    const of = (policy?: Policy) => {
      const { released, dropped, memory: after } = releaseDue(memory, terms(policy), due);
      return [released.length, dropped.length, after.held.length];
    };
    expect(of(policyOf(ALL))).toEqual([1, 0, 0]);
    expect(of()).toEqual([1, 0, 0]);
    expect(of(none)).toEqual([0, 1, 0]);
    // Held by a build that had no policies: nobody knows what it was.
    const old = { ...memory, held: memory.held.map(({ question: _question, ...one }) => one) };
    expect(releaseDue(old, terms(policyOf(ALL)), due).dropped).toHaveLength(1);
  });
});

describe('R-54 a text that is no policy is refused, with file and line', () => {
  const tail = '\n@id("b") permit (principal, action, resource)';
  test.each([
    ['nothing in it', '// nothing', /a\.cedar:1: there is no policy/],
    ['not Cedar', `${ALL}\npermit (principal, action`, /a\.cedar:2: unexpected/],
    [
      'no id',
      `${ALL}\n\npermit (principal, action, resource);`,
      /a\.cedar:3: every policy has an @id/,
    ],
    ['an id twice', `${ALL}\n${ALL}`, /a\.cedar:2: @id\("all"\) is that of another policy/],
    ['an annotation', `${ALL}\n@delay("60") ${tail};`, /a\.cedar:2: there is no annotation @delay/],
    [
      'a word',
      `${ALL}${tail} when { context.category == Category::"lanch" };`,
      /a\.cedar:2: .*lanch.*valid entity eids/,
    ],
    [
      'a party',
      `${ALL}\n@id("b") permit (principal == Party::"north", action, resource);`,
      /a\.cedar:2: .*north/,
    ],
    [
      'an attribute',
      `${ALL}\n@id("é") permit (principal, action, resource);`,
      /a\.cedar:2: every policy has an @id/,
    ],
    [
      'a field',
      `${ALL}\n// ééé\n@id("b") permit (principal, action, resource)\nwhen { context.colour == 1 };`,
      /a\.cedar:4: .*colour/,
    ],
    [
      'one that never applies',
      `${ALL}${tail} when { context.mode == Mode::"live" && false };`,
      /a\.cedar:2: .*impossible/i,
    ],
    [
      'more than can be read',
      Array.from({ length: 501 }, (_, i) => `@id("p${i}")permit(principal,action,resource);`).join(
        '',
      ),
      /a\.cedar:1: at most 500 policies/,
    ],
    [
      'a template',
      `${ALL}\n@id("b") permit (principal == ?principal, action, resource);`,
      /a\.cedar:1: templates/,
    ],
  ])('%s', (_name, text, message) => {
    expect(() => policyOf(text)).toThrow(message);
    expect(() => policyOf(text)).toThrow(PolicyError);
  });
});

function contentOf(decision: Decision) {
  const content = decision.outcome === 'release' ? decision.released.item : null;
  return [content, decision.memory];
}

const CONDITIONS = [
  'resource == Kind::"launch-report"',
  'resource == Kind::"track"',
  'context.level == Level::"track"',
  'context.source == Source::"both"',
  'context.state == State::"cue"',
  'context.regions.contains(Region::"gulf")',
  'context.category == Category::"launch"',
];

test('R-50 whatever the policy, it never makes more go than without it, nor anything otherwise', () => {
  const one = fc.record({
    effect: fc.constantFrom('permit', 'forbid'),
    when: fc.constantFrom(...CONDITIONS),
    isWhen: fc.boolean(),
  });
  const drafts = [
    draftOf(REPORT),
    draftOf({ ...REPORT, assessment: 'cue', sources: ['infrared'] }),
    draftOf(REPORT, { region: null }),
    draftOf(trackItem()),
    draftOf(trackItem(), { category: 'aircraft' }),
  ];
  let gone = 0;
  let withheld = 0;
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), (all) => {
      const text = all.map(
        ({ effect, when, isWhen }, i) =>
          `@id("p${i}") ${effect} (principal, action, resource) ${isWhen ? 'when' : 'unless'} { ${when} };`,
      );
      const policy = policyOf(text.join('\n'), { gulf: GULF });
      for (const draft of drafts) {
        const [by, without] = [decided(policy, draft), decided(undefined, draft)];
        const isGone = by.outcome === 'release';
        gone += isGone ? 1 : 0;
        withheld += isGone ? 0 : 1;
        // What goes is what goes without it; what is withheld leaves no trace in the memory.
        expect(contentOf(by)).toEqual(isGone ? contentOf(without) : [null, createMemory()]);
      }
    }),
    // Each policy costs the library milliseconds; few draws that are always the same.
    { numRuns: 30, seed: 1 },
  );
  expect(gone).toBeGreaterThan(10);
  expect(withheld).toBeGreaterThan(10);
});
