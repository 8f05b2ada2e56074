// SPDX-License-Identifier: Apache-2.0
// What people read before they sign, as one reviewed text: agreements in sentences, what is found in spoilt
// ones, and what a new version gives and takes. Another word is another promise.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantFromIso } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type Agreement, type Clause, parseAgreement } from './agreement.ts';
import { compareAgreements } from './agreement-changes.ts';
import { checkAgreement } from './agreement-findings.ts';
import { type AgreementWords, describeAgreement } from './agreement-words.ts';
import type { Duties, NoticeDuty } from './duties.ts';
import { agreementOf, CLAUSE } from './fixtures.ts';

const FOLDER = join(import.meta.dirname, '../../../tests/agreements');
const read = (name: string): Agreement =>
  parseAgreement(parseYaml(readFileSync(join(FOLDER, name), 'utf8')));

const { looksATracklet: _, impactRegions: __, ...BARE } = CLAUSE;
const circle = { kind: 'circle', latitudeDeg: 40, longitudeDeg: -30.5, radiusKm: 500 } as const;
const box = { kind: 'box', southDeg: -5, northDeg: 5, westDeg: 170, eastDeg: -170 } as const;
const COVERAGE = {
  id: 'watch',
  from: 'west',
  to: 'east',
  region: circle,
  objectClasses: ['medium-range' as const],
  everyS: 600,
};
const NOTICE: NoticeDuty = {
  id: 'west-notices',
  from: 'west',
  to: 'east',
  of: ['icbm', 'slbm', 'deorbit'],
  force: 'binding',
};
const LABELS = [
  { west: 'W-1', east: 'E-1' },
  { west: 'W-2', east: 'E-2' },
];

/** Terms of every sort that `sound.yaml` has not. */
const OTHERS: Readonly<Record<string, Agreement>> = {
  bare: agreementOf([BARE]),
  'live, all categories': agreementOf(
    [
      { ...CLAUSE, level: 'plot', looksATracklet: 1, region: circle, delayS: 90 },
      {
        ...BARE,
        id: 'objects',
        category: 'space-object',
        level: 'track',
        region: box,
        gridKm: { report: 10, track: 0 },
        accuracyFloor: { positionM: 500, velocityMps: 5 },
      },
      { ...BARE, id: 'aircraft', category: 'aircraft', level: 'report', tickS: 60 },
    ],
    {
      mode: 'live',
      labels: LABELS,
      coverage: [
        COVERAGE,
        { ...COVERAGE, id: 'both', region: box, objectClasses: ['short-range', 'long-range'] },
      ],
      onwardRelease: [{ of: 'east', to: ['north', 'south', 'centre'], under: 'originator' }],
      duties: {
        latency: [
          { clause: 'objects', of: 'state', withinS: 30 },
          { clause: 'watch', of: 'coverage', withinS: 1200 },
        ],
        retention: [{ by: 'east', days: 1 }],
        withdrawal: { withinS: 3600 },
        notices: [
          NOTICE,
          { ...NOTICE, id: 'rule', aboveKm: { apogee: 500 }, force: 'as-a-rule', afterS: 172_800 },
          {
            ...NOTICE,
            id: 'free',
            of: ['space-launch', 'ballistic-missile', 'experiment'],
            force: 'voluntary',
            aboveKm: { range: 500, apogee: 300 },
            states: ['class', 'window', 'launchArea', 'direction', 'impactAreas'],
            beforeS: { least: 3600, most: 86_400 },
          },
          { ...NOTICE, id: 'late', states: ['date'], beforeS: { least: 61 } },
        ],
      },
    },
  ),
};

