// SPDX-License-Identifier: Apache-2.0
import { instantFromIso } from '@isthmus/earth';
import type { AnnouncedLaunch, NotificationRegime, PreLaunchNotification } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { circleOf, NOTHING } from './fixture.ts';
import { checkRegime, windowOf } from './regimes.ts';

const at = (text: string) => instantFromIso(text);

function notice(
  regime: NotificationRegime,
  given: string,
  launch: Partial<AnnouncedLaunch>,
): PreLaunchNotification {
  return {
    kind: 'notice',
    id: 'n',
    regime,
    from: 'north',
    given: at(given),
    launch: { ...NOTHING, ...launch },
  };
}

const WINDOW = { from: at('2026-03-05T06:00:00Z'), until: at('2026-03-05T18:00:00Z') };
const DATE = at('2026-03-05T00:00:00Z');
const fieldsOf = (...args: Parameters<typeof notice>): string[] =>
  checkRegime(notice(...args), null).map(({ field }) => field);

describe('what is asked for and not there is named', () => {
  test('1988: date, launch area, impact area', () => {
    expect(fieldsOf('launches-1988', '2026-03-01T00:00:00Z', {})).toEqual([
      'date',
      'launchArea',
      'impactAreas',
    ]);
    const whole = {
      plannedDate: DATE,
      launchArea: { kind: 'named', name: 'Barents Sea', outline: null },
      impactAreas: [circleOf(57, 161, 50)],
    } as const;
    expect(fieldsOf('launches-1988', '2026-03-01T00:00:00Z', whole)).toEqual([]);
    const class1988 = { ...whole, missileClass: 'SRBM' } as const;
    expect(fieldsOf('launches-1988', '2026-03-01T00:00:00Z', class1988)).toEqual(['class']);
  });

  test('2000: the window, and nothing that was not read', () => {
    expect(fieldsOf('memorandum-2000', '2026-03-01T00:00:00Z', {})).toEqual(['window']);
    expect(fieldsOf('memorandum-2000', '2026-03-01T00:00:00Z', { window: WINDOW })).toEqual([]);
  });

  test('Hague Code: class, window, launch area, direction; no impact, no lead', () => {
    expect(fieldsOf('hague-code-2002', '2026-03-05T05:59:00Z', { window: WINDOW })).toEqual([
      'class',
      'launchArea',
      'direction',
    ]);
  });

  test('no regime asks for nothing', () => {
    expect(fieldsOf('other', '2026-03-06T00:00:00Z', {})).toEqual([]);
  });
});

describe('when it must be given', () => {
  const window = { window: WINDOW };
  test.each([
    ['2026-03-04T06:00:00Z', []],
    ['2026-03-04T06:00:01Z', ['given']],
    ['2026-02-03T06:00:00Z', []],
    ['2026-02-03T05:59:59Z', ['given']],
  ])('2000: 24 hours to 30 days before the window opens; at %s: %j', (given, fields) => {
    expect(fieldsOf('memorandum-2000', given, window)).toEqual(fields);
  });

  test('1988: of a date without an hour, late is only what must be', () => {
    const launch = {
      plannedDate: DATE,
      launchArea: circleOf(62, 40, 20),
      impactAreas: [circleOf(57, 161, 50)],
    } as const;
    expect(fieldsOf('launches-1988', '2026-03-05T00:00:00Z', launch)).toEqual([]);
    expect(fieldsOf('launches-1988', '2026-03-05T00:00:01Z', launch)).toEqual(['given']);
    // No earliest time is in the text.
    expect(fieldsOf('launches-1988', '2025-03-05T00:00:00Z', launch)).toEqual([]);
  });

  test('2000: the report within 48 hours of the launch', () => {
    const one = notice('memorandum-2000', '2026-03-01T00:00:00Z', window);
    const report = (given: string) =>
      ({
        kind: 'post-launch report',
        of: 'n',
        given: at(given),
        launched: at('2026-03-05T10:00:00Z'),
      }) as const;
    expect(checkRegime(one, report('2026-03-07T10:00:00Z'))).toEqual([]);
    expect(checkRegime(one, report('2026-03-07T10:00:01Z'))).toHaveLength(1);
  });
});

test('a date of 1988 holds for four days UTC, another for its day, a window for itself', () => {
  const launch = { ...NOTHING, plannedDate: DATE };
  const until = at('2026-03-09T00:00:00Z');
  expect(windowOf(launch, 'launches-1988')).toEqual({ from: DATE, until });
  expect(windowOf(launch, 'other')).toEqual({ from: DATE, until: at('2026-03-06T00:00:00Z') });
  expect(windowOf({ ...launch, window: WINDOW }, 'launches-1988')).toEqual(WINDOW);
  expect(windowOf(NOTHING, 'launches-1988')).toBeNull();
});
