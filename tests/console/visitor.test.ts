// SPDX-License-Identifier: Apache-2.0
// What a visitor does with the two pictures of `npm start`, in a real browser. One demonstration at
// four times real time for all of it, in the order in which a visitor would go on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program } from '../program/program.ts';
import { CHROMIUM, launchBrowser, type Visit, visit } from './browser.ts';

const WARNING = '[data-testid="warning"]';
/** What has the focus, by the name the tests know it by, or its class. */
const FOCUSED = 'document.activeElement.dataset.testid ?? document.activeElement.className';

const root = mkdtempSync(join(tmpdir(), 'isthmus-visitor-'));
let demo: Program;
let browser: Browser;
let east: Visit;
let westUrl = '';
let westPid = 0;

/** Names of what axe finds wrong with the page as it stands. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe.run;
    const { violations } = await run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' | ')}`);
  });
  return found;
}

/** Wall time at which the node first told of a warning, milliseconds since 1970. */
async function firstWarningMs(url: string): Promise<number> {
  const response = await fetch(`${url}feed`);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/"warnings":\[\{/.test(text)) return Date.now();
    text = text.slice(text.lastIndexOf('\n'));
  }
  throw new Error('the feed ended without a warning');
}

beforeAll(async () => {
  if (CHROMIUM === null) return;
  demo = new Program(['demo', '--speed', '4', '--keep', join(root, 'demo')]);
  browser = await launchBrowser();
  const consoles = await demo.consoles();
  westUrl = consoles['WEST']?.url ?? '';
  westPid = consoles['WEST']?.pid ?? 0;
  const eastUrl = consoles['EAST']?.url ?? '';
  const told = firstWarningMs(eastUrl);
  east = await visit(browser, eastUrl);
  await east.page.waitForSelector(WARNING, { timeout: 60_000 });
  const shownMs = Date.now();
  delayMs = shownMs - (await told);
}, 120_000);

let delayMs = Number.NaN;

