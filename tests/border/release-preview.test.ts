// SPDX-License-Identifier: Apache-2.0
// `isthmus release preview`: what goes under other terms, over the same turns.

import { addSeconds } from '@isthmus/earth';
import type { Turn } from '@isthmus/node';
import { type Agreement, parseAgreement } from '@isthmus/release';
import { beforeAll, expect, test } from 'vitest';
import { release } from '../../apps/cli/src/commands/release.ts';
import { type Preview, type PreviewData, preview } from '../../apps/cli/src/release/preview.ts';
import { previewText } from '../../apps/cli/src/release/preview-text.ts';
import { preparedRun, termsOf, turnOf } from './fixture.ts';

const FIRST = 60;
const LAST = 80;

let data: PreviewData;
let agreement: Agreement;
let terms: ReturnType<typeof termsOf>['terms'];

beforeAll(async () => {
  const run = await preparedRun();
  const [own, other] = run.sides;
  let taken = 0;
  const turns: Turn[] = [];
  for (let second = FIRST; second < LAST; second += 1) {
    const turn = turnOf(run, 0, { second, from: taken });
    taken += turn.plots.length;
    turns.push(turn);
  }
  data = { side: own.name, partner: other.name, sensors: own.sensors, turns };
  ({ agreement } = run);
  ({ terms } = termsOf(run, 0));
});

function under(change: object): Preview {
  const clauses = agreement.clauses.map((clause) => ({ ...clause, ...change }));
  return preview(data, {
    terms: { ...terms, agreement: parseAgreement({ ...agreement, clauses }) },
  });
}

test('a stricter agreement never gives more, of anything, nor sooner, nor finer', () => {
  const today = under({});
  const [event] = today.launches;
  expect(today.released).toBeGreaterThan(10);
  expect(event?.first).not.toBeNull();
  const total = ({ byClause }: Preview) =>
    Object.values(byClause)
      .flatMap((kinds) => Object.values(kinds))
      .reduce((a, b) => a + b, 0);
  expect(total(today)).toBe(today.released);
  for (const [name, change] of Object.entries({
    level: { level: 'report' },
    tick: { tickS: 5 },
    grid: { gridKm: { report: 100, track: 20 } },
    delay: { delayS: 8 },
    region: { region: { kind: 'circle', latitudeDeg: 0, longitudeDeg: 0, radiusKm: 100 } },
  })) {
    const stricter = under(change);
    expect(stricter.released, name).toBeLessThanOrEqual(today.released);
    for (const [clause, kinds] of Object.entries(stricter.byClause)) {
      for (const [kind, count] of Object.entries(kinds)) {
        expect(count, `${name} ${kind}`).toBeLessThanOrEqual(today.byClause[clause]?.[kind] ?? 0);
      }
    }
    const first = stricter.launches[0]?.first ?? '9999';
    expect(first >= (event?.first ?? ''), name).toBe(true);
    const finest = (of: Preview) => of.accuracy.launchAreaRadiusM ?? Number.POSITIVE_INFINITY;
    expect(finest(stricter), name).toBeGreaterThanOrEqual(finest(today));
  }
  const late = under({ delayS: 8 });
  expect(late.launches[0]?.first).toBe(
    new Date(Date.parse(event?.first ?? '') + 8000).toISOString(),
  );
  const outside = under({
    region: { kind: 'circle', latitudeDeg: 0, longitudeDeg: 0, radiusKm: 100 },
  });
  expect(outside.launches).toEqual([{ event: event?.event, first: null }]);
  expect(outside.withheld.map(({ reasons }) => reasons.join())).toContain(
    'It lies outside the regions of the clauses that could cover it.',
  );
});

test('in text: a column for each of the terms, and what is withheld and why', () => {
  const at = (second: number) =>
    new Date(Number(addSeconds(data.turns[0]?.at ?? (0 as never), second)) / 1000).toISOString();
  const of = { side: 'west', partner: 'east', from: at(0), until: at(LAST - FIRST) };
  const text = previewText(of, [under({}), under({ level: 'report' })]);
  expect(text).toMatch(/west-launches, track +\d+ +0\n/);
  expect(text).toMatch(/launch E1: first word +2012-06-01 09:01:\d\d +2012-06-01 09:01:\d\d\n/);
  expect(text).toMatch(/position of a state, error +\d+ m +not given/);
  expect(text).toContain('track of E1/I1: The clause gives this category at a lower level.');
});

test('what is typed wrongly is told', async () => {
  for (const [args, message] of [
    [[], /usage: isthmus release preview/],
    [['black-sea'], /usage: isthmus release preview/],
    [['black-sea', '--scenario', 'black-sea'], /usage: isthmus release preview/],
    [['nowhere', '--scenario', 'black-sea', '--side', 'west'], /there is no agreement "nowhere"/],
    [['black-sea', '--scenario', 'black-sea', '--side', 'north'], /--side takes one of/],
    [['jdec-2000', '--scenario', 'black-sea', '--side', 'west'], /is between/],
    [['black-sea', '--config', 'run/nowhere.yaml'], /there is no such file/],
  ] as const) {
    await expect(release(['preview', ...args]), args.join(' ')).rejects.toThrow(message);
  }
});
