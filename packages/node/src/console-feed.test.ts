// SPDX-License-Identifier: Apache-2.0
import type { ConsoleDelta } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { ConsoleFeed, type ConsoleUpdate } from './console-feed.ts';
import { LIMITS } from './limits.ts';
import { eventOf, noteOf, SIDE, tickOf } from './testing/feed-fixture.ts';

function feedOf(): ConsoleFeed {
  return new ConsoleFeed({ side: SIDE, speed: 1, epoch: 'e1' });
}

function deltaOf(updates: readonly ConsoleUpdate[]): ConsoleDelta {
  expect(updates).toHaveLength(1);
  return JSON.parse(updates[0]?.text ?? '') as ConsoleDelta;
}

test('the system picture appears only where own and partner evidence meet', () => {
  const feed = feedOf();
  const both = eventOf('e1', 0, ['own', 'east']);
  const ownAlone = eventOf('e2', 0, ['own']);
  const partnerAlone = eventOf('e3', 0, ['east']);
  feed.take(
    tickOf(0, {
      own: [eventOf('e1', 0, ['own']), ownAlone],
      partner: [partnerAlone],
      system: [both, ownAlone, partnerAlone],
    }),
  );
  const shown = feed.snapshot();
  const keys = (list: readonly { readonly picture: string; readonly id: string }[]): string[] =>
    list.map((one) => `${one.picture}/${one.id}`);
  expect(keys(shown.events)).toEqual(['own/e1', 'own/e2', 'partner/e3', 'system/e1']);
  expect(keys(shown.objects)).toEqual(['own/e1-a', 'own/e2-a', 'partner/e3-a', 'system/e1-a']);
  expect(shown.warnings.map((one) => `${one.picture}/${one.warning.id}`)).toEqual([
    'own/w-e1',
    'own/w-e2',
    'system/w-e1',
    'system/w-e3',
  ]);
});

test('an object has round numbers in radians, metres and tenths of a metre a second', () => {
  const feed = feedOf();
  feed.take(tickOf(0, { own: [eventOf('e5', 0, ['own'])] }));
  const [object] = feed.snapshot().objects;
  // 45° N 5° E, 100 km.
  expect(object?.point).toEqual({ latitudeRad: 0.7853982, longitudeRad: 0.0872665, heightM: 1e5 });
  expect(object?.speedMps).toBe(Math.round(Math.hypot(500.123, 1500.456, 300.789) * 10) / 10);
  expect(object?.sigmaM).toBe(141);
  expect(object?.courseRad).toBeGreaterThan(0);
});

test('a delta holds what is new or changed, and says what is gone', () => {
  const feed = feedOf();
  const still = eventOf('e1', 0, ['own']);
  feed.take(tickOf(0, { own: [still, eventOf('e2', 0, ['own'])] }));
  const same = deltaOf(feed.take(tickOf(1, { own: [still, eventOf('e2', 1, ['own'])] })));
  expect(same.objects.map((one) => one.id)).toEqual(['e2-a']);
  expect([same.events, same.warnings]).toEqual([[], []]);
  const less = deltaOf(feed.take(tickOf(2, { own: [still] })));
  expect(less.gone).toEqual({
    objects: ['own/e2-a'],
    events: ['own/e2'],
    warnings: ['own/w-e2'],
    reports: [],
    outlooks: [],
  });
  expect(feed.snapshot().trails.map((trail) => trail.key)).toEqual(['own/e1-a']);
});

test('the notes of a turn come with its tick, and notes whose tick never came before the next', () => {
  const feed = feedOf();
  expect(feed.take(noteOf(1, 'a'))).toEqual([]);
  expect(feed.take(noteOf(1, 'b'))).toEqual([]);
  expect(deltaOf(feed.take(tickOf(1))).notes.map((note) => note.text)).toEqual(['a', 'b']);
  feed.take(noteOf(2, 'c'));
  expect(deltaOf(feed.take(noteOf(3, 'd'))).notes.map((note) => note.text)).toEqual(['c']);
  expect(deltaOf(feed.setClock({ over: true })).notes.map((note) => note.text)).toEqual(['d']);
  expect(feed.setClock({ over: true })).toEqual([]);
});

test('the newest notes are kept, however many come in one turn', () => {
  const feed = feedOf();
  for (let i = 0; i < LIMITS.consoleNotes + 7; i += 1) feed.take(noteOf(1, String(i)));
  feed.take(tickOf(1));
  const { notes } = feed.snapshot();
  expect(notes).toHaveLength(LIMITS.consoleNotes);
  expect(notes[0]?.text).toBe('7');
});

test('a trail has a point every five seconds and is thinned when it is full', () => {
  const feed = feedOf();
  const points = (): number => feed.snapshot().trails[0]?.points.length ?? 0;
  for (let second = 0; second <= 20; second += 1) {
    feed.take(tickOf(second, { own: [eventOf('e1', second, ['own'])] }));
  }
  expect(points()).toBe(5);
  for (let point = 5; point < LIMITS.consoleTrailPoints; point += 1) {
    feed.take(tickOf(point * 5, { own: [eventOf('e1', point, ['own'])] }));
  }
  expect(points()).toBe(LIMITS.consoleTrailPoints);
  feed.take(tickOf(LIMITS.consoleTrailPoints * 5, { own: [eventOf('e1', 0, ['own'])] }));
  expect(points()).toBe(LIMITS.consoleTrailPoints / 2 + 1);
});

test('updates are held in number and bytes, and of another run none', () => {
  const feed = feedOf();
  const ids: string[] = [];
  for (let second = 0; second < LIMITS.consoleUpdates + 5; second += 1) {
    ids.push(...feed.take(tickOf(second)).map((update) => update.id));
  }
  expect(feed.since(ids.at(-1) ?? '')).toEqual([]);
  expect(feed.since(ids.at(-3) ?? '')?.map((update) => update.id)).toEqual(ids.slice(-2));
  expect(feed.since(ids[4] ?? '')).toHaveLength(LIMITS.consoleUpdates);
  expect(feed.since(ids[3] ?? '')).toBeNull();
  for (const foreign of ['e2.600', 'e1.99999', 'e1.-1', 'e1.600.1', 'e1.', '', 'e1.1e2']) {
    expect(feed.since(foreign)).toBeNull();
  }
});

test('with many objects few updates are held, since they are large', () => {
  const feed = feedOf();
  let bytes = 0;
  const events = (second: number) =>
    Array.from({ length: 2000 }, (_, i) => eventOf(`e${i}`, second, ['own']));
  const first = feed.take(tickOf(0, { own: events(0) }))[0]?.id ?? '';
  for (let second = 1; second < 10; second += 1) {
    bytes += feed.take(tickOf(second, { own: events(second) }))[0]?.text.length ?? 0;
  }
  expect(bytes).toBeGreaterThan(LIMITS.consoleUpdatesBytes);
  expect(feed.since(first)).toBeNull();
});
