// SPDX-License-Identifier: Apache-2.0
// A folder of agreements with one defect each: every code of a finding, every refusal. What is found of
// each is that one defect, at its place, and nothing else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantFromIso } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parseAgreement } from './agreement.ts';
import { checkAgreement } from './agreement-findings.ts';
import { ReleaseError } from './errors.ts';
import { FINDING_CODES } from './finding.ts';

const FOLDER = join(import.meta.dirname, '../../../tests/agreements');
/** Long after all of them: only a live one minds. */
const AT = instantFromIso('2020-01-01T00:00:00Z');

/** File, and where its defect stands. A file of a finding is named for its code. */
const FOUND: readonly (readonly [string, string])[] = [
  ['level-plot', '/clauses/0/level'],
  ['level-no-report', '/clauses/2/level'],
  ['impact-of-no-launch', '/clauses/2/impactRegions'],
  ['grid-without-track', '/clauses/0/gridKm/track'],
  ['looks-without-tracklet', '/clauses/0/looksATracklet'],
  ['floor-without-track', '/clauses/0/accuracyFloor'],
  ['floor-of-nothing', '/clauses/0/accuracyFloor'],
  ['floor-under-grid', '/clauses/0/accuracyFloor/positionM'],
  ['delay-past-end', '/clauses/0/delayS'],
  ['delay-past-flight', '/clauses/0/delayS'],
  ['over-already', '/validity/until'],
  ['nobody-gives', '/clauses'],
  ['one-gives', '/clauses'],
  ['coverage-of-no-launches', '/coverage/0/region'],
  ['coverage-twice', '/coverage/2'],
  ['coverage-past-end', '/coverage/0/everyS'],
  ['coverage-past-flight', '/coverage/0/everyS'],
  ['coverage-by-one', '/coverage'],
  ['coverage-undated', '/coverage/0'],
  ['latency-of-nothing', '/duties/latency/1'],
  ['latency-under-delay', '/duties/latency/1/withinS'],
  ['latency-under-tick', '/duties/latency/2/withinS'],
  ['latency-past-flight', '/duties/latency/0/withinS'],
  ['latency-by-one', '/duties/latency'],
  ['notice-bound-idle', '/duties/notices/0/aboveKm'],
  ['notice-untimed', '/duties/notices/0/states'],
  ['notice-twice', '/duties/notices/2/of'],
  ['notice-undated', '/duties/notices/0'],
  ['notices-by-one', '/duties/notices'],
  ['retention-of-nothing', '/duties/retention/0'],
  ['retention-under-validity', '/duties/retention/0/days'],
  ['retention-by-one', '/duties/retention'],
  ['withdrawal-of-nothing', '/duties/withdrawal'],
  ['withdrawal-past-flight', '/duties/withdrawal/withinS'],
  ['onward-of-nothing', '/onwardRelease/0'],
];

/** File, code of the refusal, where, and what of the remedy is told. */
const REFUSED: readonly (readonly [string, string, string, string])[] = [
  ['refused-field', 'schema', '/duties/veto', 'is not a field of an agreement'],
  ['refused-no-end', 'validity', '/validity/until', 'is not after the beginning'],
  ['refused-stranger', 'unknown-party', '/duties/retention/0/by', 'write west or east'],
  ['refused-one-name', 'duplicate-id', '/duties/notices/1/id', 'write another'],
  ['refused-two-clauses', 'overlap', '/clauses/2', 'same item as clause 0'],
  ['refused-order', 'contradiction', '/duties/notices/0/beforeS/most', 'write more than that'],
  ['refused-no-clause', 'unknown-clause', '/duties/latency/1/clause', 'write the id of one'],
  ['refused-wrong-sort', 'contradiction', '/duties/latency/2/of', 'write "coverage"'],
  ['refused-said-twice', 'duplicate-duty', '/duties/latency/1', 'keep one'],
  ['refused-to-a-party', 'contradiction', '/onwardRelease/0/to/1', 'name others'],
  ['refused-onward', 'schema', '/onwardRelease', 'write never, or a list'],
  ['refused-under-own-name', 'schema', '/onwardRelease/0/under', 'originator'],
  ['refused-grid', 'schema', '/clauses/0/gridKm/tracklet', 'by delay or floor'],
];

const read = (name: string): unknown => parseYaml(readFileSync(join(FOLDER, name), 'utf8'));
const findingsOf = (name: string) => checkAgreement(parseAgreement(read(name)), AT);

test('the one they were made from has every term and no defect, and its gaps are two', () => {
  const found = findingsOf('sound.yaml').map(({ code, says }) => [code, says]);
  expect(found).toEqual([
    ['nobody-gives', 'nobody gives anything of space objects'],
    ['nobody-gives', 'nobody gives anything of aircraft'],
  ]);
});

test('the table has every file, and every code of a finding', () => {
  const files = [...FOUND, ...REFUSED].map(([name]) => `${name}.yaml`);
  expect(readdirSync(join(FOLDER, 'spoilt')).toSorted()).toEqual(files.toSorted());
  expect(FOUND.map(([name]) => name)).toEqual(FINDING_CODES);
});

test.each(FOUND)('%s is found at %s', (name, path) => {
  const all = findingsOf(`spoilt/${name}.yaml`);
  expect(all).toContainEqual(expect.objectContaining({ code: name, path }));
  const defects = all.filter(({ kind }) => kind !== 'gap').map(({ code }) => code);
  const own = all.find(({ code }) => code === name);
  expect(defects).toEqual(own?.kind === 'gap' ? [] : [name]);
});

test.each(REFUSED)('%s is refused as %s at %s', (name, code, path, remedy) => {
  const value = read(`spoilt/${name}.yaml`);
  let refusal: unknown;
  try {
    parseAgreement(value);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(ReleaseError);
  expect(refusal).toMatchObject({ code, path, message: expect.stringContaining(remedy) });
});
