// SPDX-License-Identifier: Apache-2.0
// `isthmus release disclose` as its users meet it, and what the meter must show on the default
// exercise: our radar is located as agreed, within the stated error, and not under what is recommended.

import { expect, test } from 'vitest';
import { release } from '../../apps/cli/src/commands/release.ts';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { meter } from '../../apps/cli/src/disclosure/measure.ts';
import { meteredPicture } from '../../apps/cli/src/disclosure/meter-picture.ts';
import { meteredText } from '../../apps/cli/src/disclosure/meter-text.ts';
import { UserError } from '../../apps/cli/src/user-error.ts';

const LIMIT_KM = 100;

test('the meter locates our radar on black-sea as agreed, and not under the terms it recommends', async () => {
  const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  const metered = meter(run, {
    from: 'west',
    criterion: { limitKm: LIMIT_KM },
    worthOf: 'nothing',
  });
  const { terms, recommended } = metered;
  const nearest = terms[0]?.verdicts.find(
    ({ attack, sensor }) => attack === 'site-by-axes' && sensor === 'kurecik',
  );
  expect(nearest?.error).toBeLessThan(20);
  expect(nearest?.error).toBeLessThan(nearest?.stated ?? 0);
  expect(nearest?.stated).toBeLessThan(LIMIT_KM);
  expect(nearest?.revealed).toBe(true);
  expect(terms.slice(0, recommended ?? 0).map(({ located }) => located)).not.toContain(false);
  expect(recommended).toBeGreaterThan(0);
  const best = terms[recommended ?? 0];
  expect(best?.located).toBe(false);
  expect(best?.released).toBeGreaterThan(0);
  expect(meteredText(metered)).toContain(`Recommended: ${best?.name};`);
  expect(meteredPicture(metered)).toMatch(/^<svg [^]*<\/svg>\n$/);
});

test.each([
  [['disclose'], 'usage: isthmus release disclose'],
  [['reveal', 'black-sea'], 'usage: isthmus release'],
  [['disclose', 'no-such'], 'there is no scenario "no-such"'],
  [['disclose', 'black-sea', '--from', 'north'], 'the sides of black-sea are west and east'],
  [['disclose', 'black-sea', '--limit', '0'], '--limit takes a whole number from 1'],
  [['disclose', 'black-sea', '--quick', '--out', 'a.svg'], 'no curve for --out to draw'],
  [['disclose', 'black-sea', '--out', '/no/such/a.svg'], 'there is no folder /no/such'],
  [['disclose', 'black-sea', '--agreement', 'trilateral-2023'], 'agreement trilateral-2023'],
])('%j is refused as what the user can mend', async (args, message) => {
  const refused = release(args);
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(message);
});
