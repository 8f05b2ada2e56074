// SPDX-License-Identifier: Apache-2.0
import { addSeconds } from '@isthmus/earth';
import { createMemoryStorage } from '@isthmus/ledger';
import type { FeedRecord, OfficerAct } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { ConfigError, parseSide } from './config.ts';
import { scanDecisions } from './decision-log.ts';
import { LIMITS } from './limits.ts';
import { parseAct } from './officers.ts';
import { NodeShell } from './shell.ts';
import { optionsOf, START, turns } from './testing/flame-side.ts';

const OFFICERS = ['A. Weiss', 'Б. Чернов', "C. O'Neill-Śmith"];

let serial = 0;
function act(
  officer: string,
  rest: { readonly kind: 'cancel' | 'confirm' } | { readonly text: string },
): OfficerAct {
  serial += 1;
  const common = { id: serial.toString(16).padStart(32, '0'), warning: 'own-1', officer };
  if ('text' in rest) return { kind: 'note', ...common, text: rest.text };
  return rest.kind === 'cancel'
    ? { kind: 'cancel', ...common, reason: 'exercise-data' }
    : { kind: 'confirm', ...common, reason: 'observer' };
}

test('D-7 an act is told in the turn that takes it, in both pictures, and a replay gives the same', async () => {
  const storage = createMemoryStorage();
  const records: FeedRecord[] = [];
  const shell = await NodeShell.open(optionsOf(storage, records));
  await turns(shell, 0, 100);
  const answers = ['A. Weiss', 'Б. Чернов'].map((officer) =>
    shell.act(act(officer, { kind: 'confirm' })),
  );
  await turns(shell, 100, 101);
  expect((await Promise.all(answers)).map(({ outcome }) => outcome)).toEqual(['asked', 'done']);
  const cancelled = shell.act(act('A. Weiss', { kind: 'cancel' }));
  const between = addSeconds(START, 100.3);
  await shell.turnForActs(between);
  expect((await cancelled).outcome).toBe('done');
  const tick = records.findLast((record) => record.kind === 'tick');
  expect(tick?.at).toBe(between);
  for (const warnings of [tick?.ownWarnings, tick?.systemWarnings]) {
    expect(warnings?.map(({ stage }) => stage)).toEqual(['cancelled']);
    expect(warnings?.[0]?.history.slice(-3).map(({ stage, by }) => [stage, by])).toEqual([
      ['tracked', ['A. Weiss']],
      ['confirmed', ['A. Weiss', 'Б. Чернов']],
      ['cancelled', ['A. Weiss']],
    ]);
  }
  const said = records.flatMap((record) => (record.kind === 'note' ? [record.text] : []));
  expect(said).toContain(
    'Warning own-1: withdrawn by A. Weiss: exercise or test data in the picture, there was no launch.',
  );
  await turns(shell, 101, 130);
  expect(await shell.journalled()).toBe(true);
  const again = await NodeShell.open(optionsOf(storage, []));
  expect(again.hash()).toBe(shell.hash());
  await shell.close();
  const log = scanDecisions((await storage.read('decisions.ndjson')) ?? new Uint8Array());
  expect(log.lines.map(({ kind, outcome, officers }) => [kind, outcome, officers])).toEqual([
    ['confirm', 'asked', ['A. Weiss']],
    ['confirm', 'done', ['A. Weiss', 'Б. Чернов']],
    ['cancel', 'done', ['A. Weiss']],
  ]);
});

test('an act that comes twice, as after a kill, is taken once', async () => {
  const storage = createMemoryStorage();
  const shell = await NodeShell.open(optionsOf(storage, []));
  await turns(shell, 0, 100);
  const note = act('A. Weiss', { text: 'seen' });
  const both = [shell.act(note), shell.act(note)];
  await turns(shell, 100, 101);
  expect((await Promise.all(both)).map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  const later = await NodeShell.open(optionsOf(storage, []));
  expect(later.hash()).toBe(shell.hash());
  const third = later.act(note);
  await turns(later, 101, 102);
  expect(await third).toMatchObject({ outcome: 'refused', says: 'It was taken before.' });
});

test('acts that wait are bounded, and a turn takes a bounded number', async () => {
  const shell = await NodeShell.open(optionsOf(createMemoryStorage(), []));
  await turns(shell, 0, 100);
  const waiting = Array.from({ length: LIMITS.actsWaiting }, () =>
    shell.act(act('A. Weiss', { text: 'again' })),
  );
  await expect(shell.act(act('A. Weiss', { text: 'more' }))).rejects.toMatchObject({
    code: 'act-invalid',
  });
  await turns(shell, 100, 100 + LIMITS.actsWaiting / LIMITS.actsPerTurn);
  expect((await Promise.all(waiting)).every(({ outcome }) => outcome === 'done')).toBe(true);
});

test('without acts a turn between two is not taken, and the journal is as it was', async () => {
  const shell = await NodeShell.open(optionsOf(createMemoryStorage(), []));
  await turns(shell, 0, 10);
  const before = shell.hash();
  await shell.turnForActs(addSeconds(START, 9.5));
  expect(shell.hash()).toBe(before);
});

test('only an act of an officer who is named is read as one', () => {
  for (const officer of OFFICERS) {
    expect(parseAct(act(officer, { kind: 'cancel' }), OFFICERS).officer).toBe(officer);
  }
  const sound = act('A. Weiss', { kind: 'cancel' });
  const refused: readonly [unknown, string][] = [
    [null, 'it is not an act'],
    [{ ...sound, officer: 'Eve' }, 'side.yaml names no officer "Eve"; there are A. Weiss'],
    [{ ...sound, kind: 'fire' }, 'it is not an act'],
    [{ ...sound, reason: 'because' }, 'it is not an act'],
    [{ ...sound, more: 1 }, 'it is not an act'],
    [{ ...sound, warning: 'own-1; rm' }, 'it is not an act'],
    [{ ...sound, id: '1' }, 'it is not an act'],
    [{ ...act('A. Weiss', { text: 'a\u0000b' }) }, 'it is not an act'],
  ];
  for (const [value, message] of refused) {
    expect(() => parseAct(value, OFFICERS)).toThrow(message);
    expect(() => parseAct(value, OFFICERS)).toThrow(
      expect.objectContaining({ code: 'act-invalid' }),
    );
  }
  expect(() => parseAct(sound, [])).toThrow('it names nobody');
  expect(() => parseSide({ officers: ['Eve\n'] })).toThrow(ConfigError);
});
