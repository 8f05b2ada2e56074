// SPDX-License-Identifier: Apache-2.0
// The ready-made agreements on notices against what `isthmus pln` asks of a notice under each: two
// readings of the same texts, made apart, that have to agree on what is said and on how long before.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSeconds, type Instant, instantFromIso } from '@isthmus/earth';
import type { AnnouncedLaunch, NotificationRegime, PreLaunchNotification } from '@isthmus/picture';
import { parseAgreement } from '@isthmus/release';
import { checkRegime } from '@isthmus/warning';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../../apps/cli/src/repository.ts';

const OPENS = instantFromIso('2026-03-05T00:00:00Z');
const NOTHING: AnnouncedLaunch = {
  missileClass: null,
  plannedDate: null,
  window: null,
  launchArea: null,
  direction: null,
  impactAreas: null,
  range: null,
  apogee: null,
  flightTime: null,
};

const TEXTS: readonly (readonly [string, NotificationRegime])[] = [
  ['launches-1988', 'launches-1988'],
  ['notifications-2000', 'memorandum-2000'],
  ['hague-code-2002', 'hague-code-2002'],
];

test.each(TEXTS)('%s asks for what the regime %s asks for', (file, regime) => {
  const text = readFileSync(join(ROOT, 'agreements', `${file}.yaml`), 'utf8');
  const owed = (parseAgreement(parse(text)).duties?.notices ?? []).filter(({ states }) => states);
  expect(owed.length).toBeGreaterThan(0);
  const found = (launch: Partial<AnnouncedLaunch>, given: Instant, afterS = 0): string[] => {
    const notice: PreLaunchNotification = {
      kind: 'notice',
      id: 'n',
      regime,
      from: 'north',
      given,
      launch: { ...NOTHING, ...launch },
    };
    const reported = addSeconds(OPENS, afterS);
    const report = {
      kind: 'post-launch report',
      of: 'n',
      given: reported,
      launched: OPENS,
    } as const;
    return checkRegime(notice, report).map(({ field }) => field);
  };
  const window = { from: OPENS, until: addSeconds(OPENS, 3600) };
  for (const { states = [], beforeS, afterS } of owed) {
    expect(found({}, addSeconds(OPENS, -100_000)).toSorted()).toEqual([...states].toSorted());
    const isLate = (beforeOpensS: number): boolean =>
      found({ window }, addSeconds(OPENS, -beforeOpensS)).includes('given');
    for (const bound of [beforeS?.least ?? 0, beforeS?.most ?? 0]) {
      if (bound === 0) continue;
      expect([isLate(bound - 1), isLate(bound), isLate(bound + 1)].filter(Boolean)).toHaveLength(1);
      expect(isLate(bound)).toBe(false);
    }
    if (beforeS === undefined) expect(isLate(-1)).toBe(false);
    const isReportedLate = (after: number): boolean =>
      found({ window }, addSeconds(OPENS, -100_000), after).length >
      found({ window }, addSeconds(OPENS, -100_000)).length;
    expect(isReportedLate(afterS ?? 1e6)).toBe(false);
    expect(isReportedLate((afterS ?? 1e6) + 1)).toBe(afterS !== undefined);
  }
});
