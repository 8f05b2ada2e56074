// SPDX-License-Identifier: Apache-2.0
import { type Instant, instantFromIso } from '@isthmus/earth';
import type { NotificationMessage } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { NOTHING } from './fixture.ts';
import { noticeHistories, versionAt } from './history.ts';

const day = (of: number): Instant =>
  instantFromIso(`2026-03-${String(of).padStart(2, '0')}T00:00:00Z`);
const window = (of: number) => ({ from: day(of), until: day(of + 1) });

const NOTICE: NotificationMessage = {
  kind: 'notice',
  id: 'n',
  regime: 'other',
  from: 'north',
  given: day(1),
  launch: { ...NOTHING, window: window(10) },
};

const statesOf = (...messages: readonly NotificationMessage[]) =>
  noticeHistories([NOTICE, ...messages])[0]?.versions.map(({ status, launch }) => [
    status,
    launch.window?.from,
  ]);

test('an amendment replaces what it names and leaves the rest', () => {
  const [history] = noticeHistories([
    NOTICE,
    { kind: 'amendment', of: 'n', given: day(3), changes: { missileClass: 'ICBM' } },
  ]);
  expect(history?.versions.at(-1)?.launch).toEqual({
    ...NOTHING,
    window: window(10),
    missileClass: 'ICBM',
  });
});

test('what was announced is what had been given by then', () => {
  const [history] = noticeHistories([
    { kind: 'cancellation', of: 'n', given: day(5) },
    { kind: 'amendment', of: 'n', given: day(3), changes: { window: window(12) } },
    NOTICE,
  ]);
  if (history === undefined) throw new Error('no history');
  expect(versionAt(history, (day(1) - 1) as Instant)).toBeNull();
  expect(versionAt(history, day(2))?.launch.window).toEqual(window(10));
  expect(versionAt(history, day(3))?.launch.window).toEqual(window(12));
  expect(versionAt(history, day(6))?.status).toBe('cancelled');
});

test('a hold ends with a new time and with nothing else', () => {
  const hold: NotificationMessage = { kind: 'hold', of: 'n', given: day(2) };
  expect(
    statesOf(
      hold,
      { kind: 'amendment', of: 'n', given: day(3), changes: { missileClass: 'ICBM' } },
      { kind: 'amendment', of: 'n', given: day(4), changes: { window: window(20) } },
    ),
  ).toEqual([
    ['in force', day(10)],
    ['held', day(10)],
    ['held', day(10)],
    ['in force', day(20)],
  ]);
});

test('the report after the launch changes nothing that was announced', () => {
  const [history] = noticeHistories([
    NOTICE,
    { kind: 'post-launch report', of: 'n', given: day(11), launched: day(10) },
  ]);
  expect(history?.versions).toHaveLength(1);
  expect(history?.postLaunch?.launched).toBe(day(10));
});
