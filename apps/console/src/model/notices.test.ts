// SPDX-License-Identifier: Apache-2.0
import type { NoticeStanding } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { after } from './fixture.ts';
import { standingWords, windowWords } from './notices.ts';

const STANDING: NoticeStanding = {
  notice: 'andoya-1',
  from: 'norway',
  answer: 'window open',
  window: { from: after(0), until: after(3600) },
  verdict: 'plausible',
  seen: null,
};

test('an open window says so, with its times of one day', () => {
  expect(standingWords(STANDING)).toBe('may come now');
  expect(windowWords(STANDING)).toBe('2012-06-01 09:00:00Z to 10:00:00Z');
  const long = { ...STANDING, window: { from: after(0), until: after(90_000) } };
  expect(windowWords(long)).toBe('2012-06-01 09:00:00Z to 2012-06-02 10:00:00Z');
});

test('what was seen names its warning and is never certain; doubtful figures are told', () => {
  const seen = { picture: 'own', warning: 'own-1', probability: 0.9999 } as const;
  expect(standingWords({ ...STANDING, answer: 'seen', seen })).toBe(
    'seen: warning own-1, over 99 %',
  );
  expect(standingWords({ ...STANDING, answer: 'not seen', verdict: 'impossible' })).toBe(
    'its window has closed, and no launch was seen that fits; its figures are impossible',
  );
});
