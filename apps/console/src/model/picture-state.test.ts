// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { after, object, snapshot, warning } from './fixture.ts';
import { fold, NOTES_MAX, type PictureState } from './picture-state.ts';

const nothing = { objects: [], events: [], warnings: [], reports: [], outlooks: [] };

function delta(part: object) {
  return {
    kind: 'delta' as const,
    clock: { at: after(121), speed: 20, over: false },
    status: snapshot().status,
    ...nothing,
    joins: null,
    notices: null,
    notes: [],
    trails: [],
    gone: nothing,
    ...part,
  };
}

test('a delta replaces what has the same key, adds what is new, and takes away what is gone', () => {
  const state = fold(null, snapshot()) as PictureState;
  const moved = object({ speedMps: 2600 });
  const other = object({ id: 'o-9', picture: 'own' });
  fold(state, delta({ objects: [moved, other], trails: [{ key: 'own/o-9', point: other.point }] }));
  expect(state.objects.get('partner/west:t1')?.speedMps).toBe(2600);
  expect(state.trails.get('own/o-9')).toEqual([other.point]);
  fold(state, delta({ gone: { ...nothing, objects: ['own/o-9'], warnings: ['system/W-1'] } }));
  expect([...state.objects.keys()]).toEqual(['partner/west:t1']);
  expect(state.trails.has('own/o-9')).toBe(false);
  expect(state.warnings.size).toBe(0);
});

test('a new snapshot leaves nothing of the old state, but for the rising version', () => {
  const state = fold(null, snapshot()) as PictureState;
  const again = fold(state, snapshot({ objects: [], warnings: [] })) as PictureState;
  expect(again.objects.size).toBe(0);
  expect(again.version).toBeGreaterThan(state.version);
});

test('a delta before any snapshot is not taken', () => {
  expect(fold(null, delta({ warnings: [{ picture: 'own', warning: warning({}) }] }))).toBeNull();
});

test('notes are kept to a bound, the newest last', () => {
  const state = fold(null, snapshot()) as PictureState;
  for (let i = 0; i < NOTES_MAX + 20; i += 1) {
    const note = {
      kind: 'note',
      at: after(i),
      about: 'sees',
      partner: null,
      text: `${i}`,
    } as const;
    fold(state, delta({ notes: [note] }));
  }
  expect(state.notes).toHaveLength(NOTES_MAX);
  expect(state.notes.at(-1)?.text).toBe(`${NOTES_MAX + 19}`);
});