/** From the first to the second, and back. */
const CHANGES: Readonly<Record<string, readonly [Agreement, Agreement]>> = (() => {
  const clause = (change: Partial<Clause>): Agreement => agreementOf([{ ...CLAUSE, ...change }]);
  const duties = (owed: Duties): Agreement => agreementOf([CLAUSE], { duties: owed });
  const notice = (change: Partial<NoticeDuty>): Agreement =>
    duties({ notices: [{ ...NOTICE, ...change }] });
  const watch = (change: object): Agreement =>
    agreementOf([CLAUSE], { coverage: [{ ...COVERAGE, ...change }] });
  const plain = agreementOf([CLAUSE]);
  const parties = { parties: ['south', 'north'] };
  return {
    parties: [agreementOf([]), agreementOf([], parties)],
    'mode and time': [
      plain,
      agreementOf([CLAUSE], {
        mode: 'live',
        validity: { from: '2011-01-01T00:00:00Z', until: '2012-07-01T12:30:00Z' },
      }),
    ],
    markings: [plain, agreementOf([CLAUSE], { labels: LABELS })],
    'markings in another order': [
      agreementOf([CLAUSE], { labels: LABELS.toReversed() }),
      agreementOf([CLAUSE], { labels: LABELS }),
    ],
    'a clause': [plain, agreementOf([CLAUSE, { ...BARE, id: 'planes', category: 'aircraft' }])],
    'a region': [plain, clause({ region: circle })],
    'another shape': [clause({ region: box }), clause({ region: circle })],
    'a coverage clause': [plain, watch({})],
    'coverage by classes, period, region and name': [
      watch({}),
      watch({
        id: 'other',
        objectClasses: ['long-range', 'short-range'],
        everyS: 3600,
        region: { ...circle, radiusKm: 600 },
      }),
    ],
    'two clauses of one direction': [
      agreementOf([
        { ...CLAUSE, region: circle },
        { ...CLAUSE, id: 'south', region: { ...circle, latitudeDeg: -40 } },
      ]),
      agreementOf([
        { ...CLAUSE, id: 'south', region: { ...circle, latitudeDeg: -40 }, delayS: 60 },
        { ...CLAUSE, region: circle, tickS: 2 },
      ]),
    ],
    'how high and far': [notice({ aboveKm: { range: 500 } }), notice({ aboveKm: { apogee: 500 } })],
    'of whatever flies': [notice({}), notice({ aboveKm: { apogee: 500 } })],
    'what a notice says': [notice({}), notice({ states: ['date', 'class'] })],
    'how long before': [notice({}), notice({ beforeS: { least: 3600, most: 7200 } })],
    'how soon after': [notice({ force: 'voluntary' }), notice({ afterS: 60 })],
    'who announces': [notice({}), notice({ from: 'east', to: 'west' })],
    'a promise gone with its clause': [
      agreementOf([CLAUSE, { ...BARE, id: 'planes', category: 'aircraft', level: 'track' }], {
        duties: { latency: [{ clause: 'planes', of: 'state', withinS: 60 }] },
      }),
      plain,
    ],
    'promises of two sorts': [
      duties({
        latency: [
          { clause: CLAUSE.id, of: 'report', withinS: 60 },
          { clause: CLAUSE.id, of: 'state', withinS: 60 },
        ],
      }),
      duties({ latency: [{ clause: CLAUSE.id, of: 'state', withinS: 30 }] }),
    ],
    'how long it is kept': [plain, duties({ retention: [{ by: 'west', days: 30 }] })],
    'what may go on': [
      plain,
      agreementOf([CLAUSE], {
        onwardRelease: [{ of: 'west', to: ['north', 'south'], under: 'originator' }],
      }),
    ],
  };
})();

function told({ title, general, directions }: AgreementWords): string[] {
  return [
    title,
    ...general.map((line) => `  ${line}`),
    ...directions.flatMap(({ from, to, gives, nothing, silence, announces }) => [
      `  ${from} to ${to}`,
      ...[...gives, ...announces].flatMap((one) => [
        `    ${'clause' in one ? `clause ${one.clause}` : `duty ${one.duty}`}`,
        ...one.sentences.map((line) => `      ${line}`),
      ]),
      `    ${nothing ?? 'something of everything'}`,
      `    ${silence ?? 'coverage reports say what silence means'}`,
    ]),
  ];
}

test('what is told of agreements, their defects and their changes is the reviewed text', async () => {
  const at = instantFromIso('2020-01-01T00:00:00Z');
  const lines = ['# Agreements in words', '', ...told(describeAgreement(read('sound.yaml')))];
  for (const [name, agreement] of Object.entries(OTHERS)) {
    lines.push('', `(${name})`, ...told(describeAgreement(agreement)));
  }
  lines.push('', '# Findings');
  for (const file of readdirSync(join(FOLDER, 'spoilt')).toSorted()) {
    if (file.startsWith('refused-')) continue;
    lines.push('', file);
    for (const { kind, code, path, says } of checkAgreement(read(`spoilt/${file}`), at)) {
      lines.push(`  ${kind}, ${code} at ${path}: ${says}`);
    }
  }
  lines.push('', '# Changes');
  for (const [name, [before, after]] of Object.entries(CHANGES)) {
    for (const [way, from, to] of [
      ['there', before, after],
      ['back', after, before],
    ] as const) {
      lines.push('', `${name}, ${way}`);
      for (const { effect, direction, clause, says } of compareAgreements(from, to)) {
        const where = direction === null ? 'all' : `${direction.from} to ${direction.to}`;
        lines.push(`  ${effect}, ${where}, ${clause ?? 'no clause'}: ${says}`);
      }
    }
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'agreement-texts.txt'),
  );
});
