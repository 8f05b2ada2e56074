// SPDX-License-Identifier: Apache-2.0
import { compareAgreements, parseAgreement } from '@isthmus/release';
import { expect, test } from 'vitest';
import { knownTerms, termsFamily } from './terms-family.ts';
import { agreementOf } from './testing/one-radar.ts';

const LEVELS = ['report', 'track', 'tracklet'] as const;

test.each(LEVELS)(
  'from %s on, every step could be signed and gives nothing more than the agreement',
  (level) => {
    const agreement = agreementOf({ level, impactRegions: true });
    const family = termsFamily(agreement, 'a');
    expect(family[0]?.agreement).toBe(agreement);
    expect(family.length).toBeGreaterThan(2);
    for (const { name, agreement: member } of family) {
      expect(parseAgreement(member), name).toEqual(member);
      const gives = compareAgreements(agreement, member).filter(({ effect }) => effect !== 'takes');
      expect(gives, name).toEqual([]);
    }
    expect(new Set(family.map((one) => JSON.stringify(one.agreement))).size).toBe(family.length);
  },
);

test('what the other party gives stays as it is', () => {
  const agreement = agreementOf({});
  expect(termsFamily(agreement, 'b')).toEqual([{ name: 'as agreed', agreement }]);
});

test('the partner knows the terms it signed', () => {
  const clause = {
    level: 'track',
    tickS: 10,
    delayS: 30,
    gridKm: { report: 5, track: 20 },
  } as const;
  expect(knownTerms(agreementOf(clause), 'a')).toEqual({
    trackGridKm: 20,
    floorM: 0,
    delayS: 30,
    tickS: 10,
  });
});
