// SPDX-License-Identifier: Apache-2.0
// `isthmus release explain` over what one side decided in the first minutes of the demonstration.

import { addSeconds } from '@isthmus/earth';
import { leafHash } from '@isthmus/ledger';
import { type DecisionLine, step } from '@isthmus/node';
import { parseAgreement } from '@isthmus/release';
import { encodeHex } from '@isthmus/seal';
import { decodeRelease, type Encoded } from '@isthmus/wire';
import { beforeAll, expect, test } from 'vitest';
import { release } from '../../apps/cli/src/commands/release.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { explain, namesIn } from '../../apps/cli/src/release/explain.ts';
import { explanationText } from '../../apps/cli/src/release/explain-text.ts';
import type { SideRecord } from '../../apps/cli/src/release/side-record.ts';
import { coreOf, preparedRun, termsOf, turnOf } from './fixture.ts';

const SECONDS = 120;
let run: PreparedRun;
let record: SideRecord;
/** Under an agreement that gives reports without impact regions, and no states. */
let narrow: SideRecord;

beforeAll(async () => {
  run = await preparedRun();
  record = fly(run);
  const [clause] = run.agreement.clauses;
  const clauses = [{ ...clause, level: 'report', impactRegions: false }];
  narrow = fly({ ...run, agreement: parseAgreement({ ...run.agreement, clauses }) });
});

/** What west has on disk after the first seconds, made by hand: no disk, no link. */
function fly(of: PreparedRun): SideRecord {
  const state = coreOf(of, 0);
  const terms = termsOf(of, 0);
  const lines: DecisionLine[] = [];
  const encoded: Encoded[] = [];
  for (let second = 0; second < SECONDS; second += 1) {
    for (const effect of step(state, terms, turnOf(of, 0, { second, from: state.plotsTaken }))) {
      if (effect.kind === 'append') encoded.push(effect.encoded);
      if (effect.kind === 'decision') lines.push({ ...effect.record, leaf: null });
    }
  }
  const entries = encoded.map(({ bytes }) => ({
    leaf: encodeHex(leafHash(bytes)),
    release: decodeRelease(bytes),
  }));
  const pointed = lines.map((line) => ({
    ...line,
    leaf: line.entry === null ? null : (entries[line.entry]?.leaf ?? null),
  }));
  const { name } = of.sides[0];
  return {
    document: { side: name, partner: of.sides[1].name } as SideRecord['document'],
    agreement: of.agreement,
    agreementHash: of.agreementHash,
    decisions: { side: name, first: 0, lines: pointed, end: 0, broken: null, hash: '' },
    entries,
  };
}

const now = () => addSeconds(run.firstTick, SECONDS);

test('of a launch, its tracks and its entries: clause, rule, and every field that went otherwise', () => {
  const [event = ''] = namesIn(record);
  const found = explain(record, { by: 'name', name: event }, now());
  expect(found.decisions.length).toBe(record.decisions.lines.length);
  expect(found.partnerMayBeTold).toBe('given');
  const [first] = found.decisions;
  expect(first).toMatchObject({
    kind: 'launch-report',
    outcome: 'released',
    clause: 'west-launches',
    rule: { id: 'R-30' },
    entry: { index: 0, holds: true, agreementHash: run.agreementHash },
  });
  const sent = record.entries[0]?.release?.item;
  const time = first?.coarsened?.find(({ field }) => field === 'launchTime');
  expect(time?.after).toBe(sent?.kind === 'launch-report' ? sent.launchTime : null);
  expect(time?.before).not.toBe(time?.after);
  expect(found.clauses['west-launches']?.join(' ')).toContain('cells of 10 km');
  // The same by the partner's name, by its first digits, and by entry.
  const theirs = first?.entry?.event ?? '';
  for (const name of [theirs, theirs.slice(0, 8)]) {
    const same = explain(record, { by: 'name', name }, now());
    expect(same.decisions).toEqual(found.decisions);
  }
  expect(explain(record, { by: 'entry', entry: 0 }, now()).decisions).toEqual([first]);
  expect(explain(record, { by: 'decision', ordinal: 0 }, now()).decisions).toEqual([first]);
  const text = explanationText(found);
  expect(text).toContain('rule R-30');
  expect(text).toMatch(/changed: launch area, radius .* km, went as .* km/);
  expect(text.trimEnd().split('\n').at(-1)).toMatch(/^To east may be said: given/);
});

test('of what was held: the reason, its rule, and what would have to change', () => {
  const held = explain(narrow, { by: 'name', name: 'E1/I1' }, now());
  expect(held.decisions.map(({ outcome, reasons }) => [outcome, reasons])).toEqual([
    [
      'withheld',
      [
        {
          code: 'above-level',
          text: 'The clause gives this category at a lower level.',
          rule: 'R-23',
          change: 'The level of the clause would have to be raised.',
        },
      ],
    ],
  ]);
  // Of a thing withheld the partner hears what it would hear of one that never was.
  expect(held.partnerMayBeTold).toBe('not-given');
  expect(explain(narrow, { by: 'name', name: 'E99' }, now()).partnerMayBeTold).toBe('not-given');
  expect(explanationText(held)).toContain(
    'to go: The level of the clause would have to be raised.',
  );
});

test('a log of an earlier build, which has sentences alone, is explained as well', () => {
  const lines = narrow.decisions.lines.map(({ codes: _codes, ...line }) => line);
  const old = { ...narrow, decisions: { ...narrow.decisions, lines } };
  const question = { by: 'name', name: 'E1/I1' } as const;
  expect(explain(old, question, now())).toEqual(explain(narrow, question, now()));
});

test('an entry that is not the one the log was written about is told', () => {
  const entries = record.entries.toReversed();
  const found = explain({ ...record, entries }, { by: 'entry', entry: 0 }, now());
  expect(found.decisions[0]?.entry?.holds).toBe(false);
  expect(explanationText(found)).toContain('THE LEDGER HOLDS ANOTHER ENTRY 0');
});

test('what is typed wrongly is told', async () => {
  for (const [args, message] of [
    [[], /usage: isthmus release/],
    [['reveal'], /there is no "reveal"/],
    [['explain'], /usage: isthmus release explain/],
    [['explain', 'side.yaml'], /usage: isthmus release explain/],
    [['explain', 'side.yaml', 'E1', '--entry', '3'], /usage: isthmus release explain/],
    [['explain', 'side.yaml', '--entry', 'x'], /--entry takes a whole number/],
    [['explain', 'side.yaml', 'E1', '--at', 'noon'], /--at takes an instant in UTC/],
    [['explain', 'run/nowhere.yaml', 'E1'], /there is no such file/],
  ] as const) {
    await expect(release(args), args.join(' ')).rejects.toThrow(message);
  }
});
