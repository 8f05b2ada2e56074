// SPDX-License-Identifier: Apache-2.0

import { instant } from '@isthmus/earth';
import type { PartnerStanding } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { standingWords } from './standing.ts';

const HONEST: PartnerStanding = {
  party: 'west',
  widening: 1,
  leftOut: false,
  since: null,
  scored: 1200,
  distance: 0.91,
  offset: { alongM: -420, acrossM: 12_000, upM: 0, timeS: -0.08 },
  delayS: 1.2,
  leadS: -229,
  events: { confirmed: 1, unconfirmed: 0, withdrawn: 2 },
};

test('a partner that agrees is said to, with the figures', () => {
  const { short, long, tone } = standingWords(HONEST);
  expect([short, tone]).toEqual(['West agrees', 'muted']);
  expect(long.replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(
    'West is taken at its word: it agrees with own sensors as well as it says. 1 200 reports compared with own data; mean squared distance 0.91 of 1 expected; mean offset −0.4 km along, +12 km right, +0.0 km up (-0.08 s); 1.2 s old when they come; first word 229 s after own first sight; events: 1 seen too, 0 not, 2 taken back.',
  );
});

test('one that is widened or left out is said to be, before any figure', () => {
  const since = instant(1_338_541_200_000_000);
  const wide = standingWords({ ...HONEST, widening: 16, since });
  expect([wide.short, wide.tone]).toEqual(['West’s data widened × 16', 'caution']);
  const out = standingWords({ ...HONEST, widening: 64, leftOut: true, since });
  expect([out.short, out.tone]).toEqual(['West’s data left out', 'alarm']);
  expect(out.long).toMatch(/^West errs by more than it says\. Its data stay out/);
});
