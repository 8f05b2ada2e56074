// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { geodeticFromDegrees, instantFromIso } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { NotificationError } from './errors.ts';
import { parseNotices } from './parse.ts';
import { noticesSchema } from './schema.ts';

// Regenerate with: UPDATE_SCHEMAS=1 vitest run --project unit packages/warning/src/notifications/parse
test('the published JSON Schema is the one the loader uses', () => {
  const file = new URL('../../../../schemas/pln.schema.json', import.meta.url);
  const generated = `${JSON.stringify(noticesSchema, null, 2)}\n`;
  if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(file, generated);
  // Compared as values: the formatter may lay the file out anew.
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(generated));
});

/** A notice with every field, and each kind of change to it. */
function sound() {
  return {
    notices: [
      {
        kind: 'notice',
        id: 'north/2026-001',
        regime: 'launches-1988',
        from: 'north',
        given: '2026-03-01T09:00:00Z',
        class: 'SLBM',
        date: '2026-03-05',
        window: { from: '2026-03-05T06:00:00Z', until: '2026-03-05T18:00:00Z' },
        launchArea: {
          kind: 'quadrant',
          ocean: 'Pacific',
          quadrant: 'north-west',
          outline: {
            kind: 'polygon',
            points: [
              { latitudeDeg: 50, longitudeDeg: 170 },
              { latitudeDeg: 50, longitudeDeg: -175 },
              { latitudeDeg: 40, longitudeDeg: -175 },
            ],
          },
        },
        direction: { valueDeg: 300, toleranceDeg: 10 },
        impactAreas: [
          {
            kind: 'circle',
            latitudeDeg: 57,
            longitudeDeg: 161,
            radius: { value: 30, unit: 'nautical miles' },
          },
        ],
        range: { value: 3000, unit: 'km', tolerance: 100 },
        apogee: { value: 650, unit: 'km' },
        flightTime: { value: 17, unit: 'min' },
      },
      {
        kind: 'amendment',
        of: 'north/2026-001',
        given: '2026-03-02T09:00:00Z',
        changes: { date: '2026-03-06' },
      },
      { kind: 'hold', of: 'north/2026-001', given: '2026-03-03T09:00:00Z' },
      { kind: 'cancellation', of: 'north/2026-001', given: '2026-03-04T09:00:00Z' },
      {
        kind: 'post-launch report',
        of: 'north/2026-001',
        given: '2026-03-07T09:00:00Z',
        launched: '2026-03-06T09:00:00Z',
      },
    ],
  };
}

test('every field comes through, in radians, instants and the unit as given', () => {
  const [notice, amendment, , , report] = parseNotices(sound());
  expect(notice).toMatchObject({
    kind: 'notice',
    given: instantFromIso('2026-03-01T09:00:00Z'),
    launch: {
      missileClass: 'SLBM',
      plannedDate: instantFromIso('2026-03-05T00:00:00Z'),
      impactAreas: [
        {
          centre: geodeticFromDegrees(57, 161),
          radius: { value: 30, unit: 'nautical miles', tolerance: null },
        },
      ],
      range: { value: 3000, unit: 'km', tolerance: 100 },
      flightTime: { value: 17, unit: 'min', tolerance: null },
    },
  });
  expect(amendment).toMatchObject({
    changes: { plannedDate: instantFromIso('2026-03-06T00:00:00Z') },
  });
  expect(Object.keys((amendment as { readonly changes: object }).changes)).toEqual(['plannedDate']);
  expect(report).toMatchObject({ launched: instantFromIso('2026-03-06T09:00:00Z') });
});

/** Sets or, with undefined, removes the field of a JSON pointer. */
function spoilt(pointer: string, to: unknown): unknown {
  const document: unknown = sound();
  const keys = pointer.split('/').slice(1);
  const last = keys.pop() ?? '';
  let here = document as Record<string, unknown>;
  for (const key of keys) here = here[key] as Record<string, unknown>;
  if (to === undefined) delete here[last];
  else here[last] = to;
  return document;
}

describe('what is wrong is told with its place', () => {
  test.each<[string, string, unknown, string, string]>([
    ['an unknown kind', '/notices/2/kind', 'stop', 'bad-document', 'expected "notice" or'],
    ['an unknown regime', '/notices/0/regime', 'start', 'bad-document', 'expected one of'],
    ['an unknown field', '/notices/0/payload', 1, 'bad-document', 'unknown field'],
    ['a field that is not there', '/notices/0/given', undefined, 'bad-document', 'the field given'],
    ['a time without its zone', '/notices/0/given', '2026-03-01T09:00:00', 'bad-document', 'match'],
    [
      'a time of another zone',
      '/notices/0/given',
      '2026-03-01T09:00:00+03:00',
      'bad-document',
      'match',
    ],
    ['a day that is none', '/notices/0/date', '2026-02-30', 'bad-value', 'there is no'],
    [
      'a window that ends first',
      '/notices/0/window/until',
      '2026-03-05T06:00:00Z',
      'bad-value',
      'not after',
    ],
    ['an unknown unit', '/notices/0/range/unit', 'mi', 'bad-document', 'km, nautical miles'],
    [
      'a name for an impact area',
      '/notices/0/impactAreas/0/kind',
      'named',
      'bad-document',
      'circle',
    ],
    [
      'an outline that is none',
      '/notices/0/launchArea/outline/kind',
      'box',
      'bad-document',
      'polygon',
    ],
    [
      'a latitude beyond the pole',
      '/notices/0/impactAreas/0/latitudeDeg',
      91,
      'bad-document',
      '<= 90',
    ],
    [
      'a polygon of one place',
      '/notices/0/launchArea/outline/points/1',
      { latitudeDeg: 50, longitudeDeg: 170 },
      'bad-value',
      'no area',
    ],
    [
      'a change of another notice',
      '/notices/1/of',
      'south/1',
      'bad-reference',
      'no notice "south/1"',
    ],
    [
      'a change before its notice',
      '/notices/1/given',
      '2026-02-01T00:00:00Z',
      'bad-reference',
      'before',
    ],
    [
      'a hold after the end',
      '/notices/2/given',
      '2026-03-05T00:00:00Z',
      'bad-reference',
      'cancelled',
    ],
    [
      'a report before the launch',
      '/notices/4/launched',
      '2026-03-08T09:00:00Z',
      'bad-value',
      'after',
    ],
    ['an amendment of nothing', '/notices/1/changes/date', undefined, 'bad-document', ''],
  ])('%s', (...[, pointer, to, code, says]) => {
    let caught: unknown;
    try {
      parseNotices(spoilt(pointer, to));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(NotificationError);
    const { path, message } = caught as NotificationError;
    expect((caught as NotificationError).code).toBe(code);
    expect(message).toContain(says);
    // The field, or the nearest there is.
    expect(pointer.startsWith(path) && path !== '').toBe(true);
  });

  test('two notices of one id', () => {
    const document = sound();
    document.notices.push(document.notices[0] as (typeof document.notices)[number]);
    expect(() => parseNotices(document)).toThrow('another notice already');
  });

  test.each([null, 3, [], { notices: 'none' }, { notices: [null] }, {}])(
    '%j is no document',
    (value) => {
      expect(() => parseNotices(value)).toThrow(NotificationError);
    },
  );
});
