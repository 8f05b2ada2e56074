// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { PARTNER_ANSWERS, partnerAnswer, RELEASE_RULES, reasonDetails } from './reason-details.ts';
import { REASONS, type ReasonCode } from './reasons.ts';
import { FIELDS } from './shape.ts';

const CODES = Object.keys(REASONS) as ReasonCode[];

test('every reason has its rule and what would have to change, by code and by sentence', () => {
  for (const code of CODES) {
    const details = reasonDetails(code);
    expect(details?.rule).toMatch(/^R-\d+$/);
    expect(details?.change).toMatch(/\.$/);
    expect(reasonDetails(REASONS[code])).toEqual(details);
  }
  expect(reasonDetails('no such reason')).toBeNull();
  expect(reasonDetails('toString')).toBeNull();
  expect(Object.keys(RELEASE_RULES).sort()).toEqual(Object.keys(FIELDS).sort());
});

test('no two reasons have one sentence, so that an earlier log can be read', () => {
  expect(new Set(Object.values(REASONS)).size).toBe(CODES.length);
});

test('what the partner may be told is a function of what it has and of the clock', () => {
  const answers = [true, false].flatMap((received) =>
    [true, false].map((inForce) => partnerAnswer({ received, withdrawn: false, inForce })),
  );
  expect(answers).toEqual(['given', 'given', 'not-given', 'not-in-force']);
  expect(partnerAnswer({ received: true, withdrawn: true, inForce: false })).toBe('taken-back');
  // None of the words of the gate: they would tell that there is something, and what it is.
  for (const text of Object.values(PARTNER_ANSWERS)) {
    for (const code of CODES) expect(text).not.toContain(REASONS[code]);
  }
});
