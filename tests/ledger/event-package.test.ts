// SPDX-License-Identifier: Apache-2.0
// The evidence of one event: made by the command, verified by the library, by a page in a browser and by a
// program in Go, of which the last two share nothing with it; and refused with one byte changed.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { verifyEventPackage } from '@isthmus/audit';
import { createRandom } from '@isthmus/earth';
import { inclusionProof, leafHash } from '@isthmus/ledger/verify';
import { encodeBase64, formatVerifierKey, parseVerifierKey, verifierOf } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { evidence } from '../../apps/cli/src/commands/evidence.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { CHROMIUM, launchBrowser } from '../console/browser.ts';
import { AGREEMENT, EVENT, keyOf, ledgerKey, writeLink } from '../program/audit-fixture.ts';
import { buildVerifier, IS_GO_THERE } from './go-verifier.ts';

const SEED = 5;
const FLIPS = 200;

const root = mkdtempSync(join(tmpdir(), 'isthmus-event-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
const FILE = join(root, 'event.json');
let text = '';

const KEYS = (
  [
    ['west', 'ledger'],
    ['east', 'cosign'],
    ['west', 'agreement'],
    ['east', 'agreement'],
  ] as const
).map(([side, purpose]) => formatVerifierKey(verifierOf(openSigner(keyOf(side, purpose)))));

/** Runs the command in this process. */
async function told(...args: readonly string[]): Promise<{ code: number; out: string }> {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    const code = await evidence(args);
    return { code, out: write.mock.calls.map(([piece]) => String(piece)).join('') };
  } finally {
    write.mockRestore();
  }
}

const place = (name: string): string => join(root, name);
const REGISTERS = ['--keys', place('keys/west'), '--keys', place('keys/east')];

beforeAll(async () => {
  await writeLink(root, 4);
  const given = ['--event', EVENT, '--agreement', AGREEMENT, '--note', place('agreement.note')];
  await told('event', place('west-out'), ...given, ...REGISTERS, '--out', FILE);
  await told(
    'event',
    place('west-export'),
    ...given,
    ...REGISTERS,
    '--out',
    place('exported.json'),
  );
  text = readFileSync(FILE, 'utf8');
});

test('L-37 it is the same out of an export, which has its receipt behind its one checkpoint', () => {
  expect(readFileSync(place('exported.json'), 'utf8')).toBe(text);
});

test('L-37 it holds the entries of the event, proofs, checkpoint and agreement, and nothing else', () => {
  const whole = JSON.parse(text) as { entries: { entry: string; proof: string[] }[] };
  expect(Object.keys(whole)).toEqual([
    'isthmus',
    'event',
    'checkpoint',
    'entries',
    'agreement',
    'agreementNote',
  ]);
  // The proofs of RFC 6962 by its own recursion, over all that the log holds.
  const leaves = whole.entries.map(({ entry }) => leafHash(Buffer.from(entry, 'base64')));
  expect(leaves).toHaveLength(12);
  for (const [i, { proof }] of whole.entries.entries()) {
    expect(proof).toEqual(inclusionProof(leaves, i).map(encodeBase64));
  }
});

test('L-38 it is proven with public keys alone, by the command as by the library', async () => {
  const { code, out } = await told('check', FILE, '--key', KEYS.join(','));
  expect(code).toBe(0);
  expect(out).toContain(`Proven: 12 entries of event ${EVENT} stand in`);
  expect(out).toContain('Receipted by the partner at 2012-06-01T12:00:06.000Z');
  expect(out).toContain('The agreement is signed by west and east.');
  const alone = verifyEventPackage(text, [parseVerifierKey(ledgerKey('west'))]);
  expect(alone).toMatchObject({ proven: true, receiptedAtS: null, agreementSignedBy: [] });
  const others = verifyEventPackage(text, [parseVerifierKey(ledgerKey('east'))]);
  expect(others.proven).toBe(false);
  expect(others.says).toContain('none of the keys');
});

test(`L-38 any of ${FLIPS} changed bytes is refused`, () => {
  const random = createRandom(`${SEED} event`);
  const keys = KEYS.map(parseVerifierKey);
  const bytes = Buffer.from(text);
  const taken: string[] = [];
  for (let i = 0; i < FLIPS; i += 1) {
    const at = random.integer(bytes.length);
    const spoiled = bytes.with(at, (bytes[at] as number) ^ (1 << random.integer(7)));
    const { proven } = verifyEventPackage(Buffer.from(spoiled).toString('utf8'), keys);
    if (proven) taken.push(`seed ${SEED}, byte ${at}`);
  }
  expect(taken).toEqual([]);
});

/** The package with one of its values changed to what also has the form. */
function spoilt(change: (value: Record<string, unknown>) => void): string {
  const value = JSON.parse(text) as Record<string, unknown>;
  change(value);
  return `${JSON.stringify(value, null, 1)}\n`;
}

const SPOILT: readonly (readonly [string, () => string, RegExp])[] = [
  ['another event', () => spoilt((one) => void (one['event'] = 'f'.repeat(32))), /another event/],
  [
    'another agreement',
    () => spoilt((one) => void (one['agreement'] = `${String(one['agreement'])} `)),
    /another agreement/,
  ],
  [
    'an entry at another index',
    () =>
      spoilt(
        (one) => void ((one['entries'] as { index: number }[])[0] as { index: number }).index++,
      ),
    /not proven|not in the log|out of order/,
  ],
  [
    'something more',
    () => spoilt((one) => void (one['more'] = 1)),
    /form|something else|unknown field/,
  ],
];

test.each(SPOILT)('L-38 %s is refused with the reason', (_, make, why) => {
  const verdict = verifyEventPackage(make(), KEYS.map(parseVerifierKey));
  expect(verdict.proven).toBe(false);
  expect(verdict.says).toMatch(why);
});

describe.skipIf(!IS_GO_THERE)('by the program in Go', () => {
  test('L-39 it is proven, and refused where it is spoilt', { timeout: 120_000 }, () => {
    const run = buildVerifier(root);
    expect(run(FILE, ledgerKey('west'))).toEqual({
      code: 0,
      said: `ok 12 entries of event ${EVENT}`,
    });
    for (const [name, make, why] of SPOILT) {
      writeFileSync(place('spoilt.json'), make());
      const { code, said } = run(place('spoilt.json'), ledgerKey('west'));
      expect(code, name).toBe(1);
      expect(said, name).toMatch(why);
    }
  });
});

describe.skipIf(CHROMIUM === null)(
  'by the page in a browser (skipped where none is installed)',
  () => {
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      browser = await launchBrowser({ webgl: false });
      page = await browser.newPage();
      await page.goto(pathToFileURL(join(ROOT, 'docs/verify-event.html')).href);
      await page.getByLabel('Public keys').fill(KEYS.join('\n'));
    });
    afterAll(() => browser.close());

    const verdictOf = async (file: string): Promise<string> => {
      await page.getByLabel('The file').setInputFiles({
        name: 'event.json',
        mimeType: 'application/json',
        buffer: Buffer.from(file),
      });
      await page.evaluate("document.querySelector('#verdict').replaceChildren()");
      await page.getByRole('button', { name: 'Verify' }).click();
      return page.locator('#verdict:not(:empty)').innerText();
    };

    test('L-39 it is proven, and refused where it is spoilt', async () => {
      expect(await verdictOf(text)).toMatch(/^Proven: 12 entries stand in west\/isthmus/);
      const details = await page.locator('#details').innerText();
      expect(details).toContain('receipt of 2012-06-01T12:00:06.000Z');
      expect(details).toContain('The agreement is signed by west and east.');
      for (const [name, make, why] of SPOILT) {
        const verdict = await verdictOf(make());
        expect(verdict, name).toMatch(/^Not proven/);
        expect(verdict, name).toMatch(why);
      }
      const random = createRandom(`${SEED} page`);
      const bytes = Buffer.from(text);
      for (let i = 0; i < FLIPS / 10; i += 1) {
        const at = random.integer(bytes.length);
        const flipped = bytes.with(at, (bytes[at] as number) ^ (1 << random.integer(7)));
        const verdict = await verdictOf(Buffer.from(flipped).toString('latin1'));
        expect(verdict, `seed ${SEED}, byte ${at}`).toMatch(/^Not proven/);
      }
    });
  },
);