afterAll(async () => {
  if (CHROMIUM === null) return;
  await browser.close();
  demo.end();
  await demo.closed;
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

test.skipIf(CHROMIUM === null)('a visitor sees the launch within 2 s of its cue', async () => {
  expect(delayMs).toBeLessThan(2000);
  const { page } = east;
  expect(await page.locator('.mode').innerText()).toContain('EXERCISE');
  expect(await page.locator(WARNING).first().innerText()).toMatch(/Cue|Tracked/);
  // The first warning is opened by itself: nobody has to know what to click.
  expect(await page.locator('[data-testid="why"]').isVisible()).toBe(true);
});

test.skipIf(CHROMIUM === null)('reads why East knows before its own radar does', async () => {
  const { page } = east;
  const why = (await page.locator('[data-testid="why"]').innerText()).replaceAll('\u00a0', ' ');
  expect(why).toMatch(/West saw it by infrared from 09:01:\d\d UTC; own sensors have not:/);
  expect(why).toMatch(/gabala has it below the (horizon|least elevation)/);
  expect(why).toContain('Without West there would be no warning yet.');
  expect(await page.locator(WARNING).first().innerText()).toContain('West alone');
});

test.skipIf(CHROMIUM === null)('finds with the keyboard alone', async () => {
  const { page } = east;
  await page.keyboard.press('Escape');
  expect(await page.locator('.details').count()).toBe(0);
  await page.locator('body').focus();
  const reached: string[] = [];
  for (let i = 0; i < 12 && !reached.includes('warning'); i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate<string>(FOCUSED));
  }
  // The first thing a keyboard meets is the way past everything else.
  expect(reached[0]).toBe('skip');
  expect(reached).toContain('warning');
  await page.keyboard.press('Enter');
  expect(await page.locator('.details').count()).toBe(1);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  expect(await complaints(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await page.locator('.details').count()).toBe(1);
});

test.skipIf(CHROMIUM === null)(
  'axe finds nothing on the page, with the globe and with the flat map',
  async () => {
    const { page } = east;
    expect(await complaints(page)).toEqual([]);
    await page.keyboard.press('m');
    await page.waitForSelector('[data-map="flat"][data-ready="true"]');
    expect(await complaints(page)).toEqual([]);
  },
);

test.skipIf(CHROMIUM === null)('reloads and is back where it was', async () => {
  const { page } = east;
  const before = await page.evaluate<string>('location.hash');
  expect(before).toContain('map=flat');
  expect(before).toContain('warning=');
  await page.reload();
  await page.waitForSelector('[data-map="flat"][data-ready="true"]', { timeout: 60_000 });
  expect(await page.locator('.details').count()).toBe(1);
  expect(await page.locator(`${WARNING}[aria-pressed="true"]`).count()).toBe(1);
  const fields = (hash: string): (string | null)[] => {
    const parsed = new URLSearchParams(hash.slice(1));
    return [parsed.get('warning'), parsed.get('map'), parsed.get('view')];
  };
  expect(fields(await page.evaluate<string>('location.hash'))).toEqual(fields(before));
  await page.keyboard.press('m');
  await page.waitForSelector('[data-map="globe"][data-ready="true"]', { timeout: 60_000 });
});

/** Runs a command of the program to its end. */
async function typed(...args: readonly string[]): Promise<number | null> {
  const program = new Program(args);
  return program.closed.finally(() => program.end());
}

test.skipIf(CHROMIUM === null)(
  'sees that an officer has suspended the link, and that it is up again',
  async () => {
    const { page } = east;
    const by = ['--officer', 'First Officer', '--reason', 'drill'];
    const order = (verb: string) =>
      typed('partner', verb, join(root, 'demo/east/side.yaml'), ...by);
    const pill = page.locator('[data-testid="link"]');
    await page.getByText('Link up').waitFor();
    expect(await order('suspend')).toBe(0);
    await page.getByText('Link suspended: own sensors only').waitFor({ timeout: 20_000 });
    expect(await pill.getAttribute('class')).toBe('pill tone-caution');
    expect(await pill.getAttribute('role')).toBe('status');
    expect(await page.locator('.log').innerText()).toContain('First Officer suspends west');
    expect(await complaints(page)).toEqual([]);
    const before = page.viewportSize() ?? { width: 1366, height: 768 };
    await page.setViewportSize({ width: 420, height: 860 });
    const [title, said] = await Promise.all([page.locator('h1').boundingBox(), pill.boundingBox()]);
    expect(said?.y).toBeGreaterThanOrEqual((title?.y ?? 0) + (title?.height ?? 0));
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(420);
    await page.setViewportSize(before);
    expect(await order('resume')).toBe(0);
    await page.getByText('Link up').waitFor({ timeout: 20_000 });
    expect(await pill.getAttribute('class')).toBe('pill tone-good');
  },
);

test.skipIf(CHROMIUM === null)('kills one node and sees the other go on and say so', async () => {
  const west = await visit(browser, westUrl);
  process.kill(westPid, 'SIGKILL');
  await west.page.waitForSelector('[data-testid="contact"]', { timeout: 10_000 });
  expect(await west.page.locator('[data-testid="contact"]').innerText()).toContain(
    'NO WORD FROM THIS NODE',
  );
  const { page } = east;
  await page.getByText('Link lost: own sensors only').waitFor({ timeout: 20_000 });
  const clock = async (): Promise<string> => page.locator('.clock time').innerText();
  const then = await clock();
  await expect.poll(clock, { timeout: 10_000 }).not.toBe(then);
  expect(await page.locator('[data-testid="contact"]').count()).toBe(0);
  expect(east.faults).toEqual([]);
  expect(west.faults).toEqual([]);
});

test.skipIf(CHROMIUM === null)('without WebGL the flat map stands in its place', async () => {
  const plain = await launchBrowser({ webgl: false });
  try {
    const { page, faults } = await visit(plain, east.page.url().replace(/#.*/, ''));
    expect(await page.locator('.map').getAttribute('data-map')).toBe('flat');
    expect(await page.locator('.map svg').first().isVisible()).toBe(true);
    expect(faults).toEqual([]);
  } finally {
    await plain.close();
  }
});
