// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { basisWords, casesOf } from './cases.ts';
import { after, snapshot, warning } from './fixture.ts';
import { fold, type PictureState } from './picture-state.ts';

/** Own sensors saw it after the partner. */
const LATE = { stage: 'cue', at: after(300), because: 'Seen.' } as const;

const stateOf = (part: Parameters<typeof snapshot>[0]): PictureState =>
  fold(null, snapshot(part)) as PictureState;

test('an own and a system warning of one launch are one row, which keeps its key', () => {
  const system = { picture: 'system', warning: warning({}) } as const;
  const own = {
    picture: 'own',
    warning: warning({ id: 'W-1', event: 'e-1', history: [LATE] }),
  } as const;
  const before = casesOf(stateOf({ warnings: [system] }));
  const joins = [{ own: 'e-1', partner: 'west:aa', system: 'west:aa' }];
  const after2 = casesOf(stateOf({ warnings: [own, system], joins }));
  expect(after2).toHaveLength(1);
  expect(after2[0]?.key).toBe(before[0]?.key);
  expect(after2[0]?.own?.event).toBe('e-1');
});

test('a row that own sensors opened keeps its key when the partner adds to it', () => {
  const own = { picture: 'own', warning: warning({ id: 'O-1', event: 'e-1' }) } as const;
  const system = { picture: 'system', warning: warning({ id: 'S-1', event: 'e-1' }) } as const;
  const keys = [[own], [own, system]].map((warnings) => casesOf(stateOf({ warnings }))[0]?.key);
  expect(keys).toEqual(['own/O-1', 'own/O-1']);
});

test('two launches that nobody joined stay two rows, the newer first', () => {
  const late = { stage: 'cue', at: after(90), because: 'Seen.' } as const;
  const cases = casesOf(
    stateOf({
      warnings: [
        { picture: 'own', warning: warning({ id: 'A', event: 'e-1' }) },
        { picture: 'own', warning: warning({ id: 'B', event: 'e-2', history: [late] }) },
      ],
    }),
  );
  expect(cases.map(({ key }) => key)).toEqual(['own/B', 'own/A']);
});

test('where one system warning was cancelled for another of the same launch, the own one goes with the other', () => {
  const cancelled = warning({ id: 'S-1', stage: 'cancelled' });
  const cases = casesOf(
    stateOf({
      warnings: [
        { picture: 'system', warning: cancelled },
        { picture: 'system', warning: warning({ id: 'S-2' }) },
        { picture: 'own', warning: warning({ id: 'O-1', event: 'e-1', history: [LATE] }) },
      ],
      joins: [{ own: 'e-1', partner: 'west:aa', system: 'west:aa' }],
    }),
  );
  expect(cases.map(({ key, own }) => [key, own?.id ?? null])).toEqual([
    ['system/S-2', 'O-1'],
    ['system/S-1', null],
  ]);
});

test('a confirmed warning stands above a newer cue', () => {
  const late = { stage: 'cue', at: after(90), because: 'Seen.' } as const;
  const cases = casesOf(
    stateOf({
      warnings: [
        { picture: 'own', warning: warning({ id: 'A', event: 'e-1', stage: 'confirmed' }) },
        { picture: 'own', warning: warning({ id: 'B', event: 'e-2', history: [late] }) },
      ],
    }),
  );
  expect(cases.map(({ key }) => key)).toEqual(['own/A', 'own/B']);
});

test('what has ended stands below what is open, however new', () => {
  const ended = { stage: 'concluded', at: after(900), because: 'It is down.' } as const;
  const cases = casesOf(
    stateOf({
      warnings: [
        {
          picture: 'own',
          warning: warning({ id: 'B', event: 'e-2', stage: 'concluded', history: [ended] }),
        },
        { picture: 'own', warning: warning({ id: 'A', event: 'e-1' }) },
      ],
    }),
  );
  expect(cases.map(({ key }) => key)).toEqual(['own/A', 'own/B']);
});

test("a partner's word alone is named as that", () => {
  expect(basisWords('partner-only', 'West')).toBe('West alone');
});
