// SPDX-License-Identifier: Apache-2.0
// What parties owe each other: refused where it names nobody or nothing, told term by term, compared
// from version to version, and never seen by the gate. The spoilt files test the single refusals.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type Agreement, canonicalAgreement, parseAgreement } from './agreement.ts';
import { compareAgreements } from './agreement-changes.ts';
import { describeAgreement } from './agreement-words.ts';
import type { Duties, LatencyDuty, NoticeDuty } from './duties.ts';
import { agreementOf, CLAUSE, draftOf, NOW, REPORT, termsOf, trackItem } from './fixtures.ts';
import { decide } from './gate.ts';
import { createMemory } from './memory.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string): Agreement =>
  parseAgreement(parseYaml(readFileSync(join(ROOT, file), 'utf8')));

const NOTICE: NoticeDuty = {
  id: 'west-notices',
  from: 'west',
  to: 'east',
  of: ['icbm'],
  force: 'binding',
  states: ['date'],
  beforeS: { least: 86_400, most: 2_592_000 },
};
const REPORTS: LatencyDuty = { clause: CLAUSE.id, of: 'report', withinS: 120 };
const owing = (duties: Duties, change: Partial<Agreement> = {}): Agreement =>
  agreementOf([CLAUSE], { duties, ...change });
const ONWARD = { of: 'west', to: ['north'], under: 'originator' } as const;

test('R-18: an agreement without duties has the hash it had before there were any', () => {
  const text = canonicalAgreement(read('agreements/black-sea.yaml'));
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    '339705b3c379b6d02265e80bf15eaae9e555cfb2a533fd112e69d2f792861b45',
  );
});

test('R-18: a duty that names a stranger, or nothing that is there, is refused', () => {
  const stranger = { ...NOTICE, from: 'north' };
  expect(() => owing({ notices: [stranger] })).toThrow('write west or east');
  expect(() => owing({ notices: [{ ...NOTICE, to: 'west' }] })).toThrow('to itself');
  expect(() => owing({ latency: [{ ...REPORTS, of: 'coverage' }] })).toThrow('write "report"');
  expect(() => owing({ retention: [1, 2].map((days) => ({ by: 'east', days })) })).toThrow(
    'says again what entry 0 says',
  );
  const twice = { onwardRelease: [ONWARD, { ...ONWARD, to: ['south'] }] };
  expect(() => agreementOf([CLAUSE], twice)).toThrow('/onwardRelease/1/of');
});

test('R-19: the gate decides the same with every duty and rule as without', () => {
  const all = owing(
    {
      latency: [REPORTS],
      notices: [NOTICE],
      retention: [{ by: 'east', days: 1 }],
      withdrawal: { withinS: 1 },
    },
    { onwardRelease: [ONWARD] },
  );
  const decisions = [agreementOf([CLAUSE]), all].map((agreement) => {
    let memory = createMemory();
    return [draftOf(REPORT), draftOf(trackItem()), draftOf(REPORT)].map((draft) => {
      const decision = decide(memory, draft, termsOf(agreement), NOW);
      memory = decision.memory;
      return decision.outcome === 'release' ? decision.released.item : decision.outcome;
    });
  });
  expect(decisions[1]).toEqual(decisions[0]);
});

describe('words', () => {
  test('every term of a duty is told: another value is another text', () => {
    const { states: _, ...unstated } = NOTICE;
    const duties: readonly (Duties | null)[] = [
      null,
      { latency: [REPORTS] },
      { latency: [{ ...REPORTS, withinS: 121 }] },
      { latency: [{ ...REPORTS, of: 'state' }] },
      { notices: [NOTICE] },
      { notices: [{ ...NOTICE, id: 'other' }] },
      { notices: [{ ...NOTICE, from: 'east', to: 'west' }] },
      { notices: [{ ...NOTICE, of: ['icbm', 'slbm'] }] },
      { notices: [{ ...NOTICE, aboveKm: { range: 500 } }] },
      { notices: [{ ...NOTICE, aboveKm: { range: 500, apogee: 500 } }] },
      { notices: [{ ...NOTICE, force: 'as-a-rule' }] },
      { notices: [{ ...NOTICE, force: 'voluntary' }] },
      { notices: [{ ...NOTICE, states: ['date', 'class'] }] },
      { notices: [unstated] },
      { notices: [{ ...NOTICE, beforeS: { least: 86_400 } }] },
      { notices: [{ ...NOTICE, beforeS: { least: 3600 } }] },
      { notices: [{ ...NOTICE, afterS: 172_800 }] },
      { retention: [{ by: 'east', days: 90 }] },
      { retention: [{ by: 'west', days: 90 }] },
      { retention: [{ by: 'east', days: 91 }] },
      { withdrawal: { withinS: 60 } },
      { withdrawal: { withinS: 61 } },
    ];
    const texts = duties.map((one) =>
      JSON.stringify(describeAgreement(one === null ? agreementOf([CLAUSE]) : owing(one))),
    );
    expect(new Set(texts).size).toBe(duties.length);
    expect(texts[0]).toContain('No number of seconds is promised for it.');
    expect(texts[1]).toContain('The first report of a launch goes within 2 minutes of the launch.');
    expect(texts[4]).toContain('at least 24 hours and at most 30 days before');
    expect(texts[16]).toContain('A report follows within 2 days of the launch.');
    expect(texts[17]).toContain('How long west may keep what it received is not said.');
  });

  test('who may pass on what, to whom and under whose name', () => {
    const { general } = describeAgreement(agreementOf([CLAUSE], { onwardRelease: [ONWARD] }));
    expect(general).toContain(
      'What east receives of west it may pass on to north and to nobody else, and only under the name and with the proof of west.',
    );
    expect(general).toContain('What west receives of east it never passes on.');
  });
});

describe('changes', () => {
  const changes = (before: Duties | null, after: Duties | null): string[] => {
    const [old, now] = [before, after].map((one) =>
      one === null ? agreementOf([CLAUSE]) : owing(one),
    ) as [Agreement, Agreement];
    return compareAgreements(old, now).map(({ effect, direction, clause, says }) =>
      [effect, direction?.from ?? 'both', clause, says].join(' | '),
    );
  };

  test.each<readonly [string, Duties | null, Duties | null, readonly string[]]>([
    [
      'a promise',
      null,
      { latency: [REPORTS], withdrawal: { withinS: 60 } },
      [
        'gives | west | west-launches | first report after the launch: within 2 minutes; was not promised',
        'gives | both |  | withdrawals: within 1 minute; was not promised',
      ],
    ],
    [
      'a later promise',
      { latency: [REPORTS] },
      { latency: [{ ...REPORTS, withinS: 180 }] },
      [
        'takes | west | west-launches | first report after the launch: within 3 minutes; was within 2 minutes',
      ],
    ],
    [
      'a notice',
      null,
      { notices: [NOTICE] },
      [
        'gives | west | west-notices | notice of each launch of an intercontinental ballistic missile, binding; was not owed',
      ],
    ],
    [
      'what is owed of a notice',
      { notices: [NOTICE] },
      {
        notices: [
          {
            ...NOTICE,
            of: ['slbm'],
            aboveKm: { range: 500 },
            force: 'as-a-rule',
            states: ['date', 'class'],
            beforeS: { least: 3600 },
            afterS: 3600,
          },
        ],
      },
      [
        'gives | west | west-notices | notice of each launch of a ballistic missile from a submarine',
        'takes | west | west-notices | no more notice of each launch of an intercontinental ballistic missile',
        'takes | west | west-notices | force: as-a-rule; was binding',
        'takes | west | west-notices | owed: farther than 500 km; was of whatever flies',
        'gives | west | west-notices | said in the notice: the generic class',
        'takes | west | west-notices | at least before: 1 hour; was 24 hours',
        'changes | west | west-notices | at most before: not said; was 30 days',
        'gives | west | west-notices | report after the launch: within 1 hour; was not promised',
      ],
    ],
    [
      'how long it is kept',
      { retention: [{ by: 'east', days: 90 }] },
      { retention: [{ by: 'west', days: 90 }] },
      [
        'gives | west |  | east keeps it: as long as it likes; was 90 days',
        'takes | east |  | west keeps it: 90 days; was as long as it likes',
      ].toReversed(),
    ],
  ])('%s is told in the direction in which more is owed', (_name, before, after, told) => {
    expect(changes(before, after).toSorted()).toEqual([...told].toSorted());
    const back = changes(after, before);
    expect(back).toHaveLength(told.length);
    const turned = { gives: 'takes', takes: 'gives', changes: 'changes' } as const;
    const effects = (list: readonly string[]) => list.map((one) => one.split(' ')[0] ?? '');
    expect(effects(back).toSorted()).toEqual(
      effects(told)
        .map((one) => turned[one as keyof typeof turned])
        .toSorted(),
    );
    expect(changes(after, after)).toEqual([]);
  });

  test('onward release is told of whose data it is, party by party', () => {
    const wider = { onwardRelease: [{ ...ONWARD, to: ['north', 'south'] }] };
    const told = (before: Partial<Agreement>, after: Partial<Agreement>) =>
      compareAgreements(agreementOf([CLAUSE], before), agreementOf([CLAUSE], after)).map(
        ({ effect, direction, says }) => `${effect} ${direction?.from} ${says}`,
      );
    expect(told({}, wider)).toEqual([
      'gives west onward release of what west gives, to north and south',
    ]);
    expect(told(wider, { onwardRelease: [ONWARD] })).toEqual([
      'takes west no more onward release of what west gives, to south',
    ]);
  });
});
